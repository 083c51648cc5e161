import type { FindCustomerKey } from '../../main/engine/storage.ts'
import { DecantError } from '#model/failure.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'

/** A spec from what a job file would say: the schema fills in what has a default. */
export function specOf<Kind extends JobSpec['kind'] = JobSpec['kind']>(
  file: Extract<JobFile, { kind: Kind }>,
): Extract<JobSpec, { kind: Kind }> {
  return jobSpec.parse(file) as Extract<JobSpec, { kind: Kind }>
}

/** A key ring with nothing in it. */
export const noKeys: FindCustomerKey = (name) =>
  Promise.reject(
    new DecantError({
      code: 'customer-key',
      reach: 'item',
      message: `There is no key ${JSON.stringify(name)}.`,
    }),
  )
