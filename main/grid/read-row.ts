import { openWith } from '../engine/customer-keys.ts'
import { readType } from '../engine/edit/edit-fields.ts'
import { codeOf } from '../engine/look.ts'
import { attempt, mayBeOffline } from '../engine/pace/retry.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import type { ObjectId, Storage } from '../engine/storage.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { Row, RowRead } from './row.ts'

export interface ReadNeeds {
  /** Its first bytes are wanted, too: one ranged GET more. */
  readonly content: boolean
}

/**
 * What an object carries: by its HEAD; its tags, where the HEAD says that there are some or cannot say so; its first
 * bytes, where they are wanted. A failure that reaches one object only is told of its row; any other is thrown.
 */
export async function readRow(
  storage: Storage,
  request: RequestContext,
  bucket: string,
  { n, key, versionId }: Pick<Row, 'n' | 'key' | 'versionId'>,
  needs: ReadNeeds,
): Promise<RowRead> {
  const id = { bucket, key, versionId }
  try {
    const { head } = await openWith(key, [], noKeys, () =>
      attempt(request, () => storage.headObject(id, request.signal)),
    )
    const [tags, sniffed] = await Promise.all([
      tagsOf(storage, request, id, head),
      needs.content ? sniff(storage, request, id, head) : undefined,
    ])
    const { size, etag, lastModified, storageClass, headers, metadata } = head
    const listed = { key, versionId, size, etag, lastModified, storageClass }
    return { is: 'known', n, listed, stands: { headers, metadata, tags, sniffed } }
  } catch (error) {
    if (!isOfRow(error)) throw error
    return { is: 'unreadable', n, failure: failureOf(error, key) }
  }
}

function noKeys(): Promise<never> {
  return Promise.reject(new Error('no customer key is named'))
}

/** Whether it says something of this object alone. */
function isOfRow(error: unknown): boolean {
  if (!(error instanceof DecantError)) return false
  return error.failure.reach === 'item' && !mayBeOffline(error.failure)
}

function failureOf(error: unknown, key: string): Failure {
  const failure = toFailure(error)
  if (failure.code !== 'no-such-key') return failure
  return { ...failure, code: 'source-missing', message: `${key} is no longer there.` }
}

/**
 * A HEAD counts the tags where there are some. Where there are none, AWS and its equals say nothing; of others nobody
 * knows whether they ever say, so they are asked. Undefined: they may not be read.
 */
async function tagsOf(
  storage: Storage,
  request: RequestContext,
  id: ObjectId,
  { tagCount }: ObjectHead,
): Promise<Tags | undefined> {
  if (tagCount === 0 || (tagCount === undefined && storage.habits.answersInFull)) return {}
  try {
    return await attempt(request, () => storage.getTags(id, request.signal))
  } catch (error) {
    if (codeOf(error) === 'not-supported') return {}
    if (codeOf(error) === 'access-denied') return undefined
    throw error
  }
}

/** Null: they tell nothing, also of an object in the archive, whose bytes nobody can read. */
async function sniff(
  storage: Storage,
  request: RequestContext,
  id: ObjectId,
  head: ObjectHead,
): Promise<string | null> {
  try {
    return (await readType(storage, id, head, undefined, request)) ?? null
  } catch (error) {
    if (codeOf(error) === 'archived') return null
    throw error
  }
}
