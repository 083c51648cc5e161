import type { Item } from './item.ts'
import { writeInStep } from './in-step.ts'
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
    const chosen = slice.filter(({ failure }) => failure !== undefined && wanted(failure))
    if (chosen.length > 0) {
      writeInStep(store, record, () => {
        for (const item of chosen) markOne(store, record, item)
      })
    }
    from = (slice.at(-1)?.id ?? from) + 1
    return { marked: chosen.length, isLast: slice.length < SLICE }
  }
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
