import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'

/** The system headers that S3 keeps with an object, in the order in which it answers with them. */
export const SYSTEM_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const

/** What is kept with an object beside its bytes and tags. Shared between objects, never changed. */
export interface Attributes {
  /** System headers by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata, names without x-amz-meta-. */
  readonly metadata: Readonly<Record<string, string>>
  /** x-amz-website-redirect-location. A copy does not take it along. */
  readonly redirect?: string
}

/** S3's default for an object that names no type. */
export const DEFAULT_TYPE = 'binary/octet-stream'

export const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
] as const

/** S3's limit of the names and values of user metadata together. */
const MAX_METADATA_BYTES = 2048
const METADATA_PREFIX = 'x-amz-meta-'

/**
 * The attributes that a request's headers set.
 * @throws S3Error MetadataTooLarge
 */
export function attributesFrom(headers: IncomingHttpHeaders): Attributes {
  const system: Record<string, string> = {}
  for (const name of SYSTEM_HEADERS) {
    const value = headers[name]
    if (typeof value === 'string' && value !== '') system[name] = value
  }
  const encoding = withoutAwsChunked(system['content-encoding'])
  if (encoding === undefined) delete system['content-encoding']
  else system['content-encoding'] = encoding
  system['content-type'] ??= DEFAULT_TYPE
  const redirect = headers['x-amz-website-redirect-location']
  const attributes = { headers: system, metadata: metadataFrom(headers) }
  return typeof redirect === 'string' ? { ...attributes, redirect } : attributes
}

function metadataFrom(headers: IncomingHttpHeaders): Record<string, string> {
  const metadata: Record<string, string> = {}
  let bytes = 0
  for (const name in headers) {
    if (!name.startsWith(METADATA_PREFIX)) continue
    const value = String(headers[name])
    metadata[name.slice(METADATA_PREFIX.length)] = value
    bytes += name.length - METADATA_PREFIX.length + value.length
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      elements: { Size: String(bytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    })
  }
  return metadata
}

/** aws-chunked says how the body travels, it is no property of the object. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  const kept = encoding
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'aws-chunked')
  return kept === undefined || kept.length === 0 ? undefined : kept.join(',')
}

/** The storage class that a request names, or undefined. */
export function storageClassFrom(headers: IncomingHttpHeaders): string | undefined {
  const named = headers['x-amz-storage-class']
  if (named === undefined) return undefined
  if (!STORAGE_CLASSES.some((each) => each === named)) throw new S3Error('InvalidStorageClass')
  return String(named)
}
