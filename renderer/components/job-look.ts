import { isFinished, type JobSnapshot } from '#model/job.ts'
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
          return 'sign-in'
        case 'restore':
          return 'restoring'
        case 'offline':
        case 'interrupted':
        case 'storage':
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

/** What the job does, as the first word of a line about it. */
export function jobVerb(job: JobSnapshot): string {
  return { copy: 'Copy', move: 'Move', delete: 'Delete', edit: 'Edit', parity: 'Compare' }[job.kind]
}

/** How many items the bar stands for: the plan so far, or what was listed where that is more. */
export function jobTotal(job: JobSnapshot): number {
  const planned = Object.values(job.tally.planned).reduce((sum, count) => sum + count.items, 0)
  return Math.max(planned, job.tally.listed.items)
}

export function jobSegments({ tally }: JobSnapshot): Segment[] {
  return [
    { kind: 'done', count: tally.copied.items + tally.moved.items + tally.deleted.items },
    { kind: 'skipped', count: tally.planned.skip.items },
    { kind: 'failed', count: tally.failed.items },
  ]
}

export function jobPhase(job: JobSnapshot): 'running' | 'paused' | 'ended' {
  if (isFinished(job.status)) return 'ended'
  return job.status.is === 'paused' || job.status.is === 'queued' ? 'paused' : 'running'
}
