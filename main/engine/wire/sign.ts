import { isUtf8 } from 'node:buffer'
import { createHmac, createSecretKey, hash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Credentials } from '#model/connection.ts'
import { amzDate } from '#model/dates.ts'
import { HeaderTexts } from './header-text.ts'
import type { HeaderStyle } from './header-text.ts'
import { HmacKey } from './hmac.ts'

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
 * The signing key depends on day and Region only and is kept; a request costs three hashes.
 */
export class Signer {
  readonly #service: 's3' | 'sts'
  readonly #keys = new Map<string, HmacKey>()
  #keysOf = ''
  #moment: Moment = { second: Number.NaN, region: '', date: '', day: '', scope: '', toSign: '' }
  readonly #texts = new HeaderTexts(SIGNED)

  constructor(service: 's3' | 'sts' = 's3') {
    this.#service = service
  }

  /** Appends the headers that authorise the request at the moment `at` (milliseconds since the epoch). */
  sign(request: ToSign, credentials: Credentials, region: string, at: number): void {
    const { headers, method, path, query, payload } = request
    const moment = this.#momentOf(at, region)
    const { date, scope } = moment
    headers.push('x-amz-content-sha256', payload, 'x-amz-date', date)
    if (credentials.sessionToken !== undefined) {
      headers.push('x-amz-security-token', credentials.sessionToken)
    }
    const texts = this.#texts.of(headers)
    const canonical = `${method}\n${path}\n${query}\n${texts.text(headers)}\n${texts.names}\n${payload}`
    const signature = this.#key(credentials, moment).sign(moment.toSign, sha256(canonical))
    headers.push(
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${texts.names}, Signature=${signature}`,
    )
  }

  #momentOf(at: number, region: string): Moment {
    const second = Math.floor(at / 1000)
    if (second !== this.#moment.second || region !== this.#moment.region) {
      const date = amzDate(at)
      const day = date.slice(0, 8)
      const scope = `${day}/${region}/${this.#service}/aws4_request`
      this.#moment = { second, region, date, day, scope, toSign: `AWS4-HMAC-SHA256\n${date}\n${scope}\n` }
    }
    return this.#moment
  }

  #key(credentials: Credentials, { day, region, scope }: Moment): HmacKey {
    if (this.#keysOf !== credentials.secretAccessKey || this.#keys.size > 64) {
      this.#keys.clear()
      this.#keysOf = credentials.secretAccessKey
    }
    let key = this.#keys.get(scope)
    if (!key) {
      key = new HmacKey(signingKey(credentials, day, region, this.#service))
      this.#keys.set(scope, key)
    }
    return key
  }
}

/** What the signatures of one second for one Region have in common. */
interface Moment {
  readonly second: number
  readonly region: string
  /** For x-amz-date. */
  readonly date: string
  /** `20261121`. */
  readonly day: string
  readonly scope: string
  /** What is signed begins so; the hash of the request follows. */
  readonly toSign: string
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
  // Of ASCII, which nearly all of them are, the bytes are those of UTF-8: no buffer is needed.
  const isAscii = Buffer.byteLength(canonical, 'utf8') === canonical.length
  return hash('sha256', isAscii ? canonical : Buffer.from(canonical, 'latin1'), 'hex')
}

/** In what is signed, headers stand by their names; of one name twice, the first stays the first. */
const SIGNED: HeaderStyle = {
  between: ':',
  end: '\n',
  order: (names) => {
    const signed = names.flatMap((name, at) => (UNSIGNED.has(name) ? [] : [{ name, at }]))
    signed.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return signed.map(({ at }) => at)
  },
  value: (_, value) => trimmed(value),
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
