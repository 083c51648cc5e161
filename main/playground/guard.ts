/** Archive tiers of INTELLIGENT_TIERING: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html */
export const ARCHIVE_TIERS = ['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'] as const

export type ArchiveTier = (typeof ARCHIVE_TIERS)[number]

/** The speeds of a restore, slowest first. */
export const RESTORE_TIERS = ['Bulk', 'Standard', 'Expedited'] as const

export type RestoreTier = (typeof RESTORE_TIERS)[number]

/** A restore that was asked for, as the clock will see it. Times in seconds since 1970. */
export interface Restore {
  readonly tier: RestoreTier
  readonly readyAt: number
  /** When the copy is gone again; none for INTELLIGENT_TIERING, whose objects come back for good. */
  readonly expiresAt?: number
}

export const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const

export type LockMode = (typeof LOCK_MODES)[number]

export interface Retention {
  readonly mode: LockMode
  /** In seconds since 1970, with fractions. */
  readonly until: number
}

export type LegalHold = 'ON' | 'OFF'

export const PERMISSIONS = ['FULL_CONTROL', 'WRITE', 'WRITE_ACP', 'READ', 'READ_ACP'] as const

export type Permission = (typeof PERMISSIONS)[number]

/** One line of an ACL: an account by its canonical id, or a group by its URI. */
export interface Grant {
  readonly id?: string
  readonly uri?: string
  readonly permission: Permission
}

/** What guards a version: ACL, lock, archive tier and restore. Shared between versions, never changed in place. */
export interface Guard {
  /** The account (its number) that owns it, where that is not the bucket's owner. */
  readonly owner?: string
  /** Its owner's full control alone, if left out. */
  readonly grants?: readonly Grant[]
  readonly retention?: Retention
  /** OFF is told, none is not. */
  readonly legalHold?: LegalHold
  readonly archive?: ArchiveTier
  readonly restore?: Restore
}

/** Changes of a version's guard: each names the whole guard as it is after it. */
export type GuardChange =
  'RestoreObject' | 'Archive' | 'PutObjectAcl' | 'PutObjectRetention' | 'PutObjectLegalHold'

/** The guard of what is written, as a field where there is one. */
export function guarded({ guard }: { readonly guard?: Guard }): { readonly guard?: Guard } | undefined {
  return guard === undefined ? undefined : { guard }
}
