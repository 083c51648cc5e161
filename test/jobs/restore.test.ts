import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobSnapshot } from '#model/job.ts'
import type { JobFile } from '#model/spec.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { itemFor, planByHand } from './by-hand.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 5 })
})
afterEach(() => world.end())

const RESTORE: Partial<JobFile> = { archived: { do: 'restore', tier: 'Standard', days: 2 } }

/** So many objects of a class, named `a/CLASS00000`, …, and after them some that need no restore. */
function planArchived(classes: Readonly<Record<string, number>>, more: Partial<JobFile> = {}): string {
  const items = Object.entries(classes).flatMap(([storageClass, count]) =>
    Array.from({ length: count }, (_, n) => {
      const key = `a/${storageClass}${String(n).padStart(5, '0')}`
      const version = world.s3.give('from', key, { size: 3, storageClass })
      return itemFor(version, storageClass === 'STANDARD' ? {} : { action: 'restore-then-copy' })
    }),
  )
  world.s3.log.length = 0
  return planByHand(world, pour('copy', { ...RESTORE, ...more }), items)
}

const isAwaiting = (job: JobSnapshot): boolean =>
  job.status.is === 'paused' && job.status.reason === 'restore'

function requests(jobs: Jobs, id: string): (operation: string) => number {
  const sent = jobs.get(id).requests
  return (operation) => sent[operation] ?? 0
}

test('others go on while the archive is awaited; what has come is copied; the wait costs a listing now and then', async () => {
  const id = planArchived({ GLACIER: 200, STANDARD: 50 })
  const jobs = await world.open()
  const paused = await world.settle(jobs, id)
  expect(isAwaiting(paused)).toBe(true)
  expect(paused.tally).toMatchObject({ copied: { items: 50 }, restoring: { items: 200 } })
  expect(jobs.items(id, 'to-do', 0, 1)).toMatchObject({ total: 200, items: [{ state: 'restoring' }] })
  expect(requests(jobs, id)('RestoreObject')).toBe(200)
  const done = await world.settle(jobs, id, 'finished')
  expect(done.status).toEqual({ is: 'completed' })
  expect(done.tally).toMatchObject({ copied: { items: 250 }, restoring: { items: 0 }, failed: { items: 0 } })
  const sent = requests(jobs, id)
  expect(sent('RestoreObject')).toBe(200)
  expect(sent('CopyObject')).toBe(250)
  // One before each copy: whether it is readable, and the very object.
  expect(sent('HeadObject')).toBeLessThanOrEqual(2 * 200)
  expect(sent('ListObjectsV2')).toBeLessThan(20)
  await world.seams.finish(jobs.close())
})

test('what comes first is copied first, across a restart, while the rest is still awaited', async () => {
  const id = planArchived({ GLACIER: 3, DEEP_ARCHIVE: 2 })
  const first = await world.open()
  await world.settle(first, id)
  await world.seams.advance(HOUR)
  await world.seams.finish(first.close())
  await world.seams.advance(5 * HOUR)
  const jobs = await world.open()
  await world.seams.run(() => world.s3.log.filter(({ operation }) => operation === 'CopyObject').length === 3)
  await world.seams.run(() => isAwaiting(jobs.get(id).snapshot))
  expect(jobs.get(id).snapshot.tally).toMatchObject({ copied: { items: 3 }, restoring: { items: 2 } })
  expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(5)
  expect(requests(jobs, id)('RestoreObject')).toBe(5)
  await world.seams.finish(jobs.close())
})

test.each(['wake', 'resume'] as const)('%s looks at once', async (how) => {
  const id = planArchived({ DEEP_ARCHIVE: 1 })
  const jobs = await world.open()
  await world.settle(jobs, id)
  await world.seams.advance(2 * MINUTE)
  const object = world.s3.current('from', 'a/DEEP_ARCHIVE00000')
  if (object?.restore) object.restore = { readyAt: world.seams.now(), until: world.seams.now() + DAY }
  if (how === 'wake') jobs.wake()
  else jobs.resume(id)
  const began = world.seams.now()
  await world.settle(jobs, id, 'finished')
  expect(world.seams.now() - began).toBeLessThan(MINUTE)
  await world.seams.finish(jobs.close())
})

test('a wake that comes again and again is cheap', async () => {
  const id = planArchived({ GLACIER: 1 })
  const jobs = await world.open()
  await world.settle(jobs, id)
  const before = requests(jobs, id)('HeadObject')
  for (let n = 0; n < 50; n++) {
    jobs.wake()
    await world.seams.advance(10)
  }
  expect(requests(jobs, id)('HeadObject') - before).toBeLessThanOrEqual(1)
  await world.seams.finish(jobs.close())
})

test('a restored copy that has gone meanwhile is asked for again', async () => {
  const id = planArchived({ GLACIER: 2 })
  const first = await world.open()
  await world.settle(first, id)
  await world.seams.finish(first.close())
  await world.seams.advance(4 * DAY)
  const jobs = await world.open()
  await world.seams.run(() => requests(jobs, id)('RestoreObject') === 4)
  expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(2)
  await world.seams.finish(jobs.close())
})

test('a restore that somebody else began is waited for', async () => {
  const id = planArchived({ GLACIER: 1 })
  await world.seams.finish(
    world.storage.restoreObject({ bucket: 'from', key: 'a/GLACIER00000', tier: 'Standard', days: 1 }),
  )
  const jobs = await world.open()
  expect(isAwaiting(await world.settle(jobs, id))).toBe(true)
  expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({
    copied: { items: 1 },
    failed: { items: 0 },
  })
  await world.seams.finish(jobs.close())
})

test('what is readable already is copied at once', async () => {
  const id = planArchived({ GLACIER: 1 })
  const object = world.s3.current('from', 'a/GLACIER00000')
  if (object) object.restore = { readyAt: 0, until: world.seams.now() + DAY }
  const jobs = await world.open()
  expect((await world.settle(jobs, id)).status).toEqual({ is: 'completed' })
  await world.seams.finish(jobs.close())
})

test('a job that waits takes no turn of the others', async () => {
  const waiting = planArchived({ GLACIER: 1 })
  const jobs = await world.open({ jobsAtOnce: 1 })
  await world.settle(jobs, waiting)
  world.s3.giveMany('from', 'b/', 5)
  const spec = pour('copy')
  const source = { ...spec.sources[0], select: [{ kind: 'prefix' as const, prefix: 'b/' }], base: 'b/' }
  const other = jobs.create({ ...spec, sources: [source] }, { draft: false })
  const began = world.seams.now()
  expect((await world.settle(jobs, other.id)).status).toEqual({ is: 'completed' })
  expect(world.seams.now() - began).toBeLessThan(MINUTE)
  expect(isAwaiting(jobs.get(waiting).snapshot)).toBe(true)
  await world.seams.finish(jobs.close())
})

test('a pause and a cancel hold while the archive is awaited', async () => {
  const id = planArchived({ GLACIER: 2 })
  const jobs = await world.open()
  await world.settle(jobs, id)
  jobs.pause(id)
  await world.seams.advance(DAY)
  expect(jobs.get(id).snapshot.status).toMatchObject({ is: 'paused', reason: 'user' })
  jobs.cancel(id)
  await world.seams.advance(DAY)
  expect(jobs.get(id).snapshot.status).toEqual({ is: 'cancelled' })
  expect(requests(jobs, id)('CopyObject')).toBe(0)
  await world.seams.finish(jobs.close())
})

test('what cannot be restored fails by itself, and says why', async () => {
  const id = planArchived(
    { DEEP_ARCHIVE: 1, STANDARD: 1 },
    { archived: { do: 'restore', tier: 'Expedited', days: 1 } },
  )
  const jobs = await world.open()
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({ copied: { items: 1 }, failed: { items: 1 } })
  expect(jobs.failures(id)).toMatchObject([{ code: 'not-possible', exampleKey: 'a/DEEP_ARCHIVE00000' }])
  await world.seams.finish(jobs.close())
})
