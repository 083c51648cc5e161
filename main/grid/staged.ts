import type { FieldName, FieldValues } from '#model/field.ts'
import type { GridImport } from '#model/grid.ts'
import type { RowEdit } from './edits.ts'
import type { Evaluated } from './evaluate.ts'
import { parseHand } from './rows.ts'
import type { Row } from './row.ts'
import type { GridStore } from './store.ts'

/** Problems that are told one by one. */
const TOLD = 100
const PAGE = 100

/** What a table sets, kept in the grid's file until all of it was read: nothing is applied before that. */
export class Staged {
  readonly #store: GridStore
  readonly #insert
  readonly #lineOf
  readonly #after
  #failed = 0
  readonly #problems: { line: number; message: string }[] = []
  #cells = 0

  constructor(store: GridStore) {
    this.#store = store
    this.#insert = store.db.prepare('INSERT INTO staged (n, line, cells) VALUES (?, ?, ?)')
    this.#lineOf = store.db.prepare('SELECT line FROM staged WHERE n = ?')
    this.#after = store.db.prepare('SELECT n, cells FROM staged WHERE n > ? ORDER BY n LIMIT ?')
    this.clear()
  }

  clear(): void {
    this.#store.db.exec('DELETE FROM staged')
  }

  /** A line of which nothing is applied. */
  problem(line: number, message: string): void {
    this.#failed++
    if (this.#problems.length < TOLD) this.#problems.push({ line, message })
  }

  /** Keeps those cells that are another value than the row shows. */
  add(line: number, row: Row, shown: Evaluated, cells: FieldValues): void {
    const others: Record<FieldName, string | null> = {}
    for (const field in cells) {
      const value = cells[field] ?? null
      if (!isShown(value, shownValue(row, shown, field) ?? null)) others[field] = value
    }
    const count = Object.keys(others).length
    if (count === 0) return
    const earlier = this.#lineOf.get(row.n)?.[0]
    if (earlier != null) return this.problem(line, `${row.key} stands in line ${earlier} already.`)
    this.#insert.run(row.n, line, JSON.stringify(others))
    this.#cells += count
  }

  *edits(): Generator<RowEdit> {
    const { rows } = this.#store
    for (let after = 0; ;) {
      const page = this.#after.all(after, PAGE)
      if (page.length === 0) return
      for (const [n, cells] of page) {
        after = Number(n)
        const row = rows.byNumber(after)
        if (row !== undefined) yield { row, hand: { ...row.hand, ...parseHand(cells) } }
      }
    }
  }

  /** What came of it, once `rows` were changed. */
  result(rows: number): GridImport {
    return { cells: this.#cells, rows, failed: this.#failed, problems: this.#problems }
  }
}

/** A file in UTF-8 cannot hold header bytes that are none: what it shows in their place is no other value. */
function isShown(value: string | null, shown: string | null): boolean {
  return value === shown || (value !== null && value === shown?.toWellFormed())
}

/** As a table has it: what the cell shows, null where an edit takes it away, undefined where it is not set. */
export function shownValue(
  row: Row,
  { before, cells }: Evaluated,
  field: FieldName,
): string | null | undefined {
  const cell = cells.find((one) => one.field === field)
  if (cell !== undefined) return cell.value
  // Of a row that was not read the listing tells the class.
  return before[field] ?? (field === 'storage-class' ? row.storageClass : undefined)
}
