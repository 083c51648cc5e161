import type { Expect } from './expect.ts'
import { itemId, seqOf } from './item.ts'
import type { Item, PlannedItem } from './item.ts'
import type { ListingCursor } from './listing-cursor.ts'
import type { MakePlan } from './plan-context.ts'
import { undoOfEdit } from './undo-edit.ts'
import { fail } from '#model/failure.ts'
import type { SomeProperties } from '#model/properties.ts'
import { sleep } from '#model/seams.ts'
import type { JobSpec, UndoSpec } from '#model/spec.ts'

/** Rows of the other job that are looked at in one transaction; between two of them everybody else has a turn. */
const SLICE = 500
const NOTHING = { items: 0, bytes: 0 }

/** What becomes of one row of the job that is undone; undefined: there is nothing to take back. */
type Undoer = (item: Item, before: SomeProperties | undefined) => PlannedItem | undefined

/** By the kind of the job that is undone; what `undoable` calls undoable has one. */
function undoerOf({ kind }: JobSpec): Undoer {
  if (kind === 'edit' || kind === 'undo') return undoOfEdit
  return fail('not-possible', 'job', `What a job of the kind ${kind} did cannot be undone.`, {
    property: 'of',
  })
}

/**
 * Plans an undo from the journal of the other job, in its order. The cursor's `segment` is the row of
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
  const undo = undoerOf(other.spec)
  const below = itemId(other.n, other.nextSeq)
  for (let next = Math.max(1, from.segment); ;) {
    if (!store.jobs.has(spec.of)) gone(spec)
    const rows = store.items.readAll(itemId(other.n, next), below, SLICE)
    const last = rows.at(-1)
    if (last !== undefined) next = seqOf(last.id) + 1
    const isLast = last === undefined || rows.length < SLICE
    const items = rows.flatMap((item) => undo(item, store.edits.before(item.id, item.etag)) ?? [])
    const reached = isLast ? undefined : { source: 0, segment: next }
    journal.plan(() => ({ items, expect: (item) => expect(item), filtered: NOTHING, reached }))
    planned()
    if (isLast) return
    await sleep(request.seams, 0, request.signal)
  }
}

function gone({ of }: UndoSpec): never {
  return fail('not-possible', 'job', `The job ${of} was removed, and what it remembered with it.`, {
    property: 'of',
  })
}
