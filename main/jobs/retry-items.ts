import type { Item } from './item.ts'
import type { JobRecord } from './record.ts'
import { jobRange } from './store/items.ts'
import type { Store } from './store/store.ts'
import { countItem } from './tally.ts'
import type { Failure } from '#model/failure.ts'

/** Items that are changed in one transaction. */
const BATCH = 1000

/**
 * Takes failed items back into the plan; how many. One whose copy stands (a move that could not delete its source)
 * goes on where it was; any other is looked at afresh when it is sent.
 */
export function markForRetry(store: Store, record: JobRecord, wanted: (failure: Failure) => boolean): number {
  const [start, below] = jobRange(record.n)
  let marked = 0
  for (let from = start; ;) {
    const batch = store.items.read(['failed'], from, below, BATCH)
    const chosen = batch.filter(({ failure }) => failure !== undefined && wanted(failure))
    store.transaction(() => {
      for (const item of chosen) markOne(store, record, item)
      store.jobs.saveProgress(record)
    })
    marked += chosen.length
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) return marked
    from = last.id + 1
  }
}

function markOne(store: Store, record: JobRecord, item: Item): void {
  const { kind } = record.spec
  const isHalfMoved = kind === 'move' && item.newEtag !== undefined
  const now: Item = { ...item, state: isHalfMoved ? 'copied' : 'again' }
  const cause = store.items.causeOf(item.id)
  if (cause !== undefined) store.causes.take(cause)
  countItem(record.tally, kind, item, -1)
  countItem(record.tally, kind, now, 1)
  store.items.replace(item.id, now, null)
}
