import { EXPECTATIONS, inserterOfAlike } from './insert-alike.ts'
import { JOURNAL_STATES, itemId, standingThere } from '../item.ts'
import type { Item, JournalState, PlannedItem } from '../item.ts'
import type { Expectation } from '../../engine/work.ts'
import { failure as failureSchema } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { ACTIONS, ANEW, SKIP_REASONS } from '#model/plan.ts'
import type { Database, Row, Statement, Value } from '../../sqlite/sqlite.ts'

const COLUMNS =
  'id, key, version, size, etag, modified, class, action, skip_reason, expect, expect_etag, expect_modified, ' +
  'conflict, state, new_etag, new_version, failure, leg, target, rules, after, history, restore_asked, marker, anew'

/** One for each column, and one for the cause. */
const PLACES = `${COLUMNS.replace(/\w+/g, '?')}, ?`

const HISTORY: readonly NonNullable<PlannedItem['history']>[] = ['noncurrent', 'delete-marker']

function stateNumber(state: JournalState): number {
  return JOURNAL_STATES.indexOf(state)
}

/** What becomes of an item: everything that may change after it was planned. */
export interface ItemChange extends PlannedItem {
  readonly newEtag?: string | undefined
  readonly newVersionId?: string | undefined
  readonly restoreAskedAt?: number | undefined
  readonly marker?: string | undefined
}

/** Of an item, for a search. */
export type ItemName = Pick<Item, 'id' | 'key' | 'target' | 'leg'>

export interface ItemChanges {
  readonly settled: number
  readonly replaced: number
}

/** The condition of the index `items_waiting`. */
const WAITING = `state IN (${stateNumber('again')}, ${stateNumber('restoring')})`

/** Conditions whose statements are kept. */
const CONDITIONS = 32

/** The items of all jobs. Ranges are item ids, `from` in and `below` out, in the order of the plan. */
export interface ItemsTable {
  insert(id: number, item: PlannedItem, cause: number | null): void
  /** One behind the other, from `firstId` on. `causeOf` is asked of those that failed. */
  insertAll(
    firstId: number,
    items: readonly PlannedItem[],
    causeOf: (item: PlannedItem) => number | null,
  ): void
  /** Only the outcome: the cheap update of the hot path. */
  settle(
    id: number,
    state: JournalState,
    newEtag: string | undefined,
    newVersionId: string | undefined,
    marker: string | undefined,
  ): void
  /** The same of many whose new ETag is the one that was planned, and that got no version and no marker. */
  settleAlike(ids: readonly number[], state: JournalState): void
  /** Everything that a fresh look at source and destination may have changed, and the outcome. */
  replace(id: number, item: ItemChange, cause: number | null): void
  /** In one of the states, at most `limit`. */
  read(states: readonly JournalState[], from: number, below: number, limit: number): Item[]
  readAll(from: number, below: number, limit: number): Item[]
  /** The last ones first. */
  readBack(from: number, below: number, limit: number): Item[]
  /** Those of which an SQL condition (`store/conditions.ts`) holds. */
  readWhere(condition: string, from: number, below: number, limit: number): Item[]
  /** The same, and no more of each than where to find it and what it is called. */
  namesWhere(condition: string, from: number, below: number): ItemName[]
  /** How often items of a job were settled and replaced since this process began. */
  changes(job: number): ItemChanges
  byId(id: number): Item | undefined
  /** As `read`, but passes over `offset` matching ones first. Skipped and failed ones have an index. */
  page(states: readonly JournalState[], from: number, below: number, offset: number, limit: number): Item[]
  /** How many are skipped or failed, by their indices. */
  countAside(from: number, below: number): number
  /** The ids of those in one of the states, at most `limit`; by a scan that stops with the last of them. */
  ids(states: readonly JournalState[], from: number, below: number, limit: number): number[]
  /** The id of the first one in one of the states, or undefined. */
  first(states: readonly JournalState[], from: number, below: number): number | undefined
  causeOf(id: number): number | undefined
  /** The id of the first one that failed and was left then. */
  firstLeft(from: number, below: number): number | undefined
  /** Of those that come from the archive: not asked for yet, or on their way. */
  archived(state: 'planned' | 'restoring', from: number, below: number, limit: number): Item[]
  /** Those on their way, by class: when the first of them was asked for. */
  restoring(from: number, below: number): { readonly storageClass: string; readonly askedAt: number }[]
  /** One that has come from the archive: to be looked at and sent. */
  arrived(id: number): void
  removeRange(from: number, below: number): void
}

/** Where numbers follow one another: from the first up to but without the one behind the last. `[4, 2, 3, 9]` → `[2, 5], [9, 10]` */
export function runsOf(numbers: readonly number[]): readonly (readonly [from: number, below: number])[] {
  const runs: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && number <= last[1]) last[1] = number + 1
    else runs.push([number, number + 1])
  }
  return runs
}

export function openItems(db: Database): ItemsTable {
  const insert = db.prepare(`INSERT INTO items (${COLUMNS}, cause) VALUES (${PLACES})`)
  const insertAlike = inserterOfAlike(db)
  const settle = db.prepare(
    'UPDATE items SET state = ?, new_etag = ?, new_version = ?, marker = ?, cause = NULL, failure = NULL WHERE id = ?',
  )
  const settleRun = db.prepare(
    'UPDATE items SET state = ?, new_etag = etag, new_version = NULL, marker = NULL, cause = NULL, failure = NULL ' +
      'WHERE id >= ? AND id < ?',
  )
  const replace = db.prepare(`REPLACE INTO items (${COLUMNS}, cause) VALUES (${PLACES})`)
  const all = db.prepare(`SELECT ${COLUMNS} FROM items WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`)
  const back = db.prepare(`SELECT ${COLUMNS} FROM items WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?`)
  const one = db.prepare(`SELECT ${COLUMNS} FROM items WHERE id = ?`)
  const cause = db.prepare('SELECT cause FROM items WHERE id = ?')
  const remove = db.prepare('DELETE FROM items WHERE id >= ? AND id < ?')
  const fromArchive = `FROM items INDEXED BY items_archived WHERE action = ${ACTIONS.indexOf('restore-then-copy')}`
  const archived = db.prepare(
    `SELECT ${COLUMNS} ${fromArchive} AND state = ? AND id >= ? AND id < ? ORDER BY id LIMIT ?`,
  )
  const onTheirWay = db.prepare(
    `SELECT ${COLUMNS} FROM items ${indexFor(['restoring'])} WHERE ${inStates(['restoring'])} ` +
      'AND id >= ? AND id < ? ORDER BY id LIMIT ?',
  )
  const restoring = db.prepare(
    `SELECT class, MIN(restore_asked) FROM items ${indexFor(['restoring'])} WHERE ${inStates(['restoring'])} ` +
      'AND id >= ? AND id < ? GROUP BY class',
  )
  const left = db.prepare(
    `SELECT id FROM items INDEXED BY items_skipped WHERE state = ${stateNumber('skipped')} ` +
      `AND skip_reason = ${SKIP_REASONS.indexOf('left')} AND failure IS NOT NULL AND id >= ? AND id < ? ` +
      'ORDER BY id LIMIT 1',
  )
  const aside = (['skipped', 'failed'] as const).map((state) =>
    db.prepare(
      `SELECT count(*) FROM items ${indexFor([state])} WHERE ${inStates([state])} AND id >= ? AND id < ?`,
    ),
  )
  const arrived = db.prepare(`UPDATE items SET state = ${stateNumber('again')} WHERE id = ?`)
  const changes = new Map<number, { settled: number; replaced: number }>()
  const changesOf = (job: number): { settled: number; replaced: number } => {
    const known = changes.get(job) ?? { settled: 0, replaced: 0 }
    changes.set(job, known)
    return known
  }
  const conditions = new Map<string, Statement>()
  const whereAll = (select: string, condition: string): Statement => {
    const sql = `SELECT ${select} FROM items WHERE id >= ? AND id < ? AND (${condition}) ORDER BY id LIMIT ?`
    const statement = conditions.get(sql) ?? db.prepare(sql)
    if (conditions.size >= CONDITIONS) conditions.clear()
    conditions.set(sql, statement)
    return statement
  }
  const pages = new Map<string, Statement>()
  const page = (states: readonly JournalState[], select: string): Statement => {
    const name = `${select} ${states.join()}`
    const known = pages.get(name)
    if (known) return known
    const statement = db.prepare(
      `SELECT ${select} FROM items ${indexFor(states)} WHERE ${inStates(states)} AND id >= ? AND id < ? ` +
        'ORDER BY id LIMIT ? OFFSET ?',
    )
    pages.set(name, statement)
    return statement
  }

  return {
    insert: (id, item, causeId) => void insert.run(...toRow(id, item), causeId),
    insertAll: (firstId, items, causeOf) => {
      for (let at = 0; at < items.length;) {
        const alike = insertAlike(firstId + at, items, at)
        if (alike > 0) at += alike
        else {
          const item = items[at] as PlannedItem
          insert.run(...toRow(firstId + at, item), item.failure ? causeOf(item) : null)
          at += 1
        }
      }
    },
    settle: (id, state, newEtag, newVersionId, marker) => {
      changesOf(jobOf(id)).settled += 1
      settle.run(stateNumber(state), newEtag ?? null, newVersionId ?? null, marker ?? null, id)
    },
    settleAlike: (ids, state) => {
      for (const [from, below] of runsOf(ids)) {
        changesOf(jobOf(from)).settled += below - from
        settleRun.run(stateNumber(state), from, below)
      }
    },
    replace: (id, item, causeId) => {
      changesOf(jobOf(id)).replaced += 1
      replace.run(...toRow(id, item), causeId)
    },
    read: (states, from, below, limit) => page(states, COLUMNS).all(from, below, limit, 0).map(toItem),
    readAll: (from, below, limit) => all.all(from, below, limit).map(toItem),
    readWhere: (condition, from, below, limit) =>
      whereAll(COLUMNS, condition).all(from, below, limit).map(toItem),
    namesWhere: (condition, from, below) =>
      whereAll('id, key, target, leg', condition)
        .all(from, below, -1)
        .map((row) => ({
          id: Number(row[0]),
          key: String(row[1]),
          target: text(row[2]),
          leg: Number(row[3]),
        })),
    changes: (job) => ({ ...changesOf(job) }),
    readBack: (from, below, limit) => back.all(from, below, limit).map(toItem),
    byId: (id) => {
      const row = one.get(id)
      return row && toItem(row)
    },
    page: (states, from, below, offset, limit) =>
      page(states, COLUMNS).all(from, below, limit, offset).map(toItem),
    countAside: (from, below) =>
      aside.reduce((sum, count) => sum + Number(count.get(from, below)?.[0] ?? 0), 0),
    ids: (states, from, below, limit) =>
      page(states, 'id')
        .all(from, below, limit, 0)
        .map(([id]) => Number(id)),
    first: (states, from, below) => {
      const row = page(states, 'id').get(from, below, 1, 0)
      return row && Number(row[0])
    },
    causeOf: (id) => {
      const found = cause.get(id)?.[0]
      return found == null ? undefined : Number(found)
    },
    firstLeft: (from, below) => {
      const row = left.get(from, below)
      return row && Number(row[0])
    },
    archived: (state, from, below, limit) =>
      (state === 'restoring'
        ? onTheirWay.all(from, below, limit)
        : archived.all(stateNumber(state), from, below, limit)
      ).map(toItem),
    restoring: (from, below) =>
      restoring.all(from, below).map((row) => ({
        storageClass: text(row[0]) ?? 'STANDARD',
        askedAt: Number(row[1]),
      })),
    arrived: (id) => {
      changesOf(jobOf(id)).settled += 1
      arrived.run(id)
    },
    removeRange: (from, below) => void remove.run(from, below),
  }
}

function jobOf(id: number): number {
  return Math.floor(id / itemId(1, 0))
}

/** Every row of one job. */
export function jobRange(n: number): readonly [from: number, below: number] {
  return [itemId(n, 0), itemId(n + 1, 0)]
}

function inStates(states: readonly JournalState[]): string {
  const numbers = states.map(stateNumber)
  if (numbers.length !== 1) return `state IN (${numbers.join()})`
  // SQLite takes a partial index only where its condition stands in the question, word for word.
  const waits = states[0] === 'again' || states[0] === 'restoring'
  return `state = ${numbers[0]}${waits ? ` AND ${WAITING}` : ''}`
}

function indexFor(states: readonly JournalState[]): string {
  if (states.length !== 1) return ''
  switch (states[0]) {
    case 'skipped':
      return 'INDEXED BY items_skipped'
    case 'failed':
      return 'INDEXED BY items_failed'
    case 'again':
    case 'restoring':
      return 'INDEXED BY items_waiting'
    default:
      return ''
  }
}

function toRow(id: number, item: ItemChange): Value[] {
  const there = standingThere(item)
  return [
    id,
    item.key,
    item.versionId ?? null,
    item.size,
    item.etag,
    item.lastModified,
    item.storageClass === 'STANDARD' ? null : item.storageClass,
    ACTIONS.indexOf(item.action),
    item.skipReason === undefined ? null : SKIP_REASONS.indexOf(item.skipReason),
    EXPECTATIONS.indexOf(item.expect.is),
    there?.etag ?? null,
    there?.lastModified ?? null,
    item.conflict ? 1 : 0,
    stateNumber(item.state),
    item.newEtag ?? null,
    item.newVersionId ?? null,
    item.failure === undefined ? null : JSON.stringify(item.failure),
    item.leg,
    item.target ?? null,
    item.rules,
    item.after ?? null,
    item.history === undefined ? null : HISTORY.indexOf(item.history),
    item.restoreAskedAt ?? null,
    item.marker ?? null,
    item.anew === undefined ? null : ANEW.indexOf(item.anew),
  ]
}

function toItem(row: Row): Item {
  return {
    id: Number(row[0]),
    key: String(row[1]),
    versionId: text(row[2]),
    size: Number(row[3]),
    etag: String(row[4]),
    lastModified: Number(row[5]),
    storageClass: text(row[6]) ?? 'STANDARD',
    action: ACTIONS[Number(row[7])] ?? 'refuse',
    skipReason: row[8] == null ? undefined : SKIP_REASONS[Number(row[8])],
    expect: toExpectation(row),
    standing: toStanding(row),
    conflict: row[12] === 1,
    state: JOURNAL_STATES[Number(row[13])] ?? 'failed',
    newEtag: text(row[14]),
    newVersionId: text(row[15]),
    failure: parseFailure(row[16]),
    leg: Number(row[17]),
    target: text(row[18]),
    rules: Number(row[19]),
    after: row[20] == null ? undefined : Number(row[20]),
    history: row[21] == null ? undefined : HISTORY[Number(row[21])],
    restoreAskedAt: row[22] == null ? undefined : Number(row[22]),
    marker: text(row[23]),
    anew: row[24] == null ? undefined : ANEW[Number(row[24])],
  }
}

function toExpectation(row: Row): Expectation {
  const is = EXPECTATIONS[Number(row[9])]
  if (is === 'etag') return { is, etag: String(row[10]), lastModified: Number(row[11]) }
  return is === 'absent' ? { is } : { is: 'anything' }
}

/** Of what is written over as it is, the expectation says it already. */
function toStanding(row: Row): Item['standing'] {
  if (row[10] == null || EXPECTATIONS[Number(row[9])] === 'etag') return undefined
  return { etag: String(row[10]), lastModified: Number(row[11]) }
}

function text(value: Value | undefined): string | undefined {
  return value == null ? undefined : String(value)
}

/** A failure as it was journaled; undefined where none was, or where it cannot be read any more. */
export function parseFailure(value: Value | undefined): Failure | undefined {
  if (value == null) return undefined
  const parsed = failureSchema.safeParse(JSON.parse(String(value)))
  return parsed.success ? parsed.data : undefined
}
