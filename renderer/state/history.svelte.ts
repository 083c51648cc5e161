import type { Client } from '#contract/client.ts'
import { toFailure } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import type { Place } from '#model/settings.ts'
import type { ListingStatus } from './listing.svelte.ts'
import { prefixRow, type Row } from './rows.ts'
import { versionRow } from './version-rows.ts'

/** The window holds this many versions of a place; what lies behind them is said to be missing, and a job takes it. */
const MOST_VERSIONS = 200_000
/** Rows are put on screen this often while pages come, in milliseconds. */
const PUBLISH_EVERY = 200

/** `level`: as rows, deeper ones as prefixes. `all`: everything below the place, for lists as of a moment. */
export type HistoryDepth = 'level' | 'all'

/** The versions at a place, page after page, for as long as a pane looks at them. */
export class History {
  readonly place: Place
  readonly depth: HistoryDepth
  #client: Client
  #limit: number
  #abort: AbortController | undefined

  /** In S3's order: keys ascending, of each the newest first. Plain arrays that grow: read them after `revision`. */
  versions: readonly VersionSummary[] = []
  /** Of `level` only. */
  containers: readonly Row[] = []
  rows: readonly Row[] = []
  /** Counts up whenever they are to be read again. */
  revision = $state(0)
  status = $state.raw<ListingStatus>({ is: 'idle' })
  /** When what is shown was last whole; undefined before that. Milliseconds since the epoch. */
  listedAt = $state<number>()

  constructor(client: Client, place: Place, depth: HistoryDepth, limit = MOST_VERSIONS) {
    this.#client = client
    this.place = place
    this.depth = depth
    this.#limit = limit
  }

  get busy(): boolean {
    return this.status.is === 'listing' || this.status.is === 'refreshing'
  }

  /** Lists from the beginning; what was whole stays until it can be replaced as a whole. */
  async refresh(): Promise<void> {
    this.#abort?.abort()
    const abort = new AbortController()
    this.#abort = abort
    const behind = this.listedAt !== undefined && this.versions.length > 0
    this.status = { is: behind ? 'refreshing' : 'listing' }
    try {
      const ended = await this.#list(abort.signal, behind)
      if (abort.signal.aborted) return
      this.listedAt = Date.now()
      this.status = { is: ended }
    } catch (error) {
      if (abort.signal.aborted) return
      this.status = { is: 'failed', failure: toFailure(error) }
    }
  }

  /** Where it failed because its endpoint was away: lists again if there is an answer now. */
  async probe(): Promise<void> {
    if (this.status.is === 'failed') await this.refresh()
  }

  stop(): void {
    if (!this.busy) return
    this.#abort?.abort()
    this.status = { is: 'idle' }
  }

  async #list(signal: AbortSignal, behind: boolean): Promise<'complete' | 'stopped'> {
    const { connection, bucket, prefix } = this.place
    const delimited = this.depth === 'level'
    const found = { versions: [] as VersionSummary[], containers: [] as Row[], rows: [] as Row[] }
    let next: string | undefined
    let published = -Infinity
    try {
      do {
        const page = await this.#client.call(
          'versions.list',
          { connection, bucket, prefix, delimited, ...(next === undefined ? {} : { next }) },
          { signal },
        )
        signal.throwIfAborted()
        for (const sub of page.prefixes) found.containers.push(prefixRow(sub))
        for (const version of page.versions) {
          found.versions.push(version)
          if (delimited && version.key !== prefix) found.rows.push(versionRow(version))
        }
        next = page.next
        if (!behind && performance.now() - published > PUBLISH_EVERY) {
          this.#publish(found)
          published = performance.now()
        }
      } while (next !== undefined && found.versions.length < this.#limit)
    } catch (error) {
      if (!behind && !signal.aborted) this.#publish(found)
      throw error
    }
    this.#publish(found)
    return next === undefined ? 'complete' : 'stopped'
  }

  #publish({ versions, containers, rows }: Pick<History, 'versions' | 'containers' | 'rows'>): void {
    this.versions = versions
    this.containers = containers
    this.rows = rows
    this.revision += 1
  }
}
