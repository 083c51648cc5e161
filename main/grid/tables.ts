import type { CompiledRules } from '#model/apply-field-rules.ts'
import { fail } from '#model/failure.ts'
import type { FieldName } from '#model/field.ts'
import type { GridImport, GridView } from '#model/grid.ts'
import type { Seams } from '#model/seams.ts'
import { readCell, unshielded } from '#model/cell-text.ts'
import { TableReader } from './csv-in.ts'
import type { TableLine } from './csv-in.ts'
import type { Edits } from './edits.ts'
import { evaluate } from './evaluate.ts'
import { readHeading } from './heading.ts'
import type { Column } from './heading.ts'
import { inSlices, isSpent } from './pass.ts'
import type { Row } from './row.ts'
import { Staged } from './staged.ts'
import type { GridStore } from './store.ts'

export interface TablesOptions {
  readonly store: GridStore
  readonly seams: Seams
  readonly edits: Edits
  readonly rules: () => CompiledRules
  readonly signal: AbortSignal
}

interface Import {
  readonly reader: TableReader
  readonly staged: Staged
  columns: readonly Column[] | undefined
}

/** Tables on their way in: a CSV by its keys, a paste by the places of a view. Each is one step, or none. */
export class Tables {
  readonly #with: TablesOptions
  #import: Import | undefined

  constructor(options: TablesOptions) {
    this.#with = options
  }

  /** One piece of a CSV; with the last one all of it is applied. Throws for a table that is none, and forgets it. */
  async import(text: string, first: boolean, last: boolean): Promise<GridImport | undefined> {
    const { edits, store } = this.#with
    edits.check()
    if (first) this.#import = { reader: new TableReader(), staged: new Staged(store), columns: undefined }
    const table =
      this.#import ?? fail('bad-input', 'item', 'first: an import must begin with its first piece')
    try {
      await this.#each(table.reader.write(text), (line) => this.#importLine(table, line))
      if (!last) return undefined
      await this.#each([await table.reader.end()], (line) => this.#importLine(table, line))
      if (table.columns === undefined) readHeading([])
      return await this.#apply(table.staged)
    } finally {
      if (last) this.#import = undefined
    }
  }

  /** Tab-separated lines, from a place of a view on. */
  async paste(view: GridView, from: number, fields: readonly FieldName[], text: string): Promise<GridImport> {
    const { edits, store } = this.#with
    edits.check()
    // Both keep what they read in one place.
    this.#import = undefined
    const reader = new TableReader('\t')
    const staged = new Staged(store)
    const places = new Places(store, view, from)
    let at = 0
    const line = ({ cells }: TableLine): void => this.#pasteLine(staged, places.at(at++), at, fields, cells)
    await this.#each(reader.write(text), line)
    await this.#each([await reader.end()], line)
    return this.#apply(staged)
  }

  async #apply(staged: Staged): Promise<GridImport> {
    const { rows } = await this.#with.edits.rows(staged.edits())
    staged.clear()
    return staged.result(rows)
  }

  /** Lines as they are parsed, in slices, each of which is one transaction. */
  async #each(pieces: Iterable<TableLine[]>, act: (line: TableLine) => void): Promise<void> {
    const { store, seams, signal } = this.#with
    const all = lines(pieces)
    const slice = (): 'more' | 'done' =>
      store.db.transaction(() => {
        const began = seams.now()
        for (let next = all.next(); ; next = all.next()) {
          if (next.done) return 'done'
          act(next.value)
          if (isSpent(seams, began)) return 'more'
        }
      })
    try {
      await inSlices(seams, slice, signal)
    } catch (error) {
      this.#import = undefined
      throw error
    }
  }

  #importLine(table: Import, { line, cells }: TableLine): void {
    if (table.columns === undefined) {
      table.columns = readHeading(cells)
      return
    }
    if (isEmpty(cells)) return
    const { staged, columns } = table
    if (cells.length > columns.length) {
      return staged.problem(line, `It has ${cells.length} columns, and the heading ${columns.length}.`)
    }
    const key = columns.findIndex(({ is }) => is === 'key')
    const etag = columns.findIndex(({ is }) => is === 'etag')
    const told = (column: number): string => unshielded(cells[column] ?? '')
    const row = this.#rowOf(staged, line, told(key), etag < 0 ? '' : told(etag))
    if (row === undefined) return
    const fields = columns.map((column) => (column.is === 'field' ? column.field : undefined))
    this.#stage(staged, line, row, fields, cells)
  }

  #rowOf(staged: Staged, line: number, key: string, etag: string): Row | undefined {
    if (key === '') return void staged.problem(line, 'It has no key.')
    const row = this.#with.store.rows.byKey(key)
    if (row === undefined) return void staged.problem(line, `${JSON.stringify(key)} is not in the grid.`)
    if (etag !== '' && row.etag !== '' && etag !== row.etag) {
      return void staged.problem(line, `${key} changed since it was exported: its ETag is another one.`)
    }
    return row
  }

  #pasteLine(
    staged: Staged,
    row: Row | undefined,
    line: number,
    fields: readonly FieldName[],
    cells: readonly string[],
  ): void {
    if (isEmpty(cells)) return
    if (row === undefined) return staged.problem(line, 'There is no row for it: the grid ends before.')
    if (cells.length > fields.length) {
      const there = fields.length === 1 ? 'is one' : `are ${fields.length}`
      return staged.problem(line, `It has ${cells.length} columns, and there ${there} from here on.`)
    }
    this.#stage(staged, line, row, fields, cells)
  }

  #stage(
    staged: Staged,
    line: number,
    row: Row,
    fields: readonly (FieldName | undefined)[],
    cells: readonly string[],
  ): void {
    const values: Record<FieldName, string | null> = {}
    for (const [index, text] of cells.entries()) {
      const field = fields[index]
      const value = readCell(text)
      if (field !== undefined && value !== undefined) values[field] = value
    }
    staged.add(line, row, evaluate(this.#with.rules(), row), values)
  }
}

function* lines(pieces: Iterable<TableLine[]>): Generator<TableLine> {
  for (const piece of pieces) yield* piece
}

function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '')
}

/** The rows of a view from a place on, one after another. */
class Places {
  readonly #store: GridStore
  readonly #view: GridView
  readonly #from: number
  #page: number[] = []
  #pageAt = 0

  constructor(store: GridStore, view: GridView, from: number) {
    this.#store = store
    this.#view = view
    this.#from = from
  }

  at(index: number): Row | undefined {
    if (index >= this.#pageAt + this.#page.length) {
      this.#pageAt = index
      this.#page = this.#store.at(this.#view, this.#from + index, 500)
    }
    const n = this.#page[index - this.#pageAt]
    return n === undefined ? undefined : this.#store.rows.byNumber(n)
  }
}
