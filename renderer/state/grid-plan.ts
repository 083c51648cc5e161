import type { ConnectionRef } from '#model/connection.ts'
import type { GridSnapshot } from '#model/grid.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import { PLAIN_SOURCE, type EditSpec, type VerifyLevel } from '#model/spec.ts'
import { formatNumberOf } from '../format/count.ts'
import { ruleTrouble, type RuleDraft } from './grid-rules.ts'

/**
 * Why no job can be planned from a grid, or undefined where it can:
 *
 * | the grid                          | is planned                                  |
 * |-----------------------------------|---------------------------------------------|
 * | still lists, or the listing failed | no: nobody planned what is not listed        |
 * | has a rule that is not whole      | no: it would be left out without a word     |
 * | has cells that S3 would refuse    | no: with their count                        |
 * | changes nothing                   | no, once all rows are known and counted     |
 */
export function planBlocked(grid: GridSnapshot, rules: readonly RuleDraft[]): string | undefined {
  if (grid.failure !== undefined) return grid.failure.message
  if (grid.listing) return 'The objects are still being listed.'
  const half = rules.findIndex(({ rule }) => Object.keys(ruleTrouble(rule)).length > 0)
  const half1 = rules[half]
  if (half1 !== undefined) {
    const trouble = ruleTrouble(half1.rule)
    return `Rule ${half + 1}: ${Object.values(trouble).join(' ')}`
  }
  if (grid.invalidCells > 0)
    return `${formatNumberOf(grid.invalidCells, 'cell is', 'cells are')} not as S3 takes them. Mend or undo them first.`
  const whole = grid.known + grid.unreadable >= grid.rows && !grid.counting
  if (grid.changedCells === 0 && (whole || grid.rules.length === 0)) return 'Nothing is changed yet.'
  return undefined
}

/** The edit job of a grid: its rows with what was typed into them, and its rules over them. */
export function gridSpec(grid: GridSnapshot, connection: ConnectionRef, verify: VerifyLevel): EditSpec {
  const { bucket, base } = grid
  return {
    v: 1,
    kind: 'edit',
    sources: [{ ...PLAIN_SOURCE, connection, bucket, select: [{ kind: 'prefix', prefix: base }], base }],
    verify,
    rules: [],
    fieldRules: [...grid.rules],
    changes: { from: 'grid', id: grid.id },
    archived: { do: 'refuse' },
    properties: EDIT_DEFAULTS,
  }
}

/** How many cells the rules write altogether, as far as they are counted. */
function cellsByRules({ cellsByRule }: GridSnapshot): number {
  return cellsByRule.reduce((sum, cells) => sum + cells, 0)
}

/** "519 by 3 rules, 6 by hand"; empty where nothing is changed. */
export function whoChanged(grid: GridSnapshot): string {
  const rules = cellsByRules(grid)
  const parts: string[] = []
  if (rules > 0) parts.push(`${rules.toLocaleString('en')} by ${formatNumberOf(grid.rules.length, 'rule')}`)
  if (grid.cellsByHand > 0) parts.push(`${grid.cellsByHand.toLocaleString('en')} by hand`)
  return parts.join(', ')
}
