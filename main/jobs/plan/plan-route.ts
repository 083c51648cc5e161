import { isSameStore } from '../../engine/route.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import type { PlanLeg } from './plan-context.ts'
import type { Found } from './plan-rules.ts'
import { DecantError } from '#model/failure.ts'

/**
 * Two connections to one store, each with keys of its own: if the destination's can read the source, it copies there
 * by itself, and nothing has to come through this machine. Asked once a leg, by a HEAD of the first object.
 */
export async function probeRoute(leg: PlanLeg, found: Found, request: RequestContext): Promise<PlanLeg> {
  if (!isWorthAsking(leg)) return leg
  const { source } = leg.rules.leg
  const { key, versionId } = found
  try {
    const head = await attempt(request, () =>
      leg.destination.headObject({ bucket: source.bucket, key, versionId }, request.signal),
    )
    if (head.etag !== found.etag || head.size !== found.size) return leg
  } catch (error) {
    if (!(error instanceof DecantError) || error.failure.reach === 'job') throw error
    return leg
  }
  return { ...leg, rules: { ...leg.rules, route: 'server-side' } }
}

export function isWorthAsking({ rules }: PlanLeg): boolean {
  const { source, destination } = rules.leg
  if (rules.route !== 'relay' || destination === undefined || rules.spec.kind === 'parity') return false
  return isSameStore(source.connection.config, destination.connection.config)
}
