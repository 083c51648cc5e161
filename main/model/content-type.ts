import mime from 'mime'

/** What S3 and its kin give an object that nobody gave a content type; '' and undefined stand for none. */
export const GIVEN_CONTENT_TYPES: ReadonlySet<string | undefined> = new Set([
  undefined,
  '',
  'binary/octet-stream',
  'application/octet-stream',
])

/**
 * The content type that a key's extension means, after mime-db: `text/javascript`, `font/woff2`. Without a charset, as
 * no extension tells one. Undefined where the name has no extension, or one that is not known.
 */
export function typeOfExtension(key: string): string | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  // `.profile` is a name, and no extension of nothing.
  return dot < 1 ? undefined : (mime.getType(name.slice(dot + 1)) ?? undefined)
}

/** The same media type, whatever its parameters: `text/html; charset=utf-8` is `text/html`. */
export function isSameMediaType(one: string, other: string): boolean {
  return mediaType(one) === mediaType(other)
}

function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}
