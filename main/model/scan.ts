import { z } from 'zod'
import type { Failure } from './failure.ts'
import { filter } from './filter.ts'
import type { ObjectSummary } from './object.ts'
import type { Count } from './plan.ts'

/**
 * A place gone through in the background: its objects counted, searched, or its unfinished uploads found. Nothing is
 * written to S3.
 */
export const scanOf = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('usage'),
    /** Also older versions and delete markers: another listing. */
    versions: z.boolean().default(false),
    /** Also unfinished uploads: a request more for each, for its parts. */
    uploads: z.boolean().default(false),
  }),
  z.strictObject({
    of: z.literal('search'),
    filter: filter.refine(
      ({ tags, metadata, encryption, versions }) =>
        tags.length + metadata.length + encryption.length + versions.length === 0,
      'must ask only for what a listing tells: name, size, date and class',
    ),
  }),
  z.strictObject({ of: z.literal('uploads') }),
])
export type ScanOf = z.infer<typeof scanOf>

export type ScanState =
  | { readonly is: 'running' }
  | { readonly is: 'done' }
  /** By whoever asked for it: what is known is "so far". */
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly failure: Failure }

/** Whole and small: it is sent up to five times a second. */
export interface ScanSnapshot {
  readonly id: string
  /** Counts up with every change. */
  readonly revision: number
  readonly what: ScanOf
  /** The connection's id. */
  readonly connection: string
  readonly bucket: string
  readonly prefix: string
  readonly state: ScanState
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt?: number | undefined
  /** What it sent so far, by operation. */
  readonly requests: Readonly<Record<string, number>>
  /** What was gone through so far: objects, or versions, or uploads. */
  readonly listed: Count
  /** Of a search what matches; of uploads all of them, with the bytes of those that were sized. */
  readonly found: Count
  readonly usage?: UsageCounts | undefined
  /** Of uploads: how many were sized. */
  readonly sized: number
}

export interface UsageCounts {
  /** In the order in which they were met. */
  readonly classes: readonly ClassUsage[]
  readonly deleteMarkers: number
  /** Bytes of their parts; where it was asked for. */
  readonly uploads?: Count | undefined
}
export interface ClassUsage {
  readonly storageClass: string
  /** What a listing shows. */
  readonly current: Count
  /** Older versions, where they were asked for. */
  readonly older: Count
}

/** A row of what was found. `n`: its place, from 0. */
export type ScanRow =
  | { readonly is: 'object'; readonly n: number; readonly object: ObjectSummary }
  | { readonly is: 'upload'; readonly n: number; readonly upload: UnfinishedUpload }

export interface UnfinishedUpload {
  readonly key: string
  readonly uploadId: string
  /** Milliseconds since the epoch. */
  readonly initiatedAt: number
  readonly initiator?: string | undefined
  /** Its parts so far, once they were summed. */
  readonly parts?: Count | undefined
  /** `gone`: completed or aborted by somebody else meanwhile. */
  readonly state: 'there' | 'aborted' | 'gone'
  /** Why it could not be sized, or aborted. */
  readonly failure?: Failure | undefined
  /** The title of the job of ours that goes on with it: it is not aborted. */
  readonly usedBy?: string | undefined
}

export interface UploadsAborted {
  readonly aborted: Count
  /** Left, for a job of ours goes on with them. */
  readonly used: readonly { readonly key: string; readonly job: string }[]
  readonly failed: number
  /** The first one's. */
  readonly failure?: Failure | undefined
}

export const NOTHING: Count = { items: 0, bytes: 0 }

export function plus(count: Count, bytes: number, items = 1): Count {
  return { items: count.items + items, bytes: count.bytes + bytes }
}
