import { SvelteMap } from 'svelte/reactivity'
import { toFailure, type Failure } from '#model/failure.ts'

/** Pages that are kept: what was scrolled past long ago is asked for again. */
const MOST_PAGES = 12
/** Milliseconds without another jump after which the pages around where one has come to are asked for. */
const STAYED = 200
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
 * and again when what they show has changed. Whoever jumps gets the rows in sight by themselves, and their pages only
 * after staying there.
 */
export class PagedRows<Row> {
  readonly #size: number
  readonly #read: (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>
  readonly #pages = new SvelteMap<number, readonly Row[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it: a plain map
  readonly #asked = new Map<number, AbortController>()
  /** Pages that were asked for before the last change: their answer is shown, and they are asked for once more. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nor from this
  readonly #stale = new Set<number>()
  #seen: readonly [from: number, to: number] = [0, 0]
  /** Which way somebody scrolls: the page that comes next is asked for before it is in sight. */
  #heading: 'down' | 'up' | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Where one has jumped to: rows that belong to pages which are still to come. */
  #landed = $state.raw<{ readonly from: number; readonly rows: readonly Row[] }>()
  #landing: AbortController | undefined
  #staying: ReturnType<typeof setTimeout> | undefined

  /** How many there are altogether; undefined until the first answer. */
  total = $state<number>()
  /** There may be more than the total says: it is asked for again by itself. */
  looking = $state(false)
  failure = $state.raw<Failure>()

  /** `size`: rows of one call. */
  constructor(
    size: number,
    read: (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>,
  ) {
    this.#size = size
    this.#read = read
    void this.#load(0)
  }

  /** Undefined where it is still to come. */
  row(index: number): Row | undefined {
    const page = this.#pages.get(Math.floor(index / this.#size))
    return page === undefined ? this.#landed?.rows[index - this.#landed.from] : page[index % this.#size]
  }

  /** These rows are in sight: `from` in, `to` out. */
  look(from: number, to: number): void {
    const by = from - this.#seen[0]
    const jumped = Math.abs(by) > this.#size
    // Whoever jumps looks for something: where the next jump leads nobody knows.
    if (by !== 0) this.#heading = jumped ? undefined : by > 0 ? 'down' : 'up'
    this.#seen = [from, to]
    const wanted = [...this.#inSight(), ...this.#ahead()]
    // A hand on the scroll bar passes hundreds of pages: none of them is waited for once it is passed.
    for (const [page, call] of this.#asked) {
      if (wanted.includes(page)) continue
      call.abort()
      this.#asked.delete(page)
      this.#stale.delete(page)
    }
    clearTimeout(this.#staying)
    if (jumped) this.#landing?.abort()
    if (jumped && to - from <= this.#size && wanted.some((page) => !this.#pages.has(page))) {
      void this.#land(from, to)
      this.#staying = setTimeout(() => this.#want(wanted), STAYED)
    } else this.#want(wanted)
  }

  #want(wanted: readonly number[]): void {
    for (const page of wanted) if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page)
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
    clearTimeout(this.#staying)
    this.#landing?.abort()
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

  #ahead(): number[] {
    const [from, to] = this.#seen
    const row = this.#heading === 'down' ? to + this.#size / 2 : from - this.#size / 2
    if (this.#heading === undefined || row < 0 || row >= (this.total ?? 0)) return []
    return [Math.floor(row / this.#size)]
  }

  async #land(from: number, to: number): Promise<void> {
    const call = new AbortController()
    this.#landing = call
    try {
      const { rows, total, looking } = await this.#read(from, to - from, call.signal)
      if (call.signal.aborted) return
      this.total = total
      this.failure = undefined
      this.#landed = { from, rows }
      this.#lookOn(looking === true)
    } catch (error) {
      if (!call.signal.aborted) this.failure = toFailure(error)
    }
  }

  async #load(page: number): Promise<void> {
    const call = new AbortController()
    this.#asked.set(page, call)
    try {
      const { rows, total, looking } = await this.#read(page * this.#size, this.#size, call.signal)
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
    if (this.#inSight().every((known) => this.#pages.has(known))) this.#landed = undefined
    if (this.#pages.size <= MOST_PAGES) return
    const inSight = [...this.#inSight(), ...this.#ahead()]
    for (const known of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) return
      if (!inSight.includes(known)) this.#pages.delete(known)
    }
  }
}
