import type { VersionSummary } from '#model/object.ts'
import type { PurgeRule } from '#model/spec.ts'

const DAY = 24 * 3600 * 1000

/** What the versions of a key that were seen mean for those below them. */
export interface KeySoFar {
  /** Objects among its older versions. */
  readonly older: number
  /** When the version before was made, milliseconds: since then the next one is no longer current. */
  readonly newerSince?: number | undefined
}

/**
 * Which versions of a key go, for good; `versions`: all of them, or the next of a long history, newest first as S3
 * lists them. `now`: the server's clock, milliseconds; it tells whole seconds, while some servers (Ceph) list versions
 * by the millisecond, so with an age of nought no clock is asked: what is older goes, however young it is.
 *
 * | a version                 | no longer current for         | older objects above it | goes |
 * |---------------------------|-------------------------------|------------------------|------|
 * | current, object or marker |                               |                        | no   |
 * | older                     | less than `olderThanDays`     | any                    | no   |
 * | older                     | as long, longer, or it is 0   | fewer than `keep`      | no   |
 * | older                     | as long, longer, or it is 0   | `keep`, or more        | yes  |
 *
 * An older delete marker goes by the same two, but is no object and does not count. A version is no longer current since
 * the next newer one was made, whatever became of others since.
 * Source: "Elements to describe lifecycle actions" (NoncurrentDays, NewerNoncurrentVersions), Amazon S3 User Guide.
 */
export function choosePurged(
  versions: readonly VersionSummary[],
  rule: PurgeRule,
  now: number,
  soFar: KeySoFar = { older: 0 },
): { readonly purged: readonly VersionSummary[]; readonly soFar: KeySoFar } {
  const purged: VersionSummary[] = []
  const youngest = rule.olderThanDays === 0 ? Infinity : now - rule.olderThanDays * DAY
  let { older, newerSince } = soFar
  for (const version of versions) {
    const isOld = !version.isLatest && newerSince !== undefined && newerSince <= youngest
    if (isOld && older >= rule.keep) purged.push(version)
    if (!version.isLatest && !version.isDeleteMarker) older += 1
    newerSince = version.lastModified
  }
  return { purged, soFar: { older, newerSince } }
}

/**
 * The delete markers under which nothing stays, so that they hide nothing; without them the key is gone. `stay`: what
 * stays of a key's versions, newest first; `above`: what this told of those before them.
 *
 * | above | stay                     | bare                        |
 * |-------|--------------------------|-----------------------------|
 * | any   | markers only, or nothing | those above, and these      |
 * | any   | objects among them       | the markers below the last  |
 */
export function bareMarkers(
  stay: readonly VersionSummary[],
  above: readonly VersionSummary[] = [],
): readonly VersionSummary[] {
  const lowest = stay.findLastIndex(({ isDeleteMarker }) => !isDeleteMarker)
  return lowest < 0 ? [...above, ...stay] : stay.slice(lowest + 1)
}
