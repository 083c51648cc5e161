import { fail } from '#model/failure.ts'
import { refuseLocked } from './locked.ts'
import { codeOf } from '../look.ts'
import { checkNull, listedFirst } from './null-version.ts'
import { AS_WRITE, attempt } from '../pace/retry.ts'
import type { DeleteResult } from '../storage.ts'
import type { VersionWork, WorkContext } from '../work.ts'

/**
 * Deletes an older version, or a delete marker under which nothing is left, for good, in `context.source`. S3 has no
 * condition for it, so in the same slot it is looked at what is current: others may have taken that away since it was
 * planned (an undelete, a version deleted by its id), and what is an older version in the plan is then the object.
 *
 * | to delete | on top now                              | is done                         |
 * |-----------|-----------------------------------------|---------------------------------|
 * | object    | another version                         | deleted                         |
 * | object    | it                                      | source-changed                  |
 * | marker    | another version                         | deleted                         |
 * | marker    | it, and under it nothing but markers    | deleted                         |
 * | marker    | it, and under it an object              | previous-failed: it would come back |
 *
 * Sent twice it does no harm, and one that is gone already is as good. What is under a lock is told to be so.
 */
export async function purgeVersion(work: VersionWork, context: WorkContext): Promise<DeleteResult> {
  const { source, signal } = context
  const { bucket, key, versionId } = work
  const send = async (): Promise<DeleteResult> => {
    await (work.isMarker ? checkBare(work, context) : checkOlder(work, context))
    if (versionId === 'null') await checkNull(work, context)
    return source.deleteObject({ bucket, key, versionId }, signal)
  }
  try {
    return await attempt(context, send, AS_WRITE)
  } catch (error) {
    if (codeOf(error) === 'access-denied' && !work.isMarker) await refuseLocked(work, context, error)
    throw error
  }
}

async function checkOlder(work: VersionWork, context: WorkContext): Promise<void> {
  const { key, versionId } = work
  if ((await currentVersion(work, context)) !== versionId) return
  fail(
    'source-changed',
    'item',
    `Version ${versionId} of ${key} was not deleted: it is the current one by now.`,
  )
}

/** By a HEAD, which costs least; what it does not tell, or may not, a listing does. Undefined: no object is current. */
async function currentVersion(
  { bucket, key }: VersionWork,
  { source, signal }: WorkContext,
): Promise<string | undefined> {
  try {
    const { versionId } = await source.headObject({ bucket, key }, signal)
    if (versionId !== undefined) return versionId
  } catch (error) {
    if (codeOf(error) === 'no-such-key') return undefined
    if (!isRefused(error)) throw error
  }
  const [top] = await listedFirst(source, { bucket, key }, 1, signal)
  return top?.versionId
}

/** These keys may not read it, or it lies under a customer key. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'access-denied' || code === 'customer-key' || code === 'invalid-request'
}

async function checkBare(work: VersionWork, { source, signal }: WorkContext): Promise<void> {
  const { key, versionId } = work
  const [top, below] = await listedFirst(source, work, 2, signal)
  if (top?.versionId !== versionId || below === undefined) return
  const under = below.isDeleteMarker ? await listedFirst(source, work, MOST, signal) : [below]
  const left = under.find(({ isDeleteMarker }) => !isDeleteMarker)
  if (left === undefined && under.length < MOST) return
  const what = left === undefined ? 'more' : `version ${left.versionId}`
  fail(
    'previous-failed',
    'item',
    `The delete marker of ${key} was not deleted: ${what} is still under it, and would come back.`,
  )
}

/** Of one page. */
const MOST = 1000
