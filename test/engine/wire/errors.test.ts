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

  it.each<[operation: Asked['operation'], names: RegExp]>([
    ['CopyObject', /^The source of the object "k" in "b" needs a customer key/],
    ['GetObject', /^The object "k" in "b" needs a customer key/],
  ])('%s names what lies under a customer key', (operation, names) => {
    const message = 'The object was stored using a form of Server Side Encryption.'
    const words = { operation, status: 400, code: 'InvalidRequest', message }
    expect(s3Failure({ ...onKey, operation }, words).message).toMatch(names)
  })

  const MARY = 'arn:aws:iam::111122223333:user/mary'
  const KEY = 'arn:aws:kms:eu-central-1:444455556666:key/1234abcd'
  it.each<[message: string, denied: object | undefined]>([
    [
      `User: ${MARY} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/a key" because no identity-based policy allows the s3:GetObject action`,
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/a key', principal: MARY, by: 'silence' },
    ],
    [
      `User: ${MARY} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource-based policy`,
      { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', principal: MARY, by: 'explicit' },
    ],
    [
      `User: ${MARY} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
      { action: 'kms:Decrypt', resource: KEY, principal: MARY, by: 'silence' },
    ],
    [
      'User: somebody is not authorized to perform: s3:DeleteObject on this resource',
      { action: 's3:DeleteObject', by: 'silence' },
    ],
    ['Access Denied', undefined],
    ['', undefined],
  ])('what was denied, as AWS names it: %s', (message, denied) => {
    const words = { operation: 'CopyObject', status: 403, code: 'AccessDenied', message }
    expect(s3Failure(onKey, words).denied).toEqual(denied)
  })

  const key = { key: Buffer.alloc(32, 'k').toString('base64'), md5: 'm' }
  const reading: Asked = { operation: 'GetObject', bucket: 'b', key: 'k', customerKeys: { read: key } }
  const writing: Asked = { operation: 'PutObject', bucket: 'b', key: 'k', customerKeys: { write: key } }
  const both: Asked = { ...onKey, customerKeys: { read: key, write: key } }
  const about = (operation: string): Asked => ({ ...onKey, operation })
  const UNDER_KEY = 'The object was stored using a form of Server Side Encryption. The correct parameters …'
  const HASH = 'The calculated MD5 hash of the key did not match the hash that was provided.'
  const PROVIDED = 'Requests specifying Server Side Encryption with Customer provided keys must provide …'

  it.each<
    [status: number, s3: string, message: string, asked: Asked, code: FailureCode, reach: Reach, of?: string]
  >([
    [400, 'InvalidRequest', UNDER_KEY, onKey, 'customer-key', 'item', 'encryption'],
    [400, 'InvalidRequest', PROVIDED, onKey, 'customer-key', 'item', 'encryption'],
    [400, 'InvalidArgument', HASH, writing, 'customer-key', 'item', 'encryption'],
    [400, '', '', reading, 'customer-key', 'item', 'encryption'],
    [403, '', '', reading, 'customer-key', 'item', 'encryption'],
    [403, 'AccessDenied', 'Access Denied', reading, 'customer-key', 'item', 'encryption'],
    [403, 'AccessDenied', 'Access Denied', both, 'customer-key', 'item', 'encryption'],
    [403, 'AccessDenied', PROVIDED, writing, 'not-possible', 'item', 'encryption'],
    [403, 'AccessDenied', 'Access Denied', writing, 'access-denied', 'item', 'encryption'],
    [
      403,
      'AccessDenied',
      'not authorized to perform: kms:Decrypt',
      onKey,
      'access-denied',
      'item',
      'encryption',
    ],
    [403, 'AccessDenied', 'Access Denied', onKey, 'access-denied', 'item'],
    [400, 'InvalidRequest', 'something else', reading, 'invalid-request', 'item'],
    [400, 'InvalidRequest', 'something else', onKey, 'invalid-request', 'item'],

    [400, 'KMS.DisabledException', 'm', onKey, 'not-possible', 'item', 'encryption'],
    [400, 'KMS.NotFoundException', 'm', onKey, 'not-possible', 'item', 'encryption'],
    [400, 'KMS.KMSInvalidStateException', 'm', onKey, 'not-possible', 'item', 'encryption'],
    [403, 'KMS.AccessDeniedException', 'm', onKey, 'access-denied', 'item', 'encryption'],
    [400, 'KMS.ThrottlingException', 'm', onKey, 'slow-down', 'attempt'],
    [500, 'KMS.KMSInternalException', 'm', onKey, 'server-error', 'attempt'],
    [500, 'KMS.DependencyTimeoutException', 'm', onKey, 'server-error', 'attempt'],
    [
      400,
      'InvalidArgument',
      'Failed to retrieve the actual key, kms-keyid: x',
      onKey,
      'not-possible',
      'item',
      'encryption',
    ],
    [
      403,
      'InvalidAccessKeyId',
      'Failed to retrieve the actual key, kms-keyid: x',
      onKey,
      'not-possible',
      'item',
      'encryption',
    ],

    [400, 'AccessControlListNotSupported', 'm', onKey, 'not-possible', 'item', 'acl'],
    [400, 'InvalidStorageClass', 'm', onKey, 'not-possible', 'item', 'storageClass'],
    [
      400,
      'InvalidRequest',
      'Bucket is missing Object Lock Configuration',
      onKey,
      'not-possible',
      'item',
      'retention',
    ],
    [
      400,
      'InvalidRequest',
      'Bucket is missing Object Lock Configuration',
      about('PutObjectLegalHold'),
      'not-possible',
      'item',
      'legalHold',
    ],
    [
      400,
      'InvalidRequest',
      'not supported',
      about('UpdateObjectEncryption'),
      'not-possible',
      'item',
      'encryption',
    ],
    [403, 'InvalidObjectState', 'm', about('GetObject'), 'archived', 'item'],
    [403, 'InvalidObjectState', 'm', about('RestoreObject'), 'not-possible', 'item', 'storageClass'],
    [409, 'RestoreAlreadyInProgress', 'm', about('RestoreObject'), 'conflict', 'item'],
  ])('%i %s, "%s", to %o is %s', (status, code, message, asked, expected, reach, property) => {
    const failure = s3Failure(asked, { operation: asked.operation, status, code, message })
    expect([failure.code, failure.reach, failure.property]).toEqual([expected, reach, property])
  })

  it.each([
    ['x-amz-storage-class', 'storageClass'],
    ['x-amz-acl', 'acl'],
    ['X-Amz-Server-Side-Encryption', 'encryption'],
    ['x-amz-object-lock-legal-hold', 'legalHold'],
    ['x-amz-object-lock-mode', 'retention'],
    ['If-Match', undefined],
  ])('a header that S3 names, %s, is about %s', (header, property) => {
    const words = { operation: 'CopyObject', status: 501, code: 'NotImplemented', message: 'm' }
    expect(s3Failure(onKey, words, header).property).toBe(property)
  })

  it('a key that the server repeats goes no further', () => {
    const message = `the key ${key.key} is wrong`
    const words = { operation: 'GetObject', status: 400, code: 'InvalidArgument', message }
    expect(JSON.stringify(s3Failure(reading, words))).not.toContain(key.key)
    expect(JSON.stringify(s3Failure(writing, words))).not.toContain(key.key)
  })

  it('a denial says that the bucket may be of another account', () => {
    const words = { operation: 'CopyObject', status: 403, code: 'AccessDenied', message: 'm' }
    expect(s3Failure(onKey, words, undefined, { owner: '111111111111' }).message).toContain('111111111111')
    expect(s3Failure(onKey, words).message).not.toContain('account')
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
