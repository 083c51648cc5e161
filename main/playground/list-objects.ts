import { ownerOf } from './acl.ts'
import { isoTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { etagOf } from './bucket.ts'
import type { Bucket, Entry, ObjectVersion } from './bucket.ts'
import { owner } from './buckets.ts'
import { requireBucket } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { fromByteKey, justAfter, NO_KEY, toByteKey, urlEncodeKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { afterMarker, pageOfObjects, pageOfVersions } from './listing.ts'
import type { ListedVersion, ObjectPage, Window } from './listing.ts'
import { restoreElement, wantsRestoreStatus } from './restore.ts'
import { kindOfChecksum } from './object-checksums.ts'
import { element, escapeXml } from './xml.ts'

/** S3's largest page. */
const LARGEST_PAGE = 1000

/** How keys are written: as XML text, or encoded as encoding-type=url asks. */
export type KeyWriter = (key: ByteKey) => string

export function listObjectsV2(context: Context, request: S3Request): Answer {
  const { query } = request
  const bucket = requireBucket(context, request)
  const window = windowOf(query, 'max-keys')
  const write = keyWriter(query)
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const from = token === undefined ? startFrom(startAfter) : fromToken(token)
  const page = pageOfObjects(bucket.objects, window, from)
  return xmlAnswer(
    'ListBucketResult',
    head(bucket.name, query, window, write) +
      element('MaxKeys', window.maxKeys) +
      element('KeyCount', page.objects.length + page.prefixes.length) +
      element('IsTruncated', page.next !== undefined) +
      element('ContinuationToken', token) +
      (page.next === undefined ? '' : element('NextContinuationToken', toToken(page.next))) +
      (startAfter === undefined ? '' : `<StartAfter>${write(toByteKey(startAfter))}</StartAfter>`) +
      pageElements(page, write, closingOf(context, request, bucket, query.get('fetch-owner') === 'true')),
  )
}

export function listObjects(context: Context, request: S3Request): Answer {
  const { query } = request
  const bucket = requireBucket(context, request)
  const window = windowOf(query, 'max-keys')
  const write = keyWriter(query)
  const marker = query.get('marker') ?? ''
  const from = marker === '' ? NO_KEY : afterMarker(toByteKey(marker), window)
  const page = pageOfObjects(bucket.objects, window, from)
  // S3 sends NextMarker only with a delimiter: without one the last key is the marker.
  const withNext = page.next !== undefined && page.last !== undefined && window.delimiter !== ''
  return xmlAnswer(
    'ListBucketResult',
    head(bucket.name, query, window, write) +
      element('MaxKeys', window.maxKeys) +
      `<Marker>${write(toByteKey(marker))}</Marker>` +
      element('IsTruncated', page.next !== undefined) +
      (withNext && page.last !== undefined ? `<NextMarker>${write(page.last)}</NextMarker>` : '') +
      pageElements(page, write, closingOf(context, request, bucket, true)),
  )
}

export function listObjectVersions(context: Context, request: S3Request): Answer {
  const { query } = request
  const bucket = requireBucket(context, request)
  const window = windowOf(query, 'max-keys')
  const write = keyWriter(query)
  const keyMarker = query.get('key-marker') || undefined
  const versionIdMarker = query.get('version-id-marker') || undefined
  if (versionIdMarker !== undefined && keyMarker === undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'A version-id marker cannot be specified without a key marker.',
      elements: { ArgumentName: 'version-id-marker', ArgumentValue: versionIdMarker },
    })
  }
  const marker = keyMarker === undefined ? undefined : toByteKey(keyMarker)
  const page = pageOfVersions(bucket.objects, window, marker, versionIdMarker)
  const next = page.isTruncated ? page.last : undefined
  const closing = closingOf(context, request, bucket, true)
  return xmlAnswer(
    'ListVersionsResult',
    head(bucket.name, query, window, write) +
      `<KeyMarker>${marker === undefined ? '' : write(marker)}</KeyMarker>` +
      element('VersionIdMarker', versionIdMarker ?? '') +
      element('MaxKeys', window.maxKeys) +
      element('IsTruncated', page.isTruncated) +
      (next === undefined ? '' : `<NextKeyMarker>${write(next.key)}</NextKeyMarker>`) +
      element('NextVersionIdMarker', next?.versionId) +
      page.versions.map((listed) => versionElement(listed, write, closing)).join('') +
      commonPrefixes(page.prefixes, write),
  )
}

/** Prefix, delimiter and page size of a listing. @throws S3Error InvalidArgument */
export function windowOf(query: ReadonlyMap<string, string>, sizeName: 'max-keys' | 'max-uploads'): Window {
  return {
    prefix: toByteKey(query.get('prefix') ?? ''),
    delimiter: toByteKey(query.get('delimiter') ?? ''),
    maxKeys: pageSize(query, sizeName),
  }
}

/** @throws S3Error InvalidArgument */
export function pageSize(query: ReadonlyMap<string, string>, name: string): number {
  const text = query.get(name)
  if (text === undefined || text === '') return LARGEST_PAGE
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw new S3Error('InvalidArgument', {
      message: `Provided ${name} not an integer or within integer range`,
      elements: { ArgumentName: name, ArgumentValue: text },
    })
  }
  return Math.min(Number(text), LARGEST_PAGE)
}

/** @throws S3Error InvalidArgument for an encoding that S3 does not have */
export function keyWriter(query: ReadonlyMap<string, string>): KeyWriter {
  const encoding = query.get('encoding-type')
  if (encoding === undefined) return (key) => escapeXml(fromByteKey(key))
  if (encoding === 'url') return urlEncodeKey
  throw new S3Error('InvalidArgument', {
    message: 'Invalid Encoding Method specified in Request',
    elements: { ArgumentName: 'encoding-type', ArgumentValue: encoding },
  })
}

/** What every listing begins with. */
export function head(
  bucket: string,
  query: ReadonlyMap<string, string>,
  { prefix, delimiter }: Window,
  write: KeyWriter,
): string {
  return (
    element('Name', bucket) +
    `<Prefix>${write(prefix)}</Prefix>` +
    (delimiter === '' ? '' : `<Delimiter>${write(delimiter)}</Delimiter>`) +
    element('EncodingType', query.get('encoding-type'))
  )
}

function startFrom(startAfter: string | undefined): ByteKey {
  return startAfter === undefined || startAfter === '' ? NO_KEY : justAfter(toByteKey(startAfter))
}

function toToken(next: ByteKey): string {
  return Buffer.from(next, 'latin1').toString('base64url')
}

function fromToken(token: string): ByteKey {
  const bytes = Buffer.from(token, 'base64url')
  if (token === '' || bytes.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      elements: { ArgumentName: 'continuation-token', ArgumentValue: token },
    })
  }
  return bytes.toString('latin1') as ByteKey
}

/** What a listed entry ends with: its owner, and of an object its class and, if it was asked for, its restore. */
type Closing = (entry: Entry) => string

function closingOf(context: Context, request: S3Request, bucket: Bucket, withOwner: boolean): Closing {
  const withRestore = wantsRestoreStatus(request)
  const now = context.now()
  const ownerElement = (entry: Entry): string =>
    withOwner ? owner('Owner', ownerOf(context, bucket, entry.kind === 'object' ? entry : {})) : ''
  return (entry) =>
    entry.kind === 'delete-marker'
      ? ownerElement(entry)
      : `${ownerElement(entry)}<StorageClass>${entry.storageClass}</StorageClass>` +
        (withRestore ? restoreElement(entry, now) : '')
}

function pageElements(page: ObjectPage, write: KeyWriter, closing: Closing): string {
  let elements = ''
  for (const [key, version] of page.objects) {
    elements += `<Contents><Key>${write(key)}</Key>${describeVersion(version)}${closing(version)}</Contents>`
  }
  return elements + commonPrefixes(page.prefixes, write)
}

function describeVersion(version: ObjectVersion): string {
  const { algorithm, type } = kindOfChecksum(version)
  return (
    `<LastModified>${isoTime(version.modified)}</LastModified>` +
    `<ETag>&quot;${etagOf(version)}&quot;</ETag><ChecksumAlgorithm>${algorithm}</ChecksumAlgorithm>` +
    `<ChecksumType>${type}</ChecksumType><Size>${version.content.size}</Size>`
  )
}

function versionElement({ key, entry, isLatest }: ListedVersion, write: KeyWriter, closing: Closing): string {
  const named = `<Key>${write(key)}</Key><VersionId>${entry.versionId}</VersionId><IsLatest>${isLatest}</IsLatest>`
  if (entry.kind === 'delete-marker') {
    const modified = element('LastModified', isoTime(entry.modified))
    return `<DeleteMarker>${named}${modified}${closing(entry)}</DeleteMarker>`
  }
  return `<Version>${named}${describeVersion(entry)}${closing(entry)}</Version>`
}

export function commonPrefixes(prefixes: readonly ByteKey[], write: KeyWriter): string {
  return prefixes
    .map((prefix) => `<CommonPrefixes><Prefix>${write(prefix)}</Prefix></CommonPrefixes>`)
    .join('')
}
