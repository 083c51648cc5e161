import { openWith } from '../../engine/customer-keys.ts'
import { codeOf, headOrMissing } from '../../engine/look.ts'
import type { Item } from '../item.ts'
import type { ItemTools } from '../run/item-tools.ts'
import type { Leg } from '../plan/legs.ts'
import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'

/**
 * What was set aside, as it lies under its own key: the plan knows only the object that it is a copy of. Bound to the
 * very copy that the first step of its chain made.
 */
export async function broughtBack(item: Item, tools: ItemTools): Promise<Item> {
  const aside = setAside(item, tools)
  if (aside?.newEtag === undefined) {
    fail('previous-failed', 'item', `${item.key} was not made: nothing is there to bring back.`)
  }
  const head = await lookAt(item, tools)
  // Where it is gone, an earlier run may have moved it: the date is then asked for no more.
  const lastModified = head?.lastModified ?? item.lastModified
  return { ...item, etag: aside.newEtag, lastModified }
}

/** Under the customer key that it may lie under. */
async function lookAt(item: Item, tools: ItemTools): Promise<ObjectHead | undefined> {
  const { context, leg } = tools.of(item)
  const id = { bucket: leg.source.bucket, key: item.key }
  const names = keysOf(item, leg, tools.propertiesOf(item))
  try {
    const { head } = await openWith(item.key, names, context.findKey, (customerKey) =>
      headOrMissing(context.source, { ...id, customerKey }, context),
    )
    return head
  } catch (error) {
    if (codeOf(error) === 'source-missing') return undefined
    throw error
  }
}

function setAside(item: Item, tools: ItemTools): Item | undefined {
  let step: Item | undefined = item
  while (step?.after !== undefined && step.action !== 'set-aside') step = tools.read(step.after)
  return step?.action === 'set-aside' ? step : undefined
}

/**
 * What is set aside is read again before the job is over, so it lies where it can be read at once:
 *
 * | it shall lie in     | set aside in | brought back to |
 * |---------------------|--------------|-----------------|
 * | GLACIER, DEEP_ARCHIVE | STANDARD   | that            |
 * | any other class     | that         | that            |
 */
export function classesAside(
  { action, storageClass }: Pick<Item, 'action' | 'storageClass'>,
  all: Properties,
): Properties {
  if (action !== 'set-aside' && action !== 'bring-back') return all
  const value = all.storageClass.policy === 'set' ? all.storageClass.value : storageClass
  if (value !== 'GLACIER' && value !== 'DEEP_ARCHIVE') return all
  return {
    ...all,
    storageClass: { policy: 'set', value: action === 'set-aside' ? 'STANDARD' : value },
  }
}

/** The keys that the object may lie under; what was set aside lies under that which the job writes with already. */
export function keysOf(
  { action }: Pick<Item, 'action'>,
  { source }: Leg,
  { encryption }: Pick<Properties, 'encryption'>,
): readonly string[] {
  const set =
    encryption.policy === 'set' && encryption.value.kind === 'SSE-C' ? encryption.value.key : undefined
  if (action !== 'bring-back' || set === undefined) return source.customerKeys
  return [...new Set([set, ...source.customerKeys])]
}
