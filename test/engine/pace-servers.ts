/** Servers that refuse, and a job that writes to them over a pace, on the virtual clock: what a pace makes of them. */
import { DecantError, toFailure } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'
import type { AdaptivePace } from '../../main/engine/pace/pace.ts'
import { attempt } from '../../main/engine/pace/retry.ts'
import type { VirtualSeams } from '../helpers/virtual-seams.ts'

/** Whether a write that reaches the server at `now` (milliseconds since the job began) is let through. */
export interface ModelServer {
  takes(now: number, inHand: number): boolean
  /** Writes that it would have let through in the first `seconds`, undefined where nothing bounds them. */
  offered(seconds: number): number | undefined
}

type Limit = (second: number) => number

/** Fills at `limit` a second and holds `burst` seconds' worth, full at the start; as the playground's writesPerSecond does. */
export function tokenBucket(limit: Limit, burst = 1): ModelServer {
  let tokens = limit(0) * burst
  let last = 0
  return {
    takes: (now) => {
      const perSecond = limit(now / 1000)
      tokens = Math.min(Math.max(1, perSecond * burst), tokens + ((now - last) / 1000) * perSecond)
      last = now
      if (tokens < 1) return false
      tokens--
      return true
    },
    offered: (seconds) => limit(0) * burst + total(limit, seconds),
  }
}

/** So many in each second of the clock, whenever in it they come. */
export function fixedWindow(limit: Limit): ModelServer {
  let second = -1
  let taken = 0
  return {
    takes: (now) => {
      const at = Math.floor(now / 1000)
      if (at !== second) taken = 0
      second = at
      return ++taken <= limit(at)
    },
    offered: (seconds) => total(limit, seconds),
  }
}

/** Refuses this share, whatever the rate. */
export function randomly(share: number, random: () => number): ModelServer {
  return { takes: () => random() >= share, offered: () => undefined }
}

/** Refuses what it has no room for. */
export function crowded(room: number): ModelServer {
  return { takes: (_now, inHand) => inHand <= room, offered: () => undefined }
}

/** A write has to pass both, `first` first. */
export function both(first: ModelServer, second: ModelServer): ModelServer {
  return {
    takes: (now, inHand) => first.takes(now, inHand) && second.takes(now, inHand),
    offered: (seconds) => first.offered(seconds) ?? second.offered(seconds),
  }
}

function total(limit: Limit, seconds: number): number {
  let sum = 0
  for (let at = 0; at < seconds; at += 0.1) sum += limit(at) * Math.min(0.1, seconds - at)
  return sum
}

export interface PourFigures {
  /** Objects that were written. */
  readonly done: number
  /** Objects that were given up. */
  readonly lost: number
  readonly writes: number
  readonly refused: number
  readonly mostInFlight: number
  readonly mostTries: number
  readonly seconds: number
  /** Objects written in each second. */
  readonly bySecond: readonly number[]
}

export interface PourOptions {
  readonly seams: VirtualSeams
  readonly pace: AdaptivePace
  readonly server: ModelServer
  /** Milliseconds of one request, half of it before the server sees it. */
  readonly latency: number
  /** Milliseconds from one turn in which answers are heard to the next; absent: each as it comes. */
  readonly turns?: number
  /** Ends after so long … */
  readonly seconds?: number
  /** … or after so many objects. */
  readonly objects?: number
}

async function look(seams: Seams, latency: number): Promise<void> {
  await sleep(seams, latency)
  throw new DecantError({ code: 'no-such-key', reach: 'item', message: 'Not found.' })
}

/** As in a run: objects under way beyond the requests that the pace allows, and those that wait for their next try. */
const BEYOND = 16
const RESTING = 4

/** Writes object after object, as a run does: a bounded window of them, each tried again as `attempt` does. */
export async function pourInto(options: PourOptions): Promise<PourFigures> {
  const { seams, pace, server, latency, turns = 1, seconds = Infinity, objects = Infinity } = options
  const began = seams.now()
  const signal = new AbortController().signal
  const context = { seams, pace, signal }
  const bySecond: number[] = []
  let [begun, done, lost, writes, refused, inHand, mostInFlight, mostTries] = [0, 0, 0, 0, 0, 0, 0, 0]
  const since = (): number => seams.now() - began
  const way = (): number => Math.max(1, Math.round((latency / 2) * (0.8 + 0.4 * seams.random())))
  const heardAfter = (ms: number): number => Math.ceil((since() + ms) / turns) * turns - since()

  const write = async (): Promise<number> => {
    let tries = 0
    await attempt(
      context,
      async () => {
        tries++
        inHand++
        mostInFlight = Math.max(mostInFlight, inHand)
        await sleep(seams, way())
        writes++
        const isTaken = server.takes(since(), inHand)
        await sleep(seams, heardAfter(way()))
        inHand--
        if (isTaken) return
        refused++
        throw new DecantError({ code: 'slow-down', reach: 'attempt', message: 'Reduce your request rate.' })
      },
      // A HEAD of the destination: no write, and nothing there.
      {
        settle: async () => {
          await attempt(context, () => look(seams, latency)).catch(() => undefined)
          return { is: 'not-done' }
        },
      },
    )
    return tries
  }

  let underWay = 0
  let over: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (over = resolve))
  const fill = (): void => {
    while (
      underWay < pace.limit + BEYOND + Math.min(pace.resting, RESTING * pace.limit) &&
      begun < objects &&
      since() < seconds * 1000
    ) {
      begun++
      underWay++
      void write().then(
        (tries) => {
          mostTries = Math.max(mostTries, tries)
          done++
          const second = Math.floor(since() / 1000)
          bySecond[second] = (bySecond[second] ?? 0) + 1
          end()
        },
        (error: unknown) => {
          if (toFailure(error).code !== 'slow-down') throw error
          lost++
          end()
        },
      )
    }
    if (underWay === 0) over()
  }
  const end = (): void => {
    underWay--
    fill()
  }
  fill()
  await seams.finish(ended)
  return {
    done,
    lost,
    writes,
    refused,
    mostInFlight,
    mostTries,
    seconds: since() / 1000,
    bySecond: Array.from(bySecond, (n) => n ?? 0),
  }
}
