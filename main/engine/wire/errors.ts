import { DecantError } from '#model/failure.ts'
import type { Failure, FailureCode, Reach, S3Words } from '#model/failure.ts'
import type { PropertyName } from '#model/properties.ts'
import type { BucketAccess } from '../storage.ts'
import { capital, described, quoted } from './asked.ts'
import type { Asked } from './asked.ts'
import { deniedRightOf, propertyNamed, refusalOf } from './refusals.ts'
import type { Verdict } from './refusals.ts'

type Known = readonly [code: FailureCode, reach: Reach, property?: PropertyName]

/**
 * S3's error codes, and what they mean here. What is not named is judged by its status (below).
 * Source: "Error responses", Amazon S3 API Reference; the rest from Ceph, MinIO and R2 as they answered.
 *
 * | reach   | meaning            | which                                                           |
 * |---------|--------------------|-----------------------------------------------------------------|
 * | attempt | send it again      | no answer, half an answer, 5xx, throttling, 409                 |
 * | item    | report and go on   | this key: missing, changed, refused, too large, archived, …     |
 * | job     | pause and say why  | who we are, the clock, the bucket, the Region                   |
 */
const BY_CODE: Readonly<Record<string, Known>> = {
  AccessDenied: ['access-denied', 'item'],
  AccountProblem: ['access-denied', 'job'],
  AllAccessDisabled: ['access-denied', 'job'],
  NotSignedUp: ['access-denied', 'job'],
  UserSuspended: ['access-denied', 'job'],
  QuotaExceeded: ['access-denied', 'job'],
  MethodNotAllowed: ['not-supported', 'item'],
  NotImplemented: ['not-supported', 'item'],

  ExpiredToken: ['credentials-expired', 'job'],
  ExpiredTokenException: ['credentials-expired', 'job'],
  TokenRefreshRequired: ['credentials-expired', 'job'],
  InvalidToken: ['credentials-expired', 'job'],
  InvalidAccessKeyId: ['signature', 'job'],
  SignatureDoesNotMatch: ['signature', 'job'],
  InvalidSecurity: ['signature', 'job'],
  RequestTimeTooSkewed: ['clock-skew', 'job'],
  RequestExpired: ['clock-skew', 'job'],

  SlowDown: ['slow-down', 'attempt'],
  ServiceUnavailable: ['slow-down', 'attempt'],
  Throttling: ['slow-down', 'attempt'],
  ThrottlingException: ['slow-down', 'attempt'],
  RequestLimitExceeded: ['slow-down', 'attempt'],
  TooManyRequests: ['slow-down', 'attempt'],
  TooManyRequestsException: ['slow-down', 'attempt'],
  BandwidthLimitExceeded: ['slow-down', 'attempt'],
  InternalError: ['server-error', 'attempt'],
  BadDigest: ['server-error', 'attempt'],
  XAmzContentSHA256Mismatch: ['server-error', 'attempt'],
  IncompleteBody: ['connection', 'attempt'],
  RequestTimeout: ['timeout', 'attempt'],
  OperationAborted: ['conflict', 'attempt'],
  ConditionalRequestConflict: ['conflict', 'attempt'],

  NoSuchBucket: ['no-such-bucket', 'job'],
  NoSuchKey: ['no-such-key', 'item'],
  NoSuchVersion: ['no-such-key', 'item'],
  NoSuchUpload: ['no-such-upload', 'item'],
  InvalidObjectState: ['archived', 'item'],
  ObjectNotInActiveTierError: ['archived', 'item'],
  // A 503 that does not pass soon, and no reason to slow everything else down.
  GlacierExpeditedRetrievalNotAvailable: ['not-possible', 'item'],
  EntityTooLarge: ['too-large', 'item'],
  MaxMessageLengthExceeded: ['too-large', 'item'],
  KeyTooLongError: ['key-too-long', 'item'],
  BucketAlreadyExists: ['destination-exists', 'item'],
  BucketAlreadyOwnedByYou: ['destination-exists', 'item'],
  BucketNotEmpty: ['invalid-request', 'item'],
  NoSuchAnnotation: ['no-such-key', 'item', 'annotations'],
  // Nothing that passes within seconds, so nobody tries it again at once.
  RestoreAlreadyInProgress: ['conflict', 'item'],

  AccessControlListNotSupported: ['not-possible', 'item', 'acl'],
  UnresolvableGrantByEmailAddress: ['not-possible', 'item', 'acl'],
  AmbiguousGrantByEmailAddress: ['not-possible', 'item', 'acl'],
  InvalidStorageClass: ['not-possible', 'item', 'storageClass'],
  InvalidEncryptionAlgorithmError: ['not-possible', 'item', 'encryption'],
  EncryptionTypeMismatch: ['not-possible', 'item', 'encryption'],
  InvalidRetentionPeriod: ['not-possible', 'item', 'retention'],
  ObjectLockConfigurationNotFoundError: ['not-possible', 'item', 'retention'],
  InvalidTag: ['invalid-request', 'item', 'tags'],
  MetadataTooLarge: ['invalid-request', 'item', 'metadata'],
  InvalidBucketOwnerAWSAccountID: ['invalid-request', 'job'],

  PermanentRedirect: ['wrong-region', 'job'],
  Redirect: ['wrong-region', 'job'],
  TemporaryRedirect: ['wrong-region', 'job'],
  AuthorizationHeaderMalformed: ['wrong-region', 'job'],
  IllegalLocationConstraintException: ['wrong-region', 'job'],
  IncorrectEndpoint: ['wrong-region', 'job'],
}

const OF_UPLOADS = new Set(['UploadPart', 'ListParts', 'CompleteMultipartUpload', 'AbortMultipartUpload'])

function byStatus(status: number, asked: Asked): Known {
  if (status === 301 || status === 307) return ['wrong-region', 'job']
  if (status === 401 || status === 403) return ['access-denied', 'item']
  if (status === 404) return asked.key === undefined ? ['no-such-bucket', 'job'] : ['no-such-key', 'item']
  if (status === 405 || status === 501) return ['not-supported', 'item']
  if (status === 408) return ['timeout', 'attempt']
  if (status === 409) return ['conflict', 'attempt']
  if (status === 413) return ['too-large', 'item']
  if (status === 429 || status === 503) return ['slow-down', 'attempt']
  // A 200 whose body is an error that nobody has heard of came too late for a status: it may pass.
  if (status >= 500 || status < 300) return ['server-error', 'attempt']
  return ['invalid-request', 'item']
}

/**
 * Which condition a 412 speaks of. AWS names it in `<Condition>`; elsewhere it is plain where only one was sent.
 * Where both sides were bound and the answer does not tell, it is `destination-changed`, with S3's own
 * `PreconditionFailed` beside it, and who needs to know looks.
 */
function failedCondition(asked: Asked, condition: string | undefined): Known {
  const named = condition?.toLowerCase() ?? ''
  const sent = asked.conditions ?? {}
  if (named.startsWith('x-amz-copy-source')) return ['source-changed', 'item']
  if (named === 'if-none-match') return ['destination-exists', 'item']
  if (named === 'if-match' && !sent.source) return ['destination-changed', 'item']
  if (sent.absent && !sent.source) return ['destination-exists', 'item']
  if (sent.source && !sent.absent && !sent.match) return ['source-changed', 'item']
  return ['destination-changed', 'item']
}

/** S3's answer as a failure. `clue`: the `<Condition>`, `<ArgumentName>` or `<Header>` that it names. */
export function s3Failure(asked: Asked, said: S3Words, clue?: string, access?: BucketAccess): Failure {
  const words = withoutKeys(asked, said)
  const { code, reach, property } = verdictOf(asked, words, clue)
  // Denied on the bucket itself, every key would be denied.
  const wide = code === 'access-denied' && asked.key === undefined ? 'job' : reach
  const named = property ?? propertyNamed(clue)
  const message = sentence(code, asked, words, named) + orOwner(code, access)
  const denied = code === 'access-denied' ? deniedRightOf(words.message) : undefined
  return {
    ...{ code, reach: wide, message },
    ...(named !== undefined && { property: named }),
    ...(denied !== undefined && { denied }),
    s3: words,
  }
}

/** A server may repeat what it was sent. */
function withoutKeys(asked: Asked, words: S3Words): S3Words {
  const { read, write } = asked.customerKeys ?? {}
  let { message } = words
  for (const sent of [read, write]) if (sent) message = message.replaceAll(sent.key, '…')
  return message === words.message ? words : { ...words, message }
}

/** S3 has no other word for x-amz-expected-bucket-owner. */
function orOwner(code: FailureCode, access: BucketAccess | undefined): string {
  if (code !== 'access-denied' || access?.owner === undefined) return ''
  return ` Or the bucket does not belong to account ${access.owner}.`
}

function verdictOf(asked: Asked, words: S3Words, clue: string | undefined): Verdict {
  const refusal = asked.key === undefined ? undefined : refusalOf(asked, words)
  if (refusal) return refusal
  const [code, reach, property] = knownVerdict(asked, words, clue)
  return property === undefined ? { code, reach } : { code, reach, property }
}

function knownVerdict(asked: Asked, words: S3Words, clue: string | undefined): Known {
  if (words.status === 412 || words.code === 'PreconditionFailed') return failedCondition(asked, clue)
  // Ceph says NoSuchKey of an upload of a key that does not exist yet.
  if (words.code === 'NoSuchKey' && OF_UPLOADS.has(asked.operation)) return ['no-such-upload', 'item']
  const known = Object.hasOwn(BY_CODE, words.code) ? BY_CODE[words.code] : undefined
  return known ?? byStatus(words.status, asked)
}

function sentence(
  code: FailureCode,
  asked: Asked,
  words: S3Words,
  property: PropertyName | undefined,
): string {
  const what = described(asked)
  switch (code) {
    case 'access-denied':
      return `These keys may not do ${asked.operation} on ${what}.`
    case 'credentials-expired':
      return 'The credentials have expired.'
    case 'signature':
      return words.code === 'InvalidAccessKeyId'
        ? 'The server does not know this access key.'
        : 'The server does not accept the signature: the secret key is probably wrong.'
    case 'clock-skew':
      return "This machine's clock and the server's are too far apart."
    case 'slow-down':
      return 'The server asks for fewer requests.'
    case 'no-such-bucket':
      return `There is no bucket ${quoted(asked.bucket)}.`
    case 'no-such-key':
      return `There is no ${what.replace(/^the /, '')}.`
    case 'no-such-upload':
      return `The multipart upload of ${what} is gone.`
    case 'customer-key':
      return asked.customerKeys?.read !== undefined
        ? `The customer key (SSE-C) is not the one under which ${what} lies, or these keys may not read it.`
        : `${capital(read(asked, what))} needs a customer key (SSE-C), or another than the one that was given: ${says(words)}`
    case 'not-possible':
      return asked.operation === 'RestoreObject'
        ? `${capital(what)} cannot be restored so: ${says(words)}`
        : `The ${IN_WORDS[property ?? 'headers']} that was asked for is not possible for ${what}: ${says(words)}`
    case 'archived':
      return `${capital(what)} is archived and must be restored first.`
    case 'source-changed':
      return `The source of ${what} is no longer the one that was planned.`
    case 'destination-exists':
      return `${capital(what)} exists already.`
    case 'destination-changed':
      return `${capital(what)} is no longer what it was when this was planned.`
    case 'wrong-region':
      return `${capital(what)} is in another Region than the connection says.`
    case 'not-supported':
      return `This server cannot do ${asked.operation} on ${what}.`
    default:
      return `${asked.operation} on ${what} failed: ${says(words)}`
  }
}

/** What a customer key opens: a copy that writes under none reads its source under one. */
function read({ operation, customerKeys }: Asked, what: string): string {
  const copies = operation === 'CopyObject' || operation === 'UploadPartCopy'
  return copies && customerKeys?.write === undefined ? `the source of ${what}` : what
}

/** As a sentence names them. */
const IN_WORDS: Readonly<Record<PropertyName, string>> = {
  headers: 'request',
  metadata: 'metadata',
  tags: 'set of tags',
  annotations: 'annotation',
  acl: 'ACL',
  retention: 'lock',
  legalHold: 'legal hold',
  redirect: 'redirect',
  storageClass: 'storage class',
  encryption: 'encryption',
  checksum: 'checksum',
}

function says(words: S3Words): string {
  return words.message || words.code || `status ${words.status}`
}

/** An answer that is not S3's. */
export function badAnswer(asked: Asked, why: string, status: number): DecantError {
  return new DecantError({
    code: 'bad-answer',
    reach: 'attempt',
    message: `The answer to ${asked.operation} on ${described(asked)} is not one of S3: ${why}.`,
    s3: { operation: asked.operation, status, code: '', message: '' },
  })
}
