import { isoTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { authorizeSource, authorizeTags, chargedHeader, hideMissing, requireRight } from './access.ts'
import { excludesAnnotations } from './annotations.ts'
import { parseCopySource } from './address.ts'
import { attributesFrom, storageClassFrom } from './attributes.ts'
import { findEntry } from './bucket.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { requireCopySource, requireDestination } from './conditions.ts'
import type { Checksum, Digest } from './checksums.ts'
import { digestOf } from './content.ts'
import {
  bucketNamed,
  header,
  requireBucket,
  requireKey,
  requireObject,
  requireOwner,
  standingAt,
  StandingVersion,
  versionHeader,
  versionIdFor,
} from './context.ts'
import type { Context, S3Request } from './context.ts'
import { requireSourceReadable } from './decrypting.ts'
import { changesEncryption, encryptWrite } from './encrypting.ts'
import { hidesEtag, opaqueEtag } from './encryption.ts'
import type { Encryption } from './encryption.ts'
import { S3Error } from './errors.ts'
import { guardField, guardFrom } from './guarding.ts'
import type { ByteKey } from './keys.ts'
import type { SourceVersion } from './mutation.ts'
import { requireRestored } from './restore.ts'
import { checksumElements, copiedChecksum } from './object-checksums.ts'
import { tagsFromHeader } from './tags.ts'

/** S3's limit of CopyObject and of one part: 5 GiB. */
export const LARGEST_COPY = 5 * 1024 ** 3

interface Source {
  readonly bucket: Bucket
  readonly version: ObjectVersion
  readonly named: SourceVersion
  /** x-amz-copy-source-version-id, where the source's bucket has versions; x-amz-request-charged. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The version that x-amz-copy-source names, its conditions met.
 * @throws S3Error as S3 does for a source that is not there, hidden, archived or changed
 */
export function requireSource(context: Context, request: S3Request): Source {
  const { headers } = request
  const { bucket: name, key, versionId } = parseCopySource(header(headers, 'x-amz-copy-source') ?? '')
  const bucket = bucketNamed(context, name)
  requireOwner(bucket, header(headers, 'x-amz-source-expected-bucket-owner'))
  authorizeSource(context, bucket, request, { key, versionId })
  if (versionId !== undefined && findEntry(bucket, key, versionId)?.kind === 'delete-marker') {
    throw new S3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    })
  }
  const version = requireVersion(bucket, key, versionId, request)
  requireCopySource(headers, new StandingVersion(version))
  requireRestored(version, context.now(), 'Operation is not valid for the source object’s storage class')
  requireSourceReadable(context, version, headers)
  return {
    bucket,
    version,
    named: { bucket: name, key, versionId: version.versionId },
    headers: {
      ...(bucket.versioning === undefined
        ? undefined
        : { 'x-amz-copy-source-version-id': version.versionId }),
      ...chargedHeader(bucket, request.account),
    },
  }
}

function requireVersion(
  bucket: Bucket,
  key: ByteKey,
  versionId: string | undefined,
  { account }: S3Request,
): ObjectVersion {
  try {
    return requireObject(bucket, key, versionId)
  } catch (error) {
    throw hideMissing(bucket, account, error)
  }
}

export function copyObject(context: Context, request: S3Request): Answer {
  const { headers } = request
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const source = requireSource(context, request)
  requireCopyable(source.version)
  const replaceMetadata = directive(request, 'x-amz-metadata-directive') === 'REPLACE'
  const replaceTags = directive(request, 'x-amz-tagging-directive') === 'REPLACE'
  if (!replaceTags && Object.keys(source.version.tags).length > 0) {
    authorizeTags(source.bucket, bucket, request.account)
  }
  const withAnnotations = source.version.annotations !== undefined && !excludesAnnotations(request)
  if (withAnnotations) {
    requireRight(source.bucket, request.account, 'GetObjectAnnotation')
    requireRight(bucket, request.account, 'PutObjectAnnotation')
  }
  const storageClass = storageClassFrom(headers)
  const encrypting = encryptWrite(context, bucket, key, request)
  const kept =
    !replaceMetadata &&
    isSelfCopy(bucket, request, source) &&
    !changesEncryption(bucket, source.version, headers)
  if (kept) {
    requireChange(source.version, storageClass, header(headers, 'x-amz-website-redirect-location'))
  }
  requireDestination(headers, standingAt(bucket, key))
  const versionId = versionIdFor(context, bucket)
  const etag = copiedEtag(source.version, encrypting.kept?.encryption)
  const checksum = copiedChecksum(request, source.version)
  const time = context.now()
  const redirect = header(headers, 'x-amz-website-redirect-location')
  const attributes = replaceMetadata
    ? { attributes: attributesFrom(headers) }
    : redirect === undefined
      ? undefined
      : { attributes: { ...source.version.attributes, redirect } }
  context.commit({
    op: 'CopyObject',
    bucket: bucket.name,
    key,
    time,
    versionId,
    source: source.named,
    ...(etag === undefined ? undefined : { etag }),
    ...attributes,
    ...(replaceTags ? { tags: tagsFromHeader(header(headers, 'x-amz-tagging')) } : undefined),
    storageClass: storageClass ?? 'STANDARD',
    ...encrypting.kept,
    ...guardField(guardFrom(context, bucket, request)),
    ...(checksum === undefined ? undefined : { checksum }),
    ...(withAnnotations || source.version.annotations === undefined
      ? undefined
      : { annotations: 'EXCLUDE' as const }),
  })
  const told = checksum ?? source.version.checksum
  const result = copyResult(time, etag ?? digestOf(source.version.content), told)
  return xmlAnswer('CopyObjectResult', result, {
    ...source.headers,
    ...encrypting.headers,
    ...versionHeader(bucket, versionId),
  })
}

/** The elements of a CopyObjectResult or CopyPartResult. */
export function copyResult(
  time: number,
  etag: string,
  checksum: (Digest & Partial<Checksum>) | undefined,
): string {
  const told = checksum === undefined ? '' : checksumElements(checksum)
  return `<LastModified>${isoTime(time)}</LastModified><ETag>&quot;${etag}&quot;</ETag>${told}`
}

/**
 * A copy is in one piece: what was a multipart upload gets another ETag. So does what is encrypted otherwise:
 * an opaque ETag is another for each write, and behind one stands no digest.
 */
function copiedEtag(
  { partSizes, etag, content, encryption }: ObjectVersion,
  target: Encryption | undefined,
): string | undefined {
  if (hidesEtag(target)) return opaqueEtag()
  if (partSizes === undefined && !hidesEtag(encryption)) return etag
  return content.kind === 'synthetic' ? undefined : digestOf(content)
}

function requireCopyable({ content }: ObjectVersion): void {
  if (content.size > LARGEST_COPY) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_COPY}`,
    })
  }
}

/** @throws S3Error InvalidArgument */
function directive({ headers }: S3Request, name: string): 'COPY' | 'REPLACE' {
  const value = header(headers, name) ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new S3Error('InvalidArgument', {
    message: name.includes('metadata') ? 'Unknown metadata directive.' : 'Unknown tagging directive.',
    elements: { ArgumentName: name, ArgumentValue: value },
  })
}

/** Whether the copy's source is what stands at its destination. An older version may be put on top. */
function isSelfCopy(bucket: Bucket, { key }: S3Request, { named }: Source): boolean {
  if (key === undefined || named.bucket !== bucket.name || named.key !== key) return false
  return bucket.objects.get(key)?.versionId === named.versionId
}

function requireChange(
  version: ObjectVersion,
  storageClass: string | undefined,
  redirect: string | undefined,
): void {
  if (storageClass !== undefined && storageClass !== version.storageClass) return
  if (redirect !== undefined && redirect !== version.attributes.redirect) return
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  })
}
