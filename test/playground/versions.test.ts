import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  GetObjectTaggingCommand,
  DeleteObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

async function bucket(Bucket: string, Status?: 'Enabled' | 'Suspended'): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }))
  if (Status !== undefined) await setVersioning(Bucket, Status)
}

function setVersioning(Bucket: string, Status: 'Enabled' | 'Suspended') {
  return s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
}

function put(Bucket: string, Key: string, Body: string) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body }))
}

function remove(Bucket: string, Key: string, VersionId?: string) {
  return s3.send(
    new DeleteObjectCommand({ Bucket, Key, ...(VersionId === undefined ? undefined : { VersionId }) }),
  )
}

async function read(Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
  const got = await s3.send(
    new GetObjectCommand({ Bucket, Key, ...(VersionId === undefined ? undefined : { VersionId }) }),
  )
  return got.Body?.transformToString()
}

/** Version ids newest first, a delete marker with a dagger. */
async function history(Bucket: string, Key: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
  )
  return [
    ...Versions.map(({ VersionId }) => `${VersionId}`),
    ...DeleteMarkers.map(({ VersionId }) => `†${VersionId}`),
  ]
}

describe('a bucket without versioning', () => {
  test('overwrites and deletes, with no version ids', async () => {
    await bucket('plain')
    expect((await put('plain', 'k', 'one')).VersionId).toBeUndefined()
    await put('plain', 'k', 'two')
    expect(await read('plain', 'k')).toBe('two')
    expect(await history('plain', 'k')).toEqual(['null'])
    const deleted = await remove('plain', 'k')
    expect(deleted.VersionId).toBeUndefined()
    expect(deleted.DeleteMarker).toBeUndefined()
    await expect(read('plain', 'k')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(remove('plain', 'never there')).resolves.toBeDefined()
    const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))
    expect(versioning.Status).toBeUndefined()
  })
})

describe('a versioned bucket', () => {
  test('keeps versions, hides with markers, and takes versions out by id', async () => {
    await bucket('kept', 'Enabled')
    const one = await put('kept', 'k', 'one')
    const two = await put('kept', 'k', 'two')
    expect(await read('kept', 'k')).toBe('two')
    expect(await read('kept', 'k', one.VersionId)).toBe('one')
    const marker = await remove('kept', 'k')
    expect(marker).toMatchObject({ DeleteMarker: true })
    expect(await history('kept', 'k')).toEqual([two.VersionId, one.VersionId, `†${marker.VersionId}`])
    await expect(read('kept', 'k')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: 'kept', Key: 'k', VersionId: marker.VersionId })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 405 } })
    await expect(read('kept', 'k', 'short')).rejects.toMatchObject({ name: 'InvalidArgument' })
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'kept' }))
    expect(listed.KeyCount).toBe(0)
    await expect(s3.send(new DeleteBucketCommand({ Bucket: 'kept' }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    })
    expect(await remove('kept', 'k', marker.VersionId)).toMatchObject({
      DeleteMarker: true,
      VersionId: marker.VersionId,
    })
    expect(await read('kept', 'k')).toBe('two')
    await remove('kept', 'k', two.VersionId)
    expect(await read('kept', 'k')).toBe('one')
    await remove('kept', 'k', one.VersionId)
    await s3.send(new DeleteBucketCommand({ Bucket: 'kept' }))
  })

  test('makes a marker for a key that was never there', async () => {
    await bucket('markers', 'Enabled')
    const { VersionId, DeleteMarker } = await remove('markers', 'never')
    expect(DeleteMarker).toBe(true)
    expect(await history('markers', 'never')).toEqual([`†${VersionId}`])
  })

  test('has one null version, from before versioning or from its suspension', async () => {
    await bucket('null-versions')
    await put('null-versions', 'k', 'before')
    await setVersioning('null-versions', 'Enabled')
    const kept = await put('null-versions', 'k', 'kept')
    expect(await read('null-versions', 'k', 'null')).toBe('before')
    await setVersioning('null-versions', 'Suspended')
    expect((await put('null-versions', 'k', 'suspended')).VersionId).toBe('null')
    expect(await history('null-versions', 'k')).toEqual(['null', kept.VersionId])
    expect(await read('null-versions', 'k')).toBe('suspended')
    expect(await remove('null-versions', 'k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
    expect(await history('null-versions', 'k')).toEqual([kept.VersionId, '†null'])
    await setVersioning('null-versions', 'Enabled')
    const top = await put('null-versions', 'k', 'top')
    expect(await history('null-versions', 'k')).toEqual([top.VersionId, kept.VersionId, '†null'])
  })

  test('keeps tags by version', async () => {
    await bucket('tagged', 'Enabled')
    const one = await put('tagged', 'k', 'one')
    await put('tagged', 'k', 'two')
    const named = { Bucket: 'tagged', Key: 'k', VersionId: one.VersionId }
    const TagSet = [{ Key: 'a', Value: 'ä b' }]
    await s3.send(new PutObjectTaggingCommand({ ...named, Tagging: { TagSet } }))
    expect((await s3.send(new GetObjectTaggingCommand(named))).TagSet).toEqual(TagSet)
    const current = await s3.send(new GetObjectTaggingCommand({ Bucket: 'tagged', Key: 'k' }))
    expect(current.TagSet).toEqual([])
    await s3.send(new DeleteObjectTaggingCommand(named))
    expect((await s3.send(new GetObjectTaggingCommand(named))).TagSet).toEqual([])
  })

  test('lists versions page by page, without losing or repeating one', async () => {
    await bucket('paged', 'Enabled')
    const expected: string[] = []
    for (const key of ['a', 'b', 'c/1', 'c/2', 'd']) {
      const versions: string[] = []
      for (const body of ['1', '2', '3'])
        versions.unshift(`${key} ${(await put('paged', key, body)).VersionId}`)
      versions.unshift(`${key} ${(await remove('paged', key)).VersionId}`)
      expected.push(...versions)
    }
    for (const MaxKeys of [1, 2, 3, 7, 1000]) {
      const found: string[] = []
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
      for (;;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket: 'paged', MaxKeys, ...markers }))
        const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
        expect(entries.length).toBeLessThanOrEqual(MaxKeys)
        found.push(...entries.map(({ Key, VersionId }) => `${Key} ${VersionId}`))
        if (page.IsTruncated !== true) break
        markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      }
      expect([...found].sort()).toEqual([...expected].sort())
    }
    const grouped = await s3.send(
      new ListObjectVersionsCommand({ Bucket: 'paged', Delimiter: '/', MaxKeys: 9 }),
    )
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'c/' }])
    expect(grouped).toMatchObject({ IsTruncated: true, NextKeyMarker: 'c/' })
    const rest = await s3.send(
      new ListObjectVersionsCommand({ Bucket: 'paged', Delimiter: '/', KeyMarker: 'c/' }),
    )
    expect(rest.CommonPrefixes).toBeUndefined()
    expect(rest.Versions?.map(({ Key }) => Key)).toEqual(['d', 'd', 'd'])
  })
})

describe('seeded versions', () => {
  test('have ids of their own, each time', async () => {
    for (let time = 0; time < 2; time += 1) {
      await playground.admin.seed({ bucket: 'seeded', versioning: 'Enabled', count: 12, pattern: '{n%2}' })
    }
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'seeded' }))
    expect(new Set(Versions.map(({ VersionId }) => VersionId)).size).toBe(24)
    for (const { Key, VersionId } of Versions) {
      expect(VersionId).toMatch(/^[\w.-]{32}$/)
      const head = await s3.send(new HeadObjectCommand({ Bucket: 'seeded', Key, VersionId }))
      expect(head.VersionId).toBe(VersionId)
    }
  })
})

describe('a conditional delete', () => {
  test('holds If-Match against the current version', async () => {
    await bucket('conditional', 'Enabled')
    const one = await put('conditional', 'k', 'one')
    const two = await put('conditional', 'k', 'two')
    const attempt = (IfMatch: string | undefined, Key = 'k') =>
      s3.send(new DeleteObjectCommand({ Bucket: 'conditional', Key, IfMatch }))
    await expect(attempt(one.ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await expect(attempt(two.ETag)).resolves.toMatchObject({ DeleteMarker: true })
    await expect(attempt(two.ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await expect(attempt('*', 'absent')).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  test('in DeleteObjects fails key by key', async () => {
    await bucket('many')
    const kept = await put('many', 'kept', 'x')
    const gone = await put('many', 'gone & <away>', 'y')
    const answer = await s3.send(
      new DeleteObjectsCommand({
        Bucket: 'many',
        Delete: {
          Objects: [
            { Key: 'kept', ETag: gone.ETag },
            { Key: 'gone & <away>', ETag: gone.ETag },
            { Key: 'absent' },
          ],
        },
      }),
    )
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['gone & <away>', 'absent'])
    expect(answer.Errors).toMatchObject([{ Key: 'kept', Code: 'PreconditionFailed' }])
    expect(kept.ETag).toBeDefined()
    const quiet = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'many', Delete: { Quiet: true, Objects: [{ Key: 'kept' }] } }),
    )
    expect(quiet.Deleted).toBeUndefined()
    await expect(read('many', 'kept')).rejects.toMatchObject({ name: 'NoSuchKey' })
  })
})
