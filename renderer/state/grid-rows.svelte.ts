import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { GridRow, GridView } from '#model/grid.ts'

/** Rows of one call. */
const PAGE = 100
/** Pages that are kept: what was scrolled past long ago is asked for again. */
const MOST_PAGES = 12
/** What is in sight is read again at most this often, in milliseconds. */
const APART = 200

/** The rows of a view of the grid, as many of them as are looked at: a window over a hundred thousand. */
export class GridRows {
  #client: Client
  #pages = new SvelteMap<number, readonly GridRow[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it: a plain map
  readonly #asked = new Map<number, AbortController>()
  #seen: readonly [from: number, to: number] = [0, 0]
  /** Pages that were asked for before the last change: their answer is shown, and they are asked for once more. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nor from this
  readonly #stale = new Set<number>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #again = false
  #closed = false

  readonly gridId: string
  readonly view: GridView
  /** How many the view has altogether; undefined until the first answer. */
  total = $state<number>()
  failure = $state.raw<Failure>()

  constructor(client: Client, gridId: string, view: GridView) {
    this.#client = client
    this.gridId = gridId
    this.view = view
    void this.#load(0)
  }

  /** Undefined where it is still to come. */
  row(index: number): GridRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  }

  /** These rows are in sight: `from` in, `to` out. */
  look(from: number, to: number): void {
    this.#seen = [from, to]
    for (const page of this.#inSight())
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page)
  }

  /** The grid has changed: what is in sight is read again, at most five times a second; the rest is forgotten. */
  refresh(): void {
    if (this.#closed) return
    if (this.#timer !== undefined) {
      this.#again = true
      return
    }
    void this.#reload()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#again) return
      this.#again = false
      this.refresh()
    }, APART)
  }

  /** Rows, also those that nobody looks at: for the clipboard. */
  async read(from: number, to: number): Promise<GridRow[]> {
    const rows: GridRow[] = []
    for (let offset = from; offset < to; offset += 500) {
      const limit = Math.min(500, to - offset)
      const page = await this.#client.call('grids.rows', { id: this.gridId, view: this.view, offset, limit })
      rows.push(...page.rows)
      if (page.rows.length < limit) break
    }
    return rows
  }

  /** Nobody looks any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const call of this.#asked.values()) call.abort()
    this.#asked.clear()
  }

  async #reload(): Promise<void> {
    const inSight = this.#inSight()
    for (const page of [...this.#pages.keys()]) if (!inSight.includes(page)) this.#pages.delete(page)
    for (const page of this.#asked.keys()) this.#stale.add(page)
    await Promise.all(inSight.filter((page) => !this.#asked.has(page)).map((page) => this.#load(page)))
  }

  #inSight(): number[] {
    const [from, to] = this.#seen
    const first = Math.floor(from / PAGE)
    const last = Math.max(first, Math.floor((to - 1) / PAGE))
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  }

  async #load(page: number): Promise<void> {
    const call = new AbortController()
    this.#asked.set(page, call)
    const request = { id: this.gridId, view: this.view, offset: page * PAGE, limit: PAGE }
    try {
      const { rows, total } = await this.#client.call('grids.rows', request, { signal: call.signal })
      if (call.signal.aborted) return
      this.total = total
      this.failure = undefined
      this.#keep(page, rows)
    } catch (error) {
      if (!call.signal.aborted) this.failure = toFailure(error)
    } finally {
      this.#asked.delete(page)
      if (this.#stale.delete(page) && !this.#closed && this.#inSight().includes(page)) void this.#load(page)
    }
  }

  #keep(page: number, rows: readonly GridRow[]): void {
    this.#pages.set(page, rows)
    if (this.#pages.size <= MOST_PAGES) return
    const inSight = this.#inSight()
    for (const known of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) return
      if (!inSight.includes(known)) this.#pages.delete(known)
    }
  }
}
