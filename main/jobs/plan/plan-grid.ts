import type { KnownEdit } from './expect.ts'
import type { GridPlanRow, GridRows } from './grid-rows.ts'
import type { ListingCursor } from './listing-cursor.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { editWay, planEditAs } from './plan-edit.ts'
import { editOfRow } from './plan-fields.ts'
import type { RowEdit } from './plan-fields.ts'
import { describe } from './plan-item.ts'
import { refused } from './plan-outcomes.ts'
import type { Draft, Drafts } from './plan-page.ts'
import type { Found } from './plan-rules.ts'
import { fail } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { EditSpec } from '#model/spec.ts'

/** Rows that are planned in one transaction; between two of them everybody else has a turn. */
const SLICE = 250

export interface GridPlan {
  readonly context: MakePlan
  readonly spec: EditSpec
  readonly leg: PlanLeg
  readonly write: (page: Drafts) => void
}

/**
 * Plans an edit from the rows of its metadata grid, with no request: what the person saw is what is planned, bound to
 * the ETag that they saw. Rows of which nothing would be written are no items. The cursor is the last key.
 */
export async function planGrid(plan: GridPlan, from: ListingCursor): Promise<void> {
  const { context, spec, leg, write } = plan
  const { changes } = spec
  if (changes.from !== 'grid') fail('internal', 'job', 'The edit has no grid.')
  const rows = rowsOf(context.gridRows, changes.id)
  const legs = [leg]
  const asksForMore = Object.values(spec.properties).some(({ policy }) => policy !== 'copy')
  const wanted = asksForMore || spec.rules.length > 0 ? 'all' : spec.fieldRules
  for (let after = from.after; ;) {
    const page = await rows.page(changes.id, after, SLICE, wanted)
    after = page.at(-1)?.key ?? after
    const isLast = page.length === 0
    const drafts = page.flatMap((row) => draftOf(plan, row) ?? [])
    write({ drafts, left: [], legs, reached: isLast ? undefined : { source: 0, segment: 0, after } })
    if (isLast) return
    await sleep(context.request.seams, 0, context.request.signal)
  }
}

function rowsOf(gridRows: GridRows | undefined, id: string): GridRows {
  if (gridRows?.find(id) !== undefined) return gridRows
  const message = `The metadata grid ${id} is not here any more, so that nobody knows what was to be changed.`
  return fail('not-possible', 'job', message, { property: 'changes.id' })
}

function knownOf(edit: RowEdit, { stands }: GridPlanRow): KnownEdit | undefined {
  if (edit.is !== 'known' || stands === undefined) return undefined
  const { tags } = stands
  return { properties: edit.properties, hasTags: tags && Object.keys(tags).length > 0 }
}

function draftOf({ spec, leg }: GridPlan, row: GridPlanRow): Draft | undefined {
  const { rules } = leg
  const edit = editOfRow(row, rules.fieldRules, rules.propertiesOf(0))
  if (edit.is === 'nothing') return undefined
  const { key, versionId, size, etag, lastModified, storageClass, cells } = row
  const own = Object.keys(cells).length > 0 ? { fields: cells } : undefined
  const found: Found = { key, versionId, size, etag, lastModified, storageClass, own }
  const item = describe(rules, found)
  if (edit.is === 'invalid') return { item: refused(item, edit.failure), link: 'none' }
  const way =
    edit.is === 'known'
      ? editWay(edit.properties, storageClass)
      : editWay(rules.propertiesOf(0), storageClass, edit.written)
  const planned = planEditAs(way, rules, spec, found, item)
  // The class that is asked for is the one it has: nobody needs to be told.
  return planned.skipReason === 'nothing-to-do'
    ? undefined
    : { item: planned, link: 'none', known: knownOf(edit, row) }
}
