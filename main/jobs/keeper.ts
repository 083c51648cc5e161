import { Aftermath } from './report/aftermath.ts'
import type { OpenJobs } from './api.ts'
import { Changes } from './changes.ts'
import { toDetail } from './detail.ts'
import { abandonEarlier, hasUploads } from './run/leftovers.ts'
import { tellGrid } from './plan/grid-keeping.ts'
import { Paces } from './run/paces.ts'
import type { JobQueue, MakeQueue } from './queue/queue.ts'
import { writeInStep } from './in-step.ts'
import { amendLegs } from './plan/legs.ts'
import { keepTime, log } from './live.ts'
import type { Live } from './live.ts'
import { movesCross, waitsFor } from './queue/crossing-moves.ts'
import { endpointsOf } from './queue/line.ts'
import { Line, priorityOf } from './queue/line-up.ts'
import { afterPlan } from './plan/plan-chores.ts'
import type { JobMore, JobRecord } from './record.ts'
import { logEntry } from './report/log-entry.ts'
import { notesOfAside } from './run/left-aside.ts'
import { notesOfBackups } from './run/left-backups.ts'
import { Marking } from './causes/marking.ts'
import { isStale } from './plan/refreshing.ts'
import { JobRun } from './run/run.ts'
import type { Ending, Stop } from './run/run.ts'
import { Settlers } from './queue/settlers.ts'
import type { Until } from './queue/settlers.ts'
import { lateWords, waitsForItsTime } from './queue/schedule.ts'
import { toSnapshot } from './snapshot.ts'
import { budgetWords } from './run/spending.ts'
import { isHeld, reactTo, recoveryOf } from './state.ts'
import type { Store } from './store/store.ts'
import { leavesDoubt } from './run/cut-off.ts'
import { waitForCause } from './run/waiting.ts'
import { fail, toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'
import type { Freshness, JobSnapshot, JobStatus, PauseReason } from '#model/job.ts'
import type { Orders } from '#model/orders.ts'
import { S3_LIMITS } from '#model/object.ts'
import type { Budget } from '#model/orders.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'

/** Milliseconds between two savings of what changes all the time: how long it ran, and its chart. */
const SAVE_EVERY = 10_000

/** The jobs of one data directory: what each does next, and the one place where their status changes. */
export class JobKeeper {
  readonly #options: OpenJobs
  readonly #store: Store
  readonly queue: JobQueue
  readonly line: Line
  readonly changes: Changes<JobSnapshot>
  readonly #paces: Paces
  readonly #jobs = new Map<string, Live>()
  readonly #finished = new Set<(job: JobSnapshot) => void>()
  readonly #settlers = new Settlers()
  readonly aftermath: Aftermath
  /** Of failed items that are to be tried again, or left. */
  readonly marking: Marking
  #closing = false

  constructor(options: OpenJobs, store: Store, makeQueue: MakeQueue) {
    this.#options = options
    this.#store = store
    this.#paces = new Paces(options.seams)
    this.changes = new Changes(options.seams, (id) => {
      const live = this.#jobs.get(id)
      return live && this.snapshot(live)
    })
    this.aftermath = new Aftermath({
      ...{ store, seams: options.seams, dir: options.dir, openStorage: options.openStorage },
      callWebhook: options.callWebhook,
      detail: (live) => toDetail(store, live.record, this.snapshot(live), options.prices?.(), this.records()),
      log: (live, text, failure) => this.log(live, text, failure),
      changed: (live) => this.#changed(live),
    })
    this.marking = new Marking({
      ...{ store, seams: options.seams },
      isOpen: ({ record }) => !this.#closing && this.#jobs.has(record.id),
      changed: (live) => this.#changed(live),
      log: (live, text, failure) => this.log(live, text, failure),
      enqueue: (live) => this.enqueue(live, false),
    })
    this.#load()
    this.line = new Line(store.queue, options.seams, (id) => {
      const live = this.#jobs.get(id)
      if (live) this.#changed(live)
    })
    this.queue = makeQueue({
      table: store.queue,
      concurrency: options.jobsAtOnce,
      perEndpoint: options.jobsPerEndpoint ?? Infinity,
      priorityOf: (id) => priorityOf(this.#jobs.get(id)?.record),
      endpointsOf: (id) => this.#endpointsOf(id),
      excludes: (id, other) => this.#excludes(id, other),
      lockId: () => options.seams.id(),
      work: (id) => this.#runFromQueue(id),
      lost: (id, failure) => this.#pauseHeld(id, failure),
    })
  }

  /** Goes on with what an earlier process left (`recoveryOf`). */
  recover(): void {
    for (const live of this.#jobs.values()) {
      const { record } = live
      const next = recoveryOf(record)
      if (next === 'look') {
        this.#endByLooking(live)
        continue
      }
      if (isFinished(record.status)) this.#recoverFinished(live)
      else if (record.more.marks !== undefined) this.marking.goOn(live)
      switch (next) {
        case 'wait':
          this.#waitFor(live)
          live.waiting?.wake()
          break
        case 'plan':
          this.goOn(live)
          break
        case 'interrupted':
          this.pause(live, 'interrupted')
          this.enqueue(live, false)
          break
        case 'queue':
          this.enqueue(live, false)
          break
        case 'rest':
          break
      }
    }
  }

  #recoverFinished(live: Live): void {
    const { record } = live
    this.#cleanUp(live)
    const { marks } = record.more
    if (marks !== undefined) {
      // It was asked for, and may not have come to its place in the queue.
      if (record.status.is !== 'cancelled' && marks.some(({ as }) => as === 'again'))
        this.enqueue(live, false)
      this.marking.goOn(live)
    }
    if (isFinished(record.status)) this.aftermath.follow(live)
  }

  #load(): void {
    const { records } = this.#store.jobs.load()
    for (const record of records) {
      // Made by a sheet that is gone.
      if (record.draft) this.#store.removeJob(record)
      else this.#track(record)
      tellGrid(this.#options.gridRows, record, record.draft)
    }
    const active = (id: string): boolean => {
      const live = this.#jobs.get(id)
      return live !== undefined && !isFinished(live.record.status)
    }
    for (const id of this.#store.queue.list()) if (!active(id)) this.#store.queue.remove(id)
  }

  all(): Iterable<Live> {
    return this.#jobs.values()
  }

  *records(): Iterable<JobRecord> {
    for (const { record } of this.#jobs.values()) yield record
  }

  create(spec: JobSpec, draft: boolean, { priority, startAt }: Orders = {}): Live {
    const { seams } = this.#options
    const since = seams.now()
    const status: JobStatus = draft
      ? { is: 'planning' }
      : startAt === undefined
        ? { is: 'queued' }
        : { is: 'paused', reason: 'schedule', since }
    const record = this.#store.transaction(() => {
      const made = this.#store.jobs.insert(seams.id(), spec, draft, status, since)
      Object.assign(made.more, { priority, startAt })
      this.#store.jobs.saveMore(made)
      return made
    })
    const live = this.#track(record)
    tellGrid(this.#options.gridRows, record)
    if (draft) void this.#begin(live, 'plan')
    else if (status.is === 'paused') this.#waitFor(live)
    else this.queue.add(record.id, false)
    return live
  }

  /** A job that was brought here whole, and is over. */
  adopt(record: JobRecord): Live {
    return this.#track(record)
  }

  /** Forgets the job at once; its rows go when nothing works on them any more. */
  drop(live: Live): void {
    const { record } = live
    this.#jobs.delete(record.id)
    this.changes.noteRemoved(record.id)
    live.waiting?.stop()
    live.run?.stop({ is: 'close' })
    this.aftermath.forget(record.id)
    tellGrid(this.#options.gridRows, record, true)
    const removal = (): void => this.#store.removeJob(record)
    // Rows that are left by a close in between belong to a draft, which the next start drops, or to a finished job.
    if (live.running) live.running.then(removal).catch(() => {})
    else removal()
  }

  settled(live: Live, until: Until, signal?: AbortSignal): Promise<JobSnapshot> {
    return this.#settlers.wait(this.snapshot(live), until, signal)
  }

  onFinished(listener: (job: JobSnapshot) => void): () => void {
    this.#finished.add(listener)
    return () => void this.#finished.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    this.queue.close()
    for (const live of this.#jobs.values()) {
      live.waiting?.stop()
      live.run?.stop({ is: 'close' })
    }
    const open = [...this.#jobs.values()].flatMap(({ running, marking }) => [running, marking])
    await Promise.all(open.filter((one) => one !== undefined))
    await this.aftermath.close()
    this.line.close()
    this.changes.flush()
    this.#store.close()
  }

  #track(record: JobRecord): Live {
    if (record.more.customerKeys !== undefined) amendLegs(record.spec, record.more.customerKeys)
    // Counts from the clock, so that a restart never hands out a revision that was there before.
    const live: Live = { record, revision: this.#options.seams.now(), lastSaved: this.#options.seams.now() }
    this.#jobs.set(record.id, live)
    return live
  }

  find(id: string): Live {
    const live = this.#jobs.get(id)
    return live ?? fail('bad-input', 'item', `id: there is no job ${JSON.stringify(id)}`, { property: 'id' })
  }

  snapshot(live: Live): JobSnapshot {
    const { record, ranSince, run } = live
    const ranFor = record.ranFor + (ranSince === undefined ? 0 : this.#options.seams.now() - ranSince)
    const live_ = record.status.is === 'running' ? run?.live() : undefined
    const after = waitsFor(record, this.records())
    return toSnapshot(record, live.revision, ranFor, live_, { place: this.line.placeOf(record.id), after })
  }

  noted(live: Live): JobSnapshot {
    this.#changed(live)
    return this.snapshot(live)
  }

  #changed(live: Live): void {
    live.revision += 1
    this.changes.note(live.record.id)
  }

  /** Waits for its turn. */
  enqueue(live: Live, first: boolean): void {
    live.waiting?.stop()
    this.aftermath.again(live.record)
    live.record.endedAt = undefined
    if (first) this.line.raiseToFirst(live.record)
    if (this.#setStatus(live, { is: 'queued' })) this.queue.add(live.record.id, first)
  }

  /** From a pause: what nobody started goes on with its plan, any other job waits for its turn. */
  goOn(live: Live): void {
    live.waiting?.stop()
    if (!isHeld(live.record)) return this.enqueue(live, false)
    this.#setStatus(live, { is: 'planning' })
    void this.#begin(live, 'plan')
  }

  async #runFromQueue(id: string): Promise<void> {
    const live = this.#jobs.get(id)
    // A plan that was being made when the job was started ends first, and what is tried again is marked.
    await live?.running
    await live?.marking
    if (live === undefined || live.record.status.is !== 'queued' || this.#closing) return
    live.record.startedAt ??= this.#options.seams.now()
    if (isStale(live.record, this.#options.seams.now()))
      live.record.more = { ...live.record.more, refresh: { draft: false, is: 'asked' } }
    // What cannot be written is not begun (invariant 13).
    if (this.#setStatus(live, { is: 'running' })) await this.#begin(live, 'all')
  }

  #excludes(id: string, other: string): boolean {
    const [one, two] = [this.#jobs.get(id), this.#jobs.get(other)]
    return one !== undefined && two !== undefined && movesCross(one.record.spec, two.record.spec)
  }

  #endpointsOf(id: string): readonly string[] {
    const live = this.#jobs.get(id)
    return live === undefined ? [] : (live.endpoints ??= endpointsOf(live.record.spec))
  }

  /** One run, and what follows from its ending. */
  #begin(live: Live, extent: 'plan' | 'all'): Promise<void> {
    const { record } = live
    const run = new JobRun({
      ...{ store: this.#store, record, extent, looked: live.hasLooked === true },
      seams: this.#options.seams,
      openStorage: this.#options.openStorage,
      findKey: this.#options.findKey,
      paces: this.#paces,
      copyLimit: this.#options.copyLimit ?? S3_LIMITS.copyObject,
      gridRows: this.#options.gridRows,
      prices: this.#options.prices?.(),
      changed: () => this.#progressed(live),
    })
    live.hasLooked = false
    live.run = run
    live.ranSince = this.#options.seams.now()
    this.#changed(live)
    live.running = run.run().then((ending) => {
      keepTime(live, this.#store, this.#options.seams)
      live.run = undefined
      live.ranSince = undefined
      live.running = undefined
      this.#ended(live, extent, ending)
    })
    return live.running
  }

  #ended(live: Live, extent: 'plan' | 'all', ending: Ending): void {
    if (!this.#jobs.has(live.record.id)) return
    if (ending.is === 'stopped') return this.#stopped(live, ending.why)
    if (extent === 'all') return this.end(live, { is: 'completed' })
    this.#planned(live)
  }

  #planned(live: Live): void {
    const { record } = live
    const next = afterPlan(record)
    if (next === 'again') return void this.#begin(live, 'plan')
    const { refresh, freshness } = record.more
    // Answers are no look: a plan is as fresh as it was.
    record.more = {
      ...record.more,
      refresh: undefined,
      freshness: freshness ?? freshNow(this.#options.seams),
    }
    if (next === 'start') return this.startNow(live, refresh?.start?.when === 'now')
    if (refresh?.draft) {
      record.draft = true
      record.more = { ...record.more, kept: undefined }
    }
    this.#setStatus(live, { is: 'ready' })
  }

  /** From now on it is a job that is carried out. */
  startNow(live: Live, first: boolean): void {
    live.record.draft = false
    live.record.more = { ...live.record.more, kept: undefined }
    this.enqueue(live, first)
  }

  /** A draft stays, whatever becomes of the sheet that made it. */
  keep(live: Live): void {
    live.record.draft = false
    live.record.more = { ...live.record.more, kept: true }
    // A kept plan is a change of the job and not of its status.
    this.#setStatus(live, live.record.status)
  }

  /** Something is asked of a plan that is made, or will be once it is. */
  askOfPlan(live: Live, more: Pick<JobMore, 'answers' | 'refresh'>): void {
    const { record } = live
    record.more = { ...record.more, ...more }
    if (record.status.is === 'planning') return void this.#save(live)
    if (this.#setStatus(live, { is: 'planning' })) void this.#begin(live, 'plan')
  }

  #stopped(live: Live, why: Stop): void {
    switch (why.is) {
      case 'close':
        // It keeps the status with which it is found at the next start, or that a start has given it meanwhile.
        this.#save(live)
        return
      case 'user':
        return this.pause(live, 'user')
      case 'cancel':
        return this.end(live, { is: 'cancelled' })
      case 'pause':
        return this.pause(live, why.reason, why.failure)
      case 'fail':
        return this.end(live, { is: 'failed', failure: why.failure })
    }
  }

  /**
   * On disk already while the requests in flight still end: a kill in between must not undo what a person asked for.
   * In memory the job stands as it does until then.
   */
  foretell(live: Live, what: 'paused' | 'cancelled'): void {
    const since = this.#options.seams.now()
    try {
      this.#store.jobs.saveStatus(
        live.record.n,
        what === 'paused' ? { is: 'paused', reason: 'user', since } : { is: 'cancelled' },
      )
    } catch {
      // A journal that cannot be written stops the run by itself, and its pause is held in memory (invariant 13).
    }
  }

  /**
   * A person gives up a job that nobody works on. What an earlier run may have sent without hearing of it is looked at
   * first, and its uploads go; meanwhile it counts as cancelled, and has not ended.
   */
  cancelHeld(live: Live): void {
    if (!leavesDoubt(this.#store, live.record)) return this.end(live, { is: 'cancelled' })
    this.foretell(live, 'cancelled')
    this.#endByLooking(live)
  }

  #endByLooking(live: Live): void {
    live.record.status = { is: 'cancelled' }
    void this.#begin(live, 'all')
    live.run?.stop({ is: 'cancel' })
  }

  /** Counts from the next request on, also of a run that is under way. */
  setBudget(live: Live, budget: Budget | null): void {
    const { record } = live
    record.more.budget = budget
    this.#store.transaction(() => this.#store.jobs.saveMore(record))
    this.log(live, budget === null ? 'It has no budget any more.' : `Its budget is ${budgetWords(budget)}.`)
  }

  pause(live: Live, reason: PauseReason, failure?: Failure): void {
    const since = this.#options.seams.now()
    this.#setStatus(live, { is: 'paused', reason, since, failure })
    if (reason !== 'user' && reason !== 'interrupted') this.#waitFor(live)
  }

  /** Invariant 13: the journal cannot be written, so the pause stands in memory and nothing is sent. */
  #pauseHeld(id: string, failure: Failure): void {
    const live = this.#jobs.get(id)
    if (live) this.pause(live, 'storage', failure)
  }

  #waitFor(live: Live): void {
    const { record } = live
    const { status } = record
    if (status.is !== 'paused' || this.#closing) return
    const { seams, openStorage, findKey } = this.#options
    const store = this.#store
    live.waiting?.stop()
    live.waiting = waitForCause({
      ...{ record, store, seams, openStorage, findKey, reason: status.reason },
      write: (change) => writeInStep(store, record, change),
      canWrite: () => this.#canWrite(live),
      over: () => {
        live.hasLooked = true
        const late = lateWords(record, seams.now())
        if (late !== undefined) this.log(live, late)
        this.goOn(live)
      },
    })
  }

  #canWrite(live: Live): boolean {
    try {
      this.#store.transaction(() => this.#store.jobs.save(live.record))
      return true
    } catch {
      return false
    }
  }

  end(live: Live, status: JobStatus): void {
    // The machine's clock may have been set back since an earlier process began it.
    live.record.endedAt = Math.max(this.#options.seams.now(), live.record.startedAt ?? 0)
    this.#noteWhatIsLeft(live)
    if (!this.#setStatus(live, status)) return
    const snapshot = this.snapshot(live)
    for (const listener of this.#finished) listener(snapshot)
  }

  #noteWhatIsLeft({ record }: Live): void {
    try {
      record.notes = notesOfBackups(this.#store, record, notesOfAside(this.#store, record))
    } catch {
      // A journal that cannot be read cannot be written either: that pauses the job, and it ends once more.
    }
  }

  /** False when it could not be written: then the job is paused for that instead. */
  #setStatus(live: Live, status: JobStatus): boolean {
    live.record.status = status
    if (!waitsForItsTime(live.record)) live.record.more.startAt = undefined
    tellGrid(this.#options.gridRows, live.record)
    const saved = this.#save(live)
    const entry = logEntry(live.record.status)
    if (entry !== undefined) this.log(live, entry.text, entry.failure)
    this.#changed(live)
    for (const other of this.#jobs.values())
      if (other.record.status.is === 'queued' && movesCross(other.record.spec, live.record.spec))
        this.#changed(other)
    if (rests(live.record.status)) this.changes.noteNow(live.record.id)
    this.#settlers.tell(live.record.id, live.record.status, () => this.snapshot(live))
    this.aftermath.follow(live)
    return saved
  }

  /** What cannot be written is held in memory as a pause, and the disk is looked at again and again. */
  #save(live: Live): boolean {
    const { record } = live
    try {
      this.#store.transaction(() => this.#store.jobs.save(record))
      return true
    } catch (error) {
      const failure = toFailure(error)
      const since = this.#options.seams.now()
      record.status = { is: 'paused', reason: 'storage', since, failure }
      this.#waitFor(live)
      return false
    }
  }

  #progressed(live: Live): void {
    this.#changed(live)
    const now = this.#options.seams.now()
    if (now - live.lastSaved < SAVE_EVERY || live.run?.samples === undefined) return
    live.lastSaved = now
    keepTime(live, this.#store, this.#options.seams)
    // What was foretold of a run that is stopped stays on the disk.
    if (live.record.status.is === 'running' && live.run.isStopped !== true) this.#save(live)
  }

  log(live: Live, text: string, failure?: Failure): void {
    log(live, this.#store, this.#options.seams, text, failure)
  }

  /** Uploads that an earlier run could not abort. */
  #cleanUp(live: Live): void {
    const { record } = live
    const { openStorage, seams, findKey } = this.#options
    if (!hasUploads(this.#store, record)) return
    live.running = abandonEarlier({ store: this.#store, record, seams, findKey }, openStorage)
      .then(() => void this.#save(live))
      .catch((error: unknown) =>
        this.log(live, 'Its uploads could not be aborted yet.', reactTo(toFailure(error)).failure),
      )
      .then(() => {
        live.running = undefined
      })
  }
}

/** Whoever watches it for its end may leave. */
function rests(status: JobStatus): boolean {
  return status.is === 'paused' || isFinished(status)
}

function freshNow(seams: Seams): Freshness {
  return { lookedAt: seams.now(), changed: 0, added: 0, gone: 0 }
}
