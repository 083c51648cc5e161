import type { Failure } from '#model/failure.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { S3_LIMITS } from '#model/object.ts'
import { copyObject } from '../copy-object.ts'
import type { Opened } from '../customer-keys.ts'
import { openWith } from '../customer-keys.ts'
import { compareWholeChecksums, differsFromWanted } from '../compare/differences.ts'
import { checkUnchanged, deleteUnchanged } from './delete-object.ts'
import { codeOf, headDestination, isSameSecond, SEEN_FOR } from '../look.ts'
import { wantedOf, withoutSpentLock } from '../properties.ts'
import type { CustomerKey, DeleteResult } from '../storage.ts'
import { isToFile } from '../to-file.ts'
import type { CopyOutcome, CopyWork, DeleteWork, WorkContext } from '../work.ts'

export interface SourceDeleted extends DeleteResult {
  /** The copy that stands now, where it had to be made once more. */
  readonly mended?: CopyOutcome | undefined
}

/**
 * The second half of a move. Call it once the copy is journaled; it also takes up a delete in doubt.
 * Rejects with `source-changed` or `delete-refused`; the copy stands in both cases.
 *
 * Invariant 1: a source is deleted only after its copy is verified (`head` at least), and the delete carries
 * If-Match with the copied ETag. A HEAD just before compares the date, and that the copy is what it was to be: in
 * metadata, which an ETag does not see, and by full-object checksums, where both sides have one. A website redirect,
 * which CopyObject alone loses, is found there, and the copy is made once more with it; `onMended` is told, and that is
 * durable before the delete. What was seen of the copy counts for seconds: a delete that the pace held back, or that is
 * tried again, looks at it once more in its own slot. In a versioned bucket this writes a delete marker; no version is ever deleted here.
 */
export async function deleteSource(
  work: CopyWork,
  outcome: CopyOutcome,
  context: WorkContext,
  onMended?: (copy: CopyOutcome) => Promise<void>,
): Promise<SourceDeleted> {
  refuseOntoItself(work, context)
  try {
    const copy = outcome.head ?? (await readCopy(work, outcome, context))
    const result = await deleteCopied(work, outcome, copy, context)
    if (!('redirect' in result)) return result
    const mended = await copyWithRedirect(work, copy, context)
    await onMended?.(mended)
    const again = await deleteCopied(work, mended, mended.head ?? copy, context)
    if ('redirect' in again) refuse(work, 'redirect')
    return { ...again, mended }
  } catch (error) {
    throw error instanceof DecantError
      ? new DecantError(refusal(error.failure, work.source.key), { cause: error })
      : error
  }
}

/** The source has a redirect that its copy lacks; nothing was deleted. */
interface LostRedirect {
  readonly redirect: 'lost'
}

function deleteCopied(
  work: CopyWork,
  outcome: CopyOutcome,
  seen: ObjectHead,
  context: WorkContext,
): Promise<DeleteResult | LostRedirect> {
  const { seams } = context
  let copy = seen
  let seenAt = seams.now()
  const { bucket, key, versionId } = work.source
  const { etag, lastModified } = work
  const toDelete: DeleteWork = { bucket, key, versionId, etag, lastModified, mode: 'marker' }
  return deleteUnchanged(toDelete, context, async () => {
    if (seams.now() - seenAt > SEEN_FOR) {
      copy = await readCopyNow(work, outcome, context)
      seenAt = seams.now()
    }
    const source = await openSourceNow(work, context)
    checkUnchanged(toDelete, source.head)
    if (mayBeItself(work, source.head, copy)) refuseItself(work)
    const property = differsFromSource(work, source, copy, context)
    if (property === undefined) return undefined
    const isLost = property === 'redirect' && copy.headers.websiteRedirect === undefined
    if (isLost && work.size <= S3_LIMITS.copyObject) return { redirect: 'lost' as const }
    return refuse(work, property)
  })
}

/** In the slot of the delete; under a customer key it takes a HEAD for each that is tried. */
function openSourceNow(work: CopyWork, context: WorkContext): Promise<Opened> {
  const { source, signal } = context
  const { bucket, key, customerKeys } = work.source
  const { checksums } = source.habits
  return openWith(key, customerKeys, context.findKey, (customerKey) =>
    source.headObject({ bucket, key, customerKey, checksums }, signal),
  )
}

/** In what the copy is not what its policies make of the source as it stands now. */
function differsFromSource(
  work: CopyWork,
  { head, name }: Opened,
  copy: ObjectHead,
  context: WorkContext,
): string | undefined {
  // A file is as it was to be with its bytes, which were compared before it got its name.
  if (isToFile(context)) return undefined
  const now = context.destination.serverTime ?? context.seams.now()
  const all = wantedOf(work.properties, { head, customerKey: name }, work.storageClass)
  const property = differsFromWanted(withoutSpentLock(all, work.properties, now), copy)
  if (property !== undefined) return property
  const checksums = compareWholeChecksums(head, copy)
  if (checksums?.is === 'differ') return `checksum ${checksums.algorithm}`
  const bothTell = head.tagCount !== undefined && copy.tagCount !== undefined
  return work.properties.tags.policy === 'copy' && bothTell && head.tagCount !== copy.tagCount
    ? 'number of tags'
    : undefined
}

/** Over the very copy that was made; as a copy that is not a move's it reads the redirect first. */
function copyWithRedirect(work: CopyWork, copy: ObjectHead, context: WorkContext): Promise<CopyOutcome> {
  const { etag, lastModified } = copy
  const expect = { is: 'etag', etag, lastModified } as const
  const verify = work.verify === 'full' ? 'full' : 'head'
  return copyObject({ ...work, expect, purpose: 'copy', verify }, context)
}

function refuse({ source }: CopyWork, property: string): never {
  fail('delete-refused', 'item', `Its copy has another ${property} than ${source.key} shall have there.`, {
    property,
  })
}

/** Invariant 2, held here once more: whoever planned this, the only copy of an object is never its own source. */
function refuseOntoItself(work: CopyWork, context: WorkContext): void {
  const isSame =
    context.source === context.destination &&
    work.source.bucket === work.destination.bucket &&
    work.source.key === work.destination.key
  if (isSame)
    fail('same-object', 'item', `${work.source.key} was not deleted: source and destination are one object.`)
}

/**
 * The copy, looked at now: it was journaled by an earlier run, or verified by its answer only. Throws `delete-refused`
 * where it does not stand any more.
 */
export async function readCopy(
  work: CopyWork,
  outcome: CopyOutcome,
  context: WorkContext,
): Promise<ObjectHead> {
  const names = keysOfCopy(work)
  const { head } = await openWith(work.destination.key, names, context.findKey, async (customerKey) => {
    const copy = await headDestination(work, context, customerKey, outcome.versionId)
    return copy ?? noCopy()
  })
  return asCopied(work, outcome, head)
}

/** The same in the slot of the delete: one request, which is tried again with it. */
async function readCopyNow(
  work: CopyWork,
  { etag, versionId }: CopyOutcome,
  { destination, findKey, signal }: WorkContext,
): Promise<ObjectHead> {
  const { checksums } = destination.habits
  const names = keysOfCopy(work)
  const look = (customerKey?: CustomerKey): Promise<ObjectHead> =>
    destination.headObject({ ...work.destination, versionId, customerKey, checksums }, signal)
  try {
    const { head } = await openWith(work.destination.key, names, findKey, look)
    return asCopied(work, { etag }, head)
  } catch (error) {
    if (codeOf(error) === 'no-such-key') noCopy()
    throw error
  }
}

function asCopied(work: CopyWork, { etag }: Pick<CopyOutcome, 'etag'>, head: ObjectHead): ObjectHead {
  if (head.etag !== etag || head.size !== work.size) noCopy()
  return head
}

/** The customer keys that the copy may lie under. */
function keysOfCopy({ properties: { encryption }, source }: CopyWork): readonly string[] {
  if (encryption.policy === 'copy') return source.customerKeys
  return encryption.policy === 'set' && encryption.value.kind === 'SSE-C' ? [encryption.value.key] : []
}

function noCopy(): never {
  fail('delete-refused', 'item', 'Its copy is not at the destination any more.')
}

/**
 * Two addresses may lead to one store, which no name tells. A copy onto itself has its own date by then, and
 * `checkUnchanged` refuses; but dates are whole seconds:
 *
 * | bucket and key | written          | version           | may be one object |
 * |----------------|------------------|-------------------|-------------------|
 * | differ         | any              | any               | no                |
 * | the same       | in two seconds   | any               | no                |
 * | the same       | in one second    | another           | no                |
 * | the same       | in one second    | the same, or none | yes               |
 */
function mayBeItself(
  { source, destination }: CopyWork,
  now: Pick<ObjectHead, 'lastModified' | 'versionId'>,
  copy: Pick<ObjectHead, 'lastModified' | 'versionId'>,
): boolean {
  const isNamedAlike = source.bucket === destination.bucket && source.key === destination.key
  return isNamedAlike && isSameSecond(now.lastModified, copy.lastModified) && now.versionId === copy.versionId
}

function refuseItself({ source: { bucket, key } }: CopyWork): never {
  const message = `${bucket}/${key} cannot be told from its copy, which was written in the same second: both addresses may lead to one object.`
  fail('delete-refused', 'item', message)
}

/** Whatever else stands against the delete leaves the object standing beside its copy. */
function refusal(failure: Failure, key: string): Failure {
  if (failure.reach !== 'item' || failure.code === 'source-changed') return failure
  return { ...failure, code: 'delete-refused', message: `${key} was not deleted. ${failure.message}` }
}
