import { env } from 'node:process'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.ts'

/** DECANT_SIM_SEEDS=n plays so many; DECANT_SIM_SEED=n plays that one again. */
const SEEDS = Number(env['DECANT_SIM_SEEDS'] ?? 50)
const only = env['DECANT_SIM_SEED']
const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, n) => n + 1) : [Number(only)]

describe('a job, whatever happens to it', () => {
  it.each(seeds)('seed %i', async (seed) => {
    await expect(simulate(seed)).resolves.toBeUndefined()
  })
})
