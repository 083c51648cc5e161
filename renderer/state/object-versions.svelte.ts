import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import type { Place } from '#model/settings.ts'

/** The versions and delete markers of one key, newest first, a page at a time. */
export class ObjectVersions {
  #client: Client
  #abort = new AbortController()
  #next: string | undefined
  #place: Place
  #key: string

  all = $state.raw<readonly VersionSummary[]>([])
  failure = $state.raw<Failure>()
  state = $state<'listing' | 'more' | 'all'>('listing')

  constructor(client: Client, place: Place, key: string) {
    this.#client = client
    this.#place = place
    this.#key = key
    void this.#list()
  }

  /** From the beginning; what is shown stays until the answer is there. */
  again(): void {
    this.#next = undefined
    void this.#list()
  }

  more(): void {
    if (this.state === 'more') void this.#list()
  }

  close(): void {
    this.#abort.abort()
  }

  async #list(): Promise<void> {
    this.#abort.abort()
    const { signal } = (this.#abort = new AbortController())
    const { connection, bucket } = this.#place
    const prefix = this.#key
    const next = this.#next
    this.state = 'listing'
    try {
      const page = await this.#client.call(
        'versions.list',
        { connection, bucket, prefix, delimited: false, next },
        { signal },
      )
      if (signal.aborted) return
      // Other keys begin like this one. They come after it, so the first of them is the end.
      const own = page.versions.filter(({ key }) => key === prefix)
      this.all = next === undefined ? own : [...this.all, ...own]
      this.#next = own.length === page.versions.length ? page.next : undefined
      this.failure = undefined
      this.state = this.#next === undefined ? 'all' : 'more'
    } catch (error) {
      if (signal.aborted) return
      this.failure = toFailure(error)
      this.state = 'all'
    }
  }
}
