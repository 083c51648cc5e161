import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Jobs } from '../../main/jobs/api.ts'
import { besideName } from '../../main/jobs/plan/beside.ts'
import { itemQuery, type ConflictAnswer, type ItemQueryInput, type ItemView } from '#model/plan.ts'
import type { PourSpec } from '#model/spec.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

const all = (jobs: Jobs, id: string): readonly ItemView[] => jobs.items(id, 'all', 0, 5000).items
const brief = ({ key, action, skipReason, failure, conflict, destinationKey }: ItemView): string =>
  [key, action, skipReason ?? failure?.code, conflict && 'over', destinationKey].filter(Boolean).join(' ')

async function answered(
  jobs: Jobs,
  id: string,
  query: ItemQueryInput,
  answer: ConflictAnswer,
): Promise<Record<string, number>> {
  const before = jobs.get(id).requests
  jobs.answer(id, { query: itemQuery.parse(query) }, answer)
  expect((await world.settle(jobs, id)).status).toEqual({ is: 'ready' })
  const after = jobs.get(id).requests
  const sent = Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)] as const)
  return Object.fromEntries(sent.filter(([, n]) => n > 0))
}

/** Four at the source; at the destination one with other bytes, written before, one the same, one written since. */
async function planned(spec: Partial<PourSpec> = {}): Promise<{ jobs: Jobs; id: string }> {
  world.s3.give('to', 'z/1.txt', { seed: 'old', size: 5 })
  world.s3.give('to', 'z/2.txt', { seed: 'same', size: 5 })
  await world.seams.advance(10_000)
  world.s3.give('from', 'a/1.txt', { seed: 'new', size: 5 })
  world.s3.give('from', 'a/2.txt', { seed: 'same', size: 5 })
  world.s3.give('from', 'a/3.txt', { seed: 'new', size: 5 })
  world.s3.give('from', 'a/4.txt', { seed: 'new', size: 5 })
  await world.seams.advance(10_000)
  world.s3.give('to', 'z/3.txt', { seed: 'since', size: 5 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { conflict: 'skip', ...spec } as never), { draft: true })
  await world.settle(jobs, id)
  return { jobs, id }
}

describe('names beside a taken one', () => {
  test.each([
    ['a/b.txt', 2, 'a/b (2).txt'],
    ['a/b', 3, 'a/b (3)'],
    ['a.d/b', 2, 'a.d/b (2)'],
    ['a/.profile', 2, 'a/.profile (2)'],
    ['b.tar.gz', 2, 'b.tar (2).gz'],
    ['a/b.c/', 2, 'a/b.c (2)/'],
  ])('%s %i', (key, n, expected) => expect(besideName(key, n)).toBe(expected))
})

test('a group is answered without a request, where the plan remembers enough', async () => {
  const { jobs, id } = await planned()
  expect(jobs.get(id).warnings).toMatchObject({ exists: { items: 3 } })
  // Whether the bucket keeps what is written over is asked once, and of no object anything.
  expect(await answered(jobs, id, { taken: true }, 'if-newer')).toEqual({ GetBucketVersioning: 1 })
  expect(all(jobs, id).map(brief)).toEqual([
    'a/1.txt copy over z/1.txt',
    'a/2.txt copy over z/2.txt',
    'a/3.txt skip not-newer z/3.txt',
    'a/4.txt copy z/4.txt',
  ])
  expect(await answered(jobs, id, { taken: true }, 'if-different')).toEqual({})
  expect(all(jobs, id).map(brief)).toEqual([
    'a/1.txt copy over z/1.txt',
    'a/2.txt skip same z/2.txt',
    'a/3.txt copy over z/3.txt',
    'a/4.txt copy z/4.txt',
  ])
  expect(await answered(jobs, id, { taken: true, text: '1.TXT' }, 'overwrite')).toEqual({})
  expect(await answered(jobs, id, { taken: true, text: 'Z/3' }, 'skip')).toEqual({})
  expect(all(jobs, id).map(brief)).toEqual([
    'a/1.txt copy over z/1.txt',
    'a/2.txt skip same z/2.txt',
    'a/3.txt skip exists z/3.txt',
    'a/4.txt copy z/4.txt',
  ])
  jobs.start(id, 'now')
  const { tally } = await world.settle(jobs, id, 'finished')
  expect(tally).toMatchObject({ copied: { items: 2 }, failed: { items: 0 }, conflicts: 1 })
  await world.seams.finish(jobs.close())
})

test('keep both: a name that neither the destination nor the plan has', async () => {
  world.s3.give('to', 'z/1 (2).txt', { seed: 'there already', size: 5 })
  world.s3.give('from', 'a/1 (3).txt', { seed: 'of the plan', size: 5 })
  const { jobs, id } = await planned()
  const sent = await answered(jobs, id, { taken: true, text: '1.txt' }, 'keep-both')
  // The names of the plan are no question to the server.
  expect(sent).toEqual({ HeadObject: 2 })
  expect(all(jobs, id).map(brief)).toContain('a/1.txt copy z/1 (4).txt')
  jobs.start(id, 'now')
  await world.settle(jobs, id, 'finished')
  expect(world.s3.keys('to')).toContain('z/1 (4).txt')
  expect(world.s3.current('to', 'z/1.txt')?.etag).not.toBe(world.s3.current('to', 'z/1 (4).txt')?.etag)
  await world.seams.finish(jobs.close())
})
