import { standingThere } from '../item.ts'
import type { Item, OwnEdit, PlannedItem, Standing } from '../item.ts'
import { planItem } from './plan-item.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import { TAKEN_REASONS } from '../store/conditions.ts'
import { isFileEtag } from '#model/file-etag.ts'
import { etagParts } from '#model/object.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { ConflictAnswer } from '#model/plan.ts'

/**
 * What an answer makes of an item. `left`: it is about nothing that has its name. `look`: what the plan remembers does
 * not suffice. `name`: it goes beside what stands there, under a name that is to be found.
 */
export type Answered =
  | { readonly is: 'left' }
  | { readonly is: 'look' }
  | { readonly is: 'name' }
  | { readonly is: 'planned'; readonly item: PlannedItem }

/**
 * | the item                                                  | answer       | becomes                        |
 * |-----------------------------------------------------------|--------------|--------------------------------|
 * | has a free name, or waits for another, or is of a history | any          | left                           |
 * | was given a name of its own by an answer                  | keep-both    | left                           |
 * |                                                           | any other    | look: its first name is not remembered |
 * | its source is archived                                    | not skip     | look: only a fresh one tells what is restored |
 * | nobody looked what has its name                           | any          | look                           |
 * | the ETags' kinds say nothing of the content               | if-different | look: sizes and dates decide   |
 * | any other                                                 | keep-both    | name                           |
 * | any other                                                 | any other    | planned, as that policy says   |
 */
export function answerItem(
  rules: PlanRules,
  item: Item,
  answer: ConflictAnswer,
  own: OwnEdit | undefined,
): Answered {
  const isNamed = own?.conflict === 'keep-both' && item.target !== undefined
  if (item.history !== undefined || item.after !== undefined || !(isNamed || isTaken(item)))
    return { is: 'left' }
  if (isNamed) return answer === 'keep-both' ? { is: 'left' } : { is: 'look' }
  if (isArchived(item) && answer !== 'skip') return { is: 'look' }
  const there = standingThere(item)
  if (there === undefined) return { is: 'look' }
  if (answer === 'keep-both') return { is: 'name' }
  const standing = summaryOf(item, there)
  if (answer === 'if-different' && standing === undefined) return { is: 'look' }
  const summary = standing ?? { ...sourceOf(item), ...there }
  return { is: 'planned', item: decided(rules, item, { ...own, conflict: answer }, summary) }
}

/** The item as its policy decides it, by what is known of both sides; what the whole plan told of it stays. */
export function decided(
  rules: PlanRules,
  item: PlannedItem,
  own: OwnEdit | undefined,
  standing: ObjectSummary | undefined,
): PlannedItem {
  const { target, after, anew } = item
  return { ...planItem(rules, { ...foundOf(item), own }, standing), target, after, anew }
}

export function foundOf(item: PlannedItem): Found {
  const { history, rules, versionId } = item
  return { ...sourceOf(item), versionId, state: history, rules }
}

function sourceOf({ key, size, etag, lastModified, storageClass }: PlannedItem): ObjectSummary {
  return { key, size, etag, lastModified, storageClass }
}

function isTaken({ conflict, state, action, skipReason, failure }: Item): boolean {
  if (state === 'planned') return conflict
  if (state === 'skipped') return skipReason !== undefined && TAKEN_REASONS.includes(skipReason)
  return state === 'failed' && action === 'refuse' && failure?.code === 'destination-exists'
}

export function isArchived({ storageClass }: Pick<PlannedItem, 'storageClass'>): boolean {
  return (
    storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE' || storageClass === 'INTELLIGENT_TIERING'
  )
}

/**
 * What stands there, with a size that leads to the true answer of whether it is the same: its own is not remembered.
 * Undefined where only its own would.
 */
function summaryOf(item: Item, there: Standing): ObjectSummary | undefined {
  const source = sourceOf(item)
  if (there.etag === item.etag) return { ...source, ...there }
  if (isFileEtag(item.etag) || isFileEtag(there.etag)) return undefined
  return etagParts(item.etag) === etagParts(there.etag) ? { ...source, ...there } : undefined
}
