import { may } from './access.ts'
import { emptyAnswer, httpTime } from './answer.ts'
import type { Answer } from './answer.ts'
import { attributesFrom, storageClassFrom, SYSTEM_HEADERS } from './attributes.ts'
import { etagOf } from './bucket.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import {
  conditionHeader,
  preconditionFailed,
  readConditions,
  requireDestination,
  unmetCondition,
} from './conditions.ts'
import type { Digest } from './checksums.ts'
import { digestOf, realContent, syntheticContent } from './content.ts'
import type { Content } from './content.ts'
import {
  header,
  quoted,
  requireBucket,
  requireKey,
  requireObject,
  standingAt,
  versionHeader,
  versionIdFor,
} from './context.ts'
import type { Context, S3Request } from './context.ts'
import { requireReadable } from './decrypting.ts'
import { encryptWrite } from './encrypting.ts'
import { hidesEtag, opaqueEtag } from './encryption.ts'
import { S3Error } from './errors.ts'
import { guardField, guardFrom } from './guarding.ts'
import { toByteKey } from './keys.ts'
import { lockHeaders, requireDigestForLock } from './lock.ts'
import { checksumHeaders, readChecksumHeaders, writtenChecksum } from './object-checksums.ts'
import type { Extent } from './object-checksums.ts'
import { parseRange } from './ranges.ts'
import type { ByteRange } from './ranges.ts'
import { requireRestored, restoreHeaders } from './restore.ts'
import { tagsFromHeader } from './tags.ts'

/** 48.8 TiB, S3's largest object. */
const LARGEST_OBJECT = 50_000 * 1024 ** 3

export async function putObject(context: Context, request: S3Request): Promise<Answer> {
  const { headers } = request
  const { content, checksum: sent } = await sentContent(request)
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const guard = guardFrom(context, bucket, request)
  requireDigestForLock(guard, headers)
  requireDestination(headers, standingAt(bucket, key))
  const encrypting = encryptWrite(context, bucket, key, request)
  const versionId = versionIdFor(context, bucket)
  const opaque = hidesEtag(encrypting.kept?.encryption)
  const etag = opaque ? opaqueEtag() : digestOf(content)
  const checksum = writtenChecksum(content, sent)
  context.commit({
    op: 'PutObject',
    bucket: bucket.name,
    key,
    time: context.now(),
    versionId,
    content,
    ...(content.kind === 'synthetic' && !opaque ? undefined : { etag }),
    attributes: attributesFrom(headers),
    tags: tagsFromHeader(header(headers, 'x-amz-tagging')),
    storageClass: storageClassFrom(headers) ?? 'STANDARD',
    ...encrypting.kept,
    ...guardField(guard),
    checksum,
  })
  return emptyAnswer(200, {
    ETag: quoted(etag),
    ...checksumHeaders(checksum),
    ...encrypting.headers,
    ...versionHeader(bucket, versionId),
  })
}

/** What was sent, and the checksum that came with it. */
interface Sent {
  readonly content: Content
  readonly checksum: Digest | undefined
}

/** The body, or the one that x-decant-synthetic: size;seed describes in its place. */
export async function sentContent(request: S3Request): Promise<Sent> {
  const { bytes: body, checksum } = await request.payload()
  const description = header(request.headers, 'x-decant-synthetic')
  if (description === undefined) return { content: realContent(body), checksum }
  const match = /^(\d+);(\d+)$/.exec(description.trim())
  const size = Number(match?.[1])
  const seed = Number(match?.[2])
  if (match === null || size > LARGEST_OBJECT || !Number.isSafeInteger(seed) || body.length > 0) {
    throw new S3Error('InvalidArgument', {
      message: 'x-decant-synthetic must be size;seed, two whole numbers, and the body empty',
      elements: { ArgumentName: 'x-decant-synthetic', ArgumentValue: description },
    })
  }
  return { content: syntheticContent(size, seed), checksum }
}

export function getObject(context: Context, request: S3Request): Answer {
  return readObject(context, request)
}

/** As GET, the body is left out on the way. */
export function headObject(context: Context, request: S3Request): Answer {
  return readObject(context, request)
}

function readObject(context: Context, request: S3Request): Answer {
  const { headers, query } = request
  const bucket = requireBucket(context, request)
  const version = requireObject(bucket, requireKey(request), query.get('versionId'))
  const now = context.now()
  if (request.operation === 'GetObject') requireRestored(version, now)
  const kmsUse = request.operation === 'GetObject' ? 'kms:Decrypt' : undefined
  const answerHeaders = {
    ...objectHeaders(version),
    ...requireReadable(context, version, headers, kmsUse),
    ...versionHeader(bucket, version.versionId),
    ...restoreHeaders(version, now),
    ...(may(bucket, request.account, 'GetObjectRetention') ? lockHeaders(version) : undefined),
    ...tagCount(bucket, version, request),
  }
  const unmet = unmetCondition(readConditions(headers), { etag: etagOf(version), modified: version.modified })
  if (unmet === 'none-match' || unmet === 'modified-since') {
    return { status: 304, headers: answerHeaders }
  }
  if (unmet !== undefined) throw preconditionFailed(conditionHeader(unmet))
  const { size } = version.content
  const part = query.get('partNumber')
  if (part !== undefined && headers.range !== undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Cannot specify both Range header and partNumber query parameter',
    })
  }
  const range = partRange(version, part) ?? parseRange(headers.range, size)
  const overrides = responseOverrides(query)
  const body = { content: version.content, start: range?.start ?? 0, length: range?.length ?? size }
  const extent: Extent =
    part === undefined
      ? { is: range === undefined ? 'whole' : 'range' }
      : { is: 'part', number: Number(part) }
  const whole = {
    ...answerHeaders,
    ...readChecksumHeaders(context, request, version, extent),
    ...overrides,
  }
  if (range === undefined) return { status: 200, headers: whole, body }
  const last = range.start + range.length - 1
  const contentRange = { 'Content-Range': `bytes ${range.start}-${last}/${size}` }
  const parts = part === undefined ? {} : partsCount(version)
  return { status: 206, headers: { ...whole, ...contentRange, ...parts }, body }
}

const HEADER_NAMES: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
}

function objectHeaders(version: ObjectVersion): Record<string, string> {
  const { attributes, storageClass } = version
  const headers: Record<string, string> = {
    'Accept-Ranges': 'bytes',
    'Last-Modified': httpTime(version.modified),
    ETag: quoted(etagOf(version)),
  }
  for (const name of SYSTEM_HEADERS) {
    const value = attributes.headers[name]
    if (value !== undefined) headers[HEADER_NAMES[name] ?? name] = value
  }
  for (const name in attributes.metadata) headers[`x-amz-meta-${name}`] = attributes.metadata[name] ?? ''
  if (attributes.redirect !== undefined) headers['x-amz-website-redirect-location'] = attributes.redirect
  // S3 leaves the header out for STANDARD.
  if (storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass
  return headers
}

/** Only for who may read the tags: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
function tagCount(bucket: Bucket, { tags }: ObjectVersion, { account }: S3Request): Record<string, string> {
  const count = Object.keys(tags).length
  return count > 0 && may(bucket, account, 'GetObjectTagging') ? { 'x-amz-tagging-count': String(count) } : {}
}

/** response-content-type and its kin, which a GET may set for its own answer. */
function responseOverrides(query: ReadonlyMap<string, string>): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const name of SYSTEM_HEADERS) {
    const value = query.get(`response-${name}`)
    // A header carries bytes: text beyond ASCII travels as UTF-8.
    if (value !== undefined) overrides[HEADER_NAMES[name] ?? name] = toByteKey(value)
  }
  return overrides
}

/** The bytes of one part. An object that was sent in one piece has one part. */
function partRange(version: ObjectVersion, partNumber: string | undefined): ByteRange | undefined {
  if (partNumber === undefined) return undefined
  const sizes = version.partSizes ?? [version.content.size]
  const length = sizes[Number(partNumber) - 1]
  if (length === undefined) throw new S3Error('InvalidPartNumber')
  const start = sizes.slice(0, Number(partNumber) - 1).reduce((sum, size) => sum + size, 0)
  return { start, length }
}

function partsCount({ partSizes }: ObjectVersion): Record<string, string> {
  return partSizes === undefined ? {} : { 'x-amz-mp-parts-count': String(partSizes.length) }
}
