import type { Client } from '#contract/client.ts'
import type { Input, MethodName, Output } from '#contract/methods.ts'
import { shielded } from '#model/cell-text.ts'
import type { FieldName, FieldValues } from '#model/field.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { toFailure } from '#model/failure.ts'
import type { GridImport, GridRow, GridSnapshot, GridView } from '#model/grid.ts'
import { formatNumberOf } from '../format/count.ts'
import { cellText, markOf, tagsOf, type CellMark } from './grid-cell.ts'
import { chooseColumns, columnLabel, type Column, type ColumnId } from './grid-columns.ts'
import { moveBy, rangeOf, type Cell, type Range } from './grid-cursor.ts'
import { GridRows } from './grid-rows.svelte.ts'
import { GridRules } from './grid-rules-form.svelte.ts'
import type { Notices } from './notices.ts'

/** Whoever knows what the core last told of each grid. */
interface KnownGrids {
  get(id: string): GridSnapshot | undefined
  apply(grids: readonly GridSnapshot[]): void
}

/** The methods that do something to a grid and answer its new snapshot. */
type GridAct = 'grids.edit' | 'grids.setRules' | 'grids.ahead' | 'grids.undo' | 'grids.redo'

/** A cell that is being typed into. It stays the same cell wherever the cursor goes meanwhile. */
export interface Typing {
  readonly cell: Cell
  readonly row: GridRow
  readonly text: string
  /** `whole`: begun with what stands there; `letter`: with a letter in its place. */
  readonly began: 'whole' | 'letter'
}

/** Cells are taken to the clipboard up to so many rows; more go out as CSV. */
const MOST_COPIED = 20_000
/** Of a CSV file that goes to the core in pieces: characters of one. */
const PIECE = 1_000_000

/** A metadata grid on the screen: what is shown of it, where the cursor stands, what is typed. */
export class MetadataGrid {
  #client: Client
  #grids: KnownGrids
  #notices: Notices
  #chosen = $state.raw<Readonly<Record<string, boolean>>>({})

  readonly id: string
  view = $state<GridView>('all')
  look = $state<'both' | 'after'>('both')
  rows: GridRows
  readonly rules: GridRules
  cursor = $state.raw<Cell>({ row: 0, column: 'key' })
  /** Where the choosing of a range began; undefined: only the cursor's cell is chosen. */
  anchor = $state.raw<Cell>()
  /** What is being typed, and where. */
  typing = $state.raw<Typing>()
  /** Rows in sight: what PageUp and PageDown go by. The table tells. */
  page = 10
  /** What came of the last CSV or paste that had problems. */
  problems = $state.raw<GridImport>()
  busy = $state<'import' | undefined>()
  /** Puts the focus on the table; it says how when it is there. */
  focus: () => void = () => {}

  readonly snapshot: GridSnapshot | undefined = $derived.by(() => this.#grids.get(this.id))
  readonly columns: readonly Column[] = $derived.by(() =>
    chooseColumns(this.snapshot?.fields ?? [], this.snapshot?.rules ?? [], this.#chosen),
  )
  readonly columnIds: readonly ColumnId[] = $derived(['key', ...this.columns.map(({ id }) => id)])
  readonly range: Range = $derived(rangeOf(this.cursor, this.anchor, this.columnIds))
  /** It takes edits. */
  readonly open: boolean = $derived.by(() => this.snapshot?.planned === false)

  constructor(client: Client, grids: KnownGrids, notices: Notices, id: string) {
    this.#client = client
    this.#grids = grids
    this.#notices = notices
    this.id = id
    this.rows = $state.raw(new GridRows(client, id, 'all'))
    this.rules = new GridRules(grids.get(id)?.rules ?? [], (rules) => this.#setRules(rules))
    this.cursor = { row: 0, column: this.columns[0]?.id ?? 'key' }
  }

  /** The core has told a new snapshot. */
  follow(): void {
    this.rules.follow(this.snapshot?.rules ?? [])
    this.rows.refresh()
  }

  /** It goes from the screen, with nothing lost. */
  leave(): void {
    this.rules.flush()
    this.rows.close()
  }

  show(view: GridView): void {
    if (view === this.view) return
    this.view = view
    this.rows.close()
    this.rows = new GridRows(this.#client, this.id, view)
    this.anchor = undefined
    this.typing = undefined
    this.cursor = { row: 0, column: this.cursor.column }
  }

  isShown(id: FieldName | 'tags'): boolean {
    return this.columnIds.includes(id)
  }

  showColumn(id: FieldName | 'tags', shown: boolean): void {
    this.#chosen = { ...this.#chosen, [id]: shown }
    if (!shown && this.cursor.column === id) this.cursor = { row: this.cursor.row, column: 'key' }
    if (shown) this.moveTo({ row: this.cursor.row, column: id })
  }

  // The cursor

  /** Takes the cursor where a key leads; false for a key that leads nowhere. */
  step(key: string, mod: boolean, extend: boolean): boolean {
    const ground = { rows: this.rows.total ?? 0, columns: this.columnIds, page: this.page }
    if (ground.rows === 0) return false
    const to = moveBy(key, mod, this.cursor, ground)
    if (to !== undefined) this.moveTo(to, extend)
    return to !== undefined
  }

  moveTo(cell: Cell, extend = false): void {
    this.anchor = extend ? (this.anchor ?? this.cursor) : undefined
    this.cursor = cell
  }

  /** All rows of the column under the cursor. */
  chooseColumn(column: ColumnId = this.cursor.column): void {
    this.anchor = { row: 0, column }
    this.cursor = { row: Math.max(0, (this.rows.total ?? 1) - 1), column }
  }

  get row(): GridRow | undefined {
    return this.rows.row(this.cursor.row)
  }

  /** What is wrong or changed in the cursor's cell. */
  get mark(): CellMark | undefined {
    const { row } = this
    return row === undefined ? undefined : markOf(row, this.cursor.column)
  }

  // Editing

  /** Begins to type into the cursor's cell: over what stands there, or, with a letter, in its place. */
  begin(letter?: string): void {
    const { row, cursor } = this
    if (row === undefined || cursor.column === 'key') return
    if (!this.open) return this.#closed()
    if (row.state !== 'known') {
      const title =
        row.state === 'unknown' ? 'This object is still being read.' : 'This object could not be read.'
      return this.#notices.say({ kind: 'info', title })
    }
    this.anchor = undefined
    this.typing =
      letter === undefined
        ? { cell: cursor, row, text: cellText(row, cursor.column), began: 'whole' }
        : { cell: cursor, row, text: letter, began: 'letter' }
  }

  cancel(): void {
    this.typing = undefined
    this.focus()
  }

  /** Takes what was typed, and goes on to another cell; `stay` where the focus went elsewhere by itself. */
  async commit(typing: Typing, text: string, then: 'down' | 'right' | 'left' | 'stay'): Promise<void> {
    if (this.typing === typing) this.typing = undefined
    const goes = { down: 'ArrowDown', right: 'ArrowRight', left: 'ArrowLeft', stay: undefined }[then]
    if (goes !== undefined) {
      this.focus()
      this.step(goes, false, false)
    }
    const { row, cell } = typing
    if (cell.column === 'key' || cell.column === 'tags' || text === cellText(row, cell.column)) return
    await this.setCell(row, cell.column, text === '' ? null : text)
  }

  /** One cell by hand; null takes the value away, undefined gives it back to the rules. */
  async setCell(row: GridRow, field: FieldName, value: string | null | undefined): Promise<void> {
    await this.#act('grids.edit', { id: this.id, at: { rows: [row.n] }, field, value })
  }

  /** Several tags of one object. */
  async setTags(row: GridRow, values: FieldValues): Promise<void> {
    for (const [field, value] of Object.entries(values)) await this.setCell(row, field, value)
  }

  /** The same value in all rows of the range, or of the whole view. */
  async setRange(
    field: FieldName,
    value: string | null | undefined,
    rows: 'range' | 'all' = 'range',
  ): Promise<void> {
    const last = Math.max(0, (this.rows.total ?? 1) - 1)
    const { from, to } = rows === 'range' ? this.range : { from: 0, to: last }
    await this.#act('grids.edit', { id: this.id, at: { view: this.view, from, to }, field, value })
  }

  /** Takes the values of what is chosen away. */
  async remove(): Promise<void> {
    for (const column of this.range.columns) {
      if (column === 'tags') await this.#removeTags()
      else if (column !== 'key') await this.setRange(column, null)
    }
  }

  async #removeTags(): Promise<void> {
    const rows = await this.#chosenRows()
    const byField: Record<FieldName, number[]> = {}
    for (const row of rows)
      for (const { field, after } of tagsOf(row)) if (after !== undefined) (byField[field] ??= []).push(row.n)
    for (const [field, numbers] of Object.entries(byField))
      for (let at = 0; at < numbers.length; at += 10_000)
        await this.#act('grids.edit', {
          id: this.id,
          at: { rows: numbers.slice(at, at + 10_000) },
          field,
          value: null,
        })
  }

  /** The first chosen row's values into the rows below it; of a single cell, the one above it. */
  async fillDown(): Promise<void> {
    const { from, to, columns } = this.range
    const source = this.rows.row(from === to ? from - 1 : from)
    if (source === undefined) return
    for (const column of columns) {
      if (column === 'key' || column === 'tags') continue
      const value = cellText(source, column)
      const at = { view: this.view, from: from === to ? from : from + 1, to }
      await this.#act('grids.edit', { id: this.id, at, field: column, value: value === '' ? null : value })
    }
  }

  undo(): Promise<void> {
    return this.snapshot?.canUndo === true ? this.#act('grids.undo', { id: this.id }) : Promise.resolve()
  }

  redo(): Promise<void> {
    return this.snapshot?.canRedo === true ? this.#act('grids.redo', { id: this.id }) : Promise.resolve()
  }

  ahead(on: boolean): Promise<void> {
    return this.#act('grids.ahead', { id: this.id, on })
  }

  // The clipboard and CSV

  /** What is chosen as a spreadsheet takes it; undefined where rows of it have to be read first. */
  copied(): string | undefined {
    const { from, to } = this.range
    const rows: GridRow[] = []
    for (let at = from; at <= to; at++) {
      const row = this.rows.row(at)
      if (row === undefined) return undefined
      rows.push(row)
    }
    return this.#lines(rows)
  }

  /** The same, also of rows that are not in sight. */
  async readCopied(): Promise<string | undefined> {
    const { from, to } = this.range
    if (to - from + 1 > MOST_COPIED) {
      this.#notices.say({
        kind: 'info',
        title: `At most ${formatNumberOf(MOST_COPIED, 'row')} go into the clipboard.`,
        detail: 'Export them as CSV instead.',
      })
      return undefined
    }
    return this.#lines(await this.#chosenRows())
  }

  /** Takes lines of a spreadsheet from the cursor on; one value alone fills all that is chosen. */
  async paste(text: string): Promise<void> {
    if (!this.open) return this.#closed()
    const clean = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
    const { from, to, columns } = this.range
    const one = !/[\t\n]/.test(clean)
    if (one && (from !== to || columns.length > 1)) {
      for (const column of columns)
        if (column !== 'key' && column !== 'tags') await this.setRange(column, clean === '' ? null : clean)
      return
    }
    const ids = this.columnIds
    const first = ids.indexOf(columns[0] ?? 'key')
    const fields = ids.slice(first).filter((id) => id !== 'key' && id !== 'tags')
    if (fields.length === 0 || columns[0] === 'key') {
      const title = `${columnLabel(columns[0] ?? 'key')} takes no lines of a spreadsheet.`
      const detail = 'Put the cursor on the first cell that they go into.'
      return this.#notices.say({ kind: 'info', title, detail })
    }
    const result = await this.#ask('grids.paste', { id: this.id, view: this.view, from, fields, text: clean })
    if (result !== undefined && result.problems.length > 0) this.problems = result
  }

  /** A CSV file, piece by piece, however long it is. */
  async importFile(file: Blob & { readonly name: string }): Promise<void> {
    if (!this.open) return this.#closed()
    this.busy = 'import'
    try {
      const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader()
      let waiting = ''
      let first = true
      for (;;) {
        const { value, done } = await reader.read()
        waiting += value ?? ''
        while (!done && waiting.length > PIECE) {
          await this.#client.call('grids.import', {
            id: this.id,
            text: waiting.slice(0, PIECE),
            first,
            last: false,
          })
          waiting = waiting.slice(PIECE)
          first = false
        }
        if (!done) continue
        const result = await this.#client.call('grids.import', {
          id: this.id,
          text: waiting,
          first,
          last: true,
        })
        if (result !== undefined) this.#came(result, `taken from ${file.name}`)
        return
      }
    } catch (error) {
      this.#notices.failure(toFailure(error), `${file.name} was not taken.`)
    } finally {
      this.busy = undefined
    }
  }

  exportCsv(): Promise<Output<'grids.export'> | undefined> {
    return this.#ask('grids.export', { id: this.id, view: this.view })
  }

  #lines(rows: readonly GridRow[]): string {
    const { columns } = this.range
    const [row] = rows
    const [column] = columns
    // One value alone is meant as it is; a table is meant for a spreadsheet.
    if (row && column && rows.length === 1 && columns.length === 1) return cellText(row, column)
    return rows.map((row) => columns.map((column) => shielded(cellText(row, column))).join('\t')).join('\n')
  }

  async #chosenRows(): Promise<GridRow[]> {
    const { from, to } = this.range
    return this.rows.read(from, to + 1)
  }

  #came(result: GridImport, how: string): void {
    if (result.problems.length > 0) this.problems = result
    if (result.cells > 0 || result.failed === 0)
      this.#notices.say({
        kind: 'done',
        title: `${formatNumberOf(result.cells, 'cell')} in ${formatNumberOf(result.rows, 'row')} ${how}.`,
      })
  }

  #setRules(rules: readonly FieldRule[]): Promise<void> {
    return this.#act('grids.setRules', { id: this.id, rules: [...rules] })
  }

  #closed(): void {
    this.#notices.say({ kind: 'info', title: 'A job was planned from this grid: it takes no more edits.' })
  }

  async #act<M extends GridAct>(method: M, input: Input<M>): Promise<void> {
    const snapshot = await this.#ask<M>(method, input)
    if (snapshot !== undefined) this.#grids.apply([snapshot as GridSnapshot])
  }

  async #ask<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M> | undefined> {
    try {
      return await this.#client.call(method, input)
    } catch (error) {
      this.#notices.failure(toFailure(error))
      return undefined
    }
  }
}
