import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { toFailure } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { bytes, listAll, readAll } from '../suites/storage/case.ts'

let bucket: string
let storage: Storage
beforeEach(async () => {
  bucket = await mkdtemp(join(tmpdir(), 'decant-local-'))
  storage = createLocalStorage({ seams: systemSeams })
})
afterEach(async () => {
  storage.close()
  await rm(bucket, { recursive: true, force: true })
})

function put(key: string, text: string, more: object = {}) {
  return storage.putObject({ bucket, key, ...bytes(text), ...more })
}
function failure(work: Promise<unknown>): Promise<Failure | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => toFailure(error),
  )
}
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const inFolder = (path = ''): Promise<string[]> => readdir(join(bucket, path))

describe('writing', () => {
  test('a file is there whole, with the date of its source, and told by the digest of its bytes', async () => {
    const written = await put('a/b/c.txt', 'hello', { asFile: { lastModified: 1_700_000_000_123 } })
    expect(written).toMatchObject({ digest: md5('hello') })
    expect(await readFile(join(bucket, 'a/b/c.txt'), 'utf8')).toBe('hello')
    const head = await storage.headObject({ bucket, key: 'a/b/c.txt' })
    expect(head).toMatchObject({ etag: written.etag, size: 5, lastModified: 1_700_000_000_123 })
    expect(head.headers).toEqual({ contentType: 'text/plain' })
    expect(await inFolder('a/b')).toEqual(['c.txt'])
  })

  test.each([
    ['ifAbsent over a file', 'a', { ifAbsent: true }, 'destination-exists'],
    ['ifMatch of another', 'a', { ifMatch: 'file.1.1.1' }, 'destination-changed'],
    ['ifMatch where nothing is', 'b', { ifMatch: 'file.1.1.1' }, 'destination-changed'],
    ['a folder in its place', 'folder', {}, 'not-possible'],
    ['a folder in its place, which is new', 'folder', { ifAbsent: true }, 'not-possible'],
    ['a file where a folder is needed', 'a/b', {}, 'not-possible'],
    ['other bytes than were meant', 'c', { asFile: { mustBe: { etag: md5('other') } } }, 'not-verified'],
    [
      'another checksum',
      'c',
      { asFile: { mustBe: { checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } } } },
      'not-verified',
    ],
    ['fewer bytes than were said', 'c', { size: 9 }, 'bad-answer'],
    ['a folder that holds bytes', 'c/', {}, 'not-possible'],
  ])('%s is refused and leaves nothing', async (_, key, more, code) => {
    await put('a', 'first')
    await mkdir(join(bucket, 'folder'))
    expect(await failure(put(key, 'second', more))).toMatchObject({ code })
    expect((await inFolder()).sort()).toEqual(['a', 'folder'])
    expect(await readFile(join(bucket, 'a'), 'utf8')).toBe('first')
  })

  test('over exactly the file that was meant', async () => {
    const first = await put('a', 'first')
    const second = await put('a', 'second', { ifMatch: first.etag })
    expect(second.etag).not.toBe(first.etag)
    expect(await readFile(join(bucket, 'a'), 'utf8')).toBe('second')
  })

  test('a body that breaks off leaves nothing', async () => {
    async function* body() {
      yield Buffer.from('half')
      await Promise.reject(new Error('broken'))
    }
    await expect(storage.putObject({ bucket, key: 'a', body: body(), size: 8 })).rejects.toThrow('broken')
    expect(await inFolder()).toEqual([])
  })

  test('a folder is made by its key, and is as good where it stands', async () => {
    await put('x/y/', '')
    await put('x/y/', '', { ifAbsent: true })
    expect(await listAll(storage, bucket, '')).toEqual(['x/y/'])
    await storage.deleteObject({ bucket, key: 'x/y/' })
    expect(await listAll(storage, bucket, '')).toEqual(['x/'])
  })
})

describe('nothing outside of the folder', () => {
  test.each(['..', '../a', 'a/../../b', '/etc/passwd', 'a//b', './a', 'a\0b'])('key %j', async (key) => {
    expect(await failure(put(key, 'x'))).toMatchObject({ code: 'not-possible', property: 'name' })
    expect(await failure(storage.getObject({ bucket, key }))).toMatchObject({ code: 'not-possible' })
  })

  test('nor by a link to a folder, or to a file', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'decant-outside-'))
    try {
      await writeFile(join(outside, 'secret'), 'secret')
      await symlink(outside, join(bucket, 'out'))
      await symlink(join(outside, 'secret'), join(bucket, 'link'))
      await symlink(join(outside, 'new'), join(bucket, 'nowhere'))
      for (const key of ['out/secret', 'out/new', 'out/new/deeper', 'link']) {
        expect(await failure(storage.getObject({ bucket, key })), key).toBeDefined()
      }
      for (const key of ['out/new', 'out/new/deeper', 'nowhere/a', 'nowhere/a/b']) {
        expect(await failure(put(key, 'x')), key).toMatchObject({ code: 'not-possible' })
        expect(await failure(storage.createUpload({ bucket, key })), key).toMatchObject({
          code: 'not-possible',
        })
      }
      await storage.deleteObject({ bucket, key: 'out/secret' }).catch(() => {})
      expect(await readdir(outside)).toEqual(['secret'])
      const page = await storage.listObjects({ bucket, prefix: '' })
      expect(page.objects).toEqual([])
      expect(page.unlisted?.map(({ key }) => key)).toEqual(['link', 'nowhere', 'out'])
      // A link itself may be replaced: what it led to stays.
      await put('link', 'mine')
      expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    } finally {
      await rm(outside, { recursive: true })
    }
  })

  test('a link to a file of the same folder is that file; pipes and links in circles are named', async () => {
    await put('real', 'text')
    await symlink('real', join(bucket, 'alias'))
    await symlink('.', join(bucket, 'circle'))
    await symlink('nowhere', join(bucket, 'dangling'))
    execFileSync('mkfifo', [join(bucket, 'pipe')])
    const page = await storage.listObjects({ bucket, prefix: '' })
    expect(page.objects.map(({ key, size }) => [key, size])).toEqual([
      ['alias', 4],
      ['real', 4],
    ])
    expect(page.unlisted?.map(({ key }) => key)).toEqual(['circle', 'dangling', 'pipe'])
    expect(await readAll((await storage.getObject({ bucket, key: 'alias' })).body)).toBe('text')
    expect(await failure(storage.getObject({ bucket, key: 'pipe' }))).toMatchObject({ code: 'not-possible' })
  })
})

describe('reading', () => {
  test('whole, by range, and only if it is the one that was meant', async () => {
    const { etag } = await put('a', '0123456789')
    expect(await readAll((await storage.getObject({ bucket, key: 'a', ifMatch: etag })).body)).toBe(
      '0123456789',
    )
    const part = await storage.getObject({ bucket, key: 'a', range: [2, 4] })
    expect(part.head.size).toBe(10)
    expect(await readAll(part.body)).toBe('234')
    await utimes(join(bucket, 'a'), 1, 1)
    const changed = storage.getObject({ bucket, key: 'a', ifMatch: etag })
    expect(await failure(changed)).toMatchObject({ code: 'source-changed' })
    expect(await failure(storage.getObject({ bucket, key: 'none/a' }))).toMatchObject({ code: 'no-such-key' })
    expect(await failure(storage.headObject({ bucket, key: 'a/b' }))).toMatchObject({ code: 'no-such-key' })
  })

  test.each(['grown', 'cut', 'written over'])(
    'a file that is %s while it is read is never whole',
    async (how) => {
      const body = Buffer.alloc(3 * 1024 ** 2, 'a')
      await writeFile(join(bucket, 'a'), body)
      const read = await storage.getObject({ bucket, key: 'a' })
      let count = 0
      const reading = (async () => {
        for await (const chunk of read.body) {
          count += chunk.length
          if (how === 'grown') await writeFile(join(bucket, 'a'), 'more', { flag: 'a' })
          else if (how === 'cut') await writeFile(join(bucket, 'a'), 'short')
          else await writeFile(join(bucket, 'a'), Buffer.alloc(body.length, 'b'))
        }
      })()
      expect(await failure(reading)).toMatchObject({ code: 'source-changed', reach: 'item' })
      expect(count).toBeLessThan(body.length)
    },
  )
})

describe('in parts', () => {
  const offsets = [0, 5, 10]
  const texts = ['first', 'secon', 'd']
  async function sendAll(upload: { bucket: string; key: string; uploadId: string }, only = [1, 2, 3]) {
    const parts = []
    for (const part of only) {
      const text = texts[part - 1] ?? ''
      const sent = await storage.uploadPart({ ...upload, part, offset: offsets[part - 1], ...bytes(text) })
      parts.push({ part, etag: sent.etag })
    }
    return parts
  }

  test('in any order, listed, completed with the ETag that S3 would give', async () => {
    const id = { bucket, key: 'deep/file.bin' }
    const upload = { ...id, ...(await storage.createUpload(id)) }
    const parts = await sendAll(upload, [3, 1, 2])
    parts.sort((a, b) => a.part - b.part)
    expect((await storage.listParts(upload)).parts).toEqual(
      parts.map((part, at) => ({ ...part, size: texts[at]?.length })),
    )
    expect(await listAll(storage, bucket, '')).toEqual(['deep/'])
    const mustBe = {
      etag: `${createHash('md5')
        .update(parts.map(({ etag }) => etag).join(''), 'hex')
        .digest('hex')}-3`,
    }
    const done = await storage.completeUpload({
      ...upload,
      parts,
      size: 11,
      asFile: { lastModified: 1000, mustBe },
      ifAbsent: true,
    })
    expect(done.digest).toBe(mustBe.etag)
    expect(await readFile(join(bucket, id.key), 'utf8')).toBe('firstsecond')
    expect((await stat(join(bucket, id.key))).mtimeMs).toBe(1000)
    expect(await inFolder('deep')).toEqual(['file.bin'])
    expect(await failure(storage.listParts(upload))).toMatchObject({ code: 'no-such-upload' })
  })

  test('another process goes on with the parts that were done', async () => {
    const id = { bucket, key: 'a' }
    const upload = { ...id, ...(await storage.createUpload(id)) }
    await sendAll(upload, [1, 3])
    const [log = ''] = (await inFolder()).filter((name) => name.endsWith('.parts'))
    await writeFile(join(bucket, log), '\n{"is":"part","part":2,"si', { flag: 'a' })
    storage = createLocalStorage({ seams: systemSeams })
    expect(await storage.listUploads({ bucket, prefix: 'a' })).toMatchObject([
      { key: 'a', uploadId: upload.uploadId },
    ])
    const listed = (await storage.listParts(upload)).parts
    expect(listed.map(({ part }) => part)).toEqual([1, 3])
    const [second] = await sendAll(upload, [2])
    const parts = [...listed, ...(second ? [second] : [])].sort((a, b) => a.part - b.part)
    await storage.completeUpload({ ...upload, parts })
    expect(await readFile(join(bucket, 'a'), 'utf8')).toBe('firstsecond')
  })

  test('a kill between its name and the end of its log is no second file', async () => {
    const id = { bucket, key: 'a' }
    const upload = { ...id, ...(await storage.createUpload(id)) }
    const parts = await sendAll(upload)
    const [data = ''] = (await inFolder()).filter((name) => name.endsWith('.part'))
    await link(join(bucket, data), join(bucket, 'a'))
    storage = createLocalStorage({ seams: systemSeams })
    await storage.completeUpload({ ...upload, parts, ifAbsent: true })
    expect(await inFolder()).toEqual(['a'])
  })

  test.each(['is gone', 'is another'])('an unfinished file that %s is no upload', async (what) => {
    const id = { bucket, key: 'a' }
    const upload = { ...id, ...(await storage.createUpload(id)) }
    const parts = await sendAll(upload)
    const [data = ''] = (await inFolder()).filter((name) => name.endsWith('.part'))
    if (what === 'is gone') await rm(join(bucket, data))
    else {
      await writeFile(join(bucket, 'other'), 'x'.repeat(11))
      await rename(join(bucket, 'other'), join(bucket, data))
    }
    expect(await failure(storage.completeUpload({ ...upload, parts }))).toMatchObject({
      code: 'no-such-upload',
    })
    expect(await inFolder()).not.toContain('a')
  })

  test('what is aborted is gone, and what is incomplete is refused', async () => {
    const id = { bucket, key: 'a' }
    const upload = { ...id, ...(await storage.createUpload(id)) }
    const [, , third] = await sendAll(upload)
    const incomplete = storage.completeUpload({ ...upload, parts: third ? [third] : [] })
    expect(await failure(incomplete)).toMatchObject({ code: 'invalid-request' })
    await storage.abortUpload(upload)
    expect(await inFolder()).toEqual([])
    expect(await failure(storage.abortUpload(upload))).toMatchObject({ code: 'no-such-upload' })
  })
})

test('a folder that is not there fails the job', async () => {
  const missing = join(bucket, 'missing')
  for (const act of [
    () => storage.headBucket(missing),
    () => storage.listObjects({ bucket: missing, prefix: '' }),
    () => storage.putObject({ bucket: missing, key: 'a', ...bytes('x') }),
  ])
    expect(await failure(act())).toMatchObject({ code: 'folder-missing', reach: 'job' })
  await storage.createBucket(missing)
  await storage.headBucket(missing)
})
