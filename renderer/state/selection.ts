import type { Row } from './rows.ts'

/** What is selected: some rows by id; or all there are and will be, but for some. */
export interface Selected {
  readonly mode: 'some' | 'all-but'
  readonly ids: ReadonlySet<string>
}

export const NOTHING: Selected = { mode: 'some', ids: new Set() }
export const EVERYTHING: Selected = { mode: 'all-but', ids: new Set() }

export function isSelected(selected: Selected, id: string): boolean {
  return selected.ids.has(id) === (selected.mode === 'some')
}

export function only(id: string): Selected {
  return { mode: 'some', ids: new Set([id]) }
}

export function someOf(rows: readonly Row[]): Selected {
  return { mode: 'some', ids: new Set(rows.map((row) => row.id)) }
}

export function toggled(selected: Selected, id: string): Selected {
  const ids = new Set(selected.ids)
  if (!ids.delete(id)) ids.add(id)
  return { mode: selected.mode, ids }
}

/** The rows from one index to another, both included, in either direction; `added` to what is selected already. */
export function withRange(
  rows: readonly Row[],
  from: number,
  to: number,
  added: Selected = NOTHING,
): Selected {
  const ids = new Set(added.ids)
  for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (added.mode === 'some') ids.add(row.id)
    else ids.delete(row.id)
  }
  return { mode: added.mode, ids }
}

/** The selected rows among those given, in their order. */
export function selectedRows(rows: readonly Row[], selected: Selected): readonly Row[] {
  if (selected.mode === 'all-but' && selected.ids.size === 0) return rows
  if (selected.mode === 'some' && selected.ids.size === 0) return []
  return rows.filter((row) => isSelected(selected, row.id))
}
