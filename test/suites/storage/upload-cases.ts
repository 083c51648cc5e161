import assert from 'node:assert/strict'
import { bytes, failsWith, readAll } from './case.ts'
import type { StorageCase } from './case.ts'

const MIB = 1024 * 1024
const BODY = Buffer.alloc(11 * MIB, 'decant ')

export const uploadCases: readonly StorageCase[] = [
  {
    name: 'a multipart copy is made of ranges, with everything that it is created with',
    async run({ storage, bucket }) {
      const source = { bucket, key: 'parts/source ä' }
      const { etag } = await storage.putObject({ ...source, body: BODY, size: BODY.length })
      const target = { bucket, key: 'parts/target ä' }
      const headers = { contentType: 'video/mp4', cacheControl: 'no-cache' }
      const metadata = { camera: 'one' }
      const { uploadId } = await storage.createUpload({
        ...target,
        headers,
        metadata,
        storageClass: 'STANDARD_IA',
      })
      const upload = { ...target, uploadId }
      const ranges = [
        [0, 5 * MIB - 1],
        [5 * MIB, 10 * MIB - 1],
        [10 * MIB, 11 * MIB - 1],
      ] as const
      const parts = []
      for (const [at, range] of ranges.entries()) {
        const part = at + 1
        const done = await storage.uploadPartCopy({
          ...upload,
          part,
          source: { ...source, ifMatch: etag },
          range,
        })
        parts.push({ part, etag: done.etag })
      }
      const listed = await storage.listParts(upload)
      assert.deepEqual(
        listed.parts,
        parts.map(({ part, etag }) => ({ part, etag, size: part === 3 ? MIB : 5 * MIB })),
      )
      assert.deepEqual(
        (await storage.listParts({ ...upload, after: 2 })).parts.map(({ part }) => part),
        [3],
      )
      const written = await storage.completeUpload({ ...upload, parts })
      const head = await storage.headObject(target)
      assert.equal(head.etag, written.etag)
      assert.equal(head.parts, 3)
      assert.equal(head.size, BODY.length)
      assert.equal(head.storageClass, 'STANDARD_IA')
      assert.equal(head.headers.contentType, 'video/mp4')
      assert.equal(head.headers.cacheControl, 'no-cache')
      assert.deepEqual({ ...head.metadata }, metadata)
      const { body } = await storage.getObject({ ...target, range: [5 * MIB - 3, 5 * MIB + 3] })
      assert.equal(await readAll(body), BODY.subarray(5 * MIB - 3, 5 * MIB + 4).toString())
    },
  },
  {
    name: 'parts are uploaded from memory and from a stream',
    async run({ storage, bucket }) {
      const target = { bucket, key: 'parts/uploaded' }
      const { uploadId } = await storage.createUpload(target)
      const upload = { ...target, uploadId }
      const first = BODY.subarray(0, 5 * MIB)
      const one = await storage.uploadPart({ ...upload, part: 1, body: first, size: first.length })
      const two = await storage.uploadPart({
        ...upload,
        part: 2,
        body: slices(BODY.subarray(0, MIB)),
        size: MIB,
      })
      const again = await storage.uploadPart({ ...upload, part: 2, ...bytes('the end') })
      assert.notEqual(again.etag, two.etag)
      await storage.completeUpload({
        ...upload,
        parts: [
          { part: 1, etag: one.etag },
          { part: 2, etag: again.etag },
        ],
      })
      assert.equal((await storage.headObject(target)).size, 5 * MIB + 7)
    },
  },
  {
    name: 'uploads under way are listed, and aborted for good',
    async run({ storage, bucket }) {
      const target = { bucket, key: 'uploads/ä b' }
      const { uploadId } = await storage.createUpload(target)
      const listed = await storage.listUploads({ bucket, prefix: 'uploads/' })
      assert.deepEqual(
        listed.map((upload) => [upload.key, upload.uploadId]),
        [[target.key, uploadId]],
      )
      const page = await storage.uploadsPage({ bucket, prefix: 'uploads/' })
      assert.deepEqual(page, { uploads: listed })
      assert.ok(Math.abs((listed[0]?.initiatedAt ?? 0) - (storage.serverTime ?? 0)) < 3_600_000)
      await storage.abortUpload({ ...target, uploadId })
      assert.deepEqual(await storage.listUploads({ bucket, prefix: 'uploads/' }), [])
      await failsWith(storage.listParts({ ...target, uploadId }), 'no-such-upload')
      await failsWith(
        storage.completeUpload({ ...target, uploadId, parts: [{ part: 1, etag: '0'.repeat(32) }] }),
        'no-such-upload',
        'invalid-request',
        // Ceph 16 takes it for one that is being completed.
        'server-error',
      )
    },
  },
]

async function* slices(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 65_536) yield await Promise.resolve(body.subarray(at, at + 65_536))
}
