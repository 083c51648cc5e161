import type { LogEntry, Sample } from '#model/job.ts'
import type { Failure } from '#model/failure.ts'
import { parseFailure } from './items.ts'
import type { Database } from '../../sqlite/sqlite.ts'

/** Entries that a job's log keeps; older ones go. */
const LOG_KEPT = 500

/** What a job's page shows of its past: the log and the throughput chart. */
export interface HistoryTable {
  log(job: number, at: number, text: string, failure?: Failure): void
  readLog(job: number): LogEntry[]
  saveSamples(job: number, span: number, points: readonly Sample[]): void
  readSamples(job: number): { span: number; points: Sample[] } | undefined
  removeJob(job: number): void
}

export function openHistory(db: Database): HistoryTable {
  const insert = db.prepare('INSERT INTO log (job, at, text, failure) VALUES (?, ?, ?, ?)')
  const trim = db.prepare(
    'DELETE FROM log WHERE job = ? AND id <= (SELECT id FROM log WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )
  const read = db.prepare('SELECT at, text, failure FROM log WHERE job = ? ORDER BY id')
  const save = db.prepare('REPLACE INTO samples (job, span, points) VALUES (?, ?, ?)')
  const samples = db.prepare('SELECT span, points FROM samples WHERE job = ?')
  const removeLog = db.prepare('DELETE FROM log WHERE job = ?')
  const removeSamples = db.prepare('DELETE FROM samples WHERE job = ?')
  return {
    log: (job, at, text, failure) => {
      insert.run(job, at, text, failure ? JSON.stringify(failure) : null)
      trim.run(job, job, LOG_KEPT)
    },
    readLog: (job) =>
      read.all(job).map(([at, text, failure]) => ({
        at: Number(at),
        text: String(text),
        failure: parseFailure(failure),
      })),
    saveSamples: (job, span, points) => void save.run(job, span, JSON.stringify(points.map(toPoint))),
    readSamples: (job) => {
      const row = samples.get(job)
      if (row === undefined) return undefined
      const points = JSON.parse(String(row[1])) as readonly Point[]
      return { span: Number(row[0]), points: points.map(toSample) }
    },
    removeJob: (job) => {
      removeLog.run(job)
      removeSamples.run(job)
    },
  }
}

/** A sample without its names: they would be most of the row. */
type Point = readonly [number, number, number, number, number]

function toPoint(sample: Sample): Point {
  return [sample.at, sample.objectsPerSecond, sample.bytesPerSecond, sample.concurrency, sample.throttled]
}

function toSample([at, objectsPerSecond, bytesPerSecond, concurrency, throttled]: Point): Sample {
  return { at, objectsPerSecond, bytesPerSecond, concurrency, throttled }
}
