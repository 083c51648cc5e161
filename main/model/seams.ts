/**
 * What the engine and the jobs take from the world besides S3: time, timers, chance and names.
 * They get it as an argument, so that one seed drives copy, kill and resume in memory.
 */
export interface Seams {
  /** Milliseconds since the epoch. Never earlier than it was before in the same process. */
  now(): number
  /**
   * Milliseconds that nothing was to be done here, since some moment of the past: what waits for an answer while this
   * grows waits for others, and not for its turn here.
   */
  idle(): number
  /** Calls `act` once after `ms` milliseconds; the returned function takes that back. */
  after(ms: number, act: () => void): () => void
  /** A number from 0 (in) to 1 (out). Never used for secrets. */
  random(): number
  /** A new name that nothing else has: sortable by time, 26 characters of [0-9a-z]. */
  id(): string
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A ULID: 10 characters of time, 16 of chance. */
export function sortableId(now: number, random: () => number): string {
  let time = ''
  for (let rest = now, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time
  }
  let chance = ''
  for (let place = 0; place < 16; place++) chance += ALPHABET.charAt(Math.floor(random() * 32))
  return time + chance
}

/** Node's own; 0 where the loop does not count it, as in Electron, whose loop is Chromium's. */
function idleOfLoop(): number {
  const { performance: node } = globalThis as unknown as {
    performance: { eventLoopUtilization?: () => { readonly idle: number } }
  }
  return node.eventLoopUtilization?.().idle ?? 0
}

/** Of the time that passes, while the machine's clock has to catch up with us. */
const CATCHING_UP = 0.9

/**
 * A clock that never goes back, and never stands still: durations are told by it, and what waits for a moment waits for
 * it. Where the machine's clock is set back, ours goes on a tenth slower than time does, until that one has caught up.
 *
 * | the machine's clock  | ours                                        |
 * |----------------------|---------------------------------------------|
 * | goes on              | the same                                    |
 * | is set ahead         | the same: a machine that slept is ahead too |
 * | is set back          | goes on from where it was, a tenth slower   |
 * | has caught up        | the same again                              |
 *
 * `ticks`: milliseconds since whenever, of a clock that nobody sets.
 */
export function steadyClock(wall: () => number, ticks: () => number): () => number {
  let last = -Infinity
  let behind: { readonly from: number; readonly since: number } | undefined
  return () => {
    const now = wall()
    if (behind === undefined) {
      if (now >= last) return (last = now)
      behind = { from: last, since: ticks() }
    }
    const ours = Math.floor(behind.from + (ticks() - behind.since) * CATCHING_UP)
    if (now >= ours) behind = undefined
    return (last = Math.max(now, ours))
  }
}

/** The real world. */
export const systemSeams: Seams = {
  now: steadyClock(
    () => Date.now(),
    () => performance.now(),
  ),
  idle: () => idleOfLoop() || performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
  id: () => sortableId(Date.now(), Math.random),
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(seams: Seams, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = seams.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Closes a union: a new member that somebody forgot does not compile. */
export function assertNever(value: never, what: string): never {
  throw new Error(`${what} is ${JSON.stringify(value)}, which this version does not know`)
}
