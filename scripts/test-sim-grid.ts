/**
 * `node scripts/test-sim-grid.ts [--only PATTERN] [--job NAME] [--every N] [--first N]`: each kind of job with each fault, killed at
 * each point, in the simulator; a part of `npm run test:sim`. Prints a table of jobs by faults, and each cell that failed
 * with what happened in it. PATTERN is a regular expression for the cells' names.
 */
import { fork } from 'node:child_process'
import { argv } from 'node:process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { JOBS, playJob } from '../test/sim/grid/grid.ts'
import type { Square } from '../test/sim/grid/grid.ts'
import { tableOf } from '../test/sim/grid/table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    job: { type: 'string' },
    every: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    worker: { type: 'boolean', default: false },
  },
})
const share = {
  every: Number(values.every),
  first: Number(values.first),
  only: values.only === undefined ? undefined : new RegExp(values.only),
}

if (values.worker) {
  process.on('message', (name: string) => void playNamed(name).then((squares) => process.send?.(squares)))
} else {
  const began = performance.now()
  const squares = await playAll()
  console.log(tableOf(squares))
  console.log(`${Math.round((performance.now() - began) / 1000)} s`)
  process.exitCode = squares.some(({ failed }) => failed.length > 0) || squares.length === 0 ? 1 : 0
}

async function playNamed(name: string): Promise<Square[]> {
  const job = JOBS.find((one) => one.name === name)
  return job ? playJob(job, share) : []
}

/** Jobs are handed out one by one to as many processes as there are cores. */
async function playAll(): Promise<Square[]> {
  const waiting = JOBS.filter(({ name }) => values.job === undefined || name === values.job)
  const found = new Map<string, Square[]>()
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(import.meta.filename, [...argv.slice(2), '--worker'], {
        // A process that is killed in the simulator leaves the files open that a real one's end would close.
        execArgv: ['--no-warnings'],
      })
      const next = (): void => {
        const job = waiting.shift()
        if (job) child.send(job.name)
        else child.disconnect()
      }
      child.on('message', (squares: Square[]) => {
        found.set(squares[0]?.job ?? '', squares)
        for (const { failed } of squares) for (const one of failed) console.log(`FAILED ${one}\n`)
        next()
      })
      child.on('error', reject)
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
      next()
    })
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, work))
  return JOBS.flatMap(({ name }) => found.get(name) ?? [])
}
