import type { Client } from '#contract/client.ts'
import type { Opened } from '#contract/events.ts'
import { toFailure } from '#model/failure.ts'
import { parseJobFile } from '#model/job-file.ts'
import type { PlaceLink } from '#model/link.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Connections } from './connections.svelte.ts'
import type { Grids } from './grids.svelte.ts'
import { importRecord } from './job-records.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'
import { resolveSpec } from './opened-job.ts'
import { parsePlace, type PanePlace } from './place.ts'
import type { Router } from './router.svelte.ts'
import type { Sheets } from './sheets.svelte.ts'

/** What of the window shows it. */
interface Parts {
  readonly client: Client
  readonly connections: Connections
  readonly jobs: Jobs
  readonly grids: Grids
  readonly notices: Notices
  readonly router: Router
  readonly sheets: Sheets
  goTo(place: PanePlace): void
}

/** A link or a file that the system handed over: shown, and never carried out by itself. */
export function showOpened(window: Parts, what: Opened): void {
  switch (what.what) {
    case 'place':
      return openLink(window, what.link)
    case 'job':
      return openJob(window, what.file, what.spec)
    case 'refused':
      return window.notices.say({ kind: 'error', title: what.message })
  }
}

function openLink(window: Parts, { connection, bucket, prefix }: PlaceLink): void {
  const refuse = (why: string): void =>
    window.notices.say({ kind: 'error', title: `The link was not opened: ${why}.` })
  const named = window.connections.all.filter(({ name }) => name === connection)
  const found = window.connections.get(connection) ?? (named.length === 1 ? named[0] : undefined)
  if (found === undefined) {
    const many = named.length > 1 ? `${named.length} connections are` : 'no connection is'
    return refuse(`${many} called ${JSON.stringify(connection)} here`)
  }
  if (bucket === '') return window.goTo({ connection: found.id, bucket: '', prefix: '' })
  const parsed = parsePlace(`s3://${bucket}/${prefix}`, found.id)
  if (parsed.ok) window.goTo(parsed.place)
  else refuse(parsed.reason.replace(/\.$/, ''))
}

/** A job's record from elsewhere: kept here as a job, and shown. */
export async function importRecordFile(window: Parts, file: File): Promise<void> {
  try {
    const job = await importRecord(window.client, file)
    window.notices.say({ kind: 'done', title: 'The record was imported.', detail: job.title })
    window.router.go({ screen: 'job', id: job.id })
  } catch (error) {
    window.notices.failure(toFailure(error), `${file.name} could not be imported.`)
  }
}

/** A job file, as text. */
export function openJobText(window: Parts, file: string, text: string): void {
  const parsed = parseJobFile(file, text)
  if (parsed.ok) openJob(window, file, parsed.spec)
  else window.notices.say({ kind: 'error', title: parsed.message })
}

/** Plans a job that came in a file, and shows the plan. */
export function openJob(window: Parts, file: string, asked: JobSpec): void {
  const resolved = resolveSpec(file, asked, {
    connections: window.connections.all.flatMap(({ id }) => window.connections.ref(id) ?? []),
    hasJob: (id) => window.jobs.byId.has(id),
    hasGrid: (id) => window.grids.all.some((grid) => grid.id === id),
  })
  if (!resolved.ok) return window.notices.say({ kind: 'error', title: resolved.reason })
  window.sheets.showPlan(resolved.spec)
}
