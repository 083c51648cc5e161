import { OWNER } from './accounts.ts'
import type { Account, Accounts } from './accounts.ts'
import { cannedGrants, OBJECT_ACLS } from './canned-acl.ts'
import type { ObjectAcl } from './canned-acl.ts'
import { ARCHIVE_TIERS, LOCK_MODES } from './guard.ts'
import type { ArchiveTier, Guard, LegalHold, LockMode, Retention } from './guard.ts'
import { Fields, InputError, show } from './input.ts'
import { OWNERSHIPS, ownershipOf } from './rules.ts'
import type { BucketRules, Ownership } from './rules.ts'

/** Rules of a bucket that the seed makes; of one that is there they are refused. */
export interface SeedRules {
  /** An account by its number or name; the first, if left out. */
  readonly owner?: string
  /** BucketOwnerEnforced, if left out. */
  readonly ownership?: Ownership
  /** Turns versioning on too. */
  readonly objectLock?: boolean
  readonly requesterPays?: boolean
  /** JSON. */
  readonly policy?: string
  /** The rules of a lifecycle document. */
  readonly lifecycle?: string
  readonly bucketTags?: Readonly<Record<string, string>>
}

/** What guards the objects of a seed. */
export interface SeedGuard {
  /** The archive tier of objects in INTELLIGENT_TIERING. */
  readonly archive?: ArchiveTier
  /** A canned ACL; only where ACLs are not disabled. */
  readonly acl?: ObjectAcl
  /** Until a date; only where the bucket has a lock. */
  readonly retention?: { readonly mode: LockMode; readonly until: string }
  readonly legalHold?: LegalHold
}

const RULES = ['owner', 'ownership', 'objectLock', 'requesterPays', 'policy', 'lifecycle', 'bucketTags']

/** @throws InputError */
export function readSeedRules(
  fields: Fields,
  accounts: Accounts,
  standing: BucketRules | undefined,
): BucketRules {
  const named = RULES.find((name) => fields.has(name))
  if (standing !== undefined && named !== undefined) {
    throw new InputError(`${fields.at(named)} is for a bucket that is not there yet`)
  }
  const owner = fields.text('owner')
  const ownership = fields.oneOf('ownership', OWNERSHIPS)
  const withLock = fields.flag('objectLock') === true
  const requesterPays = fields.flag('requesterPays') === true
  const policy = fields.text('policy')
  const lifecycle = fields.text('lifecycle')
  const tags = fields.texts('bucketTags')
  if (standing !== undefined) return standing
  return {
    owner: owner === undefined ? OWNER.account : accounts.named(owner, fields.at('owner')).account,
    ...(ownership === undefined ? undefined : { ownership }),
    ...(withLock ? { lock: {} } : undefined),
    ...(requesterPays ? { requesterPays } : undefined),
    ...(policy === undefined ? undefined : { policy }),
    ...(lifecycle === undefined ? undefined : { lifecycle }),
    ...(tags === undefined ? undefined : { tags }),
  }
}

/** @throws InputError */
export function readSeedGuard(
  fields: Fields,
  storageClass: string,
  rules: BucketRules,
  accounts: Accounts,
): { readonly guard: Guard } | undefined {
  const archive = fields.oneOf('archive', ARCHIVE_TIERS)
  const acl = fields.oneOf('acl', OBJECT_ACLS)
  const retention = readRetention(fields)
  const legalHold = fields.oneOf('legalHold', ['ON', 'OFF'])
  if (archive !== undefined && storageClass !== 'INTELLIGENT_TIERING') {
    throw new InputError(`${fields.at('archive')} is for INTELLIGENT_TIERING, not ${storageClass}`)
  }
  if (acl !== undefined && ownershipOf(rules) === 'BucketOwnerEnforced') {
    throw new InputError(`${fields.at('acl')} needs a bucket whose ownership is not BucketOwnerEnforced`)
  }
  if ((retention !== undefined || legalHold !== undefined) && rules.lock === undefined) {
    throw new InputError(`${fields.at('retention')} and legalHold need a bucket with objectLock`)
  }
  const guard: Guard = {
    ...(archive === undefined ? undefined : { archive }),
    ...(acl === undefined ? undefined : { grants: seededGrants(acl, accounts.byNumber(rules.owner)) }),
    ...(retention === undefined ? undefined : { retention }),
    ...(legalHold === undefined ? undefined : { legalHold }),
  }
  return Object.keys(guard).length === 0 ? undefined : { guard }
}

function seededGrants(acl: ObjectAcl, { id }: Account): Guard['grants'] & object {
  return cannedGrants(acl, { owner: id, bucketOwner: id })
}

function readRetention(fields: Fields): Retention | undefined {
  const value = fields.raw('retention')
  if (value === undefined) return undefined
  const retention = new Fields(value, fields.at('retention'))
  const mode = retention.oneOf('mode', LOCK_MODES)
  const text = retention.requiredText('until')
  retention.end()
  const until = Date.parse(text) / 1000
  if (mode === undefined) throw new InputError(`${retention.at('mode')} must be given`)
  if (Number.isNaN(until)) throw new InputError(`${retention.at('until')} must be a date, not ${show(text)}`)
  return { mode, until }
}
