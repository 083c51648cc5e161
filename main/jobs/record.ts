import type { ListingCursor } from './plan/listing-cursor.ts'
import type { Mark } from './causes/mark.ts'
import type { Expected } from './plan/expected.ts'
import type { MutableTally } from './tally.ts'
import type { Freshness, JobStatus } from '#model/job.ts'
import type { ManifestProgress } from '#model/manifest.ts'
import type { Budget } from '#model/orders.ts'
import type { Versioning } from '#model/object.ts'
import type { Quantities } from '#model/quantities.ts'
import type { ArchivePolicy, JobSpec } from '#model/spec.ts'
import type { Delivery, Told } from '#model/report.ts'
import type { ConflictAnswer, ItemQuery } from '#model/plan.ts'

/** A job in memory: its row in the journal, kept in step with it. */
export interface JobRecord {
  /** Short number by which its items are found. */
  readonly n: number
  readonly id: string
  readonly spec: JobSpec
  readonly createdAt: number
  draft: boolean
  status: JobStatus
  tally: MutableTally
  /** Where to go on listing; undefined when the plan is complete. */
  listing: ListingCursor | undefined
  /** Position in the plan that the next item gets. */
  nextSeq: number
  /** Items below it may have been sent; none at or above it was. */
  sentBelow: number
  /** The server's clock when the oldest mark was set that still has unsettled items below it. Milliseconds. */
  markedAt: number | undefined
  /** The server's clock at the first mark of all. */
  firstMarkAt: number | undefined
  startedAt: number | undefined
  endedAt: number | undefined
  /** Milliseconds it really ran, up to the last time it stopped. */
  ranFor: number
  requests: Record<string, number>
  /** What its plan will send, as far as it is made. */
  expected: Expected
  /** What it takes, for its price; likewise. */
  quantities: Quantities
  notes: readonly string[]
  /** What only some jobs have. */
  more: JobMore
}

/** An answer about some items of a plan. Those before `next` have it. */
export interface PendingAnswer {
  readonly which: { readonly seqs: readonly number[] } | { readonly query: ItemQuery }
  readonly answer: ConflictAnswer
  /** Position in the plan, from 1. */
  readonly next: number
}

/** How far a second look at a plan has come. */
export interface PendingRefresh {
  /** It was a draft, and is one again if it is not started. */
  readonly draft: boolean
  readonly is: 'asked' | 'under-way' | 'through'
  /** What comes after it; undefined: nothing. */
  readonly start?: { readonly when: 'now' | 'queue'; readonly stale: 'ask' | 'go-on' } | undefined
}

/** One column of JSON: a member here needs no change of the schema. Saved by `save` and by `saveMore`. */
export interface JobMore {
  priority?: number | undefined
  /** Milliseconds since the epoch. */
  startAt?: number | undefined
  /** Said since the spec; null: without one. */
  budget?: Budget | null | undefined
  /** Requests of all runs that may have been sent by now, where a budget has a limit of them; while it runs. */
  granted?: number | undefined
  /** Requests that a killed process may have sent besides those that `requests` counts. */
  unaccounted?: number | undefined
  /** Requests of all runs that were answered by a 5xx, by operation: they count as requests, and cost nothing. */
  unbilled?: Readonly<Record<string, number>> | undefined
  freshness?: Freshness | undefined
  manifest?: ManifestProgress | undefined
  /** The server's clock when a run of it ended last, milliseconds: it wrote nothing later. */
  wroteUntil?: number | undefined
  /** Of the buckets that it writes to, as far as it had to be asked; by their names. null: it may not be read. */
  versioning?: Readonly<Record<string, Versioning | null>> | undefined
  /** Planned, and kept for later: it waits to be started, also after a restart of this program. */
  kept?: true | undefined
  /** Its names at the destinations are kept count of, whatever its spec needs: somebody kept both of two. */
  namesKept?: true | undefined
  /** What is still to be answered, in this order. */
  answers?: readonly PendingAnswer[] | undefined
  /** The plan is being looked at anew. */
  refresh?: PendingRefresh | undefined
  /** From another data directory: milliseconds since the epoch. */
  importedAt?: number | undefined
  /** Failed items that are to be tried again or left, as far as they are not marked yet. */
  marks?: readonly Mark[] | undefined
  /** Something is asked of some of its items alone (`store.edits.own`). Edits from a grid and undos need not say so. */
  asksOwn?: true | undefined
  /** The policy under which archived ones were taken up again last. */
  archived?: ArchivePolicy | undefined
  /** Keys of the key ring that are tried before those that the sources name. */
  customerKeys?: readonly string[] | undefined
  /** Of a job that is over: what became of the report that its spec orders, and of its webhook's call. */
  delivery?: Delivery | undefined
  told?: Told | undefined
}
