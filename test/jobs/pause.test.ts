import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import { openDatabase } from '../../main/sqlite/sqlite.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 20 })
})
afterEach(() => world.end())

const reason = ({ status }: JobSnapshot): string | undefined =>
  status.is === 'paused' ? status.reason : undefined

describe('what a person asked for outlives a kill while the last requests still end', () => {
  test.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('%s', async (what, status) => {
    world.s3.giveMany('from', 'a/', 2000)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { concurrency: 10 }), { draft: false })
    await world.seams.run(() => world.s3.log.length > 500)
    jobs[what](id)
    expect(jobs.get(id).snapshot.status.is).toBe('running')
    const dir = `${world.dir}-killed`
    cpSync(world.dir, dir, { recursive: true })
    await world.settle(jobs, id)

    const again = await world.open({ dir })
    expect(again.get(id).snapshot.status.is).toBe(status)
    await world.seams.finish(again.close())
    rmSync(dir, { recursive: true })
  })
})

describe('a person pauses', () => {
  test('what is in flight is finished, nothing else is sent, and it goes on where it stopped', async () => {
    world.s3.giveMany('from', 'a/', 2000)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { concurrency: 10 }), { draft: false })
    await world.seams.run(() => world.s3.log.length > 500)
    jobs.pause(id)
    const paused = await world.settle(jobs, id)
    expect(reason(paused)).toBe('user')
    const copied = world.s3.log.length
    expect(paused.tally.copied.items).toBe(copied)
    await world.seams.advance(60_000)
    expect(world.s3.log).toHaveLength(copied)
    jobs.resume(id)
    const done = await world.settle(jobs, id)
    expect(done.tally.copied.items).toBe(2000)
    expect(world.s3.log).toHaveLength(2000)
    // Nothing was in doubt: no object was asked about.
    expect(jobs.get(id).requests['HeadObject']).toBeUndefined()
    await world.seams.finish(jobs.close())
  })

  test('a pause outlives a restart', async () => {
    world.s3.giveMany('from', 'a/', 300)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { concurrency: 2 }), { draft: false })
    await world.seams.run(() => world.s3.log.length > 20)
    jobs.pause(id)
    await world.settle(jobs, id)
    await world.seams.finish(jobs.close())
    const again = await world.open()
    expect(reason(again.get(id).snapshot)).toBe('user')
    await world.seams.finish(again.close())
  })

  test('a job that waits is paused, and its place is given to others', async () => {
    world.s3.giveMany('from', 'a/', 100)
    const jobs = await world.open({ jobsAtOnce: 1 })
    const first = jobs.create(pour('copy'), { draft: false })
    const second = jobs.create(pour('copy'), { draft: false })
    expect(jobs.get(second.id).snapshot.status.is).toBe('queued')
    jobs.pause(second.id)
    await world.settle(jobs, first.id)
    expect(reason(jobs.get(second.id).snapshot)).toBe('user')
    jobs.resume(second.id)
    expect((await world.settle(jobs, second.id)).status.is).toBe('completed')
    await world.seams.finish(jobs.close())
  })
})

describe('the network goes away', () => {
  test('paused offline within ten seconds, and it goes on by itself', async () => {
    world.s3.giveMany('from', 'a/', 1000)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { concurrency: 8 }), { draft: false })
    await world.seams.run(() => world.s3.log.length > 100)
    const went = world.seams.now()
    world.s3.offline = true
    expect(reason(await world.settle(jobs, id))).toBe('offline')
    expect(world.seams.now() - went).toBeLessThan(10_000)
    await world.seams.advance(120_000)
    world.s3.offline = false
    const done = await world.settle(jobs, id, 'finished')
    expect(done.tally.copied.items).toBe(1000)
    expect(done.tally.failed.items).toBe(0)
    expect(world.s3.log).toHaveLength(1000)
    await world.seams.finish(jobs.close())
  })

  test('a job can be made while it is away, and does its work when it is back', async () => {
    world.s3.giveMany('from', 'a/', 10)
    world.s3.offline = true
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy'), { draft: true })
    expect(reason(await world.settle(jobs, id))).toBe('offline')
    jobs.start(id, 'queue')
    expect(reason(await world.settle(jobs, id))).toBe('offline')
    world.s3.offline = false
    expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(10)
    await world.seams.finish(jobs.close())
  })

  test('a start while it is away changes nothing about that', async () => {
    world.s3.giveMany('from', 'a/', 500)
    const jobs = await world.open()
    const { id } = jobs.create(pour('move', { concurrency: 4 }), { draft: false })
    await world.seams.run(() => world.s3.log.length > 50)
    world.s3.offline = true
    await world.settle(jobs, id)
    await world.seams.finish(jobs.close())
    const again = await world.open()
    expect(reason(await world.settle(again, id))).toBe('offline')
    world.s3.offline = false
    expect((await world.settle(again, id, 'finished')).tally.moved.items).toBe(500)
    expect(world.s3.keys('from')).toEqual([])
    await world.seams.finish(again.close())
  })
})

test('missing keys pause the job, and being woken lets it go on', async () => {
  world.s3.giveMany('from', 'a/', 10)
  let keys = false
  const jobs = await world.open({
    openStorage: () =>
      keys
        ? Promise.resolve(world.storage)
        : Promise.reject(
            new DecantError({ code: 'credentials-missing', reach: 'job', message: 'No keys for Here.' }),
          ),
  })
  const { id } = jobs.create(pour('copy'), { draft: false })
  expect(reason(await world.settle(jobs, id))).toBe('credentials')
  keys = true
  jobs.wake('another')
  expect(reason(jobs.get(id).snapshot)).toBe('credentials')
  jobs.wake('here')
  expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(10)
  await world.seams.finish(jobs.close())
})

test('a bucket that is not there fails the job and says so', async () => {
  const jobs = await world.open()
  const spec = pour('copy')
  const { id } = jobs.create(
    { ...spec, sources: [{ ...spec.sources[0], bucket: 'nowhere' }] },
    { draft: false },
  )
  const { status } = await world.settle(jobs, id)
  expect(status.is === 'failed' && status.failure.code).toBe('no-such-bucket')
  await world.seams.finish(jobs.close())
})

test('a cancelled job leaves no upload, and nothing more is sent', async () => {
  const MIB = 1024 ** 2
  world.s3.giveMany('from', 'a/', 3, 300 * MIB)
  const jobs = await world.open({ copyLimit: 20 * MIB })
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.seams.run(() => world.s3.mutations({ operation: 'UploadPartCopy' }).length > 5)
  jobs.cancel(id)
  expect((await world.settle(jobs, id)).status.is).toBe('cancelled')
  expect(world.s3.uploads.size).toBe(0)
  await world.seams.finish(jobs.close())
})

test('a job that is cancelled before it has reached anything again leaves no upload', async () => {
  const MIB = 1024 ** 2
  world.s3.giveMany('from', 'a/', 1, 50 * MIB)
  const first = await world.open({ copyLimit: 20 * MIB })
  const { id } = first.create(pour('copy'), { draft: false })
  await world.seams.run(() => world.s3.mutations({ operation: 'UploadPartCopy' }).length > 0)
  await world.seams.finish(first.close())
  expect(world.s3.uploads.size).toBeGreaterThan(0)

  world.s3.offline = true
  const openStorage = (): Promise<MemoryStorage> => Promise.resolve(new MemoryStorage(world.s3))
  const second = await world.open({ copyLimit: 20 * MIB, openStorage })
  const began = world.seams.now()
  await world.seams.run(() => world.seams.now() > began)
  expect(second.get(id).snapshot.status.is).toBe('running')
  second.cancel(id)
  // Back once the run has given up its own requests, and before its aborts have given up theirs.
  world.seams.after(5000, () => {
    world.s3.offline = false
  })
  expect((await world.settle(second, id)).status.is).toBe('cancelled')
  expect(world.s3.uploads.size).toBe(0)
  await world.seams.finish(second.close())
})

test('a paused job that is cancelled leaves no upload either', async () => {
  const MIB = 1024 ** 2
  world.s3.giveMany('from', 'a/', 3, 300 * MIB)
  const jobs = await world.open({ copyLimit: 20 * MIB })
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.seams.run(() => world.s3.mutations({ operation: 'UploadPartCopy' }).length > 5)
  jobs.pause(id)
  expect(reason(await world.settle(jobs, id))).toBe('user')
  expect(world.s3.uploads.size).toBeGreaterThan(0)
  jobs.cancel(id)
  await world.seams.run(() => world.s3.uploads.size === 0)
  expect(world.s3.uploads.size).toBe(0)
  await world.seams.finish(jobs.close())
})

test('a journal that cannot be written pauses the job, sends nothing more, and lets it go on (invariant 13)', async () => {
  world.s3.giveMany('from', 'a/', 1000)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { concurrency: 8 }), { draft: false })
  await world.seams.run(() => world.s3.log.length > 100)
  const other = openDatabase(join(world.dir, 'jobs.db'), 'write')
  other.exec('BEGIN IMMEDIATE')
  const paused = await world.settle(jobs, id)
  expect(paused.status).toMatchObject({ reason: 'storage', failure: { code: 'database', reach: 'job' } })
  const sent = world.s3.log.length
  await world.seams.advance(5000)
  expect(world.s3.log).toHaveLength(sent)
  other.exec('ROLLBACK')
  other.close()
  const done = await world.settle(jobs, id, 'finished')
  expect(done.tally.copied.items).toBe(1000)
  expect(world.s3.log).toHaveLength(1000)
  await world.seams.finish(jobs.close())
})
