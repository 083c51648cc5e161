import type { ObjectHead, Tags, VersionSummary } from '#model/object.ts'
import { codeOf, headOrNothing, isSameSecond, isWrittenSince, readTags } from './look.ts'
import { owedTags } from './properties.ts'
import { attempt } from './retry.ts'
import type { DeleteResult, ObjectId } from './storage.ts'
import { compareEtags, finishCopy, holdsSourceBytes, levelFor } from './verify.ts'
import type { CopyOutcome, CopyWork, DeleteWork, Settled, WorkContext } from './work.ts'

const NOT_DONE = { is: 'not-done' } as const

/**
 * Whether a copy in doubt was done (invariant 7). `since`: the server's clock when its batch was marked, milliseconds.
 * A copy that was done is finished here: its tags put back and verified, as the work asks for.
 */
export async function settleCopy(
  work: CopyWork,
  context: WorkContext,
  since: number,
): Promise<Settled<CopyOutcome>> {
  const found = await findCopy(work, context, since)
  if (!found) return NOT_DONE
  const written = { etag: found.etag, versionId: found.versionId, found }
  const { habits } = context.destination
  // One that came by parts was told its tags by CreateMultipartUpload, and a CopyObject by its directive.
  const tags = found.parts === undefined ? undefined : await tagsOfSource(work, context)
  const keepsTags = found.parts === undefined ? habits.taggingDirective : habits.createUploadTagging
  const outcome = await finishCopy(work, context, written, {
    level: levelFor(work.verify, habits),
    tags,
    owedTags: owedTags(work.properties, keepsTags, tags),
  })
  return { is: 'done', outcome }
}

/** Where an endpoint drops them, they may not have been put back yet. */
async function tagsOfSource(work: CopyWork, context: WorkContext): Promise<Tags | undefined> {
  if (context.destination.habits.createUploadTagging || work.properties.tags.policy !== 'copy')
    return undefined
  return readTags(context.source, work.source, context)
}

/**
 * What our write made, if it was done:
 *
 * | at the destination                                        | ours |
 * |-----------------------------------------------------------|------|
 * | nothing                                                   | no   |
 * | written before `since`                                    | no   |
 * | the very object that the plan remembers                   | no   |
 * | another size, or a digest of other bytes                  | no   |
 * | the version that its history has below it, or older ones  | no   |
 * | anything else                                             | yes  |
 * | somebody else's, and below it a version that is all that  | yes  |
 */
export async function findCopy(
  work: CopyWork,
  context: WorkContext,
  since: number,
): Promise<ObjectHead | undefined> {
  const current = await headOrNothing(context.destination, work.destination, context)
  if (!current || (work.above !== undefined && current.versionId === work.above)) return undefined
  if (isNew(work, current, since) && (await holdsSourceBytes(work, context, current))) return current
  // Only a versioned bucket names versions; there, somebody else's write does not hide ours.
  if (current.versionId === undefined || !isWrittenSince(current.lastModified, since)) return undefined
  const versions = await versionsOf(work.destination, context)
  const last = versions.findIndex(({ versionId }) => versionId === work.above)
  const below = (last < 0 ? versions : versions.slice(0, last)).find(
    (version) =>
      isNew(work, version, since) &&
      version.size === work.size &&
      compareEtags(work.etag, version) !== 'differ',
  )
  if (!below) return undefined
  return headOrNothing(context.destination, { ...work.destination, versionId: below.versionId }, context)
}

function isNew(work: CopyWork, found: { etag: string; lastModified: number }, since: number): boolean {
  if (!isWrittenSince(found.lastModified, since)) return false
  const { expect } = work
  return !(
    expect.is === 'etag' &&
    expect.etag === found.etag &&
    isSameSecond(expect.lastModified, found.lastModified)
  )
}

/** Versions of one key, newest first; those that a copy could be settled by are among the first thousand. */
async function versionsOf(id: ObjectId, context: WorkContext): Promise<VersionSummary[]> {
  const request = { bucket: id.bucket, prefix: id.key }
  const page = await attempt(context, () => context.destination.listVersions(request, context.signal))
  return page.versions.filter((version) => version.key === id.key && !version.isDeleteMarker)
}

/**
 * Whether a delete in doubt was done, in `context.source`: the object is gone, or what stands there was written
 * after it. `since`: the server's clock when its batch was marked, milliseconds.
 */
export async function settleDelete(
  work: DeleteWork,
  context: WorkContext,
  since: number,
): Promise<Settled<DeleteResult>> {
  const id = { bucket: work.bucket, key: work.key }
  const current = await headOrNothing(context.source, id, context)
  if (current) return NOT_DONE
  return { is: 'done', outcome: await findMarker(work, context, since) }
}

/** The delete marker that stands on top, if the bucket is versioned and lets us see. */
async function findMarker(work: DeleteWork, context: WorkContext, since: number): Promise<DeleteResult> {
  const request = { bucket: work.bucket, prefix: work.key, maxKeys: 1 }
  try {
    const page = await attempt(context, () => context.source.listVersions(request, context.signal))
    const top = page.versions[0]
    if (top?.key === work.key && top.isDeleteMarker && isWrittenSince(top.lastModified, since)) {
      return { deleteMarker: true, versionId: top.versionId }
    }
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'access-denied' && code !== 'not-supported') throw error
  }
  return { deleteMarker: false }
}
