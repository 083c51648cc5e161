import type { Failure } from '#model/failure.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { codeOf, headOrNothing, isRefusedCondition, isSameSecond } from './look.ts'
import { findDifference } from './properties.ts'
import { attempt } from './retry.ts'
import { settleDelete } from './settle.ts'
import type { DeleteResult } from './storage.ts'
import type { CopyOutcome, CopyWork, DeleteWork, WorkContext } from './work.ts'

/**
 * The second half of a move. Call it once the copy is journaled; it also takes up a delete in doubt.
 * Rejects with `source-changed` or `delete-refused`; the copy stands in both cases.
 *
 * Invariant 1: a source is deleted only after its copy is verified (`head` at least), and the delete carries
 * If-Match with the copied ETag. A HEAD just before compares the date and the metadata, which an ETag does not see.
 * In a versioned bucket this writes a delete marker; no version is ever deleted here.
 */
export async function deleteSource(
  work: CopyWork,
  outcome: CopyOutcome,
  context: WorkContext,
): Promise<DeleteResult> {
  refuseOntoItself(work, context)
  const { bucket, key, versionId } = work.source
  const { etag, lastModified } = work
  const toDelete: DeleteWork = { bucket, key, versionId, etag, lastModified, mode: 'marker' }
  const copy = outcome.head ?? (await readCopy(work, outcome, context))
  try {
    return await deleteUnchanged(toDelete, context, async () => {
      const source = await context.source.headObject({ bucket, key }, context.signal)
      checkUnchanged(toDelete, source)
      const property = findDifference(source, copy)
      if (property === undefined) return
      fail('delete-refused', 'item', `${key} was not deleted: its copy has another ${property}.`, {
        property,
      })
    })
  } catch (error) {
    throw error instanceof DecantError
      ? new DecantError(refusal(error.failure, key), { cause: error })
      : error
  }
}

/** A delete job's one object, in `context.source`; only as it was planned. */
export async function deletePlain(work: DeleteWork, context: WorkContext): Promise<DeleteResult> {
  if (context.source.habits.deleteIfMatch) return deleteUnchanged(work, context)
  const { bucket, key } = work
  return deleteUnchanged(work, context, async () => {
    checkUnchanged(work, await context.source.headObject({ bucket, key }, context.signal))
  })
}

/**
 * Always the conditional form. `look` comes before it in the same slot, and again with every try, so that no waiting
 * for a slot lies between what was seen and what is deleted.
 */
async function deleteUnchanged(
  work: DeleteWork,
  context: WorkContext,
  look?: () => Promise<void>,
): Promise<DeleteResult> {
  const { source, signal } = context
  const { bucket, key, etag } = work
  const since = source.serverTime ?? -Infinity
  const send = async (): Promise<DeleteResult> => {
    await look?.()
    return source.deleteObject({ bucket, key, ifMatch: etag }, signal)
  }
  try {
    return await attempt(context, send, { settle: () => settleDelete(work, context, since) })
  } catch (error) {
    // Gone already: an earlier try of ours, or somebody else. The copy was looked at, so nothing is lost.
    if (codeOf(error) === 'no-such-key') return settledDelete(work, context)
    if (isRefusedCondition(error)) changed(work)
    throw error
  }
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

/** The copy, looked at now: it was journaled by an earlier run, or verified by its answer only. */
async function readCopy(work: CopyWork, outcome: CopyOutcome, context: WorkContext): Promise<ObjectHead> {
  const id = { ...work.destination, versionId: outcome.versionId }
  const copy = await headOrNothing(context.destination, id, context)
  if (copy?.etag !== outcome.etag || copy.size !== work.size) {
    const message = `${work.source.key} was not deleted: its copy is not at the destination any more.`
    fail('delete-refused', 'item', message)
  }
  return copy
}

function checkUnchanged(work: DeleteWork, head: ObjectHead): void {
  const isOther =
    head.etag !== work.etag ||
    !isSameSecond(head.lastModified, work.lastModified) ||
    (work.versionId !== undefined && head.versionId !== undefined && head.versionId !== work.versionId)
  if (isOther) changed(work)
}

async function settledDelete(work: DeleteWork, context: WorkContext): Promise<DeleteResult> {
  const settled = await settleDelete(work, context, work.lastModified)
  if (settled.is === 'done') return settled.outcome
  changed(work)
}

function changed(work: DeleteWork): never {
  fail('source-changed', 'item', `${work.key} was not deleted: it changed since it was planned.`)
}

/** Whatever else stands against the delete leaves the object standing beside its copy. */
function refusal(failure: Failure, key: string): Failure {
  if (failure.reach !== 'item' || failure.code === 'source-changed') return failure
  return { ...failure, code: 'delete-refused', message: `${key} was not deleted. ${failure.message}` }
}
