import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import { systemSeams } from '#model/seams.ts'
import { checksumOf } from '../../main/engine/compare/checksum.ts'
import { compareObjects } from '../../main/engine/compare/compare-objects.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import type { HeadObject, Storage } from '../../main/engine/storage.ts'
import type { WorkContext } from '../../main/engine/work.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { noKeys } from '../helpers/specs.ts'

const BYTES = Buffer.from('the bytes of a file')
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')
const PARTS = [BYTES.subarray(0, 8), BYTES.subarray(8, 16), BYTES.subarray(16)]
const OF_PARTS = `${md5(Buffer.concat(PARTS.map((part) => createHash('md5').update(part).digest())))}-3`
const PLAIN: ObjectHead = {
  key: 'a.txt',
  size: BYTES.length,
  etag: md5(BYTES),
  lastModified: 0,
  storageClass: 'GLACIER_IR',
  headers: { cacheControl: 'no-store' },
  metadata: { owner: 'ada' },
  encryption: { kind: 'none' },
  checksums: {},
}

let dir: string
let local: Storage
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-compare-'))
  writeFileSync(path.join(dir, 'a.txt'), BYTES)
  local = createLocalStorage({ seams: systemSeams })
})
afterEach(() => {
  local.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A store with this one object, whose parts have eight bytes. `bytes`: what a GET gives; none may be sent without. */
function storeWith(head: ObjectHead, bytes?: Uint8Array): Storage {
  return {
    habits: local.habits,
    headObject: ({ part }: HeadObject) => Promise.resolve(part === 1 ? { ...head, size: 8 } : head),
    getObject: () =>
      bytes === undefined
        ? Promise.reject(new Error('its bytes were read'))
        : Promise.resolve({ head, body: Object.assign([bytes].values(), { destroy: () => {} }) }),
  } as unknown as Storage
}

async function compare(
  head: Partial<ObjectHead>,
  level: 'listing' | 'full' = 'listing',
  bytes?: Uint8Array,
  from: 'file' | 'object' = 'file',
): Promise<string[]> {
  const store = storeWith({ ...PLAIN, ...head }, bytes)
  const [source, destination] = from === 'file' ? [local, store] : [store, local]
  const context: WorkContext = {
    ...{ source, destination, seams: systemSeams, findKey: noKeys },
    pace: createPace({ seams: systemSeams, ceiling: 4 }),
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
  }
  const places = { file: { bucket: dir, key: 'a.txt' }, object: { bucket: 'b', key: 'a.txt' } }
  const there = from === 'file' ? places.object : places.file
  const planned = await source.headObject({ ...places[from] })
  const work = {
    ...{ source: { ...places[from], customerKeys: [] }, destination: there, level },
    ...{ size: planned.size, etag: planned.etag },
  }
  return (await compareObjects(work, context)).map(({ property }) => property)
}
let notes: string[] = []

describe('a file and an object of its size', () => {
  const whole = (value: string): Partial<ObjectHead> => ({
    ...{ etag: md5(Buffer.from('x')), encryption: { kind: 'SSE-KMS' } },
    ...{ checksumType: 'FULL_OBJECT', checksums: { CRC32: value } },
  })
  const opaque: Partial<ObjectHead> = { etag: md5(Buffer.from('x')), encryption: { kind: 'SSE-KMS' } }
  const other = Buffer.alloc(BYTES.length)
  test.each<[string, Partial<ObjectHead>, 'listing' | 'full', Uint8Array | undefined, string[]]>([
    ['its ETag is the digest of the file', {}, 'full', undefined, []],
    ['its ETag is another', { etag: md5(other) }, 'listing', undefined, ['content']],
    ['its checksum is that of the file', whole(checksumOf('CRC32', BYTES)), 'listing', undefined, []],
    ['its checksum is another', whole(checksumOf('CRC32', other)), 'listing', undefined, ['content']],
    ['its parts have the digests of the file', { etag: OF_PARTS }, 'listing', undefined, []],
    ['its parts may be uneven', { etag: `${md5(other)}-3` }, 'listing', undefined, []],
    ['its parts are uneven, and are read', { etag: `${md5(other)}-3` }, 'full', BYTES, []],
    ['it tells nothing', opaque, 'listing', undefined, []],
    ['it tells nothing, and is read', opaque, 'full', other, ['content']],
    ['its size is another', { size: 3 }, 'listing', undefined, ['size']],
  ])('%s', async (_, head, level, bytes, expected) => {
    notes = []
    expect(await compare(head, level, bytes)).toEqual(expected)
    expect(await compare(head, level, bytes, 'object')).toEqual(expected)
    expect(notes).toHaveLength(level === 'listing' && bytes === undefined && /uneven|nothing/.test(_) ? 2 : 0)
  })
})
