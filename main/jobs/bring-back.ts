import { headOrNothing } from '../engine/look.ts'
import type { Item } from './item.ts'
import type { ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'

/**
 * What was set aside, as it lies under its own key: the plan knows only the object that it is a copy of. Bound to the
 * very copy that the first step of its chain made.
 */
export async function broughtBack(item: Item, tools: ItemTools): Promise<Item> {
  const aside = setAside(item, tools)
  if (aside?.newEtag === undefined) {
    fail('previous-failed', 'item', `${item.key} was not made: nothing is there to bring back.`)
  }
  const { context, leg } = tools.of(item)
  const head = await headOrNothing(context.source, { bucket: leg.source.bucket, key: item.key }, context)
  // Where it is gone, an earlier run may have moved it: the date is then asked for no more.
  const lastModified = head?.lastModified ?? item.lastModified
  return { ...item, etag: aside.newEtag, lastModified }
}

function setAside(item: Item, tools: ItemTools): Item | undefined {
  let step: Item | undefined = item
  while (step?.after !== undefined && step.action !== 'set-aside') step = tools.read(step.after)
  return step?.action === 'set-aside' ? step : undefined
}
