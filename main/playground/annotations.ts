import { hash } from 'node:crypto'
import type { Annotation } from './annotation.ts'
import { emptyAnswer, httpTime, isoTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { etagOf } from './bucket.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { etagListHolds, preconditionFailed } from './conditions.ts'
import { realContent } from './content.ts'
import { header, quoted, requireBucket, requireKey, requireObject } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { encryptionHeaders, SSE } from './encryption.ts'
import { S3Error } from './errors.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { KeyUse } from './kms.ts'
import { pageSize } from './list-objects.ts'
import { checksumHeaders, wantsChecksum, writtenChecksum } from './object-checksums.ts'
import { element } from './xml.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html */
const MOST_ANNOTATIONS = 1000
const LONGEST_NAME = 512
const LARGEST_PAYLOAD = 1024 ** 2

interface Annotated {
  readonly bucket: Bucket
  readonly version: ObjectVersion
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The version that is asked for. One under SSE-C can have no annotations; they lie under the same encryption.
 * @throws S3Error NoSuchKey, NoSuchVersion, InvalidRequest, KMS.…, AccessDenied, PreconditionFailed
 */
function requireAnnotated(context: Context, request: S3Request, kmsUse?: KeyUse): Annotated {
  const bucket = requireBucket(context, request)
  const version = requireObject(bucket, requireKey(request), request.query.get('versionId'))
  const { encryption, versionId } = version
  if (encryption?.kind === 'SSE-C') {
    throw new S3Error('InvalidRequest', {
      message: 'Annotations are not supported for objects encrypted with customer provided keys (SSE-C).',
    })
  }
  const match = header(request.headers, 'x-amz-object-if-match')
  if (match !== undefined && !etagListHolds(match, etagOf(version))) {
    throw preconditionFailed('x-amz-object-if-match')
  }
  if (kmsUse !== undefined && encryption !== undefined && 'keyId' in encryption) {
    context.kms.require(encryption.keyId, kmsUse)
  }
  const headers = bucket.versioning === undefined ? {} : { 'x-amz-object-version-id': versionId }
  return { bucket, version, headers }
}

/**
 * | name                              | result                |
 * |-----------------------------------|-----------------------|
 * | none, or empty                    | InvalidAnnotationName |
 * | over 512 bytes                    | AnnotationNameTooLong |
 * | begins with aws or s3 in any case | InvalidAnnotationName |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html
 * @throws S3Error
 */
export function annotationName({ query }: Pick<S3Request, 'query'>): string {
  const name = query.get('annotationName') ?? ''
  if (Buffer.byteLength(name) > LONGEST_NAME) throw new S3Error('AnnotationNameTooLong')
  if (name === '' || /^(aws|s3)/i.test(name)) {
    throw new S3Error('InvalidAnnotationName', { elements: { AnnotationName: name } })
  }
  return name
}

function annotationOf({ annotations = {} }: ObjectVersion, name: string): Annotation | undefined {
  return Object.hasOwn(annotations, name) ? annotations[name] : undefined
}

export async function putObjectAnnotation(context: Context, request: S3Request): Promise<Answer> {
  const name = annotationName(request)
  const { bytes, checksum: sent } = await request.payload()
  const { bucket, version, headers } = requireAnnotated(context, request, 'kms:GenerateDataKey')
  requirePayload(bytes)
  const { annotations, versionId } = version
  if (
    annotationOf(version, name) === undefined &&
    Object.keys(annotations ?? {}).length >= MOST_ANNOTATIONS
  ) {
    throw new S3Error('AnnotationLimitExceeded')
  }
  const key = requireKey(request)
  const content = realContent(bytes)
  const checksum = writtenChecksum(content, sent)
  const etag = hash('md5', bytes, 'hex')
  const change = { op: 'PutObjectAnnotation', bucket: bucket.name, key, versionId, name } as const
  context.commit({ ...change, time: context.now(), content, etag, checksum })
  return xmlAnswer(
    'PutObjectAnnotationOutput',
    element('Key', fromByteKey(key)) + element('AnnotationName', name),
    { ...headers, ETag: quoted(etag), ...checksumHeaders(checksum), ...methodHeader(version) },
  )
}

/** @throws S3Error InvalidRequest, EntityTooLarge, UnsupportedMediaType */
function requirePayload(bytes: Buffer): void {
  if (bytes.length === 0) {
    throw new S3Error('InvalidRequest', { message: 'The annotation payload must hold at least 1 byte.' })
  }
  if (bytes.length > LARGEST_PAYLOAD) {
    throw new S3Error('EntityTooLarge', {
      elements: { ProposedSize: String(bytes.length), MaxSizeAllowed: String(LARGEST_PAYLOAD) },
    })
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new S3Error('UnsupportedMediaType')
  }
}

/** Annotations tell the method alone, not the key. */
function methodHeader({ encryption }: ObjectVersion): Record<string, string> {
  return { [SSE]: encryptionHeaders(encryption)[SSE] ?? 'AES256' }
}

export function getObjectAnnotation(context: Context, request: S3Request): Answer {
  const name = annotationName(request)
  const { version, headers } = requireAnnotated(context, request, 'kms:Decrypt')
  const annotation = annotationOf(version, name)
  if (annotation === undefined) {
    throw new S3Error('NoSuchAnnotation', { elements: { AnnotationName: name } })
  }
  const { content, etag, modified, checksum } = annotation
  return {
    status: 200,
    headers: {
      ...headers,
      'Content-Type': 'binary/octet-stream',
      'Last-Modified': httpTime(modified),
      ETag: quoted(etag),
      ...methodHeader(version),
      ...(wantsChecksum(request) ? checksumHeaders(checksum) : undefined),
    },
    body: { content, start: 0, length: content.size },
  }
}

/** By name, in the order of their UTF-8 bytes; the token is the last name of the page before. */
export function listObjectAnnotations(context: Context, request: S3Request): Answer {
  const { query } = request
  const { bucket, version, headers } = requireAnnotated(context, request)
  const most = pageSize(query, 'max-annotation-results')
  const prefix = query.get('annotation-prefix')
  const token = query.get('continuation-token')
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8')
  const names = Object.keys(version.annotations ?? {})
    .filter((name) => name.startsWith(prefix ?? '') && (after === undefined || isBefore(after, name)))
    .sort((left, right) => (isBefore(left, right) ? -1 : 1))
  const page = names.slice(0, most)
  const last = page.length < names.length ? page[page.length - 1] : undefined
  const entries = page.map((name) => annotationEntry(name, annotationOf(version, name)))
  return xmlAnswer(
    'ListObjectAnnotationsOutput',
    `<Annotations>${entries.join('')}</Annotations>` +
      element('Bucket', bucket.name) +
      element('Key', fromByteKey(requireKey(request))) +
      element('AnnotationPrefix', prefix) +
      element('MaxAnnotationResults', most) +
      element('AnnotationCount', page.length) +
      element('ContinuationToken', token) +
      element(
        'NextContinuationToken',
        last === undefined ? undefined : Buffer.from(last).toString('base64url'),
      ),
    headers,
  )
}

function isBefore(left: string, right: string): boolean {
  return toByteKey(left) < toByteKey(right)
}

function annotationEntry(name: string, annotation: Annotation | undefined): string {
  if (annotation === undefined) return ''
  const { content, etag, modified, checksum } = annotation
  return `<AnnotationEntry>${element('AnnotationName', name)}${element('LastModified', isoTime(modified))}${element('ETag', quoted(etag))}${element('ChecksumAlgorithm', checksum.algorithm)}${element('Size', content.size)}</AnnotationEntry>`
}

/** One that is not there is gone already. */
export function deleteObjectAnnotation(context: Context, request: S3Request): Answer {
  const name = annotationName(request)
  const { bucket, version, headers } = requireAnnotated(context, request)
  const { versionId } = version
  if (annotationOf(version, name) !== undefined) {
    const change = { op: 'DeleteObjectAnnotation', bucket: bucket.name, versionId, name } as const
    context.commit({ ...change, key: requireKey(request), time: context.now() })
  }
  return emptyAnswer(204, headers)
}

/**
 * Whether a copy leaves the source's annotations behind: only if it says so. An upload in parts never has them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (x-amz-object-annotation-directive)
 * @throws S3Error InvalidArgument
 */
export function excludesAnnotations({ headers, query }: S3Request): boolean {
  const name = 'x-amz-object-annotation-directive'
  const directive = header(headers, name) ?? query.get(name) ?? 'COPY'
  if (directive === 'COPY' || directive === 'EXCLUDE') return directive === 'EXCLUDE'
  throw new S3Error('InvalidArgument', {
    message: 'Unknown annotation directive.',
    elements: { ArgumentName: name, ArgumentValue: directive },
  })
}
