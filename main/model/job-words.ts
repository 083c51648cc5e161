import type { Tally } from './job.ts'
import { SKIP_REASONS } from './plan.ts'
import type { Count, SkipReason } from './plan.ts'
import type { JobSpec } from './spec.ts'

/** What a job does, as its report and the window say it. */
export const DOES: Readonly<Record<JobSpec['kind'], string>> = {
  copy: 'copy',
  move: 'move',
  edit: 'edit in place',
  delete: 'delete',
  parity: 'compare',
  rewind: 'bring back',
  undo: 'take back',
}

export const SKIPPED: Readonly<Record<SkipReason, string>> = {
  exists: 'the key exists',
  same: 'the same is there',
  'not-newer': 'not newer',
  'same-object': 'itself',
  'nothing-to-do': 'nothing to do',
  left: 'left aside',
}

/** What came of a job's items, each by its name and in the order in which it is told: only what there is. */
export function cameOf(tally: Tally): readonly (readonly [name: string, count: Count])[] {
  const all = [
    ['Listed', tally.listed],
    ['Copied', tally.copied],
    ['Moved', tally.moved],
    ['Deleted', tally.deleted],
    ['Edited', tally.edited],
    ['Left out by the filter', tally.filtered],
    ['Still in the archive', tally.restoring],
    ...SKIP_REASONS.map((reason) => [`Skipped: ${SKIPPED[reason]}`, tally.skipped[reason]] as const),
    ['Failed', tally.failed],
  ] as const
  return all.filter(([, { items }]) => items > 0)
}
