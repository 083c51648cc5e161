import type { HostPort, JobAtWork, JobNotice, JobsAtWork } from '#contract/host.ts'
import { toFailure } from '#model/failure.ts'
import { isFinished, leadsElsewhere, settledItems, type JobSnapshot, type JobStatus } from '#model/job.ts'
import type { Jobs } from '../jobs/api.ts'
import type { SettingsStore } from './settings.ts'

interface Needs {
  readonly host: HostPort
  readonly settings: SettingsStore
  readonly jobs: Jobs
}

/** So many jobs the tray's menu names. */
const NAMED = 8

/** Tells the desktop what the jobs are at (dock, taskbar, tray), and what somebody should know who looks elsewhere. */
export function reportToDesktop({ jobs, host, settings }: Needs): () => void {
  const active = new Map<string, JobSnapshot>()
  let shown = ''
  const tell = (notice: JobNotice | undefined): void => {
    if (notice !== undefined && settings.current().notifications) ignoreFailure(host.notify(notice))
  }
  const show = (): void => {
    const work = atWork([...active.values()], settings.current().keepAwake)
    const now = JSON.stringify(work)
    if (now === shown) return
    shown = now
    ignoreFailure(host.showProgress(work))
  }
  const follow = (changed: readonly JobSnapshot[], removed: readonly string[]): void => {
    for (const job of changed) {
      if (!job.draft) tell(turnNotice(job, active.get(job.id)?.status))
      if (!job.draft && !isFinished(job.status)) active.set(job.id, job)
      else active.delete(job.id)
    }
    for (const id of removed) active.delete(id)
    show()
  }
  const offChange = jobs.onChange((change) => follow(change.jobs, change.removed))
  const offFinished = jobs.onFinished((job) => tell(endNotice(job, jobs.get(job.id).undo.is)))
  const offSettings = settings.onChange(show)
  for (const job of jobs.list()) if (!job.draft && !isFinished(job.status)) active.set(job.id, job)
  show()
  return () => {
    offChange()
    offFinished()
    offSettings()
  }
}

/** Pure: what the dock, the taskbar and the tray show of the unfinished jobs. */
export function atWork(active: readonly JobSnapshot[], keepAwake: boolean): JobsAtWork {
  const running = active.filter(({ status }) => status.is === 'running')
  const paused = active.filter(({ status }) => status.is === 'paused')
  return {
    running: running.length,
    paused: paused.length,
    fraction: fractionOf(running),
    awake: keepAwake && running.length > 0,
    jobs: [...running, ...paused].slice(0, NAMED).map((job): JobAtWork => ({
      id: job.id,
      title: job.title,
      state: job.status.is === 'running' ? 'running' : 'paused',
      fraction: fractionOf([job]),
    })),
  }
}

/** Whole per cents: the bar need not be told of less. Undefined while a listing hides the total. */
export function fractionOf(running: readonly JobSnapshot[]): number | undefined {
  if (running.length === 0 || running.some(({ listing }) => listing)) return undefined
  const total = running.reduce((sum, { tally }) => sum + tally.listed.items, 0)
  const done = running.reduce((sum, { tally }) => sum + settledItems(tally), 0)
  return total === 0 ? undefined : Math.floor((done / total) * 100) / 100
}

/**
 * What is told of a job that goes on, or waits:
 *
 * | was                 | is                  | told                      |
 * |---------------------|---------------------|---------------------------|
 * | not waiting for it  | paused, credentials | that somebody must sign in, or that its connection leads elsewhere |
 * | paused, restore     | running             | that the archive is there |
 * | anything            | anything else       | nothing                   |
 */
export function turnNotice(job: JobSnapshot, before: JobStatus | undefined): JobNotice | undefined {
  const { status, title, id: jobId } = job
  const paused = (at: JobStatus | undefined, reason: string): boolean =>
    at?.is === 'paused' && at.reason === reason
  if (before === undefined) return undefined
  if (paused(status, 'credentials') && !paused(before, 'credentials')) {
    const failure = status.is === 'paused' ? status.failure : undefined
    const body = failure === undefined ? title : `${title}: ${failure.message}`
    if (leadsElsewhere(status))
      return { title: 'A job waits for its connection', body, jobId, actions: ['show'] }
    return { title: 'A job waits for a sign-in', body, jobId, actions: ['sign-in', 'show'] }
  }
  if (status.is === 'running' && paused(before, 'restore'))
    return { title: 'Restored from the archive', body: `${title} goes on.`, jobId, actions: ['show'] }
  return undefined
}

/** What is told at the end of a job; of one that was cancelled, nothing. */
export function endNotice(
  job: JobSnapshot,
  undo: 'yes' | 'partly' | 'no' | 'not-yet',
): JobNotice | undefined {
  const { status, tally, title, id: jobId } = job
  if (status.is === 'cancelled') return undefined
  if (status.is === 'failed')
    return { title: 'Job failed', body: `${title}: ${status.failure.message}`, jobId, actions: ['show'] }
  const failed = tally.failed.items
  const done = tally.copied.items + tally.moved.items + tally.deleted.items + tally.edited.items
  const count = `${done.toLocaleString('en')} done${failed > 0 ? `, ${failed.toLocaleString('en')} failed` : ''}`
  const body = `${title}: ${count}`
  if (failed > 0)
    return job.kind === 'parity'
      ? { title: 'Job completed with differences', body, jobId, actions: ['show'] }
      : { title: 'Job completed with failures', body, jobId, actions: ['show', 'retry'] }
  const actions: JobNotice['actions'] = undo === 'yes' || undo === 'partly' ? ['show', 'undo'] : ['show']
  return { title: 'Job completed', body, jobId, actions }
}

/** A desktop that shows no progress is no reason to stop a job. */
function ignoreFailure(done: Promise<void>): void {
  done.catch((error: unknown) => console.warn(toFailure(error).message))
}
