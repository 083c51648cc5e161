import { isFinished, leadsElsewhere, skipped, type JobSnapshot, type Tally } from '#model/job.ts'
import type { Segment } from '../ui/segment.ts'
import type { StateName } from '../ui/state-look.ts'

/** The shape and word of a job's state. "Done with failures" is counted here, it is stored nowhere. */
export function jobState(job: JobSnapshot): StateName {
  const { status } = job
  switch (status.is) {
    case 'paused':
      switch (status.reason) {
        case 'user':
          return 'paused'
        case 'credentials':
          return leadsElsewhere(status) ? 'elsewhere' : 'sign-in'
        case 'restore':
          return 'restoring'
        case 'offline':
        case 'refused':
        case 'interrupted':
        case 'storage':
        case 'folder':
        case 'schedule':
        case 'budget':
          return status.reason
      }
      break
    case 'completed':
      return job.tally.failed.items > 0 ? 'done-with-failures' : 'done'
    case 'queued':
    case 'planning':
    case 'ready':
    case 'running':
    case 'cancelled':
    case 'failed':
      return status.is
  }
}

const VERBS: Readonly<Record<JobSnapshot['kind'], string>> = {
  copy: 'Copy',
  move: 'Move',
  delete: 'Delete',
  edit: 'Edit',
  parity: 'Compare',
  rewind: 'Rewind',
  undo: 'Undo',
}

/** Jobs of a kind that read as another; their titles say so. */
const KINDS_IN_TITLES: Readonly<Partial<Record<JobSnapshot['kind'], string>>> = {
  copy: 'Mirror',
  delete: 'Purge',
  rewind: 'Undelete',
}

/** What the job does, as the first word of a line about it. */
export function jobVerb({ title, kind }: Pick<JobSnapshot, 'title' | 'kind'>): string {
  const other = KINDS_IN_TITLES[kind]
  return other !== undefined && title.startsWith(`${other} `) ? other : VERBS[kind]
}

/** How many items the bar stands for: the plan so far, or what was listed where that is more. */
export function jobTotal(job: JobSnapshot): number {
  const planned = Object.values(job.tally.planned).reduce((sum, count) => sum + count.items, 0)
  return Math.max(planned, job.tally.listed.items)
}

/** What the job has come to do, where that is not to find that nothing has to be done. */
export function doneItems({ copied, moved, deleted, edited }: Tally): number {
  return copied.items + moved.items + deleted.items + edited.items
}

export function doneBytes({ copied, moved, deleted, edited }: Tally): number {
  return copied.bytes + moved.bytes + deleted.bytes + edited.bytes
}

export function jobSegments({ tally, kind }: JobSnapshot): Segment[] {
  const alike = skipped(tally).items
  return [
    // To find things alike is what a comparison is for.
    { kind: 'done', count: doneItems(tally) + (kind === 'parity' ? alike : 0) },
    { kind: 'skipped', count: kind === 'parity' ? 0 : alike },
    { kind: 'failed', count: tally.failed.items },
    { kind: 'restoring', count: tally.restoring.items },
  ]
}

/** `waiting`: somebody else is at work for it, an archive that brings objects back. */
export function jobPhase({ status }: JobSnapshot): 'running' | 'paused' | 'waiting' | 'ended' {
  if (isFinished(status)) return 'ended'
  if (status.is === 'paused') return status.reason === 'restore' ? 'waiting' : 'paused'
  return status.is === 'queued' ? 'paused' : 'running'
}
