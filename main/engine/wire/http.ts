import type { ClientRequest, IncomingMessage } from 'node:http'
import { MAX_ANSWER } from './answer-reader.ts'
import type { AnswerHeaders, HttpAnswer } from './answer-reader.ts'
import type { Connections } from './connections.ts'
import type { Target } from './network.ts'
import { request as httpRequest } from './node-http.ts'
import type { Heard } from './patience.ts'
import { withCode } from './socket-open.ts'
import type { HeaderList } from './sign.ts'
import { reasonOf } from './watch.ts'
import type { UnderWay, Watch } from './watch.ts'

export type Body = Uint8Array | AsyncIterable<Uint8Array>

export interface HttpRequest {
  readonly target: Target
  readonly method: string
  /** Path and query, encoded. */
  readonly path: string
  /** Signed; with host and, where there is a body, content-length. */
  readonly headers: HeaderList
  readonly body: Body | undefined
  /** Milliseconds without a byte in either direction after which nobody is thought to be there. */
  readonly idleTimeout: number
  /** The same where it follows from what is heard meanwhile; never more. */
  readonly patience?: ((heard: Heard) => number) | undefined
  readonly signal: AbortSignal | undefined
  /** Bytes of the answer that are read; what comes after them is left. Absent: one that long is a failure. */
  readonly mostAnswer?: number | undefined
}

/** What all requests of a client share. */
export interface Line {
  readonly connections: Connections
  readonly watch: Watch
}

/** Requests over node:http, for bodies that are streams. What is read whole goes over sockets.ts. */

/** Sends one request and reads the answer whole. Rejects with Node's own errors, unmapped. */
export function exchange(line: Line, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage): void => readWhole(response, resolve, reject, request.mostAnswer)
    send(line, request, read, reject)
  })
}

/** Sends one request and hands over the answer with its body unread; the caller reads or destroys it. */
export function exchangeOpen(line: Line, request: HttpRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => send(line, request, resolve, reject))
}

/** Reads what exchangeOpen left unread, for the words of an error. */
export function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => readWhole(response, resolve, reject))
}

function send(
  line: Line,
  request: HttpRequest,
  onResponse: (response: IncomingMessage) => void,
  reject: (error: unknown) => void,
): void {
  const { target, body, signal } = request
  if (signal?.aborted) return reject(reasonOf(signal))
  const { connections, watch } = line
  const sent = httpRequest({
    agent: connections,
    protocol: connections.protocol,
    host: target.host,
    port: target.port,
    method: request.method,
    path: request.path,
    headers: request.headers,
    setHost: false,
  })
  let response: IncomingMessage | undefined
  const underWay: UnderWay = {
    limit: request.idleTimeout,
    signal,
    bytes: () => (sent.socket ? sent.socket.bytesRead + sent.socket.bytesWritten : 0),
    // A reader that is slower than the time limit is not a server that hangs.
    waitsForUs: () => response !== undefined && response.readableLength > 0,
    stop(error) {
      if (response) response.destroy(error)
      else sent.destroy(error)
    },
  }
  watch.add(underWay)
  watch.begin(underWay)
  sent.on('error', reject)
  sent.on('close', () => {
    watch.end()
    watch.remove(underWay)
  })
  sent.on('response', (answer) => {
    response = answer
    onResponse(answer)
  })
  if (body === undefined || body instanceof Uint8Array) sent.end(body)
  else void pump(body, sent, reject)
}

function readWhole(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: unknown) => void,
  cut?: number,
): void {
  let first: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  const done = (): void => {
    const text = more ? Buffer.concat(more).toString('utf8') : (first?.toString('utf8') ?? '')
    resolve({ status: response.statusCode ?? 0, headers: headersOf(response), text })
  }
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (cut !== undefined && size > cut) {
      done()
      response.destroy()
    } else if (size > MAX_ANSWER)
      response.destroy(withCode('the answer is longer than any of S3', 'ETOOLONG'))
    else if (!first) first = chunk
    else (more ??= [first]).push(chunk)
  })
  response.on('error', reject)
  response.on('end', done)
}

/** Every header as one text. */
export function headersOf(response: IncomingMessage): AnswerHeaders {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

/** Writes a stream no faster than the connection takes it. */
async function pump(
  body: AsyncIterable<Uint8Array>,
  sent: ClientRequest,
  reject: (error: unknown) => void,
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (sent.destroyed) return
      if (!sent.write(chunk)) await drained(sent)
    }
    sent.end()
  } catch (error) {
    reject(error)
    sent.destroy()
  }
}

function drained(sent: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      sent.off('drain', done).off('close', done)
      resolve()
    }
    sent.on('drain', done).on('close', done)
  })
}
