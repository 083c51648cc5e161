import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobSnapshot } from '#model/job.ts'
import type { Fault } from '../helpers/memory/faults.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 20 })
})
afterEach(() => world.end())

const SECOND = 1000
const MINUTE = 60 * SECOND
const COPY = { when: 'before', operation: 'CopyObject' } as const

const standing = ({ status }: JobSnapshot): string => (status.is === 'paused' ? status.reason : status.is)

async function pourUnder(fault: Fault, objects: number, concurrency = 256) {
  world.s3.giveMany('from', 'a/', objects)
  world.s3.faults.add(fault)
  const jobs = await world.open()
  const began = world.seams.now()
  const { id } = jobs.create(pour('copy', { concurrency }), { draft: false })
  const snapshot = await world.settle(jobs, id)
  return { jobs, id, snapshot, took: world.seams.now() - began }
}

describe('how a job ends whose writes are refused', () => {
  test.each<{
    name: string
    fault: Fault
    objects: number
    ends: string
    copied: number
    failed: number
    within: number
  }>([
    {
      name: 'a fifth by chance: every object is copied',
      ...{ fault: { ...COPY, kind: 'slow-down', probability: 0.2 }, objects: 2000 },
      ...{ ends: 'completed', copied: 2000, failed: 0, within: MINUTE },
    },
    {
      name: 'a few objects for ever: they fail',
      ...{ fault: { ...COPY, kind: 'slow-down', key: 'z/00001' }, objects: 500 },
      ...{ ends: 'completed', copied: 499, failed: 1, within: MINUTE },
    },
    {
      name: 'all of a few for ever: they fail',
      ...{ fault: { ...COPY, kind: 'slow-down' }, objects: 3 },
      ...{ ends: 'completed', copied: 0, failed: 3, within: MINUTE },
    },
    {
      name: 'all of 500 for ever: the job says so',
      ...{ fault: { ...COPY, kind: 'slow-down' }, objects: 500 },
      ...{ ends: 'refused', copied: 0, failed: 0, within: MINUTE },
    },
    {
      name: 'all of 3,000 for ever: no later',
      ...{ fault: { ...COPY, kind: 'slow-down' }, objects: 3000 },
      ...{ ends: 'refused', copied: 0, failed: 0, within: MINUTE },
    },
    {
      name: 'for ten seconds, all of them: every object is copied',
      ...{ fault: { ...COPY, kind: 'slow-down', during: () => world.seams.now() < began + 10 * SECOND } },
      ...{ objects: 2000, ends: 'completed', copied: 2000, failed: 0, within: 2 * MINUTE },
    },
  ])('$name', async ({ fault, objects, ends, copied, failed, within }) => {
    began = world.seams.now()
    const { jobs, snapshot, took } = await pourUnder(fault, objects)
    expect({
      ends: standing(snapshot),
      copied: snapshot.tally.copied.items,
      failed: snapshot.tally.failed.items,
    }).toEqual({ ends, copied, failed })
    expect(took).toBeLessThanOrEqual(within)
    await world.seams.finish(jobs.close())
  })
  let began = 0

  test('errors instead of refusals: the job says so, too, and what was given up by then is listed', async () => {
    const { jobs, snapshot, took } = await pourUnder({ ...COPY, kind: 'server-error' }, 1000, 16)
    expect(snapshot.status).toMatchObject({
      ...{ is: 'paused', reason: 'refused' },
      failure: {
        code: 'server-error',
        message: expect.stringMatching(
          /^The bucket "to" took no write for 30 seconds: [1-9][\d,]* requests failed or were not answered/,
        ) as string,
      },
    })
    const { copied, failed } = snapshot.tally
    expect(copied.items).toBe(0)
    expect(failed.items).toBeGreaterThan(0)
    expect(failed.items).toBeLessThan(1000)
    expect(took).toBeLessThanOrEqual(MINUTE)
    await world.seams.finish(jobs.close())
  })

  test('it goes on by itself when writes are taken again, and nothing is copied twice', async () => {
    let isRefusing = true
    const fault: Fault = { ...COPY, kind: 'slow-down', during: () => isRefusing }
    const { jobs, id } = await pourUnder(fault, 500)
    await world.seams.advance(MINUTE)
    isRefusing = false
    const done = await world.settle(jobs, id, 'finished')
    expect(done.tally.copied.items).toBe(500)
    expect(world.s3.log).toHaveLength(500)
    await world.seams.finish(jobs.close())
  })
})
