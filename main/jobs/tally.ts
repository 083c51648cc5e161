import type { JournalState } from './item.ts'
import type { Tally } from '#model/job.ts'
import { ACTIONS, SKIP_REASONS } from '#model/plan.ts'
import type { Action, Count, SkipReason } from '#model/plan.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] }

/** The journal's own copy: counted up and down in place, in step with the items. */
export type MutableTally = Mutable<Tally>

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
  }
}

function perName<Name extends string>(names: readonly Name[]): Record<Name, Mutable<Count>> {
  return Object.fromEntries(names.map((name) => [name, none()])) as Record<Name, Mutable<Count>>
}

/** What of an item is counted. */
export interface Countable {
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
  if (item.state === 'skipped') add(tally.skipped[item.skipReason ?? 'nothing-to-do'], item, sign)
  else countOutcome(tally, item, sign)
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
export function freezeTally(tally: MutableTally): Tally {
  return structuredClone(tally)
}
