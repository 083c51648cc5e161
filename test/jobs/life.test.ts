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

test('changes are told at most five times a second, the end once', async () => {
  const slow = makeWorld(3, { latency: 10 })
  slow.s3.giveMany('from', 'a/', 3000)
  const jobs = await slow.open()
  const told: number[] = []
  const ends: string[] = []
  let revision = 0
  jobs.onChange(({ jobs: changed }) => {
    told.push(slow.seams.now())
    for (const job of changed) {
      expect(job.revision).toBeGreaterThan(revision)
      revision = job.revision
    }
  })
  jobs.onFinished((job) => ends.push(job.status.is))
  const { id } = jobs.create(pour('copy', { concurrency: 8 }), { draft: false })
  await slow.settle(jobs, id, 'finished')
  await slow.seams.finish(jobs.close())
  expect(told.length).toBeGreaterThan(5)
  const gaps = told.slice(1, -1).map((at, index) => at - (told[index] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200)
  expect(ends).toEqual(['completed'])
  slow.end()
})

test('several jobs run at once, as many as are allowed, and more when that is changed', async () => {
  const slow = makeWorld(4, { latency: 10 })
  slow.s3.giveMany('from', 'a/', 500)
  const jobs = await slow.open({ jobsAtOnce: 1 })
  const ids = ['x/', 'y/', 'z/'].map((prefix) => {
    const spec = pour('copy', { concurrency: 4 })
    return jobs.create({ ...spec, destinations: [{ ...spec.destinations[0], prefix }] }, { draft: false }).id
  })
  const running = (): number => jobs.list().filter(({ status }) => status.is === 'running').length
  await slow.seams.run(() => slow.s3.log.length > 50)
  expect(running()).toBe(1)
  jobs.setJobsAtOnce(3)
  await slow.seams.run(() => slow.s3.log.length > 100)
  expect(running()).toBe(3)
  for (const id of ids) await slow.settle(jobs, id, 'finished')
  expect(slow.s3.keys('to')).toHaveLength(1500)
  // They share a storage, and each counts what it sent itself.
  expect(ids.map((id) => jobs.get(id).requests['CopyObject'])).toEqual([500, 500, 500])
  await slow.seams.finish(jobs.close())
  slow.end()
})

test('drafts are gone at the next start, finished jobs are not, and a removed one is', async () => {
  world.s3.giveMany('from', 'a/', 3)
  const jobs = await world.open()
  const draft = jobs.create(pour('copy'), { draft: true })
  const done = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, draft.id)
  await world.settle(jobs, done.id)
  await world.seams.finish(jobs.close())
  const again = await world.open()
  expect(again.list().map(({ id }) => id)).toEqual([done.id])
  again.remove(done.id)
  expect(again.list()).toEqual([])
  expect(() => again.get(done.id)).toThrow('there is no job')
  await world.seams.finish(again.close())
  const last = await world.open()
  expect(last.list()).toEqual([])
  await world.seams.finish(last.close())
})

test('calls that do not fit the state of a job are refused in a sentence', async () => {
  world.s3.giveMany('from', 'a/', 3)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  expect(() => jobs.pause(id)).toThrow(`id: the job ${id} is completed, so it cannot be paused.`)
  expect(() => jobs.resume(id)).toThrow('cannot be resumed')
  expect(() => jobs.cancel(id)).toThrow('cannot be cancelled')
  expect(() => jobs.items('nobody', 'all', 0, 1)).toThrow('id: there is no job "nobody"')
  await world.seams.finish(jobs.close())
})
