import { parseDate } from '#model/dates.ts'
import type { RestoreStatus } from '#model/object.ts'

/**
 * x-amz-restore, as HeadObject tells it: `ongoing-request="true"`, or `ongoing-request="false", expiry-date="…"`.
 * Undefined where it is absent: the object was never restored, or its restored copy has expired.
 */
export function parseRestore(header: string | undefined): RestoreStatus | undefined {
  if (header === undefined) return undefined
  if (header.includes('ongoing-request="true"')) return { is: 'under-way' }
  return { is: 'restored', until: parseDate(/expiry-date="([^"]*)"/.exec(header)?.[1]) }
}
