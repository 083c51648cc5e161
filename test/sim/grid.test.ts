import { describe, expect, it, test } from 'vitest'
import { JOBS, playJob } from './grid/grid.ts'

/** `npm run test:sim` plays all of them. */
const EVERY = 37
/** Of jobs that carry megabytes. */
const FEW = 400

/** Those that read real files leave some open when they are killed. */
const PLAYED = JOBS.filter(({ reads }) => reads !== 'files')

describe('a job, whatever happens and wherever it is killed', () => {
  it.each(PLAYED.map((job, at) => [job.name, job, at] as const))(
    '%s',
    async (_name, job, at) => {
      const every = job.isHeavy === true ? FEW : EVERY
      const squares = await playJob(job, { every, first: at % every })
      expect(squares.flatMap(({ failed }) => failed)).toEqual([])
    },
    60_000,
  )
})

it.each(JOBS.filter(({ reads }) => reads === 'files').map((job) => [job.name, job] as const))(
  '%s, which is not killed here',
  async (_name, job) => {
    const squares = await playJob(job, { every: 3, first: 0, only: /× no kill$/ })
    expect(squares.flatMap(({ failed }) => failed)).toEqual([])
    expect(squares.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThan(5)
  },
  60_000,
)

/** What the grid found once: a job, its cell, and what is kept since. */
test.each([
  [
    'edit in parts',
    /no fault × killed with the request long on its way: CompleteMultipartUpload, and again/,
    'an edit whose completion lands after the next process looked is done, and has not failed',
  ],
])('%s, %s: %s', async (name, only) => {
  const job = JOBS.find((one) => one.name === name)
  const squares = job ? await playJob(job, { every: 1, first: 0, only }) : []
  expect(squares.flatMap(({ failed }) => failed)).toEqual([])
  expect(squares.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThan(0)
})
