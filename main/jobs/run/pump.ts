import { afterPrevious } from '../plan/chain.ts'
import { itemId, seqOf } from '../item.ts'
import type { Item, JournalState } from '../item.ts'
import type { Doubt } from './item-tools.ts'
import type { Journal } from '../journal.ts'
import type { JobRecord } from '../record.ts'
import type { ItemsTable } from '../store/items.ts'

/** Items that one mark covers. */
const BATCH = 256
/** States of an item that an earlier run may have sent. */
const UNSETTLED: readonly JournalState[] = ['planned', 'again', 'copied-not-deleted']

export interface PumpOptions {
  readonly record: JobRecord
  readonly items: ItemsTable
  readonly journal: Journal
  /** Items whose work may be under way at once; asked anew each time. */
  readonly window: () => number
  /** The server's clock, milliseconds. */
  readonly serverTime: () => number
  /** What the job has sent so far, by operation. */
  readonly requests: () => Record<string, number>
  /** The whole work on one item; never rejects. `previous`: the item before it in its chain, which is done. */
  readonly carryOut: (item: Item, doubt: Doubt | undefined, previous: Item | undefined) => Promise<void>
  /** The item before it failed, so it does too. */
  readonly giveUp: (item: Item, previous: Item | undefined) => void
  /** Resolves with true once more items were planned, with false when the plan is complete. */
  readonly morePlanned: () => Promise<boolean>
}

interface Mark {
  readonly above: number
  readonly at: number
  open: number
}

/**
 * Sends a job's items in the order of the plan, a bounded window of them at a time. First come the unsettled ones
 * below the mark: they may have been sent by an earlier run (invariant 7). Above it, a batch is sent only after the
 * mark above it is on the disk. An item of a chain takes its place in the window and waits there for the one before it,
 * which has the smaller number and so is under way, or settled, or left for later.
 */
export class Pump {
  readonly #options: PumpOptions
  readonly #underWay = new Map<number, Item>()
  /** Told when an item that others of its chain wait for has ended. */
  readonly #followers = new Map<number, (() => void)[]>()
  #stopped = false
  #freed: (() => void) | undefined
  /** Server's clock at each mark that still has items under way, oldest first: at most as many as the window. */
  #marks: Mark[] = []
  /** No item at or above this place was sent. */
  #unsent: number
  /** Items that were passed over, as the one before them could not be done yet. */
  #deferred = 0
  /** Items that were carried out, or given up. */
  #done = 0
  /** What stands in the way of a mirror's deletions; looked for in each pass once it comes to the first of them. */
  #beforeDeletions: { readonly item: Item | undefined } | undefined
  /** Something below the present place is to be sent now. */
  #hasArrivals = false

  constructor(options: PumpOptions) {
    this.#options = options
    this.#unsent = options.record.sentBelow
  }

  get underWay(): ReadonlyMap<number, Item> {
    return this.#underWay
  }

  /** Starts nothing further; what is under way goes on. */
  stop(): void {
    this.#stopped = true
    this.#freed?.()
  }

  /** Items were marked `again`: they are sent after the present batch. */
  arrived(): void {
    this.#hasArrivals = true
  }

  /** Resolves when everything that can be sent is settled, or stopped and drained. Rejects when a mark cannot be written. */
  async run(): Promise<void> {
    try {
      await this.#sendBelowMark(UNSETTLED)
      await this.#sendPlanned()
      await this.#sendRest()
    } finally {
      await this.#drain()
    }
  }

  /** The same for what has come up since `run` ended. */
  async runAgain(): Promise<void> {
    try {
      await this.#sendRest()
    } finally {
      await this.#drain()
    }
  }

  /** Where the mark may stand after the run has drained: everything above it was certainly not sent. */
  get unsent(): number {
    return this.#unsent
  }

  /** Whether items are marked `again` that nobody sends at present. */
  hasRest(): boolean {
    const { record, items } = this.#options
    if (this.#stopped) return false
    return items.first(['again'], itemId(record.n, 0), itemId(record.n, record.nextSeq)) !== undefined
  }

  /**
   * What was asked for once more, or has come from the archive, while this run was past it; and what of a chain was
   * passed over, as long as anything that it may wait for gets done.
   */
  async #sendRest(): Promise<void> {
    for (let tried = 0; ;) {
      await this.#drain()
      if (this.#stopped) return
      this.#options.journal.flush()
      if (this.hasRest()) {
        await this.#sendBelowMark(['again'])
        continue
      }
      if (this.#deferred === 0 || this.#done === tried) return
      tried = this.#done
      this.#deferred = 0
      await this.#sendBelowMark(UNSETTLED)
    }
  }

  async #drain(): Promise<void> {
    while (this.#underWay.size > 0) await this.#someEnd()
  }

  async #sendBelowMark(states: readonly JournalState[]): Promise<void> {
    const { record, items, journal } = this.#options
    this.#beforeDeletions = undefined
    const below = itemId(record.n, record.sentBelow)
    const mark = this.#openMark(record.sentBelow, record.markedAt ?? this.#options.serverTime())
    for (let from = itemId(record.n, 0); !this.#stopped;) {
      // Everything sent so far is written first, so that nothing that was just sent is read as unsettled.
      journal.flush()
      const batch = items.read(states, from, below, BATCH)
      const open = batch.filter((item) => !this.#underWay.has(item.id) && !isNotAskedFor(item))
      // A failed one may have been sent in any earlier run.
      const doubtOf = (item: Item): Doubt => ({
        since: item.state === 'again' ? (record.firstMarkAt ?? mark.at) : mark.at,
      })
      if (!(await this.#beginAll(open, mark, doubtOf))) return
      const last = batch.at(-1)
      if (last === undefined || batch.length < BATCH) break
      from = last.id + 1
    }
    this.#closeMark(mark)
  }

  async #sendPlanned(): Promise<void> {
    const { record, items, journal, serverTime, requests, morePlanned } = this.#options
    this.#beforeDeletions = undefined
    while (!this.#stopped) {
      const from = itemId(record.n, this.#unsent)
      const end = record.nextSeq
      const batch = items.read(['planned', 'again'], from, itemId(record.n, end), BATCH)
      const last = batch.at(-1)
      if (last === undefined) {
        this.#unsent = end
        if (!(await morePlanned())) return
        continue
      }
      const mark = this.#openMark(seqOf(last.id) + 1, serverTime())
      const oldest = this.#marks[0]?.at ?? mark.at
      journal.mark(mark.above, oldest, record.firstMarkAt ?? mark.at, requests())
      const asked = batch.some(isNotAskedFor) ? batch.filter((item) => !isNotAskedFor(item)) : batch
      if (!(await this.#beginAll(asked, mark, undefined))) return
      this.#unsent = mark.above
      this.#closeMark(mark)
      await this.#sendArrivals()
    }
  }

  async #sendArrivals(): Promise<void> {
    if (!this.#hasArrivals) return
    this.#hasArrivals = false
    await this.#sendBelowMark(['again'])
  }

  /**
   * Starts the work of all of them, each once there is room; false when the pump was stopped instead. What ends makes room
   * for the next one without a promise between them. `doubtOf` absent: they were not sent before, and lie above the mark.
   */
  #beginAll(
    items: readonly Item[],
    mark: Mark,
    doubtOf: ((item: Item) => Doubt) | undefined,
  ): Promise<boolean> {
    let next = 0
    return new Promise((resolve, reject) => {
      const go = (): void => {
        this.#freed = undefined
        for (; next < items.length; next++) {
          if (this.#stopped) return resolve(false)
          if (this.#underWay.size >= this.#options.window()) {
            this.#freed = go
            return
          }
          const item = items[next] as Item
          if (item.action === 'delete-extra') {
            next += 1
            const begin = (may: boolean): void => {
              if (may) this.#begin(item, doubtOf?.(item), mark)
              go()
            }
            this.#mayDelete(item).then(begin).catch(reject)
            return
          }
          this.#begin(item, doubtOf?.(item), mark)
        }
        resolve(true)
      }
      go()
    })
  }

  #begin(item: Item, doubt: Doubt | undefined, mark: Mark): void {
    // In the order of the plan, so that it grows; what was in doubt lies below it.
    if (doubt === undefined) this.#unsent = seqOf(item.id) + 1
    this.#underWay.set(item.id, item)
    mark.open += 1
    void this.#work(item, doubt).then(() => {
      this.#underWay.delete(item.id)
      this.#closeMark(mark)
      this.#tellFollowers(item.id)
      this.#freed?.()
    })
  }

  /**
   * A mirror deletes last, and only where everything before it is done: what it would delete may be the only copy at
   * the destination of what could not be copied under its new name.
   */
  async #mayDelete(item: Item): Promise<boolean> {
    if (this.#beforeDeletions === undefined) {
      await this.#drain()
      if (this.#stopped) return false
      this.#beforeDeletions = { item: this.#firstNotDone(item) }
    }
    const { item: before } = this.#beforeDeletions
    if (before === undefined) return true
    if (afterPrevious(before) === 'later') {
      this.#deferred += 1
      return false
    }
    this.#done += 1
    this.#options.giveUp(item, before)
    return false
  }

  /** Deletions are the last rows of a plan: where the first that failed is one of them, nothing before them did. */
  #firstNotDone(deletion: Item): Item | undefined {
    const { record, items, journal } = this.#options
    journal.flush()
    const from = itemId(record.n, 0)
    for (const states of [['failed'], [...UNSETTLED, 'restoring']] as const) {
      const id = items.first(states, from, deletion.id)
      const found = id === undefined ? undefined : items.byId(id)
      if (found && found.action !== 'delete-extra') return found
    }
    const left = record.tally.skipped.left.items > 0 ? items.firstLeft(from, deletion.id) : undefined
    return left === undefined ? undefined : items.byId(left)
  }

  #work(item: Item, doubt: Doubt | undefined): Promise<void> {
    if (item.after !== undefined) return this.#workAfter(item, item.after, doubt)
    if (isMarkerToGo(item)) return this.#workMarker(item, doubt)
    this.#done += 1
    return this.#options.carryOut(item, doubt, undefined)
  }

  /** After all of its key that is under way before it: its look at what is left shall not meet what is just going. */
  async #workMarker(item: Item, doubt: Doubt | undefined): Promise<void> {
    const { id, leg, key } = item
    for (const other of this.#underWay.values()) {
      if (other.id < id && other.leg === leg && other.key === key) await this.#ended(other.id)
    }
    if (this.#stopped) return
    this.#done += 1
    return this.#options.carryOut(item, doubt, undefined)
  }

  async #workAfter(item: Item, after: number, doubt: Doubt | undefined): Promise<void> {
    const { record, items, journal, carryOut, giveUp } = this.#options
    const id = itemId(record.n, after)
    if (this.#underWay.has(id)) await this.#ended(id)
    if (this.#stopped) return
    try {
      // What was made before it is on the disk before it is sent: of two steps of one key at most the last is in doubt.
      await journal.durable()
    } catch {
      // The journal has told the run, which stops.
      return
    }
    const previous = items.byId(id)
    switch (afterPrevious(previous)) {
      case 'goes':
        this.#done += 1
        return carryOut(item, doubt, previous)
      case 'fails':
        this.#done += 1
        return giveUp(item, previous)
      case 'later':
        this.#deferred += 1
    }
  }

  #ended(id: number): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#followers.get(id)
      if (others) others.push(resolve)
      else this.#followers.set(id, [resolve])
    })
  }

  #tellFollowers(id: number): void {
    const followers = this.#followers.get(id)
    if (followers === undefined) return
    this.#followers.delete(id)
    for (const follow of followers) follow()
  }

  #someEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#freed = () => {
        this.#freed = undefined
        resolve()
      }
    })
  }

  /** Open until it is closed here, so that it lives while its batch is being sent. */
  #openMark(above: number, at: number): Mark {
    const mark = { above, at, open: 1 }
    this.#marks.push(mark)
    return mark
  }

  #closeMark(mark: Mark): void {
    mark.open -= 1
    if (mark.open > 0) return
    this.#marks = this.#marks.filter((other) => other !== mark)
  }
}

/** A delete marker that goes by its id: by then nothing may be under it, or only what shall be seen again. */
function isMarkerToGo({ action, history }: Item): boolean {
  return action === 'delete-version' && history === 'delete-marker'
}

/** It lies in the archive: asked for first, and not here. */
function isNotAskedFor({ action, state }: Item): boolean {
  return action === 'restore-then-copy' && state === 'planned'
}
