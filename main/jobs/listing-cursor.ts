import type { KeySoFar } from './choose-purged.ts'
import type { VersionSummary } from '#model/object.ts'

/** How far the listing has come: whole sources, whole segments, then keys of the current one up to and with `after`. */
export interface ListingCursor {
  /** From 0. In the phase `extras` it counts destinations, and segments are stretches of them. */
  readonly source: number
  readonly segment: number
  readonly after?: string | undefined
  /** Of a purge: the key that a page ended in. */
  readonly within?: PurgedKey | undefined
  /** Absent: sources are listed. `extras`: what has no source is looked for. `order`: all is listed, to be ordered. */
  readonly phase?: 'extras' | 'order' | undefined
}

/** A key whose history goes on behind the last version listed. */
export interface PurgedKey extends KeySoFar {
  readonly key: string
  readonly versionId: string
  /** Delete markers under which nothing was found so far that stays; newest first. */
  readonly bare: readonly VersionSummary[]
}

export const LISTING_START: ListingCursor = { source: 0, segment: 0 }
