import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type {
  CopyObjectCommandInput,
  PutObjectCommandInput,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer } from '../helpers/raw-s3.ts'

const MD5 = '"5d41402abc4b2a76b9719d911017c592"'
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const KEY = `arn:aws:kms:us-east-1:123456789012:key/${KEY_ID}`
const KMS = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY } as const

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  raw = new RawS3(playground)
  for (const Bucket of ['plain', 'kms', 'blocked']) await s3.send(new CreateBucketCommand({ Bucket }))
  await putDefault('kms', {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ID },
    BucketKeyEnabled: true,
  })
  await putDefault('blocked', { BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } })
})

afterAll(async () => {
  raw.close()
  s3.destroy()
  await playground.stop()
})

afterEach(() => playground.admin.enableKmsKeys())

function putDefault(Bucket: string, rule: ServerSideEncryptionRule) {
  return s3.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  )
}

function put(input: Partial<PutObjectCommandInput> = {}) {
  return s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'hello', ...input }))
}

function copy(input: Partial<CopyObjectCommandInput> = {}) {
  return s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource: 'plain/k', ...input }))
}

function head(Key: string, input: object = {}, Bucket = 'plain') {
  return s3.send(new HeadObjectCommand({ Bucket, Key, ...input }))
}

/** A customer's key, as the headers of a raw request and as the SDK's input. */
function customerKey(letter: string) {
  const bytes = Buffer.alloc(32, letter)
  const md5 = createHash('md5').update(bytes).digest('base64')
  const headers = (prefix: string) => ({
    [`${prefix}-customer-algorithm`]: 'AES256',
    [`${prefix}-customer-key`]: bytes.toString('base64'),
    [`${prefix}-customer-key-md5`]: md5,
  })
  const key = bytes.toString('base64')
  return {
    md5,
    base64: key,
    headers: headers('x-amz-server-side-encryption'),
    input: { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key, SSECustomerKeyMD5: md5 },
    source: {
      CopySourceSSECustomerAlgorithm: 'AES256',
      CopySourceSSECustomerKey: key,
      CopySourceSSECustomerKeyMD5: md5,
    },
  }
}

const ours = customerKey('a')
const other = customerKey('b')

function codeIn({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>([^<]*)</.exec(text)?.[1] ?? ''}`.trim()
}

describe('SSE-S3', () => {
  test('is what every write and read is answered with', async () => {
    expect((await put()).ServerSideEncryption).toBe('AES256')
    expect((await put({ ServerSideEncryption: 'AES256' })).ETag).toBe(MD5)
    expect((await head('k')).ServerSideEncryption).toBe('AES256')
    expect((await copy()).ServerSideEncryption).toBe('AES256')
    const { body, headers } = await raw.send({ method: 'GET', path: '/plain/copy' })
    expect([body.toString(), headers['x-amz-server-side-encryption']]).toEqual(['hello', 'AES256'])
  })

  test.each([
    ['PUT', { 'x-amz-server-side-encryption': 'aes256' }, '400 InvalidArgument'],
    ['PUT', { 'x-amz-server-side-encryption': '' }, '400 InvalidArgument'],
    ['PUT', { 'x-amz-server-side-encryption-aws-kms-key-id': KEY }, '400 InvalidArgument'],
    [
      'PUT',
      { 'x-amz-server-side-encryption': 'AES256', 'x-amz-server-side-encryption-aws-kms-key-id': KEY },
      '400 InvalidArgument',
    ],
    ['PUT', { 'x-amz-server-side-encryption-context': 'e30=' }, '400 InvalidArgument'],
    ['GET', { 'x-amz-server-side-encryption': 'AES256' }, '400 InvalidArgument'],
    ['HEAD', { 'x-amz-server-side-encryption': 'AES256' }, '400'],
  ])('%s with %j is %s', async (method, headers, code) => {
    await put()
    expect(codeIn(await raw.send({ method, path: '/plain/k', headers }))).toBe(code)
  })
})

describe('SSE-KMS', () => {
  test.each([
    [{}, /^arn:aws:kms:us-east-1:123456789012:key\/[0-9a-f-]{36}$/],
    [{ SSEKMSKeyId: 'alias/aws/s3' }, /^arn:aws:kms:us-east-1:123456789012:key\/[0-9a-f-]{36}$/],
    [{ SSEKMSKeyId: KEY_ID }, KEY],
    [{ SSEKMSKeyId: KEY }, KEY],
    [{ SSEKMSKeyId: 'alias/mine' }, /^arn:aws:kms:us-east-1:123456789012:key\/[0-9a-f-]{36}$/],
    [
      { SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/mrk-1' },
      'arn:aws:kms:us-east-1:000000000000:key/mrk-1',
    ],
  ])('%j is answered with the ARN %s', async (input, arn) => {
    const written = await put({ ServerSideEncryption: 'aws:kms', ...input })
    expect(written.SSEKMSKeyId).toEqual(typeof arn === 'string' ? arn : expect.stringMatching(arn))
    expect(await head('k')).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: written.SSEKMSKeyId,
    })
  })

  test.each([
    ['fake-key-id', "Invalid keyId 'fake-key-id'"],
    ['aws/s3', "Invalid keyId 'aws/s3'"],
    [KEY.replace('us-east-1', 'us-west-2'), 'Invalid arn us-west-2'],
  ])('the key %s is not found', async (SSEKMSKeyId, message) => {
    const written = put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId })
    await expect(written).rejects.toMatchObject({ name: 'KMS.NotFoundException', message })
  })

  test('makes an ETag that is no MD5, and another each time; the default key is always the same', async () => {
    const written = [
      await put({ ServerSideEncryption: 'aws:kms' }),
      await put({ ServerSideEncryption: 'aws:kms' }),
    ]
    expect(new Set([MD5, ...written.map(({ ETag }) => ETag)]).size).toBe(3)
    expect(new Set(written.map(({ SSEKMSKeyId }) => SSEKMSKeyId)).size).toBe(1)
    expect((await head('k')).ETag).toBe(written[1]?.ETag)
    const plain = await copy()
    expect([plain.CopyObjectResult?.ETag, plain.ServerSideEncryption]).toEqual([MD5, 'AES256'])
  })

  test('tells the write of its context and bucket key, a read of the bucket key alone', async () => {
    const SSEKMSEncryptionContext = Buffer.from('{"tenant":"ä"}').toString('base64')
    const input = { ...KMS, SSEKMSEncryptionContext, BucketKeyEnabled: true }
    expect(await put(input)).toMatchObject(input)
    const { headers } = await raw.send({ method: 'HEAD', path: '/plain/k' })
    expect(headers['x-amz-server-side-encryption-bucket-key-enabled']).toBe('true')
    expect(headers['x-amz-server-side-encryption-context']).toBeUndefined()
    const dsse = await put({ ServerSideEncryption: 'aws:kms:dsse', BucketKeyEnabled: true })
    expect([dsse.ServerSideEncryption, dsse.BucketKeyEnabled]).toEqual(['aws:kms:dsse', undefined])
  })

  test.each(['{}', 'W10=', 'e30', '//79', Buffer.from('{"a":1}').toString('base64')])(
    'the context %s: %s',
    async (SSEKMSEncryptionContext) => {
      const written = put({ ...KMS, SSEKMSEncryptionContext })
      // e30 is {} without its padding.
      if (SSEKMSEncryptionContext === 'e30') await expect(written).resolves.toBeDefined()
      else await expect(written).rejects.toMatchObject({ name: 'InvalidArgument' })
    },
  )

  const put1 = () => put({ Key: 'new', ...KMS })
  const get = () => s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'k' }))
  const plainCopy = () => copy()
  const look = () => head('k')
  test.each([
    ['Disabled', put1, 'KMS.DisabledException', 400],
    ['Disabled', get, 'KMS.DisabledException', 400],
    ['Disabled', plainCopy, 'KMS.DisabledException', 400],
    ['Disabled', look, undefined, 200],
    ['PendingDeletion', get, 'KMS.KMSInvalidStateException', 400],
    ['NotFound', put1, 'KMS.NotFoundException', 400],
    ['Denied', put1, 'AccessDenied', 403],
    ['Denied', get, 'AccessDenied', 403],
    ['EncryptDenied', put1, 'AccessDenied', 403],
    ['EncryptDenied', get, undefined, 200],
    ['DecryptDenied', put1, undefined, 200],
    ['DecryptDenied', plainCopy, 'AccessDenied', 403],
  ] as const)('a key that is %s: %o gives %s', async (state, act, code, status) => {
    await put(KMS)
    expect(await playground.admin.kmsKey({ key: KEY_ID, state })).toBe(KEY)
    const done = act()
    if (code === undefined) await expect(done).resolves.toBeDefined()
    else await expect(done).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } })
  })

  test('an admin request that names no key is refused', async () => {
    await expect(playground.admin.kmsKey({ key: 'mine', state: 'Disabled' })).rejects.toThrow(/kms\.key/)
    await expect(playground.admin.kmsKey({ key: KEY, state: 'Off' as 'Disabled' })).rejects.toThrow(
      /kms\.state/,
    )
  })
})

describe('SSE-C', () => {
  const { headers } = ours
  const names = Object.keys(headers)
  const without = (...left: string[]) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !left.some((each) => name.endsWith(each))))
  const short = Buffer.from('0123456789')
  const shortKey = {
    ...headers,
    'x-amz-server-side-encryption-customer-key': short.toString('base64'),
    'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(short).digest('base64'),
  }

  test.each([
    ['PUT', 'new', headers, '200'],
    ['PUT', 'new', without('-key', '-md5'), '400 InvalidArgument'],
    ['PUT', 'new', without('-algorithm'), '400 InvalidArgument'],
    ['PUT', 'new', without('-md5'), '400 InvalidArgument'],
    ['PUT', 'new', without('-key'), '400 InvalidArgument'],
    [
      'PUT',
      'new',
      { ...headers, 'x-amz-server-side-encryption-customer-algorithm': 'AES128' },
      '400 InvalidEncryptionAlgorithmError',
    ],
    [
      'PUT',
      'new',
      { ...headers, 'x-amz-server-side-encryption-customer-key-md5': other.md5 },
      '400 InvalidArgument',
    ],
    ['PUT', 'new', shortKey, '400 InvalidArgument'],
    ['PUT', 'new', { ...headers, 'x-amz-server-side-encryption': 'AES256' }, '400 InvalidArgument'],
    ['GET', 'ours', headers, '200'],
    ['GET', 'ours', without('-md5'), '200'],
    ['GET', 'ours', {}, '400 InvalidRequest'],
    ['GET', 'ours', without('-key', '-md5'), '400 InvalidArgument'],
    ['GET', 'ours', other.headers, '403 AccessDenied'],
    ['GET', 'ours', shortKey, '403 AccessDenied'],
    ['HEAD', 'ours', {}, '400'],
    ['HEAD', 'ours', other.headers, '403'],
    ['HEAD', 'ours', headers, '200'],
    ['GET', 'plain', headers, '400 InvalidRequest'],
    ['HEAD', 'plain', headers, '400'],
    ['DELETE', 'ours', {}, '204'],
  ])('%s of %s with %j is %s', async (method, key, sent, code) => {
    expect(names).toHaveLength(3)
    await put({ Key: 'plain' })
    await put({ Key: 'ours', ...ours.input })
    const answer = await raw.send({ method, path: `/plain/${key}`, headers: sent })
    expect(codeIn(answer)).toBe(code)
    if (code === '200') {
      expect(answer.headers['x-amz-server-side-encryption']).toBeUndefined()
      expect(answer.headers['x-amz-server-side-encryption-customer-algorithm']).toBe('AES256')
      expect(answer.headers['x-amz-server-side-encryption-customer-key-md5']).toBe(ours.md5)
      expect(answer.headers.etag).not.toBe(MD5)
    }
  })

  test.each([
    [{}, 'InvalidRequest', 400],
    [other.source, 'AccessDenied', 403],
    [{ CopySourceSSECustomerAlgorithm: 'AES256' }, 'InvalidArgument', 400],
    [{ CopySource: 'plain/plain', ...ours.source }, 'InvalidRequest', 400],
    [ours.source, undefined, 200],
    [{ ...ours.source, ...other.input }, undefined, 200],
  ])('a copy with %j: %s', async (input, code, status) => {
    await put({ Key: 'plain' })
    await put({ Key: 'ours', ...ours.input })
    const copied = copy({ CopySource: 'plain/ours', ...input })
    if (code !== undefined) {
      await expect(copied).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } })
      return
    }
    const { SSECustomerKeyMD5, ServerSideEncryption, CopyObjectResult } = await copied
    if ('SSECustomerKey' in input) {
      expect([SSECustomerKeyMD5, ServerSideEncryption]).toEqual([other.md5, undefined])
      await expect(head('copy', other.input)).resolves.toMatchObject({ ContentLength: 5 })
      await expect(head('copy', ours.input)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    } else {
      expect([SSECustomerKeyMD5, ServerSideEncryption]).toEqual([undefined, 'AES256'])
      expect(CopyObjectResult?.ETag).toBe(MD5)
    }
  })

  test('is refused by a bucket that blocks it, and by that one alone', async () => {
    const written = put({ Bucket: 'blocked', ...ours.input })
    await expect(written).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    await expect(copy({ Bucket: 'blocked', ...ours.input })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(
      s3.send(new CreateMultipartUploadCommand({ Bucket: 'blocked', Key: 'k', ...ours.input })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(put({ Bucket: 'blocked' })).resolves.toMatchObject({ ServerSideEncryption: 'AES256' })
  })

  test('its key is nowhere in the log, the journal or an error', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'playground-key-'))
    try {
      const kept = await inProcessPlayground({ dir })
      const client = sdkClient(kept)
      await client.send(new CreateBucketCommand({ Bucket: 'bucket' }))
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x', ...ours.input }))
      const wrong = new RawS3(kept)
      const { text } = await wrong.send({
        method: 'GET',
        path: '/bucket/k',
        headers: ours.headers,
        secretAccessKey: 'wrong',
      })
      const { text: denied } = await wrong.send({ method: 'GET', path: '/bucket/k', headers: other.headers })
      const said = [
        JSON.stringify(await kept.admin.log()),
        readFileSync(join(dir, 'journal.jsonl'), 'utf8'),
        text,
        denied,
      ]
      expect(text).toContain('SignatureDoesNotMatch')
      for (const each of said) {
        expect(each).not.toContain(ours.base64)
        expect(each).not.toContain(other.base64)
        expect(each).not.toContain(ours.md5)
      }
      await kept.stop()
      const again = await inProcessPlayground({ dir })
      const { status } = await new RawS3(again).send({
        method: 'GET',
        path: '/bucket/k',
        headers: ours.headers,
      })
      expect(status).toBe(200)
      wrong.close()
      client.destroy()
      await again.stop()
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('an upload in parts', () => {
  async function begin(input: object, Bucket = 'plain') {
    const created = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'parts', ChecksumAlgorithm: undefined, ...input }),
    )
    return { created, upload: { Bucket, Key: 'parts', UploadId: created.UploadId ?? '' } }
  }

  test('with a KMS key says so in every answer', async () => {
    const { created, upload } = await begin({ BucketKeyEnabled: false, ...KMS })
    expect(created).toMatchObject(KMS)
    await put({ Key: 'plain' })
    const part = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'hello' }))
    const copied = await s3.send(
      new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource: 'plain/plain' }),
    )
    expect([part, copied]).toMatchObject([KMS, KMS])
    expect([MD5, part.ETag]).not.toContain(copied.CopyPartResult?.ETag)
    const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]
    const whole = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
    expect(whole).toMatchObject(KMS)
    const bytes = Buffer.from((copied.CopyPartResult?.ETag ?? '').replaceAll('"', ''), 'hex')
    expect(whole.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}-1"`)
    expect(await head('parts')).toMatchObject(KMS)
  })

  test.each([
    [ours.input, ours.input, undefined],
    [ours.input, {}, 'InvalidRequest'],
    [ours.input, other.input, 'InvalidRequest'],
    [{}, ours.input, 'InvalidRequest'],
    [{}, { SSECustomerAlgorithm: 'AES256' }, 'InvalidArgument'],
  ])('begun with %j, a part with %j: %s', async (begun, sent, code) => {
    const { created, upload } = await begin(begun)
    await put({ Key: 'source', ...other.input })
    const part = () => s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'hello', ...sent }))
    const CopySource = 'plain/source'
    const copied = () =>
      s3.send(new UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource, ...other.source, ...sent }))
    if (code !== undefined) {
      await expect(part()).rejects.toMatchObject({ name: code })
      await expect(copied()).rejects.toMatchObject({ name: code })
      return
    }
    expect(created.SSECustomerKeyMD5).toBe(ours.md5)
    const { ETag, SSECustomerKeyMD5 } = await part()
    expect([SSECustomerKeyMD5, (await copied()).SSECustomerKeyMD5]).toEqual([ours.md5, ours.md5])
    const Parts = [{ PartNumber: 1, ETag }]
    await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...ours.input }),
    )
    await expect(head('parts', ours.input)).resolves.toMatchObject({ ContentLength: 5 })
    await expect(head('parts')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
  })
})

describe("a bucket's default", () => {
  test('is taken by writes and copies that name none, never the source’s', async () => {
    const expected = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY, BucketKeyEnabled: true }
    expect(await put({ Bucket: 'kms' })).toMatchObject(expected)
    await put({ ServerSideEncryption: 'aws:kms:dsse' })
    expect(await copy({ Bucket: 'kms' })).toMatchObject(expected)
    expect(await head('copy', {}, 'kms')).toMatchObject(expected)
    const created = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'kms', Key: 'k' }))
    expect(created).toMatchObject(expected)
    expect((await copy()).ServerSideEncryption).toBe('AES256')
    const named = await put({ Bucket: 'kms', ServerSideEncryption: 'AES256' })
    expect([named.ServerSideEncryption, named.SSEKMSKeyId]).toEqual(['AES256', undefined])
    const customer = await put({ Bucket: 'kms', ...ours.input })
    expect([customer.ServerSideEncryption, customer.SSECustomerKeyMD5]).toEqual([undefined, ours.md5])
    // The request names the method: the key is then aws/s3, the bucket key still the bucket's.
    const method = await put({ Bucket: 'kms', ServerSideEncryption: 'aws:kms' })
    expect([method.SSEKMSKeyId === KEY, method.BucketKeyEnabled]).toEqual([false, true])
  })

  test('is read back as it was put, and SSE-S3 without one', async () => {
    const read = async (Bucket: string) =>
      (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules
    const none = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    }
    expect(await read('plain')).toEqual([none])
    expect(await read('kms')).toEqual([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ID },
        BucketKeyEnabled: true,
        BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
      },
    ])
    await s3.send(new CreateBucketCommand({ Bucket: 'changing' }))
    await putDefault('changing', {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' },
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
    })
    await putDefault('changing', { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } })
    expect(await read('changing')).toMatchObject([{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } }])
    await putDefault('changing', { BlockedEncryptionTypes: { EncryptionType: ['NONE'] } })
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket: 'changing' }))
    expect(await read('changing')).toEqual([none])
  })

  const rule = (text: string) =>
    `<ServerSideEncryptionConfiguration>${text}</ServerSideEncryptionConfiguration>`
  const byDefault = (text: string) =>
    rule(`<Rule><ApplyServerSideEncryptionByDefault>${text}</ApplyServerSideEncryptionByDefault></Rule>`)
  test.each([
    [rule(''), '400 MalformedXML'],
    [rule('<Rule/><Rule/>'), '400 MalformedXML'],
    [byDefault('<SSEAlgorithm>AES512</SSEAlgorithm>'), '400 MalformedXML'],
    [byDefault(`<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`), '400 MalformedXML'],
    [
      byDefault(`<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>${KEY}</KMSMasterKeyID>`),
      '400 InvalidArgument',
    ],
    [
      rule(
        '<Rule><BlockedEncryptionTypes><EncryptionType>X</EncryptionType></BlockedEncryptionTypes></Rule>',
      ),
      '400 MalformedXML',
    ],
  ])('%s is %s', async (body, code) => {
    expect(codeIn(await raw.send({ method: 'PUT', path: '/plain?encryption=', body }))).toBe(code)
    expect(codeIn(await raw.send({ method: 'PUT', path: '/absent?encryption=', body }))).toBe(
      '404 NoSuchBucket',
    )
  })
})

describe('a copy onto itself', () => {
  test.each([
    ['plain', {}, {}, false],
    ['plain', {}, { ServerSideEncryption: 'AES256' }, true],
    ['plain', {}, KMS, true],
    ['plain', {}, ours.input, true],
    ['plain', KMS, {}, true],
    ['kms', {}, {}, true],
  ] as const)('in %s, from %j to %j: %s', async (Bucket, from, to, allowed) => {
    await put({ Bucket, Key: 'self', ...from })
    const copied = copy({ Bucket, Key: 'self', CopySource: `${Bucket}/self`, ...to })
    if (allowed) await expect(copied).resolves.toBeDefined()
    else await expect(copied).rejects.toMatchObject({ name: 'InvalidRequest' })
  })
})

describe('UpdateObjectEncryption', () => {
  function update(Key: string, SSEKMS: { KMSKeyArn: string; BucketKeyEnabled?: boolean }) {
    return s3.send(new UpdateObjectEncryptionCommand({ Bucket: 'plain', Key, ObjectEncryption: { SSEKMS } }))
  }

  test('keeps ETag, date and class, of an archived object too', async () => {
    await put({ Key: 'u', StorageClass: 'DEEP_ARCHIVE' })
    const before = await head('u')
    await update('u', { KMSKeyArn: KEY, BucketKeyEnabled: true })
    const after = await head('u')
    expect(after).toMatchObject({ ...KMS, BucketKeyEnabled: true })
    expect([after.ETag, after.LastModified, after.StorageClass]).toEqual([
      MD5,
      before.LastModified,
      'DEEP_ARCHIVE',
    ])
    await update('u', { KMSKeyArn: `${KEY}2` })
    expect(await head('u')).toMatchObject({ SSEKMSKeyId: `${KEY}2` })
  })

  test.each([
    [{}, KEY, undefined],
    [KMS, KEY, undefined],
    [{ ServerSideEncryption: 'aws:kms:dsse' }, KEY, 'InvalidRequest'],
    [ours.input, KEY, 'InvalidRequest'],
    [{}, KEY_ID, 'InvalidRequest'],
    [{}, 'arn:aws:kms:us-east-1:123456789012:alias/mine', 'InvalidRequest'],
    [{}, KEY.replace('123456789012', '000000000000'), 'AccessDenied'],
    [{}, KEY.replace('us-east-1', 'us-west-2'), 'KMS.NotFoundException'],
  ] as const)('of an object with %j to %s: %s', async (from, KMSKeyArn, code) => {
    await put({ Key: 'from', ...from })
    const updated = update('from', { KMSKeyArn })
    if (code === undefined) await expect(updated).resolves.toBeDefined()
    else await expect(updated).rejects.toMatchObject({ name: code })
  })

  test('asks for a method and a key, and for an object', async () => {
    const body = '<ObjectEncryption><SSE-S3/></ObjectEncryption>'
    expect(codeIn(await raw.send({ method: 'PUT', path: '/plain/k?encryption=', body }))).toBe(
      '400 InvalidRequest',
    )
    await expect(update('absent', { KMSKeyArn: KEY })).rejects.toMatchObject({ name: 'NoSuchKey' })
    await playground.admin.seed({ bucket: 'plain', key: 'old', text: 'x', encryption: 'NONE' })
    expect((await head('old')).ServerSideEncryption).toBeUndefined()
    await expect(update('old', { KMSKeyArn: KEY })).rejects.toMatchObject({ name: 'InvalidRequest' })
  })
})

describe('what is seeded and compared', () => {
  test('a seed may be encrypted, and compare tells how two places differ in it', async () => {
    const seeds = { prefix: 'x/', pattern: '{n}', count: 2, size: 10, seed: 1 }
    await playground.admin.seed({ bucket: 'seed-a', ...seeds })
    await playground.admin.seed({ bucket: 'seed-b', ...seeds, encryption: 'aws:kms', kmsKey: KEY_ID })
    const { different, equal } = await playground.admin.compare(
      { bucket: 'seed-a', prefix: '' },
      { bucket: 'seed-b', prefix: '' },
    )
    const fields = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id']
    expect(equal).toBe(false)
    expect(different).toEqual([
      { key: 'x/0', fields },
      { key: 'x/1', fields },
    ])
    const etags = await Promise.all(['x/0', 'x/1'].map(async (key) => (await head(key, {}, 'seed-b')).ETag))
    expect(new Set(etags).size).toBe(2)
    const log = await playground.admin.log()
    await put(KMS)
    expect((await playground.admin.log(log.length)).at(-1)).toMatchObject({
      op: 'PutObject',
      encryption: 'aws:kms',
      kmsKeyId: KEY,
    })
  })
})
