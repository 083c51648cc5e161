import type { Failure } from './failure.ts'
import type { DestinationPlace, JobSpec, ReportFormat } from './spec.ts'

/** Where a report goes by itself once its job is over. */
export type ReportOrder = NonNullable<JobSpec['report']>

/** How that went. `due`: it is under way, or tried again; at the next start, too. */
export type Delivery =
  /** `failure`: of the try before. */
  | { readonly is: 'due'; readonly failure?: Failure | undefined }
  /** `files`: `s3://bucket/key`, or paths. `at`: milliseconds since the epoch. */
  | { readonly is: 'delivered'; readonly at: number; readonly files: readonly string[] }
  | { readonly is: 'failed'; readonly at: number; readonly failure: Failure }

/** Whether the webhook of a job's spec heard of its end. */
export type Told =
  | { readonly is: 'due' }
  | { readonly is: 'told'; readonly at: number }
  | { readonly is: 'failed'; readonly at: number; readonly failure: Failure }

/**
 * One file a format, named after the job and beside those of other jobs, so that a job that ran once more replaces its
 * own report. S3 Batch Operations has a folder a job, with a manifest.json that names a file for what succeeded and one
 * for what failed; here each file is whole, and there is nothing for a manifest to join.
 */
export function reportKey({ to }: ReportOrder, jobId: string, format: ReportFormat): string {
  return `${to.prefix}decant-report-${jobId}.${format}`
}

/** Where its report goes: none, or one. */
export function reportPlaces({ report }: Pick<JobSpec, 'report'>): readonly DestinationPlace[] {
  return report === undefined ? [] : [report.to]
}
