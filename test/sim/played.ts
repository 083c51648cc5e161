import { play } from './grid/cell.ts'
import { nameOf } from './grid/cell.ts'
import { cellsOf, JOBS } from './grid/grid.ts'
import type { Ground } from './mutations.ts'
import { simulate } from './simulate.ts'

/** How many seeds, or cells, were played, and what the last one said; undefined: all of them passed. */
export interface PlayedUntil {
  readonly count: number
  readonly failure?: string | undefined
}

/** Plays until something is wrong, or so many are played. */
export async function playUntil(ground: Ground, most = Infinity): Promise<PlayedUntil> {
  let count = 0
  try {
    for await (const one of 'seeds' in ground ? seedsOf(ground) : cellsIn(ground)) {
      if (count === most) break
      count += 1
      await one()
    }
    return { count }
  } catch (error) {
    // The first cell of a job is played to see what it sends, before any is chosen.
    return { count: Math.max(count, 1), failure: error instanceof Error ? error.message : String(error) }
  }
}

type Play = () => Promise<unknown>

function* seedsOf({ seeds: [first, last] }: { seeds: readonly [number, number] }): Generator<Play> {
  for (let seed = first; seed <= last; seed++) yield () => simulate(seed)
}

async function* cellsIn({ job: name, cells: only }: { job: string; cells: string }): AsyncGenerator<Play> {
  const job = JOBS.find((one) => one.name === name)
  if (job === undefined) throw new Error(`no job of the grid is called ${name}`)
  const { cells, trace } = await cellsOf(job)
  const chosen = cells.filter((cell) => new RegExp(only).test(nameOf(cell)))
  if (chosen.length === 0) throw new Error(`no cell of ${name} is called ${only}`)
  for (const cell of chosen) yield () => play(cell, trace)
}
