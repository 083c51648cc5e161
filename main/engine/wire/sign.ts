import { isUtf8 } from 'node:buffer'
import { createHash, createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Credentials } from '#model/connection.ts'
import { amzDate } from '#model/dates.ts'

/** Names and values by turns, names in lower case: `['host', 'h', 'x-amz-date', '…']`. */
export type HeaderList = string[]

/** SHA-256 of nothing, the payload hash of a request without a body. */
export const EMPTY_PAYLOAD = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
/** For bodies that are streamed: their bytes are not part of the signature. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** What proxies may change on the way, and therefore is not signed. */
const UNSIGNED = new Set(['authorization', 'cache-control', 'connection', 'expect', 'user-agent', 'te'])

export interface ToSign {
  readonly method: string
  /** Encoded, as it stands in the request line. */
  readonly path: string
  /** Encoded and sorted (encodeQuery). */
  readonly query: string
  /** With host; gains x-amz-date, x-amz-content-sha256, x-amz-security-token and authorization. */
  readonly headers: HeaderList
  readonly payload: string
}

/**
 * Signature Version 4 in the Authorization header.
 * Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)".
 *
 * The signing key depends on day and Region only and is kept; a request costs one hash and one HMAC.
 */
export class Signer {
  readonly #service: 's3' | 'sts'
  readonly #keys = new Map<string, KeyObject>()
  #keysOf = ''
  #second = Number.NaN
  #date = ''

  constructor(service: 's3' | 'sts' = 's3') {
    this.#service = service
  }

  /** Appends the headers that authorise the request at the moment `at` (milliseconds since the epoch). */
  sign(request: ToSign, credentials: Credentials, region: string, at: number): void {
    const { headers } = request
    const date = this.#dateAt(at)
    headers.push('x-amz-content-sha256', request.payload, 'x-amz-date', date)
    if (credentials.sessionToken !== undefined) {
      headers.push('x-amz-security-token', credentials.sessionToken)
    }
    const { lines, names } = canonicalHeaders(headers)
    const canonical = `${request.method}\n${request.path}\n${request.query}\n${lines}\n${names}\n${request.payload}`
    const day = date.slice(0, 8)
    const scope = `${day}/${region}/${this.#service}/aws4_request`
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`
    const signature = createHmac('sha256', this.#key(credentials, day, region))
      .update(toSign)
      .digest('hex')
    headers.push(
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    )
  }

  #dateAt(at: number): string {
    const second = Math.floor(at / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#date = amzDate(at)
    }
    return this.#date
  }

  #key(credentials: Credentials, day: string, region: string): KeyObject {
    const name = `${day}/${region}`
    if (this.#keysOf !== credentials.secretAccessKey || this.#keys.size > 64) {
      this.#keys.clear()
      this.#keysOf = credentials.secretAccessKey
    }
    let key = this.#keys.get(name)
    if (!key) {
      key = signingKey(credentials, day, region, this.#service)
      this.#keys.set(name, key)
    }
    return key
  }
}

/** Good for one day (`20261121`) and Region. */
export function signingKey(
  { secretAccessKey }: Credentials,
  day: string,
  region: string,
  service: 's3' | 'sts' = 's3',
): KeyObject {
  const chain = [day, region, service, 'aws4_request']
  const start: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
  return createSecretKey(
    chain.reduce((secret, part) => createHmac('sha256', secret).update(part).digest(), start),
  )
}

/** Header values travel as bytes, one a character (`latin1`): that is also what is hashed. */
function sha256(canonical: string): string {
  return createHash('sha256').update(canonical, 'latin1').digest('hex')
}

/** `name:value\n` sorted by name, and the names joined by `;`. Insertion sort: there are ten of them. */
function canonicalHeaders(headers: HeaderList): { lines: string; names: string } {
  const order: number[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (UNSIGNED.has(name)) continue
    let place = order.length
    while (place > 0 && (headers[order[place - 1] as number] as string) > name) place--
    order.splice(place, 0, at)
  }
  let lines = ''
  let names = ''
  for (const at of order) {
    lines += `${headers[at]}:${trimmed(headers[at + 1] as string)}\n`
    names += names === '' ? headers[at] : `;${headers[at]}`
  }
  return { lines, names }
}

/** Spaces at both ends go, runs of them inside become one. */
function trimmed(value: string): string {
  return /^\s|\s$|\s\s/.test(value) ? value.replace(/\s+/g, ' ').trim() : value
}

// eslint-disable-next-line no-control-regex -- the question is whether there is anything but ASCII
const ASCII = /^[\x00-\x7f]*$/
/** A byte that is no UTF-8 stands in a text as the lone surrogate U+DC00 + byte, so that it can be sent as it came. */
const RAW = 0xdc00

/** A header value as bytes, one a character: UTF-8, and what is no UTF-8 as it came. Plain ASCII comes back as it is. */
export function headerBytes(value: string): string {
  if (ASCII.test(value)) return value
  if (value.isWellFormed()) return Buffer.from(value, 'utf8').toString('latin1')
  return value.replace(/[\udc80-\udcff]|[^\udc80-\udcff]+/gu, (run) => {
    const code = run.charCodeAt(0)
    const isRaw = run.length === 1 && code >= RAW + 0x80 && code <= RAW + 0xff
    return isRaw ? String.fromCharCode(code - RAW) : Buffer.from(run, 'utf8').toString('latin1')
  })
}

/** What came in as one character a byte, read as UTF-8. Bytes that are none are kept: `headerBytes` gives them back. */
export function headerText(value: string): string {
  if (ASCII.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at)
    text += character ?? String.fromCharCode(RAW + (bytes[at] ?? 0))
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return text
}

/** The one character whose UTF-8 begins at `at`; undefined where none does. */
function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let length = 1; length <= 4; length++) {
    const some = bytes.subarray(at, at + length)
    if (some.length === length && isUtf8(some)) return some.toString('utf8')
  }
  return undefined
}
