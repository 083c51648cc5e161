import type { JobSnapshot } from '#model/job.ts'
import type { Jobs } from '../jobs/api.ts'
import type { Log } from '../log/log.ts'
import type { SettingsStore } from './settings.ts'

/** What becomes of jobs, a line for each turn; how much is written follows the settings. */
export function keepLog({
  log,
  jobs,
  settings,
}: {
  readonly log: Log
  readonly jobs: Jobs
  readonly settings: SettingsStore
}): () => void {
  log.setLevel(settings.current().logLevel)
  const offSettings = settings.onChange(({ logLevel }) => log.setLevel(logLevel))
  /** Of unfinished jobs, so that it does not grow. */
  const last = new Map<string, string>()
  const offJobs = jobs.onChange(({ jobs: changed, removed }) => {
    for (const job of changed) {
      const line = lineOf(job)
      if (last.get(job.id) !== line) log.write(job.status.is === 'failed' ? 'error' : 'info', line)
      if (['completed', 'cancelled', 'failed'].includes(job.status.is)) last.delete(job.id)
      else last.set(job.id, line)
    }
    for (const id of removed) last.delete(id)
  })
  return () => {
    offSettings()
    offJobs()
  }
}

function lineOf({ id, title, status, draft }: JobSnapshot): string {
  const why = status.is === 'paused' ? ` (${status.reason})` : ''
  const failure = 'failure' in status && status.failure !== undefined ? `: ${status.failure.message}` : ''
  return `job ${id}${draft ? ' (draft)' : ''} ${status.is}${why}${failure}: ${title}`
}
