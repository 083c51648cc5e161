import assert from 'node:assert/strict'
import { bytes, failsWith, inByteOrder, listAll, readAll } from './case.ts'
import type { StorageCase } from './case.ts'

/** Keys that break clients which encode twice, not at all, or tidy paths up. */
export const ODD_KEYS: readonly string[] = [
  'plain.txt',
  'with space.txt',
  ' space at both ends ',
  'plus+plus',
  'percent%',
  'slash as text: a%2Fb',
  'umlauts in one piece: \u00e4\u00f6\u00fc',
  'umlauts in two: a\u0308o\u0308u\u0308',
  'emoji 🙂/🧊',
  '売上/二〇二六.csv',
  '/leading slash',
  'double//slash',
  'up/../and down',
  './dot',
  'new\nline',
  'tab\tstop',
  'quotes \'single\' "double"',
  '<tag> & &amp; ampersand',
  "!*'()~-_.",
  'query?a=1&b=2#fragment',
  'back\\slash|^`{}[]@$:;,=',
  'folder/',
  'x'.repeat(1024),
]

const HEADERS = {
  contentType: 'text/css; charset=utf-8',
  cacheControl: 'public, max-age=60',
  contentDisposition: 'attachment; filename="a b.css"',
  contentEncoding: 'identity',
  contentLanguage: 'de-CH',
}
const METADATA = { owner: 'web team', 'x-y': '1  2' }
const TAGS = { team: 'web + co', 'a b': 'c=d/e@f' }

export const objectCases: readonly StorageCase[] = [
  {
    name: 'odd keys are put, listed, headed, copied, read and deleted as they are',
    async run({ storage, free }) {
      const bucket = free()
      await storage.createBucket(bucket)
      for (const key of ODD_KEYS) await storage.putObject({ bucket, key, ...bytes(key) })
      assert.deepEqual(await listAll(storage, bucket, '', 10), inByteOrder(ODD_KEYS))
      for (const key of ODD_KEYS) {
        const head = await storage.headObject({ bucket, key })
        assert.equal(head.size, Buffer.byteLength(key), key)
        const copy = key.length > 1000 ? `y${key.slice(1)}` : `${key}.copy`
        const source = { bucket, key, ifMatch: head.etag }
        const copied = await storage.copyObject({ bucket, key: copy, source, storageClass: 'STANDARD' })
        assert.equal(copied.etag, head.etag, key)
        const { body } = await storage.getObject({ bucket, key: copy })
        assert.equal(await readAll(body), key)
        await storage.deleteObject({ bucket, key: copy })
      }
      for (const key of ODD_KEYS) await storage.deleteObject({ bucket, key })
      assert.deepEqual(await listAll(storage, bucket, ''), [])
      await storage.deleteBucket(bucket)
    },
  },
  {
    name: 'a listing comes in pages, after a key, and folded at the delimiter',
    async run({ storage, bucket }) {
      const names = ['a/1', 'a/2', 'b', 'c/1', 'd', 'e f/1', 'é/1']
      for (const name of names) await storage.putObject({ bucket, key: `list/${name}`, ...bytes(name) })
      const all = names.map((name) => `list/${name}`)
      assert.deepEqual(await listAll(storage, bucket, 'list/', 2), all)

      const after = await storage.listObjects({ bucket, prefix: 'list/', startAfter: 'list/c/1' })
      assert.deepEqual(
        after.objects.map((object) => object.key),
        all.slice(4),
      )
      const [first] = after.objects
      assert.equal(first?.size, 1)
      assert.equal(first.storageClass, 'STANDARD')
      assert.match(first.etag, /^[0-9a-f]{32}$/)
      assert.ok(Math.abs(first.lastModified - (storage.serverTime ?? 0)) < 3_600_000)

      const rows: string[] = []
      let token: string | undefined
      do {
        const page = await storage.listObjects({ bucket, prefix: 'list/', delimiter: '/', maxKeys: 2, token })
        rows.push(...page.prefixes, ...page.objects.map((object) => object.key))
        token = page.token
      } while (token !== undefined)
      assert.deepEqual(
        inByteOrder(rows),
        inByteOrder(['list/a/', 'list/b', 'list/c/', 'list/d', 'list/e f/', 'list/é/']),
      )
      assert.deepEqual(await storage.listObjects({ bucket, prefix: 'list/none/' }), {
        objects: [],
        prefixes: [],
      })
    },
  },
  {
    name: 'what an object is put with, its HEAD shows',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'put/everything' }
      const put = await storage.putObject({
        ...id,
        ...bytes('hello'),
        headers: HEADERS,
        metadata: METADATA,
        tags: TAGS,
        storageClass: 'STANDARD_IA',
      })
      const head = await storage.headObject(id)
      assert.equal(head.etag, put.etag)
      assert.equal(head.size, 5)
      assert.equal(head.storageClass, 'STANDARD_IA')
      assert.equal(head.parts, undefined)
      const { expires: _expires, websiteRedirect: _redirect, ...headers } = head.headers
      assert.deepEqual(headers, HEADERS)
      assert.deepEqual({ ...head.metadata }, { owner: 'web team', 'x-y': '1  2' })
      assert.deepEqual(await storage.getTags(id), TAGS)
      assert.equal(head.tagCount ?? 2, 2)
    },
  },
  {
    name: 'metadata and headers in every script are put, copied and replaced as they are',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'unicode/a' }
      const metadata = { city: 'Z\u00fcrich', price: '5 \u20ac', note: '\u58f2\u4e0a \ud83e\uddca' }
      const headers = { contentDisposition: 'inline; filename="\u00e9t\u00e9.css"' }
      await storage.putObject({ ...id, ...bytes('x'), metadata, headers })
      assert.deepEqual({ ...(await storage.headObject(id)).metadata }, metadata)
      const copy = { bucket, key: 'unicode/b', source: id, storageClass: 'STANDARD' }
      await storage.copyObject(copy)
      const copied = await storage.headObject(copy)
      assert.deepEqual({ ...copied.metadata }, metadata)
      assert.equal(copied.headers.contentDisposition, headers.contentDisposition)
      const replaced = { city: 'Br\u00fcgg', more: '\u00df' }
      await storage.copyObject({ ...copy, replace: { headers, metadata: replaced } })
      assert.deepEqual({ ...(await storage.headObject(copy)).metadata }, replaced)
      const upload = { ...id, ...(await storage.createUpload({ ...id, metadata, headers })) }
      const part = await storage.uploadPart({ ...upload, part: 1, ...bytes('y') })
      await storage.completeUpload({ ...upload, parts: [{ part: 1, ...part }] })
      assert.deepEqual({ ...(await storage.headObject(id)).metadata }, metadata)
    },
  },
  {
    name: 'a body is read whole, by range, and only if it is the one that was meant',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'get/body' }
      const { etag } = await storage.putObject({ ...id, ...bytes('0123456789') })
      const whole = await storage.getObject({ ...id, ifMatch: etag })
      assert.equal(await readAll(whole.body), '0123456789')
      assert.equal(whole.head.etag, etag)
      const part = await storage.getObject({ ...id, range: [2, 4] })
      assert.equal(await readAll(part.body), '234')
      assert.equal(part.head.size, 10)
      await failsWith(storage.getObject({ ...id, ifMatch: '0'.repeat(32) }), 'source-changed')
      const left = await storage.getObject(id)
      left.body.destroy()
    },
  },
  {
    name: 'a stream is put with its size',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'put/stream' }
      await storage.putObject({ ...id, body: chunks(7, 100_000), size: 700_000 })
      assert.equal((await storage.headObject(id)).size, 700_000)
    },
  },
  {
    name: 'an empty object is put, copied and read',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'empty/a' }
      const { etag } = await storage.putObject({ ...id, ...bytes('') })
      const copied = await storage.copyObject({
        bucket,
        key: 'empty/b',
        source: { ...id, ifMatch: etag },
        storageClass: 'STANDARD',
      })
      assert.equal(copied.etag, etag)
      const { head, body } = await storage.getObject({ bucket, key: 'empty/b' })
      assert.equal(head.size, 0)
      assert.equal(await readAll(body), '')
    },
  },
  {
    name: 'a copy carries headers, metadata and tags, and has the class that it is given',
    async run({ storage, bucket }) {
      const source = { bucket, key: 'copy/source' }
      await storage.putObject({ ...source, ...bytes('x'), headers: HEADERS, metadata: METADATA, tags: TAGS })
      await storage.copyObject({ bucket, key: 'copy/target', source, storageClass: 'STANDARD_IA' })
      const [was, is] = await Promise.all(
        ['copy/source', 'copy/target'].map((key) => storage.headObject({ bucket, key })),
      )
      assert.deepEqual(is?.headers, was?.headers)
      assert.deepEqual(is?.metadata, was?.metadata)
      assert.equal(is?.storageClass, 'STANDARD_IA')
      assert.deepEqual(await storage.getTags({ bucket, key: 'copy/target' }), TAGS)
    },
  },
  {
    name: 'a copy with REPLACE has exactly what it is given',
    async run({ storage, bucket }) {
      const source = { bucket, key: 'replace/source' }
      await storage.putObject({ ...source, ...bytes('x'), headers: HEADERS, metadata: METADATA })
      await storage.copyObject({
        bucket,
        key: 'replace/target',
        source,
        storageClass: 'STANDARD',
        replace: { headers: { contentType: 'image/png' }, metadata: { only: 'this' } },
      })
      const head = await storage.headObject({ bucket, key: 'replace/target' })
      assert.equal(head.headers.contentType, 'image/png')
      assert.equal(head.headers.cacheControl, undefined)
      assert.deepEqual({ ...head.metadata }, { only: 'this' })
    },
  },
  {
    name: 'tags are set, read and taken away',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'tags/a' }
      await storage.putObject({ ...id, ...bytes('x') })
      assert.deepEqual(await storage.getTags(id), {})
      await storage.putTags({ ...id, tags: { 'k +1': 'v = 2', empty: '' } })
      assert.deepEqual(await storage.getTags(id), { 'k +1': 'v = 2', empty: '' })
      await storage.putTags({ ...id, tags: {} })
      assert.deepEqual(await storage.getTags(id), {})
    },
  },
  {
    name: 'a delete deletes, also what is not there',
    async run({ storage, bucket }) {
      const id = { bucket, key: 'delete/a' }
      const { etag } = await storage.putObject({ ...id, ...bytes('x') })
      const deleted = await storage.deleteObject({ ...id, ifMatch: etag })
      assert.equal(deleted.deleteMarker, false)
      await failsWith(storage.headObject(id), 'no-such-key')
      await storage.deleteObject(id)
    },
  },
  {
    name: 'a delete of many keys tells what became of each',
    async run({ storage, bucket }) {
      if (!storage.habits.deletesByEtag) return
      const objects = []
      for (const key of ['many/a b', 'many/ä&<', 'many/c']) {
        const { etag } = await storage.putObject({ bucket, key, ...bytes(key) })
        objects.push({ key, ifMatch: etag })
      }
      const changed = await storage.putObject({ bucket, key: 'many/c', ...bytes('theirs') })
      const absent = { key: 'many/none', ifMatch: changed.etag }
      const results = await storage.deleteObjects({ bucket, objects: [...objects, absent] })
      const told = results.map((one) => (one instanceof Error ? one.failure.s3?.status : one))
      const gone = { deleteMarker: false, versionId: undefined }
      assert.deepEqual(told, [gone, gone, 412, 404])
      await failsWith(storage.headObject({ bucket, key: 'many/a b' }), 'no-such-key')
      assert.equal((await storage.headObject({ bucket, key: 'many/c' })).etag, changed.etag)
    },
  },
]

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield await Promise.resolve(Buffer.alloc(size, at))
}
