import { itemId, seqOf } from './item.ts'
import type { Item, JournalState } from './item.ts'
import type { Doubt } from './item-work.ts'
import type { Journal } from './journal.ts'
import type { JobRecord } from './record.ts'
import type { ItemsTable } from './store/items.ts'

/** Items that one mark covers. */
const BATCH = 256

export interface PumpOptions {
  readonly record: JobRecord
  readonly items: ItemsTable
  readonly journal: Journal
  /** Items whose work may be under way at once; asked anew each time. */
  readonly window: () => number
  /** The server's clock, milliseconds. */
  readonly serverTime: () => number
  /** The whole work on one item; never rejects. */
  readonly carryOut: (item: Item, doubt: Doubt | undefined) => Promise<void>
  /** Resolves with true once more items were planned, with false when the plan is complete. */
  readonly morePlanned: () => Promise<boolean>
}

/**
 * Sends a job's items in the order of the plan, a bounded window of them at a time. First come the unsettled ones
 * below the mark: they may have been sent by an earlier run (invariant 7). Above it, a batch is sent only after the
 * mark above it is on the disk.
 */
export class Pump {
  readonly #options: PumpOptions
  readonly #underWay = new Map<number, Item>()
  #stopped = false
  #freed: (() => void) | undefined
  /** Server's clock at each mark that still has items under way, oldest first: at most as many as the window. */
  #marks: { readonly above: number; readonly at: number; open: number }[] = []
  /** No item at or above this place was sent. */
  #unsent: number

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

  /** Resolves when everything is settled, or stopped and drained. Rejects when a mark cannot be written. */
  async run(): Promise<void> {
    try {
      const { record } = this.#options
      await this.#sendDoubtful(
        record.spec.kind === 'move' ? ['planned', 'again', 'copied'] : ['planned', 'again'],
      )
      await this.#sendPlanned()
      while (!this.#stopped && (await this.#hasRetries())) await this.#sendDoubtful(['again'])
    } finally {
      await this.#drain()
    }
  }

  /** Where the mark may stand after the run has drained: everything above it was certainly not sent. */
  get unsent(): number {
    return this.#unsent
  }

  /** Whether somebody asked for failed items once more while this run was past them. */
  async #hasRetries(): Promise<boolean> {
    const { record, items, journal } = this.#options
    await this.#drain()
    if (this.#stopped) return false
    // Everything sent so far is written first, so that nothing that was just sent is read as unsettled.
    journal.flush()
    return items.first(['again'], itemId(record.n, 0), itemId(record.n, record.nextSeq)) !== undefined
  }

  async #drain(): Promise<void> {
    while (this.#underWay.size > 0) await this.#someEnd()
  }

  async #sendDoubtful(states: readonly JournalState[]): Promise<void> {
    const { record, items } = this.#options
    const below = itemId(record.n, record.sentBelow)
    const mark = this.#openMark(record.sentBelow, record.markedAt ?? this.#options.serverTime())
    for (let from = itemId(record.n, 0); !this.#stopped;) {
      const batch = items.read(states, from, below, BATCH)
      for (const item of batch) {
        // A failed one may have been sent in any earlier run.
        const since = item.state === 'again' ? (record.firstMarkAt ?? mark.at) : mark.at
        if (!(await this.#begin(item, { since }, mark))) return
      }
      const last = batch.at(-1)
      if (last === undefined || batch.length < BATCH) break
      from = last.id + 1
    }
    this.#closeMark(mark)
  }

  async #sendPlanned(): Promise<void> {
    const { record, items } = this.#options
    while (!this.#stopped) {
      const from = itemId(record.n, this.#unsent)
      const end = record.nextSeq
      const batch = items.read(['planned', 'again'], from, itemId(record.n, end), BATCH)
      const last = batch.at(-1)
      if (last === undefined) {
        this.#unsent = end
        if (!(await this.#options.morePlanned())) return
        continue
      }
      const mark = this.#openMark(seqOf(last.id) + 1, this.#options.serverTime())
      const oldest = this.#marks[0]?.at ?? mark.at
      this.#options.journal.mark(mark.above, oldest, record.firstMarkAt ?? mark.at)
      for (const item of batch) {
        if (!(await this.#begin(item, undefined, mark))) return
        this.#unsent = seqOf(item.id) + 1
      }
      this.#closeMark(mark)
    }
  }

  /** Waits for room, and starts the item's work; false when the pump was stopped instead. */
  async #begin(item: Item, doubt: Doubt | undefined, mark: { open: number }): Promise<boolean> {
    while (!this.#stopped && this.#underWay.size >= this.#options.window()) await this.#someEnd()
    if (this.#stopped) return false
    this.#underWay.set(item.id, item)
    mark.open += 1
    void this.#options.carryOut(item, doubt).then(() => {
      this.#underWay.delete(item.id)
      this.#closeMark(mark)
      this.#freed?.()
    })
    return true
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
  #openMark(above: number, at: number): { readonly above: number; readonly at: number; open: number } {
    const mark = { above, at, open: 1 }
    this.#marks.push(mark)
    return mark
  }

  #closeMark(mark: { open: number }): void {
    mark.open -= 1
    if (mark.open > 0) return
    this.#marks = this.#marks.filter((other) => other !== mark)
  }
}
