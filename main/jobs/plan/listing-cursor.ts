import type { KeyRange } from '../../engine/listing/key-ranges.ts'
import type { KeySoFar } from './choose-purged.ts'
import type { ManifestPlace } from '../../manifest/manifest.ts'
import type { VersionSummary } from '#model/object.ts'

/** How far the listing has come: whole sources, whole segments, then keys of the current one up to and with `after`. */
export interface ListingCursor {
  /** From 0. In the phase `extras` it counts destinations, and segments are stretches of them. */
  readonly source: number
  readonly segment: number
  readonly after?: string | undefined
  /** Where a segment was listed in several ranges at once: those of them that are left. `after` is not there then. */
  readonly ranges?: readonly KeyRange[] | undefined
  /** Of a purge: the key that a page ended in. */
  readonly within?: PurgedKey | undefined
  /** Of keys from a manifest: how far it was read. */
  readonly manifest?: ManifestCursor | undefined
  /** Absent: sources are listed. `extras`: what has no source is looked for. `order`: all is listed, to be ordered. */
  readonly phase?: 'extras' | 'order' | undefined
}

/** How far a manifest was read, and what came of it until there. */
export interface ManifestCursor extends ManifestPlace {
  /** Of the file, as it was when the job was begun. */
  readonly identity: string
  readonly rows: number
  readonly bad: number
  /** Bytes of the side file that are journaled with this; what lies behind them is written once more. */
  readonly badBytes: number
  /** The last key, as long as each was greater than the one before; null: names are kept from now on. */
  readonly last?: string | null | undefined
}

/** A key whose history goes on behind the last version listed. */
export interface PurgedKey extends KeySoFar {
  readonly key: string
  readonly versionId: string
  /** Delete markers under which nothing was found so far that stays; newest first. */
  readonly bare: readonly VersionSummary[]
}

/** The ranges of a segment that are still to be listed, from where the listing stands. */
export function rangesOf({ after, ranges }: ListingCursor): readonly KeyRange[] {
  return ranges ?? [{ after }]
}

/** Where the listing stands with these left of its segment; `then` where nothing is. */
export function leftOf(
  { source, segment }: ListingCursor,
  ranges: readonly KeyRange[],
  then: ListingCursor | undefined,
): ListingCursor | undefined {
  const [only, ...others] = ranges
  if (only === undefined) return then
  if (others.length === 0 && only.to === undefined) return { source, segment, after: only.after }
  return { source, segment, ranges }
}

export const LISTING_START: ListingCursor = { source: 0, segment: 0 }
