import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { JobDetail } from '#model/job.ts'

/** While a job moves on, its details are read again at most this often, in milliseconds. */
const APART = 1000

/** All that is known of one job, kept up while somebody looks at it. */
export class JobDetails {
  readonly #client: Client
  #timer: ReturnType<typeof setTimeout> | undefined
  #reading = false
  #closed = false

  readonly id: string
  detail = $state.raw<JobDetail>()
  /** It could not be read; what was read before stays. */
  failure = $state.raw<Failure>()

  constructor(client: Client, id: string) {
    this.#client = client
    this.id = id
    void this.read()
  }

  /** The job has moved on. */
  stale(): void {
    if (this.#closed || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.read()
    }, APART)
  }

  async read(): Promise<void> {
    if (this.#reading) return this.stale()
    this.#reading = true
    try {
      const detail = await this.#client.call('jobs.get', { id: this.id })
      if (this.#closed) return
      this.detail = detail
      this.failure = undefined
    } catch (error) {
      this.failure = toFailure(error)
    } finally {
      this.#reading = false
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }
}
