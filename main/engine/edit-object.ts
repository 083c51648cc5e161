import { DecantError } from '#model/failure.ts'
import { S3_LIMITS } from '#model/object.ts'
import { decideEdit } from './edit.ts'
import { changeInPlace, reEncrypt } from './edit-in-place.ts'
import type { Looked } from './edit-look.ts'
import { lookAtObject, openObject, whereItIs } from './edit-look.ts'
import { settleEdit } from './edit-settle.ts'
import { codeOf, sourceChanged } from './look.ts'
import { rewriteObject } from './rewrite-object.ts'
import { abandonUpload } from './upload.ts'
import type { EditJournal, EditOutcome, EditWork, UploadJournal, WorkContext } from './work.ts'

/**
 * Changes one object of `context.source` where it is, by the cheapest way (`decideEdit`), from a fresh HEAD that is
 * bound to the planned ETag (invariant 4). `journal` is told of a rewrite above `copyLimit` bytes, which goes by parts.
 *
 * | way        | requests at `answer`                                  | at `head`, `full` |
 * |------------|-------------------------------------------------------|-------------------|
 * | nothing    | HEAD, and tags or ACL where they are asked for        | the same          |
 * | in-place   | these, and one for each of tags, ACL, retention, hold | a HEAD more       |
 * | re-encrypt | HEAD, UpdateObjectEncryption                          | a HEAD more       |
 * | rewrite    | HEAD, the ACL unless the bucket has none, CopyObject  | a HEAD more       |
 *
 * Rejects with `source-changed`, `source-missing`, `archived`, `customer-key`, `not-verified`.
 */
export async function editObject(
  work: EditWork,
  context: WorkContext,
  journal: EditJournal,
  copyLimit: number = S3_LIMITS.copyObject,
): Promise<EditOutcome> {
  const here = whereItIs(context)
  if (journal.known) {
    const settled = await settleEdit(work, context, journal.known.intendedAt)
    if (settled.is === 'done') {
      await abandon(work, here, journal)
      return settled.outcome
    }
  }
  const looked = await lookAsPlanned(work, here, journal)
  const way = decideEdit(looked.known, work.properties, looked.conditions)
  switch (way.how) {
    case 'nothing': {
      const { etag, versionId } = looked.known.head
      return { how: 'nothing', etag, versionId, verified: 'head', settled: false }
    }
    case 'in-place':
      return changeInPlace(work, here, looked, way.inPlace)
    case 're-encrypt': {
      const outcome = await reEncrypt(work, here, looked, way)
      return outcome ?? rewriteObject(work, here, looked, journal, copyLimit)
    }
    case 'rewrite':
      return rewriteObject(work, here, looked, journal, copyLimit)
  }
}

/** The object as it stands, if it still is the planned one; an upload begun for another is taken away. */
async function lookAsPlanned(work: EditWork, here: WorkContext, journal: UploadJournal): Promise<Looked> {
  try {
    const opened = await openObject(work, here)
    const { head } = opened
    if (head.etag !== work.etag || head.size !== work.size) sourceChanged({ source: work.object })
    return await lookAtObject(work, here, opened)
  } catch (error) {
    const isGone = codeOf(error) === 'source-changed' || codeOf(error) === 'source-missing'
    if (isGone && error instanceof DecantError) await abandon(work, here, journal)
    throw error
  }
}

/** Invariant 10: what an earlier run began for this object and nobody needs any more. */
async function abandon(work: EditWork, here: WorkContext, journal: UploadJournal): Promise<void> {
  if (!journal.known) return
  await abandonUpload(work.object, journal.known, here)
  await journal.ended()
}
