import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

/** A bucket that discards: objects that are a description, and writes that are answered and forgotten. */

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  const same = { count: 3000, prefix: 'in/', size: 10, seed: 3 }
  await playground.admin.seed({ ...same, bucket: 'kept', pattern: 'k-{n:4}' })
  await playground.admin.seed({ ...same, bucket: 'described', pattern: 'k-{n:4}', discards: true })
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

const listed = async (Bucket: string, more: object = {}): Promise<unknown> => {
  const { Contents, CommonPrefixes, IsTruncated } = await s3.send(
    new ListObjectsV2Command({ Bucket, ...more }),
  )
  return [Contents?.map(({ Key, ETag, Size }) => [Key, ETag, Size]), CommonPrefixes, IsTruncated]
}

test.each([
  {},
  { StartAfter: 'in/k-1234' },
  { StartAfter: 'in/k-1234x', MaxKeys: 5 },
  { StartAfter: 'in/k-2990' },
  { StartAfter: 'z' },
  { Prefix: 'in/k-29', MaxKeys: 7 },
  { Prefix: 'out/' },
  { Delimiter: '/' },
])('it is listed as one that is kept: %o', async (more) => {
  expect(await listed('described', more)).toEqual(await listed('kept', more))
})

test.each(['in/k-0000', 'in/k-2999'])('%s is read as one that is kept', async (Key) => {
  const body = async (Bucket: string): Promise<string | undefined> =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString('base64')
  expect(await body('described')).toBe(await body('kept'))
})

test.each(['in/k-3000', 'in/k-1', 'in/k-00001', 'in/k-1e03', 'in/k- 100', 'k-0001'])(
  '%s is not there',
  async (Key) => {
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'described', Key }))).rejects.toMatchObject({
      name: 'NotFound',
    })
  },
)

test('what is copied into it is answered and counted, and neither kept nor logged', async () => {
  await playground.admin.seed({ bucket: 'sink', count: 0, discards: true })
  await playground.admin.resetCounters()
  const logged = (await playground.admin.log()).length
  const copy = { Bucket: 'sink', Key: 'x', CopySource: 'described/in/k-0007', IfNoneMatch: '*' }
  const { CopyObjectResult } = await s3.send(new CopyObjectCommand(copy))
  const source = await s3.send(new HeadObjectCommand({ Bucket: 'described', Key: 'in/k-0007' }))
  expect(CopyObjectResult?.ETag).toBe(source.ETag)
  expect(await listed('sink')).toEqual([undefined, undefined, false])
  expect(await playground.admin.counters()).toMatchObject({ mutations: 1, requests: { CopyObject: 1 } })
  expect(await playground.admin.log()).toHaveLength(logged)
})

test.each([
  [{ bucket: 'kept', count: 1, discards: true }, 'a bucket that is not there yet'],
  [{ bucket: 'described', count: 1 }, 'a bucket that is not there yet'],
  [{ bucket: 'new', count: 1, discards: true, versioning: 'Enabled' as const }, 'neither versioning'],
  [{ bucket: 'new', key: 'k', text: 'x', discards: true }, 'goes with count'],
  [{ bucket: 'new', count: 11, pattern: '{n}', discards: true }, 'padded'],
  [{ bucket: 'new', count: 11, pattern: '{n:1}', discards: true }, 'padded'],
  [{ bucket: 'new', count: 9, pattern: '{n%3:2}/{n:2}', discards: true }, 'padded'],
])('%o is refused', async (seed, why) => {
  await expect(playground.admin.seed(seed)).rejects.toThrow(why)
})
