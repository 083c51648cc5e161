import { withCode } from './socket-open.ts'

/** Names in lower case; what came more than once is joined by commas. */
export type AnswerHeaders = Readonly<Record<string, string | undefined>>

export interface HttpAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Read to the end. */
  readonly text: string
}

const MAX_HEAD = 64 * 1024
/** A page of 1,000 keys of 1,024 escaped bytes is 4 MB. */
export const MAX_ANSWER = 16 * 1024 * 1024
const MAX_LINE = 1024
const NOTHING = Buffer.alloc(0)
const LINE_END = '\r\n'
const END_OF_HEAD = Buffer.from(LINE_END + LINE_END)

/** What one line of a head begins with, and what that means after the lines before it. */
interface HeaderLine {
  /** With its colon. */
  readonly given: string
  readonly name: string
  /** None of the lines before has the same name. */
  readonly isFirst: boolean
  /** All of it, with its end, as it was last; undefined where it is another in each answer. */
  whole: string | undefined
}

/** The head of the last answer to one method: mostly that of the next one, too. */
interface Known {
  lines: readonly HeaderLine[]
  headers: Record<string, string>
}

/** What an answer without anything unusual begins with. */
const FINE = 'HTTP/1.1 200 '

type State = 'head' | 'length' | 'size-line' | 'data' | 'data-end' | 'trailer' | 'until-close' | 'done'

/**
 * Reads one HTTP/1.1 answer from the bytes of a connection, however they are cut. Strict where looseness would make
 * two readings possible (RFC 9112, section 6.3): a length that is no number, two of them, a coding but `chunked`.
 */
export class AnswerReader {
  #state: State = 'head'
  #bodyless = false
  #head: Buffer = NOTHING
  #line = ''
  #left = 0
  #chunks: Buffer[] = []
  #size = 0
  #status = 0
  #method = ''
  #known: Known = { lines: [], headers: {} }
  readonly #knownOf = new Map<string, Known>()
  #text = ''
  #keep = true

  /** For the next answer. `method`: a HEAD has an answer without a body. */
  reset(method: string): void {
    this.#state = 'head'
    this.#bodyless = method === 'HEAD'
    if (method !== this.#method) this.#expect(method)
    this.#head = NOTHING
    this.#line = ''
    this.#chunks = []
    this.#text = ''
    this.#size = 0
  }

  #expect(method: string): void {
    this.#method = method
    const known = this.#knownOf.get(method)
    this.#known = known ?? { lines: [], headers: {} }
    if (!known) this.#knownOf.set(method, this.#known)
  }

  /**
   * True once the answer is whole. Throws an error with a `code` for what is not HTTP. `bytes` are lent: what is needed
   * of them later is copied.
   */
  push(bytes: Buffer): boolean {
    let at = 0
    while (at < bytes.length && this.#state !== 'done') at = this.#step(bytes, at)
    // Nobody asked for more than one answer.
    if (at < bytes.length) this.#keep = false
    return this.#state === 'done'
  }

  /** The connection has ended. True where that is how the answer ends. */
  end(): boolean {
    if (this.#state !== 'until-close') return false
    this.#state = 'done'
    return true
  }

  /** The connection can carry another request. */
  get keep(): boolean {
    return this.#keep
  }

  get answer(): HttpAnswer {
    const isInPieces = this.#chunks.length > 0
    return {
      status: this.#status,
      headers: this.#known.headers,
      text: isInPieces ? Buffer.concat(this.#chunks).toString('utf8') : this.#text,
    }
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at)
      case 'length':
      case 'data':
        return this.#take(bytes, at, this.#left)
      case 'until-close':
        return this.#take(bytes, at, bytes.length)
      default:
        return this.#readLine(bytes, at)
    }
  }

  #take(bytes: Buffer, at: number, most: number): number {
    const end = Math.min(bytes.length, at + most)
    this.#size += end - at
    if (this.#size > MAX_ANSWER) throw withCode('the answer is longer than any of S3', 'ETOOLONG')
    const isAll = this.#state === 'length' && this.#chunks.length === 0 && end - at === this.#left
    if (isAll) this.#text = bytes.toString('utf8', at, end)
    else this.#chunks.push(Buffer.from(bytes.subarray(at, end)))
    this.#left -= end - at
    if (this.#state !== 'until-close' && this.#left === 0) {
      this.#state = this.#state === 'length' ? 'done' : 'data-end'
    }
    return end
  }

  /** A line of the chunked coding: a size, the end of a chunk, or a trailer. */
  #readLine(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline
    this.#line += bytes.toString('latin1', at, end)
    if (this.#line.length > MAX_LINE) throw notHttp('a line of the chunked coding is too long')
    if (newline < 0) return bytes.length
    const line = this.#line.replace(/\r$/, '')
    this.#line = ''
    if (this.#state === 'size-line') this.#beginChunk(line)
    else if (this.#state === 'data-end') {
      if (line !== '') throw notHttp('a chunk is longer than its size')
      this.#state = 'size-line'
    } else if (line === '') this.#state = 'done'
    return newline + 1
  }

  #beginChunk(line: string): void {
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/.exec(line)?.[1]
    if (size === undefined) throw notHttp(`a chunk of size ${line.slice(0, 20)}`)
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailer' : 'data'
  }

  #readHead(bytes: Buffer, at: number): number {
    const before = this.#head.length
    const all = before === 0 ? bytes : Buffer.concat([this.#head, bytes.subarray(at)])
    const from = before === 0 ? at : 0
    const end = all.indexOf(END_OF_HEAD, Math.max(from, before - 3))
    if ((end < 0 ? all.length : end) - from > MAX_HEAD) throw notHttp('its head is too long')
    if (end < 0) {
      this.#head = Buffer.from(all.subarray(from))
      return bytes.length
    }
    this.#head = NOTHING
    this.#parseHead(all.toString('latin1', from, end))
    return before === 0 ? end + 4 : at + (end + 4 - before)
  }

  #parseHead(head: string): void {
    let persistent = true
    if (head.startsWith(FINE)) this.#status = 200
    else {
      const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |\r\n|$)/.exec(head)
      if (!status) throw notHttp('it does not begin with a status')
      this.#status = Number(status[2])
      persistent = status[1] === '1'
    }
    if (!this.#readAsBefore(head)) this.#readHeaders(head)
    // 100 and 103 announce an answer; it is still to come.
    if (this.#status >= 200) this.#beginBody(persistent)
  }

  /**
   * Headers of the same names as in the last answer, most of them with the same values: what is the same is not looked
   * at again, nor made again. False: they are others.
   */
  #readAsBefore(head: string): boolean {
    const { lines } = this.#known
    if (lines.length === 0) return false
    const headers = { ...this.#known.headers }
    let at = head.indexOf(LINE_END)
    for (let n = 0; n < lines.length; n++) {
      if (at < 0) return false
      const line = lines[n] as HeaderLine
      const from = at + LINE_END.length
      if (line.whole !== undefined && head.startsWith(line.whole, from)) {
        at = from + line.whole.length - LINE_END.length
        continue
      }
      if (!head.startsWith(line.given, from)) return false
      at = head.indexOf(LINE_END, from)
      const to = at < 0 ? head.length : at
      headers[line.name] = head.slice(from + line.given.length, to).trim()
      // Only the date is worth a second try: it stays for a second.
      line.whole = line.name === 'date' && at >= 0 ? head.slice(from, at + LINE_END.length) : undefined
    }
    if (at >= 0) return false
    this.#known.headers = headers
    return true
  }

  #readHeaders(head: string): void {
    const headers: Record<string, string> = {}
    const lines: HeaderLine[] = []
    for (let at = head.indexOf(LINE_END); at >= 0;) {
      const from = at + LINE_END.length
      at = head.indexOf(LINE_END, from)
      const to = at < 0 ? head.length : at
      const line = headerLine(head.slice(from, to), headers, at >= 0)
      const value = head.slice(from + line.given.length, to).trim()
      headers[line.name] = line.isFirst ? value : `${headers[line.name]}, ${value}`
      lines.push(line)
    }
    // Of a name that came twice, no line alone tells the value.
    this.#known.lines = lines.every(({ isFirst }) => isFirst) ? lines : []
    this.#known.headers = headers
  }

  #beginBody(persistent: boolean): void {
    const { connection = '', 'transfer-encoding': coding, 'content-length': length } = this.#known.headers
    this.#keep = persistent && (connection === 'keep-alive' || !/\bclose\b/i.test(connection))
    if (this.#bodyless || this.#status === 204 || this.#status === 304) this.#state = 'done'
    else if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked') throw notHttp(`a transfer coding ${coding}`)
      this.#state = 'size-line'
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw notHttp(`a length of ${length}`)
      this.#left = Number(length)
      this.#state = this.#left === 0 ? 'done' : 'length'
    } else {
      this.#keep = false
      this.#state = 'until-close'
    }
  }
}

function headerLine(line: string, before: AnswerHeaders, isEnded: boolean): HeaderLine {
  const colon = line.indexOf(':')
  if (colon <= 0) throw notHttp('a header without a name')
  const name = line.slice(0, colon).toLowerCase()
  const whole = isEnded ? line + LINE_END : undefined
  return { given: line.slice(0, colon + 1), name, isFirst: !Object.hasOwn(before, name), whole }
}

function notHttp(why: string): Error {
  return withCode(`it is not HTTP: ${why}`, 'HPE_NOT_HTTP')
}
