import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Address } from './address.ts'
import { S3Error } from './errors.ts'
import { HmacKey } from './hmac.ts'
import { signingEncode, toByteKey } from './keys.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Required of every request, if given. */
  readonly sessionToken?: string
  /** Its time is over. */
  readonly expired?: boolean
}

/** What a verified request was signed with; the chunks of a streamed body go on from it. */
export interface Verified {
  readonly signature: string
  readonly signingKey: HmacKey
  /** 20261121T012318Z */
  readonly dateTime: string
  /** 20261121/eu-central-1/s3/aws4_request */
  readonly scope: string
  /** The value of x-amz-content-sha256: a hash in hex, or one of S3's words. */
  readonly payload: string
  readonly accessKeyId: string
}

/** In seconds since 1970. */
export interface TimeSpan {
  readonly earliest: number
  readonly latest: number
}

/** Finds the secret of an access key. */
export type KeyRing = (accessKeyId: string) => Credentials | undefined

interface Claim extends Scope {
  readonly signedHeaders: SignedHeaders
  readonly signature: string
  readonly dateTime: string
  readonly payload: string
  readonly presigned: boolean
}

/** The names that a signature is about. */
interface SignedHeaders {
  /** As they were sent. */
  readonly text: string
  /** In their order. */
  readonly names: readonly string[]
  readonly has: ReadonlySet<string>
}

/** What a client says in the same words with each request of a day: Authorization up to its signature. */
interface Heading {
  readonly scope: Scope
  readonly signedHeaders: SignedHeaders
}

/** So many of what is the same from request to request are kept. */
const MOST_KEPT = 100

const ALGORITHM = 'AWS4-HMAC-SHA256'
const SIGNATURE = 'Signature='
const MOST_SKEW_SECONDS = 15 * 60
const LONGEST_PRESIGN_SECONDS = 7 * 24 * 3600

/** Neither a header nor a query says who asks. */
export function isUnsigned(headers: IncomingHttpHeaders, query: ReadonlyMap<string, string>): boolean {
  return headers.authorization === undefined && !query.has('X-Amz-Algorithm') && !query.has('X-Amz-Signature')
}

/** What a request without a signature comes with: nothing about its body is promised. */
export const UNSIGNED: Verified = {
  signature: '',
  signingKey: new HmacKey(Buffer.alloc(1)),
  dateTime: '',
  scope: '',
  payload: 'UNSIGNED-PAYLOAD',
  accessKeyId: '',
}

/**
 * Checks AWS signature version 4, in the Authorization header or in a presigned URL's query.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export class SignatureVerifier {
  readonly #keys: KeyRing
  /** Signing keys by access key and scope: one a day and Region, so there are few. */
  readonly #signingKeys = new Map<string, HmacKey>()
  readonly #headings = new Map<string, Heading>()

  constructor(keys: KeyRing) {
    this.#keys = keys
  }

  /**
   * `time` is what the time may be.
   * @throws S3Error with the reason that S3 would give
   */
  verify(method: string, headers: IncomingHttpHeaders, address: Address, time: TimeSpan): Verified {
    const claim =
      headers.authorization === undefined
        ? claimFromQuery(address.query)
        : this.#claimFromHeader(headers.authorization, headers)
    const { secretAccessKey } = this.#credentials(claim, headers, address.query)
    checkTime(claim, address.query, time)
    requireSigned(claim, headers)
    const signingKey = this.#signingKey(claim, secretAccessKey)
    const query = canonicalQuery(address.query)
    const sent = canonicalRequest(method, address.rawPath, query, headers, claim)
    if (!this.#matches(sent, signingKey, claim)) {
      // Some clients send a path encoded otherwise than they signed it; AWS normalises it.
      const path = signingEncode(toByteKey(decodeURIComponent(address.rawPath)), true)
      const normalised = canonicalRequest(method, path, query, headers, claim)
      if (!this.#matches(normalised, signingKey, claim)) throw mismatch(sent, claim)
    }
    const { signature, dateTime, scope, payload, accessKeyId } = claim
    return { signature, signingKey, dateTime, scope, payload, accessKeyId }
  }

  /** What stands before the signature is read once, where the signature is the end of the header. */
  #claimFromHeader(authorization: string, headers: IncomingHttpHeaders): Claim {
    const start = authorization.lastIndexOf(SIGNATURE) + SIGNATURE.length
    const words = authorization.slice(0, start)
    let signature = authorization.slice(start)
    let heading = this.#headings.get(words)
    const fields = heading === undefined ? readAuthorization(authorization) : undefined
    const payload = headers['x-amz-content-sha256']
    if (typeof payload !== 'string') {
      throw new S3Error('InvalidRequest', {
        message: 'Missing required header for this request: x-amz-content-sha256',
      })
    }
    if (heading === undefined) {
      const named = fields?.get('Signature') ?? ''
      heading = headingOf(fields)
      if (named === signature) this.#keep(words, heading)
      signature = named
    }
    const { accessKeyId, date, region, scope } = heading.scope
    return {
      accessKeyId,
      date,
      region,
      scope,
      signedHeaders: heading.signedHeaders,
      signature,
      dateTime: String(headers['x-amz-date'] ?? dateTimeFrom(headers.date)),
      payload,
      presigned: false,
    }
  }

  #keep(words: string, heading: Heading): void {
    if (this.#headings.size >= MOST_KEPT) this.#headings.clear()
    this.#headings.set(words, heading)
  }

  #credentials(
    { accessKeyId, presigned }: Claim,
    headers: IncomingHttpHeaders,
    query: ReadonlyMap<string, string>,
  ): Credentials {
    const credentials = this.#keys(accessKeyId)
    if (credentials === undefined) {
      throw new S3Error('InvalidAccessKeyId', { elements: { AWSAccessKeyId: accessKeyId } })
    }
    const token = presigned ? query.get('X-Amz-Security-Token') : headers['x-amz-security-token']
    if (token !== credentials.sessionToken) throw new S3Error('InvalidToken')
    if (credentials.expired === true) throw new S3Error('ExpiredToken')
    return credentials
  }

  #signingKey({ accessKeyId, date, region, scope }: Claim, secretAccessKey: string): HmacKey {
    const name = `${accessKeyId}/${scope}`
    const known = this.#signingKeys.get(name)
    if (known !== undefined) return known
    const secret = Buffer.from(`AWS4${secretAccessKey}`)
    const words = [date, region, 's3', 'aws4_request']
    const key = words.reduce((previous, word) => previous.derive(word), new HmacKey(secret))
    if (this.#signingKeys.size >= MOST_KEPT) this.#signingKeys.clear()
    this.#signingKeys.set(name, key)
    return key
  }

  #matches(request: string, signingKey: HmacKey, claim: Claim): boolean {
    return signingKey.verifies(stringToSign(request, claim), claim.signature)
  }
}

function checkTime(claim: Claim, query: ReadonlyMap<string, string>, { earliest, latest }: TimeSpan): void {
  const signedAt = parseDateTime(claim.dateTime)
  if (signedAt === undefined || !claim.dateTime.startsWith(claim.date)) {
    throw malformed(claim, 'Invalid credential date. This date is not the same as X-Amz-Date.')
  }
  if (claim.presigned) {
    const expires = Number(query.get('X-Amz-Expires'))
    if (!Number.isInteger(expires) || expires < 1 || expires > LONGEST_PRESIGN_SECONDS) {
      throw malformed(claim, 'X-Amz-Expires must be a number of seconds from 1 to 604800')
    }
    if (earliest > signedAt + expires) throw new S3Error('AccessDenied', { message: 'Request has expired' })
    if (signedAt > latest + MOST_SKEW_SECONDS) {
      throw new S3Error('AccessDenied', { message: 'Request is not valid yet' })
    }
  } else if (signedAt < earliest - MOST_SKEW_SECONDS || signedAt > latest + MOST_SKEW_SECONDS) {
    throw new S3Error('RequestTimeTooSkewed', {
      elements: {
        RequestTime: claim.dateTime,
        ServerTime: new Date(latest * 1000).toISOString(),
        MaxAllowedSkewMilliseconds: String(MOST_SKEW_SECONDS * 1000),
      },
    })
  }
}

export function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'hex')
}

/** The fields of an Authorization header. @throws S3Error InvalidRequest */
function readAuthorization(authorization: string): ReadonlyMap<string, string> {
  const fields = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization)?.[1]
  if (fields === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    })
  }
  const named = new Map<string, string>()
  for (const field of fields.split(',')) {
    const equals = field.indexOf('=')
    named.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim())
  }
  return named
}

function headingOf(fields: ReadonlyMap<string, string> | undefined): Heading {
  return {
    scope: scopeOf(fields?.get('Credential'), 'AuthorizationHeaderMalformed'),
    signedHeaders: signedHeadersOf(fields?.get('SignedHeaders')),
  }
}

function signedHeadersOf(text = ''): SignedHeaders {
  const names = text.split(';')
  return { text, names, has: new Set(names) }
}

function claimFromQuery(query: ReadonlyMap<string, string>): Claim {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw new S3Error('AccessDenied')
  return {
    ...scopeOf(query.get('X-Amz-Credential'), 'AuthorizationQueryParametersError'),
    signedHeaders: signedHeadersOf(query.get('X-Amz-SignedHeaders')),
    signature: query.get('X-Amz-Signature') ?? '',
    dateTime: query.get('X-Amz-Date') ?? '',
    payload: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    presigned: true,
  }
}

interface Scope {
  readonly accessKeyId: string
  readonly date: string
  readonly scope: string
  readonly region: string
}

type MalformedCode = 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError'

function scopeOf(credential: string | undefined, code: MalformedCode): Scope {
  const match = /^([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(credential ?? '')
  const [, accessKeyId, scope, date, region, service] = match ?? []
  if (accessKeyId === undefined || scope === undefined || date === undefined || region === undefined) {
    throw new S3Error(code, {
      message: 'The Credential must be of the form access-key/YYYYMMDD/region/s3/aws4_request',
    })
  }
  if (service !== 's3') {
    throw new S3Error(code, { message: `The credential names the service '${service}'; expecting 's3'` })
  }
  return { accessKeyId, scope, date, region }
}

/** S3 wants the host and all x-amz- headers signed, so that nobody can add one on the way. */
function requireSigned(claim: Claim, headers: IncomingHttpHeaders): void {
  const { has } = claim.signedHeaders
  const missing: string[] = has.has('host') ? [] : ['host']
  for (const name in headers) {
    if (has.has(name) || !name.startsWith('x-amz-')) continue
    if (!(claim.presigned && name === 'x-amz-content-sha256')) missing.push(name)
  }
  if (missing.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      elements: { HeadersNotSigned: missing.join(', ') },
    })
  }
}

function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: IncomingHttpHeaders,
  { signedHeaders, payload }: Claim,
): string {
  let lines = ''
  for (const name of signedHeaders.names) {
    const value = String(headers[name] ?? '')
    lines += `${name}:${value.includes('  ') ? value.replace(/ +/g, ' ').trim() : value.trim()}\n`
  }
  return `${method}\n${path}\n${query}\n${lines}\n${signedHeaders.text}\n${payload}`
}

function canonicalQuery(query: ReadonlyMap<string, string>): string {
  if (query.size === 0) return ''
  const pairs: (readonly [name: string, value: string])[] = []
  for (const [name, value] of query) {
    if (name === 'X-Amz-Signature') continue
    pairs.push([signingEncode(toByteKey(name), false), signingEncode(toByteKey(value), false)])
  }
  // By name: annotation comes before annotation-prefix, though `=` sorts after the hyphen.
  pairs.sort(([left], [right]) => (left < right ? -1 : 1))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function stringToSign(request: string, { dateTime, scope }: Claim): string {
  // Header values are bytes; Node hands them over as latin1.
  return `${ALGORITHM}\n${dateTime}\n${scope}\n${sha256(Buffer.from(request, 'latin1'))}`
}

function mismatch(request: string, claim: Claim): S3Error {
  return new S3Error('SignatureDoesNotMatch', {
    elements: {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: stringToSign(request, claim),
      SignatureProvided: claim.signature,
      CanonicalRequest: withoutCustomerKeys(request),
    },
  })
}

/** The keys of SSE-C are never said again, not even to who sent them: answers end up in logs. */
function withoutCustomerKeys(request: string): string {
  return request.replace(/^(x-amz-[a-z-]*server-side-encryption-customer-key(?:-md5)?):.*$/gm, '$1:…')
}

function malformed({ presigned }: Claim, message: string): S3Error {
  return new S3Error(presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed', {
    message,
  })
}

let lastDateTime: { readonly text: string; readonly seconds: number | undefined } = {
  text: '',
  seconds: undefined,
}

/** 20261121T012318Z in seconds since 1970. Requests of one second say the same, so the last one read is kept. */
function parseDateTime(text: string): number | undefined {
  if (lastDateTime.text !== text) lastDateTime = { text, seconds: readDateTime(text) }
  return lastDateTime.seconds
}

function readDateTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000
}

/** A Date header in the form of X-Amz-Date. */
function dateTimeFrom(date: string | undefined): string {
  const milliseconds = date === undefined ? NaN : Date.parse(date)
  if (Number.isNaN(milliseconds)) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    })
  }
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
