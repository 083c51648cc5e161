import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import { toFailure } from '#model/failure.ts'
import { settledItems, skipped, type JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { formatNumberOf } from '../format/count.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'
import type { Router } from './router.svelte.ts'

/** What is said of a small job when it is over, each a sentence. */
export interface OwnWords {
  /** "Cache-Control of orders.csv was changed." */
  readonly done: string
  /** "Cache-Control of orders.csv was not changed." */
  readonly failed: string
  /** What an undo of it comes to; left out where none is offered. */
  readonly undone?: string | undefined
}

/**
 * Small jobs that one click starts at once: an edit of one value, a version brought back. They are jobs like all
 * others, only that their end is told in words of their own, with an undo beside it.
 */
export class OwnJobs {
  #client: Client
  #jobs: Jobs
  #notices: Notices
  #router: Router
  #words = new SvelteMap<string, OwnWords>()

  /** Under way at present. */
  pending = $state(0)

  constructor(client: Client, jobs: Jobs, notices: Notices, router: Router) {
    this.#client = client
    this.#jobs = jobs
    this.#notices = notices
    this.#router = router
  }

  /** False where it could not be started; why is told. */
  run(spec: JobSpec, words: OwnWords): Promise<boolean> {
    return this.#run(() => this.#client.call('jobs.create', { spec, draft: true }), words)
  }

  undo(id: string, { done, undone }: Pick<OwnWords, 'done' | 'undone'>): Promise<boolean> {
    return this.#run(() => this.#client.call('jobs.undo', { id, draft: true }), {
      done: undone ?? 'It is as it was.',
      failed: `It could not be taken back: ${done}`,
    })
  }

  /** Made as a draft and then started, so that its end never comes before its name is known here. */
  async #run(make: () => Promise<JobSnapshot>, words: OwnWords): Promise<boolean> {
    this.pending += 1
    let id: string | undefined
    try {
      const job = await make()
      id = job.id
      this.#words.set(id, words)
      this.#jobs.apply([job])
      this.#jobs.apply([await this.#client.call('jobs.start', { id, when: 'now' })])
      return true
    } catch (error) {
      // A plan that failed was told when it did.
      const untold = id === undefined || this.#words.delete(id)
      if (untold) {
        this.pending -= 1
        this.#notices.failure(toFailure(error), words.failed)
      }
      return false
    }
  }

  /** True: it was one of these, and is told here. */
  finished(job: JobSnapshot): boolean {
    const words = this.#words.get(job.id)
    if (words === undefined) return false
    this.#words.delete(job.id)
    this.pending -= 1
    void this.#tell(job, words)
    return true
  }

  async #tell(job: JobSnapshot, words: OwnWords): Promise<void> {
    const { status, tally, id } = job
    if (status.is === 'cancelled') return
    const show = { label: 'Show the job', run: () => this.#router.go({ screen: 'job', id }) }
    const refuse = (detail: string | undefined): void =>
      this.#notices.say({ kind: 'error', title: words.failed, detail, action: show })
    if (status.is === 'failed') return refuse(status.failure.message)
    const failed = tally.failed.items
    const written = settledItems(tally) - failed - skipped(tally).items
    if (failed > 0) {
      const why = await this.#why(id)
      return refuse(written + failed === 1 ? why : `${formatNumberOf(failed, 'object')}: ${why ?? ''}`)
    }
    if (tally.filtered.items > 0) {
      const changed = formatNumberOf(tally.filtered.items, 'object')
      return refuse(
        `Somebody wrote it since it was read here (${changed}), so it was left. Look at it again.`,
      )
    }
    if (written === 0) {
      return this.#notices.say({ kind: 'info', title: 'Nothing had to be changed: it is so already.' })
    }
    const undo = words.undone === undefined ? undefined : await this.#undoable(id)
    const action =
      undo === undefined || undo.is === 'no' || undo.is === 'not-yet'
        ? undefined
        : { label: 'Undo', run: () => void this.undo(id, words) }
    this.#notices.say({
      kind: 'done',
      title: words.done,
      detail: undo !== undefined && undo.is !== 'yes' ? undo.why : undefined,
      action,
    })
  }

  async #why(id: string): Promise<string | undefined> {
    try {
      const [first] = await this.#client.call('jobs.failures', { id })
      return first?.example.message
    } catch {
      return undefined
    }
  }

  async #undoable(id: string) {
    try {
      return (await this.#client.call('jobs.get', { id })).undo
    } catch {
      return undefined
    }
  }
}
