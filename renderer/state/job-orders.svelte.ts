import type { Client } from '#contract/client.ts'
import type { JobTemplate } from '#contract/answers.ts'
import { toFailure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'

/** A moment to start at is being asked for. */
export interface AskedMoment {
  /** What is to start then. */
  readonly title: string
  /** Milliseconds since the epoch, where it has one. */
  readonly at: number | undefined
  readonly onat: (at: number) => void
}

/** What a person says of jobs besides their specs: order, priority, moment; and the specs that are kept as templates. */
export class JobOrders {
  #client: Client
  #jobs: Jobs
  #notices: Notices
  #open: (name: string, spec: JobSpec) => void

  templates = $state.raw<readonly JobTemplate[]>([])
  /** The list of templates lies over the window. */
  choosing = $state(false)
  moment = $state.raw<AskedMoment>()
  /** The job whose spec is to be kept, and a name to begin with. */
  saving = $state.raw<{ readonly job: string; readonly name: string }>()

  /** `open`: shows the plan of a spec that came from elsewhere, its connections looked up. */
  constructor(client: Client, jobs: Jobs, notices: Notices, open: (name: string, spec: JobSpec) => void) {
    this.#client = client
    this.#jobs = jobs
    this.#notices = notices
    this.#open = open
  }

  /** Those that wait, in their order. */
  get line(): readonly JobSnapshot[] {
    return this.#jobs.active.filter(({ queuePlace }) => queuePlace !== undefined)
  }

  /** Right before another that waits; null: after all. The job as it is then; undefined where it was refused. */
  async move(id: string, before: string | null): Promise<JobSnapshot | undefined> {
    const moved = await this.#try(() => this.#client.call('jobs.move', { id, before }))
    // The others have new places, too: all at once, so that none jumps.
    if (moved !== undefined) await this.#try(() => this.#jobs.load())
    return moved && this.#jobs.byId.get(id)
  }

  /** One place up (-1) or down (1). Undefined: there is none. */
  async step(id: string, by: -1 | 1): Promise<JobSnapshot | undefined> {
    const { line } = this
    const at = line.findIndex((job) => job.id === id)
    const to = at + by
    if (at < 0 || to < 0 || to >= line.length) return undefined
    return this.move(id, line[by < 0 ? to : to + 1]?.id ?? null)
  }

  setPriority(id: string, priority: number): Promise<void> {
    return this.#apply(() => this.#client.call('jobs.priority', { id, priority }))
  }

  schedule(id: string, at: number | null): Promise<void> {
    return this.#apply(() => this.#client.call('jobs.schedule', { id, at }))
  }

  askMoment({ id, title, startAt }: JobSnapshot): void {
    this.moment = { title, at: startAt, onat: (at) => void this.schedule(id, at) }
  }

  /** A new job of the same spec, as a plan to look at. */
  async clone({ id, title }: JobSnapshot): Promise<void> {
    const spec = await this.#try(() => this.#client.call('jobs.file', { id }))
    if (spec !== undefined) this.#open(title, spec)
  }

  async showTemplates(): Promise<void> {
    await this.#load()
    this.choosing = true
  }

  async useTemplate({ id, name }: JobTemplate): Promise<void> {
    const spec = await this.#try(() => this.#client.call('templates.spec', { id }))
    if (spec === undefined) return
    this.choosing = false
    this.#open(name, spec)
  }

  async removeTemplate({ id }: JobTemplate): Promise<void> {
    await this.#try(() => this.#client.call('templates.remove', { id }))
    await this.#load()
  }

  async askName(job: string, name: string): Promise<void> {
    await this.#load()
    this.saving = { job, name }
  }

  async saveTemplate(name: string): Promise<void> {
    const job = this.saving?.job
    if (job === undefined) return
    const saved = await this.#try(() => this.#client.call('templates.save', { name, job }))
    this.saving = undefined
    if (saved === undefined) return
    this.#notices.say({
      kind: 'done',
      title: `The template ${JSON.stringify(saved.name)} was saved.`,
      action: { label: 'Show the templates', run: () => void this.showTemplates() },
    })
  }

  async #load(): Promise<void> {
    this.templates = (await this.#try(() => this.#client.call('templates.list', {}))) ?? this.templates
  }

  async #apply(act: () => Promise<JobSnapshot>): Promise<void> {
    const job = await this.#try(act)
    if (job !== undefined) this.#jobs.apply([job])
  }

  async #try<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await act()
    } catch (error) {
      this.#notices.failure(toFailure(error))
      return undefined
    }
  }
}
