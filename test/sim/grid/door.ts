import type { Database, Statement } from '../../../main/sqlite/sqlite.ts'
import { DecantError } from '#model/failure.ts'

/** What somebody learns of a process's writes to its journal, and how they can be made to fail. */
export interface Door {
  /** The process was killed: whatever of it still runs meets an empty database, and writes nothing. */
  isDead(): boolean
  /** Before a transaction is begun, or committed, or a statement writes by itself; what it throws, SQLite has said. */
  before(): void
  /** A transaction is on the disk, and nothing followed from it yet. */
  committed(): void
}

/** The same database with somebody at its door. */
export function watched(db: Database, door: Door): Database {
  let isWithin = false
  const prepare = (sql: string): Statement => {
    const statement = db.prepare(sql)
    return {
      get: (...values) => (door.isDead() ? undefined : statement.get(...values)),
      all: (...values) => (door.isDead() ? [] : statement.all(...values)),
      run: (...values) => {
        if (door.isDead()) return { changes: 0, rowid: 0 }
        if (!isWithin) door.before()
        return statement.run(...values)
      },
    }
  }
  const transaction = <Result>(work: () => Result): Result => {
    door.before()
    isWithin = true
    try {
      return db.transaction(() => {
        const result = work()
        // A full disk is found out at the commit, and nothing of the transaction is left.
        door.before()
        return result
      })
    } finally {
      isWithin = false
    }
  }
  return {
    ...db,
    prepare,
    transaction: (work) => {
      if (door.isDead()) throw new Error('The process was killed.')
      const result = transaction(work)
      door.committed()
      return result
    },
  }
}

/** What `main/sqlite` makes of the codes SQLITE_BUSY, SQLITE_FULL and SQLITE_IOERR (https://www.sqlite.org/rescode.html). */
export function journalFailure(what: 'busy' | 'full' | 'io', path: string): DecantError {
  const said = {
    busy: ['database', `Another program keeps ${path} locked.`],
    full: ['storage-full', `The disk that holds ${path} is full.`],
    io: ['database', `${path} cannot be read or written: disk I/O error.`],
  } as const
  const [code, message] = said[what]
  return new DecantError({ code, reach: 'job', message })
}
