import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { S3Error } from '../../main/playground/errors.ts'
import type { Guard, LockMode } from '../../main/playground/guard.ts'
import { isLocked, requireRetentionChange } from '../../main/playground/lock.ts'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer, RawRequest } from '../helpers/raw-s3.ts'

const DAY = 24 * 3600

let playground: TestPlayground
let raw: RawS3
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  raw = new RawS3(playground)
  s3 = sdkClient(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'safe', ObjectLockEnabledForBucket: true }))
  await s3.send(new CreateBucketCommand({ Bucket: 'open' }))
})

afterAll(async () => {
  raw.close()
  s3.destroy()
  await playground.stop()
})

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()
}

/** Days from now by the playground's clock, as ISO 8601. */
async function inDays(days: number): Promise<string> {
  const { now } = await playground.admin.clock()
  return new Date((now + days * DAY) * 1000).toISOString()
}

async function locked(mode: LockMode, days: number): Promise<Record<string, string>> {
  return { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': await inDays(days) }
}

const MD5_OF_X = { 'content-md5': createHash('md5').update('x').digest('base64') }

/** @returns the version's id */
async function put(key: string, headers: Record<string, string> = {}, bucket = 'safe'): Promise<string> {
  const request = {
    method: 'PUT',
    path: `/${bucket}/${key}`,
    body: 'x',
    headers: { ...MD5_OF_X, ...headers },
  }
  const answer = await raw.send(request)
  expect(codeOf(answer)).toBe('200')
  return String(answer.headers['x-amz-version-id'])
}

describe('what is locked', () => {
  const past = { mode: 'COMPLIANCE', until: 90 } as const
  const governed = { mode: 'GOVERNANCE', until: 110 } as const
  const kept = { mode: 'COMPLIANCE', until: 110 } as const

  test.each<[Guard, boolean, boolean]>([
    [{}, false, false],
    [{ legalHold: 'ON' }, true, true],
    [{ legalHold: 'OFF' }, false, false],
    [{ legalHold: 'ON', retention: past }, true, true],
    [{ retention: past }, false, false],
    [{ retention: governed }, false, true],
    [{ retention: governed }, true, false],
    [{ retention: kept }, false, true],
    [{ retention: kept }, true, true],
  ])('%j, bypassed: %s, is locked: %s', (guard, bypass, expected) => {
    expect(isLocked(guard, 100, bypass)).toBe(expected)
  })

  const code = (act: () => void): string => {
    try {
      act()
      return 'passes'
    } catch (error) {
      return error instanceof S3Error ? error.code : String(error)
    }
  }

  test.each([
    [undefined, { mode: 'GOVERNANCE', until: 101 }, false, 'passes'],
    [past, undefined, false, 'passes'],
    [past, { mode: 'GOVERNANCE', until: 101 }, false, 'passes'],
    [governed, { mode: 'GOVERNANCE', until: 110 }, false, 'passes'],
    [governed, { mode: 'GOVERNANCE', until: 120 }, false, 'passes'],
    [governed, { mode: 'GOVERNANCE', until: 109 }, false, 'AccessDenied'],
    [governed, { mode: 'GOVERNANCE', until: 109 }, true, 'passes'],
    [governed, { mode: 'COMPLIANCE', until: 120 }, false, 'AccessDenied'],
    [governed, { mode: 'COMPLIANCE', until: 120 }, true, 'passes'],
    [governed, undefined, false, 'AccessDenied'],
    [governed, undefined, true, 'passes'],
    [kept, { mode: 'COMPLIANCE', until: 120 }, false, 'passes'],
    [kept, { mode: 'COMPLIANCE', until: 109 }, true, 'AccessDenied'],
    [kept, { mode: 'GOVERNANCE', until: 120 }, true, 'AccessDenied'],
    [kept, undefined, true, 'AccessDenied'],
  ] as const)('%j to %j, bypassed: %s, %s', (standing, asked, bypass, expected) => {
    expect(code(() => requireRetentionChange(standing, asked, 100, bypass))).toBe(expected)
  })
})

describe('a locked version', () => {
  test.each([
    ['GOVERNANCE', {}, '403 AccessDenied'],
    ['GOVERNANCE', { 'x-amz-bypass-governance-retention': 'true' }, '204'],
    ['COMPLIANCE', { 'x-amz-bypass-governance-retention': 'true' }, '403 AccessDenied'],
  ] as const)('in %s mode deleted with %j answers %s', async (mode, headers, expected) => {
    const versionId = await put('kept', await locked(mode, 1))
    const path = `/safe/kept?versionId=${versionId}`
    expect(codeOf(await raw.send({ method: 'DELETE', path, headers }))).toBe(expected)
  })

  test('can be deleted once its time is over by the clock, and a plain delete hides it any time', async () => {
    const versionId = await put('passing', await locked('COMPLIANCE', 2))
    const hidden = await raw.send({ method: 'DELETE', path: '/safe/passing' })
    expect([hidden.status, hidden.headers['x-amz-delete-marker']]).toEqual([204, 'true'])
    const remove = { method: 'DELETE', path: `/safe/passing?versionId=${versionId}` }
    expect(codeOf(await raw.send(remove))).toBe('403 AccessDenied')
    await playground.admin.advance(2 * DAY + 1)
    expect(codeOf(await raw.send(remove))).toBe('204')
  })

  test('under legal hold stays until the hold is off', async () => {
    const named = { Bucket: 'safe', Key: 'held' }
    const put = { ...named, Body: 'x', ObjectLockLegalHoldStatus: 'ON' } as const
    const { VersionId } = await s3.send(new PutObjectCommand(put))
    const remove = new DeleteObjectCommand({ ...named, VersionId, BypassGovernanceRetention: true })
    await expect(s3.send(remove)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect((await s3.send(new GetObjectLegalHoldCommand(named))).LegalHold?.Status).toBe('ON')
    await s3.send(new PutObjectLegalHoldCommand({ ...named, LegalHold: { Status: 'OFF' } }))
    expect((await s3.send(new HeadObjectCommand(named))).ObjectLockLegalHoldStatus).toBe('OFF')
    await s3.send(remove)
  })

  test('is one of the keys that DeleteObjects does not delete', async () => {
    const [a, b] = [await put('one', await locked('GOVERNANCE', 1)), await put('two')]
    const Delete = {
      Objects: [
        { Key: 'one', VersionId: a },
        { Key: 'two', VersionId: b },
      ],
    }
    const { Errors, Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'safe', Delete }))
    expect([Errors?.map(({ Key, Code }) => [Key, Code]), Deleted?.map(({ Key }) => Key)]).toEqual([
      [['one', 'AccessDenied']],
      ['two'],
    ])
    const BypassGovernanceRetention = true
    const again = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'safe', Delete, BypassGovernanceRetention }),
    )
    expect(again.Errors).toBeUndefined()
  })

  test.each([
    [{ 'x-amz-object-lock-legal-hold': 'ON' }, 'AccessDenied'],
    [{}, 'passes'],
  ])('with %j re-encrypted where it is: %s', async (headers, expected) => {
    await put('sealed', headers)
    const KMSKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001'
    const ObjectEncryption = { SSEKMS: { KMSKeyArn } }
    const update = s3.send(
      new UpdateObjectEncryptionCommand({ Bucket: 'safe', Key: 'sealed', ObjectEncryption }),
    )
    const answer = await update.then(
      () => 'passes',
      (error: Error) => error.name,
    )
    expect(answer).toBe(expected)
  })

  test('is not passed over by an account without the right', async () => {
    const account = await playground.admin.account('clerk')
    const client = new RawS3(account)
    const versionId = await put('clerks', await locked('GOVERNANCE', 1))
    const headers = { 'x-amz-bypass-governance-retention': 'true' }
    const remove = { method: 'DELETE', path: `/safe/clerks?versionId=${versionId}`, headers }
    await playground.admin.access({ bucket: 'safe', account: 'clerk', write: true })
    expect(codeOf(await client.send(remove))).toBe('403 AccessDenied')
    await playground.admin.access({ bucket: 'safe', account: 'clerk', write: true, bypassLock: true })
    expect(codeOf(await client.send(remove))).toBe('204')
    client.close()
  })
})

describe('retention', () => {
  test('is read as it was put, and told by HEAD', async () => {
    const named = { Bucket: 'safe', Key: 'retained' }
    await s3.send(new PutObjectCommand({ ...named, Body: 'x' }))
    const RetainUntilDate = new Date(await inDays(3))
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate } as const
    await s3.send(new PutObjectRetentionCommand({ ...named, Retention }))
    expect((await s3.send(new GetObjectRetentionCommand(named))).Retention).toEqual(Retention)
    const head = await s3.send(new HeadObjectCommand(named))
    expect([head.ObjectLockMode, head.ObjectLockRetainUntilDate]).toEqual(['GOVERNANCE', RetainUntilDate])
    const sooner = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(await inDays(1)) } as const
    const shorten = { ...named, Retention: sooner }
    await expect(s3.send(new PutObjectRetentionCommand(shorten))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await s3.send(new PutObjectRetentionCommand({ ...shorten, BypassGovernanceRetention: true }))
    expect((await s3.send(new GetObjectRetentionCommand(named))).Retention).toEqual(sooner)
  })

  test.each([
    ['/open/k', '<Mode>GOVERNANCE</Mode>', '400 InvalidRequest'],
    ['/safe/k', '<Mode>GOVERNANCE</Mode>', '400 MalformedXML'],
    [
      '/safe/k',
      '<Mode>LOOSE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate>',
      '400 InvalidArgument',
    ],
    [
      '/safe/k',
      '<Mode>GOVERNANCE</Mode><RetainUntilDate>2001-01-01T00:00:00Z</RetainUntilDate>',
      '400 InvalidArgument',
    ],
    ['/safe/k', '<Mode>GOVERNANCE</Mode><RetainUntilDate>soon</RetainUntilDate>', '400 InvalidArgument'],
    ['/safe/missing', '', '404 NoSuchKey'],
  ])('of %s put as %s answers %s', async (path, inside, expected) => {
    await put('k')
    const body = `<Retention>${inside}</Retention>`
    expect(codeOf(await raw.send({ method: 'PUT', path: `${path}?retention=`, body }))).toBe(expected)
  })

  test('that was never put is not there', async () => {
    await put('bare')
    const codes: string[] = []
    for (const what of ['retention', 'legal-hold']) {
      codes.push(codeOf(await raw.send({ method: 'GET', path: `/safe/bare?${what}=` })))
    }
    expect(codes).toEqual(['404 NoSuchObjectLockConfiguration', '404 NoSuchObjectLockConfiguration'])
  })
})

describe('a write with lock headers', () => {
  const WRITES: readonly [string, RawRequest][] = [
    ['PutObject', { method: 'PUT', path: '/BUCKET/written', body: 'x', headers: MD5_OF_X }],
    [
      'CopyObject',
      { method: 'PUT', path: '/BUCKET/written', headers: { 'x-amz-copy-source': '/open/source' } },
    ],
    ['CreateMultipartUpload', { method: 'POST', path: '/BUCKET/written?uploads=' }],
  ]

  const send = (request: RawRequest, bucket: string, headers: Record<string, string>): Promise<RawAnswer> =>
    raw.send({
      ...request,
      path: request.path.replace('BUCKET', bucket),
      headers: { ...request.headers, ...headers },
    })

  test.each(WRITES)('by %s', async (_, request) => {
    await put('source', {}, 'open')
    const lock = await locked('GOVERNANCE', 1)
    const half = { 'x-amz-object-lock-mode': 'GOVERNANCE' }
    const codes = [
      codeOf(await send(request, 'safe', lock)),
      codeOf(await send(request, 'safe', { 'x-amz-object-lock-legal-hold': 'ON' })),
      codeOf(await send(request, 'open', lock)),
      codeOf(await send(request, 'open', { 'x-amz-object-lock-legal-hold': 'OFF' })),
      codeOf(await send(request, 'safe', half)),
      codeOf(await send(request, 'safe', { ...lock, 'x-amz-object-lock-mode': 'LOOSE' })),
      codeOf(await send(request, 'safe', { 'x-amz-object-lock-legal-hold': 'MAYBE' })),
    ]
    const [none, wrong] = ['400 InvalidRequest', '400 InvalidArgument']
    expect(codes).toEqual(['200', '200', none, none, wrong, wrong, wrong])
  })

  test('of a body must vouch for it', async () => {
    const request = {
      method: 'PUT',
      path: '/safe/unvouched',
      body: 'x',
      headers: await locked('GOVERNANCE', 1),
    }
    expect(codeOf(await raw.send(request))).toBe('400 InvalidRequest')
  })

  test('in parts locks what is put together', async () => {
    const headers = await locked('GOVERNANCE', 1)
    const begun = await raw.send({ method: 'POST', path: '/safe/parts?uploads=', headers })
    const uploadId = /<UploadId>(.*?)</.exec(begun.text)?.[1] ?? ''
    const upload = `/safe/parts?uploadId=${uploadId}`
    const part = await raw.send({ method: 'PUT', path: `${upload}&partNumber=1`, body: 'x' })
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    await raw.send({ method: 'POST', path: upload, body })
    const head = await raw.send({ method: 'HEAD', path: '/safe/parts' })
    expect(head.headers).toMatchObject(headers)
  })

  test('copies no lock along, and lets the copy name its own', async () => {
    await put('original', { ...(await locked('COMPLIANCE', 1)), 'x-amz-object-lock-legal-hold': 'ON' })
    const copy = {
      method: 'PUT',
      path: '/safe/duplicate',
      headers: { 'x-amz-copy-source': '/safe/original' },
    }
    await raw.send(copy)
    const plain = await raw.send({ method: 'HEAD', path: '/safe/duplicate' })
    expect(Object.keys(plain.headers).filter((name) => name.includes('lock'))).toEqual([])
    const lock = await locked('GOVERNANCE', 2)
    await raw.send({ ...copy, headers: { ...copy.headers, ...lock } })
    expect((await raw.send({ method: 'HEAD', path: '/safe/duplicate' })).headers).toMatchObject(lock)
  })
})

describe('a bucket with lock', () => {
  test('has versioning, which cannot be suspended', async () => {
    const path = '/safe?versioning='
    expect((await raw.send({ method: 'GET', path })).text).toContain('<Status>Enabled</Status>')
    const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
    expect(codeOf(await raw.send({ method: 'PUT', path, body }))).toBe('409 InvalidBucketState')
  })

  test('gives its default retention to what names none, from the moment it is whole', async () => {
    const Bucket = 'default'
    await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    const get = new GetObjectLockConfigurationCommand({ Bucket })
    expect((await s3.send(get)).ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' })
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } },
    } as const
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    expect((await s3.send(get)).ObjectLockConfiguration).toEqual(ObjectLockConfiguration)
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    expect(head.ObjectLockMode).toBe('GOVERNANCE')
    expect(Number(head.ObjectLockRetainUntilDate) - Number(head.LastModified)).toBe(2 * DAY * 1000)
    const own = await locked('COMPLIANCE', 1)
    await put('own', own, Bucket)
    expect((await raw.send({ method: 'HEAD', path: '/default/own' })).headers).toMatchObject(own)
    const unvouched = await raw.send({ method: 'PUT', path: '/default/unvouched', body: 'x' })
    expect(codeOf(unvouched)).toBe('400 InvalidRequest')
    const copy = { 'x-amz-copy-source': '/default/k' }
    await raw.send({ method: 'PUT', path: '/default/copy', headers: copy })
    const copied = await raw.send({ method: 'HEAD', path: '/default/copy' })
    expect(copied.headers['x-amz-object-lock-mode']).toBe('GOVERNANCE')
    const begun = await raw.send({ method: 'POST', path: '/default/parts?uploads=' })
    const upload = `/default/parts?uploadId=${/<UploadId>(.*?)</.exec(begun.text)?.[1] ?? ''}`
    const part = await raw.send({ method: 'PUT', path: `${upload}&partNumber=1`, body: 'x' })
    await playground.admin.advance(DAY)
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    await raw.send({ method: 'POST', path: upload, body })
    const parts = await s3.send(new HeadObjectCommand({ Bucket, Key: 'parts' }))
    expect(Number(parts.ObjectLockRetainUntilDate) - Number(parts.LastModified)).toBe(2 * DAY * 1000)
  })

  test.each([
    ['/open', '<ObjectLockEnabled>Enabled</ObjectLockEnabled>', '409 InvalidBucketState'],
    ['/safe', '<ObjectLockEnabled>Sometimes</ObjectLockEnabled>', '400 MalformedXML'],
    [
      '/safe',
      '<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years></DefaultRetention></Rule>',
      '400 MalformedXML',
    ],
    [
      '/safe',
      '<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>0</Days></DefaultRetention></Rule>',
      '400 InvalidArgument',
    ],
  ])('%s configured with %s answers %s', async (path, inside, expected) => {
    const body = `<ObjectLockConfiguration>${inside}</ObjectLockConfiguration>`
    expect(codeOf(await raw.send({ method: 'PUT', path: `${path}?object-lock=`, body }))).toBe(expected)
  })

  test('is told from one without', async () => {
    const answer = await raw.send({ method: 'GET', path: '/open?object-lock=' })
    expect(codeOf(answer)).toBe('404 ObjectLockConfigurationNotFoundError')
  })

  test('keeps its locks in the directory', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'playground-lock-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const first = await inProcessPlayground({ dir })
    const client = sdkClient(first)
    const named = { Bucket: 'kept', Key: 'k' }
    await client.send(new CreateBucketCommand({ Bucket: 'kept', ObjectLockEnabledForBucket: true }))
    const RetainUntilDate = new Date(Date.now() + 1000 * DAY)
    const put = {
      ...named,
      Body: 'x',
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: RetainUntilDate,
    } as const
    const { VersionId } = await client.send(new PutObjectCommand(put))
    client.destroy()
    await first.stop()
    const second = await inProcessPlayground({ dir })
    const again = sdkClient(second)
    const remove = new DeleteObjectCommand({ ...named, VersionId })
    await expect(again.send(remove)).rejects.toMatchObject({ name: 'AccessDenied' })
    again.destroy()
    await second.stop()
  })
})
