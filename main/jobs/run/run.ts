import { setMaxListeners } from 'node:events'
import { createPace } from '../../engine/pace/pace.ts'
import { learnServerTime } from '../../engine/pace/server-time.ts'
import type { FindCustomerKey, OpenStorage } from '../../engine/storage.ts'
import type { Pace, WorkContext } from '../../engine/work.ts'
import { previousFailed } from '../plan/chain.ts'
import { doubtfulBelow, nameUnseen, settleCutOff } from './cut-off.ts'
import { carryOut, settleFailed } from './item-work.ts'
import type { GridRows } from '../plan/grid-rows.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import type { Item } from '../item.ts'
import { isLarge, LargeItems } from './large-items.ts'
import { Journal } from '../journal.ts'
import { legsOf } from '../plan/legs.ts'
import type { Leg } from '../plan/legs.ts'
import { abandonUploads } from './leftovers.ts'
import { Meter } from './meter.ts'
import { allPaces } from './paces.ts'
import type { Paces } from './paces.ts'
import { openPlaces, sum } from './places.ts'
import type { Places } from './places.ts'
import { doChores, hasChores } from '../plan/plan-chores.ts'
import type { MakePlan } from '../plan/plan-context.ts'
import { makePlan } from '../plan/planner.ts'
import { plansFirst } from '../plan/plans-first.ts'
import { Pump } from './pump.ts'
import type { Samples } from './rates.ts'
import { Reachability } from './reachability.ts'
import type { JobRecord } from '../record.ts'
import { Refusals } from './refusals.ts'
import { Restorer } from './restorer.ts'
import { toolsOf } from './run-tools.ts'
import { Spending } from './spending.ts'
import { reactTo } from '../state.ts'
import type { Reaction } from '../state.ts'
import type { Store } from '../store/store.ts'
import { windowOf } from './window.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { LiveFigures } from '#model/job.ts'
import type { BucketTraits } from '#model/object.ts'
import type { Prices } from '#model/price-file.ts'
import type { Seams } from '#model/seams.ts'

/** Listing requests in flight at most: a plan must not crowd out what it is made for. */
const LISTINGS = 32
/** Items that wait to be sent, beyond which their listing has no need of being faster. */
const AHEAD = 512
const MOST_NOTES = 100
/** Milliseconds that requests in flight are given when a run is stopped; what is left then is in doubt. */
const GRACE = 5000

/** Milliseconds that the aborts of a job's uploads may take; what is left of them is tried at the next start. */
const ABANDONING = 15_000
const UPKEEP: ReadonlySet<string> = new Set(['AbortMultipartUpload', 'ListMultipartUploads', 'ListParts'])

/** Why a run ends before its work does. */
export type Stop = { readonly is: 'user' } | { readonly is: 'cancel' } | { readonly is: 'close' } | Reaction

export type Ending = { readonly is: 'done' } | { readonly is: 'stopped'; readonly why: Stop }

export interface RunOptions {
  readonly store: Store
  readonly record: JobRecord
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly findKey: FindCustomerKey
  /** Shared by all jobs that write to the same buckets. */
  readonly paces: Paces
  readonly copyLimit: number
  readonly gridRows: GridRows | undefined
  readonly prices: Prices | undefined
  /** `plan`: only make the plan. `all`: make what is missing of it, and carry it out. */
  readonly extent: 'plan' | 'all'
  /** What is awaited from the archive was looked at just now. */
  readonly looked: boolean
  readonly changed: () => void
}

/** One run of one job in this process: from its start, or from where an earlier run stopped, to its end or a stop. */
export class JobRun {
  readonly #options: RunOptions
  readonly #hard = new AbortController()
  /** For what goes on by itself later at no loss: listings, and large objects between their parts. */
  readonly #soft = new AbortController()
  readonly #journal: Journal
  readonly #spending: Spending
  readonly #refusals: Refusals
  readonly #details = new Map<number, string>()
  /** What this run's edits lost for a moment; milliseconds. */
  readonly #withoutTags = { objects: 0, longest: 0 }
  readonly #ownerships = new Map<number, Promise<BucketTraits['ownership']>>()
  /** Of the runs before this one. */
  readonly #requestsBefore: Readonly<Record<string, number>>
  readonly #before: Pick<JobRecord, 'sentBelow' | 'markedAt'>
  #places: Places | undefined
  #pump: Pump | undefined
  #restorer: Restorer | undefined
  #meter: Meter | undefined
  #why: Stop | undefined
  #cancelGrace: (() => void) | undefined
  /** Items whose work ended by a failure of the job, or once it was stopped; what became of those that are open, nobody heard. */
  readonly #unheard = new Set<number>()
  /** Those who wait for the plan to grow. */
  #forMore: (() => void)[] = []
  #planning = false
  #isEnding = false
  readonly #large = new LargeItems()

  constructor(options: RunOptions) {
    this.#options = options
    const { store, record, seams } = options
    this.#requestsBefore = record.requests
    this.#before = { sentBelow: record.sentBelow, markedAt: record.markedAt }
    this.#spending = new Spending({
      ...{ record, prices: options.prices },
      save: () => store.transaction(() => store.jobs.saveMore(record)),
      requests: () => this.requests,
      isStopped: () => this.#why !== undefined,
    })
    this.#refusals = new Refusals(seams, (failure) => this.stop({ is: 'pause', reason: 'refused', failure }))
    // As many listen as requests wait for their next try.
    setMaxListeners(0, this.#hard.signal, this.#soft.signal)
    this.#journal = new Journal(store, record, seams, (failure) => this.stop(reactTo(failure)))
  }

  /** Rejects never: what went wrong is in the ending. */
  async run(): Promise<Ending> {
    try {
      await this.#work()
      this.#journal.flush()
    } catch (error) {
      this.#stopBy(error)
      this.#nameUnseen()
    }
    this.#cancelGrace?.()
    this.#meter?.stop()
    this.#options.record.requests = this.requests
    this.#noteClock()
    this.#spending.end()
    return this.#why === undefined ? { is: 'done' } : { is: 'stopped', why: this.#why }
  }

  /** The first reason counts, but a cancel outdoes a person's pause. */
  stop(why: Stop): void {
    if (this.#why !== undefined && !(why.is === 'cancel' && this.#why.is !== 'fail')) return
    this.#why = why
    this.#pump?.stop()
    this.#restorer?.stop()
    this.#soft.abort(aborted())
    this.#tellMore()
    if (isAtOnce(why)) this.#hard.abort(aborted())
    else this.#cancelGrace ??= this.#options.seams.after(GRACE, () => this.#hard.abort(aborted()))
  }

  get isStopped(): boolean {
    return this.#why !== undefined
  }

  /** Uploads go first: what is completed by then stands, and what is not never will. */
  async #endAll(places: Places, watch: Reachability): Promise<void> {
    const { store, record, seams } = this.#options
    this.#isEnding = true
    const isCancelled = this.#why?.is === 'cancel'
    const doubtful = isCancelled ? this.#doubtful() : []
    const abandon = (): Promise<ReadonlySet<number>> =>
      abandonUploads({ ...this.#options, places, within: ABANDONING, note: (text) => this.#note(text) })
    const aborted = await abandon()
    const since = earliest(this.#before.markedAt, record.markedAt)
    if (doubtful.length === 0 || since === undefined) return
    const paces = legsOf(record.spec)
    await settleCutOff({
      ...{ store, record, seams, places, doubtful, aborted, since },
      flush: () => this.#journal.flush(),
      toolsOf: (looking, pace, signal) =>
        this.#tools(
          looking,
          paces.map(() => pace),
          watch,
          signal,
        ),
      note: (text) => this.#note(text),
    })
    // What only looked may have noted that it would begin one.
    await abandon()
  }

  /** A cancel that comes to no look says what it does not know, if the journal can still be read. */
  #nameUnseen(): void {
    if (this.#why?.is !== 'cancel') return
    try {
      nameUnseen(this.#options, this.#doubtful(), (text) => this.#note(text))
    } catch {
      // Why it cannot be read is told by whoever needs it next.
    }
  }

  /** Cut off by this run, or left by the ones before it. */
  #doubtful(): readonly number[] {
    const { store, record } = this.#options
    const before = doubtfulBelow(store, record, this.#before.sentBelow)
    return [...new Set([...this.#unheard, ...before])]
  }

  /** No request of what is counted leaves beyond the budget; what takes our uploads away costs nothing. */
  #beforeRequest(operation: string): void {
    if (!this.#isEnding || !UPKEEP.has(operation)) this.#spending.request(operation)
  }

  get underWay(): ReadonlyMap<number, Item> {
    return this.#pump?.underWay ?? new Map()
  }

  detail(item: number): string | undefined {
    return this.#details.get(item)
  }

  /** Of all runs of the job, this one included. */
  get requests(): Record<string, number> {
    return sum([this.#requestsBefore, this.#places?.requests ?? {}])
  }

  get samples(): Samples | undefined {
    return this.#meter?.samples
  }

  live(): LiveFigures | undefined {
    return this.#meter?.live(this.underWay.size)
  }

  async #work(): Promise<void> {
    const { record, seams, openStorage, extent } = this.#options
    const { spec } = record
    const places = await openPlaces(spec, openStorage, (operation) => this.#beforeRequest(operation))
    this.#places = places
    const busy = (): boolean => this.#planning || this.underWay.size > 0
    const watch = new Reachability(seams, places.all, busy, (failure) => this.stop(reactTo(failure)))
    const carryOut = async (): Promise<void> => {
      const plan = this.#plan(places, watch)
      if (this.#plansFirst()) {
        await plan
        await this.#afterPlan(places, watch)
      }
      if (extent === 'all') await this.#send(places, watch)
      await plan
    }
    try {
      // A run that is cancelled while a request of its own waits ends by an error: what it began goes nevertheless.
      await carryOut().catch((error: unknown) => this.#stopBy(error))
      if (extent === 'all' && isOver(this.#why)) {
        this.#journal.flush()
        await this.#endAll(places, watch)
      }
    } finally {
      watch.stop()
    }
  }

  /** Nothing is sent before all of it is planned. */
  #plansFirst(): boolean {
    const { record, extent } = this.#options
    return extent === 'plan' || plansFirst(record.spec) || hasChores(record)
  }

  async #plan(places: Places, watch: Reachability): Promise<void> {
    const { record } = this.#options
    const { listing } = record
    if (listing === undefined || this.#why !== undefined) return
    await this.#asPlanning(() => makePlan(this.#planContext(places, watch), listing))
  }

  /** What is asked of a plan once it is made: a fresh look, and answers. */
  async #afterPlan(places: Places, watch: Reachability): Promise<void> {
    const { record } = this.#options
    if (record.listing !== undefined || this.#why !== undefined) return
    await this.#asPlanning(async () => {
      await doChores(this.#planContext(places, watch))
    })
  }

  #planContext(places: Places, watch: Reachability): MakePlan {
    const { store, record, changed, seams, copyLimit, findKey, gridRows, prices, openStorage } = this.#options
    const plansFirst = this.#plansFirst()
    const pace = watch.listen(createPace({ seams, ceiling: LISTINGS, start: LISTINGS }))
    const planned = (): void => {
      this.#tellMore()
      changed()
    }
    return {
      ...{ spec: record.spec, store, record, copyLimit, findKey, gridRows, prices, planned },
      isAhead: () => !plansFirst && record.nextSeq - record.sentBelow >= AHEAD,
      ...{ openStorage, note: (text: string) => this.#note(text) },
      ...{ journal: this.#journal, storagesOf: places.of, copiedFrom: places.copiedFrom },
      request: { seams, pace, signal: this.#soft.signal },
    }
  }

  async #asPlanning(work: () => Promise<void>): Promise<void> {
    this.#planning = true
    try {
      await work()
    } catch (error) {
      // Without its plan a job cannot go on, however far the failure reaches.
      if (!this.#soft.signal.aborted) this.#stopBy(error)
    } finally {
      this.#planning = false
      this.#tellMore()
    }
  }

  async #send(places: Places, watch: Reachability): Promise<void> {
    const { record, seams, store, paces, copyLimit, changed } = this.#options
    if (this.#why !== undefined) return
    const { spec } = record
    const pacesOf = paces.forJob(spec)
    const pace = allPaces(pacesOf)
    this.#meter = new Meter(seams, () => record.tally, pace, store.history.readSamples(record.n), changed)
    const tools = this.#tools(places, pacesOf, watch, this.#hard.signal)
    const byParts = this.#tools(places, pacesOf, watch, this.#soft.signal)
    await this.#readClocks(tools)
    const pump = new Pump({
      record,
      items: store.items,
      journal: this.#journal,
      window: windowOf(spec, pace),
      serverTime: () => this.#serverTime(places),
      requests: () => this.requests,
      carryOut: (item, doubt, previous) =>
        isLarge(item, copyLimit)
          ? this.#large.inTurn(() => this.#carryOutUnlessStopped({ item, doubt, previous }, byParts))
          : this.#carryOut({ item, doubt, previous }, tools),
      giveUp: (item, previous) => settleFailed(item, previousFailed(previous), tools),
      morePlanned: () => this.#waitForPlan(() => this.#pump?.unsent ?? 0),
    })
    this.#pump = pump
    const restorer = this.#restorerFor(places, watch, pump)
    this.#restorer = restorer
    if (this.#why !== undefined) return
    const asked = restorer.run()
    try {
      await pump.run()
      while (await restorer.next()) await pump.runAgain()
    } finally {
      restorer.stop()
      await asked
      this.#details.clear()
    }
    this.#noteTags()
    this.#journal.flush(() => {
      record.sentBelow = pump.unsent
      record.requests = this.requests
    })
    if (record.tally.restoring.items > 0) this.stop({ is: 'pause', reason: 'restore' })
  }

  #tools(places: Places, paces: readonly Pace[], watch: Reachability, signal: AbortSignal): ItemTools {
    const { record, seams, store, copyLimit, findKey } = this.#options
    return toolsOf({
      ...{ record, store, copyLimit, places, journal: this.#journal, ownerships: this.#ownerships },
      contextOf: (leg): WorkContext => ({
        ...places.of(leg),
        ...{ findKey, seams, signal, note: (text) => this.#note(text) },
        unbilled: (operation) => {
          const { unbilled } = record.more
          record.more.unbilled = { ...unbilled, [operation]: (unbilled?.[operation] ?? 0) + 1 }
        },
        pace: watch.listen(this.#refusals.listen(paces[leg.n] as Pace, bucketOf(leg))),
      }),
      stoodWithoutTags: (milliseconds) => {
        this.#withoutTags.objects += 1
        this.#withoutTags.longest = Math.max(this.#withoutTags.longest, milliseconds)
      },
      isAway: async () => (await watch.isAway()) !== undefined,
      progress: (item, detail, bytes) => {
        this.#details.set(item.id, detail)
        this.#meter?.partDone(item.id, bytes)
      },
    })
  }

  #restorerFor(places: Places, watch: Reachability, pump: Pump): Restorer {
    const { record, seams, store, looked, findKey } = this.#options
    const pace = createPace({ seams, ceiling: LISTINGS })
    const all = legsOf(record.spec).map(() => pace)
    return new Restorer({
      ...{ record, store, seams, places, looked, findKey, journal: this.#journal },
      request: { seams, pace: watch.listen(pace), signal: this.#soft.signal },
      tools: this.#tools(places, all, watch, this.#soft.signal),
      morePlanned: (seen) => this.#waitForPlan(() => seen),
      arrived: () => pump.arrived(),
      failed: (failure) => this.stop(reactTo(failure)),
      isStopped: () => this.#why !== undefined,
    })
  }

  /** Marks are set by the servers' clocks: where no answer has told it yet, one is asked for. */
  async #readClocks(tools: ItemTools): Promise<void> {
    for (const leg of legsOf(this.#options.record.spec)) {
      const { context } = tools.of({ leg: leg.n })
      await learnServerTime(context, bucketOf(leg))
    }
  }

  /** The earliest of the destinations' clocks: what was written since cannot be older by any of them. */
  #serverTime(places: Places): number {
    const { record, seams } = this.#options
    const times = legsOf(record.spec).map((leg) => places.of(leg).destination.serverTime ?? seams.now())
    return Math.min(...times)
  }

  /** A stop finds those that still wait for their turn: they come out unsent. */
  async #carryOutUnlessStopped(task: ItemTask, tools: ItemTools): Promise<void> {
    if (this.#why === undefined) await this.#carryOut(task, tools)
  }

  #carryOut(task: ItemTask, tools: ItemTools): Promise<void> {
    const { item } = task
    const room = this.#spending.begins(item.size)
    if (room) return room.then((noRoom) => this.#carryOutIn(noRoom, task, tools))
    return carryOut(task, tools).then((failure) => this.#carriedOut(item, failure, true))
  }

  async #carryOutIn(noRoom: Failure | undefined, task: ItemTask, tools: ItemTools): Promise<void> {
    const failure = noRoom ?? (await carryOut(task, tools))
    this.#carriedOut(task.item, failure, noRoom === undefined)
  }

  #carriedOut(item: Item, failure: Failure | undefined, hadRoom: boolean): void {
    if (hadRoom) this.#spending.ended(item.size)
    if (hadRoom && (failure !== undefined || this.#why !== undefined)) this.#unheard.add(item.id)
    if (failure) this.stop(reactTo(failure))
    if (this.#details.size > 0) this.#details.delete(item.id)
    this.#meter?.itemDone(item.id)
    this.#options.changed()
  }

  /** Resolves with true once there are items from `seen` on, with false when there will be none. */
  async #waitForPlan(seen: () => number): Promise<boolean> {
    const { record } = this.#options
    while (this.#why === undefined) {
      if (seen() < record.nextSeq) return true
      if (!this.#planning) return false
      await new Promise<void>((go) => this.#forMore.push(go))
    }
    return false
  }

  #tellMore(): void {
    const waiting = this.#forMore
    if (waiting.length === 0) return
    this.#forMore = []
    for (const go of waiting) go()
  }

  #noteTags(): void {
    const { objects, longest } = this.#withoutTags
    if (objects === 0) return
    const count = `${objects.toLocaleString('en')} ${objects === 1 ? 'object' : 'objects'}`
    this.#note(
      `${count} stood without tags until these were put back, the longest for ${Math.ceil(longest)} ms.`,
    )
  }

  /** By the servers' clocks: what is written later is not this job's. */
  #noteClock(): void {
    const { record } = this.#options
    const places = this.#places
    if (places === undefined || record.sentBelow <= 1) return
    const times = places.all.map(({ storage }) => storage.serverTime ?? -Infinity)
    const last = Math.max(...times, record.more.wroteUntil ?? -Infinity)
    if (last > -Infinity) record.more = { ...record.more, wroteUntil: last }
  }

  #note(text: string): void {
    const { record } = this.#options
    if (record.notes.length < MOST_NOTES && !record.notes.includes(text))
      record.notes = [...record.notes, text]
  }

  #stopBy(error: unknown): void {
    this.stop(reactTo(toFailure(error)))
  }
}

/** What is in flight is let come home where nothing is wrong with it: a person's pause, a budget. */
function isAtOnce(why: Stop): boolean {
  return why.is === 'fail' || (why.is === 'pause' && why.reason !== 'budget')
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

/** Where its writes go. */
function bucketOf({ source, destination }: Leg): string {
  return (destination ?? source).bucket
}

/** Whether nothing of the job is going to be taken up again. */
function isOver(why: Stop | undefined): boolean {
  return why === undefined || why.is === 'cancel' || why.is === 'fail'
}

function aborted(): DOMException {
  return new DOMException('The run was stopped.', 'AbortError')
}
