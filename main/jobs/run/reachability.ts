import { mayBeOffline } from '../../engine/pace/retry.ts'
import type { Storage } from '../../engine/storage.ts'
import type { Pace } from '../../engine/work.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Milliseconds between two looks. */
const TICK = 1000
/** Looks in a row without one good answer, after failures, before a probe is sent. */
const FAILING_LOOKS = 2
/** The same for plain silence: a large CopyObject is silent for longer, and its probe is answered. */
const SILENT_LOOKS = 4
/** Failed requests between two looks that are reason enough, whatever else was answered. */
const MANY_FAILURES = 8
/** Milliseconds that a probe may take. With the looks before it: offline is known within ten seconds. */
const PROBE_PATIENCE = 3000

export interface Place {
  readonly storage: Storage
  readonly bucket: string
}

/**
 * The failure that says that this place cannot be reached, or undefined: any answer, also a refusal, is one. Never
 * decided by what the system thinks of its network.
 */
export async function probe({ storage, bucket }: Place, seams: Seams): Promise<Failure | undefined> {
  const patience = new AbortController()
  const cancel = seams.after(PROBE_PATIENCE, () => patience.abort())
  try {
    await storage.headBucket(bucket, patience.signal)
    return undefined
  } catch (error) {
    if (patience.signal.aborted) {
      return { code: 'timeout', reach: 'job', message: `No answer for ${PROBE_PATIENCE / 1000} seconds.` }
    }
    const failure = toFailure(error)
    return mayBeOffline(failure) ? { ...failure, reach: 'job' } : undefined
  } finally {
    cancel()
  }
}

/** Watches how a run's requests fare and finds out within ten seconds that an endpoint is away. */
export class Reachability {
  readonly #seams: Seams
  readonly #places: readonly Place[]
  readonly #busy: () => boolean
  readonly #away: (failure: Failure) => void
  #fine = 0
  #failed = 0
  #quiet = 0
  #failing = false
  #probing: Promise<Failure | undefined> | undefined
  #cancelTick: (() => void) | undefined

  /** `busy`: answers are owed at present. `away` is told once; then the watch has ended. */
  constructor(seams: Seams, places: readonly Place[], busy: () => boolean, away: (failure: Failure) => void) {
    this.#seams = seams
    this.#places = places
    this.#busy = busy
    this.#away = away
    this.#cancelTick = seams.after(TICK, () => this.#tick())
  }

  /** A pace that lets this watch hear how each request went. */
  listen(pace: Pace): Pace {
    return {
      enter: (signal, kind) => pace.enter(signal, kind),
      leave: (outcome, kind) => {
        if (outcome === 'failed') this.#failed += 1
        else this.#fine += 1
        pace.leave(outcome, kind)
      },
      rest: (by) => pace.rest?.(by),
    }
  }

  /** Asks now; many who ask at once share one probe. */
  isAway(): Promise<Failure | undefined> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined
    })
    return this.#probing
  }

  stop(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
  }

  async #probe(): Promise<Failure | undefined> {
    const failures = await Promise.all(this.#places.map((place) => probe(place, this.#seams)))
    return failures.find((failure) => failure !== undefined)
  }

  #tick(): void {
    this.#cancelTick = this.#seams.after(TICK, () => this.#tick())
    const many = this.#failed >= MANY_FAILURES
    if (this.#fine > 0 || !this.#busy()) {
      this.#quiet = 0
      this.#failing = false
    } else {
      this.#quiet += 1
      this.#failing ||= this.#failed > 0
    }
    this.#fine = 0
    this.#failed = 0
    if (many || this.#quiet >= (this.#failing ? FAILING_LOOKS : SILENT_LOOKS)) void this.#look()
  }

  async #look(): Promise<void> {
    const failure = await this.isAway()
    if (failure === undefined || this.#cancelTick === undefined) return
    this.stop()
    this.#away(failure)
  }
}
