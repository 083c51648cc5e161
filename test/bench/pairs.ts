/** Contestants by turns, A B A B …, so that what disturbs the machine disturbs all of them. */
import type { PlaygroundProcess } from '../helpers/playground.ts'
import type { Bench, Run, Series } from './figures.ts'
import { measure } from './measured.ts'
import type { Command } from './measured.ts'

export interface Contestant {
  readonly name: string
  /** The command of its nth run, which finds everything as the first one did. */
  command(n: number): Command | Promise<Command>
  /** Runs, if they are to be fewer than pairs: for one that takes minutes. */
  readonly runs?: number
}

/** Runs them all. One series each, in their order. */
export async function byTurns(
  bench: Bench,
  playground: PlaygroundProcess,
  count: number,
  contestants: readonly Contestant[],
): Promise<Series[]> {
  const runs = contestants.map((): Run[] => [])
  for (let n = 0; n < bench.pairs; n++) {
    for (const [index, { name, command, runs: most = bench.pairs }] of contestants.entries()) {
      if (n >= most) continue
      const run = await measure(playground, await command(n))
      runs[index]?.push(run)
      bench.say(`${name} ${n + 1}: ${inShort(run, count)}`)
    }
  }
  return contestants.map(({ name }, index) => ({ name, count, runs: runs[index] ?? [] }))
}

function inShort({ wall, cpu, memory, mostInFlight }: Run, count: number): string {
  const each = ((cpu * 1000) / count).toPrecision(3)
  return `${cpu.toFixed(2)} s CPU (${each} ms each), ${wall.toFixed(2)} s, ${memory.toFixed(0)} MiB, ${mostInFlight} in flight`
}
