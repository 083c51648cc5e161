import { env } from 'node:process'
import { describe, expect, it, test } from 'vitest'
import { addEvents, missing } from './events.ts'
import type { Events } from './events.ts'
import { simulate } from './simulate.ts'

/** DECANT_SIM_SEEDS=n plays so many. `npm run test:sim` plays 10,000, and one again with `-- --seed N`. */
const SEEDS = Number(env['DECANT_SIM_SEEDS'] ?? 500)
/** Seeds of one test: each for itself, they would be most of a report. */
const AT_ONCE = 100
/** With fewer seeds a kind of event may well be missing. */
const ENOUGH = 500

const starts = Array.from({ length: Math.ceil(SEEDS / AT_ONCE) }, (_, n) => n * AT_ONCE + 1)
const ranges = starts.map((from) => [from, Math.min(SEEDS, from + AT_ONCE - 1)] as const)

describe('a job, whatever happens to it', () => {
  const events: Events = new Map()

  it.each(ranges)(
    'seeds %i to %i',
    async (from, to) => {
      const failed: string[] = []
      for (let seed = from; seed <= to; seed++) {
        await simulate(seed).then(
          (played) => addEvents(events, played.events),
          (error: unknown) => failed.push(error instanceof Error ? error.message : String(error)),
        )
      }
      // A failure tells its seed and its story.
      if (failed.length > 0) throw new Error(failed.join('\n\n'))
    },
    120_000,
  )

  test.runIf(SEEDS >= ENOUGH)('every kind of event occurred', () => {
    expect(missing(events)).toEqual([])
  })
})

test.each([7, 8, 25])('seed %i, twice, does the same', async (seed) => {
  const first = await simulate(seed)
  const second = await simulate(seed)
  expect(second.hash).toBe(first.hash)
  expect(second.events).toEqual(first.events)
  expect(first.hash).not.toBe((await simulate(seed + 2)).hash)
})
