import { parseDate } from '#model/dates.ts'
import type { ObjectHead, RestoreStatus } from '#model/object.ts'

/**
 * x-amz-restore, as HeadObject tells it: `ongoing-request="true"`, or `ongoing-request="false", expiry-date="…"`.
 * Undefined where it is absent: the object was never restored, or its restored copy has expired.
 */
export function parseRestore(header: string | undefined): RestoreStatus | undefined {
  if (header === undefined) return undefined
  if (header.includes('ongoing-request="true"')) return { is: 'under-way' }
  return { is: 'restored', until: parseDate(/expiry-date="([^"]*)"/.exec(header)?.[1]) }
}

/** x-amz-archive-status: of an object in INTELLIGENT_TIERING that cannot be read just now. */
export function archiveTierOf(header: string | undefined): ObjectHead['archiveTier'] {
  return header === 'ARCHIVE_ACCESS' || header === 'DEEP_ARCHIVE_ACCESS' ? header : undefined
}

/** In a listing, a restore that is not under way and has no end is none. */
export function restoredUntil(until: number | undefined): RestoreStatus | undefined {
  return until === undefined ? undefined : { is: 'restored', until }
}
