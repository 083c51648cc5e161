import type { Jobs, OpenJobs } from './api.ts'
import { toDetail } from './detail.ts'
import { toGroup } from './causes/failure-groups.ts'
import { leaveByCause, retryByCause } from './causes/by-cause.ts'
import { changedOf } from './undo/changed.ts'
import { checkGrid } from './plan/grid-keeping.ts'
import type { GridRows } from './plan/grid-rows.ts'
import { whyNoAnswers } from './checks/answer-check.ts'
import { ItemLooks } from './run/item-looks.ts'
import type { FoundItems } from './run/item-looks.ts'
import type { FoundIn } from './run/item-slices.ts'
import { JobKeeper } from './keeper.ts'
import { betterQueue } from './queue/queue.ts'
import { writeItemsManifest } from './report/manifest-out.ts'
import { refuseInTheWay } from './undo/in-the-way.ts'
import { manifestsInUse } from './manifests-in-use.ts'
import type { MakeQueue } from './queue/queue.ts'
import { Rights } from './causes/rights.ts'
import type { PendingAnswer } from './record.ts'
import { canLookAnew, isStale } from './plan/refreshing.ts'
import { writePlan } from './report/plan-csv.ts'
import { writeReport } from './report/report.ts'
import { JobOrders } from './queue/orders.ts'
import { refuse, refuseFull } from './checks/refuse.ts'
import { checkMoment } from './queue/schedule.ts'
import { RecordImports, refuseBrought } from './report/record-imports.ts'
import { writeRecord } from './report/record-write.ts'
import { checkSpec } from './checks/spec-check.ts'
import { checkUndo } from './checks/undo-check.ts'
import { checkBudget, whyNoRoom } from './run/spending.ts'
import { canFollow, goesOnByItself, isHeld } from './state.ts'
import { openStore } from './store/store.ts'
import type { Store } from './store/store.ts'
import { describeJob } from '#model/describe-job.ts'
import { fail } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'
import type { FailureGroup, JobDetail, JobSnapshot, RightsReport } from '#model/job.ts'
import { itemQuery } from '#model/plan.ts'
import type { ConflictAnswer, ItemFilter, ItemQuery } from '#model/plan.ts'
import type { Budget, Orders } from '#model/orders.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'
import { placesOf } from '#model/spec.ts'
import type { JobSpec, ReportFormat } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import { openTemplateList } from './queue/templates.ts'
import type { Templates } from './queue/templates.ts'
import { uploadsInUse } from './run/uploads-in-use.ts'
import type { RetryWith, WhichCause } from './causes/which-cause.ts'

/** Opens the jobs of a data directory that this process owns. Those that ran when the last one ended go on. */
export function openJobs(options: OpenJobs): Promise<Jobs> {
  return openJobsWith(options, betterQueue)
}

/**
 * The same with another queue: better-queue runs on timers of its own, which the simulator cannot turn. And with a
 * store that is open already: the simulator's processes are killed, and their store with them.
 */
export async function openJobsWith(
  options: OpenJobs,
  makeQueue: MakeQueue,
  store: Store = openStore(options.dir, 'write'),
): Promise<Jobs> {
  try {
    const keeper = new JobKeeper(options, store, makeQueue)
    keeper.recover()
    return new OpenedJobs(keeper, store, options)
  } catch (error) {
    store.close()
    throw error
  }
}

/** What is asked of the jobs: read from the journal, or, where it fits the job's state, handed to the keeper. */
class OpenedJobs implements Jobs {
  readonly templates: Templates
  readonly #keeper: JobKeeper
  readonly #store: Store
  readonly #gridRows: GridRows | undefined
  readonly #seams: Seams
  readonly #orders: JobOrders
  readonly #rights: Rights
  readonly #looks: ItemLooks

  readonly #prices: OpenJobs['prices']
  readonly #imports: RecordImports

  constructor(keeper: JobKeeper, store: Store, options: OpenJobs) {
    const { gridRows, prices, seams } = options
    this.#keeper = keeper
    this.#store = store
    this.#gridRows = gridRows
    this.#prices = prices
    this.#seams = seams
    this.#rights = new Rights({ ...options, store })
    this.#orders = new JobOrders(keeper, store, seams)
    this.#imports = new RecordImports(store, seams)
    this.templates = openTemplateList(store.templates, seams)
    this.#looks = new ItemLooks(store, store.dir, seams)
  }

  list(): JobSnapshot[] {
    return [...this.#keeper.all()].map((live) => this.#keeper.snapshot(live))
  }

  get(id: string): JobDetail {
    const live = this.#keeper.find(id)
    const { record, run } = live
    const figures = run && { requests: run.requests, ...(run.samples && { samples: run.samples.points }) }
    const snapshot = this.#keeper.snapshot(live)
    return toDetail(this.#store, record, snapshot, this.#prices?.(), this.#keeper.records(), figures)
  }

  uploadsInUse(): ReturnType<Jobs['uploadsInUse']> {
    return [...this.#keeper.all()].flatMap(({ record }) =>
      isFinished(record.status)
        ? []
        : uploadsInUse(this.#store, record).map((upload) => ({ ...upload, job: describeJob(record.spec) })),
    )
  }

  writeManifest(id: string, query: ItemQuery, path: string): ReturnType<Jobs['writeManifest']> {
    return writeItemsManifest(this.#foundIn(id, query), path)
  }

  manifestsInUse(): ReadonlySet<string> {
    return manifestsInUse(
      this.#store,
      [...this.#keeper.all()].map(({ record }) => record),
    )
  }

  create(spec: JobSpec, { draft, orders }: { draft: boolean; orders?: Orders | undefined }): JobSnapshot {
    checkSpec(spec)
    if (orders?.startAt !== undefined) checkMoment(orders.startAt, this.#seams.now(), 'startAt')
    checkBudget(spec, spec.budget, this.#prices?.())
    checkGrid(spec, this.#gridRows)
    if (spec.kind === 'undo') {
      const { record } = this.#keeper.find(spec.of)
      refuseBrought(record, 'taken back')
      checkUndo(spec, record)
      if (!draft) refuseInTheWay({ id: '', spec }, this.#keeper.all(), 'taken back')
    }
    return this.#keeper.noted(this.#keeper.create(spec, draft, orders))
  }

  undo(id: string, options: { draft: boolean }): JobSnapshot {
    return this.create(undoOf(id, this.#keeper.find(id).record.spec), options)
  }

  start(id: string, when: 'now' | 'queue', stale: 'ask' | 'go-on' = 'go-on'): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    refuseBrought(record, 'started')
    const { startAt } = record.more
    if (record.draft && when === 'queue' && startAt !== undefined && startAt > this.#seams.now())
      return this.schedule(id, startAt)
    const isWaiting = record.status.is === 'queued' && when === 'now'
    if (!isWaiting && !canFollow(record.status.is, 'queued')) refuse(record, 'started')
    refuseInTheWay(record, this.#keeper.all(), 'started')
    if (stale === 'ask' && record.status.is === 'ready' && isStale(record, this.#seams.now())) {
      const { draft } = record
      this.#keeper.keep(live)
      this.#keeper.askOfPlan(live, { refresh: { draft, is: 'asked', start: { when, stale } } })
      return this.#keeper.noted(live)
    }
    // A plan that is still being made goes on in the run, from the page that it has reached.
    live.run?.stop({ is: 'close' })
    this.#keeper.startNow(live, when === 'now')
    return this.#keeper.noted(live)
  }

  keep(id: string): JobSnapshot {
    const live = this.#keeper.find(id)
    if (!live.record.draft) refuse(live.record, 'kept')
    this.#keeper.keep(live)
    return this.#keeper.noted(live)
  }

  refresh(id: string): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    if (record.status.is !== 'ready') refuse(record, 'looked at anew')
    if (!canLookAnew(record.spec)) {
      const message =
        'A plan of this kind is not looked at anew: each object of it is bound to what was found, and what has changed since says so when its turn comes.'
      return fail('not-possible', 'item', message, { property: 'id' })
    }
    this.#keeper.askOfPlan(live, { refresh: { draft: record.draft, is: 'asked' } })
    return this.#keeper.noted(live)
  }

  answer(id: string, which: PendingAnswer['which'], answer: ConflictAnswer): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    const { status, more, spec } = record
    if (!isHeld(record) || (status.is !== 'ready' && status.is !== 'planning')) refuse(record, 'answered')
    const why = whyNoAnswers(spec)
    if (why !== undefined) fail('not-possible', 'item', why, { property: 'id' })
    this.#keeper.askOfPlan(live, { answers: [...(more.answers ?? []), { which, answer, next: 1 }] })
    return this.#keeper.noted(live)
  }

  move(id: string, before: string | null): JobSnapshot {
    return this.#orders.move(id, before)
  }

  setPriority(id: string, priority: number): JobSnapshot {
    return this.#orders.setPriority(id, priority)
  }

  schedule(id: string, at: number | null): JobSnapshot {
    return this.#orders.schedule(id, at)
  }

  pause(id: string): JobSnapshot {
    const live = this.#keeper.find(id)
    const { status } = live.record
    if (
      status.is !== 'queued' &&
      status.is !== 'running' &&
      status.is !== 'planning' &&
      status.is !== 'paused'
    ) {
      refuse(live.record, 'paused')
    }
    this.#keeper.queue.remove(id)
    live.waiting?.stop()
    if (live.run) {
      this.#keeper.foretell(live, 'paused')
      live.run.stop({ is: 'user' })
    } else this.#keeper.pause(live, 'user')
    return this.#keeper.noted(live)
  }

  resume(id: string): JobSnapshot {
    const live = this.#keeper.find(id)
    refuseBrought(live.record, 'resumed')
    const { status } = live.record
    if (status.is !== 'paused') refuse(live.record, 'resumed')
    const full = status.reason === 'budget' ? whyNoRoom(live.record, this.#prices?.()) : undefined
    if (full !== undefined) refuseFull(live.record, full)
    this.#keeper.goOn(live)
    return this.#keeper.noted(live)
  }

  setBudget(id: string, budget: Budget | null): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    if (isFinished(record.status)) refuse(record, 'given a budget')
    checkBudget(record.spec, budget ?? undefined, this.#prices?.())
    this.#keeper.setBudget(live, budget)
    return this.#keeper.noted(live)
  }

  cancel(id: string): JobSnapshot {
    const live = this.#keeper.find(id)
    if (isFinished(live.record.status)) refuse(live.record, 'cancelled')
    this.#keeper.queue.remove(id)
    live.waiting?.stop()
    if (live.run) {
      this.#keeper.foretell(live, 'cancelled')
      live.run.stop({ is: 'cancel' })
    } else {
      this.#keeper.cancelHeld(live)
    }
    return this.#keeper.noted(live)
  }

  remove(id: string): void {
    const live = this.#keeper.find(id)
    const { record } = live
    if (!isHeld(record) && !isFinished(record.status)) refuse(record, 'removed')
    this.#keeper.drop(live)
  }

  retry(id: string, cause?: WhichCause, more?: RetryWith): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    refuseBrought(record, 'tried again')
    if (record.status.is === 'cancelled' || isHeld(record)) refuse(record, 'retried')
    refuseInTheWay(record, this.#keeper.all(), 'tried again')
    retryByCause(this.#keeper, this.#store, live, cause, more)
    return this.#keeper.noted(live)
  }

  leave(id: string, cause: WhichCause): JobSnapshot {
    const live = this.#keeper.find(id)
    refuseBrought(live.record, 'changed')
    leaveByCause(this.#keeper, this.#store, live, cause)
    return this.#keeper.noted(live)
  }

  rights(id: string, signal: AbortSignal): Promise<RightsReport> {
    return this.#rights.of(this.#keeper.find(id), signal)
  }

  items(id: string, query: ItemFilter | ItemQuery, offset: number, limit: number): FoundItems {
    const { record, run } = this.#keeper.find(id)
    const whole = typeof query === 'string' ? itemQuery.parse({ filter: query }) : query
    const changed = changedOf(this.#store, record.spec)
    const underWay = { items: run?.underWay ?? new Map(), detail: (item: number) => run?.detail(item) }
    return this.#looks.page(record, whole, offset, limit, underWay, changed)
  }

  failures(id: string): FailureGroup[] {
    return this.#store.causes.list(this.#keeper.find(id).record.n).map(toGroup)
  }

  writePlan(id: string, query: ItemQuery, path: string): Promise<void> {
    return writePlan(this.#foundIn(id, query), path, 'people')
  }

  #foundIn(id: string, query: ItemQuery): FoundIn {
    const { record } = this.#keeper.find(id)
    return { store: this.#store, record, query, pause: () => sleep(this.#seams, 0) }
  }

  writeReport(id: string, format: ReportFormat, path: string): Promise<void> {
    return writeReport(this.#store, this.#keeper.find(id).record, this.get(id), format, path)
  }

  async writeRecord(id: string, path: string): Promise<void> {
    return writeRecord(this.#store, this.#keeper.find(id).record, this.#seams.now(), path)
  }

  async importRecord(name: string, text: string, last: boolean): Promise<JobSnapshot | undefined> {
    const record = await this.#imports.take(name, text, last)
    return record && this.#keeper.noted(this.#keeper.adopt(record))
  }

  async settled(id: string, until: 'idle' | 'finished', signal?: AbortSignal): Promise<JobSnapshot> {
    return this.#keeper.settled(this.#keeper.find(id), until, signal)
  }

  wake(connectionId?: string): void {
    this.#keeper.aftermath.wake()
    for (const live of this.#keeper.all()) {
      const { status, spec } = live.record
      if (status.is !== 'paused' || !goesOnByItself(status.reason)) continue
      const ids = placesOf(spec).map(({ connection }) => connection.id)
      if (connectionId !== undefined && !ids.includes(connectionId)) continue
      // New keys are reason enough to try; a network that may be back is probed first.
      if (status.reason === 'credentials') this.#keeper.goOn(live)
      else live.waiting?.wake()
    }
  }

  setJobsAtOnce(count: number): void {
    this.#keeper.queue.setConcurrency(count)
  }

  setJobsPerEndpoint(count: number): void {
    this.#keeper.queue.setPerEndpoint(count)
  }

  onChange(listener: Parameters<Jobs['onChange']>[0]): () => void {
    return this.#keeper.changes.listen(({ changed, removed }) => listener({ jobs: changed, removed }))
  }

  onFinished(listener: (job: JobSnapshot) => void): () => void {
    return this.#keeper.onFinished(listener)
  }

  async close(): Promise<void> {
    this.#looks.close()
    await this.#imports.close()
    return this.#keeper.close()
  }
}
