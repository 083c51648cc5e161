import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { ItemFilter, ItemView } from '#model/plan.ts'

/** Rows of one call. */
const PAGE = 200
/** Pages that are kept: what was scrolled past long ago is asked for again. */
const MOST_PAGES = 12

/**
 * The items of a job, as many of them as are looked at: a window over what may be a million rows. Pages are asked
 * for when they come into sight, and again when the job has moved on.
 */
export class ItemWindow {
  #client: Client
  #pages = new SvelteMap<number, readonly ItemView[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it: a plain map
  readonly #asked = new Map<number, AbortController>()
  #seen: readonly [from: number, to: number] = [0, 0]

  readonly jobId: string
  readonly filter: ItemFilter
  /** How many there are altogether; undefined until the first answer. */
  total = $state<number>()
  failure = $state.raw<Failure>()

  constructor(client: Client, jobId: string, filter: ItemFilter) {
    this.#client = client
    this.jobId = jobId
    this.filter = filter
    void this.#load(0)
  }

  /** Undefined where it is still to come. */
  item(index: number): ItemView | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  }

  /** These rows are in sight: `from` in, `to` out. */
  look(from: number, to: number): void {
    this.#seen = [from, to]
    for (const page of this.#pagesInSight()) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page)
    }
  }

  /** Asks once more for what is in sight; the rest is forgotten. */
  async refresh(): Promise<void> {
    const inSight = this.#pagesInSight()
    for (const page of [...this.#pages.keys()]) if (!inSight.includes(page)) this.#pages.delete(page)
    await Promise.all(inSight.filter((page) => !this.#asked.has(page)).map((page) => this.#load(page)))
  }

  /** Nobody looks any more. */
  close(): void {
    for (const call of this.#asked.values()) call.abort()
    this.#asked.clear()
  }

  #pagesInSight(): number[] {
    const [from, to] = this.#seen
    const first = Math.floor(from / PAGE)
    const last = Math.max(first, Math.floor((to - 1) / PAGE))
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  }

  async #load(page: number): Promise<void> {
    const call = new AbortController()
    this.#asked.set(page, call)
    const request = { id: this.jobId, filter: this.filter, offset: page * PAGE, limit: PAGE }
    try {
      const { items, total } = await this.#client.call('jobs.items', request, { signal: call.signal })
      if (call.signal.aborted) return
      this.total = total
      this.failure = undefined
      this.#keep(page, items)
    } catch (error) {
      if (!call.signal.aborted) this.failure = toFailure(error)
    } finally {
      if (this.#asked.get(page) === call) this.#asked.delete(page)
    }
  }

  #keep(page: number, items: readonly ItemView[]): void {
    this.#pages.set(page, items)
    if (this.#pages.size <= MOST_PAGES) return
    const inSight = this.#pagesInSight()
    for (const known of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) return
      if (!inSight.includes(known)) this.#pages.delete(known)
    }
  }
}
