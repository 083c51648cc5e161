import { isWithinBucket, legsOf } from './legs.ts'
import { hasDestinations, worksOnVersions } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Whether nothing is sent before all of it is planned:
 *
 * | the job                 | why                                                      |
 * |-------------------------|----------------------------------------------------------|
 * | gives new names         | two objects under one are found before the first is sent |
 * | mirrors                 | what it deletes is known last                            |
 * | goes by an S3 Inventory | what its files are not is known once they are read       |
 * | purges                  | it takes away what its listing goes on behind            |
 * | rewinds                 | its listing would show what it makes                     |
 * | copies within a bucket  | the same                                                 |
 */
export function plansFirst(spec: JobSpec): boolean {
  if (hasDestinations(spec) && spec.names.length > 0) return true
  if (spec.kind === 'copy' && spec.deleteExtra) return true
  if (spec.manifest?.format === 'inventory') return true
  if (worksOnVersions(spec)) return true
  return legsOf(spec).some(isWithinBucket)
}
