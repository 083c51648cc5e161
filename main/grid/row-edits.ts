import { fail } from '#model/failure.ts'
import type { FieldValues } from '#model/field.ts'
import type { gridRows, GridView } from '#model/grid.ts'
import type { z } from 'zod'
import type { RowEdit } from './edits.ts'
import type { Row } from './row.ts'
import type { GridStore } from './store.ts'

export type RowsOf = z.infer<typeof gridRows>

const PAGE = 100

/** Rows by their numbers, or a stretch of a view, each with the cells by hand that it shall have. Read as they are taken. */
export function* rowEdits(store: GridStore, at: RowsOf, hand: (row: Row) => FieldValues): Generator<RowEdit> {
  for (const row of 'rows' in at ? byNumber(store, at.rows) : stretch(store, at))
    yield { row, hand: hand(row) }
}

function* byNumber(store: GridStore, numbers: readonly number[]): Generator<Row> {
  for (const n of new Set(numbers)) {
    const row =
      store.rows.byNumber(n) ?? fail('bad-input', 'item', `at: there is no row ${n}`, { property: 'at' })
    yield row
  }
}

/** An edit changes which rows are in a view, but only of those that it has passed. */
function* stretch(
  store: GridStore,
  { view, from, to }: { readonly view: GridView; readonly from: number; readonly to: number },
): Generator<Row> {
  const last = store.at(view, Math.min(to, store.total(view) - 1), 1)[0] ?? 0
  let after = (store.at(view, from, 1)[0] ?? last + 1) - 1
  for (;;) {
    const page = store.rows.after(view, after, PAGE)
    for (const row of page) {
      if (row.n > last) return
      after = row.n
      yield row
    }
    if (page.length === 0) return
  }
}
