import { describe, expect, test } from 'vitest'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'
import type { World } from './world.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND

/** The first request of a kind takes so long: the server does it after half of that. */
function first(world: World, operation: string, ms: number): void {
  let met = 0
  const latency = (of: { operation: string }): number => (of.operation === operation && ++met === 1 ? ms : 10)
  Object.assign(world.server, { latency })
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

  test.each([
    { name: 'over anything', size: 300 * MIB, expect_: { is: 'anything' } as const },
    { name: 'of few bytes', size: MIB, expect_: { is: 'absent' } as const },
  ])('$name: is waited for', async ({ size, expect_ }) => {
    const world = setUp(size)
    first(world, 'CopyObject', 80 * SECOND)
    await world.finish(copyObject(world.work('a', { expect: expect_ }), world.context))
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
