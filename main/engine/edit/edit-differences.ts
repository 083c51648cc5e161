import type { Encryption, ObjectHead } from '#model/object.ts'
import type { Acl, AclToSet, Grant, Retention } from '#model/properties.ts'
import type { EncryptionWanted } from '../properties.ts'
import { isPrivate } from '../properties.ts'
import type { EndpointHabits, KmsEncryption } from '../storage.ts'

/**
 * Whether a property stands as an edit asks for it. Stricter than the look at what a write made: there the doubt is
 * for the write, here it is a reason to write.
 */

/**
 * Whether it lies as asked for already, as far as a HEAD can prove it; where it cannot, it is done:
 *
 * | asked for | same kind and …                                                          |
 * |-----------|--------------------------------------------------------------------------|
 * | SSE-S3    |                                                                          |
 * | (D)SSE-KMS| no context asked for, the key named and the same, bucket key the same     |
 * | SSE-C     | the key of that name opened it                                           |
 *
 * A key is the same by its ARN, or by the id that its ARN ends in; an alias and the account's own key prove nothing.
 */
export function isEncryptedAs(
  asked: EncryptionWanted,
  stands: Encryption,
  customerKey: string | undefined,
): boolean {
  if (asked.kind !== stands.kind) return false
  switch (asked.kind) {
    case 'SSE-S3':
      return true
    case 'SSE-C':
      return asked.key === customerKey
    case 'SSE-KMS':
      if (asked.bucketKey !== undefined && asked.bucketKey !== (stands.bucketKey ?? false)) return false
      return isSameKey(asked, stands)
    case 'DSSE-KMS':
      return isSameKey(asked, stands)
  }
}

function isSameKey(asked: Omit<KmsEncryption, 'kind'>, { kmsKeyId }: Encryption): boolean {
  const { keyId, context } = asked
  if (context !== undefined || keyId === undefined || kmsKeyId === undefined) return false
  return keyId === kmsKeyId || kmsKeyId.endsWith(`:key/${keyId}`)
}

const KEY_ARN = /^arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:\d{12}:key\/.+/

/**
 * UpdateObjectEncryption, where it applies: from SSE-S3 or SSE-KMS to SSE-KMS, under a key's full ARN, with no context,
 * on an object that is not locked. Source: "UpdateObjectEncryption", Amazon S3 API Reference.
 */
export function updatable(
  head: ObjectHead,
  asked: EncryptionWanted | undefined,
  { habits, now }: { readonly habits: EndpointHabits; readonly now: number },
): KmsEncryption | undefined {
  if (!habits.updateEncryption || asked?.kind !== 'SSE-KMS') return undefined
  const isFromKind = head.encryption.kind === 'SSE-S3' || head.encryption.kind === 'SSE-KMS'
  if (!isFromKind || isRetained(head, now) || head.legalHold === 'ON') return undefined
  return asked.context === undefined && KEY_ARN.test(asked.keyId ?? '') ? asked : undefined
}

export function isRetained({ retention }: ObjectHead, now: number): boolean {
  return retention !== undefined && retention.until > now
}

/** S3 keeps whole seconds of a retention's end on some servers, milliseconds on others. */
export function isSameRetention(asked: Retention, stands: Retention | undefined): boolean {
  return asked.mode === stands?.mode && Math.floor(asked.until / 1000) === Math.floor(stands.until / 1000)
}

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
/** What canned ACLs grant besides the owner's FULL_CONTROL; the others depend on who owns the bucket. */
const CANNED: Readonly<Partial<Record<string, readonly string[]>>> = {
  'public-read': [`READ ${ALL_USERS}`],
  'public-read-write': [`READ ${ALL_USERS}`, `WRITE ${ALL_USERS}`],
  'authenticated-read': [`READ ${AUTHENTICATED}`],
}

/**
 * Whether an ACL grants exactly what is asked for, as far as it can be told: of canned ones that depend on the bucket's
 * owner, and of e-mail addresses, which S3 answers as ids, it cannot, and they are put.
 */
export function isGranted(asked: AclToSet, stands: Acl): boolean {
  if (asked.kind === 'canned' && asked.acl === 'private') return isPrivate(stands)
  const granted = stands.grants.map(nameOf)
  if (asked.kind === 'grants') return isSameSet(asked.grants.map(nameOf), granted)
  const canned = CANNED[asked.acl]
  return canned !== undefined && isSameSet([`FULL_CONTROL ${stands.owner ?? ''}`, ...canned], granted)
}

function nameOf({ grantee, permission }: Grant): string {
  switch (grantee.kind) {
    case 'account':
      return `${permission} ${grantee.id}`
    case 'email':
      return `${permission} ${grantee.address}`
    case 'group':
      return `${permission} ${grantee.uri}`
  }
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)]
  return one.size === other.size && [...one].every((name) => other.has(name))
}
