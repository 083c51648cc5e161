import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from './errors.ts'

/** Names and values by turns. */
export type HeaderLines = readonly string[]

/** A request, and the way back to who sent it. */
export interface Call {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly url: string
  /** By lower-case names. */
  readonly headers: IncomingHttpHeaders
  /** The client is gone, or has its whole answer. */
  readonly isOver: boolean
  /** The body as it was sent. @throws S3Error IncompleteBody (the client went away), EntityTooLarge */
  body(most: number): Promise<Buffer>
  /** Calls `listener` once it is over. */
  onceOver(listener: () => void): void
  /** The whole answer, with a text for its body. */
  answer(status: number, headers: HeaderLines, text: string, encoding: 'latin1' | 'utf8'): void
  /** The head of an answer whose body is written after it. */
  begin(status: number, headers: HeaderLines): void
  /** More of the body. Resolves once still more can be written, or the client is gone; at once if undefined. */
  write(bytes: Buffer): Promise<void> | undefined
  /** The answer is whole. */
  end(): void
  /** A last part of the body, then the connection is broken off. */
  cutOff(part: string | Buffer): void
  /** Breaks the connection off with no answer. */
  reset(): void
}

/** A call that node:http has read. */
export class HttpCall implements Call {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    response.sendDate = false
  }

  get method(): string {
    return this.#request.method ?? 'GET'
  }

  get url(): string {
    return this.#request.url ?? '/'
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers
  }

  get isOver(): boolean {
    return this.#response.destroyed
  }

  async body(most: number): Promise<Buffer> {
    const { headers } = this.#request
    const announced = headers['content-length']
    if (announced === undefined && headers['transfer-encoding'] === undefined) return Buffer.alloc(0)
    if (Number(announced) > most) throw tooLarge(String(announced), most)
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of this.#request as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        size += chunk.length
        if (size > most) throw tooLarge(String(size), most)
      }
    } catch (error) {
      // The client went away; nobody will read the answer.
      throw error instanceof S3Error ? error : new S3Error('IncompleteBody')
    }
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)
  }

  onceOver(listener: () => void): void {
    this.#response.once('close', listener)
  }

  answer(status: number, headers: HeaderLines, text: string, encoding: 'latin1' | 'utf8'): void {
    this.begin(status, headers)
    if (text === '') this.#response.end()
    else this.#response.end(text, encoding)
  }

  begin(status: number, headers: HeaderLines): void {
    this.#response.writeHead(status, headers as string[])
  }

  write(bytes: Buffer): Promise<void> | undefined {
    return this.#response.write(bytes) ? undefined : drained(this.#response)
  }

  end(): void {
    this.#response.end()
  }

  cutOff(part: string | Buffer): void {
    this.#response.write(part, () => this.#response.destroy())
  }

  reset(): void {
    this.#request.socket.resetAndDestroy()
  }
}

function tooLarge(size: string, most: number): S3Error {
  return new S3Error('EntityTooLarge', {
    message: 'The playground keeps bodies in memory: send x-decant-synthetic instead of so many bytes',
    elements: { ProposedSize: size, MaxSizeAllowed: String(most) },
  })
}

/** Resolves once more can be written, or the client is gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
