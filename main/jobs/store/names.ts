import type { Database, Row, Value } from '../../sqlite/sqlite.ts'

/** `target`: a name at a destination that an object of the job goes to. `source`: one that the job takes an object from. */
export type NameRole = 'target' | 'source'
const ROLES: readonly NameRole[] = ['target', 'source']

/**
 * The names that the objects of a job come from and go to, for jobs in which two could have the same one; `place` is a
 * bucket, by a number that the planner gives it. Here and not in memory, for there may be millions (invariant 11).
 */
export interface NamesTable {
  /** Enters a name; false where it is taken. One entered without `seq` is there, but may still be taken. */
  claim(job: number, role: NameRole, place: number, key: string, seq: number | undefined): boolean
  /** The item that took the name; null: nobody did, but it is there; undefined: it is not there. */
  owner(job: number, role: NameRole, place: number, key: string): number | null | undefined
  /** Finds all crossings of a job, and how many there are. */
  cross(job: number): number
  /** Those after `seq` that nothing crosses on into: the far ends of chains. Not yet ordered, at most `limit`. */
  ends(job: number, after: number, limit: number): number[]
  /** What writes over the object that `seq` reads. */
  before(job: number, seq: number): number | undefined
  /** Whose object `seq` writes over. */
  next(job: number, seq: number): number | undefined
  /** One that is on no chain that ends: on a cycle. */
  unordered(job: number): number | undefined
  /** `order`: its place among all that cross, from 0; `linked`: it comes after the one before it. */
  order(job: number, seq: number, order: number, linked: boolean): void
  /** By their order, from `order` on, and with each the place in the plan that comes to it. */
  inOrder(job: number, order: number, limit: number): { seq: number; linked: boolean }[]
  /** Their places in the plan, ascending, after `seq`. */
  places(job: number, after: number, limit: number): number[]
  /** Of an undo: row `by` of its plan comes before that which takes back row `seq` of the other job. */
  precede(job: number, seq: number, by: number): void
  preceding(job: number, seq: number): number | undefined
  removeJob(job: number): void
}

export function openNames(db: Database): NamesTable {
  const claim = db.prepare(
    'INSERT INTO names (job, role, place, key, seq) VALUES (?,?,?,?,?) ' +
      'ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE names.seq IS NULL AND excluded.seq IS NOT NULL',
  )
  const owner = db.prepare('SELECT seq FROM names WHERE job = ? AND role = ? AND place = ? AND key = ?')
  const cross = db.prepare(
    'INSERT OR IGNORE INTO crossings (job, seq, next) SELECT t.job, t.seq, s.seq FROM names t ' +
      'JOIN names s ON s.job = t.job AND s.role = 1 AND s.place = t.place AND s.key = t.key ' +
      'WHERE t.job = ? AND t.role = 0 AND t.seq IS NOT NULL AND s.seq <> t.seq',
  )
  // What only something else writes over is a node too: it has to come first.
  const crossed = db.prepare(
    'INSERT OR IGNORE INTO crossings (job, seq, next) SELECT job, next, NULL FROM crossings WHERE job = ? AND next IS NOT NULL',
  )
  const ends = db.prepare(
    'SELECT seq FROM crossings WHERE job = ? AND next IS NULL AND seq > ? ORDER BY seq LIMIT ?',
  )
  const before = db.prepare('SELECT seq FROM crossings WHERE job = ? AND next = ?')
  const next = db.prepare('SELECT next FROM crossings WHERE job = ? AND seq = ?')
  const unordered = db.prepare('SELECT seq FROM crossings WHERE job = ? AND place IS NULL LIMIT 1')
  const order = db.prepare('UPDATE crossings SET place = ?, linked = ? WHERE job = ? AND seq = ?')
  const inOrder = db.prepare(
    'SELECT seq, linked FROM crossings WHERE job = ? AND place >= ? ORDER BY place LIMIT ?',
  )
  const places = db.prepare('SELECT seq FROM crossings WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?')
  const precede = db.prepare('REPLACE INTO crossings (job, seq, next) VALUES (?,?,?)')
  const removeNames = db.prepare('DELETE FROM names WHERE job = ?')
  const removeCrossings = db.prepare('DELETE FROM crossings WHERE job = ?')
  return {
    claim: (job, role, place, key, seq) =>
      claim.run(job, ROLES.indexOf(role), place, key, seq ?? null).changes > 0,
    owner: (job, role, place, key) => {
      const row = owner.get(job, ROLES.indexOf(role), place, key)
      return row && (number(row[0]) ?? null)
    },
    cross: (job) => {
      const found = cross.run(job).changes
      if (found > 0) crossed.run(job)
      return found
    },
    ends: (job, after, limit) => ends.all(job, after, limit).map(first),
    before: (job, seq) => number(before.get(job, seq)?.[0]),
    next: (job, seq) => number(next.get(job, seq)?.[0]),
    unordered: (job) => number(unordered.get(job)?.[0]),
    order: (job, seq, place, linked) => void order.run(place, linked ? 1 : 0, job, seq),
    inOrder: (job, from, limit) =>
      inOrder.all(job, from, limit).map((row) => ({ seq: first(row), linked: row[1] === 1 })),
    places: (job, after, limit) => places.all(job, after, limit).map(first),
    precede: (job, seq, by) => void precede.run(job, seq, by),
    preceding: (job, seq) => number(next.get(job, seq)?.[0]),
    removeJob: (job) => {
      removeNames.run(job)
      removeCrossings.run(job)
    },
  }
}

function first(row: Row): number {
  return Number(row[0])
}

function number(value: Value | undefined): number | undefined {
  return value == null ? undefined : Number(value)
}
