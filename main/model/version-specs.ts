import { EDIT_DEFAULTS } from './properties.ts'
import type { ArchivePolicy, PourSpec, PurgeRule, PurgeSpec, RewindSpec, SourcePlace } from './spec.ts'
import { PLAIN_POUR, PLAIN_SOURCE } from './spec.ts'

/** What of a bucket; `base`: what all of it begins with. */
export type VersionPlace = Pick<SourcePlace, 'connection' | 'bucket' | 'select' | 'base'> &
  Partial<SourcePlace>

/** Deletes the old versions of these keys that `rule` means, for good. */
export function purgeSpec(place: VersionPlace, rule: PurgeRule): PurgeSpec {
  return { v: 1, kind: 'delete', sources: [allVersions(place)], purge: rule }
}

/** Brings these keys back to what they were. */
export function rewindSpec(
  place: VersionPlace,
  to: RewindSpec['to'],
  archived: ArchivePolicy = { do: 'refuse' },
): RewindSpec {
  return { v: 1, kind: 'rewind', sources: [allVersions(place)], verify: 'auto', archived, to }
}

/** Whoever works on versions looks at all of them. */
function allVersions(place: VersionPlace): SourcePlace {
  return { ...PLAIN_SOURCE, ...place, versions: { take: 'all' } }
}

/**
 * Copies one version on top of its own key, with everything that it carries; of the version that is current already
 * nothing is done. In a bucket whose versioning is not enabled, what is current would be written over.
 */
export function restoreVersionSpec(
  place: Omit<VersionPlace, 'select' | 'base' | 'versions'>,
  { key, versionId }: { readonly key: string; readonly versionId: string },
  archived: ArchivePolicy = { do: 'refuse' },
): Extract<PourSpec, { kind: 'copy' }> {
  const source: SourcePlace = {
    ...PLAIN_SOURCE,
    ...place,
    select: [{ kind: 'object', key, versionId }],
    base: key,
  }
  const { connection, bucket, owner, requesterPays } = source
  return {
    ...{ v: 1, kind: 'copy', sources: [source] },
    // The whole key is cut off the front, so the prefix is its name.
    destinations: [{ connection, bucket, prefix: key, requesterPays, ...(owner !== undefined && { owner }) }],
    ...PLAIN_POUR,
    ...{ conflict: 'overwrite', verify: 'auto', archived, properties: EDIT_DEFAULTS, deleteExtra: false },
  }
}
