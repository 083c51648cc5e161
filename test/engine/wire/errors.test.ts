import { describe, expect, it } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { FailureCode, Reach } from '#model/failure.ts'
import { s3Failure } from '../../../main/engine/wire/errors.ts'
import { networkFailure } from '../../../main/engine/wire/network-failure.ts'
import type { Asked } from '../../../main/engine/wire/asked.ts'

const onKey: Asked = { operation: 'CopyObject', bucket: 'b', key: 'k' }
const onBucket: Asked = { operation: 'ListObjectsV2', bucket: 'b' }

describe("S3's errors", () => {
  it.each<[status: number, s3: string, asked: Asked, code: FailureCode, reach: Reach]>([
    [403, 'AccessDenied', onKey, 'access-denied', 'item'],
    [403, 'AccessDenied', onBucket, 'access-denied', 'job'],
    [403, '', onKey, 'access-denied', 'item'],
    [403, 'SignatureDoesNotMatch', onKey, 'signature', 'job'],
    [403, 'InvalidAccessKeyId', onKey, 'signature', 'job'],
    [403, 'RequestTimeTooSkewed', onKey, 'clock-skew', 'job'],
    [400, 'ExpiredToken', onKey, 'credentials-expired', 'job'],
    [403, 'InvalidObjectState', onKey, 'archived', 'item'],
    [404, 'NoSuchBucket', onKey, 'no-such-bucket', 'job'],
    [404, '', onBucket, 'no-such-bucket', 'job'],
    [404, 'NoSuchKey', onKey, 'no-such-key', 'item'],
    [404, '', onKey, 'no-such-key', 'item'],
    [404, 'NoSuchUpload', onKey, 'no-such-upload', 'item'],
    [404, 'NoSuchKey', { ...onKey, operation: 'ListParts' }, 'no-such-upload', 'item'],
    [404, 'NoSuchKey', { ...onKey, operation: 'UploadPartCopy' }, 'no-such-key', 'item'],
    [503, 'SlowDown', onKey, 'slow-down', 'attempt'],
    [503, '', onKey, 'slow-down', 'attempt'],
    [429, 'Anything', onKey, 'slow-down', 'attempt'],
    [500, 'InternalError', onKey, 'server-error', 'attempt'],
    [502, '', onKey, 'server-error', 'attempt'],
    [200, 'InternalError', onKey, 'server-error', 'attempt'],
    [200, 'SlowDown', onKey, 'slow-down', 'attempt'],
    [200, 'Unheard', onKey, 'server-error', 'attempt'],
    [400, 'RequestTimeout', onKey, 'timeout', 'attempt'],
    [409, 'ConditionalRequestConflict', onKey, 'conflict', 'attempt'],
    [409, 'OperationAborted', onBucket, 'conflict', 'attempt'],
    [409, 'BucketNotEmpty', onBucket, 'invalid-request', 'item'],
    [400, 'EntityTooLarge', onKey, 'too-large', 'item'],
    [400, 'KeyTooLongError', onKey, 'key-too-long', 'item'],
    [400, 'InvalidArgument', onKey, 'invalid-request', 'item'],
    [501, 'NotImplemented', onKey, 'not-supported', 'item'],
    [405, 'MethodNotAllowed', onKey, 'not-supported', 'item'],
    [301, 'PermanentRedirect', onKey, 'wrong-region', 'job'],
    [400, 'AuthorizationHeaderMalformed', onKey, 'wrong-region', 'job'],
    [400, 'constructor', onKey, 'invalid-request', 'item'],
  ])('%i %s on %o is %s, reach %s', (status, code, asked, expected, reach) => {
    const words = { operation: asked.operation, status, code, message: 'm' }
    expect(s3Failure(asked, words)).toMatchObject({ code: expected, reach, s3: words })
  })

  it.each<[sent: Asked['conditions'], named: string | undefined, code: FailureCode]>([
    [{ absent: true }, undefined, 'destination-exists'],
    [{ match: true }, undefined, 'destination-changed'],
    [{ source: true }, undefined, 'source-changed'],
    [{ source: true, absent: true }, 'x-amz-copy-source-If-Match', 'source-changed'],
    [{ source: true, absent: true }, 'If-None-Match', 'destination-exists'],
    [{ source: true, match: true }, undefined, 'destination-changed'],
    [{ source: true, absent: true }, undefined, 'destination-changed'],
  ])('a 412 to %o that names %s is %s', (conditions, named, code) => {
    const words = { operation: 'CopyObject', status: 412, code: 'PreconditionFailed', message: '' }
    const failure = s3Failure({ ...onKey, ...(conditions && { conditions }) }, words, named)
    expect(failure.code).toBe(code)
  })

  it('says it in one sentence that names what is meant', () => {
    const words = { operation: 'CopyObject', status: 404, code: 'NoSuchKey', message: '' }
    expect(s3Failure(onKey, words).message).toBe('There is no object "k" in "b".')
  })
})

describe("the network's errors", () => {
  it.each<[code: string, expected: FailureCode, reach: Reach]>([
    ['ECONNREFUSED', 'connection', 'attempt'],
    ['ENOTFOUND', 'connection', 'attempt'],
    ['EAI_AGAIN', 'connection', 'attempt'],
    ['ECONNRESET', 'connection', 'attempt'],
    ['EPIPE', 'connection', 'attempt'],
    ['CERT_HAS_EXPIRED', 'connection', 'attempt'],
    ['SOMETHING_NEW', 'connection', 'attempt'],
    ['ETIMEDOUT', 'timeout', 'attempt'],
    ['HPE_INVALID_CONSTANT', 'bad-answer', 'attempt'],
    ['ETOOLONG', 'bad-answer', 'attempt'],
    ['ERR_INVALID_CHAR', 'invalid-request', 'item'],
  ])('%s is %s, reach %s', (code, expected, reach) => {
    const error = Object.assign(new Error('why'), { code })
    expect(networkFailure(onKey, error, 'server:1').failure).toMatchObject({ code: expected, reach })
  })

  it('keeps a failure that was one already', () => {
    const failure = new DecantError({ code: 'bad-input', reach: 'job', message: 'x' })
    expect(networkFailure(onKey, failure, 's')).toBe(failure)
  })
})
