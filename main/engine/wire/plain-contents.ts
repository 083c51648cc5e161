import { parseDate } from '#model/dates.ts'
import { bareEtag } from '#model/object.ts'
import type { ObjectSummary } from '#model/object.ts'
import { decodeListed } from './encode.ts'

/**
 * `<Contents>` as S3, Ceph and MinIO write it, its children in their order and with nothing unusual in them. Of a page
 * of a thousand, building a tree of elements first takes most of the time that listing takes.
 */
const CONTENTS =
  /<Contents><Key>([^<&]+)<\/Key><LastModified>([^<&]+)<\/LastModified><ETag>((?:[^<&]|&quot;)+)<\/ETag>(?:<Checksum(?:Algorithm|Type)>[^<&]*<\/Checksum(?:Algorithm|Type)>){0,8}<Size>(\d{1,15})<\/Size>(?:<Owner>(?:<ID>[^<&]*<\/ID>)?(?:<DisplayName>[^<&]*<\/DisplayName>)?<\/Owner>)?(?:<StorageClass>([^<&]*)<\/StorageClass>)?(?:<Type>[^<&]*<\/Type>)?<\/Contents>/y
const OPEN = '<Contents>'
const CLOSE = '</Contents>'
const QUOTE = '&quot;'
const AMPERSAND = 0x26
/** S3 sends at most a thousand. */
const MOST = 10_000

/** Where the objects of an answer stand, and the document with one empty `<Contents/>` in place of all of them. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly rest: string
}

/** From the first `<Contents>` to the last; undefined where there is none. */
export function stretchOfContents(text: string): Stretch | undefined {
  const from = text.indexOf(OPEN)
  if (from < 0) return undefined
  const to = text.lastIndexOf(CLOSE) + CLOSE.length
  if (to < from) return undefined
  return { from, to, rest: `${text.slice(0, from)}<Contents/>${text.slice(to)}` }
}

/**
 * The objects of a stretch, where they are written plainly and nothing stands between them; undefined: the document has
 * to be read as a whole, which also says what is wrong with it. `encoded`: as `encoding-type=url` asks.
 */
export function plainContents(
  text: string,
  { from, to }: Stretch,
  encoded: boolean,
): ObjectSummary[] | undefined {
  const objects: ObjectSummary[] = []
  // One string for all that are of one class, as most are.
  let storageClass = 'STANDARD'
  for (let at = from; at < to; at = CONTENTS.lastIndex) {
    CONTENTS.lastIndex = at
    const found = CONTENTS.exec(text)
    const lastModified = parseDate(found?.[2])
    if (found === null || lastModified === undefined || objects.length === MOST) return undefined
    const key = found[1] as string
    const ofClass = found[5] || 'STANDARD'
    if (ofClass !== storageClass) storageClass = ofClass
    objects.push({
      key: encoded ? decodeListed(key) : key,
      size: Number(found[4]),
      etag: etagIn(found[3] as string),
      lastModified,
      storageClass,
    })
  }
  return objects
}

function etagIn(written: string): string {
  const inner = written.slice(QUOTE.length, -QUOTE.length)
  const isUsual =
    written.charCodeAt(0) === AMPERSAND && written.endsWith(QUOTE) && inner !== '' && !inner.includes('&')
  return isUsual ? inner : bareEtag(written.replaceAll(QUOTE, '"'))
}
