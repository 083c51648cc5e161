import type { Seams } from '#model/seams.ts'
import { FREE, nextRate, rateOf } from './rate.ts'
import type { RateState } from './rate.ts'

const SECOND = 1000
/** Requests that may be sent at once after a lull, in milliseconds of the rate. */
const BURST = 50
/** Milliseconds after which what is still in flight is not waited for. */
const LONGEST_STOP = 2000

/** Who waits for the rate. Takes one request's worth if it still wants to, and says whether it would take another. */
export type Taker = () => boolean

/**
 * Requests of one kind to one bucket, a second: shared by all that send them. Free until S3 asks to slow down;
 * `nextRate` decides what then.
 */
export class RateControl {
  readonly #seams: Seams
  readonly #takers: Taker[] = []
  #state: RateState = FREE
  #perMs: number | undefined
  #inFlight = 0
  #tokens = 0
  #filledAt = 0
  #hasTimer = false
  /** Answers to requests that were sent before the last change. */
  #deaf = 0
  #at: number
  #fine = 0
  #slow = 0
  #round = 0
  #isBinding = false
  /** Of the last second and the one before: what got through. */
  #second = 0
  #secondBefore = 0
  #secondAt: number

  constructor(seams: Seams) {
    this.#seams = seams
    this.#at = seams.now()
    this.#secondAt = this.#at
  }

  get state(): RateState {
    return this.#state
  }

  /** Takes one request's worth; false where the rate does not allow it now. */
  take(): boolean {
    if (this.#perMs !== undefined) {
      this.#fill()
      if (this.#tokens < 1) {
        this.#isBinding = true
        return false
      }
      this.#tokens--
    }
    this.#inFlight++
    return true
  }

  answered(outcome: 'fine' | 'slow' | 'failed'): void {
    this.#inFlight--
    const now = this.#seams.now()
    if (outcome === 'fine') this.#noteFine(now)
    if (this.#deaf > 0) {
      this.#deaf--
      if (this.#deaf === 0 && this.#state.mode.is !== 'stopped') this.#at = now
      if (this.#state.mode.is !== 'stopped') return
    }
    if (outcome === 'fine') this.#fine++
    if (outcome === 'slow') this.#noteSlow(now)
    // Of a stop, what is in flight tells first how much gets through.
    if (this.#state.mode.is === 'stopped' && this.#deaf > 0 && now - this.#at < LONGEST_STOP) return
    this.#judge(now)
  }

  /** Calls `taker` as soon as there is a token, once; in turn with others that wait. */
  wait(taker: Taker): void {
    if (!this.#takers.includes(taker)) this.#takers.push(taker)
    this.#awaitToken()
  }

  #noteFine(now: number): void {
    if (now - this.#secondAt >= SECOND) {
      this.#secondBefore = now - this.#secondAt < 2 * SECOND ? this.#second : 0
      this.#second = 0
      this.#secondAt = now
    }
    this.#second++
  }

  #lastSecond(now: number): number {
    const span = now - this.#secondAt
    if (span >= 2 * SECOND) return 0
    if (span >= SECOND) return this.#second
    return this.#second + this.#secondBefore * (1 - span / SECOND)
  }

  #noteSlow(now: number): void {
    this.#slow++
    if (this.#slow > 1 || this.#state.mode.is !== 'free' || this.#state.usual > 0) return
    // What was let through before says nothing of a limit that was met only now.
    this.#at = now
    this.#fine = 0
    this.#round = this.#inFlight
  }

  #judge(now: number): void {
    if (this.#slow === 0 && this.#perMs === undefined && this.#state.usual === 0) return
    const next = nextRate(this.#state, {
      ...{ fine: this.#fine, slow: this.#slow, round: this.#round, isBinding: this.#isBinding },
      ...{ span: now - this.#at, lastSecond: this.#lastSecond(now) },
    })
    if (next !== undefined) this.#begin(next)
  }

  #begin(next: RateState): void {
    const { mode } = this.#state
    const now = this.#seams.now()
    this.#state = next
    const before = this.#perMs
    this.#perMs = rateOf(next)
    // What was saved up under a higher rate is none of this one.
    if (this.#perMs !== undefined && this.#perMs < (before ?? Infinity)) {
      this.#tokens = 0
      this.#filledAt = now
    }
    const isNew = mode.is !== next.mode.is || before !== this.#perMs
    this.#deaf = isNew ? this.#inFlight : 0
    this.#round = this.#inFlight
    this.#at = now
    this.#fine = 0
    this.#slow = 0
    this.#isBinding = false
    if (this.#takers.length > 0) this.#serve()
  }

  #fill(): void {
    if (this.#perMs === undefined) return
    const now = this.#seams.now()
    const most = Math.max(1, this.#perMs * BURST)
    this.#tokens = Math.min(most, this.#tokens + (now - this.#filledAt) * this.#perMs)
    this.#filledAt = now
  }

  #awaitToken(): void {
    if (this.#hasTimer || this.#perMs === undefined) return
    this.#hasTimer = true
    const wait = Math.max(1, Math.ceil((1 - this.#tokens) / this.#perMs))
    this.#seams.after(wait, () => {
      this.#hasTimer = false
      this.#serve()
    })
  }

  /** One after the other, each in turn, until the tokens are gone or nobody wants one. */
  #serve(): void {
    this.#fill()
    while (this.#takers.length > 0 && (this.#perMs === undefined || this.#tokens >= 1)) {
      const taker = this.#takers.shift()
      if (taker?.()) this.#takers.push(taker)
    }
    if (this.#takers.length > 0) this.#awaitToken()
  }
}
