import { fail } from '#model/failure.ts'
import { headOrNothing } from '../look.ts'
import { checkNull } from './null-version.ts'
import { AS_WRITE, attempt } from '../pace/retry.ts'
import type { DeleteResult, ObjectId } from '../storage.ts'
import type { DeleteWork, WorkContext } from '../work.ts'

/** The copy of a version, which has to stand before the version goes. */
export interface StandingCopy extends ObjectId {
  readonly etag: string
  /** Bytes. */
  readonly size: number
}

/**
 * Deletes one version for good, by its id, in `context.source`. No condition can be sent with it and none is needed: a
 * version never changes, but the one called `null`, which is looked at. Invariant 1: of a move, its copy is looked at
 * first. Sent twice it does no harm, and one that is gone already is as good.
 * Source: "Deleting object versions from a versioning-enabled bucket", Amazon S3 User Guide.
 */
export async function deleteVersion(
  work: DeleteWork & { readonly versionId: string },
  context: WorkContext,
  copy?: StandingCopy,
): Promise<DeleteResult> {
  const { source, signal } = context
  const { bucket, key, versionId } = work
  if (copy !== undefined) await checkCopy(work, copy, context)
  return attempt(
    context,
    async () => {
      // A marker has no ETag.
      if (versionId === 'null') await checkNull({ ...work, isMarker: work.etag === '' }, context)
      return source.deleteObject({ bucket, key, versionId }, signal)
    },
    AS_WRITE,
  )
}

async function checkCopy(work: DeleteWork, copy: StandingCopy, context: WorkContext): Promise<void> {
  const { bucket, key, versionId } = copy
  const head = await headOrNothing(context.destination, { bucket, key, versionId }, context)
  if (head?.etag === copy.etag && head.size === copy.size) return
  const message = `Version ${work.versionId} of ${work.key} was not deleted: its copy is not at the destination any more.`
  fail('delete-refused', 'item', message)
}
