import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Jobs } from '../../main/jobs/api.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000

let world: World
let jobs: Jobs
beforeEach(async () => {
  world = makeWorld(1, { latency: 500 })
  world.s3.giveMany('from', 'a/', 50)
  jobs = await world.open({ jobsAtOnce: 1 })
})
afterEach(async () => {
  await world.seams.finish(jobs.close())
  world.end()
})

const create = (orders?: Parameters<Jobs['create']>[1]['orders']): string =>
  jobs.create(pour('copy'), { draft: false, orders }).id
const statusOf = (id: string) => jobs.get(id).snapshot.status
const line = (): string[] =>
  jobs
    .list()
    .filter(({ queuePlace }) => queuePlace !== undefined)
    .sort((one, other) => (one.queuePlace ?? 0) - (other.queuePlace ?? 0))
    .map(({ id }) => id)

/** A job whose turn has come: it goes on only as the test moves the clock, and others wait meanwhile. */
async function busy(): Promise<string> {
  const id = create()
  await world.seams.run(() => statusOf(id).is === 'running')
  return id
}

test('those that wait are ordered by priority and by hand; a new order is told', async () => {
  await busy()
  const [one, two, three] = [create(), create(), create({ priority: 75 })]
  expect(line()).toEqual([three, one, two])
  jobs.move(two, one)
  expect(line()).toEqual([three, two, one])
  expect(jobs.move(one, three)).toMatchObject({ priority: 75, queuePlace: 1 })
  expect(jobs.move(one, null)).toMatchObject({ priority: 50, queuePlace: 3 })
  expect(jobs.setPriority(two, 25)).toMatchObject({ priority: 25, queuePlace: 3 })
  await world.seams.advance(0)
  const told = new Map<string, number | undefined>()
  jobs.onChange((change) => change.jobs.forEach(({ id, queuePlace }) => told.set(id, queuePlace)))
  jobs.move(two, three)
  await world.seams.run(() => told.has(one))
  expect([told.get(two), told.get(three), told.get(one)]).toEqual([1, 2, 3])
})

test('who starts now goes before all that wait, with the priority that this takes', async () => {
  await busy()
  const [, low] = [create({ priority: 75 }), create({ priority: 25 })]
  expect(jobs.start(low, 'now')).toMatchObject({ priority: 75, queuePlace: 1 })
})

test('what cannot be ordered is refused with a sentence', async () => {
  const running = await busy()
  expect(() => jobs.move(running, null)).toThrow(/is running, so it cannot be moved in the queue/)
  expect(() => jobs.move(create(), running)).toThrow(/before: the job .* does not wait/)
  expect(() => jobs.schedule(running, world.seams.now() + HOUR)).toThrow(/cannot be given a time to start/)
  expect(() => create({ startAt: world.seams.now() - 1 })).toThrow(/startAt: 2 Jan 2026.* is over/)
  expect(jobs.setPriority(running, 75).priority).toBe(75)
  expect(jobs.get(running).log.at(-1)?.text).toMatch(/Priority 75; it counts when/)
  await world.settle(jobs, running, 'finished')
  expect(() => jobs.setPriority(running, 1)).toThrow(/is completed, so it cannot be given a priority/)
})

test('order and priority outlive a restart, and what ran goes first', async () => {
  const first = await busy()
  const [one, two, three] = [create(), create(), create({ priority: 75 })]
  jobs.move(two, one)
  jobs.setPriority(one, 60)
  await world.seams.finish(jobs.close())
  jobs = await world.open({ jobsAtOnce: 1 })
  const ended: string[] = []
  jobs.onFinished(({ id }) => ended.push(id))
  await world.seams.run(() => ended.length === 4)
  expect(ended).toEqual([three, one, first, two])
})

test('a job with a time waits for it, and starts by itself', async () => {
  const startAt = world.seams.now() + HOUR
  const id = create({ startAt })
  expect(jobs.get(id).snapshot).toMatchObject({ startAt, status: { is: 'paused', reason: 'schedule' } })
  await world.seams.advance(HOUR - 1)
  expect(statusOf(id).is).toBe('paused')
  const done = await world.settle(jobs, id, 'finished')
  expect(done).toMatchObject({ startAt: undefined, tally: { copied: { items: 50 } } })
  expect((done.startedAt ?? 0) - startAt).toBeLessThan(5000)
  expect(jobs.get(id).log.map(({ text }) => text)).not.toContainEqual(expect.stringContaining('was to start'))
})

test('a time that passed while nothing ran starts it at the next start, which says so', async () => {
  const id = create({ startAt: world.seams.now() + HOUR })
  const later = create({ startAt: world.seams.now() + 10 * HOUR })
  await world.seams.finish(jobs.close())
  await world.seams.advance(2 * HOUR)
  jobs = await world.open()
  await world.settle(jobs, id, 'finished')
  expect(jobs.get(id).log.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^It was to start at 2 Jan 2026.*It starts now\.$/),
  )
  expect(statusOf(later)).toMatchObject({ is: 'paused', reason: 'schedule' })
})

test('a plan is kept until its time comes', async () => {
  const { id } = jobs.create(pour('copy'), { draft: true })
  await world.settle(jobs, id)
  const scheduled = jobs.schedule(id, world.seams.now() + HOUR)
  expect(scheduled).toMatchObject({ draft: false, tally: { listed: { items: 50 } } })
  // Looked at anew by then, as any plan that was made a while ago.
  expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({ copied: { items: 50 } })
})

test('a draft with a time keeps it until it is started', async () => {
  const startAt = world.seams.now() + HOUR
  const { id } = jobs.create(pour('copy'), { draft: true, orders: { startAt } })
  await world.settle(jobs, id)
  expect(jobs.start(id, 'queue')).toMatchObject({ startAt, status: { is: 'paused', reason: 'schedule' } })
})

test.each([
  ['its time is taken away', (id: string) => jobs.schedule(id, null)],
  ['it is resumed', (id: string) => jobs.resume(id)],
  ['it is started', (id: string) => jobs.start(id, 'now')],
])('it starts at once when %s', async (_, act) => {
  const id = create({ startAt: world.seams.now() + HOUR })
  expect(act(id)).toMatchObject({ status: { is: 'queued' }, startAt: undefined })
  const done = await world.settle(jobs, id, 'finished')
  expect(done.endedAt).toBeLessThan(done.createdAt + HOUR)
})

test("a person's pause outdoes the time, and a waiting job can be given one", async () => {
  const first = await busy()
  const id = create()
  expect(jobs.schedule(id, world.seams.now() + HOUR).queuePlace).toBeUndefined()
  expect(jobs.pause(id)).toMatchObject({ startAt: undefined, status: { reason: 'user' } })
  await world.settle(jobs, first, 'finished')
  await world.seams.advance(2 * HOUR)
  expect(statusOf(id)).toMatchObject({ is: 'paused', reason: 'user' })
})

test('of one endpoint only so many run, and the setting counts at once', async () => {
  jobs.setJobsAtOnce(4)
  jobs.setJobsPerEndpoint(1)
  const first = await busy()
  const second = create()
  await world.seams.advance(0)
  expect([statusOf(first).is, statusOf(second).is]).toEqual(['running', 'queued'])
  jobs.setJobsPerEndpoint(2)
  await world.seams.run(() => statusOf(second).is === 'running')
  expect(statusOf(first).is).toBe('running')
})
