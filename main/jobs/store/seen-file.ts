import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../sqlite/sqlite.ts'
import type { ItemName } from './items.ts'

/** Of a plan that is looked at anew: which of its items were met, and where an object's item is. */
export interface SeenFile {
  add(items: readonly (ItemName & { readonly versionId?: string | undefined })[]): void
  /** The id of the item of that object, which counts as met from now on. */
  meet(leg: number, key: string, versionId: string | undefined): number | undefined
  /** To be looked at by itself. */
  later(id: number): void
  missed(after: number, limit: number): number[]
  postponed(after: number, limit: number): number[]
  close(): void
}

const NEW = 0
const MET = 1
const LATER = 2

/** Nothing of it counts beyond this process, so nothing of it waits for the disk. */
export function openSeenFile(dir: string, name: string): SeenFile {
  const folder = join(dir, 'matches')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const remove = (): void => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
  }
  remove()
  const db = openDatabase(path, 'write')
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE')
  db.exec(`
    CREATE TABLE seen (
      leg INTEGER NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, item INTEGER NOT NULL,
      PRIMARY KEY (leg, key, version)
    ) WITHOUT ROWID;
    CREATE TABLE states (item INTEGER PRIMARY KEY, state INTEGER NOT NULL);
  `)
  const insert = db.prepare('REPLACE INTO seen (leg, key, version, item) VALUES (?, ?, ?, ?)')
  const state = db.prepare('REPLACE INTO states (item, state) VALUES (?, ?)')
  const find = db.prepare('SELECT item FROM seen WHERE leg = ? AND key = ? AND version = ?')
  const list = db.prepare('SELECT item FROM states WHERE state = ? AND item > ? ORDER BY item LIMIT ?')
  const read = (wanted: number, after: number, limit: number): number[] =>
    list.all(wanted, after, limit).map((row) => Number(row[0]))
  return {
    add: (items) =>
      db.transaction(() => {
        for (const { id, leg, key, versionId } of items) {
          insert.run(leg, key, versionId ?? '', id)
          state.run(id, NEW)
        }
      }),
    meet: (leg, key, versionId) => {
      const row = find.get(leg, key, versionId ?? '')
      if (row === undefined) return undefined
      state.run(Number(row[0]), MET)
      return Number(row[0])
    },
    later: (id) => void state.run(id, LATER),
    missed: (after, limit) => read(NEW, after, limit),
    postponed: (after, limit) => read(LATER, after, limit),
    close: () => {
      db.close()
      remove()
    },
  }
}
