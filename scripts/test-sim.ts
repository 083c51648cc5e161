/**
 * `npm run test:sim`: plays 10,000 seeds of the deterministic simulator, one process a core, and prints how often each
 * kind of event occurred in them. What fails is named by its seed, with its story, and replays exactly:
 *
 *   npm run test:sim -- --seed 4711        that seed alone, with its story and the hash of its mutation log
 *   npm run test:sim -- --seeds 1-500      a range
 *   npm run test:sim -- --minutes 60       seeds that nobody has seen yet, for so long
 *   npm run test:sim -- --grid             plays the grid of jobs, faults and kills as well, for some minutes more
 *   npm run test:sim -- --mutations        plants bugs, one after another, and shows that each is caught by its name
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { addEvents, missing } from '../test/sim/events.ts'
import type { Events } from '../test/sim/events.ts'
import { tryMutations } from '../test/sim/mutations.ts'
import { simulate } from '../test/sim/simulate.ts'
import type { SeedRange, Told } from '../test/sim/worker.ts'

const SEEDS = 10_000
/** Seeds that a worker is sent at once. */
const RANGE = 25
/** With fewer seeds, a kind of event may well be missing. */
const ENOUGH = 1000
/** Stories that are printed; of more failures only the seeds. */
const STORIES = 5

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    grid: { type: 'boolean' },
    mutations: { type: 'boolean' },
  },
})

if (values.mutations === true) process.exitCode = (await tryMutations((line) => console.log(line))) ? 0 : 1
else if (values.seed === undefined) await playMany()
else await playOne(wholeNumber('--seed', values.seed))
if (values.grid === true && !(await playGrid())) process.exitCode = 1

async function playOne(seed: number): Promise<void> {
  try {
    const { story, events, hash } = await simulate(seed)
    console.log(story.join('\n'))
    print(events)
    console.log(`seed ${seed} passed, mutation log ${hash}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

async function playMany(): Promise<void> {
  const began = performance.now()
  const [first, last] = rangeOf(values.seeds)
  const until =
    values.minutes === undefined ? undefined : began + 60_000 * wholeNumber('--minutes', values.minutes)
  const start = until === undefined || values.seeds !== undefined ? first : Date.now()
  const end = until === undefined ? last : Infinity
  const events: Events = new Map()
  const failed: number[] = []
  let played = 0
  let next = start

  const takeRange = (): SeedRange | undefined => {
    if (next > end || (until !== undefined && performance.now() > until)) return undefined
    const from = next
    next = Math.min(end + 1, from + RANGE)
    return [from, next - 1]
  }
  const note = (told: Told): void => {
    const before = played
    played += told.played
    addEvents(events, told.events)
    for (const { seed, said } of told.failures) {
      failed.push(seed)
      if (failed.length <= STORIES) console.error(`\n${said}\n`)
    }
    if (Math.floor(before / ENOUGH) < Math.floor(played / ENOUGH))
      console.log(`${played} seeds, ${seconds(began)} s`)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(takeRange, note)))

  print(events)
  const rate = played / ((performance.now() - began) / 1000)
  console.log(
    `${played} seeds from ${start} in ${seconds(began)} s, ${rate.toFixed(0)} a second; ${failed.length} failed`,
  )
  if (failed.length > 0) console.error(failed.map((seed) => `npm run test:sim -- --seed ${seed}`).join('\n'))
  const lost = played >= ENOUGH ? missing(events) : []
  if (lost.length > 0) console.error(`never occurred: ${lost.join(', ')}`)
  if (failed.length > 0 || lost.length > 0) process.exitCode = 1
}

/** One worker from its first range to its last. */
function work(takeRange: () => SeedRange | undefined, note: (told: Told) => void): Promise<void> {
  const worker = fork(path.resolve(import.meta.dirname, '../test/sim/worker.ts'))
  const send = (): void => {
    const range = takeRange()
    if (range) worker.send(range)
    else worker.disconnect()
  }
  worker.on('message', (told: Told) => {
    note(told)
    send()
  })
  send()
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
  })
}

/** Whether every cell of it passed. */
function playGrid(): Promise<boolean> {
  const grid = fork(path.resolve(import.meta.dirname, 'test-sim-grid.ts'))
  return new Promise((resolve, reject) => {
    grid.on('error', reject)
    grid.on('exit', (code) => resolve(code === 0))
  })
}

function print(events: Events): void {
  const sorted = [...events].sort(([left], [right]) => left.localeCompare(right))
  console.log(sorted.map(([name, times]) => `${String(times).padStart(10)}  ${name}`).join('\n'))
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0)
}

function rangeOf(text: string | undefined): [number, number] {
  if (text === undefined) return [1, SEEDS]
  const [from = '', to = from] = text.split('-')
  return [wholeNumber('--seeds', from), wholeNumber('--seeds', to)]
}

function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  console.error(`${option}: ${JSON.stringify(text)} is no whole number.`)
  return process.exit(2)
}
