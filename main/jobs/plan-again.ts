import { headDestination, headSource } from './destination-look.ts'
import type { SourceRequest } from './destination-look.ts'
import type { PlannedItem } from './item.ts'
import type { PlanLeg } from './plan-context.ts'
import { missingItem, planItem, targetOf } from './plan-item.ts'

/**
 * One item planned anew, by a fresh look at its source and at what stands at its destination. What only the whole
 * plan could tell stays as it was: its name there, the rules it matched, what it waits for.
 */
export async function planAgain(
  item: PlannedItem,
  leg: PlanLeg,
  request: SourceRequest,
): Promise<PlannedItem> {
  const found = await headSource(leg, item.key, item.versionId, request)
  if (found === undefined) return missingItem(leg.rules.leg, item.key, item.versionId)
  const standing = await headDestination(leg, found, request, targetOf(leg.rules.spec, item))
  const { target, rules, after, history, own } = item
  return { ...planItem(leg.rules, { ...found, state: history, rules, own, target }, standing), target, after }
}
