import { failure as failureSchema } from '#model/failure.ts'
import type { FieldValues } from '#model/field.ts'
import type { GridView } from '#model/grid.ts'
import type { Database, Row as SqlRow, Value } from '../sqlite/sqlite.ts'
import { NO_COUNT, ROW_STATES } from './row.ts'
import type { ListedRow, Row, RowCount, RowState, Stands } from './row.ts'

const COLUMNS =
  'r.n, r.key, r.version, r.size, r.etag, r.modified, r.class, r.state, r.failure, r.hand, r.cells, r.invalid, ' +
  'r.counted, r.epoch, h.stands'
const FROM = 'FROM rows r LEFT JOIN heads h ON h.n = r.n'
/** A partial index is taken only where the query says its condition. */
const VIEW_CONDITION: Readonly<Record<GridView, string>> = {
  all: '1',
  changed: 'r.cells > 0',
  invalid: 'r.invalid > 0',
}

/** A grid's rows as they lie in its file. Nothing is counted here: `GridStore` does that with each change. */
export interface RowsTable {
  /** False: the key is there already. */
  insert(n: number, row: ListedRow, epoch: number): boolean
  byNumber(n: number): Row | undefined
  byKey(key: string): Row | undefined
  /** Rows of a view behind `after`, by their numbers. */
  after(view: GridView, after: number, limit: number): Row[]
  /** The numbers of rows of a view behind `after`, passing over `skip` of them. */
  numbers(view: GridView, after: number, skip: number, limit: number): number[]
  /** The number of the last row whose key is not behind this one; 0 where there is none. */
  numberUpTo(key: string): number
  setListed(n: number, row: ListedRow): void
  setState(n: number, state: RowState, failure: Row['failure']): void
  setStands(n: number, stands: Stands): void
  setHand(n: number, hand: FieldValues): void
  setCount(n: number, count: RowCount, epoch: number): void
}

export function openRows(db: Database): RowsTable {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO rows (n, key, version, size, etag, modified, class, state, cells, invalid, epoch) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)',
  )
  const byNumber = db.prepare(`SELECT ${COLUMNS} ${FROM} WHERE r.n = ?`)
  const byKey = db.prepare(`SELECT ${COLUMNS} ${FROM} WHERE r.key = ?`)
  const numberUpTo = db.prepare('SELECT n FROM rows WHERE key <= ? ORDER BY key DESC LIMIT 1')
  const after = perView((is) =>
    db.prepare(`SELECT ${COLUMNS} ${FROM} WHERE r.n > ? AND ${is} ORDER BY r.n LIMIT ?`),
  )
  const numbers = perView((is) =>
    db.prepare(`SELECT r.n FROM rows r WHERE r.n > ? AND ${is} ORDER BY r.n LIMIT ? OFFSET ?`),
  )
  const setListed = db.prepare('UPDATE rows SET size = ?, etag = ?, modified = ?, class = ? WHERE n = ?')
  const setState = db.prepare('UPDATE rows SET state = ?, failure = ? WHERE n = ?')
  const setStands = db.prepare('INSERT OR REPLACE INTO heads (n, stands) VALUES (?, ?)')
  const setHand = db.prepare('UPDATE rows SET hand = ? WHERE n = ?')
  const setCount = db.prepare('UPDATE rows SET cells = ?, invalid = ?, counted = ?, epoch = ? WHERE n = ?')
  return {
    insert: (n, row, epoch) =>
      insert.run(
        ...[n, row.key, row.versionId ?? null, row.size, row.etag, row.lastModified, row.storageClass, epoch],
      ).changes > 0,
    byNumber: (n) => toRow(byNumber.get(n)),
    byKey: (key) => toRow(byKey.get(key)),
    after: (view, behind, limit) => after[view].all(behind, limit).flatMap((row) => toRow(row) ?? []),
    numbers: (view, behind, skip, limit) => numbers[view].all(behind, limit, skip).map(([n]) => Number(n)),
    numberUpTo: (key) => Number(numberUpTo.get(key)?.[0] ?? 0),
    setListed: (n, row) => void setListed.run(row.size, row.etag, row.lastModified, row.storageClass, n),
    setState: (n, state, failure) =>
      void setState.run(ROW_STATES.indexOf(state), failure === undefined ? null : JSON.stringify(failure), n),
    setStands: (n, stands) => void setStands.run(n, JSON.stringify(stands)),
    setHand: (n, hand) => void setHand.run(handText(hand), n),
    setCount: (n, count, epoch) => void setCount.run(count.cells, count.invalid, countText(count), epoch, n),
  }
}

function perView<T>(make: (is: string) => T): Record<GridView, T> {
  return {
    all: make(VIEW_CONDITION.all),
    changed: make(VIEW_CONDITION.changed),
    invalid: make(VIEW_CONDITION.invalid),
  }
}

/** Null for none, so that most rows hold no text at all. */
export function handText(hand: FieldValues): string | null {
  return Object.keys(hand).length === 0 ? null : JSON.stringify(hand)
}

export function parseHand(value: Value | undefined): FieldValues {
  return value == null ? NO_CELLS : (JSON.parse(String(value)) as FieldValues)
}
const NO_CELLS: FieldValues = {}

function countText({ byHand, byRule, gets }: RowCount): string | null {
  const rules = Object.keys(byRule).length > 0
  if (byHand === 0 && !rules && gets.length === 0) return null
  return JSON.stringify({ h: byHand, r: byRule, g: gets })
}

function parseCount(row: SqlRow): RowCount {
  if (row[12] == null) return NO_COUNT
  const { h, r, g } = JSON.parse(String(row[12])) as {
    h: number
    r: Record<string, number>
    g: string[]
  }
  return { cells: Number(row[10]), invalid: Number(row[11]), byHand: h, byRule: r, gets: g }
}

function toRow(row: SqlRow | undefined): Row | undefined {
  if (row === undefined) return undefined
  const failure = row[8] == null ? undefined : failureSchema.safeParse(JSON.parse(String(row[8]))).data
  return {
    n: Number(row[0]),
    key: String(row[1]),
    versionId: row[2] == null ? undefined : String(row[2]),
    size: Number(row[3]),
    etag: String(row[4]),
    lastModified: Number(row[5]),
    storageClass: String(row[6]),
    state: ROW_STATES[Number(row[7])] ?? 'unknown',
    failure,
    hand: parseHand(row[9]),
    count: parseCount(row),
    epoch: Number(row[13]),
    stands: row[14] == null ? undefined : (JSON.parse(String(row[14])) as Stands),
  }
}
