import { createHash, createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { PlaygroundAddress } from './playground.ts'

/** One request, told in full: nothing is added but the signature. */
export interface RawRequest {
  readonly method: string
  /** Encoded, with the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** The value of x-amz-content-sha256; the body's hash if left out. */
  readonly payload?: string
  /** Seconds by which the client's clock is ahead. */
  readonly skew?: number
  readonly secretAccessKey?: string
  readonly accessKeyId?: string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** A client that signs by hand, independent of the AWS SDK and of the engine. */
export class RawS3 {
  readonly #address: PlaygroundAddress
  readonly #agent: Agent
  readonly #keys = new Map<string, Buffer>()
  readonly host: string
  readonly port: string

  constructor(address: PlaygroundAddress, sockets = 8) {
    this.#address = address
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets })
    const url = new URL(address.endpoint)
    this.host = url.host
    this.port = url.port
  }

  async send(raw: RawRequest): Promise<RawAnswer> {
    return this.exchange(raw.method, raw.path, this.sign(raw), raw.body)
  }

  /** The request's headers with its signature. */
  sign(raw: RawRequest): Record<string, string> {
    const dateTime = amzDate(raw.skew ?? 0)
    const payload = raw.payload ?? sha256(raw.body ?? '')
    const headers: Record<string, string> = {
      host: this.host,
      'x-amz-date': dateTime,
      'x-amz-content-sha256': payload,
      ...raw.headers,
    }
    const names = Object.keys(headers).sort()
    const [path = '/', query = ''] = raw.path.split('?')
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
    const sortedQuery = query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .sort()
      .join('&')
    const canonical = `${raw.method}\n${path}\n${sortedQuery}\n${lines}\n${names.join(';')}\n${payload}`
    const scope = `${dateTime.slice(0, 8)}/us-east-1/s3/aws4_request`
    const key = this.signingKey(raw.secretAccessKey ?? this.#address.secretAccessKey, dateTime.slice(0, 8))
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${dateTime}\n${scope}\n${sha256(canonical)}`).toString(
      'hex',
    )
    const accessKeyId = raw.accessKeyId ?? this.#address.accessKeyId
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
    return headers
  }

  signingKey(secret: string, date: string): Buffer {
    const known = this.#keys.get(secret + date)
    if (known !== undefined) return known
    const key = ['us-east-1', 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, date))
    this.#keys.set(secret + date, key)
    return key
  }

  exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<RawAnswer> {
    const { hostname, port } = new URL(this.#address.endpoint)
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve, reject) => {
      const sent = request(
        { agent: this.#agent, hostname, port, method, path, headers: { ...headers, ...length } },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const bytes = Buffer.concat(chunks)
            const { statusCode = 0, headers: answered } = answer
            resolve({ status: statusCode, headers: answered, body: bytes, text: bytes.toString('utf8') })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** 20261121T012318Z, `skew` seconds from now. */
export function amzDate(skew: number): string {
  return new Date(Date.now() + skew * 1000).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
