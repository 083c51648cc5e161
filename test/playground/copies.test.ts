import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { CopyObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

const SOURCE = {
  Body: 'hello',
  ContentType: 'text/plain',
  CacheControl: 'no-cache',
  Metadata: { owner: 'me' },
  Tagging: 'a=1',
  StorageClass: 'STANDARD_IA',
  WebsiteRedirectLocation: '/else',
} as const

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'source' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'target' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'versioned' }))
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: 'versioned',
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  )
  await put({ Key: 'object', ...SOURCE })
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

function put(input: Partial<PutObjectCommandInput> & { Key: string }) {
  return s3.send(new PutObjectCommand({ Bucket: 'source', ...input }))
}

function copy(input: Partial<CopyObjectCommandInput>) {
  return s3.send(
    new CopyObjectCommand({ Bucket: 'target', Key: 'copy', CopySource: 'source/object', ...input }),
  )
}

function head(Key: string, Bucket = 'target') {
  return s3.send(new HeadObjectCommand({ Bucket, Key }))
}

async function tagsOf(Key: string) {
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: 'target', Key }))
  return Object.fromEntries((TagSet ?? []).map((tag) => [tag.Key, tag.Value]))
}

describe('a copy', () => {
  test('takes metadata and tags along, not the class nor the redirect', async () => {
    const { CopyObjectResult } = await copy({})
    expect(CopyObjectResult?.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
    const copied = await head('copy')
    expect(copied).toMatchObject({
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { owner: 'me' },
    })
    expect(copied.StorageClass).toBeUndefined()
    expect(copied.WebsiteRedirectLocation).toBeUndefined()
    expect(await tagsOf('copy')).toEqual({ a: '1' })
  })

  test('with MetadataDirective REPLACE has only what the request names', async () => {
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'text/css', Metadata: { new: 'yes' } })
    const copied = await head('copy')
    expect(copied).toMatchObject({ ContentType: 'text/css', Metadata: { new: 'yes' } })
    expect(copied.CacheControl).toBeUndefined()
    expect(await tagsOf('copy')).toEqual({ a: '1' })
  })

  test('with TaggingDirective REPLACE has the tags of the request, or none', async () => {
    await copy({ TaggingDirective: 'REPLACE', Tagging: 'b=2&c=3' })
    expect(await tagsOf('copy')).toEqual({ b: '2', c: '3' })
    await copy({ TaggingDirective: 'REPLACE' })
    expect(await tagsOf('copy')).toEqual({})
    await copy({ Tagging: 'ignored=1' })
    expect(await tagsOf('copy')).toEqual({ a: '1' })
  })

  test.each([
    ['object', { StorageClass: 'STANDARD_IA' }, 'InvalidRequest'],
    ['object', {}, 'InvalidRequest'],
    ['object', { TaggingDirective: 'REPLACE', Tagging: 'x=1' }, 'InvalidRequest'],
    ['object', { StorageClass: 'GLACIER_IR' }, undefined],
    ['object', { WebsiteRedirectLocation: '/other' }, undefined],
    ['object', { MetadataDirective: 'REPLACE' }, undefined],
  ] as const)('of %s onto itself with %j: %s', async (key, change, code) => {
    await put({ Key: key, ...SOURCE })
    const onto = copy({ Bucket: 'source', Key: key, CopySource: `source/${key}`, ...change })
    if (code === undefined) await expect(onto).resolves.toBeDefined()
    else await expect(onto).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 400 } })
    await put({ Key: key, ...SOURCE })
  })

  const etag = '"5d41402abc4b2a76b9719d911017c592"'
  const past = new Date('2020-01-01')
  const future = new Date('2100-01-01')
  test.each([
    [{ CopySourceIfMatch: etag }, undefined],
    [{ CopySourceIfMatch: '"other"' }, 'PreconditionFailed'],
    [{ CopySourceIfNoneMatch: etag }, 'PreconditionFailed'],
    [{ CopySourceIfNoneMatch: '"other"' }, undefined],
    [{ CopySourceIfModifiedSince: past }, undefined],
    [{ CopySourceIfUnmodifiedSince: past }, 'PreconditionFailed'],
    [{ CopySourceIfUnmodifiedSince: future }, undefined],
    [{ CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: past }, undefined],
    [{ IfNoneMatch: '*' }, 'PreconditionFailed'],
    [{ IfMatch: etag }, undefined],
    [{ IfMatch: '"other"' }, 'PreconditionFailed'],
    [{ Key: 'nothing there', IfNoneMatch: '*' }, undefined],
    [{ Key: 'nothing here', IfMatch: etag }, 'NoSuchKey'],
    [{ CopySource: 'source/absent' }, 'NoSuchKey'],
    [{ CopySource: 'absent/object' }, 'NoSuchBucket'],
    [{ Bucket: 'absent' }, 'NoSuchBucket'],
    [{ StorageClass: 'TAPE' as 'STANDARD' }, 'InvalidStorageClass'],
    [{ ServerSideEncryption: 'aws:fsx' as const }, 'InvalidArgument'],
    [{ ExpectedBucketOwner: '000000000000' }, 'AccessDenied'],
    [{ ExpectedSourceBucketOwner: '000000000000' }, 'AccessDenied'],
    [{ ExpectedBucketOwner: '123456789012' }, undefined],
  ])('with %j: %s', async (conditions, code) => {
    await copy({})
    const copied = copy(conditions)
    if (code === undefined) await expect(copied).resolves.toBeDefined()
    else await expect(copied).rejects.toMatchObject({ name: code })
  })

  test('is refused over 5 GiB, not at 5 GiB', async () => {
    const limit = 5 * 1024 ** 3
    await playground.admin.seed({ bucket: 'source', key: 'largest', size: limit })
    await playground.admin.seed({ bucket: 'source', key: 'too large', size: limit + 1 })
    await copy({ CopySource: 'source/largest' })
    expect((await head('copy')).ContentLength).toBe(limit)
    await expect(copy({ CopySource: 'source/too%20large' })).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  test('of an archived object is refused', async () => {
    await put({ Key: 'archived', Body: 'x', StorageClass: 'DEEP_ARCHIVE' })
    await expect(copy({ CopySource: 'source/archived' })).rejects.toMatchObject({
      name: 'InvalidObjectState',
      StorageClass: 'DEEP_ARCHIVE',
    })
  })

  test('of a version names both versions, and an old version can be put on top', async () => {
    const first = await put({ Bucket: 'versioned', Key: 'v', Body: 'one' })
    const second = await put({ Bucket: 'versioned', Key: 'v', Body: 'two' })
    const again = await copy({
      Bucket: 'versioned',
      Key: 'v',
      CopySource: `versioned/v?versionId=${first.VersionId}`,
    })
    expect(again.CopySourceVersionId).toBe(first.VersionId)
    expect(again.VersionId).toMatch(/^[\w-]{32}$/)
    expect(again.VersionId).not.toBe(second.VersionId)
    expect((await head('v', 'versioned')).ETag).toBe(first.ETag)
    await expect(
      copy({ Bucket: 'versioned', Key: 'v', CopySource: `versioned/v?versionId=${again.VersionId}` }),
    ).rejects.toMatchObject({ name: 'InvalidRequest' })
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'v' }))
    await expect(copy({ CopySource: 'versioned/v' })).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(copy({ CopySource: `versioned/v?versionId=${marker.VersionId}` })).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
    await expect(copy({ CopySource: `versioned/v?versionId=${'x'.repeat(32)}` })).rejects.toMatchObject({
      name: 'NoSuchVersion',
    })
  })

  test('finds keys that are hard to write', async () => {
    for (const key of [
      ' ',
      '+',
      '%',
      '%2F',
      'a/../b',
      './c',
      '//d',
      'ä',
      'a\u0308',
      '🎨',
      'n\nl\tt',
      '?q=1&r#s',
    ]) {
      await put({ Key: key, Body: key })
      const source = key.split('/').map(encodeURIComponent).join('/')
      await copy({ Key: `odd/${key}`, CopySource: `source/${source}` })
    }
    const odd = { bucket: 'target', prefix: 'odd/' }
    const { missing, different, extraCount } = await playground.admin.compare(odd, {
      bucket: 'source',
      prefix: '',
    })
    expect({ missing, different }).toEqual({ missing: [], different: [] })
    expect(extraCount).toBeGreaterThan(0)
  })
})
