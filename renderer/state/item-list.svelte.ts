import type { Client } from '#contract/client.ts'
import type { Input } from '#contract/methods.ts'
import type { ItemQueryInput, ItemView } from '#model/plan.ts'
import { ItemWindow } from './item-window.svelte.ts'
import { setOf, toggledIn } from './seq-set.ts'

/** Rows of one call where a range is chosen that is not all in sight. */
const STEP = 500
/** As many as can be named one by one; what is more is chosen as a whole. */
export const MOST_CHOSEN = 10_000

/** What an answer is about: rows by their positions in the plan, or all that the query finds. */
export type Which = Input<'jobs.answer'>['which']
export type Pick = 'only' | 'toggle' | 'range'

const NONE = setOf([])

/** The items that a query finds, with a cursor and a choice among them. Another query is another list. */
export class ItemList {
  readonly #client: Client
  #anchor = 0
  /** Of ranges that are still being read only the last counts. */
  #attempt = 0
  #chosen = $state.raw<ReadonlySet<number>>(NONE)

  readonly rows: ItemWindow
  readonly query: ItemQueryInput
  /** The index of the row that keys act on; -1 before one was ever touched. */
  cursor = $state(-1)
  /** Every row is chosen, also those that are still to come. */
  everything = $state(false)

  constructor(client: Client, jobId: string, query: ItemQueryInput) {
    this.#client = client
    this.query = query
    this.rows = new ItemWindow(client, jobId, query)
  }

  get total(): number {
    return this.rows.total ?? 0
  }

  /** The item under the cursor, where it is known. */
  get current(): ItemView | undefined {
    return this.cursor < 0 ? undefined : this.rows.item(this.cursor)
  }

  /** How many rows are chosen. */
  get chosen(): number {
    return this.everything ? this.total : this.#chosen.size
  }

  isChosen(item: ItemView): boolean {
    return this.everything || this.#chosen.has(item.seq)
  }

  /** What an answer is about: what is chosen, else all that is found. */
  get which(): Which {
    if (this.everything || this.#chosen.size === 0) return { query: { filter: 'all', ...this.query } }
    return { seqs: [...this.#chosen].sort((one, other) => one - other) }
  }

  /** Moves the cursor alone. */
  step(by: number): void {
    this.cursor = this.#within(this.cursor < 0 && by > 0 ? by - 1 : this.cursor + by)
    this.#anchor = this.cursor
  }

  /** Moves the cursor and chooses from where it began to where it is. */
  extend(by: number): Promise<boolean> {
    return this.choose(this.#within(Math.max(0, this.cursor) + by), 'range')
  }

  /** False where the range is too long to be named row by row. */
  async choose(index: number, pick: Pick): Promise<boolean> {
    this.cursor = index
    const attempt = ++this.#attempt
    if (pick === 'range') {
      const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)]
      if (to - from >= MOST_CHOSEN) return false
      const seqs = await this.#seqs(from, to)
      if (attempt !== this.#attempt) return true
      this.everything = false
      this.#chosen = setOf(seqs)
      return true
    }
    this.#anchor = index
    const item = this.rows.item(index)
    if (item === undefined) return true
    if (pick === 'only') {
      this.everything = false
      this.#chosen = setOf([item.seq])
      return true
    }
    return this.#toggle(item, attempt)
  }

  chooseAll(): void {
    this.#attempt += 1
    this.everything = true
    this.#chosen = NONE
  }

  chooseNothing(): void {
    this.#attempt += 1
    this.everything = false
    this.#chosen = NONE
  }

  close(): void {
    this.#attempt += 1
    this.rows.close()
  }

  /** All but one are named one by one. */
  async #toggle(item: ItemView, attempt: number): Promise<boolean> {
    if (this.everything && this.total > MOST_CHOSEN) return false
    const before = this.everything ? setOf(await this.#seqs(0, this.total - 1)) : this.#chosen
    if (attempt !== this.#attempt) return true
    const chosen = toggledIn(before, item.seq)
    if (chosen.size > MOST_CHOSEN) return false
    this.everything = false
    this.#chosen = chosen
    return true
  }

  #within(index: number): number {
    return Math.max(0, Math.min(this.total - 1, index))
  }

  /** Of the rows from one index to another, both included; what was scrolled past is read again. */
  async #seqs(from: number, to: number): Promise<number[]> {
    const seqs: number[] = []
    for (let at = from; at <= to;) {
      const known = this.rows.item(at)
      if (known !== undefined) {
        seqs.push(known.seq)
        at += 1
        continue
      }
      const limit = Math.min(STEP, to - at + 1)
      const { items } = await this.#client.call('jobs.items', {
        ...{ id: this.rows.jobId, ...this.query },
        ...{ offset: at, limit },
      })
      if (items.length === 0) break
      seqs.push(...items.map(({ seq }) => seq))
      at += items.length
    }
    return seqs
  }
}
