import { changedOf } from './undo/changed.ts'
import { waitsFor } from './queue/crossing-moves.ts'
import { placeInLine } from './queue/line.ts'
import { toDetail } from './detail.ts'
import { pageOfItems } from './run/item-looks.ts'
import type { FoundItems } from './run/item-looks.ts'
import { writeItemsManifest } from './report/manifest-out.ts'
import { writePlan } from './report/plan-csv.ts'
import type { PlanReaders } from './report/plan-csv.ts'
import type { JobRecord } from './record.ts'
import { writeRecord } from './report/record-write.ts'
import { writeReport } from './report/report.ts'
import { toSnapshot } from './snapshot.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, openStore } from './store/store.ts'
import { listTemplates } from './queue/templates.ts'
import type { Template } from './queue/templates.ts'
import { fail } from '#model/failure.ts'
import type { JobDetail, JobSnapshot } from '#model/job.ts'
import { itemQuery } from '#model/plan.ts'
import type { ItemFilter, ItemQuery } from '#model/plan.ts'
import type { Prices } from '#model/price-file.ts'
import type { ReportFormat } from '#model/spec.ts'

/** The jobs of a data directory as they stand on the disk, whoever works in it at present. */
export interface JobsReader {
  list(): JobSnapshot[]
  templates(): Template[]
  get(id: string): JobDetail
  items(id: string, query: ItemFilter | ItemQuery, offset: number, limit: number): FoundItems
  writeReport(id: string, format: ReportFormat, path: string): Promise<void>
  writeRecord(id: string, now: number, path: string): Promise<void>
  /** What of a plan a query is about, as CSV. */
  writePlan(id: string, query: ItemQuery, path: string, readers: PlanReaders): Promise<void>
  /** What failed, as a manifest of S3 Batch Operations. */
  writeFailed(id: string, path: string): Promise<{ readonly versions: 'all' | 'some' | 'none' }>
  close(): void
}

/** Changes nothing. Without `prices` no job tells what it costs. A directory in which nobody ever made a job has none. */
export function openJobsReadOnly(dir: string, prices?: Prices): JobsReader {
  if (!existsSync(join(dir, DATABASE_FILE))) return NO_JOBS
  const store = openStore(dir, 'read')
  const find = (id: string): JobRecord => store.jobs.byId(id) ?? unknown(id)
  const snapshot = (record: JobRecord, all: readonly JobRecord[]): JobSnapshot =>
    toSnapshot(record, 0, record.ranFor, undefined, {
      place: placeInLine(store.queue.waiting(), record.id),
      after: waitsFor(record, all),
    })
  return {
    templates: () => listTemplates(store.templates),
    list: () => {
      const { records } = store.jobs.load()
      return records.map((record) => snapshot(record, records))
    },
    get: (id) => {
      const record = find(id)
      const { records } = store.jobs.load()
      return toDetail(store, record, snapshot(record, records), prices, records)
    },
    items: (id, query, offset, limit) => {
      const record = find(id)
      const changed = changedOf(store, record.spec)
      const whole = typeof query === 'string' ? itemQuery.parse({ filter: query }) : query
      return pageOfItems(store, record, whole, offset, limit, changed)
    },
    writeReport: (id, format, path) => {
      const record = find(id)
      return writeReport(
        store,
        record,
        toDetail(store, record, snapshot(record, []), prices, []),
        format,
        path,
      )
    },
    writeRecord: async (id, now, path) => writeRecord(store, find(id), now, path),
    writePlan: async (id, query, path, readers) =>
      writePlan({ store, record: find(id), query, pause }, path, readers),
    writeFailed: (id, path) =>
      writeItemsManifest({ store, record: find(id), query: { filter: 'failed' }, pause }, path),
    close: () => store.close(),
  }
}

/** Who only reads has no one to keep waiting. */
const pause = (): Promise<void> => Promise.resolve()

const NO_JOBS: JobsReader = {
  list: () => [],
  templates: () => [],
  get: unknown,
  items: unknown,
  writeReport: async (id) => unknown(id),
  writeRecord: async (id) => unknown(id),
  writePlan: async (id) => unknown(id),
  writeFailed: async (id) => unknown(id),
  close: () => {},
}

function unknown(id: string): never {
  return fail('bad-input', 'item', `id: there is no job ${JSON.stringify(id)}`, { property: 'id' })
}
