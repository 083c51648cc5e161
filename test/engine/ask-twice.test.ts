import { describe, expect, test } from 'vitest'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { editObject } from '../../main/engine/edit/edit-object.ts'
import { editProperties } from '#model/properties.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'
import type { World } from './world.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND

/** The first request of a kind takes so long: the server does it after half of that. */
function first(world: World, operation: string, ms: number): void {
  let met = 0
  const latency = (of: { operation: string }): number => (of.operation === operation && ++met === 1 ? ms : 10)
  Object.assign(world.server, { latency, finishes: true })
}

function setUp(size: number): World {
  const world = createWorld({ copyLimit: 400 * MIB })
  world.server.give('from', 'a', { size })
  return world
}

const copies = (world: World) => world.context.destination.requests['CopyObject']
const made = (world: World) => world.server.mutations({ operation: 'CopyObject' })

describe('a large copy that nobody answers', () => {
  test.each([
    { name: 'hangs for ever', takes: HOUR, copied: 45 },
    { name: 'is done, and its answer comes late', takes: 80 * SECOND, copied: 45 },
    { name: 'is slow, and done after the second', takes: 150 * SECOND, copied: 45 },
    { name: 'is answered just in time', takes: 44 * SECOND, copied: 44 },
  ])('$name: is there within a minute, made once', async ({ takes, copied }) => {
    const world = setUp(300 * MIB)
    first(world, 'CopyObject', takes)
    const began = world.seams.now()
    await world.finish(copyObject(world.work('a', { expect: { is: 'absent' } }), world.context))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(copied)
    expect(copies(world)).toBe(takes < 45 * SECOND ? 1 : 2)
    await world.seams.advance(2 * HOUR)
    expect(made(world)).toHaveLength(1)
  })

  test('is of few bytes: it is waited for', async () => {
    const world = setUp(MIB)
    first(world, 'CopyObject', 80 * SECOND)
    await world.finish(copyObject(world.work('a', { expect: { is: 'absent' } }), world.context))
    expect(copies(world)).toBe(1)
  })

  test('is a part: it is sent once more, and the object is whole', async () => {
    const world = setUp(900 * MIB)
    first(world, 'UploadPartCopy', HOUR)
    const began = world.seams.now()
    const work = world.work('a', { expect: { is: 'absent' } })
    await world.finish(copyParts(work, world.context, new MemoryJournal()))
    expect(world.seams.now() - began).toBeLessThan(60 * SECOND)
    const [from, to] = ['from', 'to'].map((bucket) => world.server.current(bucket, 'a')?.content.digest)
    expect(to).toBe(from)
    expect(world.server.uploads.size).toBe(0)
  })

  test('is one of many, as the server is slow: four of them are sent once more', async () => {
    const sent = async (latency: (of: { operation: string }) => number): Promise<number> => {
      const world = setUp(4000 * MIB)
      Object.assign(world.server, { latency })
      const work = world.work('a', { expect: { is: 'absent' } })
      await world.finish(copyParts(work, world.context, new MemoryJournal()))
      return world.context.destination.requests['UploadPartCopy'] ?? 0
    }
    const parts = await sent(() => 10)
    expect(parts).toBeGreaterThan(8)
    const slow = await sent(({ operation }) => (operation === 'UploadPartCopy' ? 150 * SECOND : 10))
    expect(slow).toBe(parts + 4)
  })

  test('is stopped: nothing is sent any more', async () => {
    const world = setUp(300 * MIB)
    first(world, 'CopyObject', HOUR)
    world.seams.after(10 * SECOND, () => world.stop.abort())
    const work = world.work('a', { expect: { is: 'absent' } })
    await world.failure(copyObject(work, world.context))
    await world.seams.advance(2 * HOUR)
    expect(copies(world)).toBe(1)
  })
})

/** Of copies over what stands there, edits, and completions. `done`: when it is there, in seconds. */
describe('a large write over another that nobody answers', () => {
  const ETAG = 'etag'
  const ANYTHING = 'anything'
  const over = (world: World, how: string, given: object) => {
    const there = world.server.give('to', 'a', { size: 300 * MIB, seed: 'there', ...given })
    const { etag, lastModified } = there
    const expect =
      how === ETAG ? ({ is: 'etag', etag, lastModified } as const) : ({ is: 'anything' } as const)
    return world.work('a', { expect })
  }
  const IN_PARTS = { etag: `${'0'.repeat(32)}-36` }

  const completions = (world: World) => world.context.destination.requests['CompleteMultipartUpload']
  const completed = (world: World) => world.server.mutations({ operation: 'CompleteMultipartUpload' })
  const again = { asked: 2, parts: 0, done: 45 }
  const byParts = { asked: 1, parts: 1, done: 45 }
  const waits = { asked: 1, parts: 0, done: 105 }
  const KMS = { encryption: { kind: 'SSE-KMS' } }

  test.each([
    { what: 'another size', how: ETAG, given: { size: 7 }, ...again },
    { what: 'another size', how: ANYTHING, given: { size: 7 }, ...again },
    { what: 'another digest', how: ETAG, given: {}, ...again },
    { what: 'another digest', how: ANYTHING, given: {}, ...again },
    { what: 'parts', how: ETAG, given: IN_PARTS, ...again },
    { what: 'the same bytes', how: ETAG, given: { seed: 'a' }, ...byParts },
    { what: 'the same bytes', how: ANYTHING, given: { seed: 'a' }, ...byParts },
    { what: 'KMS, where no ETag is a digest', how: ETAG, given: KMS, ...byParts },
    {
      what: 'the same bytes, and a layout to stay',
      how: ETAG,
      given: { seed: 'a' },
      layout: 'same',
      ...waits,
    },
    { what: 'the same bytes, and no journal', how: ETAG, given: { seed: 'a' }, journal: false, ...waits },
  ] as const)('copy over $how, of $what: made once', async (row) => {
    const { how, given, asked, parts, done } = row
    const world = setUp(300 * MIB)
    const work = { ...over(world, how, given), partLayout: 'layout' in row ? row.layout : 'chosen' } as const
    await world.seams.advance(2 * SECOND)
    await world.finish(world.context.destination.headBucket('to'))
    first(world, 'CopyObject', 200 * SECOND)
    const began = world.seams.now()
    const journal = 'journal' in row ? undefined : new MemoryJournal()
    const outcome = await world.finish(copyObject(work, world.context, journal))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(done)
    expect(copies(world)).toBe(asked)
    await world.seams.advance(2 * HOUR)
    expect([made(world).length, completed(world).length]).toEqual([1 - parts, parts])
    expect(world.server.uploads.size).toBe(0)
    const [from, to] = ['from', 'to'].map((bucket) => world.server.current(bucket, 'a'))
    expect(to?.content.digest).toBe(from?.content.digest)
    expect(outcome.etag).toBe(to?.etag)
    expect(world.notes.filter((note) => note.includes('by parts instead'))).toHaveLength(parts)
  })

  test('copy that is done while its parts are on their way: they are taken away, and it counts', async () => {
    const world = setUp(300 * MIB)
    const work = over(world, ETAG, { seed: 'a' })
    await world.seams.advance(2 * SECOND)
    await world.finish(world.context.destination.headBucket('to'))
    first(world, 'CopyObject', 110 * SECOND)
    const { latency } = world.server as unknown as { latency: (of: { operation: string }) => number }
    Object.assign(world.server, {
      latency: (of: { operation: string }) => (of.operation === 'UploadPartCopy' ? 20 * SECOND : latency(of)),
    })
    const outcome = await world.finish(copyObject(work, world.context, new MemoryJournal()))
    expect([made(world).length, completed(world).length]).toEqual([1, 0])
    expect(outcome).toMatchObject({ etag: world.server.current('to', 'a')?.etag, settled: true })
    expect(world.server.uploads.size).toBe(0)
  })

  test('copy over what somebody changes meanwhile: refused within the minute, and theirs stays', async () => {
    const world = setUp(300 * MIB)
    const work = over(world, ETAG, { seed: 'a' })
    await world.seams.advance(2 * SECOND)
    first(world, 'CopyObject', HOUR)
    world.seams.after(20 * SECOND, () => void world.server.give('to', 'a', { size: 5, seed: 'theirs' }))
    const began = world.seams.now()
    const failure = await world.failure(copyObject(work, world.context, new MemoryJournal()))
    expect(failure.code).toBe('destination-changed')
    expect(world.seams.now() - began).toBeLessThan(60 * SECOND)
    await world.seams.advance(2 * HOUR)
    expect(world.server.current('to', 'a')?.content.size).toBe(5)
  })

  test('copy over anything that somebody changes as it is sent: over theirs, as was asked', async () => {
    const world = setUp(300 * MIB)
    const work = over(world, ANYTHING, { seed: 'a' })
    let heads = 0
    Object.assign(world.server, {
      latency: ({ operation }: { operation: string }) => {
        if (operation === 'CopyObject' && ++heads < 3)
          world.server.give('to', 'a', { size: heads, seed: 'theirs' })
        return 10
      },
    })
    await world.finish(copyObject(work, world.context, new MemoryJournal()))
    expect(copies(world)).toBe(3)
    expect(world.server.current('to', 'a')?.content.size).toBe(300 * MIB)
  })

  test('copy over anything by keys that may not look: sent on no condition', async () => {
    const world = setUp(300 * MIB)
    const work = over(world, ANYTHING, { seed: 'there' })
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'HeadObject', nth: 1 })
    await world.finish(copyObject(work, world.context, new MemoryJournal()))
    expect(copies(world)).toBe(1)
  })

  test('copy where the server ignores conditions: seen as soon as it is there, and not asked for twice', async () => {
    const world = createWorld({ copyLimit: 400 * MIB, habits: { writeConditions: false } })
    world.server.give('from', 'a', { size: 300 * MIB })
    first(world, 'CopyObject', 150 * SECOND)
    const began = world.seams.now()
    await world.finish(copyObject(world.work('a'), world.context))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(75)
    expect(copies(world)).toBe(1)
  })

  const edit = (world: World) => {
    const object = world.server.current('from', 'a')!
    const { etag, lastModified } = object
    return {
      object: { bucket: 'from', key: 'a', customerKeys: [] },
      ...{ size: object.content.size, etag, lastModified, storageClass: 'STANDARD', verify: 'auto' as const },
      properties: editProperties.parse({ metadata: { policy: 'change', set: { how: 'edited' } } }),
    }
  }

  test.each([
    { what: 'in parts', given: IN_PARTS, ...again },
    { what: 'of one part', given: {}, ...byParts },
    {
      what: 'of one part with annotations',
      given: { annotations: new Map([['note', Buffer.from('kept')]]) },
      ...waits,
    },
  ])('edit of an object $what: made once', async ({ given, asked, parts, done }) => {
    const world = createWorld({ copyLimit: 400 * MIB })
    world.server.give('from', 'a', { size: 300 * MIB, ...given })
    const work = edit(world)
    await world.seams.advance(2 * SECOND)
    first(world, 'CopyObject', 200 * SECOND)
    const began = world.seams.now()
    await world.finish(editObject(work, world.context, new MemoryJournal(), 400 * MIB))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(done)
    expect(copies(world)).toBe(asked)
    await world.seams.advance(2 * HOUR)
    expect([made(world).length, completed(world).length]).toEqual([1 - parts, parts])
    expect(world.server.uploads.size).toBe(0)
    expect(world.server.current('from', 'a')?.metadata).toEqual({ how: 'edited' })
  })

  test('edit of an object whose tags somebody changes meanwhile: not asked for with what was read before', async () => {
    const world = createWorld({ copyLimit: 400 * MIB, habits: { selfCopyKeepsTags: false } })
    world.server.give('from', 'a', { size: 300 * MIB, tags: { colour: 'red' }, ...IN_PARTS })
    first(world, 'CopyObject', HOUR)
    const other = new MemoryStorage(world.server)
    world.seams.after(20 * SECOND, () => void other.putTags({ bucket: 'from', key: 'a', tags: {} }))
    const edited = editObject(edit(world), world.context, new MemoryJournal(), 400 * MIB)
    expect(await world.failure(edited)).toMatchObject({ code: 'source-changed' })
    expect(copies(world)).toBe(1)
    expect(world.server.current('from', 'a')?.tags).toEqual({})
  })

  test.each([
    { name: 'hangs for ever', takes: HOUR, honours: true, asked: 2, done: 45 },
    { name: 'is done, and its answer comes late', takes: 80 * SECOND, honours: true, asked: 2, done: 45 },
    { name: 'is done, and conditions are ignored', takes: 80 * SECOND, honours: false, asked: 1, done: 45 },
    { name: 'is slow, and conditions are ignored', takes: 140 * SECOND, honours: false, asked: 1, done: 75 },
  ])('completion that $name', async ({ takes, honours, asked, done }) => {
    const world = createWorld({ copyLimit: 400 * MIB, habits: { writeConditions: honours } })
    world.server.give('from', 'a', { size: 900 * MIB })
    const work = over(world, ETAG, { size: 7 })
    await world.seams.advance(2 * SECOND)
    first(world, 'CompleteMultipartUpload', takes)
    const began = world.seams.now()
    await world.finish(copyParts(work, world.context, new MemoryJournal()))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(done)
    expect(completions(world)).toBe(asked)
    await world.seams.advance(2 * HOUR)
    expect(completed(world)).toHaveLength(1)
    expect(world.server.uploads.size).toBe(0)
  })

  test('a second one that is refused as the first is under way is asked for again', async () => {
    const world = setUp(300 * MIB)
    first(world, 'CopyObject', HOUR)
    world.server.faults.add({ kind: 'conflict', when: 'before', operation: 'CopyObject', nth: 1 })
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: 'CopyObject', nth: 1 })
    const began = world.seams.now()
    await world.finish(copyObject(world.work('a'), world.context))
    expect(Math.floor((world.seams.now() - began) / SECOND)).toBe(55)
    expect(copies(world)).toBe(4)
    expect(made(world)).toHaveLength(1)
  })

  test('two that hang until nobody can be there are the end of it: it fails, and is not begun anew', async () => {
    const world = setUp(300 * MIB)
    const patience = 300 * SECOND
    Object.assign(world.server, {
      latency: ({ operation }: { operation: string }) => (operation === 'CopyObject' ? patience : 10),
    })
    world.server.faults.add({ kind: 'timeout', when: 'before', operation: 'CopyObject' })
    const failure = await world.failure(copyObject(world.work('a'), world.context))
    expect(failure).toMatchObject({ code: 'timeout', reach: 'item' })
    expect(copies(world)).toBe(2)
  })
})
