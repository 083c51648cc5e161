import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { codeOf, isRefusedCondition, isSameSecond } from '../look.ts'
import { attempt } from '../pace/retry.ts'
import { settleDelete } from '../settle.ts'
import type { DeleteResult } from '../storage.ts'
import type { DeleteWork, WorkContext } from '../work.ts'

/** A delete job's one object, in `context.source`; only as it was planned. */
export async function deletePlain(work: DeleteWork, context: WorkContext): Promise<DeleteResult> {
  if (context.source.habits.deleteIfMatch) return deleteUnchanged<never>(work, context)
  const { bucket, key } = work
  const look = async (): Promise<undefined> => {
    checkUnchanged(work, await context.source.headObject({ bucket, key }, context.signal))
  }
  return deleteUnchanged<never>(work, context, look)
}

/**
 * Always the conditional form; a version goes by `deleteVersion`. `look` comes before it in the same slot, and again
 * with every try, so that no waiting for a slot lies between what was seen and what is deleted; what it returns stops
 * the delete.
 */
export async function deleteUnchanged<Stop>(
  work: DeleteWork,
  context: WorkContext,
  look?: () => Promise<Stop | undefined>,
): Promise<DeleteResult | Stop> {
  const { source, signal } = context
  const { bucket, key, etag } = work
  if (!source.habits.deleteIfMatch) noteWeakDelete(context)
  const since = source.serverTime ?? -Infinity
  const send = async (): Promise<DeleteResult | Stop> => {
    const stop = await look?.()
    if (stop) return stop
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

function noteWeakDelete({ source, note }: WorkContext): void {
  note?.(
    `${source.habits.name} ignores If-Match on a delete: Decant looked at each object just before its delete ` +
      'instead. What somebody else writes in between is deleted.',
  )
}

export function checkUnchanged(work: DeleteWork, head: ObjectHead): void {
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
