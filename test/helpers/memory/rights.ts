import type { Acl, AclToSet, CannedAcl, Grant, Retention } from '#model/properties.ts'
import { s3Error, s3Refusal } from './errors.ts'

/** Who may read an object, and until when nobody may delete it. */

const GROUPS = 'http://acs.amazonaws.com/groups/global/'
const ALL: Grant['grantee'] = { kind: 'group', uri: `${GROUPS}AllUsers` }
const KNOWN: Grant['grantee'] = { kind: 'group', uri: `${GROUPS}AuthenticatedUsers` }

/** Source: "Access control list (ACL) overview", canned ACL. */
const CANNED: Readonly<Record<CannedAcl, readonly Grant[]>> = {
  private: [],
  'public-read': [{ grantee: ALL, permission: 'READ' }],
  'public-read-write': [
    { grantee: ALL, permission: 'READ' },
    { grantee: ALL, permission: 'WRITE' },
  ],
  'authenticated-read': [{ grantee: KNOWN, permission: 'READ' }],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
}

export function aclOf(
  operation: string,
  asked: AclToSet | undefined,
  bucket: { readonly ownership: 'enforced' | 'acls'; readonly owner: string },
): Acl {
  const { owner } = bucket
  const full: Grant = { grantee: { kind: 'account', id: owner }, permission: 'FULL_CONTROL' }
  if (asked === undefined) return { owner, grants: [full] }
  // These two are what an owner-enforced bucket does anyway.
  const harmless =
    asked.kind === 'canned' && (asked.acl === 'bucket-owner-full-control' || asked.acl === 'private')
  if (bucket.ownership === 'enforced' && (!harmless || operation === 'PutObjectAcl')) {
    throw s3Refusal(operation, 'AccessControlListNotSupported', 'not-possible', 'acl')
  }
  return { owner, grants: asked.kind === 'canned' ? [full, ...CANNED[asked.acl]] : asked.grants }
}

export interface Locked {
  retention?: Retention | undefined
  legalHold?: 'ON' | 'OFF' | undefined
}

/** A lock is asked for only in a bucket that has one. */
export function checkLock(
  operation: string,
  asked: Locked,
  bucket: { readonly objectLock: boolean },
  now: number,
): void {
  if (asked.retention === undefined && asked.legalHold === undefined) return
  const property = operation === 'PutObjectLegalHold' ? 'legalHold' : 'retention'
  if (!bucket.objectLock) throw s3Refusal(operation, 'InvalidRequest', 'not-possible', property)
  if (asked.retention && asked.retention.until <= now) {
    throw s3Refusal(operation, 'InvalidArgument', 'invalid-request', 'retention')
  }
}

export function isLocked({ retention, legalHold }: Locked, now: number): boolean {
  return legalHold === 'ON' || (retention !== undefined && retention.until > now)
}

/** A retention may be made longer; without the right to bypass it never shorter. */
export function checkNewRetention(
  operation: string,
  { retention }: Locked,
  to: Retention,
  now: number,
): void {
  if (retention === undefined || retention.until <= now) return
  const weaker = retention.mode === 'COMPLIANCE' && to.mode !== 'COMPLIANCE'
  if (to.until < retention.until || weaker) throw s3Error(operation, 'AccessDenied')
}
