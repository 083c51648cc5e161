import { createWriteStream } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { changedOf } from '../undo/changed.ts'
import type { ChangedOf } from '../undo/changed.ts'
import { placesOfItem, reportRow } from './report-row.ts'
import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { checkStillKept } from '../run/item-slices.ts'
import { toView } from '../items-view.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { htmlText } from './report-html.ts'
import { SPLITS } from '#model/formula.ts'
import type { JobDetail } from '#model/job.ts'
import type { ReportFormat } from '#model/spec.ts'

/** Rows that are read at a time; between two reads the event loop has its turn. */
const BATCH = 500

/** Source: "Tracking job status and completion reports", Amazon S3 Batch Operations. */
const COLUMNS = [
  'Bucket',
  'Key',
  'VersionId',
  'TaskStatus',
  'ErrorCode',
  'HTTPStatusCode',
  'ResultMessage',
] as const

/**
 * Writes a job's completion report, whole or not at all: under a temporary name beside `path`, renamed at the end.
 * Streams: a million objects cost no memory.
 */
export async function writeReport(
  store: Pick<Store, 'items' | 'edits' | 'jobs'>,
  record: JobRecord,
  detail: JobDetail,
  format: ReportFormat,
  path: string,
): Promise<void> {
  const part = `${path}.part`
  const items = readItems(store, record)
  const changed = changedOf(store, record.spec)
  const file = (): WriteStream => createWriteStream(part)
  try {
    switch (format) {
      case 'csv': {
        const rows = Readable.from(csvRows(record, items, changed))
        await pipeline(rows, stringify({ header: true, columns: [...COLUMNS], quoted_match: SPLITS }), file())
        break
      }
      case 'json':
        await pipeline(Readable.from(jsonText(record, detail, items, changed)), file())
        break
      case 'html':
        await pipeline(Readable.from(htmlText(detail, items, changed)), file())
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** All items of a job, in the order of its plan. Rejects where it is removed meanwhile. */
export async function* readItems(
  store: Pick<Store, 'items' | 'jobs'>,
  record: JobRecord,
): AsyncGenerator<Item> {
  const below = itemId(record.n, record.nextSeq)
  for (let from = itemId(record.n, 1); ;) {
    const batch = store.items.readAll(from, below, BATCH)
    yield* batch
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) return checkStillKept(store, record)
    from = last.id + 1
  }
}

async function* csvRows(
  record: JobRecord,
  items: AsyncGenerator<Item>,
  changed: ChangedOf,
): AsyncGenerator<readonly string[]> {
  for await (const item of items) yield reportRow(record.spec, item, changed(item))
}

async function* jsonText(
  record: JobRecord,
  { snapshot }: JobDetail,
  items: AsyncGenerator<Item>,
  changed: ChangedOf,
): AsyncGenerator<string> {
  const { id, title, status, tally, createdAt, startedAt, endedAt, ranFor } = snapshot
  const summary = { jobId: id, title, status, createdAt, startedAt, endedAt, ranFor }
  const head = { summary, tally, requests: record.requests, notes: record.notes, spec: record.spec }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "items": [`
  let separator = '\n    '
  for await (const item of items) {
    // Both version ids of an object stand in one row: together the rows are the map from old versions to new ones.
    yield (
      separator +
      JSON.stringify({
        ...toView(item, record.spec, undefined, changed),
        ...placesOfItem(record.spec, item),
      })
    )
    separator = ',\n    '
  }
  yield '\n  ]\n}\n'
}
