import type { Encryption, ObjectHead } from '#model/object.ts'
import type { Acl, AclToSet, CannedAcl, Grant, Retention } from '#model/properties.ts'
import { HEADER_NAMES } from '#model/properties.ts'
import { describeAcl } from './compare.ts'
import type { EncryptionWanted, Wanted } from '../properties.ts'

/** In what an object is not as it was wanted. Each function names the first such property, or says undefined. */

const SECOND = 1000

/**
 * As far as its HEAD tells. What is not wanted in one way or the other is no difference, and neither is the content
 * type that S3 gives to an object that has none.
 */
export function differsFromWanted(wanted: Wanted, found: ObjectHead): string | undefined {
  const { metadata, redirect, storageClass, encryption, retention, legalHold, tags } = wanted
  const header = wanted.headers && differingHeader(wanted.headers, found.headers)
  if (header !== undefined) return header
  const name = metadata && differingName(metadata, found.metadata)
  if (name !== undefined) return `metadata ${name}`
  if (redirect && redirect.to !== (found.headers.websiteRedirect ?? 'none')) return 'redirect'
  if (storageClass !== undefined && storageClass !== found.storageClass) return 'storage class'
  if (encryptionDiffers(encryption, found.encryption)) return 'encryption'
  if (retention && !isSameRetention(retention, found.retention)) return 'retention'
  if (legalHold !== undefined && legalHold !== (found.legalHold ?? 'OFF')) return 'legal hold'
  // An endpoint that tells how many tags there are says nothing of an object without.
  if (tags && found.tagCount !== undefined && Object.keys(tags).length !== found.tagCount) return 'tags'
  return undefined
}

type SystemHeaders = NonNullable<Wanted['headers']>

function differingHeader(wanted: SystemHeaders, found: SystemHeaders): string | undefined {
  for (const name of HEADER_NAMES) {
    if (name === 'contentType' && wanted.contentType === undefined) continue
    if ((wanted[name] ?? '') !== (found[name] ?? '')) return name
  }
  return undefined
}

/** The first name whose value differs, in either direction. */
export function differingName(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): string | undefined {
  for (const name of Object.keys(left)) if (left[name] !== right[name]) return name
  for (const name of Object.keys(right)) if (!(name in left)) return name
  return undefined
}

/**
 * Whether an object lies otherwise than it was asked to:
 *
 * | asked for                | lies under                              | differs |
 * |--------------------------|-----------------------------------------|---------|
 * | nothing                  | anything                                | no      |
 * | any                      | another kind, or not told               | yes     |
 * | KMS with no key named    | KMS                                     | no      |
 * | KMS with a key's alias   | KMS                                     | no: S3 tells the key, not its alias |
 * | KMS with a key           | KMS with that key, by its id or ARN     | no      |
 * | KMS with a key           | KMS with another key                    | yes     |
 * | a bucket key             | KMS without                             | yes     |
 */
export function encryptionDiffers(
  wanted: EncryptionWanted | undefined,
  found: Encryption | undefined,
): boolean {
  if (!wanted) return false
  if (found?.kind !== wanted.kind) return true
  if (wanted.kind === 'SSE-S3' || wanted.kind === 'SSE-C') return false
  if (wanted.kind === 'SSE-KMS' && wanted.bucketKey === true && found.bucketKey !== true) return true
  return !isSameKmsKey(wanted.keyId, found.kmsKeyId)
}

function isSameKmsKey(wanted: string | undefined, found: string | undefined): boolean {
  if (wanted === undefined || found === undefined || wanted.includes('alias/')) return true
  return bareKeyId(wanted) === bareKeyId(found)
}

/** `arn:aws:kms:region:account:key/ID` → `ID`. */
function bareKeyId(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

function isSameRetention(wanted: Retention, found: Retention | undefined): boolean {
  return found?.mode === wanted.mode && Math.floor(found.until / SECOND) === Math.floor(wanted.until / SECOND)
}

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
/** What a canned ACL adds to the owner's FULL_CONTROL. Those that name other accounts are not spelt out. */
const CANNED: Partial<Record<CannedAcl, readonly (readonly [group: string, Grant['permission']])[]>> = {
  private: [],
  'public-read': [[ALL_USERS, 'READ']],
  'public-read-write': [
    [ALL_USERS, 'READ'],
    [ALL_USERS, 'WRITE'],
  ],
  'authenticated-read': [[AUTHENTICATED_USERS, 'READ']],
}

/**
 * Grants in any order, as they were sent or with each side's own owner in the place of the other's. An e-mail address
 * is answered as an id, and cannot be told.
 */
export function aclDiffers(wanted: AclToSet, found: Acl, ownerOfSource: string | undefined): boolean {
  if (wanted.kind === 'grants') {
    if (wanted.grants.some(({ grantee }) => grantee.kind === 'email')) return false
    const isSame = describeAcl({ grants: wanted.grants }) === describeAcl({ grants: found.grants })
    return !isSame && describeAcl({ owner: ownerOfSource, grants: wanted.grants }) !== describeAcl(found)
  }
  const groups = CANNED[wanted.acl]
  if (!groups) return false
  const others = found.grants.filter(
    ({ grantee }) => grantee.kind !== 'account' || grantee.id !== found.owner,
  )
  const added = groups.map(([uri, permission]) => ({ grantee: { kind: 'group' as const, uri }, permission }))
  return describeAcl({ grants: added }) !== describeAcl({ grants: others })
}

/**
 * Full-object checksums of one algorithm settle what ETags cannot: other layouts, KMS, SSE-C. The algorithm that
 * differs, `equal`, or undefined where there is none on both sides. Those of parts depend on the layout.
 */
export function compareWholeChecksums(
  source: Pick<ObjectHead, 'checksums' | 'checksumType'> | undefined,
  found: Pick<ObjectHead, 'checksums' | 'checksumType'>,
): { readonly is: 'equal' } | { readonly is: 'differ'; readonly algorithm: string } | undefined {
  if (source?.checksumType !== 'FULL_OBJECT' || found.checksumType !== 'FULL_OBJECT') return undefined
  for (const [algorithm, checksum] of Object.entries(source.checksums)) {
    const there = found.checksums[algorithm]
    if (there === undefined) continue
    return there === checksum ? { is: 'equal' } : { is: 'differ', algorithm }
  }
  return undefined
}
