import { readdir, readFile, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { toFailure } from '#model/failure.ts'
import { MOVE_DEFAULTS } from '#model/properties.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import { relay } from '../../main/engine/relay.ts'
import { settleCopy } from '../../main/engine/settle.ts'
import type { Storage, UploadPart } from '../../main/engine/storage.ts'
import type { CopyWork, WorkContext } from '../../main/engine/work.ts'
import { MemoryJournal } from '../engine/world.ts'
import type { LocalWorld } from './world.ts'
import { createLocalWorld, md5, MIB, noise, withHabits } from './world.ts'

let world: LocalWorld
beforeEach(async () => {
  world = await createLocalWorld()
})
afterEach(() => world.close())

const KMS = 'arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'

function pour(work: CopyWork, context: WorkContext, limit?: number, journal = new MemoryJournal()) {
  return relay(work, context, journal, limit)
}
function failure(work: Promise<unknown>): Promise<Failure | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => toFailure(error),
  )
}
async function sent(of: Storage, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...of.requests }
  await act()
  const more = Object.entries(of.requests).map(
    ([name, count]) => [name, count - (before[name] ?? 0)] as const,
  )
  return Object.fromEntries(more.filter(([, count]) => count > 0))
}
const headThere = (key: string) => world.store.headObject({ bucket: 'there', key, checksums: true })
const fileHere = (key: string): Promise<Buffer> => readFile(join(world.folder, key))
const putThere = (key: string, body: Uint8Array, more: object = {}) =>
  world.store.putObject({ bucket: 'there', key, body, size: body.length, ...more })

describe('upload', () => {
  test.each([
    ['a small one', 'page.html', 'hello'],
    ['an empty one', 'empty.css', ''],
    ['one that is streamed', 'large.bin', noise(3 * MIB)],
  ])('%s is one request, with its type by the extension and a checksum', async (_, key, body) => {
    await world.write(key, body)
    const work = await world.uploadOf(key)
    let outcome
    const requests = await sent(world.store, async () => (outcome = await pour(work, world.up)))
    expect(requests).toEqual({ PutObject: 1 })
    expect(outcome).toMatchObject({ verified: 'answer', etag: md5(body) })
    const head = await headThere(key)
    const types: Record<string, string> = {
      'page.html': 'text/html',
      'empty.css': 'text/css',
      'large.bin': 'application/octet-stream',
    }
    expect(head).toMatchObject({ etag: md5(body), storageClass: 'STANDARD', metadata: {} })
    expect(head.headers.contentType).toBe(types[key])
    expect(Object.keys(head.checksums)).toContain('CRC32')
  })

  test('by parts, going on after a kill with those that were sent', async () => {
    const body = noise(17 * MIB)
    await world.write('a.bin', body)
    const work = await world.uploadOf('a.bin')
    const journal = new MemoryJournal()
    const store = breaking(world.store, 3)
    const context = { ...world.up, destination: store, pace: onePart(world.up) }
    expect(await failure(pour(work, context, MIB, journal))).toBeDefined()
    expect(journal.known?.parts.length).toBeGreaterThan(0)
    const requests = await sent(world.store, () => pour(work, world.up, MIB, journal))
    expect(requests['UploadPart']).toBeLessThan(4)
    const head = await headThere('a.bin')
    expect(head).toMatchObject({ size: body.length, parts: 4 })
    const { body: there } = await world.store.getObject({ bucket: 'there', key: 'a.bin' })
    const pieces: Uint8Array[] = []
    for await (const piece of there) pieces.push(piece)
    expect(md5(Buffer.concat(pieces))).toBe(md5(body))
  })

  test('a file that changes is source-changed: before, and between two parts', async () => {
    await world.write('a', noise(12 * MIB))
    const work = await world.uploadOf('a')
    const context = { ...world.up, pace: onePart(world.up) }
    let count = 0
    const store = withParts(world.store, async (request) => {
      if (++count === 2) await utimes(join(world.folder, 'a'), 1, 2)
      return world.store.uploadPart(request)
    })
    const changing = pour(work, { ...context, destination: store }, MIB)
    expect(await failure(changing)).toMatchObject({ code: 'source-changed', reach: 'item' })
    expect(await failure(pour(work, world.up))).toMatchObject({ code: 'source-changed' })
    expect(await world.store.listObjects({ bucket: 'there', prefix: '' })).toMatchObject({ objects: [] })
    expect(await world.store.listUploads({ bucket: 'there', prefix: '' })).toEqual([])
  })

  test('under a key that the bucket adds, S3 itself has compared the bytes', async () => {
    await world.store.putBucketEncryption('there', { kind: 'SSE-KMS', keyId: KMS })
    await world.write('a.txt', 'hello')
    const work = await world.uploadOf('a.txt')
    const requests = await sent(world.store, () => pour(work, world.up))
    expect(requests).toEqual({ PutObject: 1 })
    const head = await headThere('a.txt')
    expect(head.encryption.kind).toBe('SSE-KMS')
    expect(head.checksums['CRC32']).toBeDefined()
  })

  test('in doubt after a kill, it is known by its bytes', async () => {
    await world.write('a', 'hello')
    const work = await world.uploadOf('a')
    const since = Date.now()
    expect(await settleCopy(work, world.up, since, 'relay')).toEqual({ is: 'not-done' })
    await putThere('a', Buffer.from('other'))
    expect(await settleCopy(work, world.up, since, 'relay')).toEqual({ is: 'not-done' })
    await putThere('a', Buffer.from('hello'))
    expect(await settleCopy(work, world.up, since, 'relay')).toMatchObject({ is: 'done' })
  })

  test('a move deletes the file that was sent, and no other', async () => {
    await world.write('a', 'hello')
    await world.write('b', 'hello')
    for (const key of ['a', 'b']) {
      const work = await world.uploadOf(key, { purpose: 'move', properties: MOVE_DEFAULTS })
      const outcome = await pour(work, world.up)
      if (key === 'b') await world.write('b', 'newer')
      const deleted = deleteSource(work, outcome, world.up)
      if (key === 'a') await deleted
      else expect(await failure(deleted)).toMatchObject({ code: 'source-changed' })
    }
    expect(await readdir(world.folder)).toEqual(['b'])
  })
})

describe('download', () => {
  test.each([
    ['a small one', noise(1000)],
    ['an empty one', noise(0)],
    ['one of three MiB', noise(3 * MIB)],
  ])('%s is one request, and has its date', async (_, body) => {
    await putThere('x/y.txt', body, { metadata: { a: 'b' }, tags: { c: 'd' } })
    const work = await world.downloadOf('x/y.txt')
    let outcome
    const requests = await sent(world.store, async () => (outcome = await pour(work, world.down)))
    expect(requests).toEqual({ GetObject: 1 })
    expect(outcome).toMatchObject({ verified: 'answer', settled: false })
    expect((await fileHere('x/y.txt')).equals(body)).toBe(true)
    expect(Math.round((await stat(join(world.folder, 'x/y.txt'))).mtimeMs)).toBe(work.lastModified)
    expect(await readdir(join(world.folder, 'x'))).toEqual(['y.txt'])
  })

  test.each([
    ['of parts, in its own', [6, 5, 1], undefined],
    ['of one part, in many', [12], undefined],
    ['under KMS, in many', [12], { kind: 'SSE-KMS', keyId: KMS }],
    ['of parts under KMS', [6, 6], { kind: 'SSE-KMS', keyId: KMS }],
  ])('an object %s', async (_, mib, encryption) => {
    const body = noise(12 * MIB)
    const place = { bucket: 'there', key: 'a.bin' }
    const options = { encryption, checksum: 'CRC64NVME', checksumType: 'FULL_OBJECT' } as never
    if (mib.length === 1) await putThere('a.bin', body, options)
    else {
      const upload = { ...place, ...(await world.store.createUpload({ ...place, ...(options as object) })) }
      const parts = []
      let at = 0
      for (const [n, size] of mib.entries()) {
        const piece = body.subarray(at, (at += size * MIB))
        const request = {
          ...upload,
          part: n + 1,
          body: piece,
          size: piece.length,
          checksum: 'CRC64NVME',
        } as const
        parts.push({ part: n + 1, ...(await world.store.uploadPart(request)) })
      }
      await world.store.completeUpload({
        ...upload,
        parts,
        checksum: 'CRC64NVME',
        checksumType: 'FULL_OBJECT',
      })
    }
    const work = await world.downloadOf('a.bin')
    await pour(work, { ...world.down, source: world.keeps }, MIB)
    expect((await fileHere('a.bin')).equals(body)).toBe(true)
    expect(await readdir(world.folder)).toEqual(['a.bin'])
    // The same bytes, spoilt on their way, never become a file.
    const spoiling = { ...world.down, source: spoilt(world.keeps), destination: world.anew() }
    const again = { ...work, destination: { ...work.destination, key: 'b.bin' } }
    expect(await failure(pour(again, spoiling, MIB))).toMatchObject({ code: 'not-verified' })
    expect(await readdir(world.folder)).toEqual(['a.bin'])
  })

  test('an ETag that may be no digest is explained by a second reading', async () => {
    await world.playground.admin.seed({ bucket: 'there', key: 'made up', size: 1000 })
    const work = await world.downloadOf('made up')
    const requests = await sent(world.store, () => pour(work, world.down))
    // Its checksum tells enough; where there is none, it takes another look.
    expect(requests).toEqual({ GetObject: 1 })
    expect(md5(await fileHere('made up'))).not.toBe(work.etag)
    const to = (key: string) => ({ ...work, destination: { ...work.destination, key } })
    const unknown = {
      ...world.down,
      source: withHabits(world.store, { answersInFull: false, checksums: false }),
    }
    expect(await sent(world.store, () => pour(to('b'), unknown))).toEqual({ GetObject: 2 })
    const keeps = { ...world.down, source: world.keeps }
    expect(await failure(pour(to('c'), keeps))).toMatchObject({ code: 'not-verified', property: 'ETag' })
  })

  test('goes on after a kill with the parts that were there', async () => {
    const body = noise(17 * MIB)
    await putThere('a.bin', body)
    const work = await world.downloadOf('a.bin')
    const journal = new MemoryJournal()
    const context = { ...world.down, destination: breaking(world.local, 3), pace: onePart(world.down) }
    expect(await failure(pour(work, context, MIB, journal))).toBeDefined()
    expect(await readdir(world.folder)).not.toContain('a.bin')
    const after = { ...world.down, destination: world.anew() }
    const requests = await sent(world.store, () => pour(work, after, MIB, journal))
    expect(requests['GetObject']).toBeLessThan(4)
    expect((await fileHere('a.bin')).equals(body)).toBe(true)
    expect(await readdir(world.folder)).toEqual(['a.bin'])
  })

  test('a file that came meanwhile is not touched, and what was meant is replaced', async () => {
    await putThere('a', Buffer.from('from there'))
    const absent = await world.downloadOf('a')
    await world.write('a', 'mine')
    expect(await failure(pour(absent, world.down))).toMatchObject({ code: 'destination-exists' })
    const { etag, lastModified } = await world.local.headObject({ bucket: world.folder, key: 'a' })
    await pour({ ...absent, expect: { is: 'etag', etag, lastModified } }, world.down)
    expect((await fileHere('a')).toString()).toBe('from there')
    expect(
      await failure(pour({ ...absent, expect: { is: 'etag', etag, lastModified } }, world.down)),
    ).toMatchObject({
      code: 'destination-changed',
    })
  })

  test('in doubt after a kill, it is known by size and date, or by its bytes; what is left of it goes', async () => {
    await putThere('a', Buffer.from('hello'))
    const work = await world.downloadOf('a')
    const abandoned = async function* () {
      yield Buffer.from('he')
      await new Promise(() => {})
    }
    void world.anew().putObject({ bucket: world.folder, key: 'a', body: abandoned(), size: 5 })
    await expect.poll(() => readdir(world.folder)).toHaveLength(1)
    const settle = () => settleCopy(work, world.down, Date.now(), 'relay')
    expect(await settle()).toEqual({ is: 'not-done' })
    expect(await readdir(world.folder)).toEqual([])
    await world.write('a', 'other')
    expect(await settle()).toEqual({ is: 'not-done' })
    await world.write('a', 'hello')
    expect(await settle()).toMatchObject({ is: 'done', outcome: { settled: true } })
    await utimes(join(world.folder, 'a'), 1, work.lastModified / 1000)
    expect(await settle()).toMatchObject({ is: 'done' })
  })

  test('a move deletes the object whose file stands', async () => {
    await putThere('a', Buffer.from('hello'), { tags: { a: 'b' }, metadata: { c: 'd' } })
    const work = await world.downloadOf('a', { purpose: 'move', properties: MOVE_DEFAULTS })
    const outcome = await pour(work, world.down)
    await deleteSource(work, outcome, world.down)
    expect((await world.store.listObjects({ bucket: 'there', prefix: '' })).objects).toEqual([])
    expect((await fileHere('a')).toString()).toBe('hello')
  })
})

/** One after the other. */
function onePart({ pace }: WorkContext): WorkContext['pace'] {
  let busy = Promise.resolve()
  let free: () => void = () => {}
  return {
    async enter(signal) {
      const before = busy
      let mine: () => void = () => {}
      busy = new Promise((done) => (mine = done))
      await before
      free = mine
      await pace.enter(signal)
    },
    leave(outcome) {
      pace.leave(outcome)
      free()
    },
  }
}

function withParts(
  storage: Storage,
  uploadPart: (request: UploadPart) => ReturnType<Storage['uploadPart']>,
): Storage {
  return new Proxy(storage, {
    get: (target, name) =>
      name === 'uploadPart' ? uploadPart : (Reflect.get(target, name, target) as unknown),
  })
}

/** From the nth part on, as a process that was killed: nothing more is sent, and nothing is cleared up. */
function breaking(storage: Storage, nth: number): Storage {
  let count = 0
  return withParts(storage, async (request) => {
    if (++count >= nth) throw new Error('killed')
    return storage.uploadPart(request)
  })
}

function spoilt(storage: Storage): Storage {
  return new Proxy(storage, {
    get(target, name) {
      if (name !== 'getObject') return Reflect.get(target, name, target) as unknown
      return async (...asked: Parameters<Storage['getObject']>) => {
        const { head, body } = await target.getObject(...asked)
        async function* flipped() {
          for await (const chunk of body) {
            const copy = Buffer.from(chunk)
            copy[0] = (copy[0] ?? 0) ^ 1
            yield copy
          }
        }
        return { head, body: Object.assign(flipped(), { destroy: () => body.destroy() }) }
      }
    },
  })
}
