import { isFinished, type JobSnapshot } from '#model/job.ts'

export interface JobMap {
  readonly byId: ReadonlyMap<string, JobSnapshot>
  /** Ids that were removed: an event that was late brings none of them back. */
  readonly removed: ReadonlySet<string>
}

export const NO_JOBS: JobMap = { byId: new Map(), removed: new Set() }

/** Takes over newer snapshots; an older one, or one of a job that was removed, changes nothing. */
export function mergeJobs(
  before: JobMap,
  jobs: readonly JobSnapshot[],
  gone: readonly string[],
): JobMap & { readonly finished: readonly JobSnapshot[] } {
  const byId = new Map(before.byId)
  const removed = gone.length === 0 ? before.removed : new Set([...before.removed, ...gone])
  const finished: JobSnapshot[] = []
  for (const id of gone) byId.delete(id)
  for (const job of jobs) {
    const known = byId.get(job.id)
    if (removed.has(job.id) || (known !== undefined && known.revision >= job.revision)) continue
    if (known !== undefined && !isFinished(known.status) && isFinished(job.status)) finished.push(job)
    byId.set(job.id, job)
  }
  return { byId, removed, finished }
}
