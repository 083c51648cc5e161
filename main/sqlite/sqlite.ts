import { DatabaseSync } from '@photostructure/sqlite'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'

/** What SQLite takes and gives. Integers stay within Number's safe range. */
export type Value = string | number | null
export type Row = readonly Value[]

/** A prepared statement. Rows are arrays, in the order of the select list: objects cost three times as much. */
export interface Statement {
  run(...values: Value[]): { changes: number; rowid: number }
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): Row[]
}

/** The only door to SQLite. Everything it throws is a `DecantError` of reach `job`: `storage-full` or `database`. */
export interface Database {
  readonly path: string
  exec(sql: string): void
  prepare(sql: string): Statement
  /** All of it or nothing. Never nested. */
  transaction<Result>(work: () => Result): Result
  close(): void
}

/**
 * How long a lock is waited for, in milliseconds. Readers can wait. The writer is alone by invariant 12, and while it
 * waits nothing else of the process goes on: a lock that lasts is a failure, and the jobs pause for it.
 */
const BUSY_TIMEOUT: Readonly<Record<OpenMode, number>> = { read: 5000, write: 250 }

export type OpenMode = 'write' | 'read'

/**
 * Opens a database file. To write: WAL, every commit on disk before it counts (`synchronous = FULL`: in WAL the
 * default would lose the last commits with the power). To read: nothing is ever changed.
 */
export function openDatabase(path: string, mode: OpenMode): Database {
  return guarded(path, () => {
    const db = new DatabaseSync(path, { readOnly: mode === 'read' })
    try {
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT[mode]}`)
      if (mode === 'write') {
        db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864')
        db.exec('PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000')
      }
    } catch (error) {
      db.close()
      throw error
    }
    return wrap(db, path)
  })
}

/**
 * Takes a lock that the kernel frees when the process ends in whatever way. Undefined: somebody else holds it.
 * No waiting: who owns it keeps it for its life.
 */
export function lockDatabase(path: string): Database | undefined {
  return guarded(path, () => {
    const db = new DatabaseSync(path)
    try {
      // No WAL here: in it, BEGIN EXCLUSIVE would let others in. The file stays empty.
      db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      if (sqliteCode(error) === BUSY) return undefined
      throw error
    }
    return wrap(db, path)
  })
}

function wrap(db: DatabaseSyncInstance, path: string): Database {
  return {
    path,
    exec: (sql) => guarded(path, () => db.exec(sql)),
    prepare: (sql) => prepare(db, path, sql),
    transaction: (work) => transaction(db, path, work),
    close: () => {
      if (db.isOpen) db.close()
    },
  }
}

function prepare(db: DatabaseSyncInstance, path: string, sql: string): Statement {
  const statement = guarded(path, () => db.prepare(sql))
  statement.setReturnArrays(true)
  return {
    run: (...values) => {
      try {
        const { changes, lastInsertRowid } = statement.run(...values)
        return { changes, rowid: Number(lastInsertRowid) }
      } catch (error) {
        throw asFailure(error, path)
      }
    },
    get: (...values) => guarded(path, () => statement.get(...values) as Row | undefined),
    all: (...values) => guarded(path, () => statement.all(...values) as Row[]),
  }
}

function transaction<Result>(db: DatabaseSyncInstance, path: string, work: () => Result): Result {
  guarded(path, () => db.exec('BEGIN IMMEDIATE'))
  try {
    const result = work()
    guarded(path, () => db.exec('COMMIT'))
    return result
  } catch (error) {
    // A full disk rolls back by itself.
    if (db.isTransaction) guarded(path, () => db.exec('ROLLBACK'))
    throw error
  }
}

function guarded<Result>(path: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    throw asFailure(error, path)
  }
}

// Primary result codes. Source: https://www.sqlite.org/rescode.html
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

function asFailure(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (code === undefined || error instanceof DecantError) return error
  return new DecantError(describe(code, path, error), { cause: error })
}

function describe(code: number, path: string, error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error)
  const database = (message: string): Failure => ({ code: 'database', reach: 'job', message })
  switch (code) {
    case FULL:
      return { code: 'storage-full', reach: 'job', message: `The disk that holds ${path} is full.` }
    case BUSY:
    case LOCKED:
      return database(`Another program keeps ${path} locked.`)
    case CORRUPT:
    case NOTADB:
      return database(`${path} is damaged, or is no database: ${said}.`)
    case READONLY:
      return database(`${path} cannot be written: ${said}.`)
    case CANTOPEN:
      return database(`${path} cannot be opened: ${said}.`)
    case IOERR:
      return database(`The disk does not do what it should with ${path}: ${said}.`)
    default:
      return database(`The database ${path} refused: ${said}.`)
  }
}
