import { isoTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Bucket, Upload } from './bucket.ts'
import { owner } from './buckets.ts'
import { quoted, requireBucket } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { commonPrefixes, keyWriter, pageSize, windowOf } from './list-objects.ts'
import { afterMarker, commonPrefix } from './listing.ts'
import type { Window } from './listing.ts'
import { requireUpload } from './multipart.ts'
import { checksumElements } from './object-checksums.ts'
import { element } from './xml.ts'

export function listParts(context: Context, request: S3Request): Answer {
  const { query } = request
  const bucket = requireBucket(context, request)
  const upload = requireUpload(bucket, request)
  const most = pageSize(query, 'max-parts')
  const marker = Number(query.get('part-number-marker') ?? 0)
  const numbers = [...upload.parts.keys()].filter((number) => number > marker).sort((a, b) => a - b)
  const page = numbers.slice(0, most)
  const isTruncated = most > 0 && numbers.length > page.length
  const parts = page.map((number) => {
    const part = upload.parts.get(number)
    if (part === undefined) return ''
    return `<Part>${element('PartNumber', number)}${element('LastModified', isoTime(part.modified))}${element('ETag', quoted(part.etag))}${element('Size', part.content.size)}${part.checksum === undefined ? '' : checksumElements(part.checksum)}</Part>`
  })
  return xmlAnswer(
    'ListPartsResult',
    element('Bucket', bucket.name) +
      element('Key', fromByteKey(upload.key)) +
      element('UploadId', upload.uploadId) +
      element('PartNumberMarker', marker) +
      element('NextPartNumberMarker', isTruncated ? page[page.length - 1] : undefined) +
      element('MaxParts', most) +
      element('IsTruncated', isTruncated) +
      parts.join('') +
      owners(context, bucket) +
      element('StorageClass', upload.storageClass) +
      checksumKind(upload),
  )
}

/** The algorithm and type that the upload was begun with. */
function checksumKind({ checksum }: Upload): string {
  return element('ChecksumAlgorithm', checksum?.algorithm) + element('ChecksumType', checksum?.type)
}

/** By key, then by the time at which they were begun. */
export function listMultipartUploads(context: Context, request: S3Request): Answer {
  const { query } = request
  const bucket = requireBucket(context, request)
  const window = windowOf(query, 'max-uploads')
  const write = keyWriter(query)
  const page = pageOfUploads([...bucket.uploads.values()], window, query)
  const last = page.isTruncated ? page.last : undefined
  return xmlAnswer(
    'ListMultipartUploadsResult',
    element('Bucket', bucket.name) +
      `<KeyMarker>${write(toByteKey(query.get('key-marker') ?? ''))}</KeyMarker>` +
      element('UploadIdMarker', query.get('upload-id-marker') ?? '') +
      (last === undefined ? '' : `<NextKeyMarker>${write(last.key)}</NextKeyMarker>`) +
      element('NextUploadIdMarker', last?.uploadId) +
      `<Prefix>${write(window.prefix)}</Prefix>` +
      (window.delimiter === '' ? '' : `<Delimiter>${write(window.delimiter)}</Delimiter>`) +
      element('EncodingType', query.get('encoding-type')) +
      element('MaxUploads', window.maxKeys) +
      element('IsTruncated', page.isTruncated) +
      page.uploads
        .map((upload) => uploadElement(upload, write(upload.key), owners(context, bucket)))
        .join('') +
      commonPrefixes(page.prefixes, write),
  )
}

interface UploadPage {
  readonly uploads: readonly Upload[]
  readonly prefixes: readonly ByteKey[]
  readonly isTruncated: boolean
  readonly last: { readonly key: ByteKey; readonly uploadId: string | undefined } | undefined
}

function pageOfUploads(all: Upload[], window: Window, query: ReadonlyMap<string, string>): UploadPage {
  const { prefix, delimiter, maxKeys } = window
  const uploads: Upload[] = []
  const prefixes: ByteKey[] = []
  let last: UploadPage['last']
  for (const upload of afterMarkers(all.sort(byKeyAndTime), window, query)) {
    if (!upload.key.startsWith(prefix)) continue
    const common = commonPrefix(upload.key, prefix, delimiter)
    if (common !== undefined && common === prefixes[prefixes.length - 1]) continue
    if (uploads.length + prefixes.length >= maxKeys)
      return { uploads, prefixes, isTruncated: maxKeys > 0, last }
    if (common === undefined) uploads.push(upload)
    else prefixes.push(common)
    last = common === undefined ? upload : { key: common, uploadId: undefined }
  }
  return { uploads, prefixes, isTruncated: false, last }
}

/** What sorts after key-marker, or after its upload upload-id-marker. */
function afterMarkers(sorted: Upload[], window: Window, query: ReadonlyMap<string, string>): Upload[] {
  const text = query.get('key-marker') ?? ''
  if (text === '') return sorted
  const marker = toByteKey(text)
  const uploadId = query.get('upload-id-marker') ?? ''
  const at =
    uploadId === '' ? -1 : sorted.findIndex((each) => each.key === marker && each.uploadId === uploadId)
  if (at !== -1) return sorted.slice(at + 1)
  const from = afterMarker(marker, window)
  return sorted.filter((each) => each.key >= from)
}

function byKeyAndTime(left: Upload, right: Upload): number {
  if (left.key !== right.key) return left.key < right.key ? -1 : 1
  return left.initiated - right.initiated
}

/** Whoever began an upload, it is the bucket owner's. */
function owners({ accounts }: Context, { rules }: Bucket): string {
  const account = accounts.byNumber(rules.owner)
  return owner('Initiator', account) + owner('Owner', account)
}

function uploadElement(upload: Upload, key: string, ownerElements: string): string {
  return `<Upload><Key>${key}</Key>${element('UploadId', upload.uploadId)}${ownerElements}${element('StorageClass', upload.storageClass)}${element('Initiated', isoTime(upload.initiated))}${checksumKind(upload)}</Upload>`
}
