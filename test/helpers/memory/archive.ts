import type { ObjectHead, RestoreStatus } from '#model/object.ts'
import type { RestoreObject } from '../../../main/engine/storage.ts'
import { s3Error, s3Refusal } from './errors.ts'

/** A restore: readable from one moment to another, on the virtual clock. */
export interface RestoreState {
  readonly readyAt: number
  /** Absent: for good (INTELLIGENT_TIERING). */
  readonly until?: number | undefined
}

/** What of a version the archive is about. */
export interface Archivable {
  readonly storageClass: string
  archiveTier?: ObjectHead['archiveTier']
  restore?: RestoreState | undefined
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The longest that AWS names. Source: "Archive retrieval options". */
const TIMES = {
  GLACIER: { Expedited: 5 * MINUTE, Standard: 5 * HOUR, Bulk: 12 * HOUR },
  DEEP_ARCHIVE: { Expedited: undefined, Standard: 12 * HOUR, Bulk: 48 * HOUR },
} as const

export function restoreStatus({ restore }: Archivable, now: number): RestoreStatus | undefined {
  if (!restore) return undefined
  if (now < restore.readyAt) return { is: 'under-way' }
  if (restore.until === undefined || now < restore.until) return { is: 'restored', until: restore.until }
  return undefined
}

export function isReadable(version: Archivable, now: number): boolean {
  return archiveOf(version) === undefined || restoreStatus(version, now)?.is === 'restored'
}

function archiveOf({ storageClass, archiveTier }: Archivable): keyof typeof TIMES | undefined {
  if (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE') return storageClass
  if (archiveTier === undefined) return undefined
  return archiveTier === 'ARCHIVE_ACCESS' ? 'GLACIER' : 'DEEP_ARCHIVE'
}

/** Begins a restore, speeds it up, or moves the date of what is restored. */
export function restore(version: Archivable, asked: RestoreObject, now: number): 'accepted' | 'ready' {
  const operation = 'RestoreObject'
  const archive = archiveOf(version)
  if (!archive) throw s3Refusal(operation, 'InvalidObjectState', 'not-possible', 'storageClass')
  const takes = TIMES[archive][asked.tier]
  if ((asked.days === undefined) !== (version.archiveTier !== undefined) || takes === undefined) {
    throw s3Error(operation, 'InvalidArgument')
  }
  const status = restoreStatus(version, now)
  const readyAt = now + takes
  const before = version.restore?.readyAt ?? Infinity
  if (status?.is === 'under-way' && readyAt >= before) throw s3Error(operation, 'RestoreAlreadyInProgress')
  const from = status?.is === 'restored' ? now : readyAt
  version.restore = {
    readyAt: status?.is === 'restored' ? before : readyAt,
    until: asked.days === undefined ? undefined : from + asked.days * DAY,
  }
  return status?.is === 'restored' ? 'ready' : 'accepted'
}
