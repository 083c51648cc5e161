import type { Database } from '../../sqlite/sqlite.ts'

/** What better-queue keeps of a job: its id, and whether it goes before all that wait. */
export interface QueueTask {
  readonly id: string
  readonly first: boolean
}

/** The order of the jobs that wait. A lock holds those that a worker has taken. */
export interface QueueTable {
  has(id: string): boolean
  put(task: QueueTask): void
  remove(id: string): void
  take(count: number, lock: string): void
  locked(lock: string): string[]
  release(lock: string): void
  /** What a process that was killed had taken goes back to its place. */
  unlockAll(): void
  /** Ids in their order. */
  list(): string[]
}

export function openQueueTable(db: Database): QueueTable {
  const has = db.prepare('SELECT 1 FROM queue WHERE id = ?')
  const last = db.prepare(
    'INSERT INTO queue (id, place) SELECT ?, COALESCE(MAX(place), 0) + 1 FROM queue WHERE true ' +
      'ON CONFLICT (id) DO UPDATE SET lock = NULL',
  )
  const first = db.prepare(
    'INSERT INTO queue (id, place) SELECT ?, COALESCE(MIN(place), 0) - 1 FROM queue WHERE true ' +
      'ON CONFLICT (id) DO UPDATE SET place = excluded.place, lock = NULL',
  )
  const remove = db.prepare('DELETE FROM queue WHERE id = ?')
  const take = db.prepare(
    'UPDATE queue SET lock = ? WHERE id IN (SELECT id FROM queue WHERE lock IS NULL ORDER BY place LIMIT ?)',
  )
  const locked = db.prepare('SELECT id FROM queue WHERE lock = ? ORDER BY place')
  const release = db.prepare('DELETE FROM queue WHERE lock = ?')
  const unlock = db.prepare('UPDATE queue SET lock = NULL')
  const list = db.prepare('SELECT id FROM queue ORDER BY place')
  return {
    has: (id) => has.get(id) !== undefined,
    put: (task) => void (task.first ? first : last).run(task.id),
    remove: (id) => void remove.run(id),
    take: (count, lock) => void take.run(lock, count),
    locked: (lock) => locked.all(lock).map((row) => String(row[0])),
    release: (lock) => void release.run(lock),
    unlockAll: () => void unlock.run(),
    list: () => list.all().map((row) => String(row[0])),
  }
}
