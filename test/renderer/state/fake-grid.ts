import type { Input, Output } from '#contract/methods.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { fieldRule } from '#model/field-rules.ts'
import type { GridCell, GridRow, GridSnapshot } from '#model/grid.ts'

export function gridRow(n: number, more: Partial<GridRow> = {}): GridRow {
  return {
    n,
    key: `static/${n}.css`,
    size: 1,
    lastModified: 0,
    state: 'known',
    before: { 'content-type': 'binary/octet-stream', 'cache-control': 'no-cache' },
    cells: [],
    ...more,
  }
}

export function gridSnapshot(more: Partial<GridSnapshot> = {}): GridSnapshot {
  return {
    id: 'g',
    revision: 1,
    connection: 'a',
    bucket: 'web',
    base: 'static/',
    createdAt: 0,
    listing: false,
    rows: 3,
    known: 3,
    unreadable: 0,
    ahead: false,
    requests: {},
    rules: [],
    cellsByRule: [],
    cellsByHand: 0,
    invalidCells: 0,
    changedCells: 0,
    changedRows: 0,
    invalidRows: 0,
    counting: false,
    fields: [
      { field: 'content-type', rows: 3 },
      { field: 'cache-control', rows: 3 },
    ],
    planned: false,
    canUndo: false,
    canRedo: false,
    ...more,
  }
}

/** Rows in memory that take edits by hand, one after another, as the core does; rules are only kept. */
export class FakeGrid {
  snapshot: GridSnapshot
  rows: GridRow[]

  constructor(rows: readonly GridRow[] = [gridRow(1), gridRow(2), gridRow(3)]) {
    this.rows = [...rows]
    this.snapshot = gridSnapshot({ rows: rows.length, known: rows.length })
  }

  answers() {
    return {
      'grids.list': () => [this.snapshot],
      'grids.open': () => this.snapshot,
      'grids.get': () => this.snapshot,
      'grids.rows': ({ offset, limit, view }: Input<'grids.rows'>) => {
        const rows = this.#view(view)
        return { rows: rows.slice(offset, offset + limit), total: rows.length }
      },
      'grids.edit': (input: Input<'grids.edit'>) => this.#edit(input),
      'grids.setRules': ({ rules }: Input<'grids.setRules'>) =>
        this.#next({ rules: rules.map((rule): FieldRule => fieldRule.parse(rule)) }),
      'grids.ahead': ({ on }: Input<'grids.ahead'>) => this.#next({ ahead: on }),
      'grids.undo': () => this.#next({ canUndo: false, canRedo: true }),
      'grids.redo': () => this.#next({ canUndo: true, canRedo: false }),
      'grids.paste': (): Output<'grids.paste'> => ({ cells: 2, rows: 2, failed: 0, problems: [] }),
      'grids.close': () => undefined,
    }
  }

  #view(view: Input<'grids.rows'>['view']): readonly GridRow[] {
    if (view === 'all') return this.rows
    return this.rows.filter(({ cells }) =>
      view === 'changed' ? cells.length > 0 : cells.some(({ problem }) => problem !== undefined),
    )
  }

  #edit({ at, field, value }: Input<'grids.edit'>): GridSnapshot {
    const shown = 'rows' in at ? [] : this.#view(at.view).slice(at.from, at.to + 1)
    const meant = new Set('rows' in at ? at.rows : shown.map(({ n }) => n))
    this.rows = this.rows.map((row) => {
      if (!meant.has(row.n)) return row
      const others = row.cells.filter((cell) => cell.field !== field)
      const cell: GridCell[] = value === undefined ? [] : [{ field, value, by: 'hand' }]
      return { ...row, cells: [...others, ...cell] }
    })
    const cells = this.rows.reduce((sum, row) => sum + row.cells.length, 0)
    return this.#next({
      changedCells: cells,
      cellsByHand: cells,
      changedRows: this.#view('changed').length,
      canUndo: true,
    })
  }

  #next(more: Partial<GridSnapshot>): GridSnapshot {
    this.snapshot = { ...this.snapshot, ...more, revision: this.snapshot.revision + 1 }
    return this.snapshot
  }
}
