import type { DeniedRight, FailureCode, Reach, S3Words } from '#model/failure.ts'
import type { PropertyName } from '#model/properties.ts'
import type { Asked } from './asked.ts'

/** What a refusal means; `property`: of the object, that S3 could not do. */
export interface Verdict {
  readonly code: FailureCode
  readonly reach: Reach
  readonly property?: PropertyName
}

/**
 * S3 says `InvalidRequest`, `InvalidArgument` and `AccessDenied` of many things, and only its message tells which.
 * Nothing else in Decant reads messages; these are the ones of AWS, Ceph and MinIO.
 */
const ABOUT_CUSTOMER_KEYS =
  /customer.provided (?:encryption )?keys|customer.provided encryption|hash of the key|form of server.side encryption|encryption parameters are not applicable|secret key was invalid for the specified algorithm|SSE-C/i
const ABOUT_LOCK = /object.?lock|WORM|legal.?hold/i
const ABOUT_KMS = /\bkms\b/i

/**
 * What a request about one object was refused for, where its code alone does not say it.
 *
 * | S3's code                                   | and                                   | is                        |
 * |---------------------------------------------|---------------------------------------|---------------------------|
 * | InvalidObjectState                          | RestoreObject: nothing to restore     | not-possible storageClass |
 * | InvalidRequest                              | UpdateObjectEncryption                | not-possible encryption   |
 * | InvalidArgument, InvalidAccessKeyId         | words about KMS (Ceph)                | not-possible encryption   |
 * | InvalidRequest, InvalidArgument             | words about customer keys             | customer-key              |
 * | InvalidRequest                              | words about locks                     | not-possible, the lock    |
 * | none (HEAD), 400 or 403                     | a key was sent to read with           | customer-key              |
 * | AccessDenied                                | words about customer keys, none read  | not-possible encryption   |
 * | AccessDenied                                | a key was sent to read with           | customer-key              |
 * | AccessDenied                                | words about KMS, or written under one | access-denied encryption  |
 * | KMS.…                                       |                                       | see kmsVerdict            |
 */
export function refusalOf(asked: Asked, words: S3Words): Verdict | undefined {
  const { code, message, status } = words
  if (code.startsWith('KMS')) return kmsVerdict(code)
  // Ceph 16 says so of a key that its KMS does not have.
  if (code === 'InvalidAccessKeyId' && ABOUT_KMS.test(message)) return notPossible('encryption')
  if (code === 'InvalidObjectState' && asked.operation === 'RestoreObject') return notPossible('storageClass')
  const { read, write } = asked.customerKeys ?? {}
  const aboutKeys = ABOUT_CUSTOMER_KEYS.test(message)
  if (code === 'AccessDenied' || (code === '' && status === 403)) {
    if (aboutKeys && write && !read) return notPossible('encryption')
    if (aboutKeys || read) return CUSTOMER_KEY
    // Buckets that refuse customer keys say no more than this (the default of new ones since April 2026).
    return write || ABOUT_KMS.test(message)
      ? { code: 'access-denied', reach: 'item', property: 'encryption' }
      : undefined
  }
  if (code === 'InvalidRequest' || code === 'InvalidArgument' || (code === '' && status === 400)) {
    if (aboutKeys || (code === '' && read)) return CUSTOMER_KEY
    if (asked.operation === 'UpdateObjectEncryption' || ABOUT_KMS.test(message))
      return notPossible('encryption')
    if (ABOUT_LOCK.test(message)) return notPossible(lockOf(asked, message))
  }
  return undefined
}

const CUSTOMER_KEY: Verdict = { code: 'customer-key', reach: 'item', property: 'encryption' }

function notPossible(property: PropertyName): Verdict {
  return { code: 'not-possible', reach: 'item', property }
}

function lockOf(asked: Asked, message: string): PropertyName {
  return asked.operation === 'PutObjectLegalHold' || /legal.?hold/i.test(message) ? 'legalHold' : 'retention'
}

/**
 * KMS speaks through S3 by codes of its own (`KMS.DisabledException`). That it is asked too much or is out of order
 * passes; that these keys may not use the key, or that the key is disabled, deleted or of another kind, does not.
 */
function kmsVerdict(code: string): Verdict {
  if (/Throttling|LimitExceeded|TooManyRequests/.test(code)) return { code: 'slow-down', reach: 'attempt' }
  if (/Internal|Timeout|Unavailable/.test(code)) return { code: 'server-error', reach: 'attempt' }
  if (code.includes('AccessDenied')) return { code: 'access-denied', reach: 'item', property: 'encryption' }
  return notPossible('encryption')
}

/** Headers and arguments that S3 names in a refusal, by the property that they are about. */
const PROPERTY_OF: readonly (readonly [start: string, property: PropertyName])[] = [
  ['x-amz-server-side-encryption', 'encryption'],
  ['x-amz-copy-source-server-side-encryption', 'encryption'],
  ['x-amz-acl', 'acl'],
  ['x-amz-grant-', 'acl'],
  ['x-amz-object-lock-legal-hold', 'legalHold'],
  ['x-amz-object-lock', 'retention'],
  ['x-amz-storage-class', 'storageClass'],
  ['x-amz-tagging', 'tags'],
  ['x-amz-website-redirect', 'redirect'],
  ['x-amz-checksum', 'checksum'],
  ['x-amz-sdk-checksum', 'checksum'],
  ['x-amz-object-annotation', 'annotations'],
  ['x-amz-meta-', 'metadata'],
]

/** Of `<ArgumentName>` or `<Header>` in an error. */
export function propertyNamed(name: string | undefined): PropertyName | undefined {
  const lower = name?.toLowerCase() ?? ''
  return PROPERTY_OF.find(([start]) => lower.startsWith(start))?.[1]
}

/**
 * The right that AWS's message says was missing. Within an account, and within an organization, it is: `User: arn:… is
 * not authorized to perform: s3:GetObject on resource: "arn:…" because no identity-based policy allows the s3:GetObject
 * action`, or `… with an explicit deny in a resource-based policy`; across others, and elsewhere, `Access Denied`.
 * Source: "Access denied (403 Forbidden) error messages", Amazon S3 User Guide.
 */
export function deniedRightOf(message: string): DeniedRight | undefined {
  const [, principal, action, quoted, bare] =
    /(?:User: (\S+) is )?not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)(?: on (?:the )?resource:? (?:"([^"]*)"|(\S+)))?/.exec(
      message,
    ) ?? []
  if (action === undefined) return undefined
  const resource = quoted ?? bare
  return {
    action,
    ...(resource?.startsWith('arn:') === true && { resource }),
    ...(principal?.startsWith('arn:') === true && { principal }),
    by: /explicit deny/i.test(message) ? 'explicit' : 'silence',
  }
}
