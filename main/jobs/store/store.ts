import { join } from 'node:path'
import { openBackups } from './backups.ts'
import type { BackupsTable } from './backups.ts'
import { openCauses } from './causes.ts'
import type { CausesTable } from './causes.ts'
import { openEdits } from './edits.ts'
import type { EditsTable } from './edits.ts'
import { openHistory } from './history.ts'
import type { HistoryTable } from './history.ts'
import { jobRange, openItems } from './items.ts'
import type { ItemsTable } from './items.ts'
import { openJobsTable } from './jobs.ts'
import type { JobsTable } from './jobs.ts'
import { demandThisSchema, migrate } from './schema.ts'
import { openNames } from './names.ts'
import type { NamesTable } from './names.ts'
import { openDatabase } from '../../sqlite/sqlite.ts'
import type { Database, OpenMode } from '../../sqlite/sqlite.ts'
import { openQueueTable } from './queue.ts'
import type { QueueTable } from './queue.ts'
import { openTemplates } from './templates.ts'
import type { TemplatesTable } from './templates.ts'
import { openUploads } from './uploads.ts'
import type { UploadsTable } from './uploads.ts'
import type { JobRecord } from '../record.ts'

/** The journal of a data directory: one SQLite file, and its tables. */
export interface Store {
  readonly db: Database
  /** Its data directory. */
  readonly dir: string
  readonly jobs: JobsTable
  readonly items: ItemsTable
  readonly edits: EditsTable
  readonly backups: BackupsTable
  readonly causes: CausesTable
  readonly uploads: UploadsTable
  readonly history: HistoryTable
  readonly names: NamesTable
  readonly queue: QueueTable
  readonly templates: TemplatesTable
  transaction<Result>(work: () => Result): Result
  /** A job and everything that is known of it. */
  removeJob(record: JobRecord): void
  close(): void
}

export const DATABASE_FILE = 'jobs.db'

export function openStore(dir: string, mode: OpenMode): Store {
  const db = openDatabase(join(dir, DATABASE_FILE), mode)
  try {
    if (mode === 'write') migrate(db)
    else demandThisSchema(db)
    return storeOn(db, dir)
  } catch (error) {
    db.close()
    throw error
  }
}

/** The tables of a database that has this version's schema. */
export function storeOn(db: Database, dir: string): Store {
  const jobs = openJobsTable(db)
  const items = openItems(db)
  const edits = openEdits(db)
  const backups = openBackups(db)
  const causes = openCauses(db)
  const uploads = openUploads(db)
  const history = openHistory(db)
  const names = openNames(db)
  const queue = openQueueTable(db)
  return {
    db,
    dir,
    jobs,
    items,
    edits,
    backups,
    causes,
    uploads,
    history,
    names,
    queue,
    templates: openTemplates(db),
    transaction: (work) => db.transaction(work),
    removeJob: ({ n, id }) => {
      db.transaction(() => {
        jobs.remove(n)
        items.removeRange(...jobRange(n))
        edits.removeRange(...jobRange(n))
        backups.removeRange(...jobRange(n))
        uploads.removeRange(...jobRange(n))
        causes.removeJob(n)
        history.removeJob(n)
        names.removeJob(n)
        queue.remove(id)
      })
    },
    close: () => db.close(),
  }
}
