import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet'
import Braces from '@lucide/svelte/icons/braces'
import FileText from '@lucide/svelte/icons/file-text'
import FileDown from '@lucide/svelte/icons/file-down'
import SquareTerminal from '@lucide/svelte/icons/square-terminal'
import { toFailure } from '#model/failure.ts'
import { isFinished, type JobSnapshot } from '#model/job.ts'
import { JOB_FILE_NAME } from '#model/job-file.ts'
import type { ReportFormat } from '#model/spec.ts'
import type { App } from '../../state/app.svelte.ts'
import type { MenuEntry } from '../../ui/menu.ts'
import { saveText, takeDelivery } from '../../api/save-file.ts'

/** The forms of a report, as they are offered everywhere. */
export const REPORT_FORMS = [
  { format: 'csv', name: 'CSV', icon: FileSpreadsheet },
  { format: 'json', name: 'JSON', icon: Braces },
  { format: 'html', name: 'a page', icon: FileText },
] as const satisfies readonly { format: ReportFormat; name: string; icon: unknown }[]

/** What can be taken away from a job: its report in its forms, its spec. */
export function exportEntries(app: App, job: JobSnapshot): MenuEntry[] {
  const noReport = isFinished(job.status) ? undefined : 'The report is complete when the job is over.'
  return [
    ...REPORT_FORMS.map(({ format, name, icon }): MenuEntry => ({
      kind: 'item',
      label: `Report as ${name}`,
      icon,
      disabled: noReport !== undefined,
      reason: noReport,
      onselect: () => void exportReport(app, job, format),
    })),
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Save as job file',
      icon: FileDown,
      onselect: () => void saveJobFile(app, job),
    },
    {
      kind: 'item',
      label: 'As aws-cli commands…',
      icon: SquareTerminal,
      onselect: () => app.router.open({ is: 'command', job: job.id }),
    },
  ]
}

export async function exportReport(app: App, job: JobSnapshot, format: ReportFormat): Promise<void> {
  try {
    const path = takeDelivery(await app.client.call('jobs.report', { id: job.id, format }))
    if (path !== undefined) app.notices.say({ kind: 'done', title: 'The report was saved.', detail: path })
  } catch (error) {
    app.notices.failure(toFailure(error), 'The report could not be written.')
  }
}

/** Everything that is known of it, to be kept or read elsewhere. */
export async function saveRecord(app: App, job: JobSnapshot): Promise<void> {
  try {
    const path = takeDelivery(await app.client.call('jobs.record', { id: job.id }))
    if (path !== undefined) app.notices.say({ kind: 'done', title: 'The record was saved.', detail: path })
  } catch (error) {
    app.notices.failure(toFailure(error), 'The record could not be written.')
  }
}

async function saveJobFile(app: App, job: JobSnapshot): Promise<void> {
  try {
    const spec = await app.client.call('jobs.file', { id: job.id })
    saveText(JOB_FILE_NAME, `${JSON.stringify(spec, null, 2)}\n`)
  } catch (error) {
    app.notices.failure(toFailure(error), 'The job file could not be made.')
  }
}
