import { setMaxListeners } from 'node:events'
import { createPace } from '../engine/pace.ts'
import type { AdaptivePace } from '../engine/pace.ts'
import { attempt } from '../engine/retry.ts'
import { isSameStore } from '../engine/route.ts'
import type { FindCustomerKey, OpenStorage, Storage } from '../engine/storage.ts'
import type { Pace, WorkContext } from '../engine/work.ts'
import { carryOut } from './item-work.ts'
import type { Doubt, ItemTools } from './item-work.ts'
import type { Item } from './item.ts'
import { Journal } from './journal.ts'
import { legsOf } from './legs.ts'
import { abandonUploads } from './leftovers.ts'
import { Meter } from './meter.ts'
import { openPlaces, sum } from './places.ts'
import type { Places } from './places.ts'
import { planRules } from './plan-item.ts'
import { makePlan } from './planner.ts'
import { Pump } from './pump.ts'
import { Reachability } from './reachability.ts'
import type { JobRecord } from './record.ts'
import { reactTo } from './state.ts'
import type { Reaction } from './state.ts'
import type { Samples } from './rates.ts'
import type { Store } from './store/store.ts'
import { toFailure } from '#model/failure.ts'
import type { LiveFigures } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'

/** Listing requests in flight at most: a plan must not crowd out what it is made for. */
const LISTINGS = 32
const MOST_NOTES = 100
/** Objects copied by parts or relayed at once: each has several requests in flight, and few finish sooner than many. */
const LARGE_AT_ONCE = 16
/** Items under way beyond the requests that the pace allows: those that wait for the disk, or for a slot. */
const BEYOND_PACE = 16
/** The same for a move, whose every object waits for the journal between its copy and its delete. */
const BEYOND_PACE_MOVE = 512
/** Milliseconds that requests in flight are given when a run is stopped; what is left then is in doubt. */
const GRACE = 5000

/** Why a run ends before its work does. */
export type Stop = { readonly is: 'user' } | { readonly is: 'cancel' } | { readonly is: 'close' } | Reaction

export type Ending = { readonly is: 'done' } | { readonly is: 'stopped'; readonly why: Stop }

export interface RunOptions {
  readonly store: Store
  readonly record: JobRecord
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly findKey: FindCustomerKey
  /** Shared by all jobs that write to the same bucket. */
  readonly paceFor: (spec: JobSpec) => AdaptivePace
  readonly copyLimit: number
  /** `plan`: only make the plan. `all`: make what is missing of it, and carry it out. */
  readonly extent: 'plan' | 'all'
  readonly changed: () => void
}

/** One run of one job in this process: from its start, or from where an earlier run stopped, to its end or a stop. */
export class JobRun {
  readonly #options: RunOptions
  readonly #hard = new AbortController()
  /** For what goes on by itself later at no loss: listings, and large objects between their parts. */
  readonly #soft = new AbortController()
  readonly #journal: Journal
  readonly #details = new Map<number, string>()
  #pump: Pump | undefined
  #meter: Meter | undefined
  #why: Stop | undefined
  #cancelGrace: (() => void) | undefined
  #morePlanned: (() => void) | undefined
  #planning = false
  #places: Places | undefined
  #large = 0
  readonly #largeWaiting: (() => void)[] = []

  constructor(options: RunOptions) {
    this.#options = options
    const { store, record, seams } = options
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
    }
    this.#cancelGrace?.()
    this.#meter?.stop()
    return this.#why === undefined ? { is: 'done' } : { is: 'stopped', why: this.#why }
  }

  /** The first reason counts, but a cancel outdoes a person's pause. */
  stop(why: Stop): void {
    if (this.#why !== undefined && !(why.is === 'cancel' && this.#why.is !== 'fail')) return
    this.#why = why
    this.#pump?.stop()
    this.#soft.abort(aborted())
    this.#morePlanned?.()
    if (why.is === 'pause' || why.is === 'fail') this.#hard.abort(aborted())
    else this.#cancelGrace ??= this.#options.seams.after(GRACE, () => this.#hard.abort(aborted()))
  }

  get underWay(): ReadonlyMap<number, Item> {
    return this.#pump?.underWay ?? new Map()
  }

  detail(item: number): string | undefined {
    return this.#details.get(item)
  }

  /** Of all runs of the job, this one included. */
  get requests(): Record<string, number> {
    return sum([this.#options.record.requests, this.#places?.requests ?? {}])
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
    const places = await openPlaces(spec, openStorage)
    this.#places = places
    const { source, destination } = places.of(legsOf(spec)[0])
    const busy = (): boolean => this.#planning || this.underWay.size > 0
    const watch = new Reachability(seams, places.all, busy, (failure) => this.stop(reactTo(failure)))
    try {
      const plan = this.#plan(places, watch)
      if (extent === 'plan' || mustPlanFirst(spec)) await plan
      if (extent === 'all') await this.#send(source, destination, watch)
      await plan
      if (extent === 'all' && isOver(this.#why)) {
        this.#journal.flush()
        await abandonUploads({ ...this.#options, source, destination, note: (text) => this.#note(text) })
      }
    } finally {
      watch.stop()
      record.requests = this.requests
      this.#places = undefined
    }
  }

  async #plan(places: Places, watch: Reachability): Promise<void> {
    const { store, record, changed, seams, copyLimit, findKey } = this.#options
    if (record.listing === undefined || this.#why !== undefined) return
    this.#planning = true
    const planned = (): void => {
      this.#morePlanned?.()
      changed()
    }
    const pace = watch.listen(createPace({ seams, ceiling: LISTINGS, start: LISTINGS }))
    const request = { seams, pace, signal: this.#soft.signal }
    const { spec } = record
    const journal = this.#journal
    const options = {
      spec,
      copyLimit,
      storagesOf: places.of,
      findKey,
      request,
      store,
      record,
      journal,
      planned,
    }
    try {
      await makePlan(options, record.listing)
    } catch (error) {
      // Without its plan a job cannot go on, however far the failure reaches.
      if (!this.#soft.signal.aborted) this.#stopBy(error)
    } finally {
      this.#planning = false
      this.#morePlanned?.()
    }
  }

  async #send(source: Storage, destination: Storage, watch: Reachability): Promise<void> {
    const { record, seams, store, paceFor, changed } = this.#options
    if (this.#why !== undefined) return
    const { spec } = record
    const pace = paceFor(spec)
    this.#meter = new Meter(seams, () => record.tally, pace, store.history.readSamples(record.n), changed)
    const tools = this.#tools(source, destination, watch, watch.listen(pace))
    const byParts = { ...tools, context: { ...tools.context, signal: this.#soft.signal } }
    const beyond = spec.kind === 'move' ? BEYOND_PACE_MOVE : BEYOND_PACE
    if (destination.serverTime === undefined) await readClock(spec, destination, tools.context)
    const pump = new Pump({
      record,
      items: store.items,
      journal: this.#journal,
      window: () => pace.limit + beyond,
      serverTime: () => destination.serverTime ?? seams.now(),
      carryOut: (item, doubt) =>
        isLarge(item) ? this.#carryOutLarge(item, doubt, byParts) : this.#carryOut(item, doubt, tools),
      morePlanned: () => this.#waitForPlan(),
    })
    this.#pump = pump
    if (this.#why !== undefined) return
    try {
      await pump.run()
    } finally {
      this.#details.clear()
    }
    this.#journal.flush(() => {
      record.sentBelow = pump.unsent
    })
  }

  #tools(source: Storage, destination: Storage, watch: Reachability, pace: Pace): ItemTools {
    const { record, seams, store, copyLimit, findKey } = this.#options
    const note = (text: string): void => this.#note(text)
    return {
      rules: planRules(record.spec, legsOf(record.spec)[0], copyLimit),
      context: { source, destination, findKey, seams, pace, note, signal: this.#hard.signal },
      journal: this.#journal,
      knownUpload: (item) => store.uploads.known(item.id),
      isAway: async () => (await watch.isAway()) !== undefined,
      progress: (item, detail, bytes) => {
        this.#details.set(item.id, detail)
        this.#meter?.partDone(item.id, bytes)
      },
    }
  }

  async #carryOut(item: Item, doubt: Doubt | undefined, tools: ItemTools): Promise<void> {
    const failure = await carryOut(item, doubt, tools)
    if (failure) this.stop(reactTo(failure))
    this.#details.delete(item.id)
    this.#meter?.itemDone(item.id)
    this.#options.changed()
  }

  async #carryOutLarge(item: Item, doubt: Doubt | undefined, tools: ItemTools): Promise<void> {
    while (this.#large >= LARGE_AT_ONCE) await new Promise<void>((go) => this.#largeWaiting.push(go))
    this.#large += 1
    // A stop finds those that still wait here: they go in, meet the aborted signal, and come out unsent.
    await this.#carryOut(item, doubt, tools)
    this.#large -= 1
    this.#largeWaiting.shift()?.()
  }

  #waitForPlan(): Promise<boolean> {
    if (!this.#planning || this.#why !== undefined) {
      // What was planned while nobody waited is still to be sent.
      const { record } = this.#options
      return Promise.resolve(this.#why === undefined && (this.#pump?.unsent ?? 0) < record.nextSeq)
    }
    return new Promise((resolve) => {
      this.#morePlanned = () => {
        this.#morePlanned = undefined
        resolve(this.#why === undefined)
      }
    })
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

/** A copy within one bucket lists what it makes: its plan is made before the first object is sent. */
function mustPlanFirst(spec: JobSpec): boolean {
  return legsOf(spec).some(
    ({ source, destination }) =>
      source.bucket === destination?.bucket &&
      isSameStore(source.connection.config, destination.connection.config),
  )
}

/** Whether nothing of the job is going to be taken up again. */
function isOver(why: Stop | undefined): boolean {
  return why === undefined || why.is === 'cancel' || why.is === 'fail'
}

function isLarge(item: Item): boolean {
  return item.action === 'copy-parts' || item.action === 'relay'
}

/** Marks are set by the server's clock: where no answer has told it yet, one is asked for. */
async function readClock(spec: JobSpec, destination: Storage, context: WorkContext): Promise<void> {
  const [leg] = legsOf(spec)
  const { bucket } = leg.destination ?? leg.source
  await attempt(context, () => destination.headBucket(bucket, context.signal))
}

function aborted(): DOMException {
  return new DOMException('The run was stopped.', 'AbortError')
}
