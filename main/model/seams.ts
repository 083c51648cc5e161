/**
 * What the engine and the jobs take from the world besides S3: time, timers, chance and names.
 * They get it as an argument, so that one seed drives copy, kill and resume in memory.
 */
export interface Seams {
  /** Milliseconds since the epoch. */
  now(): number
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

/** The real world. */
export const systemSeams: Seams = {
  now: () => Date.now(),
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
