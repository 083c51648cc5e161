import type { Client } from '#contract/client.ts'
import type { JobSnapshot, RightsReport } from '#model/job.ts'

/** What of a plan these keys may not do, as far as looking beforehand tells. */
export class PlanRights {
  readonly #client: Client
  #of = ''

  report = $state.raw<RightsReport>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Asks once a plan, as soon as all of it is planned. */
  follow(plan: JobSnapshot | undefined): void {
    const id = plan?.status.is === 'ready' ? plan.id : ''
    if (id === this.#of) return
    this.#of = id
    this.report = undefined
    if (id !== '') void this.#ask(id)
  }

  async #ask(id: string): Promise<void> {
    try {
      const report = await this.#client.call('jobs.rights', { id })
      if (id === this.#of) this.report = report
    } catch {
      // Nobody can tell beforehand: the job finds out.
    }
  }
}
