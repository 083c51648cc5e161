import { STATUS_CODES } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { Call, HeaderLines } from './call.ts'
import { S3Error } from './errors.ts'
import { HEADER_NAME, readPlain } from './plain-request.ts'
import type { PlainRequest } from './plain-request.ts'

/** What a connection is given to. */
export interface PlainHost {
  /** Answers a call. Never rejects. */
  serve(call: Call): Promise<void>
  /** Takes over a connection that says something else than plain requests, and `bytes`, which were read of it. */
  takeOver(socket: Socket, bytes: Buffer): void
}

/** For how long a connection may be idle. */
export const KEEP_ALIVE_MS = 60_000

const NO_BYTES = Buffer.alloc(0)

/**
 * A connection whose requests are plain (see readPlain), one after the other. With the first that is not, it is given
 * to node:http for good.
 */
export class PlainConnection {
  readonly #socket: Socket
  readonly #host: PlainHost
  /** Read and not yet looked at. */
  #waiting: Buffer = NO_BYTES
  #call: PlainCall | undefined

  constructor(socket: Socket, host: PlainHost) {
    this.#socket = socket
    this.#host = host
    socket.on('data', this.#read)
    socket.on('end', this.#ended)
    socket.on('close', this.#closed)
    socket.on('error', ignore)
    socket.on('timeout', this.#idle)
    // As node:http, which gives the client a second more than it was told.
    socket.setTimeout(KEEP_ALIVE_MS + 1000)
  }

  readonly #read = (bytes: Buffer): void => {
    const rest = this.#call === undefined ? bytes : this.#call.take(bytes)
    if (rest.length === 0) return
    this.#waiting = this.#waiting.length === 0 ? rest : Buffer.concat([this.#waiting, rest])
    if (this.#call === undefined) this.#next()
    // Whoever sends on before the answer has to wait for it.
    else this.#socket.pause()
  }

  /** Begins with what waits. */
  #next(): void {
    const bytes = this.#waiting
    this.#waiting = NO_BYTES
    const request = readPlain(bytes)
    if (request === undefined) {
      this.#giveAway(bytes)
      return
    }
    const call = new PlainCall(this.#socket, request)
    this.#call = call
    if (bytes.length > request.end) this.#waiting = call.take(bytes.subarray(request.end))
    void this.#host.serve(call).then(() => {
      // What was broken off has no next request, even if that waits already.
      if (call.isAnswered) call.whenRead(this.#done)
    })
  }

  readonly #done = (): void => {
    this.#call = undefined
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#waiting.length > 0 && !this.#socket.destroyed) this.#next()
  }

  #giveAway(bytes: Buffer): void {
    const socket = this.#socket
    socket.off('data', this.#read)
    socket.off('end', this.#ended)
    socket.off('close', this.#closed)
    socket.off('error', ignore)
    socket.off('timeout', this.#idle)
    socket.setTimeout(0)
    this.#host.takeOver(socket, bytes)
  }

  readonly #ended = (): void => {
    this.#call?.abandon()
    this.#socket.end()
  }

  readonly #closed = (): void => {
    this.#call?.abandon()
  }

  readonly #idle = (): void => {
    if (this.#call === undefined) this.#socket.destroy()
  }
}

const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/** @throws TypeError for a header that HTTP cannot say */
function headText(status: number, headers: HeaderLines): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? ''
    const value = headers[at + 1] ?? ''
    if (!HEADER_NAME.test(name) || NO_VALUE.test(value)) throw new TypeError(`${name} cannot be answered`)
    text += `${name}: ${value}\r\n`
  }
  return `${text}Connection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_MS / 1000}\r\n\r\n`
}

function ignore(): void {
  // Its close comes after it.
}

/** A plain request, answered with as few writes as can be. */
class PlainCall implements Call {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly #socket: Socket
  /** Of the body, still to come. */
  #missing: number
  #chunks: Buffer[] | undefined
  #state: 'open' | 'answered' | 'abandoned' = 'open'
  /** Waits for the body's end, or the client's. */
  #whenRead: (() => void) | undefined
  #whenOver: (() => void)[] | undefined

  constructor(socket: Socket, { method, url, headers, bodyBytes }: PlainRequest) {
    this.#socket = socket
    this.method = method
    this.url = url
    this.headers = headers
    this.#missing = bodyBytes
  }

  get isOver(): boolean {
    return this.#state !== 'open' || this.#socket.destroyed
  }

  get isAnswered(): boolean {
    return this.#state === 'answered'
  }

  /** Takes what is of the body. @returns what comes after it */
  take(bytes: Buffer): Buffer {
    if (this.#missing === 0) return bytes
    const own = bytes.length <= this.#missing ? bytes : bytes.subarray(0, this.#missing)
    // Of a body that nobody asks for anymore nothing is kept.
    if (this.#state === 'open') (this.#chunks ??= []).push(own)
    this.#missing -= own.length
    if (this.#missing === 0) this.#read()
    return bytes.subarray(own.length)
  }

  /** Calls `listener` once the whole body has come. */
  whenRead(listener: () => void): void {
    if (this.#missing === 0) listener()
    else this.#whenRead = listener
  }

  /** The client is gone. */
  abandon(): void {
    if (this.#state === 'open') this.#state = 'abandoned'
    this.#read()
    this.#over()
  }

  /** However much may be asked for: plain ones are small. */
  body(): Promise<Buffer> {
    if (this.#missing === 0) return Promise.resolve(this.#body())
    if (this.isOver) return Promise.reject(new S3Error('IncompleteBody'))
    return new Promise((resolve, reject) => {
      this.#whenRead = () => {
        if (this.#missing === 0) resolve(this.#body())
        else reject(new S3Error('IncompleteBody'))
      }
    })
  }

  #body(): Buffer {
    const chunks = this.#chunks
    if (chunks === undefined) return NO_BYTES
    // A copy: what came with the head would keep it.
    return Buffer.concat(chunks)
  }

  onceOver(listener: () => void): void {
    if (this.isOver) listener()
    else (this.#whenOver ??= []).push(listener)
  }

  answer(status: number, headers: HeaderLines, text: string, encoding: 'latin1' | 'utf8'): void {
    this.#socket.write(headText(status, headers) + text, encoding)
    this.#finish()
  }

  begin(status: number, headers: HeaderLines): void {
    const text = headText(status, headers)
    // Goes out with the first of the body.
    this.#socket.cork()
    this.#socket.write(text, 'latin1')
  }

  write(bytes: Buffer): Promise<void> | undefined {
    const goesOn = this.#socket.write(bytes)
    this.#socket.uncork()
    return goesOn || this.isOver ? undefined : this.#drained()
  }

  end(): void {
    this.#socket.uncork()
    this.#finish()
  }

  cutOff(part: string | Buffer): void {
    this.#socket.write(part, () => this.#socket.destroy())
    this.#socket.uncork()
  }

  reset(): void {
    // A socket that was ended cannot be reset: it would stay open.
    if (this.#state === 'abandoned') this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done)
        resolve()
      }
      this.#socket.on('drain', done)
      this.onceOver(done)
    })
  }

  #finish(): void {
    if (this.#state === 'open') this.#state = 'answered'
    this.#over()
  }

  #read(): void {
    const listener = this.#whenRead
    this.#whenRead = undefined
    listener?.()
  }

  #over(): void {
    const listeners = this.#whenOver
    this.#whenOver = undefined
    if (listeners !== undefined) for (const each of listeners) each()
  }
}
