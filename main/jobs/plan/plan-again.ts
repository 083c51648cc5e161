import { headDestination, headSource } from './destination-look.ts'
import type { SourceRequest } from './destination-look.ts'
import type { PlannedItem } from '../item.ts'
import type { PlanLeg } from './plan-context.ts'
import type { Decision } from '../../engine/conflict.ts'
import { missingItem, planItem, targetOf } from './plan-item.ts'
import type { ObjectSummary } from '#model/object.ts'

/**
 * One item planned anew, by a fresh look at its source and at what stands at its destination. What only the whole
 * plan could tell stays as it was: its name there, the rules it matched, what it waits for. `isOurs`: whether what stands
 * there was made by this very item, and so is in nobody's way.
 */
export async function planAgain(
  item: PlannedItem,
  leg: PlanLeg,
  request: SourceRequest,
  isOurs: (standing: ObjectSummary) => boolean = () => false,
): Promise<PlannedItem> {
  const found = await headSource(leg, item.key, item.versionId, request)
  if (found === undefined) return missingItem(leg.rules.leg, item.key, item.versionId)
  const standing = await headDestination(leg, found, request, targetOf(leg.rules.spec, item))
  const { target, rules, after, history, own } = item
  const again = { ...found, state: history, rules, own, target }
  const decided = standing && isOurs(standing) ? writeOver(standing) : undefined
  return { ...planItem(leg.rules, again, standing, decided), target, after }
}

function writeOver({ etag, lastModified }: ObjectSummary): Decision {
  return { do: 'write', expect: { is: 'etag', etag, lastModified } }
}
