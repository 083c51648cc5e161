import { attempt } from '../engine/retry.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import type { BucketTraits } from '#model/object.ts'

/**
 * Whether the buckets of an edit have ACLs: what a plan has to know to say how many requests it will send, and nothing
 * else. Undefined where it may not be read. Other jobs are not asked for it.
 */
export function askOwnerships(
  { spec, request }: MakePlan,
  legs: readonly PlanLeg[],
): Promise<readonly BucketTraits['ownership'][]> | readonly undefined[] {
  if (spec.kind !== 'edit' && spec.kind !== 'undo') return []
  return Promise.all(
    legs.map(async ({ source, rules }) => {
      const { bucket } = rules.leg.source
      try {
        return (await attempt(request, () => source.bucketTraits(bucket, request.signal))).ownership
      } catch (error) {
        // The run asks again, and takes what it is refused as unknown, too.
        if (request.signal.aborted) throw error
        return undefined
      }
    }),
  )
}
