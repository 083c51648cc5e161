import { describe, expect, test } from 'vitest'
import { parseAddress, parseCopySource } from '../../main/playground/address.ts'
import { requireDestination, unmetCondition } from '../../main/playground/conditions.ts'
import { S3Error } from '../../main/playground/errors.ts'
import { operationOf } from '../../main/playground/operations.ts'
import { parseCopySourceRange, parseRange } from '../../main/playground/ranges.ts'
import { keyPattern } from '../../main/playground/seed.ts'
import { tagsFromHeader } from '../../main/playground/tags.ts'
import { child, childText, parseXml } from '../../main/playground/xml.ts'

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'none'
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
}

const before = 'Thu, 01 Jan 2026 00:00:00 GMT'
const after = 'Fri, 02 Jan 2026 00:00:00 GMT'
const standing = { etag: 'abc', modified: Date.UTC(2026, 0, 1, 12) / 1000 }

describe('conditions', () => {
  test.each([
    [{}, undefined],
    [{ match: '"abc"' }, undefined],
    [{ match: 'abc' }, undefined],
    [{ match: '*' }, undefined],
    [{ match: '"x", "abc"' }, undefined],
    [{ match: '"x"' }, 'match'],
    [{ noneMatch: '"x"' }, undefined],
    [{ noneMatch: '"abc"' }, 'none-match'],
    [{ noneMatch: '*' }, 'none-match'],
    [{ modifiedSince: before }, undefined],
    [{ modifiedSince: after }, 'modified-since'],
    [{ unmodifiedSince: after }, undefined],
    [{ unmodifiedSince: before }, 'unmodified-since'],
    [{ match: '"abc"', unmodifiedSince: before }, undefined],
    [{ noneMatch: '"abc"', modifiedSince: before }, 'none-match'],
    [{ noneMatch: '"x"', modifiedSince: after }, undefined],
    [{ modifiedSince: 'no date' }, undefined],
  ])('%j gives %s', (conditions, unmet) => {
    expect(unmetCondition(conditions, standing)).toBe(unmet)
  })

  test.each([
    [{}, standing, 'none'],
    [{ 'if-none-match': '*' }, undefined, 'none'],
    [{ 'if-none-match': '*' }, standing, 'PreconditionFailed'],
    [{ 'if-none-match': '"abc"' }, standing, 'NotImplemented'],
    [{ 'if-match': '"abc"' }, standing, 'none'],
    [{ 'if-match': '"x"' }, standing, 'PreconditionFailed'],
    [{ 'if-match': '"abc"' }, undefined, 'NoSuchKey'],
  ])('a write with %j on %j gives %s', (headers, found, code) => {
    expect(codeOf(() => requireDestination(headers, found))).toBe(code)
  })
})

describe('ranges', () => {
  test.each([
    ['bytes=0-0', { start: 0, length: 1 }],
    ['bytes=2-', { start: 2, length: 8 }],
    ['bytes=-3', { start: 7, length: 3 }],
    ['bytes=-30', { start: 0, length: 10 }],
    ['bytes=5-50', { start: 5, length: 5 }],
    ['bytes=5-4', undefined],
    ['bytes=1-2,4-5', undefined],
    ['lines=1-2', undefined],
    [undefined, undefined],
  ])('%s of ten bytes is %j', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range)
  })

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s of ten bytes is InvalidRange', (header) => {
    expect(codeOf(() => parseRange(header, 10))).toBe('InvalidRange')
  })

  test.each([
    ['bytes=0-9', { start: 0, length: 10 }],
    ['bytes=3-3', { start: 3, length: 1 }],
  ])('a copy of %s takes %j', (header, range) => {
    expect(parseCopySourceRange(header, 10)).toEqual(range)
  })

  test.each(['bytes=0-10', 'bytes=5-', 'bytes=-5', 'bytes=4-3', '0-5'])(
    'a copy of %s is refused',
    (header) => {
      expect(codeOf(() => parseCopySourceRange(header, 10))).toBe('InvalidArgument')
    },
  )
})

describe('addresses', () => {
  test.each([
    ['/', 'h:1', undefined, undefined],
    ['/b', 'h:1', 'b', undefined],
    ['/b/', 'h:1', 'b', undefined],
    ['/b/k', 'h:1', 'b', 'k'],
    ['/b//k', 'h:1', 'b', '/k'],
    ['/b/a%2Fb%20c', 'h:1', 'b', 'a/b c'],
    ['/b/a+b', 'h:1', 'b', 'a+b'],
    ['/k/l', 'b.localhost:9000', 'b', 'k/l'],
    ['/', 'a.b.localhost', 'a.b', undefined],
    ['/b/k', 'localhost:9000', 'b', 'k'],
  ])('%s at %s', (url, host, bucket, key) => {
    expect(parseAddress(url, host)).toMatchObject({ bucket, key })
  })

  test('refuse what is not UTF-8, and keys over 1024 bytes', () => {
    expect(codeOf(() => parseAddress('/b/%ff', 'h'))).toBe('InvalidURI')
    expect(codeOf(() => parseAddress(`/b/${'k'.repeat(1025)}`, 'h'))).toBe('KeyTooLongError')
    expect(parseAddress(`/b/${'%C3%A4'.repeat(512)}`, 'h').key?.length).toBe(1024)
  })

  test.each([
    ['b/k', { bucket: 'b', key: 'k', versionId: undefined }],
    ['/b/a%2Bb/c', { bucket: 'b', key: 'a+b/c', versionId: undefined }],
    ['b/k%3FversionId%3Dx', { bucket: 'b', key: 'k?versionId=x', versionId: undefined }],
    ['b/k?versionId=v1', { bucket: 'b', key: 'k', versionId: 'v1' }],
  ])('the copy source %s', (header, source) => {
    expect(parseCopySource(header)).toEqual(source)
  })

  test.each(['b', '/b', 'b/', 'b/k?versionId='])('the copy source %s is refused', (header) => {
    expect(codeOf(() => parseCopySource(header))).toBe('InvalidArgument')
  })
})

describe('operations', () => {
  test.each([
    ['GET', undefined, undefined, '', false, 'ListBuckets'],
    ['GET', 'b', undefined, 'list-type=2', false, 'ListObjectsV2'],
    ['GET', 'b', undefined, 'prefix=a', false, 'ListObjects'],
    ['GET', 'b', undefined, 'versions', false, 'ListObjectVersions'],
    ['PUT', 'b', undefined, 'versioning', false, 'PutBucketVersioning'],
    ['POST', 'b', undefined, 'delete', false, 'DeleteObjects'],
    ['PUT', 'b', 'k', 'x-id=PutObject', false, 'PutObject'],
    ['PUT', 'b', 'k', '', true, 'CopyObject'],
    ['PUT', 'b', 'k', 'partNumber=1&uploadId=u', false, 'UploadPart'],
    ['PUT', 'b', 'k', 'partNumber=1&uploadId=u', true, 'UploadPartCopy'],
    ['POST', 'b', 'k', 'uploads', false, 'CreateMultipartUpload'],
    ['POST', 'b', 'k', 'uploadId=u', false, 'CompleteMultipartUpload'],
    ['DELETE', 'b', 'k', 'uploadId=u', false, 'AbortMultipartUpload'],
    ['DELETE', 'b', 'k', 'versionId=v', false, 'DeleteObject'],
    ['GET', 'b', 'k', 'acl', false, 'GetObjectAcl'],
    ['DELETE', 'b', 'k', 'acl', false, undefined],
    ['GET', 'b', undefined, 'acl', false, 'GetBucketAcl'],
    ['DELETE', 'b', undefined, 'ownershipControls', false, 'DeleteBucketOwnershipControls'],
    ['PUT', 'b', undefined, 'object-lock', false, 'PutObjectLockConfiguration'],
    ['PUT', 'b', 'k', 'legal-hold', false, 'PutObjectLegalHold'],
    ['GET', 'b', 'k', 'torrent', false, undefined],
    ['POST', 'b', 'k', 'restore', false, 'RestoreObject'],
    ['GET', 'b', undefined, 'requestPayment', false, 'GetBucketRequestPayment'],
    ['PUT', 'b', undefined, 'requestPayment', false, 'PutBucketRequestPayment'],
    ['GET', 'b', undefined, 'lifecycle', false, 'GetBucketLifecycleConfiguration'],
    ['PUT', 'b', undefined, 'tagging', false, 'PutBucketTagging'],
    ['GET', 'b', undefined, 'policy', false, 'GetBucketPolicy'],
    ['PUT', 'b', undefined, 'publicAccessBlock', false, 'PutPublicAccessBlock'],
    ['GET', 'b', undefined, 'website', false, undefined],
    ['PATCH', 'b', 'k', '', false, undefined],
  ])('%s %s/%s?%s (copy: %s) is %s', (method, bucket, key, query, isCopy, operation) => {
    const address = { method, bucket, key, query: new Map(new URLSearchParams(query)), isCopy }
    expect(operationOf(address)).toBe(operation)
  })
})

describe('tags', () => {
  test.each([
    [undefined, {}],
    ['a=1&b=', { a: '1', b: '' }],
    ['k%20e=%C3%A4+b', { 'k e': 'ä b' }],
  ])('%s', (header, tags) => {
    expect(tagsFromHeader(header)).toEqual(tags)
  })

  test.each([
    ['=v', 'InvalidArgument'],
    ['aws:x=1', 'InvalidTag'],
    ['a=1&a=2', 'InvalidTag'],
    [`${'k'.repeat(129)}=1`, 'InvalidTag'],
    [`k=${'v'.repeat(257)}`, 'InvalidTag'],
    [Array.from({ length: 11 }, (_, index) => `k${index}=1`).join('&'), 'BadRequest'],
  ])('%s is %s', (header, code) => {
    expect(codeOf(() => tagsFromHeader(header))).toBe(code)
  })
})

describe('documents', () => {
  test('are read with entities, CDATA, comments and namespaces', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<s3:Delete xmlns:s3="x"><!-- c --><Object><Key>a &amp; &#x62;<![CDATA[<c>]]></Key><VersionId/></Object></s3:Delete>',
      'Delete',
    )
    const object = child(root, 'Object')
    expect(object === undefined ? undefined : childText(object, 'Key')).toBe('a & b<c>')
    expect(object === undefined ? undefined : childText(object, 'VersionId')).toBe('')
  })

  test.each([
    '',
    'text',
    '<Delete>',
    '<Delete></Other>',
    '<Other/>',
    '<Delete/><Delete/>',
    '<Delete>&x;</Delete>',
  ])('%j is MalformedXML', (document) => {
    expect(codeOf(() => parseXml(document, 'Delete'))).toBe('MalformedXML')
  })
})

describe('key patterns', () => {
  test.each([
    ['{n}', 7, 'p/7'],
    ['a-{n:5}.txt', 7, 'p/a-00007.txt'],
    ['{n/100:2}/{n%28+1:2}/ä', 157, 'p/01/18/ä'],
    ['fixed', 3, 'p/fixed'],
  ])('%s at %d', (pattern, index, key) => {
    expect(Buffer.from(keyPattern('p/', pattern)(index), 'latin1').toString()).toBe(key)
  })
})
