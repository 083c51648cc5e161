import { isFinished, type JobSnapshot } from '#model/job.ts'

export interface JobMap {
  readonly byId: ReadonlyMap<string, JobSnapshot>
  /** Those that were removed, each with when it had been brought here as a record: late events bring none back. */
  readonly removed: ReadonlyMap<string, JobSnapshot['importedAt']>
}

export const NO_JOBS: JobMap = { byId: new Map(), removed: new Map() }

/**
 * Takes over newer snapshots; an older one, or one of a job that was removed, changes nothing. What was removed and is
 * brought here as a record since is there again. `anew`: all of them as the core has them by now, which counts even
 * where another core has counted further: revisions are compared within one core's life.
 */
export function mergeJobs(
  before: JobMap,
  jobs: readonly JobSnapshot[],
  gone: readonly string[],
  how: 'news' | 'anew' = 'news',
): JobMap & { readonly finished: readonly JobSnapshot[] } {
  const byId = new Map(before.byId)
  const removed = gone.length === 0 ? before.removed : withRemoved(before, gone)
  const finished: JobSnapshot[] = []
  for (const id of gone) byId.delete(id)
  for (const job of jobs) {
    const known = byId.get(job.id)
    if (removed.has(job.id) && (job.importedAt === undefined || removed.get(job.id) === job.importedAt))
      continue
    if (known !== undefined && known.revision >= job.revision && how === 'news') continue
    if (known !== undefined && !isFinished(known.status) && isFinished(job.status)) finished.push(job)
    byId.set(job.id, job)
  }
  return { byId, removed, finished }
}

function withRemoved({ byId, removed }: JobMap, gone: readonly string[]): JobMap['removed'] {
  const all = new Map(removed)
  for (const id of gone) all.set(id, byId.get(id)?.importedAt ?? removed.get(id))
  return all
}
