import { describe, expect, test } from 'vitest'
import { copyMarker, settleMarker } from '../../main/engine/versions/copy-marker.ts'
import type { MarkWork } from '../../main/engine/work.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
const WORK: MarkWork = { destination: { bucket: 'to', key: 'a' } }

function setUp(): World {
  const world = createWorld()
  world.server.bucket('to').versioning = 'enabled'
  world.server.give('to', 'a', { size: 1 })
  world.server.give('to', 'ab', { size: 1 })
  return world
}

const versions = (world: World) => world.server.bucket('to').versions('a')

/** Somebody's DELETE. */
async function mark(world: World): Promise<string | undefined> {
  const { versionId } = await world.finish(world.context.destination.deleteObject(WORK.destination))
  return versionId
}

describe('copyMarker', () => {
  test('one DELETE without a version id, and the marker stands above what stood there', async () => {
    const world = setUp()
    const outcome = await world.finish(copyMarker(WORK, world.context))
    const [newest, below, ...others] = versions(world)
    expect(newest).toMatchObject({ isDeleteMarker: true, versionId: outcome.versionId })
    expect(below?.isDeleteMarker).toBe(false)
    expect(others).toEqual([])
    expect(outcome.settled).toBe(false)
    expect(world.context.destination.requests).toEqual({ DeleteObject: 1 })
  })

  test.each(['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down'] as const)(
    '%s after its effect: found, and not written twice',
    async (kind) => {
      const world = setUp()
      world.server.faults.add({ kind, when: 'after', operation: 'DeleteObject', nth: 1 })
      const outcome = await world.finish(copyMarker(WORK, world.context))
      expect(versions(world).filter(({ isDeleteMarker }) => isDeleteMarker)).toHaveLength(1)
      expect(outcome).toEqual({ versionId: versions(world)[0]?.versionId, settled: true })
    },
  )

  test('before its effect: written by the next try, above the marker that the job wrote just before', async () => {
    const world = setUp()
    const previous = await mark(world)
    world.server.faults.add({ kind: 'connection', when: 'before', operation: 'DeleteObject', nth: 1 })
    await world.finish(copyMarker({ ...WORK, previous }, world.context))
    expect(versions(world).filter(({ isDeleteMarker }) => isDeleteMarker)).toHaveLength(2)
  })

  test('a bucket that keeps no versions is named, not passed over', async () => {
    const world = createWorld()
    expect(await world.failure(copyMarker(WORK, world.context))).toMatchObject({
      code: 'not-verified',
      property: 'delete marker',
    })
  })
})

describe('settleMarker', () => {
  test.each([
    { name: 'an object on top', marked: false, age: 0, previous: false, done: false },
    { name: 'a marker written since', marked: true, age: 0, previous: false, done: true },
    { name: 'a marker written before', marked: true, age: MINUTE, previous: false, done: false },
    { name: 'the marker that the job wrote before', marked: true, age: 0, previous: true, done: false },
  ])('$name: done $done', async ({ marked, age, previous, done }) => {
    const world = setUp()
    const id = marked ? await mark(world) : undefined
    await world.seams.advance(age)
    const since = world.seams.now()
    const work = previous ? { ...WORK, previous: id } : WORK
    const settled = await world.finish(settleMarker(work, world.context, since))
    expect(settled).toEqual(
      done ? { is: 'done', outcome: { versionId: id, settled: true } } : { is: 'not-done' },
    )
  })

  test('a longer key that begins alike is another key', async () => {
    const world = setUp()
    const since = world.seams.now()
    const work = { destination: { bucket: 'to', key: 'a' } }
    world.server.bucket('to').remove('a', versions(world)[0]?.versionId ?? '')
    await world.finish(world.context.destination.deleteObject({ bucket: 'to', key: 'ab' }))
    expect((await world.finish(settleMarker(work, world.context, since))).is).toBe('not-done')
  })
})
