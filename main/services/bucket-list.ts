import type { Connection } from '#model/connection.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { BucketSummary } from '#model/object.ts'
import type { Storage } from '../engine/storage.ts'

type Known = Pick<Connection, 'places' | 'credentials'>

/**
 * The buckets of a connection: those that may be listed, and those that it knows by name.
 *
 * | keys | may list | places | buckets                                |
 * |------|----------|--------|----------------------------------------|
 * | some | yes      | any    | listed ones and places, each once      |
 * | some | no       | some   | places                                 |
 * | some | no       | none   | the refusal, which says what to do     |
 * | none |          | some   | places, once the store has answered    |
 * | none |          | none   | none                                   |
 */
export async function bucketsOf(
  storage: Storage,
  connection: Known,
  signal: AbortSignal,
): Promise<BucketSummary[]> {
  const places = [...new Set((connection.places ?? []).map(({ bucket }) => bucket))]
  if (connection.credentials.kind === 'anonymous') {
    await reach(storage, connection, signal)
    return places.sort().map((name) => ({ name }))
  }
  try {
    const listed = await storage.listBuckets(signal)
    const there = new Set(listed.map(({ name }) => name))
    const more = places.filter((name) => !there.has(name)).map((name) => ({ name }))
    return more.length === 0 ? listed : [...listed, ...more].sort(byName)
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (places.length > 0) return places.sort().map((name) => ({ name }))
    const failure = toFailure(error)
    const message = `${failure.message} Name the buckets that you know in the connection, and they are shown here.`
    throw new DecantError({ ...failure, message }, { cause: error })
  }
}

/** Asks the store for something small that may well be allowed. A refusal is an answer: it is there. */
export async function reach(storage: Storage, connection: Known, signal: AbortSignal): Promise<void> {
  const [place] = connection.places ?? []
  try {
    if (place) await storage.listObjects({ ...place, maxKeys: 1 }, signal)
    else if (connection.credentials.kind !== 'anonymous') await storage.listBuckets(signal)
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

/** These keys may not, or the store cannot: both from one who was reached and knows who we are. */
function isRefusal(error: unknown): boolean {
  const { code } = toFailure(error)
  return code === 'access-denied' || code === 'not-supported' || code === 'no-such-bucket'
}

function byName(left: BucketSummary, right: BucketSummary): number {
  return left.name < right.name ? -1 : 1
}
