import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
} from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKSUM_ALGORITHMS, checksumOfBytes, compositeChecksum } from '../../main/playground/checksums.ts'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer } from '../helpers/raw-s3.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const HELLO = Buffer.from('hello')

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  raw = new RawS3(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'sums' }))
})

afterAll(async () => {
  raw.close()
  s3.destroy()
  await playground.stop()
})

function of(algorithm: (typeof CHECKSUM_ALGORITHMS)[number], bytes: Buffer = HELLO): string {
  return checksumOfBytes(algorithm, bytes)
}

function codeIn({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>([^<]*)</.exec(text)?.[1] ?? ''}`.trim()
}

function head(Key: string, input: object = {}) {
  return s3.send(new HeadObjectCommand({ Bucket: 'sums', Key, ChecksumMode: 'ENABLED', ...input }))
}

function copy(Key: string, input: object = {}) {
  return s3.send(new CopyObjectCommand({ Bucket: 'sums', Key: 'copy', CopySource: `sums/${Key}`, ...input }))
}

describe('an object sent in one piece', () => {
  test.each(CHECKSUM_ALGORITHMS)('keeps the %s that came with it, and tells those who ask', async (name) => {
    const header = `x-amz-checksum-${name.toLowerCase()}`
    const put = await raw.send({
      method: 'PUT',
      path: '/sums/one',
      headers: { [header]: of(name) },
      body: HELLO,
    })
    expect([put.status, put.headers[header], put.headers['x-amz-checksum-type']]).toEqual([
      200,
      of(name),
      'FULL_OBJECT',
    ])
    const silent = await raw.send({ method: 'HEAD', path: '/sums/one' })
    expect([silent.headers[header], silent.headers['x-amz-checksum-type']]).toEqual([undefined, undefined])
    expect(await head('one')).toMatchObject({ [`Checksum${name}`]: of(name), ChecksumType: 'FULL_OBJECT' })
    const copied = await copy('one')
    expect(copied.CopyObjectResult).toMatchObject({
      [`Checksum${name}`]: of(name),
      ChecksumType: 'FULL_OBJECT',
    })
    expect(await head('copy')).toMatchObject({ [`Checksum${name}`]: of(name) })
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'sums', Prefix: 'one' }))
    expect(Contents).toMatchObject([{ ChecksumAlgorithm: [name], ChecksumType: 'FULL_OBJECT' }])
  })

  test('has CRC64NVME where nobody named one, and a range is silent of it', async () => {
    const put = await raw.send({ method: 'PUT', path: '/sums/default', body: HELLO })
    expect(put.headers['x-amz-checksum-crc64nvme']).toBe(of('CRC64NVME'))
    const headers = { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-1' }
    const range = await raw.send({ method: 'GET', path: '/sums/default', headers })
    expect([range.text, range.headers['x-amz-checksum-crc64nvme']]).toEqual(['he', undefined])
    const part = await raw.send({
      method: 'GET',
      path: '/sums/default?partNumber=1',
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    })
    expect([part.status, part.headers['x-amz-checksum-crc64nvme']]).toEqual([206, of('CRC64NVME')])
    const both = await raw.send({ method: 'GET', path: '/sums/default?partNumber=1', headers })
    expect(codeIn(both)).toBe('400 InvalidRequest')
  })

  test.each([
    [{ 'x-amz-checksum-crc32': of('CRC32', Buffer.from('other')) }, '400 BadDigest'],
    [{ 'x-amz-checksum-crc32c': of('CRC32C', Buffer.from('other')) }, '400 BadDigest'],
    [{ 'x-amz-checksum-crc64nvme': of('CRC64NVME', Buffer.from('other')) }, '400 BadDigest'],
    [{ 'x-amz-checksum-sha1': of('SHA1', Buffer.from('other')) }, '400 BadDigest'],
    [{ 'x-amz-checksum-sha256': of('CRC32') }, '400 InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'bad' }, '400 InvalidRequest'],
    [{ 'x-amz-checksum-crc32': of('CRC32'), 'x-amz-checksum-sha1': of('SHA1') }, '400 InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, '400 InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': of('CRC32') }, '400 InvalidRequest'],
    [{ 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' }, '501 NotImplemented'],
    [{ 'content-md5': createHash('md5').update('other').digest('base64') }, '400 BadDigest'],
    [{ 'content-md5': 'bad' }, '400 InvalidDigest'],
    [{ 'x-amz-checksum-mode': 'ENABLED' }, '200'],
  ])('with %j is %s', async (headers, code) => {
    const answer = await raw.send({ method: 'PUT', path: '/sums/wrong', headers, body: HELLO })
    expect(codeIn(answer)).toBe(code)
  })

  test.each([
    ['x-amz-checksum-crc32c', `x-amz-checksum-crc32c:${of('CRC32C')}`, '200'],
    ['x-amz-checksum-crc64nvme', `x-amz-checksum-crc64nvme:${of('CRC64NVME')}`, '200'],
    ['x-amz-checksum-sha256', `x-amz-checksum-sha256:${of('SHA256', Buffer.from('x'))}`, '400 BadDigest'],
    ['x-amz-checksum-sha256', 'x-amz-checksum-sha256:bad', '400 InvalidRequest'],
    ['x-amz-checksum-crc32', '', '400 MalformedTrailerError'],
    ['x-amz-meta-a', 'x-amz-meta-a:b', '400 InvalidRequest'],
  ])('with the trailer %s and %j is %s', async (name, trailer, code) => {
    const answer = await raw.send({
      method: 'PUT',
      path: '/sums/trailer',
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '5',
        'x-amz-trailer': name,
      },
      body: `5\r\nhello\r\n0\r\n${trailer}${trailer === '' ? '' : '\r\n'}\r\n`,
    })
    expect(codeIn(answer)).toBe(code)
    if (code === '200') expect(answer.headers[name]).toBe(trailer.slice(name.length + 1))
  })

  test('of synthetic bytes has the checksum of what will be read, whatever came with the empty body', async () => {
    const bytes = async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'sums', Key: 'synthetic' }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    }
    const headers = {
      'x-decant-synthetic': '200000;3',
      'x-amz-checksum-crc32c': of('CRC32C', Buffer.alloc(0)),
    }
    const put = await raw.send({ method: 'PUT', path: '/sums/synthetic', headers })
    expect(put.headers['x-amz-checksum-crc32c']).toBe(of('CRC32C', await bytes()))
    await playground.admin.seed({ bucket: 'sums', key: 'synthetic', size: 200_000, seed: 4 })
    expect((await head('synthetic')).ChecksumCRC64NVME).toBe(of('CRC64NVME', await bytes()))
  })

  test('so large that nobody reads it has one all the same, at once', async () => {
    await playground.admin.seed({ bucket: 'sums', key: 'huge', size: 40_000 * GIB, seed: 5 })
    const { ChecksumCRC64NVME } = await head('huge')
    await playground.admin.seed({ bucket: 'sums', key: 'huge too', size: 40_000 * GIB, seed: 5 })
    expect((await head('huge too')).ChecksumCRC64NVME).toBe(ChecksumCRC64NVME)
    const headers = { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-0' }
    expect((await raw.send({ method: 'GET', path: '/sums/huge', headers })).status).toBe(206)
  })
})

describe('a copy', () => {
  test.each(CHECKSUM_ALGORITHMS)('is given the %s that it asks for', async (ChecksumAlgorithm) => {
    await s3.send(new PutObjectCommand({ Bucket: 'sums', Key: 'source', Body: HELLO }))
    const { CopyObjectResult } = await copy('source', { ChecksumAlgorithm })
    const expected = { [`Checksum${ChecksumAlgorithm}`]: of(ChecksumAlgorithm), ChecksumType: 'FULL_OBJECT' }
    expect(CopyObjectResult).toMatchObject(expected)
    expect(await head('copy')).toMatchObject(expected)
  })

  test('of a seed is silent of what was never computed, and has it', async () => {
    await playground.admin.seed({ bucket: 'sums', key: 'seed', text: 'hello' })
    const { CopyObjectResult } = await copy('seed')
    expect(CopyObjectResult?.ChecksumType).toBeUndefined()
    expect((await head('copy')).ChecksumCRC64NVME).toBe(of('CRC64NVME'))
    await expect(copy('seed', { ChecksumAlgorithm: 'XXHASH3' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
  })
})

type Begun = { Bucket: string; Key: string; UploadId: string }

async function begin(input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<Begun> {
  const { UploadId = '' } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: 'sums', Key: 'parts', ...input }),
  )
  return { Bucket: 'sums', Key: 'parts', UploadId }
}

const BIG = Buffer.alloc(5 * MIB, 'a')
const PARTS = [BIG, HELLO]

async function upload(
  begun: Begun,
  input: Partial<UploadPartCommandInput>,
  claim: 'with checksums' | 'without',
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = []
  for (const [index, Body] of PARTS.entries()) {
    const PartNumber = index + 1
    const sent = await s3.send(new UploadPartCommand({ ...begun, PartNumber, Body, ...input }))
    const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sent
    const sums = { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 }
    parts.push({ PartNumber, ETag, ...(claim === 'with checksums' ? sums : undefined) })
  }
  return parts
}

function complete(
  begun: Begun,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  return s3.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload: { Parts }, ...input }))
}

const WHOLE = Buffer.concat(PARTS)

describe('an upload in parts', () => {
  test.each([
    [{}, undefined, undefined],
    [{ ChecksumAlgorithm: 'CRC32' }, 'CRC32', 'COMPOSITE'],
    [{ ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' }, 'CRC32C', 'FULL_OBJECT'],
    [{ ChecksumAlgorithm: 'CRC64NVME' }, 'CRC64NVME', 'FULL_OBJECT'],
    [{ ChecksumAlgorithm: 'SHA1' }, 'SHA1', 'COMPOSITE'],
    [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' }, 'SHA256', 'COMPOSITE'],
  ] as const)('begun with %j', async (input, algorithm, type) => {
    const begun = await begin(input)
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'sums', Prefix: 'parts' }))
    const mine = Uploads?.find(({ UploadId }) => UploadId === begun.UploadId)
    expect([mine?.ChecksumAlgorithm, mine?.ChecksumType]).toEqual([algorithm, type])
    const parts = await upload(begun, { ChecksumAlgorithm: algorithm }, 'with checksums')
    const listed = await s3.send(new ListPartsCommand(begun))
    expect([listed.ChecksumAlgorithm, listed.ChecksumType]).toEqual([algorithm, type])
    const name = algorithm ?? 'CRC32'
    const field = `Checksum${name}`
    expect(listed.Parts).toMatchObject([{ [field]: of(name, BIG) }, { [field]: of(name) }])
    const whole = await complete(begun, parts, {
      MpuObjectSize: WHOLE.length,
      ...(type === 'FULL_OBJECT' ? { [field]: of(name, WHOLE), ChecksumType: type } : undefined),
    })
    const kept = algorithm ?? 'CRC64NVME'
    const value =
      type === 'COMPOSITE'
        ? compositeChecksum(
            kept,
            PARTS.map((part) => ({ value: of(kept, part), size: part.length })),
          )
        : of(kept, WHOLE)
    const expected = { [`Checksum${kept}`]: value, ChecksumType: type ?? 'FULL_OBJECT' }
    expect(whole).toMatchObject(expected)
    expect(await head('parts')).toMatchObject(expected)
    // A part's own checksum is known where the upload named an algorithm.
    const second = await head('parts', { PartNumber: 2 })
    expect(second.PartsCount).toBe(2)
    expect(second).toMatchObject(algorithm === undefined ? {} : { [field]: of(algorithm) })
    // In one piece again, a composite checksum becomes one of the full object.
    await copy('parts')
    expect(await head('copy')).toMatchObject({
      [`Checksum${kept}`]: of(kept, WHOLE),
      ChecksumType: 'FULL_OBJECT',
    })
  })

  test.each([
    [{ ChecksumType: 'COMPOSITE' }],
    [{ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }],
    [{ ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }],
    [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }],
    [{ ChecksumAlgorithm: 'MD5' }],
  ] as const)('is not begun with %j', async (input) => {
    await expect(begin(input)).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  test('takes parts with its own algorithm alone', async () => {
    const begun = await begin({ ChecksumAlgorithm: 'SHA256' })
    const path = `/sums/parts?partNumber=1&uploadId=${begun.UploadId}`
    const crc = await raw.send({
      method: 'PUT',
      path,
      headers: { 'x-amz-checksum-crc32': of('CRC32') },
      body: HELLO,
    })
    expect(codeIn(crc)).toBe('400 InvalidRequest')
    expect(crc.text).toContain('expected checksum Type: sha256, actual checksum Type: crc32')
    const none = await raw.send({ method: 'PUT', path, body: HELLO })
    expect(none.text).toContain('actual checksum Type: null')
    const wrong = { 'x-amz-checksum-sha256': of('SHA256', BIG) }
    expect(codeIn(await raw.send({ method: 'PUT', path, headers: wrong, body: HELLO }))).toBe('400 BadDigest')
  })

  test.each([
    ['without', {}, 'InvalidRequest'],
    ['with checksums', { MpuObjectSize: 7 }, 'InvalidRequest'],
    ['with checksums', { ChecksumType: 'FULL_OBJECT' }, 'InvalidRequest'],
    ['with checksums', { ChecksumCRC32: of('CRC32') }, 'BadDigest'],
    ['with checksums', { ChecksumSHA1: of('SHA1') }, 'BadDigest'],
    ['with checksums', { ChecksumCRC32: 'bad' }, 'InvalidRequest'],
    ['with checksums', {}, undefined],
  ] as const)('of COMPOSITE CRC32, completed %s and %j: %s', async (claim, input, code) => {
    const begun = await begin({ ChecksumAlgorithm: 'CRC32' })
    const done = complete(begun, await upload(begun, {}, claim), input)
    if (code === undefined) await expect(done).resolves.toBeDefined()
    else await expect(done).rejects.toMatchObject({ name: code })
  })

  test.each([
    ['without', {}, undefined],
    ['without', { ChecksumCRC32: of('CRC32', WHOLE), ChecksumType: 'FULL_OBJECT' }, undefined],
    ['without', { ChecksumCRC32: of('CRC32', WHOLE) }, 'BadDigest'],
    ['without', { ChecksumCRC32: of('CRC32'), ChecksumType: 'FULL_OBJECT' }, 'BadDigest'],
    ['without', { ChecksumType: 'COMPOSITE' }, 'InvalidRequest'],
  ] as const)('of FULL_OBJECT CRC32, completed %s and %j: %s', async (claim, input, code) => {
    const begun = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    const done = complete(begun, await upload(begun, {}, claim), input)
    if (code === undefined) await expect(done).resolves.toBeDefined()
    else await expect(done).rejects.toMatchObject({ name: code })
  })

  test('is refused with a part that has another checksum', async () => {
    const begun = await begin({ ChecksumAlgorithm: 'CRC32' })
    const [first = {}, second = {}] = await upload(begun, {}, 'with checksums')
    const swapped = complete(begun, [first, { ...second, ChecksumCRC32: of('CRC32', BIG) }])
    await expect(swapped).rejects.toMatchObject({ name: 'InvalidPart' })
    const other = complete(begun, [first, { ...second, ChecksumCRC32: undefined, ChecksumSHA1: of('SHA1') }])
    await expect(other).rejects.toMatchObject({ name: 'BadDigest' })
    const bad = complete(begun, [first, { ...second, ChecksumCRC32: 'bad' }])
    await expect(bad).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  test('by copies: S3 computes what the upload names, and the CRCs of any parts combine to the whole’s', async () => {
    await playground.admin.seed({ bucket: 'sums', key: 'big', size: 6 * GIB + 5, seed: 9 })
    const whole = (await head('big')).ChecksumCRC64NVME
    const begun = await begin({ ChecksumAlgorithm: 'CRC64NVME' })
    const parts: CompletedPart[] = []
    for (const [index, range] of [`0-${4 * GIB - 1}`, `${4 * GIB}-${6 * GIB + 4}`].entries()) {
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({
          ...begun,
          PartNumber: index + 1,
          CopySource: 'sums/big',
          CopySourceRange: `bytes=${range}`,
        }),
      )
      const { ETag, ChecksumCRC64NVME } = CopyPartResult ?? {}
      parts.push({ PartNumber: index + 1, ETag, ChecksumCRC64NVME })
    }
    expect(new Set(parts.map(({ ChecksumCRC64NVME }) => ChecksumCRC64NVME?.length))).toEqual(new Set([12]))
    const { ChecksumCRC64NVME } = await complete(begun, parts, {
      ChecksumCRC64NVME: whole,
      ChecksumType: 'FULL_OBJECT',
    })
    expect(ChecksumCRC64NVME).toBe(whole)
    expect(
      (
        await playground.admin.compare(
          { bucket: 'sums', prefix: 'big' },
          { bucket: 'sums', prefix: 'parts' },
          true,
          true,
        )
      ).equal,
    ).toBe(true)
  })

  test('under SSE-C with an algorithm needs the key to complete, under KMS does not tell the checksum', async () => {
    const bytes = Buffer.alloc(32, 'k')
    const key = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: bytes.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(bytes).digest('base64'),
    }
    const begun = await begin({ ChecksumAlgorithm: 'CRC32', ...key })
    const parts = await upload(begun, key, 'with checksums')
    await expect(complete(begun, parts)).rejects.toMatchObject({ name: 'InvalidRequest' })
    await expect(complete(begun, parts, key)).resolves.toMatchObject({ ChecksumType: 'COMPOSITE' })
    const attributes = { Bucket: 'sums', Key: 'parts', ObjectAttributes: ['Checksum' as const] }
    await expect(s3.send(new GetObjectAttributesCommand(attributes))).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
    const { Checksum } = await s3.send(new GetObjectAttributesCommand({ ...attributes, ...key }))
    expect(Checksum?.ChecksumType).toBe('COMPOSITE')
    const kms = await begin({ ServerSideEncryption: 'aws:kms' })
    const whole = await complete(kms, await upload(kms, {}, 'without'))
    expect(whole.ChecksumType).toBeUndefined()
    const { SSEKMSKeyId = '' } = whole
    expect((await head('parts')).ChecksumType).toBe('FULL_OBJECT')
    await playground.admin.kmsKey({ key: SSEKMSKeyId, state: 'DecryptDenied' })
    await expect(head('parts')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    await expect(head('parts', { ChecksumMode: undefined })).resolves.toBeDefined()
    await playground.admin.enableKmsKeys()
  })
})

describe('GetObjectAttributes', () => {
  function attributes(Key: string, names: readonly string[], input: object = {}) {
    return s3.send(
      new GetObjectAttributesCommand({
        Bucket: 'sums',
        Key,
        ObjectAttributes: names as ['ETag'],
        ...input,
      }),
    )
  }

  test('tells what it is asked for, of an archived object too', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: 'sums', Key: 'told', Body: HELLO, StorageClass: 'DEEP_ARCHIVE' }),
    )
    const all = await attributes('told', ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'])
    expect(all).toMatchObject({
      ETag: '5d41402abc4b2a76b9719d911017c592',
      Checksum: { ChecksumCRC32: of('CRC32'), ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'DEEP_ARCHIVE',
      ObjectSize: 5,
    })
    expect([all.ObjectParts, all.LastModified]).toEqual([undefined, expect.any(Date)])
    const some = await attributes('told', ['ObjectSize'])
    expect([some.ObjectSize, some.ETag, some.Checksum]).toEqual([5, undefined, undefined])
  })

  test('pages through the parts of an upload with checksums, and counts those of another', async () => {
    const begun = await begin({ ChecksumAlgorithm: 'SHA256' })
    await complete(begun, await upload(begun, { ChecksumAlgorithm: 'SHA256' }, 'with checksums'))
    const first = await attributes('parts', ['ObjectParts', 'Checksum'], { MaxParts: 1 })
    expect(first.Checksum?.ChecksumSHA256).toMatch(/-2$/)
    expect(first.ObjectParts).toEqual({
      TotalPartsCount: 2,
      PartNumberMarker: '0',
      NextPartNumberMarker: '1',
      MaxParts: 1,
      IsTruncated: true,
      Parts: [{ PartNumber: 1, Size: BIG.length, ChecksumSHA256: of('SHA256', BIG) }],
    })
    const rest = await attributes('parts', ['ObjectParts'], { PartNumberMarker: '1' })
    expect(rest.ObjectParts).toMatchObject({
      IsTruncated: false,
      Parts: [{ PartNumber: 2, Size: HELLO.length, ChecksumSHA256: of('SHA256') }],
    })
    const plain = await begin()
    await complete(plain, await upload(plain, {}, 'without'))
    expect((await attributes('parts', ['ObjectParts'])).ObjectParts).toEqual({ TotalPartsCount: 2 })
  })

  test.each([
    [{}, '400 InvalidArgument'],
    [{ 'x-amz-object-attributes': 'ETag,Colour' }, '400 InvalidArgument'],
    [{ 'x-amz-object-attributes': 'ETag', 'x-amz-max-parts': 'x' }, '400 InvalidArgument'],
    [{ 'x-amz-object-attributes': 'ETag' }, '200'],
  ])('with %j is %s', async (headers, code) => {
    await s3.send(new PutObjectCommand({ Bucket: 'sums', Key: 'told', Body: HELLO }))
    expect(codeIn(await raw.send({ method: 'GET', path: '/sums/told?attributes=', headers }))).toBe(code)
  })
})

test('the journal keeps checksums', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playground-sums-'))
  try {
    const first = await inProcessPlayground({ dir })
    const client = sdkClient(first)
    await client.send(new CreateBucketCommand({ Bucket: 'kept' }))
    const ChecksumAlgorithm = 'SHA256'
    await client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'sha', Body: HELLO, ChecksumAlgorithm }))
    const begun = { Bucket: 'kept', Key: 'half' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...begun, ChecksumAlgorithm }))
    const id = { ...begun, UploadId, PartNumber: 1 }
    const { ETag } = await client.send(new UploadPartCommand({ ...id, Body: HELLO, ChecksumAlgorithm }))
    await first.stop()
    client.destroy()
    const again = await inProcessPlayground({ dir })
    const later = sdkClient(again)
    const kept = await later.send(
      new HeadObjectCommand({ Bucket: 'kept', Key: 'sha', ChecksumMode: 'ENABLED' }),
    )
    expect(kept.ChecksumSHA256).toBe(of('SHA256'))
    const Parts = [{ PartNumber: 1, ETag, ChecksumSHA256: of('SHA256') }]
    const whole = await later.send(
      new CompleteMultipartUploadCommand({ ...begun, UploadId, MultipartUpload: { Parts } }),
    )
    expect(whole.ChecksumType).toBe('COMPOSITE')
    later.destroy()
    await again.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('a journal from before checksums and encryption still loads', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playground-old-'))
  const time = 1_700_000_000
  const attributes = { headers: { 'content-type': 'text/plain' }, metadata: {} }
  const common = { bucket: 'old', key: 'k', time, attributes, tags: {}, storageClass: 'STANDARD' }
  const content = [['bytes', HELLO.toString('base64')]]
  const etag = createHash('md5').update(HELLO).digest('hex')
  const part = { bucket: 'old', key: 'p', time, uploadId: 'u', partNumber: 1, content, etag }
  const lines = [
    { op: 'CreateBucket', bucket: 'old', time, region: 'us-east-1' },
    { op: 'PutObject', ...common, versionId: 'null', content, etag },
    { op: 'CreateMultipartUpload', ...common, key: 'p', uploadId: 'u' },
    { op: 'UploadPart', ...part },
    {
      op: 'CompleteMultipartUpload',
      bucket: 'old',
      key: 'p',
      time,
      uploadId: 'u',
      versionId: 'null',
      partNumbers: [1],
      etag,
    },
  ]
  try {
    writeFileSync(join(dir, 'journal.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const loaded = await inProcessPlayground({ dir })
    const client = sdkClient(loaded)
    for (const Key of ['k', 'p']) {
      expect(
        await client.send(new HeadObjectCommand({ Bucket: 'old', Key, ChecksumMode: 'ENABLED' })),
      ).toMatchObject({ ServerSideEncryption: 'AES256', ChecksumCRC64NVME: of('CRC64NVME') })
    }
    client.destroy()
    await loaded.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
