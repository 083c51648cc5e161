/** Keys and values as they stand in a URL. One encoding serves the request line, the signature and copy sources. */

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/
const PLAIN_VALUE = /^[A-Za-z0-9\-._~]*$/

/** A path of S3: every byte but the unreserved ones and the slash as %XX, once. `a b/ä` → `a%20b/%C3%A4`. */
export function encodePath(path: string): string {
  if (PLAIN_PATH.test(path)) return path
  return strict(path).replaceAll('%2F', '/')
}

/** A name or value of a query, the slash encoded too. */
function encodeValue(value: string): string {
  return PLAIN_VALUE.test(value) ? value : strict(value)
}

/** encodeURIComponent leaves `!'()*` alone, Signature Version 4 does not. */
function strict(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export type Query = readonly (readonly [name: string, value: string])[]

/** A query in the order in which Signature Version 4 wants it, so that the signer need not sort it again. */
export function encodeQuery(query: Query): string {
  if (query.length === 0) return ''
  return query
    .map(([name, value]) => `${encodeValue(name)}=${encodeValue(value)}`)
    .sort(byCodeUnit)
    .join('&')
}

/** Encoded text is ASCII, where code units are bytes. The `=` must not take part: `a=` goes before `a-b=`. */
function byCodeUnit(a: string, b: string): number {
  const left = a.slice(0, a.indexOf('='))
  const right = b.slice(0, b.indexOf('='))
  if (left !== right) return left < right ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * What `encoding-type=url` in a listing meant. S3 and MinIO write a space as `+` and a plus as `%2B`; Ceph writes
 * `%20`. A server that sends a bare `%` did not encode at all.
 */
export function decodeListed(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Tags as the x-amz-tagging header has them. */
export function encodeTags(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${encodeValue(name)}=${encodeValue(value)}`)
    .join('&')
}

/** x-amz-copy-source: `bucket/key?versionId=…`, or `arn…/object/key` of an access point. */
export function copySource(source: {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}): string {
  const place = source.bucket.startsWith('arn:') ? `${encodePath(source.bucket)}/object` : source.bucket
  const path = `${place}/${encodePath(source.key)}`
  return source.versionId === undefined ? path : `${path}?versionId=${encodeValue(source.versionId)}`
}
