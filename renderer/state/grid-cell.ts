import type { FieldName } from '#model/field.ts'
import type { GridCell, GridRow } from '#model/grid.ts'
import { columnLabel, isTag, type ColumnId } from './grid-columns.ts'

/**
 * One value as the grid draws it:
 *
 * | stands there | would be written | is        |
 * |--------------|------------------|-----------|
 * | a value      | nothing          | `same`    |
 * | no value     | nothing          | `unset`   |
 * | a value      | another          | `changed` |
 * | no value     | a value          | `added`   |
 * | a value      | null             | `removed` |
 * | no value     | null             | `unset`   |
 */
export interface CellView {
  readonly is: 'same' | 'unset' | 'changed' | 'added' | 'removed'
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly by?: GridCell['by'] | undefined
  readonly problem?: string | undefined
  readonly fix?: string | undefined
}

export function cellOf(row: GridRow, field: FieldName): CellView {
  const before = row.before[field]
  const cell = row.cells.find((one) => one.field === field)
  if (cell === undefined) return { is: before === undefined ? 'unset' : 'same', before, after: before }
  const { by, problem, fix } = cell
  const after = cell.value ?? undefined
  const is =
    after === undefined
      ? before === undefined
        ? 'unset'
        : 'removed'
      : before === undefined
        ? 'added'
        : after === before && problem === undefined
          ? 'same'
          : 'changed'
  return { is, before, after, by, problem, fix }
}

export interface TagView extends CellView {
  readonly key: string
  readonly field: FieldName
}

/** The tags of a row, by key; what is changed stands there as what it was and what it becomes. */
export function tagsOf(row: GridRow): TagView[] {
  const fields = new Set([...Object.keys(row.before), ...row.cells.map(({ field }) => field)].filter(isTag))
  return [...fields]
    .sort()
    .map((field) => ({ key: field.slice('tag:'.length), field, ...cellOf(row, field) }))
    .filter(({ is }) => is !== 'unset')
}

/** What a cell is marked with: the first thing that is wrong in it, and whether somebody typed in it. */
export interface CellMark {
  readonly changed: boolean
  readonly byHand: boolean
  readonly problem?: {
    readonly field: FieldName
    readonly message: string
    readonly fix?: string | undefined
  }
}

export function markOf(row: GridRow, column: ColumnId): CellMark {
  if (column === 'key') return { changed: false, byHand: false }
  const views: readonly (CellView & { field: FieldName })[] =
    column === 'tags' ? tagsOf(row) : [{ field: column, ...cellOf(row, column) }]
  const wrong = views.find(({ problem }) => problem !== undefined)
  return {
    changed: views.some(({ is }) => is === 'changed' || is === 'added' || is === 'removed'),
    byHand: views.some(({ by }) => by === 'hand'),
    ...(wrong?.problem === undefined
      ? {}
      : { problem: { field: wrong.field, message: wrong.problem, fix: wrong.fix } }),
  }
}

/** A cell as a screen reader says it: "Cache-Control: was no-cache, now public, by rule 2". */
export function sayCell(row: GridRow, column: ColumnId): string {
  if (column === 'key') return row.key
  const label = columnLabel(column)
  if (row.state === 'unknown') return `${label}: not read yet`
  if (row.state === 'unreadable') return `${label}: could not be read`
  if (column !== 'tags') return `${label}: ${sayValue(cellOf(row, column))}`
  const tags = tagsOf(row)
  if (tags.length === 0) return `${label}: none`
  return `${label}: ${tags.map((tag) => `${tag.key} ${sayValue(tag)}`).join('; ')}`
}

function sayValue(view: CellView): string {
  const words = {
    same: view.after ?? '',
    unset: 'not set',
    changed: `was ${view.before ?? ''}, now ${view.after ?? ''}`,
    added: `was not set, now ${view.after ?? ''}`,
    removed: `was ${view.before ?? ''}, now removed`,
  }[view.is]
  const by = view.by === undefined ? '' : view.by === 'hand' ? ', by hand' : `, by rule ${view.by + 1}`
  return `${words}${by}${view.problem === undefined ? '' : `. Invalid: ${view.problem}`}`
}

/** What a cell is in a spreadsheet: the value after the edit. */
export function cellText(row: GridRow, column: ColumnId): string {
  if (column === 'key') return row.key
  if (column !== 'tags') return cellOf(row, column).after ?? ''
  return tagsOf(row)
    .filter(({ after }) => after !== undefined)
    .map(({ key, after }) => `${key}=${after ?? ''}`)
    .join('; ')
}
