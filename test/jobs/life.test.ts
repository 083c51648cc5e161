import { afterEach, beforeEach, expect, test } from 'vitest'
import { deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

test('a copy is planned and carried out, each object once, a thousand for one LIST a side', async () => {
  world.s3.giveMany('from', 'a/', 1000, 10)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  const done = await world.settle(jobs, id)
  expect(done.status).toEqual({ is: 'completed' })
  expect(done.tally.copied).toEqual({ items: 1000, bytes: 10_000 })
  expect(world.s3.keys('to')).toHaveLength(1000)
  expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(1000)
  expect(jobs.get(id).requests).toEqual({ ListObjectsV2: 2, CopyObject: 1000 })
  await world.seams.finish(jobs.close())
})

test('a draft waits for its start; nothing is sent before', async () => {
  world.s3.giveMany('from', 'a/', 5)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: true })
  expect((await world.settle(jobs, id)).status).toEqual({ is: 'ready' })
  expect(world.s3.keys('to')).toEqual([])
  jobs.start(id, 'now')
  expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(5)
  await world.seams.finish(jobs.close())
})

test('a move copies, then deletes each source', async () => {
  world.s3.giveMany('from', 'a/', 300)
  const jobs = await world.open()
  const { id } = jobs.create(pour('move'), { draft: false })
  const done = await world.settle(jobs, id)
  expect(done.tally.moved.items).toBe(300)
  expect(world.s3.keys('from')).toEqual([])
  expect(world.s3.keys('to')).toHaveLength(300)
  await world.seams.finish(jobs.close())
})

test('a delete job deletes what is selected', async () => {
  world.s3.giveMany('from', 'a/', 20)
  world.s3.giveMany('from', 'b/', 3)
  const jobs = await world.open()
  const { id } = jobs.create(deletion(), { draft: false })
  expect((await world.settle(jobs, id)).tally.deleted.items).toBe(20)
  expect(world.s3.keys('from')).toHaveLength(3)
  await world.seams.finish(jobs.close())
})
