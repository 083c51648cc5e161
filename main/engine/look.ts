import type { FailureCode } from '#model/failure.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { RequestContext } from './retry.ts'
import { attempt } from './retry.ts'
import type { HeadObject, ObjectId, Storage } from './storage.ts'
import type { CopyWork, WorkContext } from './work.ts'

const NO_TAGS: Tags = {}
const SECOND = 1000

/** A HEAD; undefined where there is no such object. */
export async function headOrNothing(
  storage: Storage,
  id: HeadObject,
  context: RequestContext,
): Promise<ObjectHead | undefined> {
  try {
    return await attempt(context, () => storage.headObject(id, context.signal))
  } catch (error) {
    if (codeOf(error) === 'no-such-key') return undefined
    throw error
  }
}

/** An object's tags; none where the endpoint does not know tags at all. */
export async function readTags(storage: Storage, id: ObjectId, context: RequestContext): Promise<Tags> {
  try {
    return await attempt(context, () => storage.getTags(id, context.signal))
  } catch (error) {
    if (codeOf(error) === 'not-supported') return NO_TAGS
    throw error
  }
}

/** The source as it stands. Throws `source-missing`, or `source-changed` when it is another than was planned. */
export async function readSource(work: CopyWork, context: WorkContext): Promise<ObjectHead> {
  const head = await headOrNothing(context.source, work.source, context)
  if (!head) fail('source-missing', 'item', `${work.source.key} is no longer there.`)
  if (head.etag !== work.etag || head.size !== work.size) sourceChanged(work)
  return head
}

/** `readSource` for endpoints that ignore a bound copy: written again with equal bytes counts as changed, too. */
export async function readUntouchedSource(work: CopyWork, context: WorkContext): Promise<ObjectHead> {
  const head = await readSource(work, context)
  if (!isSameSecond(head.lastModified, work.lastModified)) sourceChanged(work)
  return head
}

/**
 * Looks whether the destination is as the conflict policy wants it, before a write through an endpoint that
 * ignores the write's own condition. It narrows the gap; only the server could close it.
 */
export async function lookAtDestination(work: CopyWork, context: WorkContext): Promise<void> {
  if (work.expect.is === 'anything') return
  const head = await headOrNothing(context.destination, work.destination, context)
  if (work.expect.is === 'absent' ? head !== undefined : head?.etag !== work.expect.etag) {
    destinationDiffers(work)
  }
}

export function sourceChanged(work: CopyWork): never {
  fail('source-changed', 'item', `${work.source.key} changed since it was planned.`)
}

/** What stands at the destination is not what the conflict policy was decided against. */
export function destinationDiffers(work: CopyWork): never {
  const { key } = work.destination
  if (work.expect.is === 'absent') {
    fail('destination-exists', 'item', `${key} exists at the destination; it did not when it was planned.`)
  }
  fail('destination-changed', 'item', `${key} at the destination changed since it was planned.`)
}

export function codeOf(error: unknown): FailureCode | undefined {
  return error instanceof DecantError ? error.failure.code : undefined
}

/** A condition that was sent does not hold; of whom is for the sender to say. */
export function isRefusedCondition(error: unknown): boolean {
  return error instanceof DecantError && error.failure.s3?.status === 412
}

/** Headers keep whole seconds, listings milliseconds. */
export function isSameSecond(left: number, right: number): boolean {
  return Math.floor(left / SECOND) === Math.floor(right / SECOND)
}

/** Whether an object was written at or after `since`, as far as whole seconds tell. */
export function isWrittenSince(lastModified: number, since: number): boolean {
  return Math.floor(lastModified / SECOND) >= Math.floor(since / SECOND)
}
