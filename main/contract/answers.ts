import type { Failure } from '#model/failure.ts'
import type { GridRow } from '#model/grid.ts'
import type { ObjectHead, ObjectSummary, Tags, VersionSummary, Versioning } from '#model/object.ts'
import type { ItemView } from '#model/plan.ts'
import type { ScanRow } from '#model/scan.ts'
import type { JobSpec, Selection } from '#model/spec.ts'
import type { HostCapabilities } from './host.ts'

/** Files of this machine as the sources of a job: one folder, and what of it is meant. */
export interface LocalFolder {
  /** Absolute: the `bucket` of a local place. */
  readonly path: string
  readonly select: readonly Selection[]
  readonly files: number
  readonly folders: number
  /** Of the files named one by one; what the folders hold is not counted. */
  readonly bytes: number
}

export interface BucketProperties {
  readonly region?: string | undefined
  readonly versioning: Versioning
}

export interface BucketHolds {
  /** `older`: nothing that a plain listing shows, but versions or delete markers. */
  readonly objects: 'none' | 'current' | 'older'
  /** Unfinished uploads: up to a thousand, and whether there are more. */
  readonly uploads: number
  readonly moreUploads: boolean
  /** Why nobody can tell. */
  readonly uploadsFailure?: Failure | undefined
}

export interface ScanPage {
  readonly rows: readonly ScanRow[]
  readonly total: number
}

/** Where the link went, and until when it opens. */
export type LinkMade = (
  | { readonly kind: 'copied' }
  /** To be fetched once, and copied: nobody keeps it. */
  | { readonly kind: 'once'; readonly url: string }
) & {
  /** Milliseconds since the epoch. */
  readonly until: number
  /** `keys`: with the temporary keys that it was made with, at `until` at the latest. */
  readonly endsWith: 'time' | 'keys'
}

export interface ListingPage {
  readonly prefixes: readonly string[]
  readonly objects: readonly ObjectSummary[]
  /** Hand it back for the next page; absent on the last. */
  readonly next?: string | undefined
}

export interface ObjectDetails {
  readonly head: ObjectHead
  /** Absent when reading them is not allowed; then `tagsFailure` says why. */
  readonly tags?: Tags | undefined
  readonly tagsFailure?: Failure | undefined
  /** Why the HEAD tells no checksums: to read them of an object under KMS takes a right more. */
  readonly checksumsFailure?: Failure | undefined
  /** The name of the key that opened it, of an object under SSE-C. */
  readonly customerKey?: string | undefined
}

/** Versions, newest first within a key; keys ascending. */
export interface VersionsPage {
  readonly prefixes: readonly string[]
  readonly versions: readonly VersionSummary[]
  /** Hand it back for the next page; absent on the last. */
  readonly next?: string | undefined
}

export interface GridPage {
  readonly rows: readonly GridRow[]
  /** How many the view has altogether. */
  readonly total: number
}

export interface ItemsPage {
  readonly items: readonly ItemView[]
  /** How many match altogether: as counted in the job's tally, or, of what no tally counts, found so far. */
  readonly total: number
  /** They are still being looked for: ask again. */
  readonly looking?: true | undefined
}

/** A job's spec under a name, to be made again. */
export interface JobTemplate {
  readonly id: string
  readonly name: string
  readonly kind: JobSpec['kind']
  /** As the job's title. */
  readonly title: string
  readonly createdAt: number
}

/** A webhook by its name: its URL, and what its calls are signed with, are secrets of the host's and never come out again. */
export interface Webhook {
  readonly name: string
  /** Of its URL. */
  readonly host: string
  readonly createdAt: number
  /** Its calls carry a signature. */
  readonly signed: boolean
}

export type DeliveredFile =
  | { readonly kind: 'saved'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'cancelled' }

export interface AppInfo {
  readonly version: string
  readonly dataDir: string
  readonly platform: string
  readonly host: HostCapabilities
  /** What went wrong at the start without stopping it: a settings file that was set aside. One sentence or two. */
  readonly notice?: string | undefined
}

/** `opened`: the system's file manager shows it; else somebody has to be told where it is. */
export interface ShownFolder {
  readonly path: string
  readonly opened: boolean
}
