import { isFinished, settledItems, skipped, type JobSnapshot, type Tally } from '#model/job.ts'
import { doneItems, jobVerb } from '../../components/job-look.ts'
import type { Segment } from '../../ui/segment.ts'

export type LegendEntry = Segment & { readonly label: string }

const DONE: Readonly<Record<JobSnapshot['kind'], string>> = {
  copy: 'Copied',
  move: 'Moved',
  delete: 'Deleted',
  edit: 'Edited',
  parity: 'Alike',
  rewind: 'Brought back',
  undo: 'Taken back',
}

/** The states of a job's items with their true counts; together they are what was listed. */
export function jobLegend(job: JobSnapshot): LegendEntry[] {
  const { tally, kind, live } = job
  const done = { Purge: 'Purged', Undelete: 'Undeleted' }[jobVerb(job)] ?? DONE[kind]
  const underWay = job.status.is === 'running' ? (live?.inFlight ?? 0) : 0
  const open = Math.max(0, openItems(job))
  const restoring = Math.min(tally.restoring.items, open)
  // Requests of one large object are in flight by the dozen, and it is one item.
  const moving = Math.min(underWay, open - restoring)
  const entries: LegendEntry[] = [
    {
      kind: 'done',
      label: done,
      count: kind === 'parity' ? skipped(tally).items : doneItems(tally),
    },
    { kind: 'skipped', label: 'Skipped', count: kind === 'parity' ? 0 : skipped(tally).items },
    { kind: 'failed', label: kind === 'parity' ? 'Different' : 'Failed', count: tally.failed.items },
    { kind: 'running', label: 'Under way', count: moving },
    { kind: 'restoring', label: 'Restoring', count: restoring },
    {
      kind: 'todo',
      label: isFinished(job.status) ? 'Not done' : 'To do',
      count: open - moving - restoring,
    },
  ]
  return entries.filter(({ kind: segment, count }) => count > 0 || segment === 'done')
}

/** Not settled yet: of the plan so far, or of what was listed where that is more. */
function openItems({ tally }: JobSnapshot): number {
  const due = Math.max(plannedItems(tally), tally.listed.items)
  return due - settledItems(tally)
}

/** Every item the plan has decided about. */
export function plannedItems({ planned }: Tally): number {
  return Object.values(planned).reduce((sum, count) => sum + count.items, 0)
}
