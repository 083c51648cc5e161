import type { Client } from '#contract/client.ts'
import type { Input, MethodName } from '#contract/methods.ts'
import { toFailure } from '#model/failure.ts'
import { isFinished, type FailureGroup, type JobSnapshot } from '#model/job.ts'
import { mergeJobs, NO_JOBS } from './job-map.ts'
import type { Notices } from './notices.ts'

/** The methods that do something to one job and answer its new snapshot. */
type JobAct = Extract<MethodName, 'jobs.pause' | 'jobs.resume' | 'jobs.cancel'>

type WhichFailed = Pick<FailureGroup, 'code' | 's3Code'>

/** In the strip: what runs before what waits. */
const STRIP_ORDER: Readonly<Partial<Record<JobSnapshot['status']['is'], number>>> = {
  running: 0,
  planning: 1,
  paused: 2,
  queued: 3,
}

/** The jobs by id, as the core last told. */
export class Jobs {
  #client: Client
  #notices: Notices
  #map = $state.raw(NO_JOBS)
  #onfinish: ((job: JobSnapshot) => void) | undefined

  /** The job that came to its end last, while the window looked on. */
  lastFinished = $state.raw<JobSnapshot>()

  /** The job whose row in the list had the focus last. */
  pointed = $state.raw<string>()

  readonly byId: ReadonlyMap<string, JobSnapshot> = $derived(this.#map.byId)
  /** Every job that is not a draft, the newest first. */
  readonly all: readonly JobSnapshot[] = $derived(
    [...this.byId.values()].filter((job) => !job.draft).sort((a, b) => b.createdAt - a.createdAt),
  )
  /** Those that are not over, in the order of the strip. */
  readonly active: readonly JobSnapshot[] = $derived(
    this.all
      .filter((job) => !isFinished(job.status) && job.status.is !== 'ready')
      .sort(
        (a, b) =>
          (STRIP_ORDER[a.status.is] ?? 9) - (STRIP_ORDER[b.status.is] ?? 9) ||
          (a.queuePlace ?? Infinity) - (b.queuePlace ?? Infinity) ||
          0,
      ),
  )

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('jobs.changed', ({ jobs, removed }) => this.apply(jobs, removed))
  }

  /** Told once for each job that comes to its end while the window looks on. */
  onfinish(listener: (job: JobSnapshot) => void): void {
    this.#onfinish = listener
  }

  async load(): Promise<void> {
    const jobs = await this.#client.call('jobs.list', {})
    // After a core was lost, what it no longer knows is gone, too.
    const gone = [...this.byId.keys()].filter((id) => !jobs.some((job) => job.id === id))
    this.#take(mergeJobs(this.#map, jobs, gone, 'anew'))
  }

  apply(jobs: readonly JobSnapshot[], removed: readonly string[] = []): void {
    this.#take(mergeJobs(this.#map, jobs, removed))
  }

  #take({ finished, ...map }: ReturnType<typeof mergeJobs>): void {
    this.#map = map
    for (const job of finished) {
      this.lastFinished = job
      this.#onfinish?.(job)
    }
  }

  pause(id: string): Promise<void> {
    return this.#act('jobs.pause', id)
  }

  resume(id: string): Promise<void> {
    return this.#act('jobs.resume', id)
  }

  cancel(id: string): Promise<void> {
    return this.#act('jobs.cancel', id)
  }

  /** What waits for something looks at once whether it has come. */
  async wake(): Promise<void> {
    try {
      await this.#client.call('jobs.wake', {})
    } catch (error) {
      this.#notices.failure(toFailure(error))
    }
  }

  /** Before all that wait. */
  async start(id: string): Promise<void> {
    try {
      this.apply([await this.#client.call('jobs.start', { id, when: 'now' })])
    } catch (error) {
      this.#notices.failure(toFailure(error))
    }
  }

  /** The failed items once more: all, or those of one cause; with what was in their way out of it. */
  retry(id: string, cause?: WhichFailed, more?: Input<'jobs.retry'>['with']): Promise<void> {
    return this.#mark(() =>
      this.#client.call('jobs.retry', {
        ...{ id, code: cause?.code, s3Code: cause?.s3Code },
        ...(more && { with: more }),
      }),
    )
  }

  /** The failed items of one cause are skipped from now on. */
  leave(id: string, { code, s3Code }: WhichFailed): Promise<void> {
    return this.#mark(() => this.#client.call('jobs.leave', { id, code, s3Code }))
  }

  async #mark(call: () => Promise<JobSnapshot>): Promise<void> {
    try {
      this.apply([await call()])
    } catch (error) {
      this.#notices.failure(toFailure(error))
    }
  }

  /** Takes finished jobs off the list, with all that is known of them. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      try {
        await this.#client.call('jobs.remove', { id })
        this.apply([], [id])
      } catch (error) {
        return this.#notices.failure(toFailure(error))
      }
    }
  }

  async #act(method: JobAct, id: string): Promise<void> {
    try {
      this.apply([await this.#client.call(method, { id })])
    } catch (error) {
      this.#notices.failure(toFailure(error))
    }
  }
}
