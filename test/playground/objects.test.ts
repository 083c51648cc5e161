import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'plain' }))
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

describe('an object', () => {
  test('comes back as it was put, with its headers, metadata, tags and class', async () => {
    const put = await s3.send(
      new PutObjectCommand({
        Bucket: 'plain',
        Key: 'dir/ä +%2F🎨.txt',
        Body: 'hello',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        ContentDisposition: 'inline',
        ContentEncoding: 'identity',
        ContentLanguage: 'de',
        Metadata: { owner: 'me' },
        Tagging: 'a=1&b=zwei',
        StorageClass: 'STANDARD_IA',
        WebsiteRedirectLocation: '/else',
      }),
    )
    expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
    const got = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'dir/ä +%2F🎨.txt' }))
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ETag: put.ETag,
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Metadata: { owner: 'me' },
      TagCount: 2,
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/else',
    })
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'dir/ä +%2F🎨.txt' }))
    expect(head).toMatchObject({ ETag: put.ETag, ContentLength: 5, Metadata: { owner: 'me' } })
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'dir/' }))
    expect(listed.Contents).toMatchObject([
      { Key: 'dir/ä +%2F🎨.txt', Size: 5, ETag: put.ETag, StorageClass: 'STANDARD_IA' },
    ])
    const buckets = await s3.send(new ListBucketsCommand({}))
    expect(buckets.Buckets?.map(({ Name }) => Name)).toEqual(['plain'])
  })
})
