import { createHash } from 'node:crypto'
import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { attributesFrom, storageClassFrom } from './attributes.ts'
import type { Bucket, Part, Upload } from './bucket.ts'
import { requireDestination } from './conditions.ts'
import { CHECKSUM_ALGORITHMS } from './checksums.ts'
import type { Digest } from './checksums.ts'
import { digestOf, sliceContent } from './content.ts'
import type { Content } from './content.ts'
import {
  header,
  quoted,
  requireBucket,
  requireKey,
  standingAt,
  versionHeader,
  versionIdFor,
} from './context.ts'
import type { Context, S3Request } from './context.ts'
import { copyResult, LARGEST_COPY, requireSource } from './copy.ts'
import { encryptWrite } from './encrypting.ts'
import { hidesEtag, opaqueEtag } from './encryption.ts'
import { S3Error } from './errors.ts'
import { guardField, uploadGuardFrom } from './guarding.ts'
import { fromByteKey } from './keys.ts'
import { defaultRetention } from './lock.ts'
import { checksumElements } from './object-checksums.ts'
import { sentContent } from './objects.ts'
import { parseCopySourceRange } from './ranges.ts'
import { checksumHeader } from './sent-checksum.ts'
import { tagsFromHeader } from './tags.ts'
import {
  copiedPartChecksum,
  requirePartChecksum,
  requireWholeChecksum,
  sentPartChecksum,
  uploadChecksumFrom,
  wholeChecksum,
} from './upload-checksums.ts'
import type { ClaimedPart } from './upload-checksums.ts'
import { encryptPart, encryptWhole } from './upload-encryption.ts'
import { childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** S3's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART = 5 * 1024 ** 2
const MOST_PARTS = 10_000

export function createMultipartUpload(context: Context, request: S3Request): Answer {
  const { headers } = request
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const encrypting = encryptWrite(context, bucket, key, request)
  const checksum = uploadChecksumFrom(headers)
  const uploadId = context.newId()
  context.commit({
    op: 'CreateMultipartUpload',
    bucket: bucket.name,
    key,
    time: context.now(),
    uploadId,
    attributes: attributesFrom(headers),
    tags: tagsFromHeader(header(headers, 'x-amz-tagging')),
    storageClass: storageClassFrom(headers) ?? 'STANDARD',
    ...encrypting.kept,
    ...guardField(uploadGuardFrom(context, bucket, request)),
    ...(checksum === undefined ? undefined : { checksum }),
  })
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    keyElements(bucket, request) + element('UploadId', uploadId),
    {
      ...encrypting.headers,
      ...(checksum === undefined
        ? undefined
        : { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }),
    },
  )
}

function keyElements(bucket: Bucket, request: S3Request): string {
  return element('Bucket', bucket.name) + element('Key', fromByteKey(requireKey(request)))
}

/** @throws S3Error NoSuchUpload */
export function requireUpload(bucket: Bucket, request: S3Request): Upload {
  const uploadId = request.query.get('uploadId') ?? ''
  const upload = bucket.uploads.get(uploadId)
  if (upload === undefined || upload.key !== request.key) {
    throw new S3Error('NoSuchUpload', { elements: { UploadId: uploadId } })
  }
  return upload
}

function requirePartNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? ''
  const partNumber = Number(text)
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > MOST_PARTS) {
    throw new S3Error('InvalidArgument', {
      message: `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      elements: { ArgumentName: 'partNumber', ArgumentValue: text },
    })
  }
  return partNumber
}

export async function uploadPart(context: Context, request: S3Request): Promise<Answer> {
  const partNumber = requirePartNumber(request)
  const { content, checksum: sent } = await sentContent(request)
  const bucket = requireBucket(context, request)
  const upload = requireUpload(bucket, request)
  const { key, uploadId } = upload
  const encrypted = encryptPart(context, bucket, upload, request)
  requirePartSize(content.size)
  const etag = partEtag(upload, content)
  const checksum = sentPartChecksum(upload, content, sent)
  const time = context.now()
  const part = { uploadId, partNumber, content, etag, ...(checksum === undefined ? undefined : { checksum }) }
  context.commit({ op: 'UploadPart', bucket: bucket.name, key, time, ...part })
  const told = checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value }
  return emptyAnswer(200, { ETag: quoted(etag), ...told, ...encrypted })
}

function partEtag({ encryption }: Upload, content: Content): string {
  return hidesEtag(encryption) ? opaqueEtag() : digestOf(content)
}

export function uploadPartCopy(context: Context, request: S3Request): Answer {
  const partNumber = requirePartNumber(request)
  const bucket = requireBucket(context, request)
  const upload = requireUpload(bucket, request)
  const { key, uploadId } = upload
  const encrypted = encryptPart(context, bucket, upload, request)
  const source = requireSource(context, request)
  const { content } = source.version
  const range = header(request.headers, 'x-amz-copy-source-range')
  const { start, length } =
    range === undefined ? { start: 0, length: content.size } : parseCopySourceRange(range, content.size)
  requirePartSize(length)
  const slice = sliceContent(content, start, length)
  const etag = partEtag(upload, slice)
  const checksum = copiedPartChecksum(upload, slice)
  const time = context.now()
  const part = { uploadId, partNumber, source: source.named, start, length, etag }
  const kept = checksum === undefined ? undefined : { checksum }
  context.commit({ op: 'UploadPartCopy', bucket: bucket.name, key, time, ...part, ...kept })
  return xmlAnswer('CopyPartResult', copyResult(time, etag, checksum), { ...source.headers, ...encrypted })
}

function requirePartSize(size: number): void {
  if (size > LARGEST_COPY) {
    throw new S3Error('EntityTooLarge', {
      elements: { ProposedSize: String(size), MaxSizeAllowed: String(LARGEST_COPY) },
    })
  }
}

export async function completeMultipartUpload(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const bucket = requireBucket(context, request)
  const upload = requireUpload(bucket, request)
  const encrypted = encryptWhole(context, upload, request.headers, upload.checksum !== undefined)
  const named = readParts(document)
  const parts = named.map((each) => requirePart(upload, each))
  requireSizes(parts, named, header(request.headers, 'x-amz-mp-object-size'))
  const checksum = wholeChecksum(upload, parts)
  requireWholeChecksum(request.headers, upload, checksum)
  requireDestination(request.headers, standingAt(bucket, upload.key))
  const versionId = versionIdFor(context, bucket)
  const etag = multipartEtag(parts)
  context.commit({
    op: 'CompleteMultipartUpload',
    bucket: bucket.name,
    key: upload.key,
    time: context.now(),
    uploadId: upload.uploadId,
    versionId,
    partNumbers: named.map((each) => each.partNumber),
    etag,
    ...guardField({ ...defaultRetention(bucket.rules, context.now()), ...upload.guard }),
    checksum,
  })
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    element('Location', `/${bucket.name}/${fromByteKey(upload.key)}`) +
      keyElements(bucket, request) +
      element('ETag', quoted(etag)) +
      // AWS keeps it, but does not tell it here for KMS.
      (upload.encryption !== undefined && 'keyId' in upload.encryption ? '' : checksumElements(checksum)),
    { ...encrypted, ...versionHeader(bucket, versionId) },
  )
}

/** @throws S3Error MalformedXML, InvalidPartOrder */
function readParts(document: string): readonly ClaimedPart[] {
  const parts = parseXml(document, 'CompleteMultipartUpload').children.map((each) => {
    const partNumber = Number(childText(each, 'PartNumber'))
    const etag = childText(each, 'ETag')
    if (each.name !== 'Part' || !Number.isInteger(partNumber) || etag === undefined) {
      throw new S3Error('MalformedXML')
    }
    return { partNumber, etag: etag.trim().replace(/^"(.*)"$/, '$1'), checksums: readChecksums(each) }
  })
  if (parts.length === 0 || parts.length > MOST_PARTS) throw new S3Error('MalformedXML')
  for (let index = 1; index < parts.length; index += 1) {
    const [before, part] = [parts[index - 1], parts[index]]
    if (before !== undefined && part !== undefined && part.partNumber <= before.partNumber) {
      throw new S3Error('InvalidPartOrder')
    }
  }
  return parts
}

function readChecksums(part: XmlElement): readonly Digest[] {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = childText(part, `Checksum${algorithm}`)
    return value === undefined || value === '' ? [] : [{ algorithm, value }]
  })
}

function requirePart(upload: Upload, claimed: ClaimedPart): Part {
  const { parts, uploadId } = upload
  const { partNumber, etag } = claimed
  const part = parts.get(partNumber)
  if (part?.etag !== etag) {
    throw new S3Error('InvalidPart', {
      elements: { UploadId: uploadId, PartNumber: String(partNumber), ETag: etag },
    })
  }
  requirePartChecksum(upload, claimed, part)
  return part
}

function requireSizes(
  parts: readonly Part[],
  named: readonly ClaimedPart[],
  announced: string | undefined,
): void {
  const small = parts.findIndex(
    ({ content }, index) => content.size < SMALLEST_PART && index < parts.length - 1,
  )
  const part = parts[small]
  if (part !== undefined) {
    throw new S3Error('EntityTooSmall', {
      elements: {
        ProposedSize: String(part.content.size),
        MinSizeAllowed: String(SMALLEST_PART),
        PartNumber: String(named[small]?.partNumber),
        ETag: part.etag,
      },
    })
  }
  const size = parts.reduce((sum, { content }) => sum + content.size, 0)
  if (announced !== undefined && Number(announced) !== size) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    })
  }
}

/** The MD5 of the parts' MD5s, and their count. */
function multipartEtag(parts: readonly Part[]): string {
  const digest = createHash('md5')
  for (const { etag } of parts) digest.update(etag, 'hex')
  return `${digest.digest('hex')}-${parts.length}`
}

export function abortMultipartUpload(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const { key, uploadId } = requireUpload(bucket, request)
  context.commit({ op: 'AbortMultipartUpload', bucket: bucket.name, key, time: context.now(), uploadId })
  return emptyAnswer(204)
}
