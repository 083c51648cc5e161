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
const END_OF_HEAD = Buffer.from('\r\n\r\n')

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
  #headers: Record<string, string> = {}
  #keep = true

  /** For the next answer. `method`: a HEAD has an answer without a body. */
  reset(method: string): void {
    this.#state = 'head'
    this.#bodyless = method === 'HEAD'
    this.#head = NOTHING
    this.#line = ''
    this.#chunks = []
    this.#size = 0
  }

  /** True once the answer is whole. Throws an error with a `code` for what is not HTTP. */
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
    const [first] = this.#chunks
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first
    return {
      status: this.#status,
      headers: this.#headers,
      text: body === undefined ? '' : body.toString('utf8'),
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
    this.#chunks.push(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
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
    const lines = head.split('\r\n')
    const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(lines[0] ?? '')
    if (!status) throw notHttp('it does not begin with a status')
    this.#status = Number(status[2])
    this.#headers = {}
    for (let at = 1; at < lines.length; at++) this.#addHeader(lines[at] as string)
    // 100 and 103 announce an answer; it is still to come.
    if (this.#status >= 200) this.#beginBody(status[1] === '1')
  }

  #addHeader(line: string): void {
    const colon = line.indexOf(':')
    if (colon <= 0) throw notHttp('a header without a name')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const other = Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined
    this.#headers[name] = other === undefined ? value : `${other}, ${value}`
  }

  #beginBody(persistent: boolean): void {
    const { connection = '', 'transfer-encoding': coding, 'content-length': length } = this.#headers
    this.#keep = persistent && !/\bclose\b/i.test(connection)
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

function notHttp(why: string): Error {
  return withCode(`it is not HTTP: ${why}`, 'HPE_NOT_HTTP')
}
