import { expect, test } from 'vitest'
import { makeWorld, pour } from './world.ts'

/** Milliseconds. */
const LATENCY = 20

test.each([
  { inFlight: 64, objects: 2000, rounds: 3 },
  // Two more while the pace grows from 64.
  { inFlight: 256, objects: 3000, rounds: 5 },
])(
  '$inFlight requests stay in flight: nothing waits for a listing, a mark, a commit or the slowest of a batch',
  async ({ inFlight, objects, rounds }) => {
    const world = makeWorld(1, { latency: LATENCY })
    world.s3.giveMany('from', 'a/', objects)
    const jobs = await world.open()
    const began = world.seams.now()
    const { id } = jobs.create(pour('copy', { concurrency: inFlight, verify: 'answer' }), { draft: false })
    const done = await world.settle(jobs, id)
    const took = world.seams.now() - began
    expect(done.tally.copied.items).toBe(objects)
    // The first list of each side, one round that is not full, and the growth of the pace: nothing else.
    expect(took).toBeLessThanOrEqual((objects * LATENCY) / inFlight + rounds * LATENCY)
    await world.seams.finish(jobs.close())
    world.end()
  },
)
