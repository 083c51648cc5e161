import type { BucketTraits, ObjectHead } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'
import type { FieldRule } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'
import type { Properties, SomeProperties } from '#model/properties.ts'
import type { RESTORE_TIERS, VerifyLevel } from '#model/spec.ts'
import type { FindCustomerKey, Part, Storage } from './storage.ts'

/**
 * One object's work, as the plan has it and the runner hands it over. The functions that do it are each in a
 * file of their own (copy-object, copy-parts, relay, delete-source, settle); none of them knows a job or a queue.
 */
export interface CopyWork {
  readonly source: SourceObject
  readonly destination: { readonly bucket: string; readonly key: string }
  /** Of the source as it was planned. Bytes; bare ETag; milliseconds. */
  readonly size: number
  readonly etag: string
  readonly lastModified: number
  readonly storageClass: string
  /** What must stand at the destination's key at the moment of the write. */
  readonly expect: Expectation
  /** Of a history: the version that was written there just before. What lies at it or below it is not this copy. */
  readonly above?: string | undefined
  /** With the job's rules applied to this object. */
  readonly properties: Properties
  readonly verify: VerifyLevel
  readonly partLayout: 'chosen' | 'same'
  /** `move`: the source is looked at before it is deleted, and what a copy lost is mended then. */
  readonly purpose: 'copy' | 'move'
}

export interface SourceObject {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  /** The account that must own the bucket. */
  readonly owner?: string | undefined
  /** Names of the key ring that it may lie under, should it be under SSE-C. */
  readonly customerKeys: readonly string[]
}

/** One object changed where it is; `properties` says in what. */
export interface EditWork {
  readonly object: SourceObject
  /** As it was planned. */
  readonly size: number
  readonly etag: string
  readonly lastModified: number
  readonly storageClass: string
  readonly properties: Properties
  /** What gives this object values of its own, from what it carries; over `properties`. */
  readonly fieldRules?: readonly FieldRule[] | undefined
  /** Cells edited by hand; over the rules. */
  readonly fields?: FieldValues | undefined
  readonly verify: VerifyLevel
  /** Of its bucket, as far as it may be read: `enforced` has no ACLs, so that none is looked for. */
  readonly ownership?: BucketTraits['ownership']
}

/** Told what an edit is about to change. */
export interface EditJournal extends UploadJournal {
  /** What an earlier run remembered of this object; a lost write may have come since. */
  readonly remembered?: SomeProperties | undefined
  /**
   * Durable before the first write: the properties that the edit changes, as they stood, so that an edit by them brings
   * the object back. Not called where nothing is changed.
   */
  remember(before: SomeProperties): Promise<void>
}

/** `nothing`: it is as asked for already, and nothing was written. */
export interface EditOutcome {
  readonly how: 'nothing' | 'in-place' | 're-encrypt' | 'rewrite'
  /** The object's, after it. */
  readonly etag: string
  readonly versionId?: string | undefined
  readonly verified: 'answer' | 'head' | 'full'
  readonly settled: boolean
  /** The endpoint lost its tags, and they were put back: it stood so long without them, milliseconds. */
  readonly withoutTagsFor?: number | undefined
}

/** Two objects that should be alike; `destination` is as the listing found it, undefined where there is none. */
export interface CompareWork {
  readonly source: SourceObject
  readonly destination: { readonly bucket: string; readonly key: string }
  readonly size: number
  readonly etag: string
  readonly level: 'listing' | 'head' | 'full'
}

/** One archived object to ask for. A HEAD tells `archiveTier`; a listing does not. */
export interface RestoreWork {
  readonly object: SourceObject
  readonly storageClass: string
  readonly archiveTier?: ObjectHead['archiveTier']
  readonly tier: (typeof RESTORE_TIERS)[number]
  /** How long the restored copy stays readable. */
  readonly days: number
}

/** A delete marker of the source's history, to be written at the destination, whose bucket keeps versions. */
export interface MarkWork {
  readonly destination: { readonly bucket: string; readonly key: string }
  /** Version id of what this job wrote there just before: a marker of that id is not this one. */
  readonly previous?: string | undefined
}

export type Expectation =
  | { readonly is: 'absent' }
  /** Exactly this object: the conflict policy was decided against it. */
  | { readonly is: 'etag'; readonly etag: string; readonly lastModified: number }
  | { readonly is: 'anything' }

export interface WorkContext {
  readonly source: Storage
  readonly destination: Storage
  readonly seams: Seams
  readonly pace: Pace
  /** The key ring. */
  readonly findKey: FindCustomerKey
  readonly signal: AbortSignal
  /** Told what a person should know of and nobody can mend, e.g. an upload that may or may not be ours. */
  readonly note?: ((text: string) => void) | undefined
  /** Told of each request that was answered by a 5xx, by its operation: S3 does not bill it. */
  readonly unbilled?: ((operation: string) => void) | undefined
}

/** One source object to delete, as it was planned or copied. */
export interface DeleteWork {
  readonly bucket: string
  readonly key: string
  /** Of the object as it was planned. */
  readonly versionId?: string | undefined
  /**
   * `marker`: as S3 deletes by itself, which in a versioned bucket loses nothing. `version`: that very version, for
   * good; only where a history is moved, or a version was named.
   */
  readonly mode: 'marker' | 'version'
  readonly etag: string
  readonly lastModified: number
}

/** One version, or delete marker, of a history that is to go for good; as it was planned. */
export interface VersionWork {
  readonly bucket: string
  readonly key: string
  readonly versionId: string
  readonly isMarker: boolean
  /** Empty for a marker. */
  readonly etag: string
  readonly lastModified: number
}

/** What is left of work in doubt once the server was asked: it was done, or it has to be sent (again). */
export type Settled<T> = { readonly is: 'done'; readonly outcome: T } | { readonly is: 'not-done' }

/** S3 limits the two apart. */
export type RequestKind = 'write' | 'read'

/** Slots for requests to one destination bucket, as many as the adaptive control allows. */
export interface Pace {
  /** Waits for a slot; rejects when the signal aborts. */
  enter(signal: AbortSignal, kind?: RequestKind): Promise<void> | void
  /** Gives it back and says how it went: `slow` is S3's 503 SlowDown and its kin, `failed` no answer to go by. */
  leave(outcome: 'fine' | 'slow' | 'failed', kind?: RequestKind): void
  /** One more waits for its next try, or one less (-1): it has no slot, and is under way all the same. */
  rest?(by: 1 | -1): void
}

export interface CopyOutcome {
  readonly etag: string
  readonly versionId?: string | undefined
  /** How far it was verified: what was asked for, or more where the endpoint demands it. */
  readonly verified: 'answer' | 'head' | 'full'
  /** It was found done when settled, not sent again. */
  readonly settled: boolean
  /** Tags that its write could not carry were put there afterwards: so long it stood without, milliseconds. */
  readonly withoutTagsFor?: number | undefined
  /** What the verification read at the destination (`head` and `full`); not journaled. */
  readonly head?: ObjectHead | undefined
}

/** What the journal remembers of a multipart copy, and what it is told, in this order. */
export interface UploadJournal {
  /** From an earlier run, if there was one. */
  readonly known?:
    | {
        readonly uploadId?: string | undefined
        readonly partSize: number
        readonly parts: readonly Part[]
        readonly intendedAt: number
      }
    | undefined
  /** Durable before CreateMultipartUpload is sent. `at`: the server's clock. */
  intend(partSize: number, at: number): Promise<void>
  /** Durable before the first part is sent. */
  begun(uploadId: string): Promise<void>
  /** A part is done. Grouped with others; lost ones are found again by ListParts. */
  part(part: Part): void
  /** The upload is completed, or aborted: nothing of it is left. */
  ended(): Promise<void>
}
