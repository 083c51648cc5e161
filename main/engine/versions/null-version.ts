import { fail } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import { codeOf, isSameSecond } from '../look.ts'
import type { ObjectId, Storage } from '../storage.ts'
import type { VersionWork, WorkContext } from '../work.ts'

/** The newest versions of a key, at most so many. */
export async function listedFirst(
  source: Storage,
  { bucket, key }: Pick<ObjectId, 'bucket' | 'key'>,
  most: number,
  signal: AbortSignal,
): Promise<readonly VersionSummary[]> {
  // Newest first within a key, and the key itself before all others that it is a prefix of.
  const { versions } = await source.listVersions({ bucket, prefix: key, maxKeys: most }, signal)
  return versions.filter((version) => version.key === key)
}

/**
 * A bucket whose versioning is suspended writes over the version of a key that is called `null`, so its id alone does
 * not say that it is the one that was planned. To be called in the slot in which it is deleted.
 *
 * | planned | there now                       | throws         |
 * |---------|---------------------------------|----------------|
 * | any     | nothing                         |                |
 * | object  | that one, by ETag and date      |                |
 * | object  | another, or a marker            | source-changed |
 * | marker  | a marker                        |                |
 * | marker  | an object                       | source-changed |
 */
export async function checkNull(work: VersionWork, { source, signal }: WorkContext): Promise<void> {
  const { bucket, key, versionId, isMarker } = work
  const changed = (): never =>
    fail(
      'source-changed',
      'item',
      `The version null of ${key} was not deleted: it changed since it was planned.`,
    )
  try {
    const head = await source.headObject({ bucket, key, versionId }, signal)
    if (isMarker || head.etag !== work.etag || !isSameSecond(head.lastModified, work.lastModified)) changed()
  } catch (error) {
    const code = codeOf(error)
    if (code === 'no-such-key') return
    // A HEAD of a marker by its id is answered with 405.
    if (code !== 'not-supported') throw error
    if (!isMarker) changed()
  }
}
