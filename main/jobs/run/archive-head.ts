import { openWith } from '../../engine/customer-keys.ts'
import { codeOf } from '../../engine/look.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import type { FindCustomerKey, Storage } from '../../engine/storage.ts'
import type { Item } from '../item.ts'
import type { Leg } from '../plan/legs.ts'
import type { ObjectHead } from '#model/object.ts'

/** An item's source object as it stands, under whichever of its customer keys; undefined where it is gone. */
export async function headOfSource(
  { key, versionId }: Pick<Item, 'key' | 'versionId'>,
  { source: { bucket, customerKeys } }: Leg,
  storage: Storage,
  findKey: FindCustomerKey,
  request: RequestContext,
): Promise<ObjectHead | undefined> {
  try {
    const { head } = await openWith(key, customerKeys, findKey, (customerKey) =>
      attempt(request, () => storage.headObject({ bucket, key, versionId, customerKey }, request.signal)),
    )
    return head
  } catch (error) {
    if (codeOf(error) === 'no-such-key') return undefined
    throw error
  }
}
