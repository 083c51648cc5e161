import { DecantError } from '#model/failure.ts'
import type { ObjectHead, VersionSummary } from '#model/object.ts'
import { openWith } from './customer-keys.ts'
import { codeOf } from './look.ts'
import { listedFirst } from './versions/null-version.ts'
import type { Storage } from './storage.ts'
import type { SourceObject, WorkContext } from './work.ts'

/** The object that a copy was made of, as it was then. */
export interface CopiedFrom {
  readonly storage: Storage
  readonly object: SourceObject
  readonly etag: string
  readonly size: number
  /** A version of the same key that is no proof of it: the copy itself. */
  readonly notBy?: string | undefined
}

/** `version`: it is not current any more, but lies among the versions of its key. */
export type Standing = 'itself' | 'version' | 'another' | 'gone'

/** Versions of a key that are looked through; a source below more of them counts as gone. */
const MOST = 1000

/**
 * Whether what a copy was made of is there still, so that the copy is not the only one. Equal ETags and sizes are equal
 * contents, whoever wrote them; anything else may be the same, and is not relied on.
 *
 * | at its key (or its version, where one was named) | among the older versions    | is      |
 * |--------------------------------------------------|-----------------------------|---------|
 * | an object of that ETag and size                  | any                         | itself  |
 * | another, or nothing                              | an object of that ETag and size, which is not the copy | version |
 * | another                                          | none, or nobody may look    | another |
 * | nothing, or a delete marker                      | none, or nobody may look    | gone    |
 */
export function standingOf(
  { etag, size, notBy }: Pick<CopiedFrom, 'etag' | 'size' | 'notBy'>,
  now: Pick<ObjectHead, 'etag' | 'size'> | undefined,
  versions: readonly VersionSummary[],
): Standing {
  const isIt = (one: Pick<ObjectHead, 'etag' | 'size'>): boolean => one.etag === etag && one.size === size
  if (now !== undefined && isIt(now)) return 'itself'
  const older = versions.some((one) => !one.isDeleteMarker && one.versionId !== notBy && isIt(one))
  if (older) return 'version'
  return now === undefined ? 'gone' : 'another'
}

/**
 * Looks whether it stands: one HEAD, and one list of its versions where that does not show it. To be called in the slot
 * of the delete, which it takes for itself. Rejects with `only-copy` where `copy`, as it is called, may be all that is
 * left, and with whatever keeps anybody from looking.
 */
export async function checkStillStands(
  from: CopiedFrom,
  copy: string,
  { signal, findKey }: Pick<WorkContext, 'signal' | 'findKey'>,
): Promise<void> {
  const { bucket, key } = from.object
  try {
    const now = await headNow(from, { signal, findKey })
    if (standingOf(from, now, []) === 'itself') return
    const standing = standingOf(from, now, await versionsOf(from, signal))
    if (standing !== 'version')
      keepOnly(copy, `${bucket}/${key}`, standing === 'another' ? 'another' : 'gone')
  } catch (error) {
    // What was in it is gone with it; on a disk that was only unplugged it is found by another try.
    const code = codeOf(error)
    if (code === 'folder-missing' || code === 'no-such-bucket') keepOnly(copy, `${bucket}/${key}`, 'gone')
    throw error
  }
}

/** `from`: where it was copied from, in words. */
function keepOnly(copy: string, from: string, is: 'another' | 'gone'): never {
  throw new DecantError(onlyCopy(copy, from, is))
}

export function onlyCopy(copy: string, from: string, is: 'another' | 'gone'): DecantError['failure'] {
  const why = is === 'gone' ? 'is not there any more' : 'was written anew since'
  const message = `${copy} is kept: ${from}, of which it is a copy, ${why}, so it may be the only one left.`
  return { code: 'only-copy', reach: 'item', message }
}

async function headNow(
  { storage, object }: CopiedFrom,
  { signal, findKey }: Pick<WorkContext, 'signal' | 'findKey'>,
): Promise<ObjectHead | undefined> {
  const { bucket, key, versionId, customerKeys } = object
  try {
    const { head } = await openWith(key, customerKeys, findKey, (customerKey) =>
      storage.headObject({ bucket, key, versionId, customerKey }, signal),
    )
    return head
  } catch (error) {
    const code = codeOf(error)
    // A HEAD of a delete marker by its id is answered with 405.
    if (code === 'no-such-key' || (code === 'not-supported' && versionId !== undefined)) return undefined
    throw error
  }
}

/** None where there are no versions, or where nobody may list them. */
async function versionsOf(
  { storage, object }: CopiedFrom,
  signal: AbortSignal,
): Promise<readonly VersionSummary[]> {
  if (storage.habits.holds === 'files') return []
  try {
    return await listedFirst(storage, object, MOST, signal)
  } catch (error) {
    if (error instanceof DecantError && error.failure.reach === 'item') return []
    throw error
  }
}
