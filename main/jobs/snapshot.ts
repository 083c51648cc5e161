import type { JobRecord } from './record.ts'
import { BROUGHT } from './report/record-imports.ts'
import { freezeTally } from './tally.ts'
import { undoable } from './undo/undoable.ts'
import { isFinished } from '#model/job.ts'
import type { JobSnapshot, LiveFigures, PlaceLabel, Undoable } from '#model/job.ts'
import { describeJob } from '#model/describe-job.ts'
import { PRIORITIES } from '#model/orders.ts'
import { destinationsOf } from '#model/spec.ts'
import type { SourcePlace } from '#model/spec.ts'

/** Of a job that waits for its turn: its place, from 1, and the job for which it waits, wherever it stands. */
export interface Turn {
  readonly place: number | undefined
  readonly after: JobRecord | undefined
}

/** The job as lists and strips show it. */
export function toSnapshot(
  record: JobRecord,
  revision: number,
  ranFor: number,
  live: LiveFigures | undefined,
  turn: Turn,
): JobSnapshot {
  const { spec } = record
  const [first, ...others] = spec.sources
  return {
    id: record.id,
    revision,
    title: describeJob(spec),
    kind: spec.kind,
    sources: [sourceLabel(first), ...others.map(sourceLabel)],
    destinations: destinationsOf(spec).map((place) => labelOf(place, place.prefix)),
    status: record.status,
    draft: record.draft,
    priority: record.more.priority ?? PRIORITIES.normal,
    startAt: record.more.startAt,
    queuePlace: turn.place,
    waitsFor: turn.after && { id: turn.after.id, title: describeJob(turn.after.spec) },
    importedAt: record.more.importedAt,
    listing: record.listing !== undefined && !isFinished(record.status),
    tally: freezeTally(record.tally),
    marking: record.more.marks === undefined ? undefined : true,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    ranFor,
    live,
    undo: isFinished(record.status) ? undoOf(record) : undefined,
  }
}

/** Whether what a job did can be taken back here. */
export function undoOf(record: JobRecord): Undoable {
  return record.more.importedAt === undefined ? undoable(record) : { is: 'no', why: BROUGHT }
}

function sourceLabel(source: SourcePlace): PlaceLabel {
  const [only, second] = source.select
  const prefix = only?.kind === 'prefix' && second === undefined ? only.prefix : source.base
  return labelOf(source, prefix)
}

function labelOf(place: Pick<SourcePlace, 'connection' | 'bucket'>, prefix: string): PlaceLabel {
  return {
    connection: place.connection.name,
    connectionId: place.connection.id,
    bucket: place.bucket,
    prefix,
  }
}
