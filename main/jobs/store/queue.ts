import type { Waiting } from '../queue/line.ts'
import type { Database } from '../../sqlite/sqlite.ts'

export interface QueueTask extends Waiting {
  /** Before all that wait; else it keeps the place that it has, or gets the last. */
  readonly first: boolean
}

/** The jobs that wait, by priority, then by place. A lock holds those whose turn has come. */
export interface QueueTable {
  /** A change of who waits, or in what order, is told. */
  onChange(listener: () => void): void
  put(task: QueueTask): void
  remove(id: string): void
  take(id: string, lock: string): void
  release(lock: string): void
  /** What a process that was killed had taken goes before all others of its priority. */
  unlockAll(): void
  /** Those that nobody has taken, in their order. */
  waiting(): readonly Waiting[]
  /** Those that wait are exactly these, and get this order and these priorities. Within a transaction. */
  arrange(line: readonly Waiting[]): void
  setPriority(id: string, priority: number): void
  /** All ids, in their order. */
  list(): string[]
}

export function openQueueTable(db: Database): QueueTable {
  const last = db.prepare(
    'INSERT INTO queue (id, priority, place) SELECT ?, ?, COALESCE(MAX(place), 0) + 1 FROM queue WHERE true ' +
      'ON CONFLICT (id) DO UPDATE SET priority = excluded.priority, lock = NULL',
  )
  const first = db.prepare(
    'INSERT INTO queue (id, priority, place) SELECT ?, ?, COALESCE(MIN(place), 0) - 1 FROM queue WHERE true ' +
      'ON CONFLICT (id) DO UPDATE SET priority = excluded.priority, place = excluded.place, lock = NULL',
  )
  const remove = db.prepare('DELETE FROM queue WHERE id = ?')
  const take = db.prepare('UPDATE queue SET lock = ? WHERE id = ? AND lock IS NULL')
  const release = db.prepare('DELETE FROM queue WHERE lock = ?')
  const restarted = db.prepare('SELECT id FROM queue ORDER BY lock IS NULL, place')
  const unlock = db.prepare('UPDATE queue SET lock = NULL, place = ? WHERE id = ?')
  const waiting = db.prepare(
    'SELECT id, priority FROM queue WHERE lock IS NULL ORDER BY priority DESC, place',
  )
  const place = db.prepare('UPDATE queue SET place = ?, priority = ? WHERE id = ?')
  const rank = db.prepare('UPDATE queue SET priority = ? WHERE id = ?')
  const list = db.prepare('SELECT id FROM queue ORDER BY priority DESC, place')
  /** Read once between two changes: every snapshot of a waiting job asks for it. */
  let known: readonly Waiting[] | undefined
  let tell = (): void => {}
  const changed = (write: () => void): void => {
    known = undefined
    write()
    tell()
  }
  return {
    onChange: (listener) => {
      tell = listener
    },
    put: ({ id, priority, first: isFirst }) => changed(() => (isFirst ? first : last).run(id, priority)),
    remove: (id) => changed(() => remove.run(id)),
    take: (id, lock) => changed(() => take.run(lock, id)),
    release: (lock) => void release.run(lock),
    unlockAll: () =>
      changed(() =>
        db.transaction(() => restarted.all().forEach((row, at) => unlock.run(at, String(row[0])))),
      ),
    waiting: () => (known ??= waiting.all().map((row) => ({ id: String(row[0]), priority: Number(row[1]) }))),
    arrange: (line) => changed(() => line.forEach(({ id, priority }, at) => place.run(at, priority, id))),
    setPriority: (id, priority) => changed(() => rank.run(priority, id)),
    list: () => list.all().map((row) => String(row[0])),
  }
}
