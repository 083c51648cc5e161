import { fail } from '#model/failure.ts'
import type { ObjectHead, VersionSummary } from '#model/object.ts'
import { openWith } from '../customer-keys.ts'
import { deleteUnchanged } from './delete-object.ts'
import { refuseLocked } from '../versions/locked.ts'
import { codeOf, isSameSecond, isWrittenSince } from '../look.ts'
import { listedFirst } from '../versions/null-version.ts'
import { AS_WRITE, attempt } from '../pace/retry.ts'
import type { SourceObject, WorkContext } from '../work.ts'

/** What a job made at a key of `context.source`, and shall be there no more. */
export interface MadeWork {
  /** With the version that it made; without, the bucket kept none. */
  readonly object: SourceObject
  readonly isMarker: boolean
  /** As the job wrote it; empty for a marker. */
  readonly etag: string
  /** When it can have been written, by the server's clock, milliseconds. `until` undefined: nobody knows. */
  readonly since: number
  readonly until: number | undefined
  readonly below: Below
  /** The last look at anything else before it goes: in the slot of the delete, with every try. What it throws keeps it. */
  readonly lastLook?: (() => Promise<void>) | undefined
}

/**
 * What has to be under a version for it to go. `anything`: also nothing. `object`: the job wrote over one. The last one:
 * that very object, which the job deleted.
 */
export type Below =
  | { readonly is: 'anything' }
  | { readonly is: 'object' }
  | { readonly is: 'etag'; readonly etag: string; readonly lastModified: number }

/** `gone`: it was not there any more. */
export type Removed = 'removed' | 'gone'

/** Versions that are looked at; with more on top of it, it is certainly not on top. */
const MOST = 100

/**
 * Takes away what a job made, and nothing else: a version or a delete marker by its id, so that what is under it is
 * current again; in a bucket that keeps none by a DELETE bound to the ETag that the job wrote. It is looked at in the
 * same slot. Rejects with `source-changed` where something else is there by now, `not-possible` where what would have to
 * come back is not under it, `locked` or `access-denied` where it may not go.
 */
export async function removeMade(work: MadeWork, context: WorkContext): Promise<Removed> {
  try {
    return work.object.versionId === undefined
      ? await removeUnversioned(work, context)
      : await removeVersion(work, work.object.versionId, context)
  } catch (error) {
    const { versionId, bucket, key } = work.object
    if (codeOf(error) === 'access-denied' && versionId !== undefined && !work.isMarker)
      await refuseLocked({ ...work, bucket, key, versionId, lastModified: work.since }, context, error)
    throw error
  }
}

/** Whether it could be taken away now; nothing is deleted. Rejects as `removeMade` does. */
export async function checkMade(work: MadeWork, context: WorkContext): Promise<'there' | 'gone'> {
  const { versionId } = work.object
  if (versionId !== undefined) {
    const found = await attempt(context, () => look(work, versionId, context))
    return found === 'gone' ? 'gone' : 'there'
  }
  const head = await attempt(context, () => headNow(work, context))
  if (head === undefined) return 'gone'
  checkHead(work, head, context)
  return 'there'
}

function removeVersion(work: MadeWork, versionId: string, context: WorkContext): Promise<Removed> {
  const { source, signal } = context
  const { bucket, key } = work.object
  let isSent = false
  return attempt(
    context,
    async () => {
      if ((await look(work, versionId, context)) === 'gone') return isSent ? 'removed' : 'gone'
      await work.lastLook?.()
      isSent = true
      await source.deleteObject({ bucket, key, versionId }, signal)
      return 'removed'
    },
    AS_WRITE,
  )
}

async function look(
  work: MadeWork,
  versionId: string,
  { source, signal }: WorkContext,
): Promise<'on-top' | 'gone'> {
  const { key } = work.object
  const versions = await listedFirst(source, work.object, MOST, signal)
  const found = findMade(work, versionId, versions, MOST)
  if (found === 'covered')
    fail('source-changed', 'item', `${key} was written or deleted since: what stands there now is kept.`)
  if (found === 'bare') {
    const message = `${whatOf(work, versionId)} was not deleted: what it was made over is not under it any more.`
    fail('not-possible', 'item', message, { property: 'versions' })
  }
  return found
}

/**
 * `versions`: the newest of the key, at most `most`.
 *
 * | on top                       | `below`  | under it                          | is      |
 * |------------------------------|----------|-----------------------------------|---------|
 * | what the job made            | anything | any                               | on-top  |
 * | what the job made            | object   | an object                         | on-top  |
 * | what the job made            | object   | a marker, or nothing              | bare    |
 * | what the job made            | etag     | that object                       | on-top  |
 * | what the job made            | etag     | anything else                     | bare    |
 * | another, and ours lies below | any      | any                               | covered |
 * | another, and ours is nowhere among so many that nobody knows | any | any    | covered |
 * | another, and ours is nowhere | any      | any                               | gone    |
 *
 * The version `null` is written over in place: it is ours as long as its ETag is what the job wrote, and its date within
 * the job; another `null` is somebody else's, and ours is gone under it, so that it is `covered`.
 */
function findMade(
  work: Pick<MadeWork, 'isMarker' | 'etag' | 'since' | 'until' | 'below'>,
  versionId: string,
  versions: readonly VersionSummary[],
  most: number,
): 'on-top' | 'bare' | 'gone' | 'covered' {
  const [top, next] = versions
  if (top?.versionId !== versionId) {
    const isThere = versions.some((version) => version.versionId === versionId)
    return isThere || versions.length >= most ? 'covered' : 'gone'
  }
  if (top.isDeleteMarker !== work.isMarker) return 'covered'
  if (versionId === 'null' && !isOfJob(work, top)) return 'covered'
  return isUnder(work.below, next) ? 'on-top' : 'bare'
}

function isUnder(below: Below, next: VersionSummary | undefined): boolean {
  if (below.is === 'anything') return true
  if (next === undefined || next.isDeleteMarker) return false
  if (below.is === 'object') return true
  return next.etag === below.etag && isSameSecond(next.lastModified, below.lastModified)
}

/** A marker has no ETag. */
function isOfJob(
  { etag, since, until, isMarker }: Pick<MadeWork, 'etag' | 'since' | 'until' | 'isMarker'>,
  found: { readonly etag: string; readonly lastModified: number },
): boolean {
  const isOwn = isMarker || found.etag === etag
  const isInTime = until === undefined || isWrittenSince(until, found.lastModified)
  return isOwn && isWrittenSince(found.lastModified, since) && isInTime
}

async function removeUnversioned(work: MadeWork, context: WorkContext): Promise<Removed> {
  const { source, signal } = context
  const { bucket, key } = work.object
  const { etag } = work
  const toDelete = { bucket, key, etag, lastModified: work.since, mode: 'marker' } as const
  let isSent = false
  const found = await deleteUnchanged<Removed>(toDelete, context, async () => {
    const head = await headNow(work, context)
    if (head === undefined) return isSent ? 'removed' : 'gone'
    checkHead(work, head, context)
    await work.lastLook?.()
    isSent = true
    // The bucket keeps versions by now, and called what was there before `null`: a plain DELETE would only cover it.
    if (head.versionId !== 'null') return undefined
    await source.deleteObject({ bucket, key, versionId: 'null' }, signal)
    return 'removed'
  })
  return typeof found === 'string' ? found : 'removed'
}

/** In the slot of the delete. */
async function headNow({ object }: MadeWork, context: WorkContext): Promise<ObjectHead | undefined> {
  const { source, signal, findKey } = context
  const { bucket, key, customerKeys } = object
  try {
    const { head } = await openWith(key, customerKeys, findKey, (customerKey) =>
      source.headObject({ bucket, key, customerKey }, signal),
    )
    return head
  } catch (error) {
    if (codeOf(error) === 'no-such-key') return undefined
    throw error
  }
}

/**
 * | holds   | ETag    | version          | written             | is it |
 * |---------|---------|------------------|---------------------|-------|
 * | objects | differs | any              | any                 | no    |
 * | objects | same    | none, or `null`  | while the job ran   | yes   |
 * | objects | same    | none, or `null`  | before or after it  | no: somebody wrote the same once more |
 * | objects | same    | of its own id    | any                 | no: versioning was switched on since |
 * | files   | same    |                  | any: dated as its object, and the ETag holds the date | yes |
 */
function checkHead(work: MadeWork, head: ObjectHead, { source }: WorkContext): void {
  const isFile = source.habits.holds === 'files'
  const isOther = head.versionId !== undefined && head.versionId !== 'null'
  if (head.etag === work.etag && !isOther && (isFile || isOfJob(work, head))) return
  fail('source-changed', 'item', `${work.object.key} was written since: what stands there now is kept.`)
}

function whatOf({ object, isMarker }: MadeWork, versionId: string): string {
  return `${isMarker ? 'The delete marker' : 'Version'} ${versionId} of ${object.key}`
}
