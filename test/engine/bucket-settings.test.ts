import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { BUCKET_SETTINGS } from '#model/bucket.ts'
import { readBucketPart } from '../../main/engine/bucket-settings.ts'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { CLIENTS, openStorage } from '../suites/storage/bench.ts'

let playground: TestPlayground
beforeAll(async () => {
  playground = await inProcessPlayground()
  const s3 = sdkClient(playground)
  await playground.admin.seed({ bucket: 'full', count: 0 })
  await playground.admin.seed({ bucket: 'bare', count: 0, ownership: 'ObjectWriter' })
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'full', Policy: POLICY }))
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket: 'full',
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    }),
  )
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: 'full',
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'one',
            Status: 'Enabled',
            Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeLessThan: 5 } },
            Transitions: [{ Days: 30, StorageClass: 'GLACIER' }],
            NoncurrentVersionExpiration: { NoncurrentDays: 9, NewerNoncurrentVersions: 2 },
          },
          {
            Status: 'Disabled',
            Filter: { Prefix: '' },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
    }),
  )
  s3.destroy()
})
afterAll(() => playground.stop())

const POLICY = '{"Version":"2012-10-17","Statement":[]}'

describe.each(CLIENTS)('what a bucket says of itself, by %s', (client) => {
  it('is read whole', async () => {
    const storage = openStorage(client, playground)
    expect(await storage.bucketSetting('full', 'policy')).toBe(POLICY)
    expect((await storage.bucketSetting('full', 'lifecycle'))?.rules).toEqual([
      {
        id: 'one',
        enabled: true,
        prefix: 'a/',
        tags: { k: 'v' },
        above: undefined,
        below: 5,
        actions: [
          { does: 'transition', after: { days: 30 }, storageClass: 'GLACIER' },
          { does: 'expire-older', days: 9, keep: 2 },
        ],
      },
      {
        id: undefined,
        enabled: false,
        prefix: '',
        tags: {},
        above: undefined,
        below: undefined,
        actions: [{ does: 'abort-uploads', days: 7 }],
      },
    ])
    expect(await storage.bucketSetting('full', 'public-access')).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    })
    expect(await storage.bucketSetting('full', 'ownership')).toBe('BucketOwnerEnforced')
    expect(await storage.bucketSetting('bare', 'ownership')).toBe('ObjectWriter')
    storage.close()
  })

  it('costs one request each, and a part that may not be read names the right', async () => {
    const name = `reader-${client}`
    const other = await playground.admin.account(name)
    await playground.admin.access({ bucket: 'full', account: name, list: true })
    const storage = openStorage(client, { ...playground, ...other })
    for (const part of BUCKET_SETTINGS) {
      const found = await readBucketPart(storage, 'full', part)
      expect(found).toMatchObject({ is: 'denied', right: expect.stringMatching(/^s3:Get/) as string })
    }
    const sent = Object.values(storage.requests).reduce((sum, one) => sum + one, 0)
    expect(sent).toBe(BUCKET_SETTINGS.length)
    storage.close()
  })

  it.each([
    ['NotImplemented', 'unknown'],
    ['NoSuchBucketPolicy', 'none'],
  ] as const)('%s means that it is %s', async (code, is) => {
    const storage = openStorage(client, playground)
    await playground.admin.faults({ op: 'GetBucketPolicy', do: 'error', code })
    expect(await readBucketPart(storage, 'full', 'policy')).toEqual({ is })
    await playground.admin.clearFaults()
    storage.close()
  })
})
