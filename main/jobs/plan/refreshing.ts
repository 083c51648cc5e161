import { isSameSecond } from '../../engine/look.ts'
import { answerItem, decided } from './answer-item.ts'
import { bookkeepingFor } from './bookkeeping.ts'
import { severally } from './destination-look.ts'
import { writeInStep } from '../in-step.ts'
import { standingThere } from '../item.ts'
import type { Item, OwnEdit, PlannedItem } from '../item.ts'
import { planAgain } from './plan-again.ts'
import { changePlanned } from './plan-change.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { missingItem } from './plan-item.ts'
import { makeWriter } from './plan-page.ts'
import type { Draft, Drafts } from './plan-page.ts'
import { skipped } from './plan-outcomes.ts'
import type { Found } from './plan-rules.ts'
import { planSources } from './planner.ts'
import type { ReadyLegs } from './planner.ts'
import { isOfWholePlan } from '../causes/marks.ts'
import type { JobRecord } from '../record.ts'
import { LISTING_START } from './listing-cursor.ts'
import { jobRange } from '../store/items.ts'
import { openSeenFile } from '../store/seen-file.ts'
import type { SeenFile } from '../store/seen-file.ts'
import type { Freshness } from '#model/job.ts'
import type { Anew } from '#model/plan.ts'
import { sleep } from '#model/seams.ts'
import { worksOnVersions } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** Milliseconds for which a plan is taken to be as it was made. */
const FRESH_FOR = 5 * 60_000
/** Items that are read, or entered, in one go. */
const SLICE = 500
/** Items that are planned anew in one transaction. */
const CHANGES = 200

/**
 * What a second look at a plan does, job by job. Whatever is not looked at again is bound all the same: every write and
 * every delete carries the ETag that was planned, and what changed fails and says so.
 *
 * | the job                                     | a second look                                              |
 * |---------------------------------------------|------------------------------------------------------------|
 * | copy, move                                  | lists both sides again; chosen objects are asked for by HEAD |
 * | edit                                        | lists the source again                                     |
 * | delete                                      | none: what somebody agreed to is what goes, and nothing that came since |
 * | takes whole histories                       | none: versions do not change, and new ones go on top of an order |
 * | mirrors, compares, or is within one bucket  | none: what has no source, and who comes before whom, the plan as a whole decided |
 * | edit from a metadata grid                   | none: it is bound to what the person saw                   |
 * | undo, rewind, purge                         | none: each looks at its object right before it writes      |
 * | from a manifest                             | none: each row is bound to what was found at it            |
 */
export function canLookAnew(spec: JobSpec): boolean {
  if (spec.manifest !== undefined || worksOnVersions(spec)) return false
  if (spec.sources.some(({ versions }) => versions.take === 'all')) return false
  if (spec.kind === 'edit') return spec.changes.from !== 'grid'
  if (spec.kind === 'delete') return false
  const { extras, sources } = bookkeepingFor(spec)
  return (spec.kind === 'copy' || spec.kind === 'move') && !extras && !sources
}

/** Whether a plan that nobody has begun to carry out was made so long ago that it is looked at again first. */
export function isStale({ spec, listing, sentBelow, more }: StaleFacts, now: number): boolean {
  if (listing !== undefined || sentBelow > 1 || more.freshness === undefined) return false
  // A look in the future is from before the machine's clock was set back: how old it is nobody knows.
  const age = now - more.freshness.lookedAt
  return canLookAnew(spec) && (age > FRESH_FOR || age < 0)
}
type StaleFacts = Pick<JobRecord, 'spec' | 'listing' | 'sentBelow' | 'more'>

/**
 * Whether an item has to be planned anew, by what a fresh look made of its object:
 *
 * | source               | at its name there | what is made of it                  |           |
 * |----------------------|-------------------|-------------------------------------|-----------|
 * | as it was            | as it was         | the same                            | stays     |
 * | as it was            | as it was         | other, but somebody answered for it, or the whole plan refused it | stays |
 * | as it was            | as it was         | other: rights, a restore            | planned anew |
 * | as it was            | other             | any                                 | planned anew; under a name of its own it stays |
 * | other                | any               | any                                 | planned anew |
 */
export function hasChanged(item: Item, fresh: PlannedItem, own: OwnEdit | undefined): boolean {
  const isSameSource =
    item.etag === fresh.etag &&
    item.size === fresh.size &&
    item.storageClass === fresh.storageClass &&
    item.rules === fresh.rules &&
    isSameSecond(item.lastModified, fresh.lastModified)
  if (!isSameSource) return true
  if (own?.conflict === 'keep-both') return false
  if (item.failure && isOfWholePlan(item, item.failure)) return false
  if (!isSameStanding(item, fresh)) return true
  if (own?.conflict !== undefined) return false
  return item.action !== fresh.action || item.skipReason !== fresh.skipReason
}

function isSameStanding(item: PlannedItem, fresh: PlannedItem): boolean {
  const was = standingThere(item)
  const is = standingThere(fresh)
  if (was === undefined || is === undefined) return was === is
  return was.etag === is.etag && isSameSecond(was.lastModified, is.lastModified)
}

/**
 * Looks at both sides of a finished plan once more, as it was made: the sources are listed, the destinations beside
 * them. What is as it was stays; what changed is planned anew, with its answer; what is new is added at the end; what
 * is gone says so. Begun anew after a kill: what was done of it is then as it should be.
 */
export async function lookAnew(context: MakePlan, ready: ReadyLegs): Promise<void> {
  const { store, record, request } = context
  const seen = openSeenFile(store.dir, `anew-${record.n}.db`)
  try {
    const look = new Look(context, ready, seen)
    await look.begin()
    await planSources(
      { context, legs: ready.legs, write: (page) => look.meet(page) },
      LISTING_START,
      undefined,
    )
    if (request.signal.aborted) return
    await look.lookAtPostponed()
    await look.tellMissed()
    look.end()
  } finally {
    seen.close()
  }
}

interface Change {
  readonly item: Item
  readonly now: PlannedItem
}

class Look {
  readonly #context: MakePlan
  readonly #ready: ReadyLegs
  readonly #seen: SeenFile
  readonly #add: (page: Drafts) => void
  readonly #filtered = { items: 0, bytes: 0 }
  readonly #startedAt: number

  constructor(context: MakePlan, ready: ReadyLegs, seen: SeenFile) {
    this.#context = context
    this.#ready = ready
    this.#seen = seen
    this.#add = makeWriter(context, ready.expect)
    this.#startedAt = context.request.seams.now()
  }

  /** Enters all items by their objects; what an earlier look found of them is forgotten, once. */
  async begin(): Promise<void> {
    const { store, record, request } = this.#context
    const isFirst = record.more.refresh?.is !== 'under-way'
    const [start, below] = jobRange(record.n)
    for (let from = start; ;) {
      const slice = store.items.readAll(from, below, SLICE)
      this.#seen.add(slice)
      if (isFirst && slice.some(({ anew }) => anew !== undefined)) {
        writeInStep(store, record, () => {
          for (const item of slice) {
            if (item.anew === undefined) continue
            store.items.replace(item.id, { ...item, anew: undefined }, store.items.causeOf(item.id) ?? null)
          }
        })
      }
      const last = slice.at(-1)
      if (last === undefined || slice.length < SLICE) break
      from = last.id + 1
      await sleep(request.seams, 0, request.signal)
    }
    if (isFirst) this.#write(() => this.#remember({ changed: 0, added: 0, gone: 0 }, 'under-way'))
  }

  meet({ drafts, left, legs }: Drafts): void {
    const added: Draft[] = []
    const changes: Change[] = []
    for (const draft of drafts) {
      const item = this.#itemOf(draft.item)
      if (item === undefined) added.push({ ...draft, item: { ...draft.item, anew: 'added' } })
      else {
        const now = this.#changed(item, draft.item, legs)
        if (now !== undefined) changes.push({ item, now })
      }
    }
    for (const found of left) changes.push(...this.#leftNow(found, legs))
    if (changes.length > 0)
      this.#write(() => changes.forEach(({ item, now }) => this.#change(item, now, 'changed')))
    if (added.length > 0) {
      this.#add({ drafts: added, left: [], legs, reached: undefined })
      this.#write(() => this.#count('added', added.length))
    }
    this.#context.planned()
  }

  /** Those of whose destination the plan does not remember enough for their answers. */
  lookAtPostponed(): Promise<void> {
    const { request, findKey, store } = this.#context
    return this.#each('postponed', 'changed', (items) =>
      severally(items, async (item) => {
        const own = store.edits.own(item.id)
        const leg = this.#ready.legs[item.leg] ?? (this.#ready.legs[0] as PlanLeg)
        return { item, now: await planAgain({ ...item, own }, leg, { ...request, findKey }) }
      }),
    )
  }

  /** Nothing that was listed is theirs. */
  tellMissed(): Promise<void> {
    return this.#each('missed', 'gone', async (items) =>
      items.flatMap((item) => {
        const leg = this.#ready.legs[item.leg]?.rules.leg
        if (leg === undefined || item.failure?.code === 'source-missing') return []
        const { target, after } = item
        return [{ item, now: { ...missingItem(leg, item.key, item.versionId), target, after } }]
      }),
    )
  }

  end(): void {
    const { record } = this.#context
    this.#write(() => {
      record.tally.filtered = { ...this.#filtered }
      this.#remember(record.more.freshness ?? { changed: 0, added: 0, gone: 0 }, 'through')
    })
    this.#context.planned()
  }

  /** In slices, each of them on the disk before the next. */
  async #each(
    which: 'missed' | 'postponed',
    anew: Anew,
    plan: (items: readonly Item[]) => Promise<readonly Change[]>,
  ): Promise<void> {
    const { store, request } = this.#context
    for (let after = 0; ;) {
      const ids = this.#seen[which](after, CHANGES)
      const changes = await plan(ids.flatMap((id) => store.items.byId(id) ?? []))
      if (changes.length > 0)
        this.#write(() => changes.forEach(({ item, now }) => this.#change(item, now, anew)))
      const last = ids.at(-1)
      if (last === undefined || ids.length < CHANGES) return
      after = last
      await sleep(request.seams, 0, request.signal)
    }
  }

  #itemOf({ leg, key, versionId }: Pick<PlannedItem, 'leg' | 'key' | 'versionId'>): Item | undefined {
    const id = this.#seen.meet(leg, key, versionId)
    return id === undefined ? undefined : this.#context.store.items.byId(id)
  }

  #changed(item: Item, fresh: PlannedItem, legs: readonly PlanLeg[]): PlannedItem | undefined {
    const { store, record } = this.#context
    const own = record.more.asksOwn ? store.edits.own(item.id) : undefined
    if (!hasChanged(item, fresh, own)) return undefined
    const { after } = item
    if (own?.conflict === undefined) return { ...fresh, after }
    const rules = legs.find((leg) => leg.rules.leg.n === item.leg)?.rules
    if (rules === undefined) return { ...fresh, after }
    if (own.conflict === 'keep-both')
      return decided(rules, { ...fresh, target: item.target, after }, own, undefined)
    // It is answered once more, by what stands there now; where nothing does, the answer has nothing to say.
    const answered = answerItem(rules, { ...fresh, id: item.id, after: undefined }, answerOf(own), undefined)
    if (answered.is === 'planned') return { ...answered.item, after }
    if (answered.is === 'look') this.#seen.later(item.id)
    return answered.is === 'look' ? undefined : { ...fresh, after }
  }

  /** It is there still, and the job's filter does not take it any more. */
  #leftNow(found: Found, legs: readonly PlanLeg[]): Change[] {
    this.#filtered.items += 1
    this.#filtered.bytes += found.size
    return legs.flatMap(({ rules }) => {
      const item = this.#itemOf({ leg: rules.leg.n, key: found.key, versionId: found.versionId })
      if (item === undefined || (item.state === 'skipped' && item.skipReason === 'nothing-to-do')) return []
      const now = { ...skipped({ ...item, conflict: false }, 'nothing-to-do'), failure: undefined }
      return [{ item, now: { ...now, standing: undefined } }]
    })
  }

  #change(item: Item, now: PlannedItem, anew: Anew): void {
    const { store, record } = this.#context
    changePlanned(store, record, this.#ready.expect, item, { ...now, anew })
    if (item.anew !== undefined) this.#count(item.anew, -1)
    this.#count(anew, 1)
  }

  #count(anew: Anew, by: number): void {
    const { record } = this.#context
    const known = record.more.freshness ?? { lookedAt: this.#startedAt, changed: 0, added: 0, gone: 0 }
    record.more = { ...record.more, freshness: { ...known, [anew]: known[anew] + by } }
  }

  #remember(counts: Omit<Freshness, 'lookedAt'>, is: 'under-way' | 'through'): void {
    const { record } = this.#context
    const { refresh } = record.more
    const { changed, added, gone } = counts
    record.more = {
      ...record.more,
      freshness: { lookedAt: this.#startedAt, changed, added, gone },
      refresh: refresh && { ...refresh, is },
    }
  }

  #write(change: () => void): void {
    const { store, record } = this.#context
    writeInStep(store, record, () => {
      change()
      store.jobs.saveExpected(record)
      store.jobs.saveMore(record)
    })
  }
}

function answerOf(own: OwnEdit): Parameters<typeof answerItem>[2] {
  const { conflict } = own
  return conflict === undefined || conflict === 'fail' ? 'skip' : conflict
}
