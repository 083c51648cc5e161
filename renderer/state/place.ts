import { S3_LIMITS } from '#model/object.ts'
import type { Place } from '#model/settings.ts'

/**
 * Where a pane stands. `null`: the list of connections; a place without a bucket: the buckets of its connection.
 * A prefix is empty or ends in a slash.
 */
export type PanePlace = Place | null

export function samePlace(a: PanePlace, b: PanePlace): boolean {
  if (a === null || b === null) return a === b
  return a.connection === b.connection && a.bucket === b.bucket && a.prefix === b.prefix
}

/** A text that is the same for the same place only. No bucket holds a slash, and no connection id a newline. */
export function placeKey(place: Place): string {
  return `${place.connection}\n${place.bucket}/${place.prefix}`
}

/** One step up: prefix → … → bucket → buckets → connections; `null` is the top. */
export function parentOf(place: PanePlace): PanePlace {
  if (place === null || place.bucket === '') return null
  if (place.prefix === '') return { ...place, bucket: '' }
  return { ...place, prefix: place.prefix.slice(0, lastPartBegins(place.prefix)) }
}

/** The last part of a key or prefix, with the slash that a prefix ends in. */
export function lastPart(key: string): string {
  return key.slice(lastPartBegins(key))
}

/** After the last slash but the one it may end in. A key may begin with a slash, too. */
function lastPartBegins(key: string): number {
  return key.slice(0, -1).lastIndexOf('/') + 1
}

/** What a person reads and types for a place: `s3://bucket/prefix/`. */
export function formatPlace(place: Place): string {
  return `s3://${place.bucket}${place.bucket === '' ? '' : `/${place.prefix}`}`
}

export interface Crumb {
  readonly label: string
  readonly place: Place
}

/** The bucket and every prefix on the way to the place. A part may be empty: S3 allows `a//b`. */
export function crumbsOf(place: Place): Crumb[] {
  if (place.bucket === '') return []
  const crumbs: Crumb[] = [{ label: place.bucket, place: { ...place, prefix: '' } }]
  let end = place.prefix.indexOf('/')
  while (end >= 0) {
    const prefix = place.prefix.slice(0, end + 1)
    crumbs.push({ label: lastPart(prefix).slice(0, -1), place: { ...place, prefix } })
    end = place.prefix.indexOf('/', end + 1)
  }
  return crumbs
}

export type ParsedPlace =
  { readonly ok: true; readonly place: Place } | { readonly ok: false; readonly reason: string }

/** A typed place: `s3://bucket/prefix/`, or the same without `s3://`. A prefix gets the slash it ends in. */
export function parsePlace(text: string, connection: string): ParsedPlace {
  const typed = text.trimStart()
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 's3') {
    return refuse(`“${scheme}://” is not a place in S3. Type s3://bucket/prefix/.`)
  }
  const path = scheme === undefined ? typed : typed.slice('s3://'.length)
  const slash = path.indexOf('/')
  const bucket = (slash < 0 ? path : path.slice(0, slash)).trimEnd()
  const rest = slash < 0 ? '' : path.slice(slash + 1)
  const prefix = rest === '' || rest.endsWith('/') ? rest : `${rest}/`
  if (bucket === '' && prefix !== '') return refuse(`“${text}” names no bucket. Type s3://bucket/prefix/.`)
  if (/\s/.test(bucket)) return refuse(`“${bucket}” is not a bucket name: it holds a space.`)
  if (bucket.length > 255) return refuse(`A bucket name has at most 255 characters, not ${bucket.length}.`)
  const bytes = new TextEncoder().encode(prefix).length
  if (bytes > S3_LIMITS.keyBytes) return refuse(`A prefix has at most 1,024 bytes of UTF-8, not ${bytes}.`)
  return { ok: true, place: { connection, bucket, prefix } }
}

function refuse(reason: string): ParsedPlace {
  return { ok: false, reason }
}
