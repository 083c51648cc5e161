import { DecantError } from '#model/failure.ts'
import type { Failure, FailureCode, Reach, S3Words } from '#model/failure.ts'

/** What was asked of S3, as far as it takes to say what went wrong. */
export interface Asked {
  readonly operation: string
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  /** Conditions that were sent: which of them a bare 412 speaks of. */
  readonly conditions?: { readonly source?: boolean; readonly absent?: boolean; readonly match?: boolean }
}

type Verdict = readonly [code: FailureCode, reach: Reach]

/**
 * S3's error codes, and what they mean here. What is not named is judged by its status (below).
 * Source: "Error responses", Amazon S3 API Reference; the rest from Ceph, MinIO and R2 as they answered.
 *
 * | reach   | meaning            | which                                                           |
 * |---------|--------------------|-----------------------------------------------------------------|
 * | attempt | send it again      | no answer, half an answer, 5xx, throttling, 409                 |
 * | item    | report and go on   | this key: missing, changed, refused, too large, archived        |
 * | job     | pause and say why  | who we are, the clock, the bucket, the Region                   |
 */
const BY_CODE: Readonly<Record<string, Verdict>> = {
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

  PermanentRedirect: ['wrong-region', 'job'],
  Redirect: ['wrong-region', 'job'],
  TemporaryRedirect: ['wrong-region', 'job'],
  AuthorizationHeaderMalformed: ['wrong-region', 'job'],
  IllegalLocationConstraintException: ['wrong-region', 'job'],
  IncorrectEndpoint: ['wrong-region', 'job'],
}

const OF_UPLOADS = new Set(['UploadPart', 'ListParts', 'CompleteMultipartUpload', 'AbortMultipartUpload'])

function byStatus(status: number, asked: Asked): Verdict {
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
function failedCondition(asked: Asked, condition: string | undefined): Verdict {
  const named = condition?.toLowerCase() ?? ''
  const sent = asked.conditions ?? {}
  if (named.startsWith('x-amz-copy-source')) return ['source-changed', 'item']
  if (named === 'if-none-match') return ['destination-exists', 'item']
  if (named === 'if-match' && !sent.source) return ['destination-changed', 'item']
  if (sent.absent && !sent.source) return ['destination-exists', 'item']
  if (sent.source && !sent.absent && !sent.match) return ['source-changed', 'item']
  return ['destination-changed', 'item']
}

/** S3's answer as a failure. `condition` is the `<Condition>` of a 412. */
export function s3Failure(asked: Asked, words: S3Words, condition?: string): Failure {
  // Ceph says NoSuchKey of an upload of a key that does not exist yet.
  const missingUpload = words.code === 'NoSuchKey' && OF_UPLOADS.has(asked.operation)
  const [code, reach] = missingUpload
    ? (['no-such-upload', 'item'] as const)
    : verdictOf(asked, words, condition)
  // Denied on the bucket itself, every key would be denied.
  const wide = code === 'access-denied' && asked.key === undefined ? 'job' : reach
  return { code, reach: wide, message: sentence(code, asked, words), s3: words }
}

function verdictOf(asked: Asked, words: S3Words, condition: string | undefined): Verdict {
  if (words.status === 412 || words.code === 'PreconditionFailed') return failedCondition(asked, condition)
  const known = Object.hasOwn(BY_CODE, words.code) ? BY_CODE[words.code] : undefined
  return known ?? byStatus(words.status, asked)
}

function sentence(code: FailureCode, asked: Asked, words: S3Words): string {
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
      return `${asked.operation} on ${what} failed: ${words.message || words.code || `status ${words.status}`}`
  }
}

function described(asked: Asked): string {
  if (asked.bucket === undefined) return 'this server'
  if (asked.key === undefined) return `the bucket ${quoted(asked.bucket)}`
  return `the object ${quoted(asked.key)} in ${quoted(asked.bucket)}`
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
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

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address: the name is not known',
  EAI_AGAIN: 'has no address just now: the name service does not answer',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  ENETUNREACH: 'cannot be reached from this network',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETDOWN: 'cannot be reached: the network is down',
  EPROXY: 'cannot be reached through the proxy',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'shows a certificate that it signed itself; name it in AWS_CA_BUNDLE to trust it',
  SELF_SIGNED_CERT_IN_CHAIN:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  EPROTO: 'does not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port',
}

/** What node:http threw, as a failure: no answer came, or half of one. A failure in disguise is kept. */
export function networkFailure(asked: Asked, error: unknown, server: string): DecantError {
  if (error instanceof DecantError) return error
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') {
    const text = `${server} did not answer ${asked.operation} in time.`
    return new DecantError({ code: 'timeout', reach: 'attempt', message: text }, { cause: error })
  }
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_UNESCAPED_CHARACTERS') {
    const text = `${capital(described(asked))} has a header that HTTP cannot carry.`
    return new DecantError({ code: 'invalid-request', reach: 'item', message: text }, { cause: error })
  }
  if (code.startsWith('HPE_') || code === 'ETOOLONG') return badAnswer(asked, message, 0)
  const text = `${server} ${NETWORK[code] ?? `cannot be reached: ${message}`}.`
  return new DecantError({ code: 'connection', reach: 'attempt', message: text }, { cause: error })
}

export function cancelled(): DecantError {
  return new DecantError({ code: 'cancelled', reach: 'item', message: 'It was cancelled.' })
}
