import type { Answer, ContentRange } from './answer.ts'
import { httpTime } from './answer.ts'
import type { Call } from './call.ts'
import { readContent } from './content.ts'
import type { S3Error } from './errors.ts'
import { element } from './xml.ts'

export interface Sending {
  readonly requestId: string
  /** The server's time, in seconds since 1970. */
  readonly now: number
  /** The body is left out; its length is not. */
  readonly isHead: boolean
  /** Only the first half of the body, then the connection is broken off. */
  readonly breakOff: boolean
}

/** Writes the answer; resolves once the last byte was handed over or the client is gone, at once if undefined. */
export function send(call: Call, answer: Answer, sending: Sending): Promise<void> | undefined {
  const { body } = answer
  const headers = [
    'Server',
    'Decant-Playground',
    'Date',
    httpTime(sending.now),
    'x-amz-request-id',
    sending.requestId,
  ]
  for (const name in answer.headers) headers.push(name, answer.headers[name] ?? '')
  const length = typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0)
  if (answer.status !== 204 && answer.status !== 304) headers.push('Content-Length', String(length))
  if (sending.breakOff) {
    call.begin(answer.status, headers)
    call.cutOff(firstHalf(body))
  } else if (sending.isHead || body === undefined) {
    call.answer(answer.status, headers, '', 'latin1')
  } else if (typeof body === 'string') {
    // Node writes plain ASCII, which most documents are, faster as latin1.
    call.answer(answer.status, headers, body, length === body.length ? 'latin1' : 'utf8')
  } else {
    call.begin(answer.status, headers)
    return sendContent(call, body)
  }
  return undefined
}

function firstHalf(body: Answer['body']): string | Buffer {
  if (body === undefined) return ''
  if (typeof body === 'string') return body.slice(0, body.length / 2)
  const half = Math.min(Math.floor(body.length / 2), 1024 * 1024)
  return Buffer.concat([...readContent(body.content, body.start, half)])
}

async function sendContent(call: Call, { content, start, length }: ContentRange): Promise<void> {
  for (const chunk of readContent(content, start, length)) {
    if (call.isOver) return
    await call.write(chunk)
  }
  call.end()
}

/** S3's error document. */
export function errorDocument(error: S3Error, resource: string, requestId: string): string {
  const elements = Object.entries(error.elements).map(([name, text]) => element(name, text))
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error>' +
    element('Code', error.code) +
    element('Message', error.message) +
    elements.join('') +
    element('Resource', resource) +
    element('RequestId', requestId) +
    element('HostId', 'playground') +
    '</Error>'
  )
}
