import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '#model/failure.ts'
import { connectionRef } from '#model/connection.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { selection } from '#model/spec.ts'
import type { Selection } from '#model/spec.ts'
import { z } from 'zod'
import { openDatabase } from '../sqlite/sqlite.ts'
import type { Database } from '../sqlite/sqlite.ts'

/** What a grid is of; never changed. */
export interface GridOf {
  readonly connection: ConnectionRef
  /** The account id that must own the bucket. */
  readonly owner?: string | undefined
  readonly requesterPays: boolean
  readonly bucket: string
  readonly base: string
  readonly select: readonly Selection[]
  readonly createdAt: number
}

const gridOf = z.object({
  connection: connectionRef,
  owner: z.string().optional(),
  requesterPays: z.boolean(),
  bucket: z.string(),
  base: z.string(),
  select: z.array(selection),
  createdAt: z.number(),
})

const VERSION = 1
/**
 * `blocks` counts rows of the views by 1,024 positions, so that the thousandth changed row is found without walking
 * through those before it. `changes.hand` is what the cells were before the step, and after it while it is undone.
 */
const SCHEMA = `
  CREATE TABLE about (place TEXT NOT NULL, state TEXT NOT NULL);
  CREATE TABLE rows (
    n INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    version TEXT,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    class TEXT NOT NULL,
    state INTEGER NOT NULL,
    failure TEXT,
    hand TEXT,
    cells INTEGER NOT NULL,
    invalid INTEGER NOT NULL,
    counted TEXT,
    epoch INTEGER NOT NULL
  );
  CREATE INDEX rows_changed ON rows (n) WHERE cells > 0;
  CREATE INDEX rows_invalid ON rows (n) WHERE invalid > 0;
  CREATE TABLE heads (n INTEGER PRIMARY KEY, stands TEXT NOT NULL);
  CREATE TABLE blocks (b INTEGER PRIMARY KEY, changed INTEGER NOT NULL, invalid INTEGER NOT NULL);
  CREATE TABLE fields (name TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE steps (id INTEGER PRIMARY KEY, rules TEXT, rows INTEGER NOT NULL);
  CREATE TABLE changes (step INTEGER NOT NULL, n INTEGER NOT NULL, hand TEXT, PRIMARY KEY (step, n)) WITHOUT ROWID;
  CREATE TABLE staged (n INTEGER PRIMARY KEY, line INTEGER NOT NULL, cells TEXT NOT NULL);
`

function gridFolder(dir: string): string {
  return join(dir, 'grids')
}

export function gridPath(dir: string, id: string): string {
  return join(gridFolder(dir), `${id}.db`)
}

/** The ids of the grids that lie below a data directory, oldest first. */
export function gridIds(dir: string): string[] {
  const folder = gridFolder(dir)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.db'))
  return names.map((name) => name.slice(0, -3)).sort()
}

/** For this user only, as everything in the data directory. */
export function createGridFile(dir: string, id: string, of: GridOf, state: string): Database {
  mkdirSync(gridFolder(dir), { recursive: true, mode: 0o700 })
  const path = gridPath(dir, id)
  const db = openDatabase(path, 'write')
  try {
    chmodSync(path, 0o600)
    relax(db)
    db.transaction(() => {
      db.exec(SCHEMA)
      db.exec(`PRAGMA user_version = ${VERSION}`)
      db.prepare('INSERT INTO about (place, state) VALUES (?, ?)').run(JSON.stringify(of), state)
    })
    return db
  } catch (error) {
    db.close()
    removeGridFile(path)
    throw error
  }
}

export interface OpenedGridFile {
  readonly db: Database
  readonly of: GridOf
  readonly state: string
}

/** Throws for a file that is no grid, is damaged, or belongs to another version. */
export function openGridFile(path: string): OpenedGridFile {
  const db = openDatabase(path, 'write')
  try {
    relax(db)
    const version = Number(db.prepare('PRAGMA user_version').get()?.[0] ?? 0)
    if (version !== VERSION) fail('database', 'item', `${path} belongs to another version of Decant.`)
    const row = db.prepare('SELECT place, state FROM about').get()
    if (row === undefined) fail('database', 'item', `${path} holds no grid.`)
    return { db, of: gridOf.parse(JSON.parse(String(row[0]))), state: String(row[1]) }
  } catch (error) {
    db.close()
    throw error
  }
}

/** With what SQLite keeps beside it. */
export function removeGridFile(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true })
}

/** A file that nobody can read is renamed, never lost. Gives its new name. */
export function setGridAside(path: string): string {
  const aside = `${path}.broken`
  removeGridFile(aside)
  renameSync(path, aside)
  for (const end of ['-wal', '-shm']) {
    if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${aside}${end}`)
  }
  return aside
}

/**
 * Nothing in S3 hangs on a grid: with the power, its last second may go. A kill loses nothing. The cache stays small,
 * for several grids may be open.
 */
function relax(db: Database): void {
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000')
}
