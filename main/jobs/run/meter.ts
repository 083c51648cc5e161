import { addSample, nextRate, NO_SAMPLES, secondsLeft } from './rates.ts'
import type { Rate, Samples } from './rates.ts'
import type { AdaptivePace } from '../../engine/pace/pace.ts'
import type { LiveFigures, Tally } from '#model/job.ts'
import { settledItems, skipped } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'

/** Milliseconds between two measurements. */
const TICK = 1000

/** Measures one run: its rate, what is left, and the points of its chart. */
export class Meter {
  readonly #seams: Seams
  readonly #tally: () => Tally
  readonly #pace: Pick<AdaptivePace, 'limit' | 'throttled'>
  readonly #ticked: () => void
  #rate: Rate | undefined
  #samples: Samples
  #cancelTick: (() => void) | undefined
  #at: number
  #items: number
  #bytes: number
  #throttled: number
  /** Bytes of parts whose object is not done yet, by item: a large object moves the rate while it is under way. */
  readonly #parts = new Map<number, number>()
  #inParts = 0

  constructor(
    seams: Seams,
    tally: () => Tally,
    pace: Pick<AdaptivePace, 'limit' | 'throttled'>,
    samples: Samples | undefined,
    ticked: () => void,
  ) {
    this.#seams = seams
    this.#tally = tally
    this.#pace = pace
    this.#samples = samples ?? NO_SAMPLES
    this.#ticked = ticked
    this.#at = seams.now()
    this.#items = settledItems(tally())
    this.#bytes = settledBytes(tally())
    this.#throttled = pace.throttled
    this.#cancelTick = seams.after(TICK, () => this.#tick())
  }

  get samples(): Samples {
    return this.#samples
  }

  partDone(item: number, bytes: number): void {
    this.#parts.set(item, (this.#parts.get(item) ?? 0) + bytes)
    this.#inParts += bytes
  }

  itemDone(item: number): void {
    if (this.#parts.size === 0) return
    this.#inParts -= this.#parts.get(item) ?? 0
    this.#parts.delete(item)
  }

  live(inFlight: number): LiveFigures {
    const tally = this.#tally()
    const left = {
      objects: tally.listed.items - settledItems(tally),
      bytes: Math.max(0, tally.listed.bytes - settledBytes(tally) - this.#inParts),
    }
    return {
      objectsPerSecond: this.#rate?.objectsPerSecond ?? 0,
      bytesPerSecond: this.#rate?.bytesPerSecond ?? 0,
      inFlight,
      concurrency: this.#pace.limit,
      throttled: this.#pace.throttled,
      secondsLeft: secondsLeft(this.#rate, left),
    }
  }

  stop(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
  }

  #tick(): void {
    this.#cancelTick = this.#seams.after(TICK, () => this.#tick())
    const now = this.#seams.now()
    const tally = this.#tally()
    const items = settledItems(tally)
    const bytes = settledBytes(tally) + this.#inParts
    const span = now - this.#at
    this.#rate = nextRate(
      this.#rate,
      Math.max(0, items - this.#items),
      Math.max(0, bytes - this.#bytes),
      span,
    )
    this.#samples = addSample(this.#samples, {
      at: now,
      ...this.#rate,
      concurrency: this.#pace.limit,
      throttled: this.#pace.throttled - this.#throttled,
    })
    this.#at = now
    this.#items = items
    this.#bytes = bytes
    this.#throttled = this.#pace.throttled
    this.#ticked()
  }
}

function settledBytes(tally: Tally): number {
  return (
    tally.copied.bytes +
    tally.moved.bytes +
    tally.deleted.bytes +
    tally.edited.bytes +
    tally.failed.bytes +
    skipped(tally).bytes
  )
}
