import { LISTING_START } from '../plan/listing-cursor.ts'
import type { ListingCursor } from '../plan/listing-cursor.ts'
import type { JobMore, JobRecord } from '../record.ts'
import { emptyTally } from '../tally.ts'
import { expectedFrom, nothingExpected } from '../plan/expected.ts'
import type { MutableTally } from '../tally.ts'
import { badInput, fail, failure as failureSchema } from '#model/failure.ts'
import { PAUSE_REASONS } from '#model/job.ts'
import type { JobStatus, PauseReason } from '#model/job.ts'
import { nothingCounted } from '#model/quantities.ts'
import type { Quantities } from '#model/quantities.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Database, Row, Value } from '../../sqlite/sqlite.ts'

const COLUMNS =
  'n, id, spec, draft, status, tally, listing, next_seq, sent_below, marked_at, first_mark_at, created_at, ' +
  'started_at, ended_at, ran_for, requests, notes, expected, more, quantities'

export interface JobsTable {
  insert(id: string, spec: JobSpec, draft: boolean, status: JobStatus, createdAt: number): JobRecord
  /** Everything of the record but its id and spec. */
  save(record: JobRecord): void
  /** Tally, listing cursor, marks and requests only: what changes with every batch. */
  saveProgress(record: JobRecord): void
  /** What the plan will send and take: changes with the plan alone. */
  saveExpected(record: JobRecord): void
  /** What only some jobs have, alone. */
  saveMore(record: JobRecord): void
  /** The status alone: what else the record holds may be ahead of the items that are written. */
  saveStatus(n: number, status: JobStatus): void
  /** In the order in which they were made. Rows that cannot be read come as a `problem` each. */
  load(): { records: JobRecord[]; problems: string[] }
  byId(id: string): JobRecord | undefined
  has(id: string): boolean
  remove(n: number): void
}

export function openJobsTable(db: Database): JobsTable {
  const insert = db.prepare(
    'INSERT INTO jobs (id, spec, draft, status, tally, listing, next_seq, sent_below, created_at, ran_for, requests, notes) ' +
      "VALUES (?,?,?,?,?,?,1,1,?,0,'{}','[]')",
  )
  const save = db.prepare(
    'UPDATE jobs SET draft = ?, status = ?, started_at = ?, ended_at = ?, ran_for = ?, notes = ?, more = ? WHERE n = ?',
  )
  const progress = db.prepare(
    'UPDATE jobs SET tally = ?, listing = ?, next_seq = ?, sent_below = ?, marked_at = ?, first_mark_at = ?, requests = ? ' +
      'WHERE n = ?',
  )
  const expect = db.prepare('UPDATE jobs SET expected = ?, quantities = ? WHERE n = ?')
  const more = db.prepare('UPDATE jobs SET more = ? WHERE n = ?')
  const status = db.prepare('UPDATE jobs SET status = ? WHERE n = ?')
  const all = db.prepare(`SELECT ${COLUMNS} FROM jobs ORDER BY n`)
  const one = db.prepare(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`)
  const there = db.prepare('SELECT 1 FROM jobs WHERE id = ?')
  const remove = db.prepare('DELETE FROM jobs WHERE n = ?')

  const saveProgress = (record: JobRecord): void => {
    const listing = record.listing === undefined ? null : JSON.stringify(record.listing)
    const { nextSeq, sentBelow, markedAt, firstMarkAt } = record
    progress.run(
      JSON.stringify(record.tally),
      listing,
      nextSeq,
      sentBelow,
      markedAt ?? null,
      firstMarkAt ?? null,
      JSON.stringify(record.requests),
      record.n,
    )
  }
  return {
    insert: (id, spec, draft, status, createdAt) => {
      const tally = emptyTally()
      const { rowid } = insert.run(
        id,
        JSON.stringify(spec),
        draft ? 1 : 0,
        JSON.stringify(status),
        JSON.stringify(tally),
        JSON.stringify(LISTING_START),
        createdAt,
      )
      return newRecord(rowid, id, spec, draft, status, tally, createdAt)
    },
    save: (record) => {
      save.run(
        record.draft ? 1 : 0,
        JSON.stringify(record.status),
        record.startedAt ?? null,
        record.endedAt ?? null,
        Math.round(record.ranFor),
        JSON.stringify(record.notes),
        JSON.stringify(record.more),
        record.n,
      )
      saveProgress(record)
    },
    saveProgress,
    saveExpected: ({ n, expected, quantities }) =>
      void expect.run(JSON.stringify(expected), JSON.stringify(quantities), n),
    saveMore: (record) => void more.run(JSON.stringify(record.more), record.n),
    saveStatus: (n, is) => void status.run(JSON.stringify(is), n),
    load: () => {
      const records: JobRecord[] = []
      const problems: string[] = []
      for (const row of all.all()) {
        try {
          records.push(toRecord(row))
        } catch (error) {
          problems.push(
            `Job ${String(row[1])} cannot be read: ${error instanceof Error ? error.message : ''}`,
          )
        }
      }
      return { records, problems }
    },
    byId: (id) => {
      const row = one.get(id)
      return row && toRecord(row)
    },
    has: (id) => there.get(id) !== undefined,
    remove: (n) => void remove.run(n),
  }
}

function newRecord(
  n: number,
  id: string,
  spec: JobSpec,
  draft: boolean,
  status: JobStatus,
  tally: MutableTally,
  createdAt: number,
): JobRecord {
  return {
    n,
    id,
    spec,
    createdAt,
    draft,
    status,
    tally,
    listing: LISTING_START,
    nextSeq: 1,
    sentBelow: 1,
    markedAt: undefined,
    firstMarkAt: undefined,
    startedAt: undefined,
    endedAt: undefined,
    ranFor: 0,
    requests: {},
    expected: nothingExpected(),
    quantities: nothingCounted(),
    notes: [],
    more: {},
  }
}

/** What comes from the disk is unknown until it is parsed. */
function toRecord(row: Row): JobRecord {
  const spec = jobSpec.safeParse(json(row[2]))
  if (!spec.success) fail('database', 'item', badInput(spec.error, 'spec').message)
  return {
    n: Number(row[0]),
    id: String(row[1]),
    spec: spec.data,
    createdAt: Number(row[11]),
    draft: row[3] === 1,
    status: parseStatus(json(row[4])),
    // Written by `saveProgress` only; a member that an older version did not know is counted from nothing.
    tally: completeTally(json(row[5]) as MutableTally),
    listing: row[6] == null ? undefined : { ...LISTING_START, ...(json(row[6]) as ListingCursor) },
    nextSeq: Number(row[7]),
    sentBelow: Number(row[8]),
    markedAt: number(row[9]),
    firstMarkAt: number(row[10]),
    startedAt: number(row[12]),
    endedAt: number(row[13]),
    ranFor: Number(row[14]),
    requests: json(row[15]) as Record<string, number>,
    notes: json(row[16]) as string[],
    // A plan of an older version counted none, or less.
    expected: expectedFrom(row[17] == null ? undefined : json(row[17])),
    quantities: row[19] == null ? nothingCounted() : (json(row[19]) as Quantities),
    more: json(row[18]) as JobMore,
  }
}

function completeTally(found: MutableTally): MutableTally {
  const empty = emptyTally()
  const planned = { ...empty.planned, ...found.planned }
  return { ...empty, ...found, planned, skipped: { ...empty.skipped, ...found.skipped } }
}

function parseStatus(value: unknown): JobStatus {
  const status = value as { is?: unknown; reason?: unknown; since?: unknown; failure?: unknown }
  switch (status.is) {
    case 'queued':
    case 'planning':
    case 'ready':
    case 'running':
    case 'cancelled':
    case 'completed':
      return { is: status.is }
    case 'failed':
      return { is: 'failed', failure: failureSchema.parse(status.failure) }
    case 'paused': {
      const reason = PAUSE_REASONS.find((known): known is PauseReason => known === status.reason) ?? 'user'
      const failure = status.failure === undefined ? undefined : failureSchema.parse(status.failure)
      return { is: 'paused', reason, since: Number(status.since), failure }
    }
    default:
      return fail('database', 'item', `its status is ${JSON.stringify(value)}`)
  }
}

function json(value: Value | undefined): unknown {
  return JSON.parse(String(value))
}

function number(value: Value | undefined): number | undefined {
  return value == null ? undefined : Number(value)
}
