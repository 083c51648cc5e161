import type { Client } from '#contract/client.ts'
import type { DeliveredFile } from '#contract/answers.ts'
import { toFailure } from '#model/failure.ts'
import type { FailureGroup } from '#model/job.ts'
import type { ConflictAnswer, ItemQueryInput } from '#model/plan.ts'
import type { Which } from './item-list.svelte.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'

/** What is being done to a plan at present. */
export type PlanWork = 'answer' | 'leave' | 'refresh' | 'plan' | 'manifest'

/** What can be done to a plan before it is carried out. Each is seen to be at work, and one at a time. */
export class Plans {
  readonly #client: Client
  readonly #jobs: Jobs
  readonly #notices: Notices
  #busy = $state(false)
  #last = $state.raw<{ readonly id: string; readonly work: PlanWork }>()

  constructor(client: Client, jobs: Jobs, notices: Notices) {
    this.#client = client
    this.#jobs = jobs
    this.#notices = notices
  }

  /** What is being done to that plan: until the core has taken it, and for as long as it plans it then. */
  workOn(id: string | undefined): PlanWork | undefined {
    if (id === undefined || this.#last?.id !== id) return undefined
    const { work } = this.#last
    const changes = work !== 'plan' && work !== 'manifest'
    const plans = changes && this.#jobs.byId.get(id)?.status.is === 'planning'
    return this.#busy || plans ? work : undefined
  }

  /** What becomes of those whose name is taken. */
  answer(id: string, which: Which, answer: ConflictAnswer): Promise<boolean> {
    return this.#do(id, 'answer', 'The plan could not be changed.', async () => {
      this.#jobs.apply([await this.#client.call('jobs.answer', { id, which, answer })])
    })
  }

  /** Those that would fail for one cause are left as they are. */
  leave(id: string, { code, s3Code }: Pick<FailureGroup, 'code' | 's3Code'>): Promise<boolean> {
    return this.#do(id, 'leave', 'They could not be left out.', async () => {
      this.#jobs.apply([await this.#client.call('jobs.leave', { id, code, s3Code })])
    })
  }

  /** Looks at source and destination anew. */
  refresh(id: string): Promise<boolean> {
    return this.#do(id, 'refresh', 'The plan could not be looked at anew.', async () => {
      this.#jobs.apply([await this.#client.call('jobs.refresh', { id })])
    })
  }

  /** The items of a query as a file: of the plan, or as a manifest. */
  async save(
    as: 'plan' | 'manifest',
    id: string,
    query: ItemQueryInput,
    take: (file: DeliveredFile) => string | undefined,
  ): Promise<void> {
    await this.#do(id, as, 'The file could not be written.', async () => {
      const given = { id, query: { filter: 'all', ...query } } as const
      const call = as === 'plan' ? 'jobs.plan' : 'jobs.manifest'
      const path = take(await this.#client.call(call, given))
      const title = as === 'plan' ? 'The plan was saved as CSV.' : 'The manifest was saved.'
      if (path !== undefined) this.#notices.say({ kind: 'done', title, detail: path })
    })
  }

  async #do(id: string, work: PlanWork, failed: string, act: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false
    this.#busy = true
    this.#last = { id, work }
    try {
      await act()
      return true
    } catch (error) {
      this.#notices.failure(toFailure(error), failed)
      return false
    } finally {
      this.#busy = false
    }
  }
}
