import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Jobs } from './jobs.svelte.ts'

/**
 * A job that is planned while one reads its plan, and runs only when one says so. Changing the spec plans anew:
 * the draft before it is taken away. Closing it takes the last one away.
 */
export class Draft {
  #client: Client
  #jobs: Jobs
  /** Of several changes in a row only the last counts. */
  #attempt = 0
  /** The last plan that was asked for is there, or was refused. */
  #opened: Promise<void> = Promise.resolve()

  spec = $state.raw<JobSpec>()
  #jobId = $state<string>()
  /** Why it could not be planned or started. */
  failure = $state.raw<Failure>()
  starting = $state(false)
  /** It was told to start, and is looked at anew before. */
  checking = $state(false)
  /** The plan is of a job that is kept: closing it leaves it, and only another choice makes a plan in its place. */
  #kept = $state(false)
  /** The plan so far; undefined until the core has answered. */
  readonly snapshot: JobSnapshot | undefined = $derived.by(() =>
    this.#jobId === undefined ? undefined : this.#jobs.byId.get(this.#jobId),
  )

  constructor(client: Client, jobs: Jobs) {
    this.#client = client
    this.#jobs = jobs
  }

  get jobId(): string | undefined {
    return this.#jobId
  }

  /** It stands in the list of jobs, and stays there when this is closed. */
  get isKept(): boolean {
    return this.#kept
  }

  get isOpen(): boolean {
    return this.spec !== undefined
  }

  /** Plans a spec, in the place of the one before. */
  open(spec: JobSpec): Promise<void> {
    this.#opened = this.#plan(spec)
    return this.#opened
  }

  /** Shows the plan of a job that waits to be started. */
  async adopt(job: JobSnapshot, spec: JobSpec): Promise<void> {
    await this.close()
    this.#jobs.apply([job])
    this.#kept = !job.draft
    this.#jobId = job.id
    this.spec = spec
  }

  /** Shows a spec that there is nothing to plan of yet. */
  async hold(spec: JobSpec): Promise<void> {
    await this.close()
    this.spec = spec
  }

  async #plan(spec: JobSpec): Promise<void> {
    const attempt = ++this.#attempt
    const before = this.#kept ? undefined : this.#jobId
    this.spec = spec
    this.failure = undefined
    try {
      const job = await this.#client.call('jobs.create', { spec, draft: true })
      this.#jobs.apply([job])
      if (attempt === this.#attempt) {
        this.#jobId = job.id
        this.#kept = false
      } else await this.#discard(job.id)
    } catch (error) {
      if (attempt === this.#attempt) {
        this.failure = toFailure(error)
        this.#jobId = undefined
      }
    }
    if (before !== undefined && before !== this.#jobId) await this.#discard(before)
  }

  /**
   * Starts what was planned, and is closed by it. The job, or undefined with `failure` set. With `ask`, a plan that was
   * made a while ago is looked at anew first; where it no longer holds it is planned anew, comes back `ready`, and
   * stays open.
   */
  start(when: 'now' | 'queue', stale?: 'ask'): Promise<JobSnapshot | undefined> {
    const asks = stale === undefined ? {} : { stale }
    return this.#leave(async (id) => {
      const whole = stale !== undefined && this.snapshot?.status.is === 'ready'
      const job = await this.#client.call('jobs.start', { id, when, ...asks })
      this.#jobs.apply([job])
      return whole && job.status.is === 'planning' ? this.#looked(job) : job
    })
  }

  /** The plan is kept, to be started later, and closed here. Throws where it is not. */
  keep(): Promise<JobSnapshot | undefined> {
    return this.#leave((id) => this.#client.call('jobs.keep', { id }), 'kept')
  }

  /** It starts by itself at that moment (milliseconds since the epoch), with its plan, and is closed here. */
  schedule(at: number): Promise<JobSnapshot | undefined> {
    return this.#leave((id) => this.#client.call('jobs.schedule', { id, at }))
  }

  async #leave(
    act: (id: string) => Promise<JobSnapshot | undefined>,
    what: 'started' | 'kept' = 'started',
  ): Promise<JobSnapshot | undefined> {
    // What is started is what was asked for last, never the draft before it.
    await this.#opened
    const id = this.#jobId
    if (id === undefined) return undefined
    this.starting = true
    try {
      const job = await act(id)
      if (job === undefined) return undefined
      this.#jobs.apply([job])
      if (this.#jobId !== id || (what === 'started' && !isStarted(job))) return job
      this.#jobId = undefined
      this.#kept = false
      this.spec = undefined
      return job
    } catch (error) {
      // What cannot be kept can be started all the same.
      if (what === 'kept') throw error
      this.failure = toFailure(error)
      return undefined
    } finally {
      this.starting = false
    }
  }

  /** Waits until the plan was looked at anew: then it is started, or ready once more. Undefined: it is gone. */
  async #looked(started: JobSnapshot): Promise<JobSnapshot | undefined> {
    const { id } = started
    this.checking = true
    const { promise, resolve } = Promise.withResolvers<JobSnapshot | undefined>()
    const look = (): void => {
      const job = this.#jobs.byId.get(id)
      if (job?.status.is !== 'planning') resolve(job)
    }
    const off = this.#client.on('jobs.changed', look)
    look()
    try {
      return await promise
    } finally {
      off()
      this.checking = false
    }
  }

  async close(): Promise<void> {
    this.#attempt += 1
    const checked = this.checking ? this.#jobId : undefined
    const id = this.#kept ? undefined : this.#jobId
    this.#jobId = undefined
    this.#kept = false
    this.spec = undefined
    this.failure = undefined
    if (checked !== undefined) await this.#hold(checked, id === undefined ? 'jobs.pause' : 'jobs.cancel')
    if (id !== undefined) await this.#discard(id)
  }

  /** It was told to start, and is looked at anew: it shall not go on behind the back of whoever closed it. */
  async #hold(id: string, how: 'jobs.pause' | 'jobs.cancel'): Promise<void> {
    try {
      this.#jobs.apply([await this.#client.call(how, { id })])
    } catch {
      // It was found stale meanwhile, and is a plan again.
    }
  }

  async #discard(id: string): Promise<void> {
    try {
      await this.#client.call('jobs.remove', { id })
    } catch {
      // A draft that could not be taken away is shown nowhere, and the core sweeps drafts when it starts.
    }
  }
}

/** A plan that was found stale comes back as it was: still a draft, or still ready. */
export function isStarted({ draft, status }: JobSnapshot): boolean {
  return !draft && status.is !== 'ready'
}
