import type { FailureCode, Reach } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { PropertyName } from '#model/properties.ts'

/** S3's code, its status, what it is to Decant, and how far it reaches. */
const ERRORS = {
  NoSuchBucket: [404, 'no-such-bucket', 'job'],
  NoSuchKey: [404, 'no-such-key', 'item'],
  NoSuchVersion: [404, 'no-such-key', 'item'],
  NoSuchUpload: [404, 'no-such-upload', 'item'],
  MethodNotAllowed: [405, 'not-supported', 'item'],
  AccessDenied: [403, 'access-denied', 'item'],
  InvalidObjectState: [403, 'archived', 'item'],
  InvalidRequest: [400, 'invalid-request', 'item'],
  InvalidPart: [400, 'invalid-request', 'item'],
  EntityTooLarge: [400, 'too-large', 'item'],
  EntityTooSmall: [400, 'invalid-request', 'item'],
  InvalidArgument: [400, 'invalid-request', 'item'],
  InvalidRange: [416, 'invalid-request', 'item'],
  InvalidStorageClass: [400, 'not-possible', 'item'],
  AccessControlListNotSupported: [400, 'not-possible', 'item'],
  RestoreAlreadyInProgress: [409, 'conflict', 'item'],
  NoSuchAnnotation: [404, 'no-such-key', 'item'],
  ExpiredToken: [400, 'credentials-expired', 'job'],
  BucketNotEmpty: [409, 'invalid-request', 'item'],
  ConditionalRequestConflict: [409, 'conflict', 'attempt'],
  InternalError: [500, 'server-error', 'attempt'],
  BadDigest: [400, 'server-error', 'attempt'],
  SlowDown: [503, 'slow-down', 'attempt'],
} as const satisfies Record<string, readonly [number, FailureCode, Reach]>
export type S3ErrorCode = keyof typeof ERRORS

/** The failure as a storage reports it. `as`: with another status, as an error within a 200. */
export function s3Error(operation: string, code: S3ErrorCode, as?: number): DecantError {
  const [usual, failure, reach] = ERRORS[code]
  const status = as ?? usual
  const s3 = { operation, status, code, message: code, requestId: 'memory' }
  return new DecantError({ code: failure, reach, message: `S3 answered ${code} to ${operation}.`, s3 })
}

/** The same code of S3, where it means something of its own and is about one property. */
export function s3Refusal(
  operation: string,
  code: S3ErrorCode,
  failure: FailureCode,
  property: PropertyName,
): DecantError {
  const plain = s3Error(operation, code).failure
  return new DecantError({ ...plain, code: failure, reach: 'item', property })
}

/** 412: S3 does not tell which of the request's conditions did not hold; a storage guesses from what was asked. */
export function preconditionFailed(operation: string, guess: FailureCode): DecantError {
  const message = 'At least one of the pre-conditions you specified did not hold'
  return new DecantError({
    code: guess,
    reach: 'item',
    message: `S3 answered PreconditionFailed to ${operation}.`,
    s3: { operation, status: 412, code: 'PreconditionFailed', message, requestId: 'memory' },
  })
}

/** The network's failures: no answer, so none of S3's words. */
export function wayError(operation: string, code: 'connection' | 'timeout' | 'bad-answer'): DecantError {
  const what = {
    connection: 'The connection broke',
    timeout: 'No answer came in time',
    'bad-answer': 'The answer was cut off',
  }[code]
  return new DecantError({ code, reach: 'attempt', message: `${what} during ${operation}.` })
}
