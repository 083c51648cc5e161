import { decodeText, isGzip, unpack } from './preview-bytes.ts'

/** How many of an object's first bytes say what it is. */
export const SNIFFED_BYTES = 4096

/** Containers that say nothing of what is in them: a .doc, an .msi and a Thumbs.db are the same by their first bytes. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['application/x-cfb'])

/**
 * The content type that the first bytes of an object tell; undefined where they tell none. `size`: of the whole object.
 *
 * | bytes                                      | type                                  |
 * |--------------------------------------------|---------------------------------------|
 * | stored with Content-Encoding gzip          | of what comes out of them             |
 * | stored with another Content-Encoding       | none                                  |
 * | text that is HTML, SVG, XML, JSON          | that (`textType`)                     |
 * | a signature that is known                  | that                                  |
 * | other text, anything else                  | none                                  |
 */
export async function sniffType(
  bytes: Uint8Array,
  size: number,
  contentEncoding?: string,
): Promise<string | undefined> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  const isPlain = encoding === '' || encoding === 'identity' || encoding === 'aws-chunked'
  if (isPlain) return typeOf(bytes, bytes.length >= size)
  if (!encoding.includes('gzip') || !isGzip(bytes)) return undefined
  const unpacked = await unpack(bytes, SNIFFED_BYTES)
  return unpacked && typeOf(unpacked.bytes, unpacked.whole)
}

async function typeOf(bytes: Uint8Array, isWhole: boolean): Promise<string | undefined> {
  if (bytes.length === 0) return undefined
  const text = decodeText(bytes, isWhole)?.text
  const type = text === undefined ? undefined : textType(text, isWhole)
  return type ?? (await bySignature(bytes))
}

/** The package is loaded by the first job that asks. */
async function bySignature(bytes: Uint8Array): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type')
  try {
    const mime = (await fileTypeFromBuffer(bytes))?.mime
    return mime === undefined || SAYS_NOTHING.has(mime) ? undefined : mime
  } catch {
    // Cut short in the middle of what would have said it.
    return undefined
  }
}

const BEFORE_MARKUP = /^(?:\s+|<\?xml[^>]*\?>|<!--[\s\S]*?-->|<!doctype\s+svg[^>[]*(?:\[[\s\S]*?\]\s*)?>)+/i

/**
 * | text, after comments and white space           | type                  |
 * |------------------------------------------------|-----------------------|
 * | `<!doctype html`, `<html`, `<head`, `<body`    | text/html             |
 * | the same after `<?xml`                         | application/xhtml+xml |
 * | `<svg`                                         | image/svg+xml         |
 * | `<?xml`                                        | application/xml       |
 * | `{` or `[`, and JSON as far as it goes         | application/json      |
 */
export function textType(whole: string, isWhole: boolean): string | undefined {
  const text = whole.replace(/^\ufeff/, '')
  const isXml = /^\s*<\?xml\b/i.test(text)
  const markup = text.replace(BEFORE_MARKUP, '')
  if (/^<(?:!doctype\s+html|html|head|body)\b/i.test(markup))
    return isXml ? 'application/xhtml+xml' : 'text/html'
  if (/^<svg\b/i.test(markup)) return 'image/svg+xml'
  if (isXml) return 'application/xml'
  return isJson(text, isWhole) ? 'application/json' : undefined
}

function isJson(text: string, isWhole: boolean): boolean {
  const json = text.trim()
  if (!/^(?:\{\s*["}]|\[\s*(?:["\]{[tfn]|-?\d))/.test(json)) return false
  if (!isWhole) return !endsEarly(json)
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}

/** The first value ends before the text does: JSON by lines, or none at all. */
function endsEarly(json: string): boolean {
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (isQuoted) {
      if (character === '\\') at += 1
      else if (character === '"') isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === '{' || character === '[') depth += 1
    else if ((character === '}' || character === ']') && --depth === 0) return at < json.length - 1
  }
  return false
}
