import { itemId } from './item.ts'
import type { Item, JournalState, PlannedItem } from './item.ts'
import { countExpected } from './plan/expected.ts'
import type { ExpectedItem } from './plan/expected.ts'
import { restoreProgress } from './in-step.ts'
import type { JobRecord } from './record.ts'
import type { ListingCursor } from './plan/listing-cursor.ts'
import type { Backup } from './store/backups.ts'
import type { Store } from './store/store.ts'
import { countFiltered, countItem, countOutcome } from './tally.ts'
import type { Part } from '../engine/storage.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Count } from '#model/plan.ts'
import type { SomeProperties } from '#model/properties.ts'
import { countQuantities } from '#model/quantities.ts'
import type { Seams } from '#model/seams.ts'
import type { ItemChange } from './store/items.ts'

/** Outcomes that are written together at most. */
const GROUP = 512
/** Milliseconds that an outcome waits for others. */
const PATIENCE = 50

/**
 * What became of an item. `settled` is the common one: only its state and what the copy made.
 * `changed` is an item looked at afresh: anything of it may be new.
 */
type Entry =
  | {
      readonly is: 'settled'
      readonly item: Item
      readonly state: JournalState
      readonly newEtag: string | undefined
      readonly newVersionId: string | undefined
      readonly marker: string | undefined
    }
  | { readonly is: 'changed'; readonly item: Item; readonly now: ItemChange }
  | { readonly is: 'part'; readonly item: Item; readonly part: Part }
  | { readonly is: 'intend'; readonly item: Item; readonly partSize: number; readonly at: number }
  | { readonly is: 'begun'; readonly item: Item; readonly uploadId: string }
  | { readonly is: 'ended'; readonly item: Item }
  | { readonly is: 'keep'; readonly item: Item; readonly backup: Backup }
  | { readonly is: 'remember'; readonly item: Item; readonly before: SomeProperties }

/** What one page of the listing adds to the plan. */
export interface PlanPage {
  readonly items: readonly PlannedItem[]
  /** What each of them will send; without, nobody can tell. */
  readonly expect?: ((item: PlannedItem, at: number) => ExpectedItem | undefined) | undefined
  /** Listed with it, and did not pass the job's filter. */
  readonly filtered: Count
  /** Undefined: the plan is complete. */
  readonly reached: ListingCursor | undefined
}

/**
 * One job's journal, while it runs: intent before the act, outcome after it, in grouped transactions. The tally goes
 * with them. Once a transaction has failed nothing more is written (invariant 13): every call rejects with the
 * same failure, and `failed` tells the runner.
 */
export class Journal {
  readonly #store: Store
  readonly #record: JobRecord
  readonly #seams: Seams
  readonly #failed: (failure: Failure) => void
  #entries: Entry[] = []
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []
  #cancelTimer: (() => void) | undefined
  #broken: Error | undefined

  constructor(store: Store, record: JobRecord, seams: Seams, failed: (failure: Failure) => void) {
    this.#store = store
    this.#record = record
    this.#seams = seams
    this.#failed = failed
  }

  /** `marker`: the delete marker that a move has put over its source. */
  settle(item: Item, state: JournalState, newEtag?: string, newVersionId?: string, marker?: string): void {
    this.#add({ is: 'settled', item, state, newEtag, newVersionId, marker })
  }

  change(item: Item, now: ItemChange): void {
    this.#add({ is: 'changed', item, now })
  }

  part(item: Item, part: Part): void {
    this.#add({ is: 'part', item, part })
  }

  intend(item: Item, partSize: number, at: number): Promise<void> {
    this.#add({ is: 'intend', item, partSize, at })
    return this.durable()
  }

  begun(item: Item, uploadId: string): Promise<void> {
    this.#add({ is: 'begun', item, uploadId })
    return this.durable()
  }

  /** Written together with the outcome, so that what was completed is not looked for again. */
  ended(item: Item): void {
    this.#add({ is: 'ended', item })
  }

  /** What is kept aside of the object that the item writes over; on the disk with the next `durable`. */
  keep(item: Item, backup: Backup): void {
    this.#add({ is: 'keep', item, backup })
  }

  /** On the disk before anything of the object is changed. */
  remember(item: Item, before: SomeProperties): Promise<void> {
    this.#add({ is: 'remember', item, before })
    return this.durable()
  }

  /**
   * A page of the plan and how far the listing has come, in one transaction. `make` is called within it and may read
   * and write the store; its items get the places in the plan from `firstSeq` on.
   */
  plan(make: (firstSeq: number) => PlanPage): void {
    const record = this.#record
    this.flush(() => {
      const { items, expect, filtered, reached } = make(record.nextSeq)
      if (expect === undefined) record.expected.unknown += items.length
      this.#store.items.insertAll(itemId(record.n, record.nextSeq), items, ({ failure, key }) =>
        failure ? this.#store.causes.add(record.n, failure, key) : null,
      )
      for (let at = 0; at < items.length; at++) {
        const item = items[at] as PlannedItem
        if (item.own !== undefined) this.#store.edits.ask(itemId(record.n, record.nextSeq), item.own)
        countItem(record.tally, item, 1)
        const expected = expect?.(item, at)
        if (expected) {
          countExpected(record.expected, item, expected)
          countQuantities(record.quantities, item, expected.measures, 1)
        }
        record.nextSeq += 1
      }
      countFiltered(record.tally, filtered)
      record.listing = reached
      this.#store.jobs.saveExpected(record)
    })
  }

  /** Resolves once everything journaled so far is on the disk. Waits for company, as all outcomes do. */
  durable(): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    if (this.#entries.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /**
   * Commits that everything below `seq` may be sent from now on, with everything else that waits. `at` is the
   * server's clock, `requests` what the job has sent so far, for the count of a process that is killed. Throws when it
   * could not be written: then nothing may be sent.
   */
  mark(seq: number, markedAt: number, firstMarkAt: number, requests: Record<string, number>): void {
    this.flush(() => {
      this.#record.sentBelow = seq
      this.#record.markedAt = markedAt
      this.#record.firstMarkAt = firstMarkAt
      this.#record.requests = requests
    })
  }

  /** Writes everything that waits, now, and what `also` changes in the record. Throws what it failed with. */
  flush(also?: () => void): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#broken !== undefined) throw this.#broken
    const entries = this.#entries
    const waiting = this.#waiting
    if (entries.length === 0 && also === undefined) return
    this.#entries = []
    this.#waiting = []
    try {
      this.#store.transaction(() => {
        this.#writeAll(entries)
        also?.()
        this.#store.jobs.saveProgress(this.#record)
      })
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error))
      restoreProgress(this.#store, this.#record)
      for (const { reject } of waiting) reject(error)
      this.#failed(toFailure(error))
      throw error
    }
    for (const { resolve } of waiting) resolve()
  }

  #add(entry: Entry): void {
    if (this.#broken !== undefined) return
    this.#entries.push(entry)
    if (this.#entries.length >= GROUP) return this.#flushQuietly()
    this.#cancelTimer ??= this.#seams.after(PATIENCE, () => {
      this.#cancelTimer = undefined
      this.#flushQuietly()
    })
  }

  /** Who waits hears of the failure, and so does the runner; who only journaled goes on. */
  #flushQuietly(): void {
    try {
      this.flush()
    } catch {
      // `failed` was told.
    }
  }

  /**
   * In their order, but outcomes that are alike go together, most of a job of copies: items that follow one another in the
   * plan are settled by one statement.
   */
  #writeAll(entries: readonly Entry[]): void {
    let alike: number[] = []
    let state: JournalState = 'copied'
    const settleAlike = (): void => {
      if (alike.length > 0) this.#store.items.settleAlike(alike, state)
      alike = []
    }
    for (const entry of entries) {
      if (isAsPlanned(entry)) {
        if (entry.state !== state) settleAlike()
        state = entry.state
        countOutcome(this.#record.tally, { size: entry.item.size, state }, 1)
        alike.push(entry.item.id)
      } else {
        settleAlike()
        this.#write(entry)
      }
    }
    settleAlike()
  }

  #write(entry: Entry): void {
    const { items, uploads, edits, backups } = this.#store
    const { item } = entry
    switch (entry.is) {
      case 'settled':
        // What is sent was unsettled, and unsettled items count as no outcome: nothing to count out.
        countOutcome(this.#record.tally, { size: item.size, state: entry.state }, 1)
        return items.settle(item.id, entry.state, entry.newEtag, entry.newVersionId, entry.marker)
      case 'changed': {
        const { n, tally } = this.#record
        const { now } = entry
        const failed = now.state === 'failed' && now.failure !== undefined
        const cause = failed ? this.#store.causes.add(n, now.failure, now.key) : null
        countItem(tally, item, -1)
        countItem(tally, now, 1)
        return items.replace(item.id, now, cause)
      }
      case 'intend':
        return uploads.intend(item.id, entry.partSize, entry.at)
      case 'begun':
        return uploads.begun(item.id, entry.uploadId)
      case 'part':
        return uploads.part(item.id, entry.part)
      case 'ended':
        return uploads.remove(item.id)
      case 'keep':
        return backups.keep(item.id, entry.backup)
      case 'remember':
        return edits.remember(item.id, item.etag, entry.before)
    }
  }
}

/** A plain copy with the ETag that stands in its row of the plan, of which nothing else is to be written. */
function isAsPlanned(entry: Entry): entry is Extract<Entry, { is: 'settled' }> {
  if (entry.is !== 'settled' || entry.newVersionId !== undefined || entry.marker !== undefined) return false
  // What was looked at afresh may have another ETag than its row.
  const { action, state, etag } = entry.item
  return action === 'copy' && state === 'planned' && entry.newEtag === etag
}
