import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'
import { bucketRow, objectRow, prefixRow, type Row } from './rows.ts'

export type ListingStatus =
  /** Nothing was asked for yet. */
  | { readonly is: 'idle' }
  /** Pages are coming; what came is shown. */
  | { readonly is: 'listing' }
  /** Listed whole, and being listed again behind what is shown. */
  | { readonly is: 'refreshing' }
  | { readonly is: 'complete' }
  /** Stopped at the most rows a window holds; there is more. */
  | { readonly is: 'stopped' }
  /** What was listed before stays. */
  | { readonly is: 'failed'; readonly failure: Failure }

/** The window holds this many rows of a place; a job takes the prefix as a whole, however many there are. */
const MOST_ROWS = 1_000_000
/** Rows are put on screen this often while pages come, in milliseconds … */
const PUBLISH_EVERY = 200
/** … and less often the more there are, for all of them are gone through each time: rows for one millisecond more. */
const ROWS_A_MILLISECOND = 1000

/**
 * What lies at a place, page after page. It outlives the pane that asked for it, so that a place which was listed
 * can be browsed while its endpoint is away.
 */
export class Listing {
  readonly place: Place
  #client: Client
  #limit: number
  #abort: AbortController | undefined

  /** Buckets or prefixes, and objects, each in S3's order. Plain arrays that grow: read them after `revision`. */
  containers: Row[] = []
  objects: Row[] = []
  /** Counts up whenever rows are to be read again. */
  revision = $state(0)
  status = $state.raw<ListingStatus>({ is: 'idle' })
  /** When what is shown was last whole; undefined before that. Milliseconds since the epoch. */
  listedAt = $state<number>()

  constructor(client: Client, place: Place, limit = MOST_ROWS) {
    this.#client = client
    this.place = place
    this.#limit = limit
  }

  get rowCount(): number {
    return this.containers.length + this.objects.length
  }

  get busy(): boolean {
    return this.status.is === 'listing' || this.status.is === 'refreshing'
  }

  /** Lists from the beginning. What is shown stays until it can be replaced as a whole, or by a first page. */
  async refresh(): Promise<void> {
    this.#abort?.abort()
    const abort = new AbortController()
    this.#abort = abort
    const behind = this.listedAt !== undefined && this.rowCount > 0
    this.status = { is: behind ? 'refreshing' : 'listing' }
    try {
      const ended = await (this.place.bucket === ''
        ? this.#listBuckets(abort.signal)
        : this.#listObjects(abort.signal, behind))
      if (abort.signal.aborted) return
      this.listedAt = Date.now()
      this.status = { is: ended }
    } catch (error) {
      if (abort.signal.aborted) return
      this.status = { is: 'failed', failure: toFailure(error) }
    }
  }

  /** Where it failed: asks quietly whether there is an answer now, and lists again if so. */
  async probe(): Promise<void> {
    if (this.status.is !== 'failed') return
    const { connection, bucket, prefix } = this.place
    try {
      if (bucket === '') await this.#client.call('buckets.list', { connection })
      else await this.#client.call('objects.list', { connection, bucket, prefix })
    } catch {
      return
    }
    if (this.status.is === 'failed') await this.refresh()
  }

  /** Stops asking for pages. A listing that was not whole begins anew the next time. */
  stop(): void {
    if (!this.busy) return
    this.#abort?.abort()
    this.status = { is: 'idle' }
  }

  async #listBuckets(signal: AbortSignal): Promise<'complete'> {
    const buckets = await this.#client.call('buckets.list', { connection: this.place.connection }, { signal })
    if (!signal.aborted) this.#publish(buckets.map(bucketRow), [])
    return 'complete'
  }

  async #listObjects(signal: AbortSignal, behind: boolean): Promise<'complete' | 'stopped'> {
    const { connection, bucket, prefix } = this.place
    const containers: Row[] = []
    const objects: Row[] = []
    let next: string | undefined
    let published = -Infinity
    try {
      do {
        const page = await this.#client.call(
          'objects.list',
          { connection, bucket, prefix, ...(next === undefined ? {} : { next }) },
          { signal },
        )
        signal.throwIfAborted()
        for (const sub of page.prefixes) containers.push(prefixRow(sub))
        // The object that has the prefix itself as its key stands for the folder, which is where we are.
        for (const object of page.objects) if (object.key !== prefix) objects.push(objectRow(object))
        next = page.next
        const apart = PUBLISH_EVERY + (containers.length + objects.length) / ROWS_A_MILLISECOND
        if (!behind && performance.now() - published > apart) {
          this.#publish(containers, objects)
          published = performance.now()
        }
      } while (next !== undefined && containers.length + objects.length < this.#limit)
    } catch (error) {
      if (!behind && !signal.aborted) this.#publish(containers, objects)
      throw error
    }
    this.#publish(containers, objects)
    return next === undefined ? 'complete' : 'stopped'
  }

  #publish(containers: Row[], objects: Row[]): void {
    this.containers = containers
    this.objects = objects
    this.revision += 1
  }
}
