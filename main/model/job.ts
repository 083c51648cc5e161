import type { Failure, FailureCode } from './failure.ts'
import type { ManifestProgress } from './manifest.ts'
import type { Budget } from './orders.ts'
import type { Action, Count, PlanWarning, SkipReason } from './plan.ts'
import type { Estimate } from './prices.ts'
import type { Delivery, Told } from './report.ts'
import type { JobSpec } from './spec.ts'

export const PAUSE_REASONS = [
  'user',
  'offline',
  'refused',
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

/** Paused, as a connection leads to another store than when the job was made: no keys are missing. */
export function leadsElsewhere(status: JobStatus): boolean {
  return status.is === 'paused' && status.failure?.code === 'connection-changed'
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
  readonly priority: number
  /** Milliseconds since the epoch: it waits for that moment. */
  readonly startAt?: number | undefined
  /** Its place among those that wait, from 1. */
  readonly queuePlace?: number | undefined
  /** Of one that waits: the running job that it must not work beside, as what one of them relies on the other takes. */
  readonly waitsFor?: { readonly id: string; readonly title: string } | undefined
  /** Brought here from another data directory, to be looked at: when, milliseconds since the epoch. */
  readonly importedAt?: number | undefined
  /** The listing still goes on: counts are "so far". */
  readonly listing: boolean
  readonly tally: Tally
  /** Failed items are being put back into the plan, or left: counts change until all of them are. */
  readonly marking?: true | undefined
  readonly createdAt: number
  readonly startedAt?: number | undefined
  readonly endedAt?: number | undefined
  /** Milliseconds it really ran, without its pauses. */
  readonly ranFor: number
  readonly live?: LiveFigures | undefined
  /** Of a job that is over: whether what it did can be taken back by `jobs.undo`. */
  readonly undo?: Undoable | undefined
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
  /** What would have to be done first, where that is known. */
  readonly fix: Fix
}

/**
 * `credentials`: other keys, or a sign-in. `rights`: statements that grant them (`jobs.rights`). `restore`: from the
 * archive, by `jobs.retry` with a tier. `customer-key`: another key of the key ring, likewise.
 */
export type Fix = 'none' | 'credentials' | 'rights' | 'restore' | 'customer-key'

/** A right that is missing, or will be needed, and where that is known from. */
export interface MissingRight {
  /** As IAM has it: `s3:GetObjectTagging`, `kms:Decrypt`. */
  readonly action: string
  /** ARN; `*` stands for any characters. */
  readonly resource: string
  /**
   * `denied`: a request was refused for it. `maybe`: one was, and the store does not say for which of several rights.
   * `read`: asking beforehand was refused. `forbidden`: a policy denies it, whatever others allow.
   */
  readonly known: 'denied' | 'maybe' | 'read' | 'forbidden'
  /** Of `read`, those that were looked at. */
  readonly items: number
  /** A sentence. */
  readonly why: string
}

/** A policy, written out to be copied. */
export interface WrittenPolicy {
  /** Where it belongs: `identity`: to the user or role; `bucket`: of another account; `key`: the key's policy. */
  readonly of: 'identity' | 'bucket' | 'key'
  /** The bucket's name, or the key's ARN. */
  readonly name?: string | undefined
  /** JSON, indented. */
  readonly text: string
  /** A sentence: what is done with it. */
  readonly how: string
}

/** Rights found missing, and policies that would grant them, written out to be copied. */
export interface RightsReport {
  readonly missing: readonly MissingRight[]
  readonly policies: readonly WrittenPolicy[]
  /** All that the job needs, whether missing or not: one policy. */
  readonly needed: string
  /** Of a plan that waits for its start: how many of its objects would be denied, as far as a sample of them tells. */
  readonly denies: 'none' | 'some' | 'all'
  /** Sentences: what else is to be known. */
  readonly notes: readonly string[]
}

/** How far a plan still holds. */
export interface Freshness {
  /** When source and destination were looked at last, milliseconds since the epoch. */
  readonly lookedAt: number
  /** What the last look at a finished plan found: items planned anew, new ones, and those whose source is gone. */
  readonly changed: number
  readonly added: number
  readonly gone: number
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
  /** Of a job that is not over: whether what it is going to do could be. */
  readonly undoLater?: Undoable | undefined
  readonly estimate: Estimate
  /** How many items of the plan each warning is about. */
  readonly warnings: Readonly<Partial<Record<PlanWarning, Count>>>
  /** Of a plan that is complete. */
  readonly freshness?: Freshness | undefined
  readonly manifest?: ManifestProgress | undefined
  /** What counts now: the spec's, or what was said since. */
  readonly budget?: Budget | undefined
  /** By the price file, so far. Absent where the prices are not known. */
  readonly spentUsd?: number | undefined
  /** Of a job that is over and orders them: where its report is, and whether its webhook was told. */
  readonly delivery?: Delivery | undefined
  readonly told?: Told | undefined
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
