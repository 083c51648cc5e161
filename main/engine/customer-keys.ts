import type { ObjectHead } from '#model/object.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { CustomerKey } from './storage.ts'
import type { WorkContext } from './work.ts'

/** An object, and the customer key (SSE-C) that it lies under, if it does. */
export interface Opened {
  readonly head: ObjectHead
  readonly name?: string | undefined
  readonly key?: CustomerKey | undefined
}

/**
 * Finds the key that an object lies under by looking at it: without one first, then under each of `names` in turn.
 * What S3 answers to a HEAD (it has no body that would say more):
 *
 * | object lies under | no key | its key | another key |
 * |-------------------|--------|---------|-------------|
 * | SSE-C             | 400    | 200     | 403         |
 * | anything else     | 200    | 400     | 400         |
 *
 * So whoever names no keys pays for one HEAD only. Throws `customer-key` when none of several fits, and whatever
 * `head` throws besides.
 */
export async function openWith(
  key: string,
  names: readonly string[],
  findKey: WorkContext['findKey'],
  head: (customerKey?: CustomerKey) => Promise<ObjectHead>,
): Promise<Opened> {
  try {
    return { head: await head() }
  } catch (error) {
    if (!wantsKey(error)) throw error
    if (names.length === 0) throw noKeyNamed(error as DecantError, key)
  }
  for (const name of names) {
    const customerKey = await findKey(name)
    try {
      return { head: await head(customerKey), name, key: customerKey }
    } catch (error) {
      if (!wantsKey(error) && !isWrongKey(error)) throw error
    }
  }
  fail('customer-key', 'item', `${key} opens with none of the customer keys named: ${names.join(', ')}.`)
}

/** A HEAD of what may lie under this key, or under none. */
export async function headUnder<T extends ObjectHead | undefined>(
  customerKey: CustomerKey | undefined,
  head: (customerKey?: CustomerKey) => Promise<T>,
): Promise<T> {
  if (!customerKey) return head()
  try {
    return await head(customerKey)
  } catch (error) {
    if (wantsKey(error) || isWrongKey(error)) return head()
    throw error
  }
}

/** A 400 that says no more: of a HEAD, that the key is missing or is one too many. */
export function wantsKey(error: unknown): boolean {
  if (!(error instanceof DecantError)) return false
  const { code, s3 } = error.failure
  return code === 'customer-key' || (code === 'invalid-request' && s3?.status === 400)
}

function isWrongKey(error: unknown): boolean {
  return error instanceof DecantError && error.failure.code === 'access-denied'
}

function noKeyNamed({ failure }: DecantError, key: string): DecantError {
  const message = `${key} cannot be read: it probably lies under a customer key (SSE-C), and none is named.`
  return new DecantError({ ...failure, code: 'customer-key', reach: 'item', message })
}
