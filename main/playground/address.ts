import { S3Error } from './errors.ts'
import { MAX_KEY_BYTES, toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'

/** What a request's URL and Host name. */
export interface Address {
  readonly bucket: string | undefined
  readonly key: ByteKey | undefined
  readonly query: ReadonlyMap<string, string>
  /** The path as it was sent, still encoded. */
  readonly rawPath: string
}

/**
 * Reads path style (`/bucket/key`) and virtual-host style (`bucket.localhost`).
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function parseAddress(url: string, host: string | undefined): Address {
  const mark = url.indexOf('?')
  const rawPath = mark === -1 ? url : url.slice(0, mark)
  const query = parseQuery(mark === -1 ? '' : url.slice(mark + 1))
  const path = decode(rawPath).slice(1)
  const hosted = bucketInHost(host)
  if (hosted !== undefined) return { bucket: hosted, key: keyFrom(path), query, rawPath }
  const slash = path.indexOf('/')
  const bucket = slash === -1 ? path : path.slice(0, slash)
  return {
    bucket: bucket === '' ? undefined : bucket,
    key: slash === -1 ? undefined : keyFrom(path.slice(slash + 1)),
    query,
    rawPath,
  }
}

let lastHost: { readonly host: string | undefined; readonly bucket: string | undefined } = {
  host: undefined,
  bucket: undefined,
}

/** Clients say the same host with every request, so the last one read is kept. */
function bucketInHost(host: string | undefined): string | undefined {
  if (lastHost.host !== host) lastHost = { host, bucket: readHost(host) }
  return lastHost.bucket
}

/** `bucket.localhost:9000` → `bucket`; so for the names of AWS, which a proxy may lead here. */
function readHost(host: string | undefined): string | undefined {
  return /^(.+)\.(?:localhost|s3\.[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$/i.exec(host ?? '')?.[1]
}

function keyFrom(path: string): ByteKey | undefined {
  if (path === '') return undefined
  const key = toByteKey(path)
  if (key.length > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', {
      elements: { Size: String(key.length), MaxSizeAllowed: String(MAX_KEY_BYTES) },
    })
  }
  return key
}

const NO_QUERY: ReadonlyMap<string, string> = new Map()

function parseQuery(text: string): ReadonlyMap<string, string> {
  if (text === '') return NO_QUERY
  const query = new Map<string, string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals === -1 ? pair : pair.slice(0, equals)
    const value = equals === -1 ? '' : pair.slice(equals + 1)
    query.set(decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' ')))
  }
  return query
}

/** @throws S3Error InvalidURI for what is not percent-encoded UTF-8 */
function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI', { elements: { URI: text } })
  }
}

/** The object that an x-amz-copy-source header names. */
export interface CopySource {
  readonly bucket: string
  readonly key: ByteKey
  readonly versionId: string | undefined
}

/**
 * `[/]bucket/key[?versionId=id]`, percent-encoded.
 * @throws S3Error InvalidArgument
 */
export function parseCopySource(header: string): CopySource {
  const mark = header.indexOf('?versionId=')
  const path = mark === -1 ? header : header.slice(0, mark)
  const versionId = mark === -1 ? undefined : header.slice(mark + '?versionId='.length)
  const match = /^\/?([^/]+)\/([^]+)$/.exec(decode(path))
  const [, bucket, key] = match ?? []
  if (bucket === undefined || key === undefined || versionId === '') {
    throw new S3Error('InvalidArgument', {
      message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      elements: { ArgumentName: 'x-amz-copy-source', ArgumentValue: header },
    })
  }
  return { bucket, key: toByteKey(key), versionId }
}
