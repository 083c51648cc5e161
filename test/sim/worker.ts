/** A process of `npm run test:sim`: plays the ranges of seeds that it is sent, one after another. */
import { addEvents } from './events.ts'
import type { Events } from './events.ts'
import { simulate } from './simulate.ts'

/** Both ends of a range are played. */
export type SeedRange = readonly [from: number, to: number]

/** What became of one range. */
export interface Told {
  readonly played: number
  /** A map does not survive the way between processes. */
  readonly events: readonly (readonly [string, number])[]
  readonly failures: readonly { readonly seed: number; readonly said: string }[]
}

process.on('message', (range: SeedRange) => {
  void playRange(range).then((told) => process.send?.(told))
})

async function playRange([from, to]: SeedRange): Promise<Told> {
  const events: Events = new Map()
  const failures: Told['failures'][number][] = []
  for (let seed = from; seed <= to; seed++) {
    try {
      addEvents(events, (await simulate(seed)).events)
    } catch (error) {
      failures.push({ seed, said: error instanceof Error ? error.message : String(error) })
    }
  }
  return { played: to - from + 1, events: [...events], failures }
}
