import { isKeyTooLong } from '../../engine/names.ts'
import { answerItem, decided, foundOf, isArchived } from './answer-item.ts'
import { besideName } from './beside.ts'
import { numberPlaces } from './bookkeeping.ts'
import { headDestination, headSource, severally } from './destination-look.ts'
import { writeInStep } from '../in-step.ts'
import { itemId, seqOf } from '../item.ts'
import type { Item, OwnEdit, PlannedItem } from '../item.ts'
import { isPourLeg, legOf } from './legs.ts'
import { conditionFacts } from './plan-facts.ts'
import { planAgain } from './plan-again.ts'
import { changePlanned } from './plan-change.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { describe, missingItem, targetOf } from './plan-item.ts'
import { isWorthAsking, probeRoute } from './plan-route.ts'
import type { ReadyLegs } from './planner.ts'
import type { JobRecord, PendingAnswer } from '../record.ts'
import { conditionOf } from '../store/conditions.ts'
import { jobRange } from '../store/items.ts'
import type { Store } from '../store/store.ts'
import { textTest } from '../checks/text-test.ts'
import { toFailure } from '#model/failure.ts'
import type { ConflictAnswer } from '#model/plan.ts'
import { sleep } from '#model/seams.ts'

/** Items that are answered in one transaction. */
const SLICE = 250
/** Items that are looked at for them: few may be meant. */
const LOOKED_AT = 5000
/** Items whose names are entered in one transaction. */
const NAMES = 1000

/**
 * Gives every pending answer, item by item in the order of the plan, in slices: each is on the disk with how far the
 * answer has come, so that a kill costs one slice. Where what the plan remembers suffices, nothing is sent.
 */
export async function giveAnswers(context: MakePlan, ready: ReadyLegs): Promise<void> {
  const { record, request, planned } = context
  const answering = new Answering(context, ready)
  for (;;) {
    const [pending, ...others] = record.more.answers ?? []
    if (pending === undefined || request.signal.aborted) return
    if (pending.answer === 'keep-both') await keepNames(context)
    const next = await answering.slice(pending)
    // Others may have come meanwhile; this one stays the first.
    const left = record.more.answers?.slice(1) ?? others
    answering.write({
      asksOwn: true,
      answers: next === undefined ? left : [{ ...pending, next }, ...left],
    })
    planned()
    await sleep(request.seams, 0, request.signal)
  }
}

class Answering {
  readonly #context: MakePlan
  readonly #ready: ReadyLegs
  #legs: readonly PlanLeg[]
  #changes: { readonly item: Item; readonly now: PlannedItem }[] = []

  constructor(context: MakePlan, ready: ReadyLegs) {
    this.#context = context
    this.#ready = ready
    this.#legs = ready.legs
  }

  /** Decides for the next items; the position from which it goes on, undefined when all are through. */
  async slice({ which, answer, next }: PendingAnswer): Promise<number | undefined> {
    const { store, record } = this.#context
    const { items, through } =
      'seqs' in which ? bySeq(store, record, which.seqs, next) : byQuery(store, record, which.query, next)
    const changes = await severally(items, async (item) => ({
      item,
      now: await this.#answered(item, answer),
    }))
    this.#changes = changes.flatMap(({ item, now }) => (now === undefined ? [] : [{ item, now }]))
    return through
  }

  write(more: Pick<JobRecord['more'], 'answers' | 'asksOwn'>): void {
    const { store, record } = this.#context
    const changes = this.#changes
    writeInStep(store, record, () => {
      for (const { item, now } of changes) changePlanned(store, record, this.#ready.expect, item, now)
      record.more = { ...record.more, ...more }
      store.jobs.saveExpected(record)
      store.jobs.saveMore(record)
    })
  }

  async #answered(item: Item, answer: ConflictAnswer): Promise<PlannedItem | undefined> {
    const { store, request, findKey } = this.#context
    const leg = await this.#legOf(item)
    const own: OwnEdit = { ...store.edits.own(item.id), conflict: answer }
    const answered = answerItem(leg.rules, item, answer, store.edits.own(item.id))
    switch (answered.is) {
      case 'left':
        return undefined
      case 'planned':
        return { ...answered.item, own }
      case 'name':
        return { ...(await this.#named(item, leg, own)), own }
      case 'look': {
        // Its first name, where an answer had given it another.
        const { target } = describe(leg.rules, foundOf(item))
        const asked = { ...item, target, own }
        try {
          const looked = await planAgain(asked, leg, { ...request, findKey })
          const isInTheWay = answer === 'keep-both' && looked.failure?.code === 'destination-exists'
          const now = isInTheWay ? await this.#named({ ...item, ...looked }, leg, own) : looked
          return { ...now, anew: item.anew, own }
        } catch (error) {
          return this.#failed(asked, error)
        }
      }
    }
  }

  /** Beside what stands there, under the first name that nobody has, neither there nor in the plan. */
  async #named(item: Item, leg: PlanLeg, own: OwnEdit): Promise<PlannedItem> {
    const { store, record, spec, request, findKey } = this.#context
    const { leg: place } = leg.rules
    const taken = targetOf(spec, { ...item, target: describe(leg.rules, foundOf(item)).target })
    if (!isPourLeg(place) || taken === undefined) return item
    try {
      const source = isArchived(item)
        ? await headSource(leg, item.key, item.versionId, { ...request, findKey })
        : foundOf(item)
      if (source === undefined) return missingItem(place, item.key, item.versionId)
      const seq = seqOf(item.id)
      const number = numberPlaces(spec)(place.destination)
      for (let n = 2; ; n++) {
        const target = besideName(taken, n)
        if (isKeyTooLong(target)) return decided(leg.rules, { ...item, target }, own, undefined)
        const mine = store.names.owner(record.n, 'target', number, target) === seq
        if (!mine && !store.names.claim(record.n, 'target', number, target, seq)) continue
        const there = await headDestination(leg, source, request, target)
        if (there !== undefined) continue
        return decided(leg.rules, { ...item, target }, own, undefined)
      }
    } catch (error) {
      return this.#failed(item, error)
    }
  }

  /** What reaches this object alone is told with it. */
  #failed(item: PlannedItem, error: unknown): PlannedItem {
    const failure = toFailure(error)
    if (failure.reach !== 'item' || this.#context.request.signal.aborted) throw error
    const { target, after, anew, own } = item
    const none = { expect: { is: 'anything' }, skipReason: undefined, conflict: false } as const
    return { ...item, ...none, action: 'refuse', state: 'failed', failure, target, after, anew, own }
  }

  async #legOf(item: Item): Promise<PlanLeg> {
    const leg = this.#legs[item.leg] ?? (this.#legs[0] as PlanLeg)
    if (!isWorthAsking(leg)) return leg
    const probed = await probeRoute(leg, foundOf(item), this.#context.request)
    this.#legs = this.#legs.map((other) => (other === leg ? probed : other))
    return probed
  }
}

interface SliceOfItems {
  readonly items: readonly Item[]
  readonly through: number | undefined
}

function bySeq(store: Store, record: JobRecord, seqs: readonly number[], next: number): SliceOfItems {
  const all = [...new Set(seqs)].filter((seq) => seq >= next && seq < record.nextSeq)
  const chosen = all.sort((left, right) => left - right).slice(0, SLICE)
  const items = chosen.flatMap((seq) => store.items.byId(itemId(record.n, seq)) ?? [])
  const last = chosen.at(-1)
  return { items, through: last === undefined || chosen.length === all.length ? undefined : last + 1 }
}

/** A slice of those that are meant, or of the plan as far as it was looked at: whichever ends first. */
function byQuery(
  store: Store,
  record: JobRecord,
  query: Extract<PendingAnswer['which'], { query: unknown }>['query'],
  next: number,
): SliceOfItems {
  const matches = textTest(record.spec, query.text)
  const condition = conditionOf(query, conditionFacts(store, record))
  const end = itemId(record.n, record.nextSeq)
  const below = Math.min(itemId(record.n, next) + LOOKED_AT, end)
  const items: Item[] = []
  let at = itemId(record.n, next)
  while (at < below && items.length < SLICE) {
    const found = store.items.readWhere(condition, at, below, SLICE)
    items.push(...found.filter(matches))
    const last = found.length < SLICE ? undefined : found.at(-1)
    at = last === undefined ? below : last.id + 1
  }
  return { items, through: at < end ? seqOf(at) : undefined }
}

/** Enters the names of a plan that has kept no count of them: what goes beside another may be none of these. */
async function keepNames({ store, record, spec, request }: MakePlan): Promise<void> {
  if (record.more.namesKept) return
  const place = numberPlaces(spec)
  const [start, below] = jobRange(record.n)
  for (let from = start; ;) {
    const slice = store.items.readAll(from, below, NAMES)
    const last = slice.at(-1)
    store.transaction(() => {
      for (const item of slice) {
        const { destination } = legOf(spec, item)
        const target = targetOf(spec, item)
        if (destination && target)
          store.names.claim(record.n, 'target', place(destination), target, seqOf(item.id))
      }
    })
    if (last === undefined || slice.length < NAMES) break
    from = last.id + 1
    await sleep(request.seams, 0, request.signal)
  }
  record.more = { ...record.more, namesKept: true }
  store.transaction(() => store.jobs.saveMore(record))
}
