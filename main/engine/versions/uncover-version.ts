import { fail } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import { deleteVersion } from './delete-version.ts'
import { codeOf, isSameSecond } from '../look.ts'
import { attempt } from '../pace/retry.ts'
import type { SourceObject, WorkContext } from '../work.ts'

/** A version that was made over another one, and shall go so that the other one is the current one again. */
export interface UncoverWork {
  readonly object: SourceObject & { readonly versionId: string }
  /** Of the version that goes. */
  readonly etag: string
  /** The object that it was made over. */
  readonly below: { readonly etag: string; readonly lastModified: number }
}

/**
 * - `uncovered`: the version went, and what it was made over is current again.
 * - `gone`: so it was already.
 * - `bare`: it is current, but what it was made over is not under it any more: to delete it would lose the object.
 * - `held`: it may not be deleted (a lock, rights, MFA delete), or its versions may not be listed.
 */
export type Uncovered = 'uncovered' | 'gone' | 'bare' | 'held'

/**
 * Deletes a version for good, by one look at the newest two versions of its key and one DELETE. Between the two
 * requests somebody else's write may come on top, which stays; S3 has no condition for that.
 * Rejects with `source-changed` where something else is current.
 */
export async function uncoverVersion(work: UncoverWork, context: WorkContext): Promise<Uncovered> {
  const { bucket, key, versionId } = work.object
  try {
    const found = findCover(work, await newestTwo(work, context))
    if (found === 'covered')
      fail('source-changed', 'item', `${key} was written or deleted since: what stands there now is kept.`)
    if (found !== 'on-top') return found
    await deleteVersion(
      { bucket, key, versionId, etag: work.etag, lastModified: 0, mode: 'version' },
      context,
    )
    return 'uncovered'
  } catch (error) {
    const code = codeOf(error)
    if (code === 'access-denied' || code === 'not-supported') return 'held'
    throw error
  }
}

/**
 * | newest version        | the next one              | is      |
 * |-----------------------|---------------------------|---------|
 * | ours                  | what it was made over     | on-top  |
 * | ours                  | anything else, or nothing | bare    |
 * | what it was made over | any                       | gone    |
 * | anything else         | any                       | covered |
 */
export function findCover(
  { object, below }: UncoverWork,
  [top, next]: readonly VersionSummary[],
): 'on-top' | 'bare' | 'gone' | 'covered' {
  const isBelow = (version: VersionSummary | undefined): boolean =>
    version !== undefined && !version.isDeleteMarker && version.etag === below.etag
  if (top?.versionId === object.versionId) return isBelow(next) ? 'on-top' : 'bare'
  return top && isBelow(top) && isSameSecond(top.lastModified, below.lastModified) ? 'gone' : 'covered'
}

/** A key's own versions come before those of all keys that it begins. */
async function newestTwo({ object }: UncoverWork, context: WorkContext): Promise<VersionSummary[]> {
  const { source, signal } = context
  const { bucket, key } = object
  const page = await attempt(context, () => source.listVersions({ bucket, prefix: key, maxKeys: 2 }, signal))
  return page.versions.filter((version) => version.key === key)
}
