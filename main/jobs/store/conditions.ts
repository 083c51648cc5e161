import { JOURNAL_STATES } from '../item.ts'
import type { JournalState } from '../item.ts'
import type { Cause } from './causes.ts'
import { S3_LIMITS } from '#model/object.ts'
import { ACTIONS, ANEW, SKIP_REASONS } from '#model/plan.ts'
import type { Action, Anew, ItemFilter, ItemQuery, PlanWarning, SkipReason } from '#model/plan.ts'

/** What of a job a condition on its items depends on. */
export interface ConditionFacts {
  /** It pours: names at its destinations may be taken. */
  readonly pours: boolean
  readonly causes: readonly Pick<Cause, 'id' | 'code' | 's3Code'>[]
  /** Legs whose place keeps what is written over or deleted. */
  readonly keptLegs: readonly number[]
  /** What is written over is copied elsewhere first. */
  readonly backsUp: boolean
}

/** Reasons that say that something has the name. */
export const TAKEN_REASONS: readonly SkipReason[] = ['exists', 'same', 'not-newer']
/** Bytes above which whatever carries an object does so by parts. */
export const LARGE = S3_LIMITS.copyObject
/** They put an object at a name of the destination. */
export const PUTS: readonly Action[] = ['copy', 'copy-parts', 'relay', 'bring-back', 'restore-then-copy']

const STATES: Readonly<Record<Exclude<ItemFilter, 'all' | 'under-way'>, readonly JournalState[]>> = {
  'to-do': ['planned', 'again', 'restoring', 'copied-not-deleted'],
  done: ['copied', 'moved', 'deleted', 'edited'],
  skipped: ['skipped'],
  failed: ['failed'],
}

/**
 * Everything that a query asks but its text, as a condition on a row of `items`: numbers of this program's own only, so
 * nothing that somebody typed is in it. What is under way no row tells.
 */
export function conditionOf(query: ItemQuery, facts: ConditionFacts): string {
  const { filter, action, skipReason, warning, taken, anew, code, s3Code } = query
  const parts: string[] = []
  if (filter !== 'all' && filter !== 'under-way') parts.push(isIn('state', STATES[filter], JOURNAL_STATES))
  if (action !== undefined) parts.push(actionIs([action]))
  if (skipReason !== undefined) parts.push(reasonIs([skipReason]))
  if (warning !== undefined) parts.push(warned(warning, facts))
  if (taken) parts.push(isTaken(facts))
  if (anew !== undefined) parts.push(isIn('anew', [anew], ANEW as readonly Anew[]))
  if (code !== undefined || s3Code !== undefined) {
    const ids = facts.causes
      .filter((cause) => (code ?? cause.code) === cause.code && (s3Code ?? cause.s3Code) === cause.s3Code)
      .map(({ id }) => id)
    parts.push(`${STATE_FAILED} AND cause IN (${ids.join()})`)
  }
  return parts.length === 0 ? '1' : parts.map((part) => `(${part})`).join(' AND ')
}

/** Whether what settles an item may change that the query is about it. */
export function dependsOnOutcome({ filter, code, s3Code, taken }: ItemQuery): boolean {
  return filter !== 'all' || code !== undefined || s3Code !== undefined || taken !== undefined
}

/**
 * | warning    | an item                                                                               |
 * |------------|----------------------------------------------------------------------------------------|
 * | overwrites | replaces something                                                                      |
 * | exists     | of a copy or move, is skipped as exists, same or not-newer                              |
 * | for-good   | deletes a version; or deletes, or writes over without a backup, where no versions are kept |
 * | archived   | is restored first                                                                       |
 * | large      | goes by parts, or is so large that it must                                              |
 * | refused    | is refused                                                                              |
 */
function warned(warning: PlanWarning, facts: ConditionFacts): string {
  switch (warning) {
    case 'overwrites':
      return REPLACES
    case 'exists':
      return facts.pours ? `${actionIs(['skip'])} AND ${reasonIs(TAKEN_REASONS)}` : '0'
    case 'for-good': {
      const removed = actionIs(['delete', 'delete-extra'])
      const erased = `${actionIs(['delete-version'])} OR (${removed} AND version IS NOT NULL)`
      const replaced = facts.backsUp ? '0' : REPLACES
      return `${erased} OR (leg NOT IN (${facts.keptLegs.join()}) AND (${removed} OR (${replaced})))`
    }
    case 'archived':
      return actionIs(['restore-then-copy'])
    case 'large':
      return `${actionIs(['copy-parts'])} OR (size > ${LARGE} AND ${actionIs(CARRIES)})`
    case 'refused':
      return actionIs(['refuse'])
  }
}

/** Actions that carry an object, in one piece or in parts as its size wants it. */
export const CARRIES: readonly Action[] = [
  'copy',
  'relay',
  'restore-then-copy',
  'rewrite',
  'set-aside',
  'bring-back',
]

function isTaken({ pours, causes }: ConditionFacts): string {
  if (!pours) return '0'
  const ids = causes.filter(({ code }) => code === 'destination-exists').map(({ id }) => id)
  const refused = `${actionIs(['refuse'])} AND cause IN (${ids.join()})`
  return `conflict = 1 OR (${actionIs(['skip'])} AND ${reasonIs(TAKEN_REASONS)}) OR (${refused})`
}

const REPLACES = `conflict = 1 AND ${actionIs(PUTS)}`
const STATE_FAILED = isIn('state', ['failed'], JOURNAL_STATES)

function actionIs(actions: readonly Action[]): string {
  return isIn('action', actions, ACTIONS)
}

function reasonIs(reasons: readonly SkipReason[]): string {
  return isIn('skip_reason', reasons, SKIP_REASONS)
}

function isIn<Name>(column: string, names: readonly Name[], all: readonly Name[]): string {
  return `${column} IN (${names.map((name) => all.indexOf(name)).join()})`
}
