import { isFinished, settledItems, type JobSnapshot, type Tally } from '#model/job.ts'
import type { Segment } from '../../ui/segment.ts'

export type LegendEntry = Segment & { readonly label: string }

const DONE: Readonly<Record<JobSnapshot['kind'], string>> = {
  copy: 'Copied',
  move: 'Moved',
  delete: 'Deleted',
  edit: 'Edited',
  parity: 'Compared',
}

/** The states of a job's items with their true counts; together they are what was listed. */
export function jobLegend(job: JobSnapshot): LegendEntry[] {
  const { tally, kind, live } = job
  const underWay = job.status.is === 'running' ? (live?.inFlight ?? 0) : 0
  const open = Math.max(0, tally.listed.items - settledItems(tally))
  // Requests of one large object are in flight by the dozen, and it is one item.
  const moving = Math.min(underWay, open)
  const entries: LegendEntry[] = [
    {
      kind: 'done',
      label: DONE[kind],
      count: tally.copied.items + tally.moved.items + tally.deleted.items + tally.edited.items,
    },
    { kind: 'skipped', label: 'Skipped', count: tally.planned.skip.items },
    { kind: 'failed', label: 'Failed', count: tally.failed.items },
    { kind: 'running', label: 'Under way', count: moving },
    { kind: 'todo', label: isFinished(job.status) ? 'Not done' : 'To do', count: open - moving },
  ]
  return entries.filter(({ kind: segment, count }) => count > 0 || segment === 'done')
}

/** Every item the plan has decided about. */
export function plannedItems({ planned }: Tally): number {
  return Object.values(planned).reduce((sum, count) => sum + count.items, 0)
}
