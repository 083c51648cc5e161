import type { RequestContext } from '../../engine/pace/retry.ts'
import type { FindCustomerKey } from '../../engine/storage.ts'
import { severally } from '../plan/destination-look.ts'
import { settleFailed } from './item-work.ts'
import { itemId, seqOf } from '../item.ts'
import type { Item } from '../item.ts'
import type { ItemTools } from './item-tools.ts'
import type { Journal } from '../journal.ts'
import type { Places } from './places.ts'
import type { JobRecord } from '../record.ts'
import { askForItem } from './restore-item.ts'
import { lookForRestored, untilRestored } from './restores.ts'
import type { Store } from '../store/store.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Items that are read and asked for at a time. */
const BATCH = 256
/** Milliseconds to the next look where nothing is awaited yet. */
const IDLE = 60_000

export interface RestorerOptions {
  readonly record: JobRecord
  readonly store: Store
  readonly seams: Seams
  readonly places: Places
  readonly journal: Journal
  readonly findKey: FindCustomerKey
  /** Its own pace: what it asks for must not wait behind the copies. */
  readonly request: RequestContext
  readonly tools: ItemTools
  /** What is awaited was looked at just before this run. */
  readonly looked: boolean
  /** Resolves with true once there are items from `seen` on, with false when there will be none. */
  readonly morePlanned: (seen: number) => Promise<boolean>
  /** Something can be read now. */
  readonly arrived: () => void
  /** A failure that reaches the whole job. */
  readonly failed: (failure: Failure) => void
  readonly isStopped: () => boolean
}

/**
 * What a run does about the archive, beside its copies: asks for everything that the plan wants from there, as soon as it
 * is planned, and looks from time to time whether anything has come.
 */
export class Restorer {
  readonly #options: RestorerOptions
  #asking = true
  #hasNews = false
  #looking: Promise<void> | undefined
  #tell: (() => void) | undefined
  #cancelLook: (() => void) | undefined

  constructor(options: RestorerOptions) {
    this.#options = options
  }

  /** Resolves when all that is planned was asked for. Rejects never. */
  async run(): Promise<void> {
    const { record, looked } = this.#options
    if (record.tally.restoring.items > 0 && !looked) this.#look()
    else this.#schedule()
    try {
      await this.#askForAll()
    } catch (error) {
      if (!this.#options.isStopped()) this.#options.failed(toFailure(error))
    }
    this.#asking = false
    this.#tell?.()
  }

  /** Resolves with true once something can be read, with false when everything was asked for and nothing has come. */
  async next(): Promise<boolean> {
    const { isStopped } = this.#options
    while (!isStopped()) {
      if (this.#hasNews) {
        this.#hasNews = false
        return true
      }
      if (!this.#asking && this.#looking === undefined) return false
      await new Promise<void>((tell) => (this.#tell = tell))
    }
    return false
  }

  stop(): void {
    this.#cancelLook?.()
    this.#cancelLook = undefined
    this.#tell?.()
  }

  async #askForAll(): Promise<void> {
    const { record, store, tools, isStopped, morePlanned } = this.#options
    for (let seq = 1; !isStopped();) {
      const end = record.nextSeq
      const batch = this.#hasArchived()
        ? store.items.archived('planned', itemId(record.n, seq), itemId(record.n, end), BATCH)
        : []
      await severally(batch, (item) => this.#ask(item, tools))
      const last = batch.at(-1)
      seq = last === undefined ? end : seqOf(last.id) + 1
      if (last === undefined && !(await morePlanned(end))) return
    }
  }

  #hasArchived(): boolean {
    return this.#options.record.tally.planned['restore-then-copy'].items > 0
  }

  async #ask(item: Item, tools: ItemTools): Promise<void> {
    const { journal, isStopped, failed } = this.#options
    if (isStopped()) return
    try {
      const answer = await askForItem(item, tools)
      if (answer === 'under-way') return
      journal.change(item, { ...item, state: 'again' })
      this.#news()
    } catch (error) {
      if (isStopped()) return
      const failure = toFailure(error)
      if (failure.reach !== 'item') failed({ ...failure, reach: 'job' })
      else settleFailed(item, failure, tools)
    }
  }

  #news(): void {
    this.#hasNews = true
    this.#options.arrived()
    this.#tell?.()
  }

  #schedule(): void {
    const { seams, store, record, isStopped } = this.#options
    if (isStopped()) return
    const wait = this.#hasArchived() ? untilRestored(store, record, seams.now()) : undefined
    this.#cancelLook = seams.after(wait ?? IDLE, () => this.#look())
  }

  #look(): void {
    const { store, record, places, findKey, request, journal } = this.#options
    const write = (change: () => void): void => journal.flush(change)
    this.#looking = lookForRestored({ store, record, places, findKey, request, write })
      .then((ready) => {
        if (ready > 0) this.#news()
      })
      .catch(() => {
        // The next look tells; what is wrong with the endpoint, the run finds out by its own requests.
      })
      .finally(() => {
        this.#looking = undefined
        this.#tell?.()
        this.#schedule()
      })
  }
}
