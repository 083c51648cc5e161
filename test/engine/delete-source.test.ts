import { describe, expect, test } from 'vitest'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { deletePlain } from '../../main/engine/deletes/delete-object.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import type { CopyOutcome, CopyWork, DeleteWork } from '../../main/engine/work.ts'
import type { FaultKind } from '../helpers/memory/faults.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import type { World } from './world.ts'
import { createWorld } from './world.ts'

const GIVEN = { size: 10, headers: { contentType: 'text/css' }, metadata: { owner: 'ada' } }

/** An object of `from`, copied to `to` and verified by HEAD: a move half-way. */
async function copied(world: World): Promise<{ work: CopyWork; outcome: CopyOutcome }> {
  world.server.give('from', 'a', GIVEN)
  const work = world.work('a', { verify: 'head' })
  const outcome = await world.finish(copyObject(work, world.context))
  return { work, outcome }
}

describe('invariant 1: a source is deleted only after its copy is verified, and as it was copied', () => {
  test('a HEAD and a conditional delete; the copy stays', async () => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    const result = await world.finish(deleteSource(work, outcome, world.context))
    expect(result).toEqual({ deleteMarker: false, versionId: undefined })
    expect(world.server.keys('from')).toEqual([])
    expect(world.server.keys('to')).toEqual(['a'])
    expect(world.context.source.requests).toEqual({ CopyObject: 1, HeadObject: 2, DeleteObject: 1 })
  })

  test('a versioned bucket gets a marker, and loses nothing', async () => {
    const world = createWorld()
    world.server.bucket('from').versioning = 'enabled'
    const { work, outcome } = await copied(world)
    const result = await world.finish(deleteSource(work, outcome, world.context))
    const [marker, version] = world.server.bucket('from').versions('a')
    expect(result).toEqual({ deleteMarker: true, versionId: marker?.versionId })
    expect(version?.content.size).toBe(10)
  })

  test.each([
    { name: 'without what the verification read (a resumed move)', outcome: { head: undefined } },
    { name: 'verified by its answer only', outcome: { head: undefined, verified: 'answer' as const } },
  ])('a copy $name is looked at now', async ({ outcome: changes }) => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    const journaled = { ...outcome, ...changes }
    await world.finish(deleteSource(work, journaled, world.context))
    expect(world.server.keys('from')).toEqual([])

    const again = createWorld()
    const second = await copied(again)
    again.server.give('to', 'a', { size: 10, seed: 'theirs' })
    const failure = await again.failure(
      deleteSource(second.work, { ...second.outcome, ...changes }, again.context),
    )
    expect(failure).toMatchObject({ code: 'delete-refused', reach: 'item' })
    expect(again.server.keys('from')).toEqual(['a'])
  })

  test.each([
    { name: 'its bytes', code: 'source-changed', change: { ...GIVEN, seed: 'other' }, wait: 0 },
    { name: 'its date', code: 'source-changed', change: GIVEN, wait: 5000 },
    {
      name: 'its metadata, within the same second',
      code: 'delete-refused',
      change: { ...GIVEN, metadata: { owner: 'bob' } },
      wait: 0,
    },
    {
      name: 'a header, within the same second',
      code: 'delete-refused',
      change: { ...GIVEN, headers: { contentType: 'text/html' } },
      wait: 0,
    },
  ])('a source that changed in $name stays', async ({ code, change, wait }) => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    await world.seams.advance(wait)
    world.server.give('from', 'a', { ...change, ...(wait ? {} : { lastModified: work.lastModified }) })
    expect(await world.failure(deleteSource(work, outcome, world.context))).toMatchObject({
      code,
      reach: 'item',
    })
    expect(world.server.keys('from')).toEqual(['a'])
    expect(world.server.mutations({ operation: 'DeleteObject' })).toEqual([])
  })

  test('a source that changes between the look and the delete stays: the delete has its condition', async () => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    const act = (): void => void world.server.give('from', 'a', { ...GIVEN, seed: 'other' })
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: 'DeleteObject', nth: 1, act })
    expect((await world.failure(deleteSource(work, outcome, world.context))).code).toBe('source-changed')
    expect(world.server.keys('from')).toEqual(['a'])
  })

  test('a refused delete leaves both, and says so in S3’s words', async () => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject' })
    const failure = await world.failure(deleteSource(work, outcome, world.context))
    expect(failure).toMatchObject({ code: 'delete-refused', reach: 'item', s3: { code: 'AccessDenied' } })
    expect(world.server.keys('from')).toEqual(['a'])
  })

  test('one version of several is moved only while it is the current one', async () => {
    const world = createWorld()
    world.server.bucket('from').versioning = 'enabled'
    const first = world.server.give('from', 'a', GIVEN)
    const source = { bucket: 'from', key: 'a', versionId: first.versionId, customerKeys: [] }
    const work = world.work('a', { source, verify: 'head' })
    const outcome = await world.finish(copyObject(work, world.context))
    world.server.give('from', 'a', { ...GIVEN, lastModified: work.lastModified })
    expect((await world.failure(deleteSource(work, outcome, world.context))).code).toBe('source-changed')
  })

  test('invariant 2: an object is not deleted as the source of itself', async () => {
    const world = createWorld()
    const { work, outcome } = await copied(world)
    const onto = { ...work, destination: { bucket: 'from', key: 'a' } }
    expect((await world.failure(deleteSource(onto, outcome, world.context))).code).toBe('same-object')
    expect(world.server.keys('from')).toEqual(['a'])
  })

  test.each([
    { name: 'in the same second', wait: 0, code: 'delete-refused' },
    { name: 'later', wait: 5000, code: 'source-changed' },
  ])(
    'an object that was written over itself $name stays, also by another address',
    async ({ wait, code }) => {
      const world = createWorld()
      world.server.give('from', 'a', GIVEN)
      const onto = world.work('a', { destination: { bucket: 'from', key: 'a' }, verify: 'head' })
      await world.seams.advance(wait)
      const { etag } = world.server.give('from', 'a', GIVEN)
      const context = { ...world.context, destination: new MemoryStorage(world.server) }
      const outcome: CopyOutcome = { etag, versionId: undefined, verified: 'head', settled: false }
      expect((await world.failure(deleteSource(onto, outcome, context))).code).toBe(code)
      expect(world.server.keys('from')).toEqual(['a'])
    },
  )

  test('an endpoint that ignores the condition was looked at just before', async () => {
    const world = createWorld({ habits: CEPH_16_HABITS })
    const { work, outcome } = await copied(world)
    world.server.give('from', 'a', { ...GIVEN, seed: 'other' })
    expect((await world.failure(deleteSource(work, outcome, world.context))).code).toBe('source-changed')
    expect(world.server.keys('from')).toEqual(['a'])
  })
})

describe('a website redirect, which CopyObject loses, is found before the delete', () => {
  const REDIRECTED = { ...GIVEN, headers: { ...GIVEN.headers, websiteRedirect: '/b' } }
  const moved = async (
    world: World,
    properties: Properties = MOVE_DEFAULTS,
  ): Promise<[CopyWork, CopyOutcome]> => {
    world.server.give('from', 'a', REDIRECTED)
    const work = world.work('a', { verify: 'head', purpose: 'move', properties })
    return [work, await world.finish(copyObject(work, world.context))]
  }

  test.each([
    { name: 'as it was verified', left: (outcome: CopyOutcome) => outcome },
    { name: 'by a later run', left: (outcome: CopyOutcome) => ({ ...outcome, head: undefined }) },
  ])('the copy is made once more, journaled, and then the source goes: $name', async ({ left }) => {
    const world = createWorld()
    world.server.bucket('to').versioning = 'enabled'
    const [work, outcome] = await moved(world)
    expect(world.server.current('to', 'a')?.headers.websiteRedirect).toBeUndefined()
    const told: CopyOutcome[] = []
    const onMended = (copy: CopyOutcome): Promise<void> => {
      expect(world.server.keys('from')).toEqual(['a'])
      told.push(copy)
      return Promise.resolve()
    }
    const result = await world.finish(deleteSource(work, left(outcome), world.context, onMended))
    const stands = world.server.current('to', 'a')
    expect(stands).toMatchObject({ headers: REDIRECTED.headers, metadata: GIVEN.metadata })
    expect(result.mended).toMatchObject({ etag: stands?.etag, versionId: stands?.versionId })
    expect(told).toEqual([result.mended])
    expect(world.server.keys('from')).toEqual([])
  })

  test('a kill between the two: the next run deletes, or mends it again', async () => {
    const world = createWorld()
    const [work, outcome] = await moved(world)
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject', nth: 1 })
    await world.failure(deleteSource(work, outcome, world.context))
    await world.finish(deleteSource(work, { ...outcome, head: undefined }, world.context))
    expect(world.server.current('to', 'a')?.headers.websiteRedirect).toBe('/b')
    expect(world.server.keys('from')).toEqual([])
    expect(world.server.mutations({ operation: 'CopyObject' })).toHaveLength(2)
  })

  test('what the policies want otherwise is no difference', async () => {
    const world = createWorld()
    const properties: Properties = {
      ...COPY_DEFAULTS,
      metadata: { policy: 'change', set: { owner: 'eve' }, remove: [] },
      headers: { policy: 'drop' },
      storageClass: { policy: 'set', value: 'STANDARD_IA' },
    }
    const [work, outcome] = await moved(world, properties)
    const result = await world.finish(deleteSource(work, outcome, world.context))
    expect(result.mended).toBeUndefined()
    expect(world.server.current('to', 'a')).toMatchObject({
      metadata: { owner: 'eve' },
      storageClass: 'STANDARD_IA',
    })
    expect(world.server.keys('from')).toEqual([])
  })
})

describe('a copy of other bytes', () => {
  test.each([
    { name: 'the same sum: deleted', seed: 'a', left: [] },
    { name: 'another sum: it stays', seed: 'other', left: ['a'] },
  ])('that has no ETag to tell by, $name', async ({ seed, left }) => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 10, seed: 'a', etag: 'a'.repeat(32), checksum: 'CRC64NVME' })
    const kms = { encryption: { kind: 'SSE-KMS' }, etag: 'b'.repeat(32) } as const
    const copy = world.server.give('to', 'a', { size: 10, seed, checksum: 'CRC64NVME', ...kms })
    const outcome: CopyOutcome = { etag: copy.etag, verified: 'head', settled: false }
    const deleted = deleteSource(world.work('a', { purpose: 'move' }), outcome, world.context)
    if (left.length === 0) await world.finish(deleted)
    else {
      const failure = await world.failure(deleted)
      expect(failure).toMatchObject({ code: 'delete-refused', property: 'checksum CRC64NVME' })
    }
    expect(world.server.keys('from')).toEqual(left)
  })
})

test('a condition that the endpoint ignores is told to the job', async () => {
  const world = createWorld({ habits: { deleteIfMatch: false } })
  const { work, outcome } = await copied(world)
  await world.finish(deleteSource(work, outcome, world.context))
  expect(world.notes).toEqual([expect.stringContaining('ignores If-Match on a delete')])
})

const ambiguous: FaultKind[] = ['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down']

describe.each([false, true])('a delete in doubt (versioned: %s)', (versioned) => {
  const set = (world: World): void => {
    if (versioned) world.server.bucket('from').versioning = 'enabled'
  }

  test.each(ambiguous)('%s after the effect: found done, not sent again', async (kind) => {
    const world = createWorld()
    set(world)
    const { work, outcome } = await copied(world)
    world.server.faults.add({ kind, when: 'after', operation: 'DeleteObject', nth: 1 })
    const result = await world.finish(deleteSource(work, outcome, world.context))
    expect(world.server.mutations({ operation: 'DeleteObject' })).toHaveLength(1)
    expect(result.deleteMarker).toBe(versioned)
    if (versioned) expect(result.versionId).toBe(world.server.bucket('from').versions('a')[0]?.versionId)
  })

  test.each(ambiguous)('%s before the effect: sent again', async (kind) => {
    const world = createWorld()
    set(world)
    const { work, outcome } = await copied(world)
    world.server.faults.add({ kind, when: 'before', operation: 'DeleteObject', times: 2 })
    await world.finish(deleteSource(work, outcome, world.context))
    expect(world.server.mutations({ operation: 'DeleteObject' })).toHaveLength(1)
  })

  test('touched between two tries: it stays, though its ETag is the same', async () => {
    const world = createWorld()
    set(world)
    const { work, outcome } = await copied(world)
    const act = (): void => void world.server.give('from', 'a', { ...GIVEN, metadata: { owner: 'eve' } })
    world.server.faults.add({ kind: 'slow-down', when: 'before', operation: 'DeleteObject', nth: 1, act })
    expect((await world.failure(deleteSource(work, outcome, world.context))).code).toBe('delete-refused')
    expect(world.server.current('from', 'a')?.metadata).toEqual({ owner: 'eve' })
  })

  test('put off for ten seconds while somebody takes the copy away: it stays', async () => {
    const world = createWorld()
    set(world)
    const { work, outcome } = await copied(world)
    const until = world.seams.now() + 10_000
    world.seams.after(7_000, () => world.server.bucket('to').remove('a', outcome.versionId ?? 'null'))
    world.server.faults.add({
      ...{ kind: 'slow-down', when: 'before', operation: 'DeleteObject' },
      during: () => world.seams.now() < until,
    })
    const failure = await world.failure(deleteSource(work, outcome, world.context))
    expect(failure).toMatchObject({ code: 'delete-refused' })
    expect(failure.message).toMatch(/Its copy is not at the destination any more/)
    expect(world.server.keys('from')).toEqual(['a'])
  })

  test('taken up after a kill that came behind the delete', async () => {
    const world = createWorld()
    set(world)
    const { work, outcome } = await copied(world)
    await world.finish(deleteSource(work, outcome, world.context))
    const again = await world.finish(deleteSource(work, { ...outcome, head: undefined }, world.context))
    expect(again.deleteMarker).toBe(versioned)
    expect(world.server.mutations({ operation: 'DeleteObject' })).toHaveLength(1)
  })
})

describe('deletePlain', () => {
  const planned = (world: World): DeleteWork => {
    const { etag, lastModified } = world.server.give('from', 'a', GIVEN)
    return { bucket: 'from', key: 'a', etag, lastModified, mode: 'marker' }
  }

  test('is one conditional request', async () => {
    const world = createWorld()
    const work = planned(world)
    await world.finish(deletePlain(work, world.context))
    expect(world.server.keys('from')).toEqual([])
    expect(world.context.source.requests).toEqual({ DeleteObject: 1 })
  })

  test.each([
    { name: 'a good endpoint', habits: {} },
    { name: 'an endpoint that ignores the condition', habits: CEPH_16_HABITS },
  ])('leaves what changed since it was planned: $name', async ({ habits }) => {
    const world = createWorld({ habits })
    const work = planned(world)
    world.server.give('from', 'a', { ...GIVEN, seed: 'other' })
    expect((await world.failure(deletePlain(work, world.context))).code).toBe('source-changed')
    expect(world.server.keys('from')).toEqual(['a'])
  })

  test.each([{ habits: {} }, { habits: CEPH_16_HABITS }])(
    'what is gone already is done',
    async ({ habits }) => {
      const world = createWorld({ habits })
      const work = planned(world)
      world.server.bucket('from').remove('a', 'null')
      expect(await world.finish(deletePlain(work, world.context))).toMatchObject({ deleteMarker: false })
    },
  )

  test('a refusal is S3’s own', async () => {
    const world = createWorld()
    const work = planned(world)
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject' })
    expect((await world.failure(deletePlain(work, world.context))).code).toBe('access-denied')
  })
})
