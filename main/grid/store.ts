import type { FieldName } from '#model/field.ts'
import type { GridSnapshot, GridView } from '#model/grid.ts'
import type { Database } from '../sqlite/sqlite.ts'
import { openRows } from './rows.ts'
import type { RowsTable } from './rows.ts'
import { BLOCK, Counter } from './counter.ts'
import type { GridState } from './state.ts'

/** Columns that a snapshot names: those that most rows have. */
const FIELDS = 500

/**
 * A grid's file: its rows, and what is counted of them. Both change in one transaction, so that what is told is always
 * what a pass over all rows would count (invariant 11: nothing of it grows in memory with the rows).
 */
export class GridStore {
  readonly db: Database
  readonly rows: RowsTable
  #state: GridState
  readonly #save
  readonly #blocks
  readonly #fields
  readonly #everyField
  readonly #addBlock
  readonly #addField

  constructor(db: Database, state: GridState) {
    this.db = db
    this.#state = state
    this.rows = openRows(db)
    this.#save = db.prepare('UPDATE about SET state = ?')
    this.#blocks = db.prepare('SELECT b, changed, invalid FROM blocks ORDER BY b')
    this.#fields = db.prepare('SELECT name, rows FROM fields WHERE rows > 0 ORDER BY rows DESC LIMIT ?')
    this.#everyField = db.prepare('SELECT name FROM fields WHERE rows > 0')
    this.#addBlock = db.prepare(
      'INSERT INTO blocks (b, changed, invalid) VALUES (?, ?, ?) ON CONFLICT DO UPDATE ' +
        'SET changed = changed + excluded.changed, invalid = invalid + excluded.invalid',
    )
    this.#addField = db.prepare(
      'INSERT INTO fields (name, rows) VALUES (?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows',
    )
  }

  get state(): GridState {
    return this.#state
  }

  /** One transaction: what `work` does to the rows, what it counts, and the state that it leaves. */
  change<Result>(
    work: (counter: Counter) => { readonly state?: Partial<GridState>; readonly result: Result },
  ): Result {
    const counter = new Counter(this.#state.tally, this.#state.epoch)
    let next = this.#state
    const result = this.db.transaction(() => {
      const { state, result: made } = work(counter)
      for (const [b, { changed, invalid }] of counter.blocks) this.#addBlock.run(b, changed, invalid)
      for (const [name, rows] of counter.fields) this.#addField.run(name, rows)
      next = { ...this.#state, ...state, tally: counter.tally }
      this.#save.run(JSON.stringify(next))
      return made
    })
    this.#state = next
    return result
  }

  /** The state alone. */
  set(state: Partial<GridState>): void {
    this.change(() => ({ state, result: undefined }))
  }

  total(view: GridView): number {
    const { rows, changedRows, invalidRows } = this.#state.tally
    return view === 'all' ? rows : view === 'changed' ? changedRows : invalidRows
  }

  /** The numbers of the rows at these places of a view. */
  at(view: GridView, offset: number, limit: number): number[] {
    if (view === 'all') return this.rows.numbers(view, offset, 0, limit)
    let before = 0
    for (const row of this.#blocks.all()) {
      const here = Number(view === 'changed' ? row[1] : row[2])
      if (before + here > offset) {
        const first = Number(row[0]) * BLOCK
        return this.rows.numbers(view, first - 1, offset - before, limit)
      }
      before += here
    }
    return []
  }

  fields(): GridSnapshot['fields'] {
    return this.#fields
      .all(FIELDS)
      .map(([field, rows]) => ({ field: String(field) as FieldName, rows: Number(rows) }))
  }

  everyField(): FieldName[] {
    return this.#everyField.all().map(([field]) => String(field))
  }

  close(): void {
    this.db.close()
  }
}
