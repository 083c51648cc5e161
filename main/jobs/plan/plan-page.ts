import { isKeyTooLong } from '../../engine/names.ts'
import { bookkeepingFor, numberPlaces } from './bookkeeping.ts'
import type { Expect, KnownEdit } from './expect.ts'
import { itemId, seqOf } from '../item.ts'
import type { Item, PlannedItem } from '../item.ts'
import type { PlanPage } from '../journal.ts'
import { deletesSource, isPourLeg, legOf } from './legs.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { nameAt, targetOf } from './plan-item.ts'
import { nameTaken, refused } from './plan-outcomes.ts'
import type { Found } from './plan-rules.ts'
import type { ListingCursor } from './listing-cursor.ts'
import type { Failure } from '#model/failure.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * An item on its way into the plan. `link`: how it hangs on the one before it. `history`: the next version of the same
 * key at the same destination. `legs`: the same object of a move, to its next destination.
 */
export interface Draft {
  readonly item: PlannedItem
  readonly link: 'none' | 'history' | 'legs'
  /** Of an edit of an object that was looked at. */
  readonly known?: KnownEdit | undefined
}

/** What a page of the listing came to. */
export interface Drafts {
  readonly drafts: readonly Draft[]
  /** What the job's filter leaves. */
  readonly left: readonly Found[]
  /** The legs of the source that was listed. */
  readonly legs: readonly PlanLeg[]
  readonly reached: ListingCursor | undefined
  /** Whether two of all until here could have the same name, where nothing else asks for names to be kept. */
  readonly names?: 'distinct' | undefined
  /** What else is written with it. */
  readonly also?: (() => void) | undefined
}

/** Writes pages of drafts into the plan, and keeps the names of those jobs that need it. */
export function makeWriter(context: MakePlan, expect: Expect): (page: Drafts) => void {
  const { spec, journal, planned } = context
  const books = bookkeepingFor(spec)
  const keepsAll = books.targets || context.record.more.namesKept === true
  const keep = keepsAll || spec.manifest ? namesKeeper(context, books.sources) : undefined
  return ({ drafts, left, legs, reached, names, also }) => {
    const keeps = keepsAll || names !== 'distinct' ? keep : undefined
    journal.plan((firstSeq) => {
      also?.()
      const items: PlannedItem[] = []
      for (const draft of drafts) {
        const seq = firstSeq + items.length
        const named = keeps ? keeps.item(draft, seq, items) : draft.item
        items.push(draft.link === 'none' ? named : linked(context, { ...draft, item: named }, seq, items))
      }
      if (books.extras) keep?.left(left, legs)
      return {
        items,
        expect: (item, at) => expect(item, drafts[at]?.known),
        filtered: countOf(left),
        reached,
      }
    })
    planned()
  }
}

function countOf(left: readonly Found[]): PlanPage['filtered'] {
  return { items: left.length, bytes: left.reduce((bytes, { size }) => bytes + size, 0) }
}

/**
 * | link    | the one before it | this one             |
 * |---------|-------------------|----------------------|
 * | history | planned           | comes after it       |
 * | history | anything else     | refuse previous-failed |
 * | legs    | all planned       | comes after it       |
 * | legs    | some not planned  | refuse previous-failed where it would delete the source, else as it is |
 */
function linked(
  { spec }: MakePlan,
  { item, link }: Draft,
  seq: number,
  before: readonly PlannedItem[],
): PlannedItem {
  const previous = before.at(-1)
  if (item.state !== 'planned' || previous === undefined) return item
  if (previous.state === 'planned' && !(link === 'legs' && isBroken(item, before)))
    return { ...item, after: seq - 1 }
  if (link === 'legs' && !deletesSource(spec, legOf(spec, item))) return item
  return refused(item, link === 'history' ? OLDER_FAILED : STAYS)
}

/** Whether the same object is not going to all the destinations before. */
function isBroken(item: PlannedItem, before: readonly PlannedItem[]): boolean {
  for (let at = before.length - 1; at >= 0; at--) {
    const other = before[at]
    if (other?.key !== item.key || other.leg > item.leg) return false
    if (other.state !== 'planned') return true
  }
  return false
}

const OLDER_FAILED: Failure = {
  code: 'previous-failed',
  reach: 'item',
  message: 'An older version of it cannot be copied, and a history is copied in order or not at all.',
}
const STAYS: Failure = {
  code: 'previous-failed',
  reach: 'item',
  message: 'It stays where it is: it is not copied to all of the destinations before.',
}

/** Several versions of a key can be deleted; anything else would be done twice to one key. */
function nameOfRow({ kind }: JobSpec, { key, versionId = '' }: PlannedItem): string {
  return `${kind === 'delete' ? versionId : ''}/${key}`
}

/** Of an item that was planned before names were kept. */
export function keepName({ spec, store, record }: MakePlan, item: Item): void {
  if (item.failure?.code === 'source-missing') return
  const { source, destination } = legOf(spec, item)
  const place = numberPlaces(spec)
  const target = targetOf(spec, item)
  if (destination === undefined || target === undefined)
    store.names.claim(record.n, 'source', place(source), nameOfRow(spec, item), seqOf(item.id))
  else store.names.claim(record.n, 'target', place(destination), target, seqOf(item.id))
}

function rowTwice({ key, versionId }: PlannedItem): Failure {
  const what = versionId === undefined ? key : `${key}, version ${versionId}`
  const message = `${what}: an earlier row of the manifest names the same object.`
  return { code: 'name-taken', reach: 'item', message }
}

interface NamesKeeper {
  item(draft: Draft, seq: number, before: readonly PlannedItem[]): PlannedItem
  /** Objects that are there and that nobody copies: no extras at the destination. */
  left(found: readonly Found[], legs: readonly PlanLeg[]): void
}

/**
 * Of two objects with one name at a destination the first in the plan keeps it: sources in the order of the spec, keys
 * in S3's. It keeps it also where it is skipped or refused itself, so that the same job makes the same names again.
 * Only what stands under that name already, and stays there, goes before it.
 */
function namesKeeper({ spec, store, record }: MakePlan, sources: boolean): NamesKeeper {
  const { names, items } = store
  const place = numberPlaces(spec)
  const keyOf = (seq: number, firstSeq: number, before: readonly PlannedItem[]): string | undefined =>
    seq >= firstSeq ? before[seq - firstSeq]?.key : items.byId(itemId(record.n, seq))?.key
  return {
    item: ({ item, link }, seq, before) => {
      const { source, destination } = legOf(spec, item)
      const target = targetOf(spec, item)
      const isThere = item.failure?.code !== 'source-missing'
      if (destination === undefined && spec.manifest && isThere) {
        if (names.claim(record.n, 'source', place(source), nameOfRow(spec, item), seq)) return item
        return refused(item, rowTwice(item))
      }
      if (destination === undefined || target === undefined || !isThere) return item
      if (sources && link !== 'history') names.claim(record.n, 'source', place(source), item.key, seq)
      // The versions of a history share their name.
      if (link === 'history' || target === '' || isKeyTooLong(target)) return item
      if (names.claim(record.n, 'target', place(destination), target, seq)) return item
      // What stands under its name already keeps it; whoever comes there is told when all is listed.
      if (spec.kind === 'parity' || item.skipReason === 'same-object') return item
      const owner = names.owner(record.n, 'target', place(destination), target)
      return refused(item, nameTaken(target, keyOf(owner ?? 0, seq - before.length, before)))
    },
    left: (found, legs) => {
      for (const { rules } of legs) {
        if (!isPourLeg(rules.leg)) continue
        const number = place(rules.leg.destination)
        for (const one of found) {
          const target = nameAt(rules, one)
          if (target !== undefined) names.claim(record.n, 'target', number, target, undefined)
        }
      }
    },
  }
}
