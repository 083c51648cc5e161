import type { ColumnId } from './grid-columns.ts'

/** Where the cursor stands: a row of the view, from 0, and a column. */
export interface Cell {
  readonly row: number
  readonly column: ColumnId
}

export interface Ground {
  /** How many rows the view has. */
  readonly rows: number
  /** All columns, the key first. */
  readonly columns: readonly ColumnId[]
  /** Rows that PageUp and PageDown go. */
  readonly page: number
}

/** Rows and columns, both ends in. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly columns: readonly ColumnId[]
}

/**
 * Where a key takes the cursor, as in a spreadsheet; undefined for a key that does not move it.
 *
 * | key                | goes                              | with Ctrl/Cmd              |
 * |--------------------|-----------------------------------|----------------------------|
 * | arrows             | one cell                          | to the edge                |
 * | Home, End          | to the row's first, last cell     | to the grid's first, last  |
 * | PageUp, PageDown   | as many rows as are in sight      | the same                   |
 */
export function moveBy(
  key: string,
  mod: boolean,
  at: Cell,
  { rows, columns, page }: Ground,
): Cell | undefined {
  const last = rows - 1
  const column = Math.max(0, columns.indexOf(at.column))
  const right = columns.length - 1
  const to = (row: number, index: number): Cell => ({
    row: Math.max(0, Math.min(last, row)),
    column: columns[Math.max(0, Math.min(right, index))] ?? 'key',
  })
  switch (key) {
    case 'ArrowDown':
      return to(mod ? last : at.row + 1, column)
    case 'ArrowUp':
      return to(mod ? 0 : at.row - 1, column)
    case 'ArrowRight':
      return to(at.row, mod ? right : column + 1)
    case 'ArrowLeft':
      return to(at.row, mod ? 0 : column - 1)
    case 'PageDown':
      return to(at.row + page, column)
    case 'PageUp':
      return to(at.row - page, column)
    case 'Home':
      return to(mod ? 0 : at.row, 0)
    case 'End':
      return to(mod ? last : at.row, right)
    default:
      return undefined
  }
}

/** What is chosen: from where the choosing began to the cursor. */
export function rangeOf(cursor: Cell, anchor: Cell | undefined, columns: readonly ColumnId[]): Range {
  const began = anchor ?? cursor
  const one = Math.max(0, columns.indexOf(cursor.column))
  const other = Math.max(0, columns.indexOf(began.column))
  return {
    from: Math.min(cursor.row, began.row),
    to: Math.max(cursor.row, began.row),
    columns: columns.slice(Math.min(one, other), Math.max(one, other) + 1),
  }
}
