import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { HostPort } from '#contract/host.ts'
import type { DeliveredFile, Parsed } from '#contract/methods.ts'
import { fail, toFailure } from '#model/failure.ts'
import { isFinished, settledItems, type JobSnapshot } from '#model/job.ts'
import type { Settings } from '#model/settings.ts'
import { writtenPlaces, type JobSpec } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import type { Jobs } from '../jobs/api.ts'
import type { CustomerKeys } from './customer-keys.ts'
import { diskFailure, fileName } from './files.ts'
import type { SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'

interface Needs {
  readonly host: HostPort
  readonly settings: SettingsStore
  readonly storages: Storages
  readonly customerKeys: CustomerKeys
  readonly jobs: Jobs
}

export function createJob(
  { settings, storages, customerKeys, jobs }: Omit<Needs, 'host'>,
  { spec, draft, credentials = {}, customerKeys: keys = {} }: Parsed<'jobs.create'>,
): JobSnapshot {
  refuseReadOnly(spec, settings.current())
  for (const [id, lent] of Object.entries(credentials)) storages.lend(id, lent)
  for (const [name, key] of Object.entries(keys)) customerKeys.lend(name, key)
  return jobs.create(spec, { draft })
}

/** Plans a job that takes back what another did. */
export function undoJob(
  { settings, jobs }: Pick<Needs, 'settings' | 'jobs'>,
  { id, draft }: Parsed<'jobs.undo'>,
): JobSnapshot {
  refuseReadOnly(undoOf(id, jobs.get(id).spec), settings.current())
  return jobs.undo(id, { draft })
}

/** What was asked for, to be asked for again: all of it, or none. */
export function jobFile({ jobs }: Pick<Needs, 'jobs'>, id: string): JobSpec {
  const { spec } = jobs.get(id)
  if (spec.kind !== 'edit' || spec.changes.from !== 'grid') return spec
  const message =
    'The values of this edit were made in a metadata grid, which no job file holds. Export the CSV of the grid: decant edit --csv makes the same edit from it.'
  return fail('not-possible', 'item', message, { property: 'changes' })
}

/** Said before the plan is made; the storage itself refuses in any case. */
function refuseReadOnly(spec: JobSpec, { connections }: Settings): void {
  const written = writtenPlaces(spec).map(({ connection: { id } }) => id)
  const locked = connections.find(({ id, readOnly }) => readOnly && written.includes(id))
  if (locked)
    fail('read-only', 'job', `The connection "${locked.name}" is read-only: nothing can be written there.`)
}

export async function deliverReport(
  { jobs, host }: Pick<Needs, 'jobs' | 'host'>,
  id: string,
  format: 'csv' | 'json',
  folder: string,
): Promise<DeliveredFile> {
  const { title } = jobs.get(id).snapshot
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${id}.${format}`)
  try {
    await jobs.writeReport(id, format, file)
  } catch (error) {
    throw diskFailure(error, 'the report')
  }
  return host.deliverFile({ path: file, name: `${fileName(title)}.${format}` })
}

/** The titles of unfinished jobs that go through this connection. */
export function jobsUsing(jobs: Jobs, connectionId: string): string[] {
  return jobs
    .list()
    .filter(({ status, draft }) => !draft && !isFinished(status))
    .filter(({ sources, destinations }) =>
      [...sources, ...destinations].some((place) => place.connectionId === connectionId),
    )
    .map(({ title }) => title)
}

/** Tells the desktop what the jobs are at: the bar on the taskbar, and a notice when one is done. */
export function reportToDesktop({
  jobs,
  host,
  settings,
}: Omit<Needs, 'storages' | 'customerKeys'>): () => void {
  const running = new Map<string, JobSnapshot>()
  let shown = ''
  const show = (changed: readonly JobSnapshot[], removed: readonly string[]): void => {
    for (const job of changed) {
      if (job.status.is === 'running' && !job.draft) running.set(job.id, job)
      else running.delete(job.id)
    }
    for (const id of removed) running.delete(id)
    const progress = { running: running.size, fraction: fractionOf([...running.values()]) }
    const now = JSON.stringify(progress)
    if (now === shown) return
    shown = now
    ignoreFailure(host.showProgress(progress))
  }
  const offChange = jobs.onChange((change) => show(change.jobs, change.removed))
  const offFinished = jobs.onFinished((job) => {
    if (settings.current().notifications) ignoreFailure(host.notify(noticeOf(job)))
  })
  show(jobs.list(), [])
  return () => {
    offChange()
    offFinished()
  }
}

/** Whole per cents: the bar need not be told of less. Undefined while a listing hides the total. */
export function fractionOf(running: readonly JobSnapshot[]): number | undefined {
  if (running.length === 0 || running.some(({ listing }) => listing)) return undefined
  const total = running.reduce((sum, { tally }) => sum + tally.listed.items, 0)
  const done = running.reduce((sum, { tally }) => sum + settledItems(tally), 0)
  return total === 0 ? undefined : Math.floor((done / total) * 100) / 100
}

export function noticeOf(job: JobSnapshot): { title: string; body: string; jobId: string } {
  const { status, tally, title, id } = job
  const failed = tally.failed.items
  const done = tally.copied.items + tally.moved.items + tally.deleted.items
  const count = `${done.toLocaleString('en')} done${failed > 0 ? `, ${failed.toLocaleString('en')} failed` : ''}`
  const heading =
    status.is === 'failed' ? 'Job failed' : failed > 0 ? 'Job completed with failures' : 'Job completed'
  return {
    title: heading,
    body: `${title}: ${status.is === 'failed' ? status.failure.message : count}`,
    jobId: id,
  }
}

/** A desktop that shows no progress is no reason to stop a job. */
function ignoreFailure(done: Promise<void>): void {
  done.catch((error: unknown) => console.warn(toFailure(error).message))
}
