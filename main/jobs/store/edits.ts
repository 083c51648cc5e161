import type { OwnEdit } from '../item.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { Database, Value } from '../../sqlite/sqlite.ts'

/** What only edits and undone edits have: what is asked of an item alone, and what stood there before it. */
export interface EditsTable {
  /** With the planned item. */
  ask(item: number, own: OwnEdit): void
  own(item: number): OwnEdit | undefined
  /**
   * `etag`: of the object that is about to be changed. What an earlier try on the same object remembered counts for
   * more: it may have changed a part already.
   */
  remember(item: number, etag: string, before: SomeProperties): void
  /** Undefined also where it was another object. */
  before(item: number, etag: string): SomeProperties | undefined
  removeRange(from: number, below: number): void
}

export function openEdits(db: Database): EditsTable {
  const ask = db.prepare('REPLACE INTO own_edits (item, edit) VALUES (?, ?)')
  const own = db.prepare('SELECT edit FROM own_edits WHERE item = ?')
  const insert = db.prepare('REPLACE INTO remembered (item, etag, before) VALUES (?, ?, ?)')
  const before = db.prepare('SELECT etag, before FROM remembered WHERE item = ?')
  const removeOwn = db.prepare('DELETE FROM own_edits WHERE item >= ? AND item < ?')
  const removeBefore = db.prepare('DELETE FROM remembered WHERE item >= ? AND item < ?')
  const known = (item: number, etag: string): SomeProperties | undefined => {
    const row = before.get(item)
    return row?.[0] === etag ? parse<SomeProperties>(row[1]) : undefined
  }
  return {
    ask: (item, edit) => void ask.run(item, JSON.stringify(edit)),
    own: (item) => parse<OwnEdit>(own.get(item)?.[0]),
    remember: (item, etag, now) => {
      insert.run(item, etag, JSON.stringify({ ...now, ...known(item, etag) }))
    },
    before: known,
    removeRange: (from, below) => {
      removeOwn.run(from, below)
      removeBefore.run(from, below)
    },
  }
}

/** Written here only. Not held against the schema of a spec: what stood there is what a server gave, and goes back to it. */
function parse<T>(value: Value | undefined): T | undefined {
  return value == null ? undefined : (JSON.parse(String(value)) as T)
}
