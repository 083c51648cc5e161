/** A place that a `decant://` link names. The connection is found by its id, else by its name. */
export interface PlaceLink {
  readonly connection: string
  /** Empty: the list of the connection's buckets. */
  readonly bucket: string
  readonly prefix: string
}

export type ParsedLink =
  { readonly ok: true; readonly link: PlaceLink } | { readonly ok: false; readonly message: string }

export const LINK_SCHEME = 'decant'
/** Longer than any place, in characters. */
const LONGEST = 8192

const FIELDS = { connection: 80, bucket: 255, prefix: 1024 } as const

/**
 * `decant://open?connection=NAME&bucket=BUCKET&prefix=a/b/`. A link comes from anywhere, a mail or a page: it can
 * only show a place of a connection that is here, and nothing that it says writes.
 *
 * | link                               | answer                     |
 * |------------------------------------|----------------------------|
 * | `decant://open?connection=…`       | the buckets                |
 * | … `&bucket=…`, … `&prefix=…`       | the bucket, the prefix     |
 * | a prefix with no bucket            | refused                    |
 * | another host, path, field, fragment; a field twice, too long, or with control characters | refused, named |
 */
export function parseLink(text: string): ParsedLink {
  const refuse = (why: string): ParsedLink => ({ ok: false, message: `The link was not opened: ${why}.` })
  if (text.length > LONGEST) return refuse(`it has ${text.length} characters, more than any place needs`)
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return refuse(`${brief(text)} is no link`)
  }
  if (url.protocol !== `${LINK_SCHEME}:`)
    return refuse(`it must begin with ${LINK_SCHEME}://, not ${brief(text)}`)
  if (url.host !== 'open' || !['', '/'].includes(url.pathname) || url.username !== '' || url.hash !== '')
    return refuse(`it must begin with ${LINK_SCHEME}://open?, not ${brief(text)}`)
  const found: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    const most = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof typeof FIELDS] : undefined
    if (most === undefined)
      return refuse(`${brief(name)} is no field of a link; there are connection, bucket and prefix`)
    if (found[name] !== undefined) return refuse(`${name} is said twice`)
    if (value.length > most)
      return refuse(`${name}: must have at most ${most} characters, not ${value.length}`)
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(value)) return refuse(`${name}: must have no control characters`)
    found[name] = value
  }
  const { connection = '', bucket = '', prefix = '' } = found
  if (connection === '') return refuse('it names no connection')
  if (bucket.includes('/'))
    return refuse(`bucket: must be a bucket name, without a slash, not ${brief(bucket)}`)
  if (prefix !== '' && bucket === '') return refuse(`prefix: ${brief(prefix)} needs a bucket`)
  return { ok: true, link: { connection, bucket, prefix } }
}

/** The link to a place, for others who have a connection of the same name. */
export function linkTo({ connection, bucket, prefix }: PlaceLink): string {
  const query = new URLSearchParams({ connection })
  if (bucket !== '') query.set('bucket', bucket)
  if (prefix !== '') query.set('prefix', prefix)
  return `${LINK_SCHEME}://open?${query.toString()}`
}

function brief(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}
