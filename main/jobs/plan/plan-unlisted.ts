import { compareKeys } from '../../engine/names.ts'
import type { ObjectPage, Unlisted } from '../../engine/storage.ts'
import type { PlanLeg } from './plan-context.ts'
import { describe } from './plan-item.ts'
import { refused } from './plan-outcomes.ts'
import type { Draft } from './plan-page.ts'
import { compileFilter } from '#model/match-filter.ts'
import { TAKE_ALL } from '#model/filter.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * What stands in a folder of this machine and can be no object, as items that failed: nothing is left out in silence,
 * and a mirror deletes nothing while it does not know all of its source. Of such a thing only the name is known:
 *
 * | it is                        | the filter's patterns | becomes |
 * |------------------------------|-----------------------|---------|
 * | a folder that cannot be read | any: who knows what is in it | refused |
 * | anything else                | take it               | refused |
 * | anything else                | leave it              | nothing |
 */
export function planUnlisted(
  spec: JobSpec,
  legs: readonly PlanLeg[],
  unlisted: readonly Unlisted[],
): readonly Draft[] {
  const { include, exclude } = spec.filter ?? TAKE_ALL
  const patterns = compileFilter({ ...TAKE_ALL, include, exclude })
  return unlisted.flatMap(({ key, failure }) => {
    const found = { key, size: 0, etag: '', lastModified: 0, storageClass: '' }
    if (!key.endsWith('/') && patterns.byListing(found) === 'no') return []
    return legs.map(({ rules }): Draft => ({ item: refused(describe(rules, found), failure), link: 'none' }))
  })
}

/** Where a listing goes on: behind all that the page told. */
export function lastOf({ objects, unlisted = [] }: ObjectPage): string | undefined {
  const keys = [objects.at(-1)?.key, unlisted.at(-1)?.key].filter((key) => key !== undefined)
  return keys.sort(compareKeys).at(-1)
}
