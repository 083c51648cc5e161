import type { IncomingHttpHeaders } from 'node:http'

/** A request whose head is plain; see readPlain. */
export interface PlainRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Where the head ends. */
  readonly end: number
  /** What follows it. */
  readonly bodyBytes: number
}

/** As node:http, which says 431 to more. */
const LARGEST_HEAD = 16 * 1024
/** Larger ones are read by node:http, which holds their senders back. */
const LARGEST_BODY = 1024 * 1024

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])
const URL_FORM = /^\/[!-~]*$/
const CR = 0x0d

const NO_TEXT = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)/
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const LENGTH_FORM = /^\d{1,15}$/

/** What changes how a message is read, or is read into a list. */
const NOT_PLAIN: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
  'keep-alive',
  'set-cookie',
  '__proto__',
])

/** Values that nobody keeps. All others are strings of their own: a part of the head would keep all of it. */
const FLEETING: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'connection',
  'content-length',
  'host',
  'user-agent',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
])

/** A header's name as it was sent, and what that means. */
interface HeaderName {
  readonly name: string
  readonly isPlain: boolean
  readonly isFleeting: boolean
}

/** Clients send the same few names with every request. */
const known = new Map<string, HeaderName>()
const MOST_KNOWN = 1000

/**
 * Reads a request as S3's clients send nearly all of theirs; node:http, which takes a third of the time of a small one,
 * is left to read all others. The bytes begin with the request.
 *
 * | part of the head | plain                                                  | not                               |
 * |------------------|--------------------------------------------------------|-----------------------------------|
 * | all of it        | whole, up to 16 KiB                                    | not whole yet, longer             |
 * | request line     | one of five methods, a path, HTTP/1.1                  | all else                          |
 * | header lines     | name, colon, value without controls; each name once    | twice, folded, malformed          |
 * | Host             | one                                                    | none                              |
 * | Connection       | keep-alive, or none                                    | close, Upgrade                    |
 * | body             | none, or up to 1 MiB by Content-Length                 | more, Transfer-Encoding, Expect   |
 *
 * @returns undefined for what is not plain
 */
export function readPlain(bytes: Buffer): PlainRequest | undefined {
  const end = bytes.subarray(0, LARGEST_HEAD).indexOf('\r\n\r\n', 0, 'latin1')
  if (end === -1) return undefined
  const text = bytes.toString('latin1', 0, end + 2)
  if (NO_TEXT.test(text)) return undefined
  const lineEnd = endOfLine(text, 0)
  const first = text.indexOf(' ')
  const last = lineEnd - ' HTTP/1.1'.length
  const method = text.slice(0, first)
  if (last <= first || !text.startsWith(' HTTP/1.1', last) || !METHODS.has(method)) return undefined
  const url = bytes.toString('latin1', first + 1, last)
  if (!URL_FORM.test(url)) return undefined
  const headers: IncomingHttpHeaders = {}
  for (let start = lineEnd + 2; start < text.length;) {
    const stop = endOfLine(text, start)
    if (stop === -1 || !takeLine(bytes, text, start, stop, headers)) return undefined
    start = stop + 2
  }
  const bodyBytes = bodyOf(headers)
  if (bodyBytes === undefined || headers.host === undefined) return undefined
  return { method, url, headers, end: end + 4, bodyBytes }
}

/** Where the line's CR LF is; -1 if it ends otherwise. */
function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start) - 1
  return text.charCodeAt(end) === CR ? end : -1
}

/** Takes the header of one line. @returns whether it is plain */
function takeLine(
  bytes: Buffer,
  text: string,
  lineStart: number,
  lineEnd: number,
  headers: IncomingHttpHeaders,
): boolean {
  const colon = text.indexOf(':', lineStart)
  if (colon === -1 || colon >= lineEnd) return false
  const sent = text.slice(lineStart, colon)
  const { name, isPlain, isFleeting } = known.get(sent) ?? newName(sent)
  if (!isPlain || headers[name] !== undefined) return false
  let start = colon + 1
  let end = lineEnd
  while (start < end && isBlank(text, start)) start += 1
  while (end > start && isBlank(text, end - 1)) end -= 1
  headers[name] = isFleeting ? text.slice(start, end) : bytes.toString('latin1', start, end)
  return true
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

function newName(sent: string): HeaderName {
  const name = sent.toLowerCase()
  const isPlain = HEADER_NAME.test(sent) && !NOT_PLAIN.has(name)
  const read = { name, isPlain, isFleeting: FLEETING.has(name) }
  if (known.size >= MOST_KNOWN) known.clear()
  // A copy: what is sent is a part of the head.
  known.set(Buffer.from(sent, 'latin1').toString('latin1'), read)
  return read
}

/** How many bytes follow the head; undefined if that is not plain. */
function bodyOf(headers: IncomingHttpHeaders): number | undefined {
  const { connection } = headers
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined
  const announced = headers['content-length']
  if (announced === undefined) return 0
  const length = LENGTH_FORM.test(announced) ? Number(announced) : Infinity
  return length <= LARGEST_BODY ? length : undefined
}
