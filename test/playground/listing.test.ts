import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

const KEYS = [
  'a',
  'b/1',
  'b/2',
  'b/sub/3',
  'c d+e%20',
  'ä/ö',
  '\uff5e',
  '🎨',
  'with\u0001control',
  'x&<y>',
] as const

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  for (const key of KEYS) await playground.admin.seed({ bucket: 'keys', key, text: key })
  await playground.admin.seed({
    bucket: 'many',
    count: 2500,
    prefix: 'p/',
    pattern: '{n/1000}/{n:5}',
    size: 3,
  })
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

const inOrder = [...KEYS].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))

async function pages(
  input: ListObjectsV2CommandInput,
): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
  const keys: string[] = []
  const prefixes: string[] = []
  let ContinuationToken: string | undefined
  let count = 0
  do {
    const page = await s3.send(new ListObjectsV2Command({ ...input, ContinuationToken }))
    expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''))
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''))
    ContinuationToken = page.NextContinuationToken
    count += 1
  } while (ContinuationToken !== undefined)
  return { keys, prefixes, pages: count }
}

describe('a listing', () => {
  test.each([1, 2, 3, 1000])('by %d gives every key once, in UTF-8 byte order', async (MaxKeys) => {
    const { keys } = await pages({ Bucket: 'keys', MaxKeys })
    expect(keys).toEqual(inOrder)
  })

  test('with encoding-type=url gives keys that decode to themselves', async () => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'keys', EncodingType: 'url' }))
    const decoded = Contents?.map(({ Key }) => decodeURIComponent((Key ?? '').replaceAll('+', ' ')))
    expect(decoded).toEqual(inOrder)
  })

  test.each([
    [{ Delimiter: '/' }, inOrder.filter((key) => !key.includes('/')), ['b/', 'ä/']],
    [{ Delimiter: '/', Prefix: 'b/' }, ['b/1', 'b/2'], ['b/sub/']],
    [{ Delimiter: '/', Prefix: 'b' }, [], ['b/']],
    [{ Prefix: 'b/s' }, ['b/sub/3'], []],
    [{ Prefix: 'none' }, [], []],
    [{ Prefix: 'b/', StartAfter: 'b/1' }, ['b/2', 'b/sub/3'], []],
    [{ Delimiter: '2' }, inOrder.filter((key) => key !== 'b/2' && key !== 'c d+e%20'), ['b/2', 'c d+e%2']],
  ])('with %j', async (input, keys, prefixes) => {
    for (const MaxKeys of [1, 2, 1000]) {
      expect(await pages({ Bucket: 'keys', MaxKeys, ...input })).toMatchObject({ keys, prefixes })
    }
  })

  test('has a thousand keys a page at most, and none if none are asked for', async () => {
    expect(await pages({ Bucket: 'many', MaxKeys: 5000 })).toMatchObject({ pages: 3 })
    const { keys } = await pages({ Bucket: 'many' })
    expect(keys).toHaveLength(2500)
    expect(keys[1999]).toBe('p/1/01999')
    const none = await s3.send(new ListObjectsV2Command({ Bucket: 'many', MaxKeys: 0 }))
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false })
    const grouped = await pages({ Bucket: 'many', Prefix: 'p/', Delimiter: '/', MaxKeys: 1 })
    expect(grouped).toEqual({ keys: [], prefixes: ['p/0/', 'p/1/', 'p/2/'], pages: 3 })
  })

  test('names the owner if asked', async () => {
    const plain = await s3.send(new ListObjectsV2Command({ Bucket: 'keys', MaxKeys: 1 }))
    expect(plain.Contents?.[0]?.Owner).toBeUndefined()
    const owned = await s3.send(new ListObjectsV2Command({ Bucket: 'keys', MaxKeys: 1, FetchOwner: true }))
    expect(owned.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{32}$/)
  })

  test('in its first form goes on from a marker, which may be a common prefix', async () => {
    const keys: string[] = []
    let Marker: string | undefined
    for (;;) {
      const page = await s3.send(
        new ListObjectsCommand({ Bucket: 'keys', Delimiter: '/', MaxKeys: 2, Marker }),
      )
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''))
      keys.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''))
      if (page.IsTruncated !== true) break
      Marker = page.NextMarker
    }
    expect([...keys].sort()).toEqual([...inOrder.filter((key) => !key.includes('/')), 'b/', 'ä/'].sort())
  })

  test.each([
    ['max-keys=-1', 'InvalidArgument'],
    ['max-keys=many', 'InvalidArgument'],
    ['encoding-type=rot13', 'InvalidArgument'],
    ['continuation-token=', 'InvalidArgument'],
    ['versions=&version-id-marker=x', 'InvalidArgument'],
  ])('refuses %s', async (query, code) => {
    const raw = new RawS3(playground)
    const answer = await raw.send({ method: 'GET', path: `/keys?list-type=2&${query}` })
    expect([answer.status, /<Code>(.*?)</.exec(answer.text)?.[1]]).toEqual([400, code])
    raw.close()
  })
})

describe('buckets', () => {
  test('are made, found, located and removed', async () => {
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'made',
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    )
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'made' }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    })
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'made' }))).BucketRegion).toBe('eu-central-1')
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: 'made' }))
    expect(location.LocationConstraint).toBe('eu-central-1')
    const first = await s3.send(new ListBucketsCommand({ MaxBuckets: 2 }))
    expect(first.Buckets?.map(({ Name }) => Name)).toEqual(['keys', 'made'])
    const rest = await s3.send(new ListBucketsCommand({ ContinuationToken: first.ContinuationToken }))
    expect(rest.Buckets?.map(({ Name }) => Name)).toEqual(['many'])
    await s3.send(new DeleteBucketCommand({ Bucket: 'made' }))
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'made' }))).rejects.toMatchObject({
      name: 'NotFound',
    })
    await expect(s3.send(new DeleteBucketCommand({ Bucket: 'many' }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    })
  })

  test.each(['Upper', 'ab', 'a..b', '-ab', '192.168.0.1', 'a_b'])('%s is no bucket name', async (Bucket) => {
    const raw = new RawS3(playground)
    const answer = await raw.send({ method: 'PUT', path: `/${Bucket}` })
    expect(answer.text).toContain('<Code>InvalidBucketName</Code>')
    raw.close()
  })

  test('answer under their own host name', async () => {
    const raw = new RawS3(playground)
    const listed = await raw.send({
      method: 'GET',
      path: '/?list-type=2&max-keys=1',
      headers: { host: `keys.localhost:${raw.port}` },
    })
    expect(listed.text).toContain('<Name>keys</Name>')
    const got = await raw.send({
      method: 'GET',
      path: '/b/sub/3',
      headers: { host: `keys.localhost:${raw.port}` },
    })
    expect(got.text).toBe('b/sub/3')
    raw.close()
  })
})
