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

/** Which rows are in sight of a list that may be taller than a browser can place exactly (2^24 pixels). */
export interface Sight {
  readonly first: number
  /** Out. */
  readonly last: number
  /** Of all that scrolls, in pixels. */
  readonly tall: number
  /** Where the first row stands, from the top of what scrolls. */
  readonly offset: number
}

const TALLEST = 15_000_000
const SPARE = 6

export function rowsInSight(top: number, height: number, rows: number, tallRow: number): Sight {
  const whole = rows * tallRow
  const tall = Math.min(whole, TALLEST)
  const reached = tall <= height ? 0 : (top / (tall - height)) * (whole - height)
  const first = Math.max(0, Math.floor(reached / tallRow) - SPARE)
  const last = Math.min(rows, Math.ceil((reached + height) / tallRow) + SPARE)
  return { first, last, tall, offset: Math.round(top - reached) + first * tallRow }
}

/** How far the list has to be scrolled to have a row in sight; undefined where it is. */
export function scrollFor(
  row: number,
  top: number,
  height: number,
  rows: number,
  tallRow: number,
): number | undefined {
  const whole = rows * tallRow
  const tall = Math.min(whole, TALLEST)
  const reached = tall <= height ? 0 : (top / (tall - height)) * (whole - height)
  const begins = row * tallRow
  const wanted =
    begins < reached ? begins : begins + tallRow > reached + height ? begins + tallRow - height : undefined
  if (wanted === undefined) return undefined
  return whole <= height ? 0 : (wanted / (whole - height)) * (tall - height)
}
