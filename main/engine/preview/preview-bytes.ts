import { createGunzip } from 'node:zlib'

/** The first bytes of what lies packed as gzip. */
export interface Unpacked {
  readonly bytes: Uint8Array
  /** The packed bytes ended where gzip says so, and no more than `limit` came out. */
  readonly whole: boolean
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Unpacks until `limit` bytes are there and not further: a few KiB can unpack to gigabytes. `packed` may be cut short.
 * Undefined where it is no gzip.
 */
export function unpack(packed: Uint8Array, limit: number): Promise<Unpacked | undefined> {
  return new Promise((resolve) => {
    const stream = createGunzip()
    const chunks: Buffer[] = []
    let length = 0
    const done = (isWhole: boolean): void => {
      stream.destroy()
      const bytes = Buffer.concat(chunks).subarray(0, limit)
      resolve(length === 0 && !isWhole ? undefined : { bytes, whole: isWhole && length <= limit })
    }
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > limit) done(false)
    })
    stream.on('end', () => done(true))
    // Broken, or cut short: what came out until then is shown.
    stream.on('error', () => done(false))
    stream.end(packed)
  })
}

export interface DecodedText {
  readonly text: string
  readonly replaced: number
}

/** How much of a text may be nonsense before it is no text. */
const MOST_NONSENSE = 0.05
/** Of the control characters all but those that texts have: tab, line feed, form feed, carriage return, escape. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROLS = /[\u0001-\u0008\u000b\u000e-\u001a\u001c-\u001f]/g

/**
 * Text, or undefined for what is none: it holds a NUL, or too much that no text has. UTF-8, but for a mark
 * at its beginning that says UTF-16. `whole`: false where more follows, so that a character may be cut at the end.
 */
export function decodeText(bytes: Uint8Array, whole: boolean): DecodedText | undefined {
  const encoding = encodingOf(bytes)
  if (encoding === 'utf-8' && bytes.includes(0)) return undefined
  const text = new TextDecoder(encoding).decode(bytes, { stream: !whole })
  const replaced = Math.max(0, count(text, '\ufffd') - ownReplacements(bytes))
  const nonsense = replaced + (text.match(CONTROLS)?.length ?? 0)
  return nonsense > Math.max(1, text.length * MOST_NONSENSE) ? undefined : { text, replaced }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** U+FFFD that the text brought with it. */
function ownReplacements(bytes: Uint8Array): number {
  let found = 0
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) found += 1
  }
  return found
}

function count(text: string, char: string): number {
  let found = 0
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found += 1
  return found
}

/** Deeper, and the indents alone would grow beyond all measure. */
const DEEPEST = 64

/**
 * JSON set out line by line, or undefined where it is none or too deep. Only white space changes: numbers keep their
 * digits, names their order, also those that are there twice; parsing and writing it again would lose that.
 */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return undefined
  let out = ''
  let depth = 0
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      depth += 1
      if (depth > DEEPEST) return undefined
      out += token + line(depth)
    } else if (token === '}' || token === ']') {
      depth -= 1
      out = /[[{]\n *$/.test(out.slice(-2 * DEEPEST - 2)) ? out.trimEnd() + token : out + line(depth) + token
    } else if (token === ',') out += token + line(depth)
    else out += token === ':' ? ': ' : token
  }
  return out
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

function line(depth: number): string {
  return `\n${'  '.repeat(depth)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
