import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAMPLE } from '../../main/playground/sample.ts'
import type { SeedRequest } from '../../main/playground/seed-request.ts'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestAccount, TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let other: TestAccount
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  other = await playground.admin.account('other')
  s3 = sdkClient(playground)
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

test('seeds can be locked', async () => {
  const retention = { mode: 'GOVERNANCE', until: '2999-01-01T00:00:00.000Z' } as const
  const seed: SeedRequest = { bucket: 'locked', objectLock: true, count: 2, retention, legalHold: 'ON' }
  expect(await playground.admin.seed(seed)).toBe(2)
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'locked', Key: 'obj-00000001' }))
  expect(head.VersionId).not.toBe('null')
  expect([head.ObjectLockMode, head.ObjectLockRetainUntilDate, head.ObjectLockLegalHoldStatus]).toEqual([
    retention.mode,
    new Date(retention.until),
    'ON',
  ])
})

test('seeds can have a canned ACL', async () => {
  const seed: SeedRequest = {
    bucket: 'granted',
    ownership: 'ObjectWriter',
    key: 'k',
    text: 'x',
    acl: 'public-read',
  }
  await playground.admin.seed(seed)
  const { Grants } = await s3.send(new GetObjectAclCommand({ Bucket: 'granted', Key: 'k' }))
  expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'READ'])
})

test('seeds can be another account’s, who asks others to pay', async () => {
  await playground.admin.seed({ bucket: 'theirs', owner: 'other', requesterPays: true, key: 'k', text: 'x' })
  await playground.admin.access({ bucket: 'theirs', account: 'playground', read: true })
  const theirs = sdkClient(other)
  const { Buckets } = await theirs.send(new ListBucketsCommand({}))
  expect(Buckets?.map(({ Name }) => Name)).toEqual(['theirs'])
  theirs.destroy()
  const head = { Bucket: 'theirs', Key: 'k' }
  await expect(s3.send(new HeadObjectCommand(head))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  })
  const paid = await s3.send(new HeadObjectCommand({ ...head, RequestPayer: 'requester' }))
  expect(paid.RequestCharged).toBe('requester')
})

test.each<[SeedRequest, string]>([
  [{ bucket: 'locked', objectLock: true, count: 0 }, 'seed.objectLock is for a bucket that is not there yet'],
  [{ bucket: 'fresh', owner: 'nobody', count: 0 }, 'seed.owner must be an account'],
  [{ bucket: 'fresh', count: 1, legalHold: 'ON' }, 'need a bucket with objectLock'],
  [{ bucket: 'fresh', count: 1, acl: 'public-read' }, 'seed.acl needs a bucket whose ownership'],
  [{ bucket: 'fresh', count: 1, archive: 'ARCHIVE_ACCESS' }, 'seed.archive is for INTELLIGENT_TIERING'],
  [
    { bucket: 'fresh', objectLock: true, count: 1, retention: { mode: 'COMPLIANCE', until: 'soon' } },
    'seed.retention.until must be a date',
  ],
  [
    { bucket: 'fresh', objectLock: true, versioning: 'Suspended', count: 1 },
    'seed.versioning cannot be Suspended',
  ],
])('%j is refused: %s', async (request, message) => {
  await expect(playground.admin.seed(request)).rejects.toThrow(message)
})

test('the sample can be seeded, with an unfinished upload, a policy, a lifecycle and tags of buckets', async () => {
  for (const seed of SAMPLE) await playground.admin.seed(seed)
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'acme-backups' }))
  expect(Uploads?.map(({ Key, Initiated }) => [Key, Initiated?.toISOString()])).toEqual([
    ['postgres/full/2026-11-08-full.tar.zst', '2026-11-08T03:20:00.000Z'],
  ])
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'acme-backups' }))
  expect(Rules?.map(({ ID }) => ID)).toEqual(['base-backups', 'uploads'])
})
