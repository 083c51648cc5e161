import { JOURNAL_STATES } from '../item.ts'
import type { PlannedItem } from '../item.ts'
import type { Expectation } from '../../engine/work.ts'
import { ACTIONS } from '#model/plan.ts'
import type { Database, Value } from '../../sqlite/sqlite.ts'

/** Rows that go to SQLite in one call. More of them gain nothing. */
const ROWS = 50

/**
 * Writes up to fifty planned items with one statement where they differ in nothing but key, size, ETag and date, as nearly
 * all of a plan do: handing 26 values a row to SQLite, row by row, takes most of the time that planning takes. The result
 * is how many were written from `at` on: 0 where they have to be written singly.
 */
export function inserterOfAlike(
  db: Database,
): (firstId: number, items: readonly PlannedItem[], at: number) => number {
  const planned = JOURNAL_STATES.indexOf('planned')
  // Only what all rows share has a number. A number is a name, and each value that is bound has its name looked up among
  // all of the statement's: with one for each value that took a sixth of the time of a whole plan.
  const row = (n: number): string => `(?1 + ${n}, ?2, ?3, ?4, ?5, ?6, 0, ${planned}, ?, ?, ?, ?)`
  const insert = db.prepare(
    'INSERT INTO items (id, class, action, expect, leg, rules, conflict, state, key, size, etag, modified) VALUES ' +
      Array.from({ length: ROWS }, (_, n) => row(n)).join(),
  )
  const values: Value[] = []
  return (firstId, items, at) => {
    const first = items[at]
    if (first === undefined || at + ROWS > items.length || !isPlain(first)) return 0
    for (let n = 1; n < ROWS; n++) if (!isLike(items[at + n] as PlannedItem, first)) return 0
    const { storageClass, action, expect, leg, rules } = first
    values.length = 0
    values.push(firstId, storageClass === 'STANDARD' ? null : storageClass)
    values.push(ACTIONS.indexOf(action), EXPECTATIONS.indexOf(expect.is), leg, rules)
    for (let n = 0; n < ROWS; n++) {
      const { key, size, etag, lastModified } = items[at + n] as PlannedItem
      values.push(key, size, etag, lastModified)
    }
    insert.run(...values)
    return ROWS
  }
}

/** As the column `expect` has them. */
export const EXPECTATIONS: readonly Expectation['is'][] = ['absent', 'etag', 'anything']

/** Planned, with nothing in its way and nothing said of it alone: all other columns are empty. */
function isPlain(item: PlannedItem): boolean {
  return (
    item.state === 'planned' &&
    item.expect.is !== 'etag' &&
    !item.conflict &&
    item.versionId === undefined &&
    item.skipReason === undefined &&
    item.standing === undefined &&
    item.failure === undefined &&
    item.target === undefined &&
    item.after === undefined &&
    item.history === undefined &&
    item.anew === undefined
  )
}

function isLike(item: PlannedItem, first: PlannedItem): boolean {
  return (
    item.action === first.action &&
    item.expect.is === first.expect.is &&
    item.storageClass === first.storageClass &&
    item.leg === first.leg &&
    item.rules === first.rules &&
    isPlain(item)
  )
}
