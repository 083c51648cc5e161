import type { Failure, FailureCode } from './failure.ts'
import type { Action, Count, SkipReason } from './plan.ts'
import type { JobSpec } from './spec.ts'

export const PAUSE_REASONS = [
  'user',
  'offline',
  'credentials',
  'interrupted',
  'storage',
  'folder',
  'restore',
  'schedule',
  'budget',
] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

/** Where a job stands. How well it went is its tally: "completed with failures" is counted, never stored. */
export type JobStatus =
  | { readonly is: 'queued' }
  | { readonly is: 'planning' }
  /** Planned, and waiting for somebody to start it. */
  | { readonly is: 'ready' }
  | { readonly is: 'running' }
  | {
      readonly is: 'paused'
      readonly reason: PauseReason
      readonly since: number
      readonly failure?: Failure | undefined
    }
  | { readonly is: 'cancelled' }
  | { readonly is: 'completed' }
  | { readonly is: 'failed'; readonly failure: Failure }

export function isFinished(status: JobStatus): boolean {
  return status.is === 'cancelled' || status.is === 'completed' || status.is === 'failed'
}

/** What was listed, planned and done: three counts, never mixed. */
export interface Tally {
  readonly listed: Count
  /** By action, as planned last. */
  readonly planned: Readonly<Record<Action, Count>>
  /** By reason; also what turned out as skipped only when it was looked at: equal, or as asked for already. */
  readonly skipped: Readonly<Record<SkipReason, Count>>
  /** Keys that exist at the destination and will be, or were, written over. */
  readonly conflicts: number
  readonly copied: Count
  readonly moved: Count
  readonly deleted: Count
  readonly edited: Count
  readonly failed: Count
  /** Did not pass the job's filter: no item of the plan, and not in `listed`. */
  readonly filtered: Count
  /** Asked for from the archive and not yet readable. */
  readonly restoring: Count
}

/** Done in any way, also skipped and failed. */
export function settledItems(tally: Tally): number {
  return (
    tally.copied.items +
    tally.moved.items +
    tally.deleted.items +
    tally.edited.items +
    tally.failed.items +
    skipped(tally).items
  )
}

/** Left as they are, for whatever reason. */
export function skipped(tally: Tally): Count {
  const all = Object.values(tally.skipped)
  return {
    items: all.reduce((sum, { items }) => sum + items, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** A job as lists, strips and the pour sheet show it. Small: it is sent up to five times a second. */
export interface JobSnapshot {
  readonly id: string
  /** Counts up with every change, so that an old snapshot is never taken for a newer one. */
  readonly revision: number
  readonly title: string
  readonly kind: JobSpec['kind']
  /** At least one. */
  readonly sources: readonly [PlaceLabel, ...PlaceLabel[]]
  readonly destinations: readonly PlaceLabel[]
  readonly status: JobStatus
  /** Made by the pour sheet and not yet started: shown nowhere else, gone with the sheet. */
  readonly draft: boolean
  /** The listing still goes on: counts are "so far". */
  readonly listing: boolean
  readonly tally: Tally
  readonly createdAt: number
  readonly startedAt?: number | undefined
  readonly endedAt?: number | undefined
  /** Milliseconds it really ran, without its pauses. */
  readonly ranFor: number
  readonly live?: LiveFigures | undefined
}

export interface PlaceLabel {
  readonly connection: string
  readonly connectionId: string
  readonly bucket: string
  readonly prefix: string
}

/** Only while it runs. */
export interface LiveFigures {
  readonly objectsPerSecond: number
  readonly bytesPerSecond: number
  readonly inFlight: number
  /** What the adaptive control allows at present. */
  readonly concurrency: number
  /** Times S3 asked to slow down. */
  readonly throttled: number
  /** Seconds, the slower of objects and bytes; absent while there is no rate to base it on. */
  readonly secondsLeft?: number | undefined
}

/** One point of the throughput chart. */
export interface Sample {
  /** Milliseconds since the epoch, the end of the span. */
  readonly at: number
  readonly objectsPerSecond: number
  readonly bytesPerSecond: number
  readonly concurrency: number
  readonly throttled: number
}

export interface FailureGroup {
  readonly code: FailureCode
  /** S3's code, where S3 said it; of objects that differ, in which properties. */
  readonly s3Code?: string | undefined
  readonly items: number
  /** The first one's sentence stands for the group. */
  readonly example: Failure
  readonly exampleKey: string
  /** What can be done about it: retried as it is, or only planned anew. */
  readonly retry: 'retry' | 'plan-again' | 'none'
}

export interface LogEntry {
  readonly at: number
  readonly text: string
  readonly failure?: Failure | undefined
}

export interface JobDetail {
  readonly snapshot: JobSnapshot
  readonly spec: JobSpec
  readonly requests: Readonly<Record<string, number>>
  /** What carrying the plan out sends; without where nobody can tell. */
  readonly expected?: ExpectedRequests | undefined
  readonly failures: readonly FailureGroup[]
  readonly samples: readonly Sample[]
  readonly log: readonly LogEntry[]
  /** Weak points to know of, e.g. "this endpoint ignores If-None-Match, Decant looked instead". */
  readonly notes: readonly string[]
  /** Whether what it did can be taken back by `jobs.undo`. */
  readonly undo: Undoable
}

/**
 * By operation, where nothing goes wrong and nothing has to be sent twice; what the plan itself sent is not in it.
 * `at-most`: some objects may turn out to be as asked for already, or to need less.
 */
export interface ExpectedRequests {
  readonly is: 'exact' | 'at-most'
  readonly requests: Readonly<Record<string, number>>
}

/** `why`: a sentence, what stands against it or what will not come back. */
export type Undoable =
  { readonly is: 'yes' } | { readonly is: 'partly' | 'no' | 'not-yet'; readonly why: string }
