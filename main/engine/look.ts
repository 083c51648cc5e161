import type { FailureCode } from '#model/failure.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { Acl } from '#model/properties.ts'
import { headUnder, wantsKey } from './customer-keys.ts'
import type { RequestContext } from './pace/retry.ts'
import { attempt } from './pace/retry.ts'
import type { CustomerKey, HeadObject, ObjectId, Storage } from './storage.ts'
import type { CopyWork, WorkContext } from './work.ts'

const NO_TAGS: Tags = {}
const SECOND = 1000
/** Milliseconds for which a look counts: a write or delete that waited longer, or is tried again, takes another. */
export const SEEN_FOR = 5000

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

/** An object's ACL; undefined where the endpoint does not know ACLs at all. */
export async function readAcl(
  storage: Storage,
  id: ObjectId,
  context: RequestContext,
): Promise<Acl | undefined> {
  try {
    return await attempt(context, () => storage.getAcl(id, context.signal))
  } catch (error) {
    if (codeOf(error) === 'not-supported') return undefined
    throw error
  }
}

/** A HEAD of a source. Throws `source-missing`. */
export async function headOrMissing(
  storage: Storage,
  id: HeadObject,
  context: RequestContext,
): Promise<ObjectHead> {
  const head = await headOrNothing(storage, id, context)
  if (!head) fail('source-missing', 'item', `${id.key} is no longer there.`)
  return head
}

/** Throws `source-changed` for another than was planned. */
export function checkSource(work: CopyWork, head: ObjectHead): void {
  if (head.etag !== work.etag || head.size !== work.size) sourceChanged(work)
}

/**
 * The last look at a source through an endpoint that ignores a bound copy: written again with equal bytes counts
 * as changed, too.
 */
export async function checkUntouchedSource(
  work: CopyWork,
  context: WorkContext,
  customerKey: CustomerKey | undefined,
): Promise<void> {
  const head = await headOrMissing(context.source, { ...work.source, customerKey }, context)
  checkSource(work, head)
  if (!isSameSecond(head.lastModified, work.lastModified)) sourceChanged(work)
}

/** What stands at the destination, also where it lies under the key that the copy shall lie under. */
export function headDestination(
  work: Pick<CopyWork, 'destination'>,
  context: WorkContext,
  customerKey: CustomerKey | undefined,
  versionId?: string,
): Promise<ObjectHead | undefined> {
  const { destination } = context
  const checksums = destination.habits.checksums
  return headUnder(customerKey, (key) =>
    headOrNothing(destination, { ...work.destination, versionId, customerKey: key, checksums }, context),
  )
}

/**
 * Looks whether the destination is as the conflict policy wants it, before a write through an endpoint that
 * ignores the write's own condition. It narrows the gap; only the server could close it.
 */
export async function lookAtDestination(work: CopyWork, context: WorkContext): Promise<void> {
  if (work.expect.is === 'anything') return
  const found = await findDestination(work, context)
  if (work.expect.is === 'absent' ? found !== undefined : found?.etag !== work.expect.etag) {
    destinationDiffers(work)
  }
}

/** What lies under an unknown customer key is looked up in the listing. */
export async function findDestination(
  work: CopyWork,
  context: WorkContext,
): Promise<{ readonly etag: string; readonly lastModified: number } | undefined> {
  const { destination, signal } = context
  try {
    return await headOrNothing(destination, work.destination, context)
  } catch (error) {
    if (!wantsKey(error)) throw error
    const { bucket, key } = work.destination
    const page = await attempt(context, () =>
      destination.listObjects({ bucket, prefix: key, maxKeys: 1 }, signal),
    )
    return page.objects.find((object) => object.key === key)
  }
}

export function sourceChanged(work: Pick<CopyWork, 'source'>): never {
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
