import { afterEach, beforeEach, expect, test } from 'vitest'
import { movesCross } from '../../main/jobs/queue/crossing-moves.ts'
import { openJobsReadOnly } from '../../main/jobs/read-only.ts'
import { undoOf } from '#model/undo.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

type Place = readonly [bucket: string, prefix: string]

function between(kind: 'copy' | 'move', [from, base]: Place, [to, prefix]: Place): JobSpec {
  const sources = [{ connection: CONNECTION, bucket: from, select: [{ kind: 'prefix', prefix: base }], base }]
  const destinations = [{ connection: CONNECTION, bucket: to, prefix }]
  return pour(kind, { sources, destinations } as Partial<JobFile>)
}

test.each<[what: string, one: [Place, Place], other: [Place, Place], cross: boolean]>([
  [
    'there and back',
    [
      ['a', ''],
      ['b', ''],
    ],
    [
      ['b', ''],
      ['a', ''],
    ],
    true,
  ],
  [
    'one after the other',
    [
      ['a', ''],
      ['b', ''],
    ],
    [
      ['b', ''],
      ['c', ''],
    ],
    true,
  ],
  [
    'out of a folder of where it goes',
    [
      ['a', ''],
      ['b', 'x/'],
    ],
    [
      ['b', ''],
      ['c', ''],
    ],
    true,
  ],
  [
    'out of the folder around where it goes',
    [
      ['a', ''],
      ['b', ''],
    ],
    [
      ['b', 'x/'],
      ['c', ''],
    ],
    true,
  ],
  [
    'out of another folder',
    [
      ['a', ''],
      ['b', 'x/'],
    ],
    [
      ['b', 'y/'],
      ['c', ''],
    ],
    false,
  ],
  [
    'alike',
    [
      ['a', ''],
      ['b', ''],
    ],
    [
      ['a', ''],
      ['b', ''],
    ],
    false,
  ],
])('moves %s', (_, one, other, cross) => {
  expect(movesCross(between('move', ...one), between('move', ...other))).toBe(cross)
  expect(movesCross(between('move', ...other), between('move', ...one))).toBe(cross)
  expect(movesCross(between('copy', ...one), between('move', ...other))).toBe(false)
})

test('the undo of a copy or a move crosses what takes from where its objects lie, and another such undo', () => {
  const undone = (kind: 'copy' | 'move', from: Place, to: Place): JobSpec =>
    undoOf('other', between(kind, from, to) as Parameters<typeof undoOf>[1])
  for (const kind of ['copy', 'move'] as const) {
    const undo = undone(kind, ['a', ''], ['b', ''])
    expect(movesCross(undo, between('move', ['a', ''], ['b', '']))).toBe(true)
    expect(movesCross(undo, between('move', ['a', ''], ['c', '']))).toBe(true)
    expect(movesCross(undo, between('copy', ['a', ''], ['c', '']))).toBe(false)
    expect(movesCross(undo, undone('copy', ['b', ''], ['a', '']))).toBe(true)
    expect(movesCross(undo, undone('copy', ['c', ''], ['d', '']))).toBe(false)
  }
})

test('two moves there and back at once leave every object somewhere', async () => {
  const keys = Array.from({ length: 40 }, (_, n) => `k${n}`)
  for (const key of keys)
    for (const bucket of ['from', 'to']) world.s3.give(bucket, key, { seed: key, size: 10 })
  const jobs = await world.open()
  const there = jobs.create(between('move', ['from', ''], ['to', '']), { draft: false })
  const back = jobs.create(between('move', ['to', ''], ['from', '']), { draft: false })
  const told: unknown[] = []
  jobs.onChange((change) => {
    for (const { id, waitsFor } of change.jobs) if (id === back.id) told.push(waitsFor)
  })
  await world.seams.finish(jobs.settled(there.id, 'finished'))
  for (const { id } of [there, back]) await world.settle(jobs, id, 'finished')
  expect([...new Set([...world.s3.keys('from'), ...world.s3.keys('to')])].sort()).toEqual(keys.sort())
  expect(world.s3.keys('to')).toEqual([])
  // It said what it waited for as long as it did.
  expect(told).toContainEqual({ id: there.id, title: there.title })
  expect(told.at(-1)).toBeUndefined()
  await world.seams.finish(jobs.close())
})

test('one that waits for another says so, in the queue and to who only reads', async () => {
  for (const bucket of ['from', 'to']) world.s3.giveMany(bucket, 'k', 300)
  const jobs = await world.open({ jobsAtOnce: 3 })
  const there = jobs.create(between('move', ['from', ''], ['to', 'a/']), { draft: false })
  const back = jobs.create(between('move', ['to', ''], ['from', 'b/']), { draft: false })
  const aside = jobs.create(between('copy', ['from', 'x/'], ['to', 'x/']), { draft: false })
  while (jobs.get(there.id).snapshot.status.is !== 'running') await world.seams.advance(1)
  const after = { id: there.id, title: there.title }
  const read = openJobsReadOnly(world.dir)
  for (const list of [jobs.list(), read.list()]) {
    const waits = new Map(list.map(({ id, waitsFor }) => [id, waitsFor]))
    expect([there, back, aside].map(({ id }) => waits.get(id))).toEqual([undefined, after, undefined])
  }
  expect(read.get(back.id).snapshot.waitsFor).toEqual(after)
  read.close()
  jobs.pause(there.id)
  expect((await world.settle(jobs, back.id, 'finished')).waitsFor).toBeUndefined()
  await world.seams.finish(jobs.close())
})
