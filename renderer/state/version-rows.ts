import type { VersionSummary } from '#model/object.ts'
import { lastPart } from './place.ts'
import { sortRows, type Row, type RowVersion, type Sort } from './rows.ts'

/** A version's line. Its id holds the version's own, so that a selection never slips to a newer one. */
export function versionRow(version: VersionSummary): Row {
  const { key, versionId, isDeleteMarker } = version
  return {
    kind: 'version',
    id: `${versionId}\n${key}`,
    name: lastPart(key),
    size: isDeleteMarker ? undefined : version.size,
    modified: version.lastModified,
    storageClass: isDeleteMarker ? undefined : version.storageClass,
    version: { key, versionId, is: stateOf(version) },
    since: undefined,
  }
}

function stateOf({ isLatest, isDeleteMarker }: VersionSummary): RowVersion['is'] {
  if (isDeleteMarker) return isLatest ? 'marker' : 'old-marker'
  return isLatest ? 'current' : 'noncurrent'
}

export function isMarker({ version }: Row): boolean {
  return version?.is === 'marker' || version?.is === 'old-marker'
}

/**
 * Versions in the order a person asked for. By name they stand under their key, the newest first, whichever way the
 * names go; by anything else each stands for itself.
 */
export function sortVersions(
  containers: readonly Row[],
  versions: readonly Row[],
  sort: Sort,
): readonly Row[] {
  if (sort.by !== 'name') return sortRows(containers, versions, sort)
  if (!sort.descending) return [...containers, ...versions]
  const rows = containers.toReversed()
  for (let end = versions.length; end > 0;) {
    let begin = end - 1
    const key = versions[begin]?.version?.key
    while (begin > 0 && versions[begin - 1]?.version?.key === key) begin -= 1
    for (let at = begin; at < end; at += 1) rows.push(versions[at] as Row)
    end = begin
  }
  return rows
}
