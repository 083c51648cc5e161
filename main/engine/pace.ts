import type { Seams } from '#model/seams.ts'
import type { Pace } from './work.ts'

/** A pace whose figures can be shown. */
export interface AdaptivePace extends Pace {
  readonly inFlight: number
  /** Requests allowed in flight at present. */
  readonly limit: number
  /** Times S3 asked to slow down. */
  readonly throttled: number
}

export interface PaceOptions {
  readonly seams: Seams
  /** Requests in flight at most, whatever the answers say. */
  readonly ceiling: number
  /** Requests in flight to begin with. */
  readonly start?: number | undefined
}

/** Enough for small objects over a short way from the first second on. */
const START = 64

/**
 * One for each destination bucket, shared by all jobs that write there. Two controls, as S3 limits requests a
 * second and a weak server what it can have in hand:
 *
 * - **in flight**: one more for every round of answers while somebody waits; cut when S3 asks to slow down,
 *   back quickly to where it was, unless most answers ask for it.
 * - **rate**: none until S3 asks to slow down; from then on what got through, less a little, growing by 1, 2, 4 …
 *   per cent a second while it is what holds us back. So it stays just below the limit, and finds a raised one soon.
 */
export function createPace(options: PaceOptions): AdaptivePace {
  return new ControlledPace(options)
}

interface Waiter {
  readonly signal: AbortSignal
  readonly go: () => void
  readonly stop: (reason: unknown) => void
}

const SECOND = 1000
const WINDOW = SECOND
const LONGEST_WINDOW = 5 * SECOND
/** Added by every good answer before S3 ever asked to slow down: an eighth more a round. */
const EARLY_STEP = 1 / 8
/** What is left of the limit when S3 asks to slow down. */
const LIMIT_CUT = 0.7
/** What is left of the rate: much is taken while it is a guess, little once a whole window was measured. */
const GUESSED_RATE_CUT = 0.7
const MEASURED_RATE_CUT = 0.95
/** Of what got through in the last window, this much is kept through a burst of refusals. */
const PROVEN = 0.9
/** Milliseconds in which a cut has to show its effect before the rate is cut again. */
const BETWEEN_CUTS = 100
const LEAST_RATE = 1 / SECOND
const FIRST_GROWTH = 0.01
const MOST_GROWTH = 0.5
/** From the first guess it doubles until it is refused again. */
const GUESSED_GROWTH = 1
/** A rate is not measured over less, milliseconds. */
const LEAST_SPAN = 50
/** Requests that may be sent at once after a lull, in milliseconds of the rate. */
const BURST = 20

class ControlledPace implements AdaptivePace {
  inFlight = 0
  throttled = 0
  readonly #seams: Seams
  readonly #ceiling: number
  #limit: number
  /** Where the limit was before it was cut: it grows back quickly up to there. */
  #limitBefore: number
  readonly #waiting: Waiter[] = []
  readonly #watched = new WeakSet<AbortSignal>()
  /** Requests a millisecond; undefined while S3 never asked to slow down. */
  #rate: number | undefined
  #isMeasured = false
  /** The first refusals are over: the next ones tell how much is too much. */
  #isProbing = false
  /** What got through in the last window, requests a millisecond. */
  #got = 0
  #cutAt = 0
  #isBinding = false
  #growth = FIRST_GROWTH
  #tokens = 0
  #filledAt = 0
  #hasTimer = false
  /** Answers to requests that were sent before the last cut: they cannot know of it. */
  #deaf = 0
  #windowAt: number
  #fine = 0
  #slow = 0

  constructor({ seams, ceiling, start = START }: PaceOptions) {
    this.#seams = seams
    this.#ceiling = Math.max(1, ceiling)
    this.#limit = Math.min(Math.max(1, start), this.#ceiling)
    this.#limitBefore = this.#limit
    this.#windowAt = seams.now()
  }

  get limit(): number {
    return Math.floor(this.#limit)
  }

  enter(signal: AbortSignal): Promise<void> | void {
    signal.throwIfAborted()
    if (this.#waiting.length === 0 && this.#takeSlot()) return undefined
    return new Promise((go, stop) => {
      this.#watch(signal)
      this.#waiting.push({ signal, go, stop })
      this.#admit()
    })
  }

  leave(outcome: 'fine' | 'slow' | 'failed'): void {
    this.inFlight--
    if (this.#deaf > 0) this.#deaf--
    const now = this.#seams.now()
    if (outcome === 'fine') this.#speedUp()
    if (outcome === 'slow') this.#slowDown(now)
    if (now - this.#windowAt >= WINDOW) this.#closeWindow(now)
    if (this.#waiting.length > 0) this.#admit()
  }

  #takeSlot(): boolean {
    if (this.inFlight >= Math.floor(this.#limit) || !this.#takeToken()) return false
    this.inFlight++
    return true
  }

  #takeToken(): boolean {
    if (this.#rate === undefined) return true
    const now = this.#seams.now()
    const most = Math.max(1, this.#rate * BURST)
    this.#tokens = Math.min(most, this.#tokens + (now - this.#filledAt) * this.#rate)
    this.#filledAt = now
    if (this.#tokens < 1) {
      this.#isBinding = true
      return false
    }
    this.#tokens--
    return true
  }

  #admit(): void {
    while (this.#waiting.length > 0 && this.#takeSlot()) this.#waiting.shift()?.go()
    if (this.#waiting.length > 0 && this.inFlight < Math.floor(this.#limit)) this.#awaitToken()
  }

  /** Slots are free and tokens are not: only time brings the next one. */
  #awaitToken(): void {
    if (this.#hasTimer || this.#rate === undefined) return
    this.#hasTimer = true
    this.#seams.after(Math.max(1, Math.ceil((1 - this.#tokens) / this.#rate)), () => {
      this.#hasTimer = false
      this.#admit()
    })
  }

  #speedUp(): void {
    this.#fine++
    if (this.#waiting.length === 0 || this.#limit >= this.#ceiling) return
    this.#limit = Math.min(this.#ceiling, this.#limit + this.#step())
  }

  /** What one good answer adds to the limit. */
  #step(): number {
    if (this.#limit < this.#limitBefore) return 1
    return this.throttled === 0 ? EARLY_STEP : 1 / this.#limit
  }

  #slowDown(now: number): void {
    this.throttled++
    this.#slow++
    if (this.#deaf > 0) return
    this.#deaf = this.inFlight
    this.#limitBefore = Math.max(this.#limitBefore, this.#limit)
    this.#limit = Math.max(1, this.#limit * LIMIT_CUT)
    this.#growth = FIRST_GROWTH
    if (this.#rate === undefined) {
      this.#setRate(this.#fine / Math.max(LEAST_SPAN, now - this.#windowAt))
      this.#filledAt = now
      this.#cutAt = now
    } else if (now - this.#cutAt >= BETWEEN_CUTS) {
      this.#cutAt = now
      const cut = this.#rate * (this.#isMeasured ? MEASURED_RATE_CUT : GUESSED_RATE_CUT)
      // What gets through is proven by this window as far as it went, and nearly by the last one.
      const proven = Math.max(this.#fine / WINDOW, this.#got * PROVEN)
      this.#setRate(Math.max(cut, Math.min(this.#rate, proven)))
    }
  }

  #closeWindow(now: number): void {
    const span = now - this.#windowAt
    // A window with a lull in it says nothing of what would have got through.
    if (span <= LONGEST_WINDOW) this.#judge(this.#fine / span)
    this.#isBinding = false
    this.#fine = 0
    this.#slow = 0
    this.#windowAt = now
  }

  #judge(got: number): void {
    this.#got = got
    if (this.#slow > this.#fine) this.#limitBefore = this.#limit
    if (this.#rate === undefined) return
    if (this.#slow > 0) {
      this.#setRate(Math.min(got, Math.max(this.#rate, got * MEASURED_RATE_CUT)))
      this.#isMeasured ||= this.#isProbing
      this.#isProbing = true
    } else if (this.#isBinding) {
      this.#setRate(this.#rate * (1 + (this.#isMeasured ? this.#growth : GUESSED_GROWTH)))
      this.#growth = Math.min(MOST_GROWTH, this.#growth * 2)
    }
  }

  #setRate(rate: number): void {
    this.#rate = Math.max(LEAST_RATE, rate)
  }

  /** One listener for each signal, however many wait under it. */
  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return
    this.#watched.add(signal)
    signal.addEventListener('abort', () => this.#dismiss(signal), { once: true })
  }

  #dismiss(signal: AbortSignal): void {
    const leaving = this.#waiting.filter((waiter) => waiter.signal === signal)
    const staying = this.#waiting.filter((waiter) => waiter.signal !== signal)
    this.#waiting.splice(0, this.#waiting.length, ...staying)
    for (const waiter of leaving) waiter.stop(signal.reason)
  }
}
