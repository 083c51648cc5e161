import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DecantError } from '#model/failure.ts'
import { migrate } from '../../main/jobs/store/schema.ts'
import { DATABASE_FILE, openStore, storeOn } from '../../main/jobs/store/store.ts'
import type { Store } from '../../main/jobs/store/store.ts'
import { openDatabase } from '../../main/sqlite/sqlite.ts'
import type { Database, Statement } from '../../main/sqlite/sqlite.ts'

/** Where the processes of one world keep their journal, one after another. */
export interface Disk {
  /** The store of a new process. */
  open(): Mounted
  /** What is left of it goes. */
  remove(): void
}

export interface Mounted {
  /** What the process works with. */
  readonly store: Store
  /** The same as somebody else reads it, until the next process opens it: what is committed. */
  readonly seen: Store
  /** A data directory, for what is kept beside the journal. */
  readonly dir: string
  /** SIGKILL: the process writes nothing any more, and what it had committed is what the next one finds. */
  cut(): void
}

/** In memory where there is such a place: what is lost with the power is not what is tested here. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A real file for each life, as it is outside of the simulator: a kill copies what lies in it and in its WAL. */
export function fileDisk(): Disk {
  const base = mkdtempSync(join(BASE, 'decant-sim-'))
  let lives = 0
  let seen: Store | undefined
  const dirOf = (life: number): string => {
    const dir = join(base, String(life))
    mkdirSync(dir, { recursive: true })
    return dir
  }
  return {
    open: () => {
      const dir = dirOf(lives)
      const store = openStore(dir, 'write')
      seen?.close()
      seen = openStore(dir, 'read')
      return {
        ...{ store, seen, dir },
        cut: () => {
          const next = dirOf(++lives)
          for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
            if (existsSync(join(dir, file))) copyFileSync(join(dir, file), join(next, file))
          }
          store.close()
        },
      }
    },
    remove: () => {
      seen?.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

let memory: Database | undefined
/** Prepared once for all lives of all worlds: that is most of what it costs to open a store. */
const statements = new Map<string, Statement>()

/**
 * One database in memory for all worlds of this process, empty for each. Between two turns of the event loop no
 * transaction is open, so what it holds then is what is committed, and the next life goes on with it as it is.
 */
export function memoryDisk(): Disk {
  const db = (memory ??= emptyDatabase())
  wipe(db)
  let dir: string | undefined
  let cutNow: (() => void) | undefined
  return {
    open: () => {
      cutNow?.()
      dir ??= mkdtempSync(join(BASE, 'decant-sim-'))
      const path = join(dir, DATABASE_FILE)
      const mounted = mount(db, path)
      cutNow = mounted.cut
      const seen = storeOn(mount(db, path).db, dir)
      return { store: storeOn(mounted.db, dir), seen, dir, cut: mounted.cut }
    },
    remove: () => {
      cutNow?.()
      if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}

function emptyDatabase(): Database {
  const db = openDatabase(':memory:', 'write')
  migrate(db)
  return db
}

function wipe(db: Database): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  db.transaction(() => {
    for (const [name] of tables) db.exec(`DELETE FROM ${String(name)}`)
  })
}

/** A connection as one process has it, which ends when that does. */
function mount(db: Database, path: string): { readonly db: Database; cut: () => void } {
  let isCut = false
  const alive = (): void => {
    if (!isCut) return
    throw new DecantError({ code: 'database', reach: 'job', message: `${path} belongs to another process.` })
  }
  const prepare = (sql: string): Statement => {
    let statement = statements.get(sql)
    if (!statement) statements.set(sql, (statement = db.prepare(sql)))
    const { run, get, all } = statement
    return {
      run: (...values) => (alive(), run(...values)),
      get: (...values) => (alive(), get(...values)),
      all: (...values) => (alive(), all(...values)),
    }
  }
  const cut = (): void => {
    isCut = true
  }
  return {
    db: {
      ...{ path, prepare },
      exec: (sql) => (alive(), db.exec(sql)),
      transaction: (work) => (alive(), db.transaction(work)),
      close: cut,
    },
    cut,
  }
}
