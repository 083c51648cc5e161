import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../sqlite/sqlite.ts'

/** What a scan found, in a file of its own that goes with it: memory does not grow with what is found. */
export interface RowsFile {
  readonly length: number
  /** All of them or none. */
  add(rows: readonly unknown[]): void
  read(offset: number, limit: number): { readonly n: number; readonly row: unknown }[]
  at(n: number): unknown
  replace(rows: readonly { readonly n: number; readonly row: unknown }[]): void
  close(): void
}

export function scansDir(dir: string): string {
  return join(dir, 'scans')
}

/** Nothing of it counts beyond this process, so nothing of it waits for the disk. */
export function openRowsFile(dir: string, id: string): RowsFile {
  mkdirSync(scansDir(dir), { recursive: true, mode: 0o700 })
  const path = join(scansDir(dir), `${id}.db`)
  const db = openDatabase(path, 'write')
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE')
  db.exec('CREATE TABLE rows (n INTEGER PRIMARY KEY, row TEXT NOT NULL)')
  const insert = db.prepare('REPLACE INTO rows (n, row) VALUES (?, ?)')
  const page = db.prepare('SELECT n, row FROM rows WHERE n >= ? ORDER BY n LIMIT ?')
  const one = db.prepare('SELECT row FROM rows WHERE n = ?')
  let length = 0
  const parsed = (text: unknown): unknown => JSON.parse(String(text))
  return {
    get length() {
      return length
    },
    add(rows) {
      db.transaction(() => {
        for (const [at, row] of rows.entries()) insert.run(length + at, JSON.stringify(row))
      })
      length += rows.length
    },
    read: (offset, limit) => page.all(offset, limit).map(([n, row]) => ({ n: Number(n), row: parsed(row) })),
    at(n) {
      const found = one.get(n)
      return found && parsed(found[0])
    },
    replace: (rows) =>
      db.transaction(() => {
        for (const { n, row } of rows) insert.run(n, JSON.stringify(row))
      }),
    close() {
      db.close()
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
    },
  }
}
