import type { FieldRule } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'
import type { Seams } from '#model/seams.ts'
import { inSlices, isSpent } from './pass.ts'
import type { ListedRow, Row, Stands } from './row.ts'
import type { GridStore } from './store.ts'

/** A row as a plan takes it. */
export interface PlanRow extends ListedRow {
  readonly cells: FieldValues
  readonly stands?: (Omit<Stands, 'sniffed'> & { readonly sniffedType?: string | undefined }) | undefined
}

/** Rows that are read at a time. */
const PAGE = 100

/**
 * The rows behind a key, at most `limit` of them. `wanted`: all, or those of which the plan's rules and the cells by
 * hand may change something; where the grid counts by the same rules, these are the rows that are counted as changed,
 * and those that nobody has read.
 */
export async function planRows(
  store: GridStore,
  seams: Seams,
  after: string | undefined,
  limit: number,
  wanted: 'all' | readonly FieldRule[],
): Promise<PlanRow[]> {
  const start = after === undefined ? 0 : store.rows.numberUpTo(after)
  const isCounted = wanted !== 'all' && JSON.stringify(wanted) === JSON.stringify(store.state.rules)
  if (!isCounted) return store.rows.after('all', start, limit).map(toPlanRow)
  if (wanted.length === 0) return store.rows.after('changed', start, limit).map(toPlanRow)
  const found: PlanRow[] = []
  let at = start
  await inSlices(seams, () => {
    const began = seams.now()
    while (!isSpent(seams, began)) {
      const page = store.rows.after('all', at, PAGE)
      for (const row of page) {
        at = row.n
        if (row.count.cells > 0 || row.state !== 'known') found.push(toPlanRow(row))
        if (found.length === limit) return 'done'
      }
      if (page.length === 0) return 'done'
    }
    return 'more'
  })
  return found
}

function toPlanRow(row: Row): PlanRow {
  const { key, versionId, size, etag, lastModified, storageClass, hand: cells, state, stands } = row
  const listed = { key, versionId, size, etag, lastModified, storageClass, cells }
  if (state !== 'known' || stands === undefined) return listed
  const { headers, metadata, tags, sniffed } = stands
  return { ...listed, stands: { headers, metadata, tags, sniffedType: sniffed ?? undefined } }
}
