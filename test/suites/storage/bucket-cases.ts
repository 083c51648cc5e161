import assert from 'node:assert/strict'
import { bytes, failsWith, failureOf, keyOf } from './case.ts'
import type { StorageCase } from './case.ts'

export const bucketCases: readonly StorageCase[] = [
  {
    name: 'a bucket is created, listed, found and deleted',
    async run({ storage, free }) {
      const bucket = free()
      await failsWith(storage.headBucket(bucket), 'no-such-bucket')
      await storage.createBucket(bucket)
      await storage.headBucket(bucket)
      const found = (await storage.listBuckets()).find(({ name }) => name === bucket)
      assert.ok(found?.createdAt !== undefined)
      await storage.deleteBucket(bucket)
      await failsWith(storage.headBucket(bucket), 'no-such-bucket')
    },
  },
  {
    name: 'a bucket that holds something is not deleted',
    async run({ storage, bucket }) {
      await storage.putObject({ bucket, key: 'held', ...bytes('x') })
      await failsWith(storage.deleteBucket(bucket), 'invalid-request')
    },
  },
  {
    name: 'versioning is off, enabled, suspended',
    async run({ storage, free }) {
      const bucket = free()
      await storage.createBucket(bucket)
      assert.equal(await storage.getVersioning(bucket), 'off')
      await storage.putVersioning(bucket, 'enabled')
      assert.equal(await storage.getVersioning(bucket), 'enabled')
      await storage.putVersioning(bucket, 'suspended')
      assert.equal(await storage.getVersioning(bucket), 'suspended')
      await storage.deleteBucket(bucket)
    },
  },
  {
    name: 'the traits of a bucket are told as far as they are known',
    async run({ storage, bucket, versioned, locked, free }) {
      const plain = await storage.bucketTraits(bucket)
      assert.equal(plain.versioning, 'off')
      assert.equal(plain.objectLock, false)
      assert.equal((await storage.bucketTraits(versioned)).versioning, 'enabled')
      const { versioning, objectLock } = await storage.bucketTraits(locked)
      assert.deepEqual({ versioning, objectLock }, { versioning: 'enabled', objectLock: true })
      await failsWith(storage.bucketTraits(free()), 'no-such-bucket')
    },
  },
  {
    name: 'what a bucket says of itself is read part by part, and none of it is said to be none',
    async run({ storage, bucket, locked, free }) {
      assert.equal(await storage.bucketSetting(bucket, 'versioning'), 'off')
      assert.equal(await storage.bucketSetting(bucket, 'tags'), undefined)
      assert.equal(await storage.bucketSetting(bucket, 'policy'), undefined)
      assert.equal(await storage.bucketSetting(bucket, 'lifecycle'), undefined)
      assert.equal(await storage.bucketSetting(bucket, 'lock'), undefined)
      assert.deepEqual(await storage.bucketSetting(locked, 'lock'), {})
      const acl = await storage.bucketSetting(bucket, 'acl')
      assert.equal(acl?.grants[0]?.permission, 'FULL_CONTROL')
      await failsWith(storage.bucketSetting(free(), 'tags'), 'no-such-bucket')
    },
  },
  {
    name: 'the tags of a bucket are put, replaced and taken away',
    async run({ storage, free }) {
      const bucket = free()
      await storage.createBucket(bucket)
      const tags = { team: 'data-web', 'cost center': 'ä 1+1' }
      await storage.putBucketTags(bucket, tags)
      assert.deepEqual(await storage.bucketSetting(bucket, 'tags'), tags)
      await storage.putBucketTags(bucket, { team: 'web' })
      assert.deepEqual(await storage.bucketSetting(bucket, 'tags'), { team: 'web' })
      await storage.putBucketTags(bucket, {})
      assert.equal(await storage.bucketSetting(bucket, 'tags'), undefined)
      await storage.deleteBucket(bucket)
    },
  },
  {
    name: 'versions are listed newest first, read and copied by id, hidden by a marker, deleted by id',
    async run({ storage, versioned: bucket }) {
      const id = { bucket, key: 'history/ä' }
      const first = await storage.putObject({ ...id, ...bytes('one') })
      const second = await storage.putObject({ ...id, ...bytes('two!') })
      assert.ok(first.versionId !== undefined && second.versionId !== undefined)
      assert.equal((await storage.headObject({ ...id, versionId: first.versionId })).size, 3)
      const source = { ...id, versionId: first.versionId }
      await storage.copyObject({ bucket, key: 'history/copy', source, storageClass: 'STANDARD' })
      assert.equal((await storage.headObject({ bucket, key: 'history/copy' })).size, 3)

      const marker = await storage.deleteObject(id)
      assert.equal(marker.deleteMarker, true)
      await failsWith(storage.headObject(id), 'no-such-key')
      const rows = (await storage.listVersions({ bucket, prefix: id.key })).versions
      assert.deepEqual(
        rows.map((row) => [row.versionId, row.isDeleteMarker, row.isLatest, row.size]),
        [
          [marker.versionId, true, true, 0],
          [second.versionId, false, false, 4],
          [first.versionId, false, false, 3],
        ],
      )
      await storage.deleteObject({ ...id, versionId: marker.versionId })
      assert.equal((await storage.headObject(id)).versionId, second.versionId)
    },
  },
  {
    name: 'a version listing comes in pages',
    async run({ storage, versioned: bucket }) {
      for (const key of ['pages/a', 'pages/a', 'pages/b b', 'pages/ü']) {
        await storage.putObject({ bucket, key, ...bytes(key) })
      }
      const seen: string[] = []
      let next: { keyMarker: string; versionIdMarker?: string | undefined } | undefined
      do {
        const page = await storage.listVersions({ bucket, prefix: 'pages/', maxKeys: 1, ...next })
        seen.push(...page.versions.map(({ key }) => key))
        next = page.next
      } while (next)
      assert.deepEqual(seen, ['pages/a', 'pages/a', 'pages/b b', 'pages/ü'])
    },
  },
  {
    name: 'a version listing with a delimiter gives deeper keys as prefixes, also over pages',
    async run({ storage, versioned: bucket }) {
      for (const key of ['cut/a', 'cut/a', 'cut/b b/1', 'cut/b b/2', 'cut/c', 'cut/ü/1']) {
        await storage.putObject({ bucket, key, ...bytes(key) })
      }
      await storage.deleteObject({ bucket, key: 'cut/b b/2' })
      for (const maxKeys of [1, 2, 1000]) {
        const seen: string[] = []
        let next: { keyMarker: string; versionIdMarker?: string | undefined } | undefined
        do {
          const page = await storage.listVersions({
            ...{ bucket, prefix: 'cut/', delimiter: '/', maxKeys },
            ...next,
          })
          seen.push(...page.versions.map(({ key }) => key), ...page.prefixes)
          next = page.next
        } while (next)
        assert.deepEqual(seen.sort(), ['cut/a', 'cut/a', 'cut/b b/', 'cut/c', 'cut/ü/'])
      }
    },
  },
]

export const failureCases: readonly StorageCase[] = [
  {
    name: 'what is missing is named: key, version, bucket, upload',
    async run({ storage, bucket, free }) {
      const key = 'missing/key'
      const failure = await failsWith(storage.headObject({ bucket, key }), 'no-such-key')
      assert.equal(failure.reach, 'item')
      assert.match(failure.message, /missing\/key/)
      await failsWith(storage.getObject({ bucket, key }), 'no-such-key')
      const source = { bucket, key }
      const copy = storage.copyObject({ bucket, key: 'missing/copy', source, storageClass: 'STANDARD' })
      const copied = await failsWith(copy, 'no-such-key')
      assert.equal(copied.s3?.code, 'NoSuchKey')
      const listing = await failsWith(storage.listObjects({ bucket: free(), prefix: '' }), 'no-such-bucket')
      assert.equal(listing.reach, 'job')
      await failsWith(storage.listParts({ bucket, key, uploadId: 'nothing' }), 'no-such-upload')
    },
  },
  {
    name: 'a wrong secret key is said to be one, and never shown',
    async run({ withWrongSecret, bucket }) {
      const failure = await failsWith(withWrongSecret.listObjects({ bucket, prefix: '' }), 'signature')
      assert.equal(failure.reach, 'job')
      assert.doesNotMatch(JSON.stringify(failure), /wrong-secret/)
      await failsWith(withWrongSecret.headBucket(bucket), 'access-denied')
    },
  },
  {
    name: 'a customer key is never shown',
    async run({ storage, bucket }) {
      const key = keyOf('s')
      const id = { bucket, key: 'customer key' }
      const wrong = { key: key.key, md5: keyOf('t').md5 }
      const put = await failureOf(
        storage.putObject({ ...id, ...bytes('x'), encryption: { kind: 'SSE-C', key: wrong } }),
      )
      const head = await failureOf(storage.headObject({ bucket, key: 'missing', customerKey: key }))
      // The SDK reckons the MD5 itself.
      assert.ok(head)
      assert.ok(!JSON.stringify([put, head]).includes(key.key))
    },
  },
  {
    name: 'what is aborted is cancelled',
    async run({ storage, bucket }) {
      const controller = new AbortController()
      const under = storage.listObjects({ bucket, prefix: '' }, controller.signal)
      controller.abort()
      await failsWith(under, 'cancelled')
      await failsWith(storage.headObject({ bucket, key: 'x' }, controller.signal), 'cancelled')
    },
  },
  {
    name: 'requests are counted by operation, and the server tells its time',
    async run({ storage, bucket }) {
      const before = storage.requests['ListObjectsV2'] ?? 0
      await storage.listObjects({ bucket, prefix: '', maxKeys: 1 })
      assert.equal(storage.requests['ListObjectsV2'], before + 1)
      assert.ok((storage.serverTime ?? 0) > Date.UTC(2020, 0))
      assert.notEqual(storage.habits.name, '')
    },
  },
]
