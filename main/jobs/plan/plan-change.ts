import type { Expect } from './expect.ts'
import { countExpected } from './expected.ts'
import type { ExpectedItem } from './expected.ts'
import type { Item, PlannedItem } from '../item.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { countItem } from '../tally.ts'
import { countQuantities } from '#model/quantities.ts'

/** Another decision about an item that nobody has carried out: what was counted of it goes out, and the new one in. */
export function changePlanned(
  store: Store,
  record: JobRecord,
  expect: Expect,
  item: Item,
  now: PlannedItem,
): void {
  const cause = store.items.causeOf(item.id)
  if (cause !== undefined) store.causes.take(cause)
  const causeNow =
    now.state === 'failed' && now.failure ? store.causes.add(record.n, now.failure, now.key) : null
  countItem(record.tally, item, -1)
  countItem(record.tally, now, 1)
  const before = expect(item)
  const after = expect(now)
  if (before) count(record, item, before, -1)
  if (after) count(record, now, after, 1)
  store.items.replace(item.id, now, causeNow)
  if (now.own !== undefined) store.edits.ask(item.id, now.own)
}

function count(record: JobRecord, item: PlannedItem, expected: ExpectedItem, times: 1 | -1): void {
  countExpected(record.expected, item, expected, times)
  countQuantities(record.quantities, item, expected.measures, times)
}
