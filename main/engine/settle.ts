import type { ObjectHead, VersionSummary } from '#model/object.ts'
import { wantsKey } from './customer-keys.ts'
import { finishCopy } from './finish.ts'
import { codeOf, headDestination, headOrNothing, isSameSecond, isWrittenSince } from './look.ts'
import type { Prepared } from './prepare.ts'
import { prepare } from './prepare.ts'
import type { Way } from './properties.ts'
import { attempt } from './pace/retry.ts'
import type { DeleteResult, ObjectId } from './storage.ts'
import { directivesOf, owedTags } from './told.ts'
import { clearUnfinished, findFile, isToFile } from './to-file.ts'
import { compareEtags, holdsSourceBytes } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, DeleteWork, Settled, WorkContext } from './work.ts'

const NOT_DONE = { is: 'not-done' } as const

/**
 * Whether a copy in doubt was done (invariant 7). `since`: the server's clock when its batch was marked, milliseconds.
 * A copy that was done is finished here: what it was owed is put there, and it is verified as the work asks for.
 * `by`: how it was sent, which for a relay of a small object nothing else shows.
 */
export async function settleCopy(
  work: CopyWork,
  context: WorkContext,
  since: number,
  by: 'copy' | 'copy-parts' | 'relay' = 'copy',
): Promise<Settled<CopyOutcome>> {
  // Under a customer key, the destination's HEAD already needs to know it.
  const isPlain = work.properties.encryption.policy === 'drop'
  const early = isPlain ? undefined : await prepare(work, context, 'copy-object', 'as-needed')
  const found = await findCopy(work, context, since, early)
  if (isToFile(context)) await clearUnfinished(work, context)
  if (!found) return NOT_DONE
  const written = { etag: found.etag, versionId: found.versionId, found }
  const way: Way = found.parts === undefined && by !== 'relay' ? 'copy-object' : 'bytes'
  const prepared = await prepare(work, context, way, 'as-needed')
  const outcome = await finishCopy(work, context, written, {
    prepared,
    way,
    least: 'head',
    owedTags: owedAfter(work, context, prepared, found, way),
  })
  return { is: 'done', outcome }
}

/** Where an endpoint drops them, they may not have been put back yet. */
function owedAfter(
  { properties }: CopyWork,
  context: WorkContext,
  { wanted, encryption }: Prepared,
  found: ObjectHead,
  way: Way,
): Prepared['wanted']['tags'] {
  const { habits } = context.destination
  const sent = directivesOf(properties, wanted, encryption, habits)
  if (way === 'copy-object') return owedTags(properties, wanted, habits, sent)
  return owedTags(properties, wanted, habits, found.parts === undefined ? 'put' : 'upload')
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
 *
 * Of a file, `findFile` says it.
 */
export async function findCopy(
  work: CopyWork,
  context: WorkContext,
  since: number,
  prepared?: Prepared,
): Promise<ObjectHead | undefined> {
  if (isToFile(context)) return findFile(work, context, prepared)
  const current = await headDestination(work, context, prepared?.destinationKey)
  if (!current || (work.above !== undefined && current.versionId === work.above)) return undefined
  if (isNew(work, current, since) && (await holdsSourceBytes(work, context, current, prepared)))
    return current
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
  return headDestination(work, context, prepared?.destinationKey, below.versionId)
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
  const { bucket, key } = work
  if (await stands({ bucket, key }, context)) return NOT_DONE
  return { is: 'done', outcome: await findMarker(work, context, since) }
}

/** An object under a customer key answers a HEAD by refusing it. */
async function stands(id: ObjectId, context: WorkContext): Promise<boolean> {
  try {
    return (await headOrNothing(context.source, id, context)) !== undefined
  } catch (error) {
    if (wantsKey(error)) return true
    throw error
  }
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
