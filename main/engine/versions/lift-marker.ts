import { fail } from '#model/failure.ts'
import { checkNull, listedFirst } from './null-version.ts'
import { AS_WRITE, attempt } from '../pace/retry.ts'
import type { DeleteResult } from '../storage.ts'
import type { VersionWork, WorkContext } from '../work.ts'

/** Versions that are looked at; with more on top of it since it was planned, it is certainly not on top. */
const MOST = 100

/**
 * Removes a delete marker by its id, so that what is under it is current again, in `context.source`; in the same slot it
 * is looked at what is on top.
 *
 * | the marker | on top now        | is done                                 |
 * |------------|-------------------|-----------------------------------------|
 * | there      | it, or another marker | removed                             |
 * | there      | an object         | source-changed: the key is there again  |
 * | gone       | any               | nothing: it was done, by us or others   |
 */
export async function liftMarker(work: VersionWork, context: WorkContext): Promise<DeleteResult> {
  const { source, signal } = context
  const { bucket, key, versionId } = work
  return attempt(
    context,
    async () => {
      const versions = await listedFirst(source, work, MOST, signal)
      const isThere = versions.some((version) => version.versionId === versionId) || versions.length === MOST
      if (!isThere) return { deleteMarker: true, versionId }
      if (versions[0]?.isDeleteMarker !== true) {
        fail('source-changed', 'item', `${key} is there again: it was written anew since it was planned.`)
      }
      if (versionId === 'null') await checkNull(work, context)
      return source.deleteObject({ bucket, key, versionId }, signal)
    },
    AS_WRITE,
  )
}
