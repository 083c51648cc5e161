import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Caller } from '#contract/handlers.ts'
import type { HostPort } from '#contract/host.ts'
import type { DeliveredFile } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import { fail } from '#model/failure.ts'
import { isFinished, type JobSnapshot } from '#model/job.ts'
import type { Settings } from '#model/settings.ts'
import { RECORD_ENDING } from '#model/job-file.ts'
import { reportPlaces } from '#model/report.ts'
import { writtenPlaces, type JobSpec, type ReportFormat } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import type { Jobs } from '../jobs/api.ts'
import type { CustomerKeys } from './customer-keys.ts'
import { refuseUngrantedUndo } from './file-grants.ts'
import { diskFailure, fileName } from './files.ts'
import { asSaved } from './led-elsewhere.ts'
import type { SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'
import type { Webhooks } from './webhooks.ts'

interface Needs {
  readonly host: HostPort
  readonly settings: SettingsStore
  readonly storages: Storages
  readonly customerKeys: CustomerKeys
  readonly webhooks: Webhooks
  readonly jobs: Jobs
}

export function createJob(
  { settings, storages, customerKeys, webhooks, jobs }: Omit<Needs, 'host'>,
  {
    spec: given,
    draft,
    orders,
    credentials = {},
    customerKeys: keys = {},
    webhooks: lent = {},
  }: Parsed<'jobs.create'>,
): JobSnapshot {
  const spec = asSaved(given, settings.current())
  refuseReadOnly(spec, settings.current())
  for (const [id, lent] of Object.entries(credentials)) storages.lend(id, lent)
  for (const [name, key] of Object.entries(keys)) customerKeys.lend(name, key)
  for (const [name, known] of Object.entries(lent)) webhooks.lend(name, known)
  if (spec.webhook !== undefined) webhooks.check(spec.webhook)
  return jobs.create(spec, { draft, orders })
}

/** Plans a job that takes back what another did; of what cannot be taken back, the jobs themselves say why. */
export async function undoJob(
  { host, settings, jobs }: Pick<Needs, 'host' | 'settings' | 'jobs'>,
  { id, draft }: Parsed<'jobs.undo'>,
  caller: Caller,
): Promise<JobSnapshot> {
  const { spec, undo } = jobs.get(id)
  const wanted = undoOf(id, spec)
  refuseReadOnly(wanted, settings.current())
  const can = undo.is === 'yes' || undo.is === 'partly'
  if (caller === 'window' && can) await refuseUngrantedUndo(host, wanted)
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
  const written = [...writtenPlaces(spec), ...reportPlaces(spec)].map(({ connection: { id } }) => id)
  const locked = connections.find(({ id, readOnly }) => readOnly && written.includes(id))
  if (locked)
    fail('read-only', 'job', `The connection "${locked.name}" is read-only: nothing can be written there.`)
}

export async function deliverReport(
  { jobs, host }: Pick<Needs, 'jobs' | 'host'>,
  id: string,
  format: ReportFormat,
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

/** Of a job's plan what the query is about, as CSV. */
export async function deliverPlan(
  { jobs, host }: Pick<Needs, 'jobs' | 'host'>,
  { id, query }: Parsed<'jobs.plan'>,
  folder: string,
): Promise<DeliveredFile> {
  const { title } = jobs.get(id).snapshot
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${id}-plan.csv`)
  try {
    await jobs.writePlan(id, query, file)
  } catch (error) {
    throw diskFailure(error, 'the plan')
  }
  return host.deliverFile({ path: file, name: `${fileName(title)} plan.csv` })
}

/** A job's record, to be kept or read elsewhere. */
export async function deliverRecord(
  { jobs, host }: Pick<Needs, 'jobs' | 'host'>,
  id: string,
  folder: string,
): Promise<DeliveredFile> {
  const { title } = jobs.get(id).snapshot
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${id}${RECORD_ENDING}`)
  try {
    await jobs.writeRecord(id, file)
  } catch (error) {
    throw diskFailure(error, 'the record')
  }
  return host.deliverFile({ path: file, name: `${fileName(title)}${RECORD_ENDING}` })
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
