import { describe, expect, test } from 'vitest'
import { MOVE_DEFAULTS } from '#model/properties.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { relay } from '../../main/engine/relay.ts'
import { abandonUpload } from '../../main/engine/upload.ts'
import type { CopyOutcome, CopyWork } from '../../main/engine/work.ts'
import { isSameContent } from '../helpers/memory/content.ts'
import type { FaultKind } from '../helpers/memory/faults.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import type { World } from './world.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'

const BIG = {
  size: 23 * MIB + 7,
  headers: { contentType: 'video/mp4', cacheControl: 'no-cache', websiteRedirect: '/elsewhere' },
  metadata: { owner: 'ada', 'odd-name': 'x y' },
  tags: { team: 'web', tier: '1' },
  storageClass: 'STANDARD_IA',
}
const PARTS = 5

/** Both ways by which an object goes in parts; all that follows holds for both. */
const ways = [
  {
    way: 'copyParts',
    part: 'UploadPartCopy',
    pour: (world: World, work: CopyWork, journal: MemoryJournal): Promise<CopyOutcome> =>
      copyParts(work, world.context, journal),
  },
  {
    way: 'relay',
    part: 'UploadPart',
    pour: (world: World, work: CopyWork, journal: MemoryJournal): Promise<CopyOutcome> =>
      relay(work, world.context, journal, MIB),
  },
]

function setUp(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options)
  world.server.give('from', 'big', BIG)
  return world
}

/** With its redirect, which no default of a copy takes along. */
function bigWork(world: World, more: Partial<CopyWork> = {}): CopyWork {
  return world.work('big', { properties: MOVE_DEFAULTS, ...more })
}

function expectArrived(world: World): void {
  const from = world.server.current('from', 'big')
  const to = world.server.current('to', 'big')
  if (!from || !to) throw new Error('one side is missing')
  expect(isSameContent(from.content, to.content)).toBe(true)
  const { headers, metadata, tags, storageClass } = BIG
  expect(to).toMatchObject({ headers, metadata, tags, storageClass })
  expect(world.server.uploads.size).toBe(0)
}

describe.each(ways)('$way by parts', ({ part, pour }) => {
  test('carries everything over, and tells the journal in the right order', async () => {
    const world = setUp()
    const journal = new MemoryJournal()
    const outcome = await world.finish(pour(world, bigWork(world), journal))
    expectArrived(world)
    expect(outcome).toMatchObject({ verified: 'head', settled: false })
    expect(outcome.etag).toMatch(/-5$/)
    expect(journal.told.slice(0, 2)).toEqual(['intend', 'begun'])
    expect(journal.told.slice(2, -1).sort()).toEqual(['part 1', 'part 2', 'part 3', 'part 4', 'part 5'])
    expect(journal.told.at(-1)).toBe('ended')
    expect(world.server.mutations({ operation: part })).toHaveLength(PARTS)
    expect(world.server.mostInFlight).toBeGreaterThan(1)
  })

  const kinds: FaultKind[] = ['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down']
  const operations = ['CreateMultipartUpload', part, 'CompleteMultipartUpload']
  test.each(kinds.flatMap((kind) => operations.map((operation) => ({ kind, operation }))))(
    '$kind after the effect of $operation: settled, done once',
    async ({ kind, operation }) => {
      const world = setUp()
      world.server.faults.add({ kind, when: 'after', operation, nth: 1 })
      await world.finish(pour(world, bigWork(world), new MemoryJournal()))
      expectArrived(world)
      expect(world.server.mutations({ operation: 'CreateMultipartUpload' })).toHaveLength(1)
      expect(world.server.mutations({ operation: part })).toHaveLength(PARTS)
      expect(world.server.mutations({ operation: 'CompleteMultipartUpload' })).toHaveLength(1)
    },
  )

  test('a part that fails is sent again alone', async () => {
    const world = setUp()
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: part, part: 3, times: 2 })
    await world.finish(pour(world, bigWork(world), new MemoryJournal()))
    expectArrived(world)
    expect(world.context.destination.requests[part]).toBe(PARTS + 2)
  })

  test('invariant 3: a source that changed midway is source-changed, and nothing is left behind', async () => {
    const world = setUp()
    const { server } = world
    const act = (): void => void server.give('from', 'big', { ...BIG, seed: 'other' })
    server.faults.add({ kind: 'server-error', when: 'before', operation: part, part: 4, nth: 1, act })
    const journal = new MemoryJournal()
    const failure = await world.failure(pour(world, bigWork(world), journal))
    expect(failure).toMatchObject({ code: 'source-changed', reach: 'item' })
    expect(server.current('to', 'big')).toBeUndefined()
    expect(server.uploads.size).toBe(0)
    expect(journal.isEnded).toBe(true)
  })

  test.each([
    { expectation: { is: 'absent' } as const, code: 'destination-exists' },
    { expectation: { is: 'etag', etag: 'gone', lastModified: 0 } as const, code: 'destination-changed' },
  ])('invariant 6: $code is seen when the upload is completed', async ({ expectation, code }) => {
    const world = setUp()
    const { server } = world
    if (expectation.is === 'etag') server.give('to', 'big', { etag: 'gone', lastModified: 0 })
    const act = (): void => void server.give('to', 'big', { seed: 'theirs', size: 4 })
    server.faults.add({ kind: 'server-error', when: 'before', operation: part, nth: 1, act })
    const work = bigWork(world, { expect: expectation })
    expect(await world.failure(pour(world, work, new MemoryJournal()))).toMatchObject({ code })
    expect(server.current('to', 'big')?.content.size).toBe(4)
    expect(server.uploads.size).toBe(0)
  })

  test('a destination that exists is seen before anything is sent', async () => {
    const world = setUp()
    world.server.give('to', 'big', { size: 4 })
    const failure = await world.failure(pour(world, bigWork(world), new MemoryJournal()))
    expect(failure.code).toBe('destination-exists')
    expect(world.server.log).toEqual([])
  })

  test.each([
    { operation: part, kind: 'NoSuchUpload' as const },
    { operation: 'CompleteMultipartUpload', kind: 'NoSuchUpload' as const },
    { operation: 'CompleteMultipartUpload', kind: 'conflict' as const },
  ])('$kind at $operation: begun again', async ({ operation, kind }) => {
    const world = setUp()
    world.server.faults.add({ kind, when: 'before', operation, nth: 1 })
    await world.finish(pour(world, bigWork(world), new MemoryJournal()))
    expectArrived(world)
    expect(world.server.mutations({ operation: 'CreateMultipartUpload' })).toHaveLength(2)
  })

  test('an upload that is lost again and again is given up', async () => {
    const world = setUp()
    world.server.faults.add({ kind: 'NoSuchUpload', when: 'before', operation: part })
    const failure = await world.failure(pour(world, bigWork(world), new MemoryJournal()))
    expect(failure).toMatchObject({ code: 'no-such-upload', reach: 'item' })
    expect(world.server.uploads.size).toBe(0)
  })

  test('offline midway: the upload is kept, and a later run sends only what is missing', async () => {
    const world = setUp()
    const { server } = world
    const journal = new MemoryJournal()
    const act = (): void => {
      server.offline = true
    }
    server.faults.add({ kind: 'connection', when: 'before', operation: part, nth: 4, act })
    const failure = await world.failure(pour(world, bigWork(world), journal))
    expect(failure).toMatchObject({ code: 'connection', reach: 'attempt' })
    expect(journal.isEnded).toBe(false)
    server.offline = false
    await world.finish(pour(world, bigWork(world), journal))
    expectArrived(world)
    expect(server.mutations({ operation: part })).toHaveLength(PARTS)
  })

  test('stopped midway: the upload is kept for the next run', async () => {
    const world = setUp()
    const journal = new MemoryJournal()
    const act = (): void => world.stop.abort()
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: part, nth: 2, act })
    await world.failure(pour(world, bigWork(world), journal))
    expect(world.server.uploads.size).toBe(1)
    expect(journal.isEnded).toBe(false)
  })
})

describe.each(ways)('invariant 7: $way goes on after a kill', ({ part, pour }) => {
  /** The requests at which a run is killed, and what it must not have to do again. */
  const points = [
    { at: 'CreateMultipartUpload', when: 'before' as const },
    { at: 'CreateMultipartUpload', when: 'after' as const },
    { at: part, when: 'before' as const },
    { at: part, when: 'after' as const },
    { at: 'CompleteMultipartUpload', when: 'before' as const },
    { at: 'CompleteMultipartUpload', when: 'after' as const },
  ]

  test.each(points)('killed $when the effect of $at', async ({ at, when }) => {
    const world = setUp()
    const journal = new MemoryJournal()
    const first = new MemoryStorage(world.server)
    const dying: World = { ...world, context: { ...world.context, source: first, destination: first } }
    world.server.faults.add({ kind: 'connection', when, operation: at, nth: 1, act: () => first.kill() })
    void pour(dying, bigWork(world), journal)
    await world.seams.run()
    world.server.faults.clear()

    await world.finish(pour(world, bigWork(world), journal))
    expectArrived(world)
    const { server } = world
    expect(server.mutations({ operation: 'CreateMultipartUpload' })).toHaveLength(1)
    expect(server.mutations({ operation: part })).toHaveLength(PARTS)
    expect(server.mutations({ operation: 'CompleteMultipartUpload' })).toHaveLength(1)
  })
})

describe.each(ways)('$way: a Complete that was in flight at the kill', ({ part, pour }) => {
  test.each(['absent', 'anything'] as const)(
    'lands while its parts are counted (%s): no part is sent again',
    async (is) => {
      const world = setUp()
      const { server } = world
      const journal = new MemoryJournal()
      const first = new MemoryStorage(server)
      const dying: World = { ...world, context: { ...world.context, source: first, destination: first } }
      const operation = 'CompleteMultipartUpload'
      server.faults.add({ kind: 'connection', when: 'before', operation, nth: 1, act: () => first.kill() })
      const work = bigWork(world, { expect: { is } })
      void pour(dying, work, journal)
      await world.seams.run()
      server.faults.clear()
      const land = (): void => {
        server.uploads.clear()
        server.give('to', 'big', { ...BIG, seed: 'big', etag: `${'a'.repeat(32)}-${PARTS}` })
      }
      server.faults.add({ kind: 'NoSuchUpload', when: 'before', operation, nth: 1, act: land })
      const outcome = await world.finish(pour(world, work, journal))
      expect(outcome).toMatchObject({ settled: true })
      expectArrived(world)
      expect(server.mutations({ operation: part })).toHaveLength(PARTS)
      expect(journal.isEnded).toBe(true)
    },
  )
})

describe('invariant 10: only our uploads are aborted', () => {
  test('by its id', async () => {
    const world = setUp()
    const { destination } = world.context
    const { uploadId } = await world.finish(destination.createUpload({ bucket: 'to', key: 'big' }))
    const known = { uploadId, partSize: 5 * MIB, parts: [], intendedAt: world.seams.now() }
    await world.finish(abandonUpload({ bucket: 'to', key: 'big' }, known, world.context))
    expect(world.server.uploads.size).toBe(0)
    await world.finish(abandonUpload({ bucket: 'to', key: 'big' }, known, world.context))
  })

  test('one that was completed is gone, also by a server that says it aborted whatever it is told to', async () => {
    const world = setUp()
    world.server.abortsAnything = true
    const journal = new MemoryJournal()
    await world.finish(copyParts(bigWork(world), world.context, journal))
    const uploadId = world.server.log.find(({ operation }) => operation === 'CreateMultipartUpload')?.uploadId
    const known = { uploadId, partSize: 5 * MIB, parts: [], intendedAt: 0 }
    expect(await world.finish(abandonUpload({ bucket: 'to', key: 'big' }, known, world.context))).toBe('gone')
    expectArrived(world)
  })

  test.each([
    { name: 'a part that came late brings it back once', comesBack: 1, is: 'aborted' },
    { name: 'the server keeps it', comesBack: Infinity, is: 'not-possible' },
  ])('aborted until it is gone: $name', async ({ comesBack, is }) => {
    const world = setUp()
    const { server } = world
    const { destination } = world.context
    const { uploadId } = await world.finish(destination.createUpload({ bucket: 'to', key: 'big' }))
    const kept = server.uploads.get(uploadId)
    const act = (): void => void (kept && server.uploads.set(uploadId, kept))
    server.faults.add({
      ...{ kind: 'nothing', when: 'after', operation: 'AbortMultipartUpload', act },
      times: comesBack,
    })
    const known = { uploadId, partSize: 5 * MIB, parts: [], intendedAt: world.seams.now() }
    const abandoned = abandonUpload({ bucket: 'to', key: 'big' }, known, world.context)
    if (is === 'aborted') expect(await world.finish(abandoned)).toBe(is)
    else expect((await world.failure(abandoned)).code).toBe(is)
    expect(server.uploads.size).toBe(is === 'aborted' ? 0 : 1)
  })

  test.each([
    { name: 'the only one of the key since the intent', mine: ['big'], before: [], left: 0 },
    { name: 'none of a longer key', mine: ['big.old'], before: [], left: 1 },
    { name: 'none that was there before the intent', mine: [], before: ['big'], left: 1 },
    { name: 'ours beside one that was there before', mine: ['big'], before: ['big'], left: 1 },
    { name: 'none of two', mine: ['big', 'big'], before: [], left: 2 },
  ])('found without an id: $name', async ({ mine, before, left }) => {
    const world = setUp()
    const { destination } = world.context
    for (const key of before) await world.finish(destination.createUpload({ bucket: 'to', key }))
    await world.seams.advance(5000)
    const known = { partSize: 5 * MIB, parts: [], intendedAt: world.seams.now() }
    for (const key of mine) await world.finish(destination.createUpload({ bucket: 'to', key }))
    await world.finish(abandonUpload({ bucket: 'to', key: 'big' }, known, world.context))
    expect(world.server.uploads.size).toBe(left)
    expect(world.notes).toHaveLength(left === 2 ? 1 : 0)
  })
})

describe('parts through an endpoint that does not keep its word (Ceph 16)', () => {
  test('tags are put back, and the source is looked at once more', async () => {
    const world = setUp({ habits: CEPH_16_HABITS })
    await world.finish(copyParts(bigWork(world), world.context, new MemoryJournal()))
    expectArrived(world)
  })

  test('a source that changed midway is seen, although no part was refused', async () => {
    const world = setUp({ habits: CEPH_16_HABITS })
    const { server } = world
    const act = (): void => void server.give('from', 'big', { ...BIG, seed: 'other' })
    server.faults.add({
      kind: 'server-error',
      when: 'before',
      operation: 'UploadPartCopy',
      part: 4,
      nth: 1,
      act,
    })
    const failure = await world.failure(copyParts(bigWork(world), world.context, new MemoryJournal()))
    expect(failure.code).toBe('source-changed')
    expect(server.current('to', 'big')).toBeUndefined()
    expect(server.uploads.size).toBe(0)
  })
})
