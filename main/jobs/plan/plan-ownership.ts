import { readOwnership } from '../../engine/read-ownership.ts'
import { attempt } from '../../engine/pace/retry.ts'
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
        return await attempt(request, () => readOwnership(source, bucket, request.signal))
      } catch (error) {
        // The run asks anew, for ACLs that count since then must not be lost, and takes a refusal as unknown, too.
        if (request.signal.aborted) throw error
        return undefined
      }
    }),
  )
}
