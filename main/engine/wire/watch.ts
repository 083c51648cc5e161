import type { Seams } from '#model/seams.ts'
import { withCode } from './socket-open.ts'

/** A request under way. */
export interface UnderWay {
  /** Milliseconds without a byte after which nobody is thought to be there. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
  /** Sent and received on its connection so far. */
  bytes(): number
  /** There are bytes that nobody has read yet. */
  waitsForUs(): boolean
  /** Ends it with this error. */
  stop(error: Error): void
}

/**
 * Ends requests that hang or that nobody wants any more. One timer and one listener for all of them: a timer and
 * a listener each cost a quarter of what a request costs.
 */
export class Watch {
  readonly #seams: Seams
  /** With the bytes that were seen last, and when they had become so many. */
  readonly #all = new Map<UnderWay, { bytes: number; since: number }>()
  readonly #bySignal = new WeakMap<AbortSignal, Set<UnderWay>>()
  #period = Infinity
  #cancel: (() => void) | undefined

  constructor(seams: Seams) {
    this.#seams = seams
  }

  begin(request: UnderWay): void {
    const { signal, limit } = request
    this.#all.set(request, { bytes: -1, since: this.#seams.now() })
    if (limit / 4 < this.#period) this.#lookEvery(Math.min(1000, limit / 4))
    else if (!this.#cancel) this.#lookEvery(this.#period)
    if (!signal) return
    let same = this.#bySignal.get(signal)
    if (!same) {
      const requests = new Set<UnderWay>()
      this.#bySignal.set(signal, (same = requests))
      signal.addEventListener('abort', () => requests.forEach((each) => each.stop(reasonOf(signal))), {
        once: true,
      })
    }
    same.add(request)
  }

  end(request: UnderWay): void {
    this.#all.delete(request)
    if (request.signal) this.#bySignal.get(request.signal)?.delete(request)
  }

  #lookEvery(period: number): void {
    this.#period = period
    this.#cancel?.()
    this.#cancel = this.#seams.after(period, () => {
      this.#cancel = undefined
      if (this.#all.size === 0) return
      this.#endSilent()
      this.#lookEvery(period)
    })
  }

  #endSilent(): void {
    const now = this.#seams.now()
    for (const [request, seen] of this.#all) {
      const bytes = request.bytes()
      if (bytes !== seen.bytes || request.waitsForUs()) {
        seen.bytes = bytes
        seen.since = now
      } else if (now - seen.since > request.limit) {
        request.stop(withCode('no byte within the time limit', 'ETIMEDOUT'))
      }
    }
  }
}

export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
