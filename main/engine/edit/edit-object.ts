import { DecantError } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { S3_LIMITS } from '#model/object.ts'
import { decideEdit } from './edit.ts'
import { hasFields } from './edit-fields.ts'
import { changeInPlace, reEncrypt } from './edit-in-place.ts'
import type { Looked } from './edit-look.ts'
import { lookAtObject, openObject, whereItIs } from './edit-look.ts'
import { rememberedOf } from './edit-remember.ts'
import { settleEdit } from './edit-settle.ts'
import { codeOf, isSameSecond, sourceChanged } from '../look.ts'
import { checkWanted } from '../properties.ts'
import { rewriteObject } from './rewrite-object.ts'
import { abandonUpload } from '../upload.ts'
import type { EditJournal, EditOutcome, EditWork, UploadJournal, WorkContext } from '../work.ts'

/**
 * Changes one object of `context.source` where it is, by the cheapest way (`decideEdit`), from a fresh HEAD that is
 * bound to the planned ETag (invariant 4). `journal` is told of a rewrite above `copyLimit` bytes, which goes by parts.
 *
 * | way        | requests at `answer`                                  | at `head`, `full` |
 * |------------|-------------------------------------------------------|-------------------|
 * | nothing    | HEAD, and tags, ACL or first bytes where they are asked for | the same    |
 * | in-place   | these, and one for each of tags, ACL, retention, hold | a HEAD more       |
 * | re-encrypt | HEAD, UpdateObjectEncryption                          | a HEAD more       |
 * | rewrite    | HEAD, the ACL unless the bucket has none, CopyObject  | a HEAD more       |
 *
 * Rejects with `source-changed`, `source-missing`, `archived`, `customer-key`, `not-verified`, and with `bad-input` for
 * what S3 would refuse, before anything is written.
 */
export async function editObject(
  work: EditWork,
  context: WorkContext,
  journal: EditJournal,
  copyLimit: number = S3_LIMITS.copyObject,
): Promise<EditOutcome> {
  const here = whereItIs(context)
  if (journal.known) {
    const settled = await settleEdit(work, context, journal.known.intendedAt, journal.remembered)
    if (settled.is === 'done') {
      await abandon(work, here, journal)
      return settled.outcome
    }
  }
  const looked = await lookAsPlanned(work, here, journal)
  const { known, conditions } = looked
  const { properties } = looked.work
  const way = decideEdit(known, properties, conditions)
  if (way.how === 'nothing') {
    const { etag, versionId } = known.head
    return { how: 'nothing', etag, versionId, verified: 'head', settled: false }
  }
  if (way.how === 'rewrite') return rewriteObject(looked, here, journal, copyLimit)
  checkWanted(way.inPlace, work.object.key, conditions.now)
  await journal.remember(rememberedOf(known, properties, way, conditions))
  if (way.how === 'in-place') return changeInPlace(looked, here, way.inPlace)
  return (await reEncrypt(looked, here, way)) ?? rewriteObject(looked, here, journal, copyLimit)
}

/** The object as it stands, if it still is the planned one; an upload begun for another is taken away. */
async function lookAsPlanned(work: EditWork, here: WorkContext, journal: EditJournal): Promise<Looked> {
  try {
    const opened = await openObject(work, here)
    if (!isAsPlanned(work, opened.head, journal)) sourceChanged({ source: work.object })
    return await lookAtObject(work, here, opened, journal.remembered)
  } catch (error) {
    const isGone = codeOf(error) === 'source-changed' || codeOf(error) === 'source-missing'
    if (isGone && error instanceof DecantError) await abandon(work, here, journal)
    throw error
  }
}

/**
 * | bytes | rewritten since the plan | what comes of rules is    | an earlier run was to write | is it |
 * |-------|--------------------------|---------------------------|-----------------------------|-------|
 * | other | any                      | any                       | any                         | no    |
 * | same  | no                       | any                       | any                         | yes   |
 * | same  | yes                      | not asked for             | any                         | yes   |
 * | same  | yes                      | asked for                 | no                          | yes   |
 * | same  | yes                      | asked for                 | yes                         | no: a rule would do its work twice, should it have been ours |
 */
function isAsPlanned(work: EditWork, head: ObjectHead, { remembered }: EditJournal): boolean {
  if (head.etag !== work.etag || head.size !== work.size) return false
  return !hasFields(work) || remembered === undefined || isSameSecond(head.lastModified, work.lastModified)
}

/** Invariant 10: what an earlier run began for this object and nobody needs any more. */
async function abandon(work: EditWork, here: WorkContext, journal: UploadJournal): Promise<void> {
  if (!journal.known) return
  await abandonUpload(work.object, journal.known, here)
  await journal.ended()
}
