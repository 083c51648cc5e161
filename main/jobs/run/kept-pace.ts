import { legsOf } from '../plan/legs.ts'
import { endpointName } from '../queue/line.ts'
import type { JobRecord } from '../record.ts'
import type { KeptPace, WorkAtPace } from '#model/estimate.ts'
import { skipped } from '#model/job.ts'
import type { Tally } from '#model/job.ts'
import { ACTIONS } from '#model/plan.ts'
import type { Count } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'

/** Of the last jobs like it, so many are asked. */
const JOBS = 5
/** A job of fewer objects, of fewer bytes as well, or of less time, is all beginning and end. */
const ENOUGH = { items: 100, bytes: 256 * 2 ** 20, milliseconds: 1000 }

type Past = Pick<JobRecord, 'id' | 'spec' | 'status' | 'tally' | 'ranFor' | 'endedAt' | 'more'>

/** What a plan comes to, and what the jobs of this data directory that were like it kept. */
export function workAtPace(record: Past, past: Iterable<Past>): WorkAtPace {
  const { planned } = record.tally
  const work = { items: 0, bytes: 0 }
  for (const action of ACTIONS) {
    if (action === 'skip' || action === 'refuse') continue
    work.items += planned[action].items
    work.bytes += planned[action].bytes
  }
  return { ...work, archived: planned['restore-then-copy'].items, kept: keptPaces(record, past) }
}

/**
 * The paces of the last jobs that say how long this one may take, newest first.
 *
 * | another job                                                            | says so |
 * |------------------------------------------------------------------------|---------|
 * | is not done: it goes on, was cancelled, or failed as a whole           | no      |
 * | was brought from another data directory: it ran elsewhere              | no      |
 * | is of another kind, or looks at what it wrote in another way           | no      |
 * | went between other endpoints, or with other keys on one of two sides   | no      |
 * | was allowed another number of requests at a time                       | no      |
 * | had objects to restore: it ran in pieces                               | no      |
 * | did fewer than 100 objects, and less than 256 MiB                      | no      |
 * | ran for less than a second                                             | no      |
 * | any other, of which the last five                                      | yes     |
 *
 * The time is all that it ran, its plan's listing in it.
 */
export function keptPaces(record: Past, past: Iterable<Past>): KeptPace[] {
  const way = wayOf(record.spec)
  const alike: Past[] = []
  for (const other of past) {
    if (other.id === record.id || !saysSomething(other) || wayOf(other.spec) !== way) continue
    alike.push(other)
  }
  const last = alike.sort((left, right) => (right.endedAt ?? 0) - (left.endedAt ?? 0)).slice(0, JOBS)
  return last.map(({ spec, tally, ranFor }) => {
    const done = doneOf(spec, tally)
    return { objectsPerSecond: (done.items * 1000) / ranFor, bytesPerSecond: (done.bytes * 1000) / ranFor }
  })
}

function saysSomething({ spec, status, tally, ranFor, more }: Past): boolean {
  if (status.is !== 'completed' || more.importedAt !== undefined) return false
  if (ranFor < ENOUGH.milliseconds || tally.planned['restore-then-copy'].items > 0) return false
  const { items, bytes } = doneOf(spec, tally)
  return items >= ENOUGH.items || bytes >= ENOUGH.bytes
}

/** Of a comparison, what was compared. What was skipped elsewhere took next to nothing. */
function doneOf({ kind }: JobSpec, tally: Tally): Count {
  const { copied, moved, deleted, edited, failed } = tally
  const parts = kind === 'parity' ? [skipped(tally), failed] : [copied, moved, deleted, edited]
  return {
    items: parts.reduce((sum, { items }) => sum + items, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

const ways = new WeakMap<JobSpec, string>()

/** One name for all jobs that do the same between the same endpoints. Asked of every job, so made once a spec. */
function wayOf(spec: JobSpec): string {
  const known = ways.get(spec)
  if (known !== undefined) return known
  const between = legsOf(spec).map(({ source, destination }) => {
    const from = endpointName(source.connection.config)
    if (destination === undefined) return from
    const isOne = source.connection.id === destination.connection.id
    return `${from} ${isOne ? '=' : '>'} ${endpointName(destination.connection.config)}`
  })
  const looks = 'verify' in spec ? spec.verify : 'compare' in spec ? spec.compare : ''
  const takesBack = spec.kind === 'undo' ? spec.what : ''
  const way = [spec.kind, takesBack, looks, spec.concurrency ?? '', ...new Set(between)].join('\n')
  ways.set(spec, way)
  return way
}
