import { SvelteMap } from 'svelte/reactivity'
import { toFailure, type Failure } from '#model/failure.ts'

/** Pages that are kept: what was scrolled past long ago is asked for again. */
const MOST_PAGES = 12
/** Rows that are still being looked for are asked for again after this long, in milliseconds. */
const LOOK_AGAIN = 400

interface Page<Row> {
  readonly rows: readonly Row[]
  /** How many there are altogether. */
  readonly total: number
  /** So far: more are being looked for. */
  readonly looking?: true | undefined
}

/**
 * As many rows as are looked at: a window over what may be a million. Pages are asked for when they come into sight,
 * and again when what they show has changed.
 */
export class PagedRows<Row> {
  readonly #size: number
  readonly #ask: (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>
  readonly #pages = new SvelteMap<number, readonly Row[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it: a plain map
  readonly #asked = new Map<number, AbortController>()
  /** Pages that were asked for before the last change: their answer is shown, and they are asked for once more. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nor from this
  readonly #stale = new Set<number>()
  #seen: readonly [from: number, to: number] = [0, 0]
  #timer: ReturnType<typeof setTimeout> | undefined

  /** How many there are altogether; undefined until the first answer. */
  total = $state<number>()
  /** There may be more than the total says: it is asked for again by itself. */
  looking = $state(false)
  failure = $state.raw<Failure>()

  /** `size`: rows of one call. */
  constructor(size: number, ask: (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>) {
    this.#size = size
    this.#ask = ask
    void this.#load(0)
  }

  /** Undefined where it is still to come. */
  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.#size))?.[index % this.#size]
  }

  /** These rows are in sight: `from` in, `to` out. */
  look(from: number, to: number): void {
    this.#seen = [from, to]
    for (const page of this.#inSight())
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page)
  }

  /** Asks once more for what is in sight; the rest is forgotten. */
  async reload(): Promise<void> {
    const inSight = this.#inSight()
    for (const page of [...this.#pages.keys()]) if (!inSight.includes(page)) this.#pages.delete(page)
    for (const page of this.#asked.keys()) this.#stale.add(page)
    await Promise.all(inSight.filter((page) => !this.#asked.has(page)).map((page) => this.#load(page)))
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.#timer)
    for (const call of this.#asked.values()) call.abort()
    this.#asked.clear()
    this.#stale.clear()
  }

  #inSight(): number[] {
    const [from, to] = this.#seen
    const first = Math.floor(from / this.#size)
    const last = Math.max(first, Math.floor((to - 1) / this.#size))
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  }

  async #load(page: number): Promise<void> {
    const call = new AbortController()
    this.#asked.set(page, call)
    try {
      const { rows, total, looking } = await this.#ask(page * this.#size, this.#size, call.signal)
      if (call.signal.aborted) return
      this.total = total
      this.failure = undefined
      this.#keep(page, rows)
      this.#lookOn(looking === true)
    } catch (error) {
      if (!call.signal.aborted) this.failure = toFailure(error)
    } finally {
      if (this.#asked.get(page) === call) this.#asked.delete(page)
      if (this.#stale.delete(page) && this.#inSight().includes(page)) void this.#load(page)
    }
  }

  #lookOn(looking: boolean): void {
    this.looking = looking
    clearTimeout(this.#timer)
    if (looking) this.#timer = setTimeout(() => void this.reload(), LOOK_AGAIN)
  }

  #keep(page: number, rows: readonly Row[]): void {
    this.#pages.set(page, rows)
    if (this.#pages.size <= MOST_PAGES) return
    const inSight = this.#inSight()
    for (const known of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) return
      if (!inSight.includes(known)) this.#pages.delete(known)
    }
  }
}
