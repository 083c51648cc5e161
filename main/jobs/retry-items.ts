import type { Item } from './item.ts'
import { writeInStep } from './in-step.ts'
import { UNREAD_FILTER } from './plan-outcomes.ts'
import type { JobRecord } from './record.ts'
import { jobRange } from './store/items.ts'
import type { Store } from './store/store.ts'
import { countItem } from './tally.ts'
import type { Failure } from '#model/failure.ts'

/** Items that are looked through in one transaction; between two of them the event loop has its turn. */
const SLICE = 1000

/**
 * Takes failed items back into the plan, a slice with every call: how many, and whether there is more to look through.
 * One whose copy stands (a move that could not delete its source) goes on where it was; any other is looked at afresh
 * when it is sent.
 */
export function retryInSlices(
  store: Store,
  record: JobRecord,
  wanted: (failure: Failure) => boolean,
): () => { readonly marked: number; readonly isLast: boolean } {
  const [start, below] = jobRange(record.n)
  let from = start
  return () => {
    const slice = store.items.read(['failed'], from, below, SLICE)
    const chosen = slice.filter(
      (item) => item.failure !== undefined && wanted(item.failure) && !isOfWholePlan(item, item.failure),
    )
    if (chosen.length > 0) {
      writeInStep(store, record, () => {
        for (const item of chosen) markOne(store, record, item)
      })
    }
    from = (slice.at(-1)?.id ?? from) + 1
    return { marked: chosen.length, isLast: slice.length < SLICE }
  }
}

/**
 * What only the plan as a whole could tell, a fresh look at one object cannot take back: tried by itself it would write
 * over the object that has its name, be deleted before it is at all its destinations, or pass a filter unread.
 *
 * | refused by the plan as                         | tried anew |
 * |------------------------------------------------|------------|
 * | name-taken, previous-failed                    | no         |
 * | names that several destinations make cross     | no         |
 * | what its filter asks for could not be read     | no         |
 * | anything else                                  | yes        |
 * | not refused by the plan, but failed when it was carried out | yes |
 */
export function isOfWholePlan({ action }: Pick<Item, 'action'>, { code, property }: Failure): boolean {
  if (action !== 'refuse') return false
  return (
    code === 'name-taken' || code === 'previous-failed' || property === 'names' || property === UNREAD_FILTER
  )
}

function markOne(store: Store, record: JobRecord, item: Item): void {
  const isStanding = (item.newEtag ?? item.newVersionId) !== undefined
  const isHalfMoved = isStanding && (record.spec.kind === 'move' || item.action === 'bring-back')
  const now: Item = { ...item, state: isHalfMoved ? 'copied-not-deleted' : 'again' }
  const cause = store.items.causeOf(item.id)
  if (cause !== undefined) store.causes.take(cause)
  countItem(record.tally, item, -1)
  countItem(record.tally, now, 1)
  store.items.replace(item.id, now, null)
}
