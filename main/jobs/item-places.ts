import { itemId } from './item.ts'
import type { JournalState } from './item.ts'
import type { JobRecord } from './record.ts'
import type { ItemsTable } from './store/items.ts'
import { skipped } from '#model/job.ts'

/** States of what is still to be done. */
export const TO_DO: readonly JournalState[] = ['planned', 'again', 'restoring', 'copied-not-deleted']

/** Items left behind the mark that are looked up one by one at the most: more of them are a job that waits for its archive. */
const MOST_OPEN = 20_000
/** Rows below the mark among which nearly all of them lie: what was under way last. */
const CLOSE = 4096

/**
 * Where a job's items lie by what became of them, without a row being read for each. The plan is sent in its order, so
 * it has two parts:
 *
 * | items                 | below the mark            | from the mark on |
 * |-----------------------|---------------------------|------------------|
 * | done                  | all that is nothing below | none             |
 * | skipped, failed       | by their indices          | by their indices |
 * | to be done            | few: `open`               | all the others   |
 */
export interface ItemPlaces {
  /** Ids: the first item, the mark, and the one behind the last. */
  readonly from: number
  readonly sent: number
  readonly below: number
  /** Ids, ascending. */
  readonly open: readonly number[]
}

/** Undefined where it is not so, or where too many are open: then rows have to be gone through. */
export function placesOf(
  items: ItemsTable,
  { n, nextSeq, sentBelow, tally }: JobRecord,
  underWay: Iterable<number>,
): ItemPlaces | undefined {
  // A place of the plan without an item would count as one that is done.
  if (tally.listed.items !== nextSeq - 1) return undefined
  const done = tally.copied.items + tally.moved.items + tally.deleted.items + tally.edited.items
  const from = itemId(n, 1)
  const below = itemId(n, nextSeq)
  const isOver = done + skipped(tally).items + tally.failed.items === nextSeq - 1
  const sent = isOver ? below : itemId(n, sentBelow)
  const left = isOver ? 0 : sent - from - done - items.countAside(from, sent)
  if (left < 0 || left > MOST_OPEN) return undefined
  const open = openIds(items, from, sent, left, underWay)
  return open.length === left ? { from, sent, below, open } : undefined
}

/** The ids of `count` items that are still to be done, looked for where they are likely first. */
function openIds(
  items: ItemsTable,
  from: number,
  below: number,
  count: number,
  underWay: Iterable<number>,
): readonly number[] {
  if (count === 0) return []
  const near = Math.max(from, below - CLOSE)
  // One more than there should be tells that it is not so.
  const last = items.ids(TO_DO, near, below, count + 1)
  if (last.length >= count) return last
  const before = [...underWay].filter((id) => id < near && isOpen(items, id)).sort((a, b) => a - b)
  if (before.length + last.length >= count) return [...before, ...last]
  return [...items.ids(TO_DO, from, near, count - last.length), ...last]
}

/** What is done may not be written yet: the row says what is counted. */
function isOpen(items: ItemsTable, id: number): boolean {
  const item = items.byId(id)
  return item !== undefined && TO_DO.includes(item.state)
}

/** The id of the done item that `offset` done ones come before; that of the mark where there are not so many. */
export function doneAt(items: ItemsTable, { from, sent, open }: ItemPlaces, offset: number): number {
  return idAt(items, from, sent, offset, open)
}

/** The same of what is still to be done from the mark on. */
export function unsentAt(items: ItemsTable, { sent, below }: ItemPlaces, offset: number): number {
  return idAt(items, sent, below, offset, [])
}

/**
 * The id from `from` on that `offset` others come before which are neither set aside nor among `but`; `below` where there
 * are not so many. By halving: each count goes on from one that is known, so all together they count those aside twice
 * at the most.
 */
function idAt(
  items: ItemsTable,
  from: number,
  below: number,
  offset: number,
  but: readonly number[],
): number {
  // `passed` count before `at`: not too many. Before `end` there are too many, or there is nothing more.
  let [at, passed, end] = [from, 0, below + 1]
  const look = (id: number): void => {
    const known = passed + (id - at) - items.countAside(at, id) - (countBelow(but, id) - countBelow(but, at))
    if (known > offset) end = id
    else [at, passed] = [id, known]
  }
  // Not even if all of them count.
  if (offset > 0) look(Math.min(from + offset, below))
  while (end - at > 1) look(Math.floor((at + end) / 2))
  return at
}

/** How many of the ascending numbers are smaller. */
function countBelow(numbers: readonly number[], than: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) < than) low = middle + 1
    else high = middle
  }
  return low
}
