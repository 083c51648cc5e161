import { mayCross } from '../plan/bookkeeping.ts'
import type { Expect } from '../plan/expect.ts'
import { itemId, seqOf } from '../item.ts'
import type { Item, PlannedItem } from '../item.ts'
import { legOf, legsOf } from '../plan/legs.ts'
import type { ListingCursor } from '../plan/listing-cursor.ts'
import type { MakePlan } from '../plan/plan-context.ts'
import { targetOf } from '../plan/plan-item.ts'
import { SourceLook } from './plan-undo-sources.ts'
import type { JobRecord } from '../record.ts'
import { isHeld } from '../state.ts'
import { chooseRoute } from '../../engine/route.ts'
import { undoOfDelete, undoOfRewind } from './undo-delete.ts'
import { undoOfEdit } from './undo-edit.ts'
import { undoOfPour } from './undo-pour.ts'
import type { UndoneLeg } from './undo-pour.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import { sleep } from '#model/seams.ts'
import type { PourSpec, UndoSpec } from '#model/spec.ts'

/** Rows of the other job that are looked at in one transaction; between two of them everybody else has a turn. */
const SLICE = 500
const NOTHING = { items: 0, bytes: 0 }

/** What becomes of one row of the job that is undone; empty: there is nothing to take back. */
type Undoer = (item: Item) => readonly PlannedItem[]

/** By the kind of the job that is undone; what `undoable` calls undoable has one. */
function undoerOf({ store, copyLimit }: MakePlan, { spec, firstMarkAt, more }: JobRecord): Undoer {
  const when = { since: firstMarkAt ?? 0, until: more.wroteUntil }
  switch (spec.kind) {
    case 'edit':
      return (item) => some(undoOfEdit(item, store.edits.before(item.id, item.etag)))
    case 'undo':
      // Of what else an undo did nothing comes back.
      return (item) =>
        store.edits.own(item.id)?.undo ? [] : some(undoOfEdit(item, store.edits.before(item.id, item.etag)))
    case 'delete':
      return (item) => some(undoOfDelete(item, { ...when, leg: item.leg }))
    case 'rewind':
      return (item) => some(undoOfRewind(item, { ...when, leg: item.leg }))
    case 'copy':
    case 'move': {
      const legs = legsOf(spec).map((leg) => undoneLeg(spec, leg.n, copyLimit))
      return (item) => {
        const undone = legs[item.leg]
        const backup = store.backups.of(item.id)
        if (undone === undefined) return []
        const target = targetOf(spec, item) ?? item.key
        return undoOfPour(item, { ...undone, ...when, target }, backup?.is === 'kept' ? backup : undefined)
      }
    }
    case 'parity':
      return fail('not-possible', 'job', 'A comparison changes nothing.', { property: 'of' })
  }
}

function some(item: PlannedItem | undefined): readonly PlannedItem[] {
  return item ? [item] : []
}

/**
 * Each leg of the job the other way round: an undo of a copy has one for each destination, that of a move one for each
 * destination and source.
 */
function undoneLeg(
  spec: PourSpec,
  n: number,
  copyLimit: number,
): Omit<UndoneLeg, 'target' | 'since' | 'until'> {
  const { source, destination, sourceN, destinationN } = legOf(spec, { leg: n })
  const to = destination?.connection.config ?? source.connection.config
  return {
    ...{ kind: spec.kind, copyLimit },
    leg: spec.kind === 'copy' ? destinationN : destinationN * spec.sources.length + sourceN,
    sourceN,
    isFromFiles: isLocal(source),
    isToFiles: destination !== undefined && isLocal(destination),
    byVersions: source.versions.take === 'all',
    route: chooseRoute(to, source.connection.config),
  }
}

/**
 * Plans an undo from the journal of the other job. Where its rows may lie upon each other the last one comes first: what
 * was done last is taken back first, and what came after another row goes before it. The cursor's `segment` is the row of
 * that job's plan from which it goes on.
 */
export async function planUndo(
  context: MakePlan,
  spec: UndoSpec,
  expect: Expect,
  from: ListingCursor,
): Promise<void> {
  const { store, journal, planned, request } = context
  const other = store.jobs.byId(spec.of) ?? gone(spec)
  const undo = undoerOf(context, other)
  // What lies over a source of the same job may be gone by the time that its copy is to go.
  const look = mayCross(other.spec) ? undefined : new SourceLook(context, spec)
  const isBackwards = other.spec.kind === 'copy' || other.spec.kind === 'move' || other.spec.kind === 'rewind'
  for (let next = from.segment > 0 ? from.segment : isBackwards ? other.nextSeq : 1; ;) {
    if (!store.jobs.has(spec.of)) gone(spec)
    const rows = isBackwards
      ? store.items.readBack(itemId(other.n, 1), itemId(other.n, next), SLICE)
      : store.items.readAll(itemId(other.n, next), itemId(other.n, other.nextSeq), SLICE)
    const last = rows.at(-1)
    if (last !== undefined) next = seqOf(last.id) + (isBackwards ? 0 : 1)
    const isLast = rows.length < SLICE
    const reached = isLast ? undefined : { source: 0, segment: next }
    const taken = rows.map((item) => ({ item, planned: undo(item) }))
    const known = look && isHeld(context.record) ? await refusals(look, taken) : taken
    journal.plan((firstSeq) => {
      const items = known.reduce<PlannedItem[]>((all, { item, planned: own }) => {
        all.push(...inOrder(context, item, own, firstSeq + all.length))
        return all
      }, [])
      return { items, expect: (item) => expect(item), filtered: NOTHING, reached }
    })
    planned()
    if (isLast) return
    await sleep(request.seams, 0, request.signal)
  }
}

interface Taken {
  readonly item: Item
  readonly planned: readonly PlannedItem[]
}

/** Somebody is going to read the plan: what it can know of the sources is in it. */
async function refusals(look: SourceLook, rows: readonly Taken[]): Promise<readonly Taken[]> {
  const all = await look.refused(rows.flatMap(({ planned }) => planned))
  let at = 0
  return rows.map(({ item, planned }) => ({ item, planned: all.slice(at, (at += planned.length)) }))
}

/** `seq`: of the first of `rows` in the undo's plan. What the other job did before `item` waits for the last of them. */
function inOrder(
  { store, record: { n } }: MakePlan,
  item: Item,
  rows: readonly PlannedItem[],
  seq: number,
): readonly PlannedItem[] {
  const before = store.names.preceding(n, seqOf(item.id))
  const linked = rows.map((row, at) => {
    const after = at === 0 ? before : seq + at - 1
    return after === undefined || row.state !== 'planned' ? row : { ...row, after }
  })
  const last = rows.length > 0 ? seq + rows.length - 1 : before
  if (item.after !== undefined && last !== undefined) store.names.precede(n, item.after, last)
  return linked
}

function gone({ of }: UndoSpec): never {
  return fail('not-possible', 'job', `The job ${of} was removed, and what it remembered with it.`, {
    property: 'of',
  })
}
