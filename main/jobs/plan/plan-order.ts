import { decideConflict } from '../../engine/conflict.ts'
import { isKeyTooLong } from '../../engine/names.ts'
import { itemId } from '../item.ts'
import type { Item, PlannedItem } from '../item.ts'
import { legOf } from './legs.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { planItem } from './plan-item.ts'
import { nameTaken, refused } from './plan-outcomes.ts'
import { countItem } from '../tally.ts'
import type { Failure } from '#model/failure.ts'
import type { PourSpec } from '#model/spec.ts'

/** Crossings that are read at a time. */
const BATCH = 512
/** Behind every place that a plan can have: where rows wait while they change places. */
const ASIDE = 2 ** 31

/**
 * Brings those objects of a pour within one bucket into an order in which none is written over before it was read.
 * Called within one transaction, when everything is listed.
 *
 * | a name is given to             | what is done                                                             |
 * |--------------------------------|---------------------------------------------------------------------------|
 * | a → b, while b → c             | b → c, then a → b                                                          |
 * | a → b, b → c, c → a            | a copied to a key of its own, c → a, b → c, then that copy moved to b      |
 * | a → b, and b does not go away  | what the conflict policy says; a copy reads b before it writes over it     |
 * | a → b, and b → b               | a is refused: b keeps its name                                             |
 *
 * In a move the policy is asked again where the object in the way is moved away itself: its name is free by then.
 * Whatever kills it, each object stands under its old name, under its new one, or, of a cycle, under a key of its own
 * that the plan remembers: nothing is written over before a verified copy of it is journaled.
 */
export function orderCrossings(context: MakePlan, legs: readonly PlanLeg[], spec: PourSpec): void {
  const { store, record } = context
  if (store.names.cross(record.n) === 0) return
  const isPlain =
    spec.destinations.length === 1 && spec.sources.every(({ versions }) => versions.take !== 'all')
  if (!isPlain) return refuseAll(context)
  const ordering = new Ordering(context, legs, spec)
  ordering.walkChains()
  ordering.walkCycles()
  ordering.changePlaces()
}

/** Several items share a name there: who comes after whom is no chain. */
function refuseAll(context: MakePlan): void {
  const { names } = context.store
  const job = context.record.n
  eachBatch(
    (after) => names.places(job, after, BATCH),
    (seq) => {
      const item = read(context, seq)
      if (names.next(job, seq) === undefined || item.state !== 'planned') return
      change(context, item, { ...refused(item, CROSSES), after: item.after })
    },
  )
}

const CROSSES: Failure = {
  code: 'not-possible',
  reach: 'item',
  property: 'names',
  message:
    'Its name at the destination is that of another object that this job reads. A job with several destinations, or ' +
    'with whole histories, cannot bring such objects into an order: make a job for each.',
}

/** Where one item's work stands once those before it are done. */
class Ordering {
  readonly #context: MakePlan
  readonly #legs: readonly PlanLeg[]
  readonly #spec: PourSpec
  #order = 0

  constructor(context: MakePlan, legs: readonly PlanLeg[], spec: PourSpec) {
    this.#context = context
    this.#legs = legs
    this.#spec = spec
  }

  /** From each far end, whose own name nobody else's reading depends on, back along what writes over what. */
  walkChains(): void {
    const { names } = this.#context.store
    eachBatch(
      (after) => names.ends(this.#job, after, BATCH),
      (end) => this.#walkBack(end, undefined),
    )
  }

  /** What is left goes round. Where one of a cycle stays where it is, the others are a chain that ends there. */
  walkCycles(): void {
    const { names } = this.#context.store
    for (;;) {
      const start = names.unordered(this.#job)
      if (start === undefined) return
      const staying = this.#firstStaying(start)
      if (staying !== undefined) {
        this.#walkBack(staying, staying)
        continue
      }
      const item = read(this.#context, start)
      const aside: PlannedItem = {
        ...this.#freed(item),
        ...{ action: 'set-aside', expect: { is: 'absent' }, conflict: false },
      }
      change(this.#context, item, aside)
      names.order(this.#job, start, this.#order++, false)
      // It stands under its old name still, also in a move, and is written over there.
      this.#follow(start, start, { ...item, state: 'planned' }, 'stands')
    }
  }

  /** Writes each row to its place: the first in order to the first place that any of them had, and so on. */
  changePlaces(): void {
    const { store } = this.#context
    const { names, items } = store
    eachBatch(
      (after) => names.places(this.#job, after, BATCH),
      (seq) => {
        const item = read(this.#context, seq)
        const cause = items.causeOf(item.id) ?? null
        items.removeRange(item.id, item.id + 1)
        items.replace(itemId(this.#job, ASIDE + seq), item, cause)
      },
    )
    let place = 0
    let aside: PlannedItem | undefined
    let last: PlannedItem | undefined
    for (let order = 0; order < this.#order; order += BATCH) {
      const places = names.places(this.#job, place, BATCH)
      for (const [index, { seq, linked }] of names.inOrder(this.#job, order, BATCH).entries()) {
        if (!linked) {
          this.#bringBack(aside, last, place)
          aside = undefined
        }
        const after = linked ? place : undefined
        place = places[index] ?? place
        last = this.#place(seq, place, after)
        if (last.action === 'set-aside') aside = last
      }
    }
    this.#bringBack(aside, last, place)
  }

  #place(seq: number, place: number, after: number | undefined): PlannedItem {
    const { items } = this.#context.store
    const waiting = read(this.#context, ASIDE + seq)
    const cause = items.causeOf(waiting.id) ?? null
    const target = waiting.action === 'set-aside' ? this.#ownKey(waiting, place) : waiting.target
    const item = { ...waiting, after, target }
    items.removeRange(waiting.id, waiting.id + 1)
    items.replace(itemId(this.#job, place), item, cause)
    return item
  }

  /** The end of a cycle, after `last`, whose own name it gets. */
  #bringBack(aside: PlannedItem | undefined, last: PlannedItem | undefined, after: number): void {
    if (aside === undefined || last === undefined) return
    const { store, record } = this.#context
    const isCopy = this.#spec.kind === 'copy'
    const free = decideConflict(this.#spec.conflict, aside, undefined)
    const expect: PlannedItem['expect'] =
      isCopy && this.#spec.conflict !== 'overwrite'
        ? { is: 'etag', etag: last.etag, lastModified: last.lastModified }
        : free.do === 'write'
          ? free.expect
          : { is: 'absent' }
    const back: PlannedItem = {
      ...aside,
      ...{ action: 'bring-back', key: aside.target ?? '', target: last.key, versionId: undefined },
      ...{ etag: '', after, expect, conflict: isCopy },
    }
    store.items.insert(itemId(record.n, record.nextSeq), back, null)
    countItem(record.tally, back, 1)
    record.nextSeq += 1
  }

  #ownKey(item: PlannedItem, place: number): string {
    const name = `.decant-${this.#context.record.id}-${place}`
    const key = (legOf(this.#spec, item).destination?.prefix ?? '') + name
    return isKeyTooLong(key) ? name : key
  }

  /** Orders `end` and everything that writes over it in turn, back to `stop` on a cycle. */
  #walkBack(end: number, stop: number | undefined): void {
    this.#context.store.names.order(this.#job, end, this.#order++, false)
    this.#follow(end, stop, read(this.#context, end), 'goes')
  }

  #follow(from: number, stop: number | undefined, first: PlannedItem, what: 'goes' | 'stands'): void {
    const { names } = this.#context.store
    let previous = first
    let leaves = what
    for (
      let at = names.before(this.#job, from);
      at !== undefined && at !== stop;
      at = names.before(this.#job, at)
    ) {
      const item = read(this.#context, at)
      const now = this.#decide(item, previous, leaves)
      if (now !== item) change(this.#context, item, now)
      names.order(this.#job, at, this.#order++, now.state === 'planned' && previous.state === 'planned')
      previous = now
      leaves = 'goes'
    }
  }

  /** `there` is what stands under the item's new name. */
  #decide(item: Item, there: PlannedItem, leaves: 'goes' | 'stands'): PlannedItem {
    if (there.skipReason === 'same-object')
      return item.state === 'planned' ? refused(item, nameTaken(there.key, there.key)) : item
    if (there.state !== 'planned') return item
    if (this.#spec.kind === 'copy') return bound(item, there)
    return this.#freed(item, leaves === 'stands' ? there : undefined)
  }

  /** The first on a cycle that would stay where it is although its new name is free; in a copy no name gets free. */
  #firstStaying(start: number): number | undefined {
    const { names } = this.#context.store
    let at: number | undefined = start
    do {
      const item: Item = read(this.#context, at)
      const now = this.#spec.kind === 'move' ? this.#freed(item) : item
      if (now.state !== 'planned') return at
      at = names.next(this.#job, at)
    } while (at !== undefined && at !== start)
    return undefined
  }

  /**
   * The item as the policy decides it once what stands in its way is gone. `over`: that stands there still, for a copy
   * of it is kept elsewhere, and exactly that is written over.
   */
  #freed(item: Item, over?: PlannedItem): PlannedItem {
    const leg = this.#legs[item.leg]
    const isInTheWay = item.action === 'skip' || item.failure?.code === 'destination-exists'
    const isAsked = item.state === 'planned' || isInTheWay
    if (leg === undefined || !isAsked) return item
    const { key, versionId, size, etag, lastModified, storageClass, history, rules, target } = item
    const found = { key, versionId, size, etag, lastModified, storageClass, state: history, rules }
    const planned = planItem(leg.rules, found, undefined)
    if (planned.state !== 'planned') return item.state === 'planned' ? item : planned
    const action = item.state === 'planned' ? item.action : planned.action
    const expect: PlannedItem['expect'] =
      over === undefined ? planned.expect : { is: 'etag', etag: over.etag, lastModified: over.lastModified }
    return { ...planned, action, expect, target }
  }

  get #job(): number {
    return this.#context.record.n
  }
}

/**
 * A copy over an object that the job reads: that very one, also where the policy is to overwrite. What somebody wrote
 * there since is no part of the job, and nobody would have a copy of it.
 */
function bound(item: Item, { versionId, etag, lastModified }: PlannedItem): Item {
  if (item.state !== 'planned' || item.expect.is !== 'anything' || versionId !== undefined) return item
  return { ...item, expect: { is: 'etag', etag, lastModified } }
}

function read({ store, record }: MakePlan, seq: number): Item {
  const item = store.items.byId(itemId(record.n, seq))
  if (item === undefined) throw new Error(`The plan of job ${record.n} has no item ${seq}.`)
  return item
}

function change({ store, record }: MakePlan, item: Item, now: PlannedItem): void {
  const cause = store.items.causeOf(item.id)
  if (cause !== undefined) store.causes.take(cause)
  const causeNow = now.failure ? store.causes.add(record.n, now.failure, now.key) : null
  countItem(record.tally, item, -1)
  countItem(record.tally, now, 1)
  store.items.replace(item.id, now, causeNow)
}

function eachBatch(readAfter: (after: number) => readonly number[], work: (seq: number) => void): void {
  for (let after = 0; ;) {
    const batch = readAfter(after)
    batch.forEach(work)
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) return
    after = last
  }
}
