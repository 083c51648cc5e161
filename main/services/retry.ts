import type { Parsed } from '#contract/methods.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Jobs } from '../jobs/api.ts'
import type { CustomerKeys } from './customer-keys.ts'

/** The failed items of a job once more, with what was in their way out of it. Keys that are not known are refused. */
export async function retryJob(
  { jobs, customerKeys }: { readonly jobs: Jobs; readonly customerKeys: CustomerKeys },
  { id, code, s3Code, with: more, lend = {} }: Parsed<'jobs.retry'>,
): Promise<JobSnapshot> {
  for (const [name, key] of Object.entries(lend)) customerKeys.lend(name, key)
  for (const name of more?.customerKeys ?? []) await customerKeys.find(name)
  return jobs.retry(id, code === undefined ? undefined : { code, s3Code }, more)
}
