import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketRequestPaymentCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketRequestPaymentCommand,
} from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { OWNER } from '../../main/playground/accounts.ts'
import { may } from '../../main/playground/access.ts'
import type { Operation } from '../../main/playground/operations.ts'
import { NEEDS } from '../../main/playground/rights.ts'
import type { Access } from '../../main/playground/rights.ts'
import type { Bucket } from '../../main/playground/bucket.ts'
import { FIRST_ACCOUNT, inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestAccount, TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer, RawRequest } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let other: TestAccount
/** Signs as the first account, and as the other. */
let mine: RawS3
let theirs: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  other = await playground.admin.account('other')
  mine = new RawS3(playground)
  theirs = new RawS3(other)
  await mine.send({ method: 'PUT', path: '/house' })
  await theirs.send({ method: 'PUT', path: '/hut' })
  await playground.admin.seed({ bucket: 'house', key: 'plain', text: 'p' })
  await playground.admin.seed({ bucket: 'house', key: 'tagged', text: 't', tags: { a: '1' } })
})

afterAll(async () => {
  mine.close()
  theirs.close()
  await playground.stop()
})

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()
}

const DENIED = '403 AccessDenied'
const COPY: RawRequest = {
  method: 'PUT',
  path: '/hut/copy',
  headers: { 'x-amz-copy-source': '/house/plain' },
}
const COPY_TAGGED: RawRequest = { ...COPY, headers: { 'x-amz-copy-source': '/house/tagged' } }

describe('what an account may do', () => {
  const another = { ...OWNER, account: '222222222222' }
  const bucket = (access: Access): Bucket =>
    ({
      rules: { owner: OWNER.account, access: { [OWNER.account]: access, [another.account]: access } },
    }) as unknown as Bucket

  test.each<[string, Partial<Access>, Operation, boolean]>([
    ['owner', {}, 'GetObject', true],
    ['owner', {}, 'DeleteBucket', true],
    ['owner', { deny: ['GetObject'] }, 'GetObject', false],
    ['owner', { deny: ['GetObject'] }, 'HeadObject', false],
    ['owner', { deny: ['HeadObject'] }, 'GetObject', true],
    ['owner', { deny: ['PutObject'] }, 'CompleteMultipartUpload', false],
    ['another', {}, 'GetObject', false],
    ['another', { allow: ['read'] }, 'GetObject', true],
    ['another', { allow: ['read'] }, 'HeadObject', true],
    ['another', { allow: ['read'] }, 'GetObjectTagging', false],
    ['another', { allow: ['read'] }, 'PutObject', false],
    ['another', { allow: ['read'], deny: ['GetObject'] }, 'GetObject', false],
    ['another', { allow: ['write'] }, 'UploadPart', true],
    ['another', { allow: ['write'] }, 'DeleteBucket', false],
    ['another', { allow: ['write'] }, 'ListParts', true],
    ['another', { allow: ['read', 'write'] }, 'RestoreObject', false],
    ['another', { allow: ['restore'] }, 'RestoreObject', true],
    ['another', { allow: ['list'] }, 'HeadBucket', true],
    ['another', { allow: ['list'] }, 'ListObjectVersions', true],
    ['another', {}, 'ListBuckets', true],
  ])('the %s with %j may %s: %s', (who, access, operation, expected) => {
    const account = who === 'owner' ? OWNER : another
    expect(may(bucket({ allow: [], deny: [], ...access }), account, operation)).toBe(expected)
  })

  test('is said for every operation by a permission that stands for itself', () => {
    for (const { permission } of Object.values(NEEDS)) {
      if (permission !== undefined) expect(NEEDS[permission].permission).toBeUndefined()
    }
  })
})

describe('another account', () => {
  beforeEach(() => playground.admin.access({ bucket: 'house', account: 'other' }))

  test('sees only its own buckets, each with its owner', async () => {
    const [ours, others] = [sdkClient(playground), sdkClient(other)]
    const listed = async (s3: typeof ours): Promise<unknown> => {
      const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}))
      return [Buckets?.map(({ Name }) => Name), Owner?.ID]
    }
    expect(await listed(ours)).toEqual([['house'], FIRST_ACCOUNT.canonicalId])
    expect(await listed(others)).toEqual([['hut'], other.canonicalId])
    const { Contents } = await ours.send(new ListObjectsV2Command({ Bucket: 'house', FetchOwner: true }))
    expect(Contents?.[0]?.Owner?.ID).toBe(FIRST_ACCOUNT.canonicalId)
    ours.destroy()
    others.destroy()
  })

  test('cannot take a name that another has', async () => {
    expect(codeOf(await theirs.send({ method: 'PUT', path: '/house' }))).toBe('409 BucketAlreadyExists')
    expect(codeOf(await theirs.send({ method: 'PUT', path: '/hut' }))).toBe('409 BucketAlreadyOwnedByYou')
  })

  test.each<[string, RawRequest]>([
    ['reading', { method: 'GET', path: '/house/plain' }],
    ['reading tags', { method: 'GET', path: '/house/plain?tagging=' }],
    ['listing', { method: 'GET', path: '/house?list-type=2' }],
    ['writing', { method: 'PUT', path: '/house/new', body: 'x' }],
    ['deleting', { method: 'DELETE', path: '/house/plain' }],
    ['beginning an upload', { method: 'POST', path: '/house/new?uploads=' }],
    ['copying from it', COPY],
    ['changing its payment', { method: 'PUT', path: '/house?requestPayment=', body: '<x/>' }],
  ])('is denied %s', async (_, request) => {
    expect(codeOf(await theirs.send(request))).toBe(DENIED)
  })

  test('learns that a bucket is not there, but not what is in one that it may not list', async () => {
    expect(codeOf(await theirs.send({ method: 'GET', path: '/nowhere/k' }))).toBe('404 NoSuchBucket')
    await playground.admin.access({ bucket: 'house', account: 'other', read: true })
    const missing = { method: 'GET', path: '/house/missing' }
    const copy = { ...COPY, headers: { 'x-amz-copy-source': '/house/missing' } }
    expect([codeOf(await theirs.send(missing)), codeOf(await theirs.send(copy))]).toEqual([DENIED, DENIED])
    await playground.admin.access({ bucket: 'house', account: 'other', read: true, list: true })
    expect([codeOf(await theirs.send(missing)), codeOf(await theirs.send(copy))]).toEqual([
      '404 NoSuchKey',
      '404 NoSuchKey',
    ])
  })

  test('may what it is allowed, and what is taken back no more', async () => {
    const s3 = sdkClient(other)
    const get = new GetObjectCommand({ Bucket: 'house', Key: 'plain' })
    await playground.admin.access({ bucket: 'house', account: other.accountId, read: true })
    expect(await (await s3.send(get)).Body?.transformToString()).toBe('p')
    await playground.admin.access({ bucket: 'house', account: other.accountId, write: true })
    await expect(s3.send(get)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(codeOf(await theirs.send({ method: 'PUT', path: '/house/theirs', body: 'x' }))).toBe('200')
    s3.destroy()
  })

  test('copies tags only with the right to read them', async () => {
    await playground.admin.access({ bucket: 'house', account: 'other', read: true })
    const replace = { ...COPY_TAGGED.headers, 'x-amz-tagging-directive': 'REPLACE' }
    expect(codeOf(await theirs.send(COPY))).toBe('200')
    expect(codeOf(await theirs.send(COPY_TAGGED))).toBe(DENIED)
    expect(codeOf(await theirs.send({ ...COPY_TAGGED, headers: replace }))).toBe('200')
    await playground.admin.access({ bucket: 'house', account: 'other', read: true, readTags: true })
    expect(codeOf(await theirs.send(COPY_TAGGED))).toBe('200')
  })

  test('deletes several keys as far as it may', async () => {
    const s3 = sdkClient(other)
    const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }] }
    const remove = new DeleteObjectsCommand({ Bucket: 'house', Delete })
    const denied = await s3.send(remove)
    expect(denied.Errors?.map(({ Code }) => Code)).toEqual(['AccessDenied', 'AccessDenied'])
    await playground.admin.access({ bucket: 'house', account: 'other', write: true })
    expect((await s3.send(remove)).Deleted?.length).toBe(2)
    s3.destroy()
  })

  test('has wrong keys as anybody', async () => {
    const list = { method: 'GET', path: '/' }
    const { secretAccessKey, accessKeyId } = other
    expect(codeOf(await mine.send({ ...list, accessKeyId }))).toBe('403 SignatureDoesNotMatch')
    expect(codeOf(await mine.send({ ...list, accessKeyId, secretAccessKey }))).toBe('200')
  })
})

describe('the owner', () => {
  afterEach(() => playground.admin.access({ bucket: 'house', account: 'playground' }))

  test('can be denied single operations', async () => {
    const s3 = sdkClient(playground)
    const named = { Bucket: 'house', Key: 'tagged' }
    await playground.admin.access({ bucket: 'house', account: 'playground', deny: ['GetObjectTagging'] })
    await expect(s3.send(new GetObjectTaggingCommand(named))).rejects.toMatchObject({ name: 'AccessDenied' })
    const { TagCount, ContentLength } = await s3.send(new HeadObjectCommand(named))
    expect([TagCount, ContentLength]).toEqual([undefined, 1])
    s3.destroy()
  })

  test.each([
    ['plain', 'COPY', '200'],
    ['tagged', 'COPY', DENIED],
    ['tagged', 'REPLACE', '200'],
  ])('denied the tags, copies %s with %s: %s', async (key, directive, expected) => {
    await playground.admin.access({ bucket: 'house', account: 'playground', deny: ['GetObjectTagging'] })
    const headers = { 'x-amz-copy-source': `/house/${key}`, 'x-amz-tagging-directive': directive }
    expect(codeOf(await mine.send({ method: 'PUT', path: '/house/copied', headers }))).toBe(expected)
  })

  test.each<[Operation, Readonly<Record<string, string>>]>([
    ['PutObjectTagging', { 'x-amz-copy-source': '/house/tagged' }],
    ['PutObjectTagging', { 'x-amz-tagging': 'a=1' }],
    ['PutObjectAcl', { 'x-amz-acl': 'bucket-owner-full-control' }],
    ['PutObjectRetention', { 'x-amz-object-lock-mode': 'GOVERNANCE' }],
    ['PutObjectLegalHold', { 'x-amz-object-lock-legal-hold': 'OFF' }],
  ])('denied %s, cannot write with %j', async (operation, headers) => {
    const write = { method: 'PUT', path: '/house/besides', headers }
    const before = codeOf(await mine.send(write))
    await playground.admin.access({ bucket: 'house', account: 'playground', deny: [operation] })
    expect([before === DENIED, codeOf(await mine.send(write))]).toEqual([false, DENIED])
  })

  test('denied writing tags, cannot write an object with some', async () => {
    await playground.admin.access({ bucket: 'house', account: 'playground', deny: ['PutObjectTagging'] })
    const put = { method: 'PUT', path: '/house/put', body: 'x' }
    expect(codeOf(await mine.send(put))).toBe('200')
    expect(codeOf(await mine.send({ ...put, headers: { 'x-amz-tagging': 'a=1' } }))).toBe(DENIED)
  })
})

describe('an expected owner', () => {
  const wrong = '999999999999'

  test.each([
    ['x-amz-expected-bucket-owner', FIRST_ACCOUNT.accountId, '200'],
    ['x-amz-expected-bucket-owner', wrong, DENIED],
    ['x-amz-source-expected-bucket-owner', FIRST_ACCOUNT.accountId, '200'],
    ['x-amz-source-expected-bucket-owner', wrong, DENIED],
  ])('%s: %s gives %s', async (name, owner, expected) => {
    const headers = { 'x-amz-copy-source': '/house/plain', [name]: owner }
    expect(codeOf(await mine.send({ method: 'PUT', path: '/house/expected', headers }))).toBe(expected)
  })

  test('is the account that made the bucket', async () => {
    const list = { method: 'GET', path: '/hut?list-type=2' }
    const expecting = (owner: string): RawRequest => ({
      ...list,
      headers: { 'x-amz-expected-bucket-owner': owner },
    })
    expect(codeOf(await theirs.send(expecting(other.accountId)))).toBe('200')
    expect(codeOf(await theirs.send(expecting(FIRST_ACCOUNT.accountId)))).toBe(DENIED)
  })
})

describe('a bucket whose requesters pay', () => {
  test('wants to hear that others know it, and says that they were charged', async () => {
    const [ours, others] = [sdkClient(playground), sdkClient(other)]
    const Bucket = 'toll'
    await ours.send(new CreateBucketCommand({ Bucket }))
    await playground.admin.seed({ bucket: Bucket, key: 'k', text: 'x' })
    await playground.admin.access({
      bucket: Bucket,
      account: 'other',
      read: true,
      list: true,
      readConfig: true,
    })
    expect((await ours.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer).toBe('BucketOwner')
    const RequestPaymentConfiguration = { Payer: 'Requester' } as const
    await ours.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }))
    const named = { Bucket, Key: 'k' }
    expect((await ours.send(new GetObjectCommand(named))).RequestCharged).toBeUndefined()
    await expect(others.send(new GetObjectCommand(named))).rejects.toMatchObject({ name: 'AccessDenied' })
    const paid = { ...named, RequestPayer: 'requester' } as const
    expect((await others.send(new GetObjectCommand(paid))).RequestCharged).toBe('requester')
    expect((await others.send(new ListObjectsV2Command(paid))).RequestCharged).toBe('requester')
    const copy = { Bucket: 'hut', Key: 'paid', CopySource: `${Bucket}/k` }
    await expect(others.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'AccessDenied' })
    const charged = await others.send(new CopyObjectCommand({ ...copy, RequestPayer: 'requester' }))
    expect(charged.RequestCharged).toBe('requester')
    ours.destroy()
    others.destroy()
  })

  test('refuses a payer that S3 does not know', async () => {
    const body = '<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>'
    const answer = await mine.send({ method: 'PUT', path: '/house?requestPayment=', body })
    expect(codeOf(answer)).toBe('400 MalformedXML')
  })
})

describe('bad input', () => {
  test.each([
    [{ bucket: 'nowhere', account: 'other' }, 'access.bucket'],
    [{ bucket: 'house', account: 'nobody' }, 'access.account'],
    [{ bucket: 'house', account: 'other', deny: ['Nothing' as Operation] }, 'access.deny'],
  ])('%j names %s', async (request, field) => {
    await expect(playground.admin.access(request)).rejects.toThrow(field)
  })

  test('of accounts: a name that is taken', async () => {
    await expect(playground.admin.account('other')).rejects.toThrow('accounts.name')
  })
})

test('accounts and what they may do are kept in the directory', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playground-accounts-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const first = await inProcessPlayground({ dir })
  const account = await first.admin.account('kept')
  await first.admin.seed({ bucket: 'first', key: 'k', text: 'x' })
  await first.admin.seed({ bucket: 'second', key: 'k', text: 'x', owner: 'kept' })
  await first.admin.access({ bucket: 'first', account: 'kept', read: true })
  await first.stop()
  const second = await inProcessPlayground({ dir })
  const client = new RawS3({ ...account, endpoint: second.endpoint })
  const codes: string[] = []
  for (const path of ['/first/k', '/second/k', '/first?list-type=2', '/second?list-type=2']) {
    codes.push(codeOf(await client.send({ method: 'GET', path })))
  }
  expect(codes).toEqual(['200', '200', DENIED, '200'])
  expect((await second.admin.log()).map(({ op }) => op)).toEqual([
    'CreateBucket',
    'PutObject',
    'CreateBucket',
    'PutObject',
    'PutAccess',
  ])
  client.close()
  await second.stop()
})
