import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { TAKE_ALL, type Filter } from '#model/filter.ts'
import type { Place } from '#model/settings.ts'
import { parseSize } from './filter-form.ts'
import type { ListingStatus } from './listing.svelte.ts'
import { objectRow, type Row } from './rows.ts'
import { Scan } from './scan.svelte.ts'

/** The window holds this many of what was found: as many as a job names one by one. */
export const MOST_FOUND = 100_000
const PAGE = 500
const DAY = 24 * 3600 * 1000

/** A search as one types it. */
export interface SearchForm {
  readonly name: string
  readonly minSize: string
  readonly maxSize: string
  /** `2026-11-21`, in local time; both days in. */
  readonly from: string
  readonly to: string
  /** Empty: any. */
  readonly storageClass: string
}
const EMPTY_SEARCH: SearchForm = {
  name: '',
  minSize: '',
  maxSize: '',
  from: '',
  to: '',
  storageClass: '',
}

export type ParsedSearch =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly field: keyof SearchForm; readonly reason: string }

/**
 * What is typed for a name:
 *
 * | typed          | finds                                     |
 * |----------------|-------------------------------------------|
 * | nothing        | every name                                |
 * | `report`       | names that hold it                        |
 * | `*.log`        | names, by the pattern                     |
 * | `2026/` + `**` | whole keys, by the pattern with a slash   |
 */
function searchFilter(form: SearchForm): ParsedSearch {
  const name = form.name.trim()
  const isPattern = /[*?[{/]/.test(name)
  const glob = isPattern ? name : `*${name.replace(/[\\\]}]/g, '\\$&')}*`
  const min = parseSize(form.minSize)
  const max = parseSize(form.maxSize)
  const wrong = 'must be a size, such as 10 MiB'
  if (!min.ok) return { ok: false, field: 'minSize', reason: wrong }
  if (!max.ok) return { ok: false, field: 'maxSize', reason: wrong }
  const from = dayOf(form.from)
  const to = dayOf(form.to)
  const day = 'must be a day, such as 2026-11-21'
  if (from === null) return { ok: false, field: 'from', reason: day }
  if (to === null) return { ok: false, field: 'to', reason: day }
  return {
    ok: true,
    filter: {
      ...TAKE_ALL,
      include: name === '' ? [] : [{ kind: 'glob', glob }],
      ...(min.bytes !== undefined && { minSize: min.bytes }),
      ...(max.bytes !== undefined && { maxSize: max.bytes }),
      ...(from !== undefined && { modifiedFrom: from }),
      ...(to !== undefined && { modifiedBefore: to + DAY }),
      storageClasses: form.storageClass === '' ? [] : [form.storageClass],
    },
  }
}

/** Its first moment here; null: it is no day. */
function dayOf(text: string): number | undefined | null {
  if (text === '') return undefined
  const at = new Date(`${text}T00:00`).getTime()
  return Number.isNaN(at) ? null : at
}

/** A search below a place, as a pane shows it in the place of its listing. */
export class Search {
  readonly place: Place
  readonly #client: Client
  readonly scan: Scan
  form = $state.raw<SearchForm>(EMPTY_SEARCH)
  /** Plain: read it after `revision`. */
  objects: Row[] = []
  revision = $state(0)
  #failure = $state.raw<Failure>()
  /** What was asked for when it was begun. */
  #filter: Filter | undefined
  #fetching = false

  constructor(client: Client, place: Place) {
    this.place = place
    this.#client = client
    this.scan = new Scan(client)
    this.scan.onchange = () => void this.#fetch()
  }

  get begun(): boolean {
    return this.scan.snapshot !== undefined || this.failure !== undefined
  }
  get failure(): Failure | undefined {
    const { state } = this.scan.snapshot ?? {}
    return this.scan.failure ?? this.#failure ?? (state?.is === 'failed' ? state.failure : undefined)
  }
  get busy(): boolean {
    return this.scan.running
  }
  /** As a listing tells it. */
  get status(): ListingStatus {
    const { failure } = this
    if (failure !== undefined) return { is: 'failed', failure }
    return { is: this.scan.running ? 'listing' : this.scan.snapshot ? 'complete' : 'idle' }
  }
  readonly listedAt: number | undefined = undefined

  /** Begins anew with what is typed; what cannot be read begins nothing. */
  begin(): ParsedSearch {
    const parsed = searchFilter(this.form)
    if (parsed.ok) {
      this.#filter = parsed.filter
      void this.refresh()
    }
    return parsed
  }

  async refresh(): Promise<void> {
    if (this.#filter === undefined) return
    this.objects = []
    this.#failure = undefined
    this.revision += 1
    await this.scan.start(this.place, { of: 'search', filter: this.#filter })
  }

  /** Where the endpoint was away: nothing is asked by itself, for a search costs requests. */
  async probe(): Promise<void> {}

  stop(): void {
    this.scan.stop()
  }

  close(): void {
    void this.scan.close()
  }

  /** Page after page, as far as it was found. */
  async #fetch(): Promise<void> {
    const { snapshot } = this.scan
    if (this.#fetching || snapshot === undefined) return
    this.#fetching = true
    const { id } = snapshot
    try {
      while (this.scan.snapshot?.id === id && this.objects.length < this.#wanted()) {
        const offset = this.objects.length
        const { rows } = await this.#client.call('scans.rows', { id, offset, limit: PAGE })
        if (this.scan.snapshot?.id !== id || rows.length === 0) break
        for (const row of rows) if (row.is === 'object') this.objects.push(this.#row(row.object))
        this.revision += 1
      }
    } catch (error) {
      if (this.scan.snapshot?.id === id) this.#failure = toFailure(error)
    } finally {
      this.#fetching = false
    }
    // Another search was begun meanwhile.
    if (this.scan.snapshot !== undefined && this.scan.snapshot.id !== id) void this.#fetch()
  }

  #wanted(): number {
    return Math.min(this.scan.snapshot?.found.items ?? 0, MOST_FOUND)
  }

  /** Its path below the place tells where it lies. */
  #row(object: Parameters<typeof objectRow>[0]): Row {
    return { ...objectRow(object), name: object.key.slice(this.place.prefix.length) }
  }
}
