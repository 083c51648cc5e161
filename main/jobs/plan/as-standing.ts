import { isSameSecond } from '../../engine/look.ts'
import { isWithinBucket } from './legs.ts'
import { nameAt } from './plan-item.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import type { ObjectSummary } from '#model/object.ts'

/**
 * Whether a chosen version is the current one no HEAD of it tells; but where its own key is the destination, what
 * stands there does:
 *
 * | at its own key              | the version is |
 * |-----------------------------|----------------|
 * | nothing: a delete marker    | an older one   |
 * | told with another id        | an older one   |
 * | told with no id, and other than it by ETag or date | an older one |
 * | anything else               | the current one|
 */
export function asStanding(
  rules: PlanRules,
  found: Found,
  standing: (ObjectSummary & Pick<Found, 'versionId'>) | undefined,
): Found {
  if (found.versionId === undefined || found.state !== undefined) return found
  if (!isWithinBucket(rules.leg) || nameAt(rules, found) !== found.key) return found
  const isCurrent =
    standing !== undefined &&
    (standing.versionId === undefined
      ? standing.etag === found.etag && isSameSecond(standing.lastModified, found.lastModified)
      : standing.versionId === found.versionId)
  return isCurrent ? found : { ...found, state: 'noncurrent' }
}
