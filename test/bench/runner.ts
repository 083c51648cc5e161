/**
 * What one object costs in the jobs alone: plan, journal and pump over a storage that answers at once.
 * `node test/bench/runner.ts [objects]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemSeams } from '#model/seams.ts'
import { openJobs } from '../../main/jobs/jobs.ts'
import { emptyStorage } from './instant-storage.ts'
import { noKeys } from '../helpers/specs.ts'
import { pour } from '../jobs/world.ts'

const objects = Number(process.argv[2] ?? 100_000)
const dir = mkdtempSync(join(tmpdir(), 'decant-bench-'))
const jobs = await openJobs({
  dir,
  seams: systemSeams,
  openStorage: () => Promise.resolve(emptyStorage(objects)),
  findKey: noKeys,
  jobsAtOnce: 1,
})

let peak = 0
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 100)

async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  const wall = performance.now() - began
  const perObject = (microseconds: number): string => `${(microseconds / objects).toFixed(1)} µs`
  const megabytes = Math.round(process.memoryUsage.rss() / 1024 ** 2)
  console.log(
    `${name}: CPU ${perObject(user + system)} an object, wall ${perObject(wall * 1000)}, memory ${megabytes} MB`,
  )
}

let id = ''
await measure('plan', async () => {
  id = jobs.create(pour('copy'), { draft: true }).id
  await jobs.settled(id, 'idle')
})
await measure('run ', async () => {
  jobs.start(id, 'now')
  await jobs.settled(id, 'finished')
})
console.log(`copied ${jobs.get(id).snapshot.tally.copied.items} of ${objects}`)
for (const [filter, offset] of [
  ['all', 0],
  ['all', objects - 100],
  ['done', 0],
  ['done', objects - 100],
  ['to-do', 0],
  ['failed', 0],
] as const) {
  const began = performance.now()
  jobs.items(id, filter, offset, 100)
  console.log(`items ${filter} from ${offset}: ${(performance.now() - began).toFixed(1)} ms`)
}
await measure('report', () => jobs.writeReport(id, 'csv', join(dir, 'report.csv')))
clearInterval(watch)
console.log(`database ${(statSync(join(dir, 'jobs.db')).size / objects).toFixed(0)} bytes an object`)
console.log(`peak memory ${Math.round(peak / 1024 ** 2)} MB`)
await jobs.close()
rmSync(dir, { recursive: true, force: true })
