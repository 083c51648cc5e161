import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { ExpectedRequests, FailureGroup, JobDetail, JobSnapshot } from '#model/job.ts'
import type { Count, ItemView } from '#model/plan.ts'
import { isStarted, type Draft } from './draft.svelte.ts'
import { destroyed, destroys } from './history-spec.ts'
import { JobDetails } from './job-detail.svelte.ts'
import type { Notices } from './notices.ts'
import { PlanRights } from './plan-rights.svelte.ts'
import { deniedEntirely } from './rights-words.ts'
import { itemsToDo, startBlocked } from './pour-plan.ts'
import { changesNothing, isSheetSpec, specTrouble, type SheetSpec } from './sheet-spec.ts'

/** Options may change several times in a row: the plan is made anew this long after the last one, in milliseconds. */
const SETTLE = 300
/** What the sheet shows of the plan's items. */
const FIRST = 4

/** The pour sheet: the spec as one edits it, and the plan that follows it. */
export class PourSheet {
  #client: Client
  #draft: Draft
  #notices: Notices
  #edited = $state.raw<SheetSpec>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking = false
  #lookAgain = false

  /** Start while it still lists; else it waits for the whole plan. */
  whileListing = $state(true)
  firstItems = $state.raw<readonly ItemView[]>([])
  refusals = $state.raw<readonly FailureGroup[]>([])
  readonly rights: PlanRights
  #last = $state.raw<JobSnapshot>()
  /** When the plan was looked at before it was looked at anew, milliseconds since the epoch. */
  lookedBefore = $state<number>()
  #details = $state.raw<JobDetails>()

  readonly spec: SheetSpec | undefined = $derived.by(() => {
    const { spec } = this.#draft
    if (spec === undefined || !isSheetSpec(spec)) return undefined
    return this.#edited ?? spec
  })
  /** Why what is chosen cannot be planned as it stands: half typed, or against S3's limits. */
  readonly wrong: string | undefined = $derived.by(() => {
    if (this.spec === undefined) return undefined
    if (changesNothing(this.spec)) return 'Choose what to change.'
    return specTrouble(this.spec)
  })
  /** What it would take away for good, or from sight, as far as it is known. */
  readonly deletions: Count = $derived(destroyed(this.spec, this.#last?.tally))
  /** What is shown is the plan of an earlier choice; the new one is on its way. */
  readonly replanning: boolean = $derived.by(() => {
    if (this.#edited !== undefined) return true
    return this.#last !== undefined && this.#last.id !== this.#draft.snapshot?.id
  })
  /** The plan to show: an earlier one stays until the new one has something to tell. */
  readonly plan: JobSnapshot | undefined = $derived(this.#last)
  /** All that is known of the plan that is shown: estimate, warnings, freshness. It follows at its own pace. */
  readonly detail: JobDetail | undefined = $derived(
    this.#details?.id === this.#last?.id ? this.#details?.detail : undefined,
  )
  /** What carrying it out sends, once all is planned and as far as anybody can tell. */
  readonly expected: ExpectedRequests | undefined = $derived(
    this.#last?.listing === true ? undefined : this.detail?.expected,
  )
  /** Why it cannot be started; undefined where it can. */
  readonly blocked: string | undefined = $derived.by(
    () =>
      this.wrong ??
      startBlocked({
        snapshot: this.replanning ? undefined : this.#last,
        replanning: this.replanning,
        failure: this.#draft.failure,
        cause: this.refusals[0]?.example.message,
        // Nobody confirms deletions that are not counted yet.
        whileListing: this.whileListing && !this.waits,
      }) ??
      (this.replanning ? undefined : deniedEntirely(this.rights.report)),
  )

  constructor(client: Client, draft: Draft, notices: Notices) {
    this.rights = new PlanRights(client)
    this.#client = client
    this.#draft = draft
    this.#notices = notices
  }

  /** Something of the draft changed: what is shown of it follows. Called by the view, for every new snapshot. */
  follow(snapshot: JobSnapshot | undefined): void {
    if (!this.#draft.isOpen) return this.#forget()
    if (snapshot === undefined) return
    if (snapshot.id !== this.#last?.id && !tells(snapshot) && this.#last !== undefined) return
    const before = this.#last
    this.#last = snapshot
    const changed =
      before?.id !== snapshot.id ||
      before.tally.planned.refuse.items !== snapshot.tally.planned.refuse.items ||
      this.firstItems.length < Math.min(FIRST, snapshot.tally.listed.items)
    this.#followDetail(before, snapshot)
    this.rights.follow(snapshot)
    if (changed && snapshot.tally.listed.items > 0) void this.#look()
  }

  /** Chooses otherwise: shown at once, planned when the choosing has settled and can be planned. */
  change(next: SheetSpec): void {
    if (this.spec === undefined) return
    this.#edited = next
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#replan(), SETTLE)
  }

  /**
   * Starts what is chosen now, also where its plan was not yet asked for. Undefined where it was not started: it could
   * not be, or something changed since it was planned, and the new plan is to be read first.
   */
  async start(when: 'now' | 'queue'): Promise<JobSnapshot | undefined> {
    if (this.wrong !== undefined) return undefined
    await this.#replan()
    this.remember()
    const job = await this.#draft.start(when, 'ask')
    if (job === undefined || isStarted(job)) return job
    await this.#details?.read()
    return undefined
  }

  /** Keeps the plan of what is chosen now, for later. */
  async keep(): Promise<JobSnapshot | undefined> {
    if (this.wrong !== undefined) return undefined
    await this.#replan()
    try {
      return await this.#draft.keep()
    } catch (error) {
      this.#notices.failure(toFailure(error), 'The plan was not saved.')
      return undefined
    }
  }

  /** What is chosen now starts by itself at that moment, milliseconds since the epoch. */
  async schedule(at: number): Promise<JobSnapshot | undefined> {
    if (this.wrong !== undefined) return undefined
    await this.#replan()
    return this.#draft.schedule(at)
  }

  /** It was told to start, and is looked at anew before. */
  get checking(): boolean {
    return this.#draft.checking
  }

  /** A sentence, where the plan that is shown is kept already. */
  get saved(): string | undefined {
    return this.#draft.isKept && !this.replanning ? 'This plan is saved.' : undefined
  }

  /** Nothing of it could be carried out. */
  get allRefused(): boolean {
    const { tally } = this.#last ?? {}
    return tally !== undefined && itemsToDo(tally) === 0
  }

  /** The plan was told to be looked at anew: what is said of it afterwards is since this look. */
  remember(): void {
    this.lookedBefore = this.detail?.freshness?.lookedAt
  }

  /** Why it could not be planned or started. */
  get failure(): Failure | undefined {
    return this.#draft.failure
  }

  /** It starts with the whole plan only, for what it takes away is confirmed with its count. */
  get waits(): boolean {
    return destroys(this.spec) !== undefined
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#edited = undefined
    void this.#draft.close()
  }

  async #replan(): Promise<void> {
    clearTimeout(this.#timer)
    const edited = this.#edited
    if (edited === undefined || this.wrong !== undefined) return
    const opened = this.#draft.open(edited)
    this.#edited = undefined
    await opened
  }

  /** Reads the first items and what would fail; once more where the plan went on meanwhile. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true
      return
    }
    this.#looking = true
    const id = this.#last?.id
    try {
      if (id === undefined) return
      const refused = (this.#last?.tally.planned.refuse.items ?? 0) > 0
      const [page, groups] = await Promise.all([
        this.#client.call('jobs.items', { id, filter: 'all', offset: 0, limit: FIRST }),
        refused ? this.#client.call('jobs.failures', { id }) : [],
      ])
      if (this.#last?.id === id) {
        this.firstItems = page.items
        this.refusals = groups
      }
    } catch (error) {
      // A draft that was replaced meanwhile has no items; any other trouble is told.
      const failure = toFailure(error)
      if (this.#draft.jobId === id && this.#draft.isOpen) this.#notices.failure(failure)
    } finally {
      this.#looking = false
      if (this.#lookAgain) {
        this.#lookAgain = false
        void this.#look()
      }
    }
  }

  #followDetail(before: JobSnapshot | undefined, { id, revision, status }: JobSnapshot): void {
    if (this.#details?.id !== id) {
      this.#details?.close()
      this.#details = new JobDetails(this.#client, id)
    } else if (status.is === 'ready' && before?.status.is !== 'ready') void this.#details.read()
    else if (before?.revision !== revision) this.#details.stale()
  }

  #forget(): void {
    clearTimeout(this.#timer)
    this.#edited = undefined
    this.#last = undefined
    this.#details?.close()
    this.#details = undefined
    this.lookedBefore = undefined
    this.firstItems = []
    this.refusals = []
    this.rights.follow(undefined)
    this.whileListing = true
  }
}

/** It has something to show: rows, or the knowledge that there are none, or why it cannot go on. */
function tells({ tally, status }: JobSnapshot): boolean {
  return tally.listed.items > 0 || (status.is !== 'planning' && status.is !== 'queued')
}
