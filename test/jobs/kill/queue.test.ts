import { afterEach, beforeEach, expect, it } from 'vitest'
import { jsonResult } from '../../helpers/decant.ts'
import { until } from '../../helpers/processes.ts'
import { FROM, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

interface Line {
  readonly jobId: string
  readonly status: string
  readonly reason?: string
  readonly priority: number
  readonly queuePlace?: number
  readonly startAt?: string
  readonly startedAt?: string
  readonly outcome: string
}

/** Of all jobs, in the order in which they were made. */
async function list(): Promise<Line[]> {
  const { output } = await bench.decant('jobs', '--json')
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  const jobs = lines.map((line) => JSON.parse(line) as Line & { seconds?: number }).reverse()
  // How long it has run is written every ten seconds while it runs.
  return jobs.map(({ seconds, ...job }) => (job.status === 'running' ? job : { ...job, seconds }))
}

it(
  'order, priority and time outlive SIGKILL, and the jobs run in that order',
  { timeout: 240_000 },
  async () => {
    await bench.seed({ count: 5, pattern: 'obj-{n:4}' })
    await bench.playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
    const owner = bench.decant.start('copy', FROM, TO, '--json')
    await until('it runs', async () => (await bench.playground.admin.counters()).inFlight > 0)
    // Three run at once by the settings: the first and two more, before any is made to wait.
    const others = []
    for (const more of [[], [], [], ['--priority', '25'], ['--start-at', '2099-01-01T00:00Z']]) {
      const made = (await list()).length
      others.push(bench.decant.start('copy', FROM, TO, '--json', ...more))
      await until('it is there', async () => (await list()).length > made)
    }
    await until('two wait', async () => (await list()).filter(({ queuePlace }) => queuePlace).length === 2)
    const [, , , fourth, low, later] = await list()
    expect([fourth?.queuePlace, low?.queuePlace]).toEqual([1, 2])
    expect((await bench.decant('queue', low!.jobId, '--before', fourth!.jobId)).code).toBe(0)
    const before = await list()
    expect(before[4]).toMatchObject({ queuePlace: 1, priority: 50 })
    expect(before[5]).toMatchObject({
      status: 'paused',
      reason: 'schedule',
      startAt: '2099-01-01T00:00:00.000Z',
    })
    // Those first who would go on with the owner's work.
    for (const process of [...others, owner]) await process.kill()
    expect(await list()).toEqual(before)
    await bench.playground.admin.clearFaults()
    await bench.playground.admin.release()
    expect(jsonResult((await bench.decant('resume', fourth!.jobId, '--json')).output).outcome).toBe('done')
    const after = await list()
    expect(after[5]).toEqual(before[5])
    expect(Date.parse(after[4]!.startedAt!)).toBeLessThanOrEqual(Date.parse(after[3]!.startedAt!))
    expect(later?.jobId).toBe(after[5]?.jobId)
  },
)
