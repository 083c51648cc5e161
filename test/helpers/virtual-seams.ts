import type { Seams } from '#model/seams.ts'
import { sortableId } from '#model/seams.ts'

/** Some moment; every run begins there. */
const BEGIN = Date.UTC(2026, 0, 2, 3, 4, 5)
/** Turns of the real event loop without a timer after which nothing is going to happen any more. */
const IDLE_TURNS = 64

interface Timer {
  readonly at: number
  readonly order: number
  act: (() => void) | undefined
}

/** Seams over which a test has command: time stands still until it runs, and chance follows from the seed. */
export interface VirtualSeams extends Seams {
  /** Runs timers in their order until nothing is left to do, or `until` says so. */
  run(until?: () => boolean): Promise<void>
  /** Runs until the promise is settled; throws if nothing is left that could settle it. */
  finish<T>(promise: Promise<T>): Promise<T>
  /** Runs everything that is due within `ms`, and moves the clock on by that much. */
  advance(ms: number): Promise<void>
  /**
   * The same clock for one process that may be killed: after `cut`, none of its timers goes off. `ahead`: how far the
   * machine's clock is, milliseconds.
   */
  branch(ahead?: () => number): Seams & { cut(): void }
}

export function virtualSeams(seed: number, begin = BEGIN): VirtualSeams {
  let now = begin
  let made = 0
  const timers: Timer[] = []
  const random = mulberry32(seed)

  const after = (ms: number, act: () => void): (() => void) => {
    const timer: Timer = { at: now + Math.max(0, ms), order: made++, act }
    push(timers, timer)
    return () => {
      timer.act = undefined
    }
  }

  /** Fires everything that is due at the next instant; false when there is none up to `limit`. */
  const step = (limit: number): boolean => {
    while (timers[0] && !timers[0].act) pop(timers)
    const next = timers[0]
    if (!next || next.at > limit) return false
    now = Math.max(now, next.at)
    while (timers[0] && timers[0].at <= now) pop(timers).act?.()
    return true
  }

  const run = async (until: () => boolean = () => false): Promise<void> => {
    for (let idle = 0; idle < IDLE_TURNS; idle++) {
      await turn()
      while (!until() && step(Infinity)) {
        idle = 0
        await turn()
      }
      if (until()) return
    }
  }

  return {
    now: () => now,
    idle: () => now,
    after,
    random,
    id: () => sortableId(now, random),
    run,
    async finish(promise) {
      let settled = false
      const note = (): void => {
        settled = true
      }
      promise.then(note, note)
      await run(() => settled)
      if (!settled) throw new Error('nothing is left to do, and the promise is not settled')
      return promise
    },
    async advance(ms) {
      const end = now + ms
      await turn()
      while (step(end)) await turn()
      now = end
    },
    branch(ahead = () => 0) {
      let alive = true
      return {
        now: () => now + ahead(),
        idle: () => now,
        after: (ms, act) => (alive ? after(ms, () => alive && act()) : () => {}),
        random,
        id: () => sortableId(now + ahead(), random),
        cut: () => {
          alive = false
        },
      }
    },
  }
}

/** One turn of the real event loop: every promise that can go on has gone on when it is over. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A small, good enough generator: the same numbers for the same seed, on every machine. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order)
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length
  heap.push(timer)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above] as Timer
    if (!isBefore(timer, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = timer
}

function pop(heap: Timer[]): Timer {
  const first = heap[0] as Timer
  const last = heap.pop() as Timer
  if (heap.length === 0) return first
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below++
    const child = heap[below] as Timer
    if (!isBefore(child, last)) break
    heap[at] = child
    at = below
  }
  heap[at] = last
  return first
}
