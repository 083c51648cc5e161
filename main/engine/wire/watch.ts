import type { Seams } from '#model/seams.ts'
import type { Heard } from './patience.ts'
import { withCode } from './socket-open.ts'

/** What can have a request under way: a connection for all its life, or one request alone. */
export interface UnderWay {
  /** Milliseconds without a byte after which nobody is thought to be there; Infinity while nothing is asked. */
  readonly limit: number
  /** The same, where it follows from what was heard so far. */
  readonly patience?: ((heard: Heard) => number) | undefined
  readonly signal: AbortSignal | undefined
  /** Sent and received on its connection so far. */
  bytes(): number
  /** There are bytes that nobody has read yet. */
  waitsForUs(): boolean
  /** Ends it with this error. */
  stop(error: Error): void
}

/** The bytes that were seen last, and when they had become so many. */
interface Seen extends Heard {
  bytes: number
  since: number
  times: number
  longest: number
}

function seenSince(now: number, bytes: number): Seen {
  return { began: now, bytes, since: now, times: 0, longest: 0 }
}

/**
 * Ends requests that hang or that nobody wants any more. One timer and one listener for all of them: a timer and
 * a listener each cost a quarter of what a request costs. A connection is known here as long as it lives, as even
 * taking it in and out of a Set with each request would cost more than all the looks.
 */
export class Watch {
  readonly #seams: Seams
  readonly #all = new Map<UnderWay, Seen>()
  readonly #signals = new WeakSet<AbortSignal>()
  /** The signal of the last request: mostly that of the next one, too. */
  #signal: AbortSignal | undefined
  #busy = 0
  #period = Infinity
  #cancel: (() => void) | undefined

  constructor(seams: Seams) {
    this.#seams = seams
  }

  /** To be told of before its first request. */
  add(one: UnderWay): void {
    this.#all.set(one, seenSince(this.#seams.now(), -1))
  }

  /** It is gone; what it had under way has ended before. */
  remove(one: UnderWay): void {
    this.#all.delete(one)
  }

  /** It has a request under way: `limit` and `signal` are that request's. */
  begin(one: UnderWay): void {
    const { signal, limit } = one
    this.#busy += 1
    if (one.patience !== undefined) this.#listenTo(one)
    if (limit / 4 < this.#period) this.#lookEvery(Math.min(1000, limit / 4))
    else if (!this.#cancel) this.#lookEvery(this.#period)
    if (signal !== undefined && signal !== this.#signal) this.#listen(signal)
  }

  /** It was answered, or has failed: `limit` is Infinity from here on. */
  end(): void {
    this.#busy -= 1
  }

  /** From here on counts what is heard of it. */
  #listenTo(one: UnderWay): void {
    this.#all.set(one, seenSince(this.#seams.now(), one.bytes()))
  }

  #listen(signal: AbortSignal): void {
    this.#signal = signal
    if (this.#signals.has(signal)) return
    this.#signals.add(signal)
    const onAbort = (): void => {
      for (const one of [...this.#all.keys()]) if (one.signal === signal) one.stop(reasonOf(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
  }

  #lookEvery(period: number): void {
    this.#period = period
    this.#cancel?.()
    this.#cancel = this.#seams.after(period, () => {
      this.#cancel = undefined
      if (this.#busy === 0) return
      this.#endSilent()
      this.#lookEvery(period)
    })
  }

  #endSilent(): void {
    const now = this.#seams.now()
    for (const [one, seen] of this.#all) {
      if (one.limit === Infinity) continue
      const bytes = one.bytes()
      if (bytes !== seen.bytes || one.waitsForUs()) {
        if (seen.times > 0) seen.longest = Math.max(seen.longest, now - seen.since)
        seen.times += 1
        seen.bytes = bytes
        seen.since = now
      } else if (now - seen.since > (one.patience?.(seen) ?? one.limit)) {
        one.stop(withCode('no byte within the time limit', 'ETIMEDOUT'))
      }
    }
  }
}

export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
