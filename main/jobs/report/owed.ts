import type { JobRecord } from '../record.ts'
import { isFinished } from '#model/job.ts'
import type { JobDetail } from '#model/job.ts'
import type { Delivery, Told } from '#model/report.ts'

/** Still to be done: noted so, or not noted at all. */
export function isDue(noted: Delivery | Told | undefined): boolean {
  return noted === undefined || noted.is === 'due'
}

/** What became of what a job that is over owes: its report, and the call of its webhook. */
export function owed({ spec, status, more, draft }: JobRecord): Pick<JobDetail, 'delivery' | 'told'> {
  if (draft || !isFinished(status)) return {}
  const due = more.importedAt === undefined ? ({ is: 'due' } as const) : undefined
  return {
    ...(spec.report && { delivery: more.delivery ?? due }),
    ...(spec.webhook !== undefined && { told: more.told ?? due }),
  }
}
