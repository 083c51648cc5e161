import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Jobs } from '../../main/jobs/api.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

/** A thousand planned; since then three changed, two came, one went at the source, and one at the destination is other. */
async function grownOld(): Promise<{ jobs: Jobs; id: string }> {
  world.s3.giveMany('from', 'a/', 1000)
  world.s3.give('to', 'z/00500', { seed: 'old' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { conflict: 'overwrite' }), { draft: true })
  await world.settle(jobs, id)
  await world.seams.advance(6 * 60_000)
  for (const key of ['a/00001', 'a/00002', 'a/00003']) world.s3.give('from', key, { seed: 'new', size: 7 })
  for (const key of ['a/00001x', 'a/zz']) world.s3.give('from', key, { size: 3 })
  world.s3.bucket('from').remove('a/00010', 'null')
  world.s3.give('to', 'z/00500', { seed: 'since', size: 9 })
  return { jobs, id }
}

const COUNTS = { changed: 4, added: 2, gone: 1 }

test('a plan that has grown old is looked at anew: counts and requests are exactly so', async () => {
  const { jobs, id } = await grownOld()
  const before = jobs.get(id).requests
  jobs.start(id, 'now', 'ask')
  expect((await world.settle(jobs, id)).status).toEqual({ is: 'ready' })
  const { freshness, requests, snapshot } = jobs.get(id)
  expect(freshness).toMatchObject(COUNTS)
  expect(snapshot).toMatchObject({ draft: true, tally: { listed: { items: 1002 }, failed: { items: 1 } } })
  // Each side is listed once more, and nothing is asked of any object.
  const pages = (requests['ListObjectsV2'] ?? 0) - (before['ListObjectsV2'] ?? 0)
  expect(requests).toEqual({ ...before, ListObjectsV2: (before['ListObjectsV2'] ?? 0) + pages })
  expect(pages).toBeLessThanOrEqual(4)
  for (const [anew, total] of Object.entries(COUNTS))
    expect(jobs.items(id, { filter: 'all', anew: anew as 'changed' }, 0, 10)).toMatchObject({ total })
  jobs.start(id, 'now', 'ask')
  const done = await world.settle(jobs, id, 'finished')
  expect(done.tally).toMatchObject({ copied: { items: 1001 }, failed: { items: 1 } })
  await world.seams.finish(jobs.close())
})

test('a kept plan outlives a restart, and one that is to go on anyway is planned anew before it is sent', async () => {
  const { jobs, id } = await grownOld()
  jobs.keep(id)
  await world.seams.finish(jobs.close())
  const again = await world.open()
  expect(again.list()).toMatchObject([{ id, draft: false, status: { is: 'ready' } }])
  again.start(id, 'now')
  const done = await world.settle(again, id, 'finished')
  expect(done.tally).toMatchObject({ copied: { items: 1001 }, failed: { items: 1 } })
  expect(again.get(id).freshness).toMatchObject(COUNTS)
  await world.seams.finish(again.close())
})

test('a deletion takes what was agreed to, and nothing that came since', async () => {
  world.s3.giveMany('from', 'a/', 10)
  const jobs = await world.open()
  const { sources } = pour('copy')
  const { id } = jobs.create({ v: 1, kind: 'delete', sources }, { draft: true })
  await world.settle(jobs, id)
  await world.seams.advance(6 * 60_000)
  world.s3.give('from', 'a/since')
  jobs.start(id, 'now')
  expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({ deleted: { items: 10 } })
  expect(world.s3.bucket('from').keys()).toEqual(['a/since'])
  await world.seams.finish(jobs.close())
})
