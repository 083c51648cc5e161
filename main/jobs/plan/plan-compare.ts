import { compareListed, extra } from '../../engine/compare/compare.ts'
import { differs } from '../run/differs.ts'
import type { PlannedItem } from '../item.ts'
import { itemThere } from './plan-outcomes.ts'
import type { Described } from './plan-outcomes.ts'
import type { Found } from './plan-rules.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { ParitySpec } from '#model/spec.ts'

/**
 * One object of a comparison, as far as the listings tell; what they decide costs no request more:
 *
 * | the listings show       | level listing     | head, full        |
 * |-------------------------|-------------------|-------------------|
 * | nothing there           | failed: existence | failed: existence |
 * | another size            | failed: size      | to be compared    |
 * | same size and ETag      | same              | to be compared    |
 * | same size, another ETag | to be compared    | to be compared    |
 */
export function planCompare(
  spec: ParitySpec,
  found: Found,
  item: Described,
  standing: ObjectSummary | undefined,
): PlannedItem {
  const differences = compareListed(found, standing)
  const planned = { ...item, action: 'compare', expect: { is: 'anything' } } as const
  const isDecided = standing === undefined || (spec.compare === 'listing' && differences !== 'look')
  if (!isDecided || differences === 'look') return { ...planned, state: 'planned' }
  if (differences.length === 0) return { ...planned, state: 'skipped', skipReason: 'same' }
  return { ...planned, state: 'failed', failure: differs(differences) }
}

/** What stands at the destination alone. */
export function extraCompared(leg: number, standing: ObjectSummary): PlannedItem {
  return {
    ...itemThere(leg, standing),
    ...{ action: 'compare', expect: { is: 'anything' }, state: 'failed' },
    failure: differs([extra()]),
  }
}
