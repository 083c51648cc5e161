import type { JournalState } from './item.ts'
import { CARRIES, LARGE, PUTS } from './store/conditions.ts'
import type { Tally } from '#model/job.ts'
import { ACTIONS, SKIP_REASONS } from '#model/plan.ts'
import type { Action, Count, SkipReason } from '#model/plan.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] }

/** What of a leg's items may be gone for good, as its bucket keeps versions or does not. */
export interface Risks {
  /** Written over. */
  readonly replaced: Count
  /** Deleted by name. */
  readonly removed: Count
  /** Versions, deleted by their ids. */
  readonly erased: Count
}

/** What is counted besides, for the warnings of a plan. */
interface Warned {
  /** By leg, and only of those of which there is any. */
  readonly risks: Readonly<Record<string, Risks>>
  /** So large that they go by parts, in actions that go in one piece else. */
  readonly large: Count
}

/** The journal's own copy: counted up and down in place, in step with the items. */
export type MutableTally = Mutable<Tally & Warned>

const none = (): Mutable<Count> => ({ items: 0, bytes: 0 })

export function emptyTally(): MutableTally {
  return {
    listed: none(),
    planned: perName(ACTIONS),
    skipped: perName(SKIP_REASONS),
    conflicts: 0,
    copied: none(),
    moved: none(),
    deleted: none(),
    edited: none(),
    failed: none(),
    filtered: none(),
    restoring: none(),
    risks: {},
    large: none(),
  }
}

function perName<Name extends string>(names: readonly Name[]): Record<Name, Mutable<Count>> {
  return Object.fromEntries(names.map((name) => [name, none()])) as Record<Name, Mutable<Count>>
}

/** What of an item is counted. */
export interface Countable {
  readonly leg: number
  readonly versionId?: string | undefined
  readonly size: number
  readonly action: Action
  readonly skipReason?: SkipReason | undefined
  readonly conflict: boolean
  readonly state: JournalState
}

/**
 * Counts one item in (`sign` 1) or out (-1). The tally is the sum of this over all items, so a change of an item is
 * its old self counted out and its new self counted in, and a recount is the same sum from nothing.
 */
export function countItem(tally: MutableTally, item: Countable, sign: 1 | -1): void {
  add(tally.listed, item, sign)
  add(tally.planned[item.action], item, sign)
  if (item.conflict) tally.conflicts += sign
  countWarned(tally, item, sign)
  if (item.state === 'skipped') add(tally.skipped[item.skipReason ?? 'nothing-to-do'], item, sign)
  else countOutcome(tally, item, sign)
}

/** Most items are neither: nothing is done for them. */
function countWarned(tally: MutableTally, item: Countable, sign: 1 | -1): void {
  if (item.size > LARGE && CARRIES.includes(item.action)) add(tally.large, item, sign)
  const risk = riskOf(item)
  if (risk === undefined) return
  const risks = (tally.risks[item.leg] ??= { replaced: none(), removed: none(), erased: none() })
  add(risks[risk], item, sign)
  if (Object.values(risks).every(({ items }) => items === 0)) delete tally.risks[item.leg]
}

/**
 * | action                               | risk     |
 * |--------------------------------------|----------|
 * | delete-version                       | erased   |
 * | delete, delete-extra of a version    | erased   |
 * | delete, delete-extra                 | removed  |
 * | a copy of any kind, where something stands | replaced |
 * | any other                            | none     |
 *
 * Whether it is for good then, `for-good.ts` says.
 */
function riskOf({ action, versionId, conflict }: Countable): keyof Risks | undefined {
  if (action === 'delete-version') return 'erased'
  if (action === 'delete' || action === 'delete-extra') return versionId === undefined ? 'removed' : 'erased'
  return conflict && PUTS.includes(action) ? 'replaced' : undefined
}

/** All legs together, or those that are meant. */
export function atRisk({ risks }: Pick<MutableTally, 'risks'>, isMeant = (_leg: number) => true): Risks {
  const all = { replaced: none(), removed: none(), erased: none() }
  for (const [leg, of] of Object.entries(risks)) {
    if (!isMeant(Number(leg))) continue
    for (const risk of ['replaced', 'removed', 'erased'] as const) {
      all[risk].items += of[risk].items
      all[risk].bytes += of[risk].bytes
    }
  }
  return all
}

/** Listed objects that are no items. What is `listed` are the items alone, so that it can be worked off. */
export function countFiltered(tally: MutableTally, filtered: Count): void {
  tally.filtered.items += filtered.items
  tally.filtered.bytes += filtered.bytes
}

/** Only the part that changes when an item is settled: what was planned stays. Skipping is a change of the plan. */
export function countOutcome(
  tally: MutableTally,
  item: Pick<Countable, 'size' | 'state'>,
  sign: 1 | -1,
): void {
  switch (item.state) {
    case 'copied':
      return add(tally.copied, item, sign)
    case 'moved':
      return add(tally.moved, item, sign)
    case 'deleted':
      return add(tally.deleted, item, sign)
    case 'edited':
      return add(tally.edited, item, sign)
    case 'restoring':
      return add(tally.restoring, item, sign)
    case 'failed':
      return add(tally.failed, item, sign)
    case 'planned':
    case 'again':
    case 'skipped':
    case 'copied-not-deleted':
      // Skipped is counted by reason, and where a source still stands it is not done yet.
      return
  }
}

function add(count: Mutable<Count>, item: { readonly size: number }, sign: 1 | -1): void {
  count.items += sign
  count.bytes += sign * item.size
}

/** A copy that does not change any more. */
export function freezeTally({ risks: _risks, large: _large, ...tally }: MutableTally): Tally {
  return structuredClone(tally)
}
