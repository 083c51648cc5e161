import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { CompiledRules } from '#model/apply-field-rules.ts'
import { isoDate } from '#model/dates.ts'
import type { FieldName } from '#model/field.ts'
import type { GridView } from '#model/grid.ts'
import { shielded, writeCell } from '#model/cell-text.ts'
import { SPLITS } from '#model/formula.ts'
import { inColumns } from './columns.ts'
import { evaluate } from './evaluate.ts'
import type { Row } from './row.ts'
import { shownValue } from './staged.ts'
import type { GridStore } from './store.ts'

/** Rows that are read at a time; between two reads everything else has its turn. */
const PAGE = 100

/** What every row has; the class is the only one of them that can be edited. */
const TOLD = ['key', 'etag', 'size', 'last-modified', 'storage-class']

/**
 * Writes a view as CSV, after the edit, whole or not at all: under a temporary name beside `path`, renamed at the end.
 * What it writes, `grids.import` takes, and changes nothing by it.
 */
export async function writeCsv(
  store: GridStore,
  rules: CompiledRules,
  view: GridView,
  path: string,
): Promise<void> {
  const part = `${path}.part`
  const fields = inColumns(store.everyField().filter((field) => field !== 'storage-class'))
  try {
    const lines = Readable.from(csvLines(store, rules, view, fields))
    await pipeline(
      lines,
      stringify({ header: true, columns: [...TOLD, ...fields], quoted_match: SPLITS }),
      createWriteStream(part, { mode: 0o600 }),
    )
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function* csvLines(
  store: GridStore,
  rules: CompiledRules,
  view: GridView,
  fields: readonly FieldName[],
): AsyncGenerator<readonly string[]> {
  for (let after = 0; ;) {
    const page = store.rows.after(view, after, PAGE)
    for (const row of page) yield csvLine(rules, row, fields)
    const last = page.at(-1)
    if (last === undefined) return
    after = last.n
  }
}

function csvLine(rules: CompiledRules, row: Row, fields: readonly FieldName[]): readonly string[] {
  const shown = evaluate(rules, row)
  const cell = (field: FieldName): string => writeCell(shownValue(row, shown, field))
  const { key, etag, size, lastModified } = row
  const told = [shielded(key), shielded(etag), String(size), isoDate(lastModified), cell('storage-class')]
  return [...told, ...fields.map(cell)]
}
