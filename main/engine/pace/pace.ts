import type { Seams } from '#model/seams.ts'
import { RateControl } from './rate-control.ts'
import type { Pace, RequestKind } from '../work.ts'

/** A pace whose figures can be shown. */
export interface AdaptivePace extends Pace {
  readonly inFlight: number
  /** Requests allowed in flight at present. */
  readonly limit: number
  /** Requests that wait for their next try. */
  readonly resting: number
  /** Times S3 asked to slow down. */
  readonly throttled: number
}

export interface PaceOptions {
  readonly seams: Seams
  /** Requests in flight at most, whatever the answers say. */
  readonly ceiling: number
  /** Requests in flight to begin with. */
  readonly start?: number | undefined
  /** Of the bucket, where other paces send there too. */
  readonly rates?: Rates | undefined
}

/** How fast one bucket takes requests: S3 counts writes and reads apart. */
export type Rates = Readonly<Record<RequestKind, RateControl>>

export function createRates(seams: Seams): Rates {
  return { write: new RateControl(seams), read: new RateControl(seams) }
}

/** Enough for small objects over a short way from the first second on. */
const START = 64

/**
 * One for each destination bucket, shared by all jobs that write there. Two controls, as S3 limits requests a
 * second and the way there what is worth having in hand:
 *
 * - **in flight**: half as many more a round of answers, up to the ceiling, while somebody waits for a slot; twice what was
 *   needed, where the rate is what is waited for.
 * - **rate**: none until S3 asks to slow down (`rate.ts`).
 */
export function createPace(options: PaceOptions): AdaptivePace {
  return new ControlledPace(options)
}

interface Waiter {
  readonly signal: AbortSignal
  readonly go: () => void
  readonly stop: (reason: unknown) => void
}

/** What each good answer adds to the slots: half as many more a round. */
const GROWTH = 1 / 2
/** Slots that are kept however few were needed. */
const LEAST = 8

class ControlledPace implements AdaptivePace {
  inFlight = 0
  throttled = 0
  resting = 0
  readonly #rates: Rates
  readonly #ceiling: number
  #limit: number
  readonly #waiting: Readonly<Record<RequestKind, Waiter[]>> = { write: [], read: [] }
  readonly #takers: Readonly<Record<RequestKind, () => boolean>>
  readonly #watched = new WeakSet<AbortSignal>()
  /** Most in flight since `#limit` was last looked at, and answers still to come before the next look. */
  #most = 0
  #untilLook: number
  /** Somebody found no slot in this round. */
  #wasFull = false

  constructor({ seams, ceiling, start = START, rates = createRates(seams) }: PaceOptions) {
    this.#rates = rates
    this.#ceiling = Math.max(1, ceiling)
    this.#limit = Math.min(Math.max(1, start), this.#ceiling)
    this.#untilLook = this.limit
    this.#takers = { write: () => this.#admitOne('write'), read: () => this.#admitOne('read') }
  }

  get limit(): number {
    return Math.floor(this.#limit)
  }

  enter(signal: AbortSignal, kind: RequestKind = 'write'): Promise<void> | void {
    signal.throwIfAborted()
    const waiting = this.#waiting[kind]
    if (waiting.length === 0 && this.#takeSlot(kind)) return undefined
    return new Promise((go, stop) => {
      this.#watch(signal)
      waiting.push({ signal, go, stop })
      if (this.inFlight < this.limit) this.#rates[kind].wait(this.#takers[kind])
    })
  }

  leave(outcome: 'fine' | 'slow' | 'failed', kind: RequestKind = 'write'): void {
    this.inFlight--
    if (outcome === 'slow') this.throttled++
    this.#adapt(outcome)
    this.#rates[kind].answered(outcome)
    this.#admit('write')
    this.#admit('read')
  }

  rest(by: 1 | -1): void {
    this.resting += by
  }

  #takeSlot(kind: RequestKind): boolean {
    if (this.inFlight >= this.limit) {
      this.#wasFull = true
      return false
    }
    if (!this.#rates[kind].take()) return false
    this.inFlight++
    if (this.inFlight > this.#most) this.#most = this.inFlight
    return true
  }

  #admit(kind: RequestKind): void {
    const waiting = this.#waiting[kind]
    while (waiting.length > 0) {
      if (!this.#takeSlot(kind)) {
        if (this.inFlight < this.limit) this.#rates[kind].wait(this.#takers[kind])
        return
      }
      waiting.shift()?.go()
    }
  }

  #admitOne(kind: RequestKind): boolean {
    const waiting = this.#waiting[kind]
    if (waiting.length === 0 || !this.#takeSlot(kind)) return false
    waiting.shift()?.go()
    return waiting.length > 0 && this.inFlight < this.limit
  }

  #adapt(outcome: 'fine' | 'slow' | 'failed'): void {
    if (this.#wasFull && outcome === 'fine') this.#limit = Math.min(this.#ceiling, this.#limit + GROWTH)
    if (--this.#untilLook > 0) return
    const { write, read } = this.#waiting
    const isHeldBack = write.length > 0 || read.length > 0
    if (isHeldBack && this.#most * 2 < this.#limit) this.#limit = Math.max(LEAST, this.#most * 2)
    this.#wasFull = this.inFlight + 1 >= this.limit && isHeldBack
    this.#most = this.inFlight
    this.#untilLook = this.limit
  }

  /** One listener for each signal, however many wait under it. */
  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return
    this.#watched.add(signal)
    signal.addEventListener('abort', () => this.#dismiss(signal), { once: true })
  }

  #dismiss(signal: AbortSignal): void {
    for (const waiting of [this.#waiting.write, this.#waiting.read]) {
      const leaving = waiting.filter((waiter) => waiter.signal === signal)
      const staying = waiting.filter((waiter) => waiter.signal !== signal)
      waiting.splice(0, waiting.length, ...staying)
      for (const waiter of leaving) waiter.stop(signal.reason)
    }
  }
}
