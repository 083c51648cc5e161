import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { conditionFacts } from '../plan/plan-facts.ts'
import type { JobRecord } from '../record.ts'
import { conditionOf } from '../store/conditions.ts'
import type { Store } from '../store/store.ts'
import { textTest } from '../checks/text-test.ts'
import { fail } from '#model/failure.ts'
import type { ItemQuery } from '#model/plan.ts'

/** Items that are looked through at a stretch; between two of them everybody else has a turn. */
const SLICE = 1000

/** Items of a job, and where they are. */
export interface FoundIn {
  readonly store: Store
  readonly record: JobRecord
  readonly query: ItemQuery
  /** Gives everybody else a turn. */
  readonly pause: () => Promise<void>
}

/**
 * The items that a query is about, in the order of the plan, with a pause after every thousand that were looked at,
 * whether any of them was found or not. What is under way no row tells: such a filter is none.
 */
export async function* slicesOf({ store, record, query, pause }: FoundIn): AsyncGenerator<Item[]> {
  const matches = textTest(record.spec, query.text)
  const end = itemId(record.n, record.nextSeq)
  for (let at = itemId(record.n, 1); at < end; at += SLICE) {
    const condition = conditionOf(query, conditionFacts(store, record))
    const items = store.items.readWhere(condition, at, Math.min(at + SLICE, end), SLICE).filter(matches)
    if (items.length > 0) yield items
    await pause()
  }
  checkStillKept(store, record)
}

/**
 * A job can be removed while its rows are read, by this process or by another one, and all of them go at once: what was
 * read is whole only where the job is there still.
 */
export function checkStillKept({ jobs }: Pick<Store, 'jobs'>, { id }: Pick<JobRecord, 'id'>): void {
  if (jobs.has(id)) return
  fail('not-possible', 'item', `The job ${id} was removed while it was read: nothing was written.`, {
    property: 'id',
  })
}
