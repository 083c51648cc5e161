import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Credentials, EndpointConfig } from '#model/connection.ts'
import { parseDate } from '#model/dates.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { Habits, isAws } from '../habits.ts'
import type { SeenHabits } from '../habits.ts'
import type { BucketAccess, EndpointHabits, Presign, PresignedLink } from '../storage.ts'
import { failureOf, regionHeader } from './answers.ts'
import type { AnswerHeaders, HttpAnswer } from './answer-reader.ts'
import { Connections } from './connections.ts'
import { CredentialKeeper } from './credentials.ts'
import type { ProvideCredentials } from './credentials.ts'
import { Dialer } from './dialer.ts'
import { encodeQuery } from './encode.ts'
import type { Query } from './encode.ts'
import { addressOf, pathOf } from './endpoint.ts'
import type { Address } from './endpoint.ts'
import { cancelled, networkFailure } from './network-failure.ts'
import type { Asked } from './asked.ts'
import type { Network } from './network.ts'
import { proxyFor } from './network.ts'
import { proxyLoginFailure } from './proxies.ts'
import { exchange, exchangeOpen, headersOf, readAnswer } from './http.ts'
import type { Body, HttpRequest, Line } from './http.ts'
import { CopyPatience, patienceFor } from './patience.ts'
import type { Timeouts } from './patience.ts'
import { presigned } from './presign.ts'
import { EMPTY_PAYLOAD, Signer, UNSIGNED_PAYLOAD } from './sign.ts'
import type { HeaderList } from './sign.ts'
import { Sockets } from './sockets.ts'
import { Watch } from './watch.ts'

export interface WireOptions {
  readonly config: EndpointConfig
  /** Asked again shortly before they expire, and once when the server says that they have. */
  readonly credentials: ProvideCredentials
  readonly seams: Seams
  /** The way out as it is at the moment: the same until it changes. */
  readonly network: () => Network
  readonly timeouts: Timeouts
  /** SHA-256 of the one certificate that is trusted, in hexadecimal digits. */
  readonly trustedCertificate?: string | undefined
  /** What every request to a bucket carries. */
  readonly access?: BucketAccess | undefined
  /** What a probe has seen of this endpoint. */
  readonly habits?: SeenHabits | undefined
}

export interface WireRequest extends Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly query?: Query
  readonly headers?: HeaderList
  readonly body?: Body | undefined
  /** Bytes; needed for a stream. */
  readonly size?: number
  /** Bytes that the server copies before it answers; Infinity where nobody knows. */
  readonly moves?: number
  /** x-amz-content-sha256, where it is not the body's hash. */
  readonly payload?: string
}

/** How one request was sent last, and what has been put right about it already. */
interface Sending {
  region: string
  clockOffset: number
  /** Undefined: it is not signed. */
  credentials: Credentials | undefined
  mended: readonly ('region' | 'clock' | 'credentials')[]
}

const MINUTE = 60_000
/** S3 refuses a request whose date is 15 minutes off; from here on the server's clock is used to sign. */
const SKEW = 5 * MINUTE
/** A server that wants signatures for another day is not helped: they could be used by somebody then. */
const MOST_SKEW = 24 * 60 * MINUTE
/** Bytes. Up to here a body's hash is signed; above, hashing costs more than it is worth. */
const HASHED_BODY = 64 * 1024
/** Milliseconds for which credentials that were fine are not doubted again. */
const BELIEVED = 1000
const NO_QUERY: Query = []
const NO_HEADERS: HeaderList = []
const NOTHING_MENDED: Sending['mended'] = []

/**
 * Sends signed requests to one endpoint. It repeats a request only where it was refused for how it was addressed or
 * signed (Region, clock, expired credentials), never because it failed: that is the engine's decision.
 */
export class WireClient {
  readonly requests: Record<string, number> = {}
  readonly config: EndpointConfig
  serverTime: number | undefined
  readonly #options: WireOptions
  readonly #habits: Habits
  readonly #access: HeaderList
  /** For answers that are read whole, and … */
  readonly #sockets: Sockets
  /** … for bodies that are streams. */
  readonly #line: Line
  readonly #credentials: CredentialKeeper
  readonly #signer = new Signer()
  readonly #patience: CopyPatience
  /** By bucket, each with the Region that it was made for. */
  readonly #addresses = new Map<string, { readonly region: string; readonly address: Address }>()
  readonly #regions = new Map<string, string>()
  readonly #regionAsked = new Map<string, Promise<string | undefined>>()
  #network: Network
  #expiredAsked:
    | {
        readonly credentials: Credentials | undefined
        readonly until: number
        readonly answer: Promise<Failure | undefined>
      }
    | undefined
  #clockOffset = 0
  #dateSeen = ''

  constructor(options: WireOptions) {
    this.#options = options
    this.config = options.config
    this.#habits = new Habits(options.config, options.habits)
    this.#access = accessHeaders(options.access)
    this.#network = options.network()
    const dialer = new Dialer(options.network, {
      secure: options.config.endpoint?.startsWith('http:') !== true,
      timeout: options.timeouts.connect,
      plain: 'absolute',
      trustedCertificate: options.trustedCertificate,
    })
    this.#patience = new CopyPatience(options.timeouts)
    const watch = new Watch(options.seams)
    this.#line = { connections: new Connections(dialer), watch }
    this.#sockets = new Sockets(dialer, watch, options.seams)
    this.#credentials = new CredentialKeeper(options.credentials, options.seams)
  }

  get habits(): EndpointHabits {
    return this.#habits.current
  }

  /** From here on, requests to this bucket go to that Region. */
  routeTo(bucket: string, region: string): void {
    this.#regions.set(bucket, region)
  }

  /** The answer of a request that succeeded, read whole. */
  async call(request: WireRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const sending = this.#ready() ?? (await this.#begin())
    for (;;) {
      const prepared = this.#prepare(request, sending, signal)
      const began = prepared.patience && this.#options.seams.now()
      let answer: HttpAnswer
      try {
        answer = await this.#send(prepared)
      } catch (error) {
        throw this.unanswered(request, error, signal)
      }
      this.#notice(answer.headers)
      if (answer.status < 300) {
        if (began !== undefined) this.#noteCopy(request, began)
        return answer
      }
      await this.#mend(request, sending, answer, signal)
    }
  }

  /** The same with the body unread, for objects. */
  async open(request: WireRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    const sending = this.#ready() ?? (await this.#begin())
    for (;;) {
      const prepared = this.#prepare(request, sending, signal)
      let refused: HttpAnswer
      try {
        const response = await exchangeOpen(this.#line, prepared)
        this.#notice(headersOf(response))
        if ((response.statusCode ?? 0) < 300) return response
        refused = await readAnswer(response)
      } catch (error) {
        throw this.unanswered(request, error, signal)
      }
      await this.#mend(request, sending, refused, signal)
    }
  }

  /** What a request, or a body in the middle of being read, died of. */
  unanswered(asked: Asked, error: unknown, signal?: AbortSignal): DecantError {
    if (signal?.aborted) return cancelled()
    return networkFailure(asked, error, serverName(this.config))
  }

  /** A link for one object; nothing is sent. */
  async presign(request: Presign): Promise<PresignedLink> {
    const { credentials } = await this.#begin()
    const region = this.#regions.get(request.bucket) ?? this.config.region
    const address = this.#address(region, request.bucket)
    const { target, host } = address
    const origin = `${target.secure ? 'https' : 'http'}://${host}`
    const path = pathOf(address, request.key)
    if (!credentials) {
      fail(
        'not-possible',
        'item',
        `There are no keys to sign a link with; what is public is at ${origin}${path}`,
      )
    }
    const at = this.#options.seams.now() + this.#clockOffset
    return presigned(request, { credentials, region, at, origin, path, host })
  }

  close(): void {
    this.#sockets.close()
    this.#line.connections.destroy()
  }

  /** Undefined where keys have to be asked for first. */
  #ready(): Sending | undefined {
    const credentials = this.#credentials.current
    if (credentials === undefined && !isAnonymous(this.config)) return undefined
    return { region: '', clockOffset: 0, credentials, mended: NOTHING_MENDED }
  }

  async #begin(): Promise<Sending> {
    const ready = this.#ready()
    if (ready) return ready
    const credentials = await this.#credentials.renew()
    return { region: '', clockOffset: 0, credentials, mended: NOTHING_MENDED }
  }

  async #exchange(request: WireRequest, prepared: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.#send(prepared)
    } catch (error) {
      throw this.unanswered(request, error, signal)
    }
  }

  #send(prepared: HttpRequest): Promise<HttpAnswer> {
    const { body } = prepared
    const whole = body === undefined || body instanceof Uint8Array
    return whole ? this.#sockets.exchange(prepared) : exchange(this.#line, prepared)
  }

  #prepare(request: WireRequest, sending: Sending, signal: AbortSignal | undefined): HttpRequest {
    const { method, body, operation } = request
    sending.region = this.#regions.get(request.bucket ?? '') ?? this.config.region
    sending.clockOffset = this.#clockOffset
    const network = this.#options.network()
    if (network !== this.#network) this.#leaveBy(network)
    const address = this.#address(sending.region, request.bucket)
    const path = pathOf(address, request.key)
    const query = encodeQuery(request.query ?? NO_QUERY)
    const headers = ['host', address.host].concat(request.headers ?? NO_HEADERS)
    if (this.#access.length > 0 && request.bucket !== undefined) headers.push(...this.#access)
    if (body !== undefined || method === 'PUT' || method === 'POST') {
      headers.push('content-length', String(request.size ?? (body as Uint8Array | undefined)?.length ?? 0))
    }
    if (sending.credentials) {
      this.#signer.sign(
        { method, path, query, headers, payload: request.payload ?? payloadHash(body) },
        sending.credentials,
        sending.region,
        this.#options.seams.now() + sending.clockOffset,
      )
    }
    headers.push('user-agent', 'decant')
    if (address.proxyAuthorization !== undefined) {
      headers.push('proxy-authorization', address.proxyAuthorization)
    }
    this.requests[operation] = (this.requests[operation] ?? 0) + 1
    return {
      target: address.target,
      method,
      path: query === '' ? address.origin + path : `${address.origin}${path}?${query}`,
      headers,
      body,
      signal,
      idleTimeout: patienceFor(request.moves, this.#options.timeouts),
      patience: this.#patience.watcher(request.moves),
    }
  }

  #address(region: string, bucket: string | undefined): Address {
    const known = this.#addresses.get(bucket ?? '')
    if (known?.region === region) return known.address
    const address = addressOf(this.config, this.#network, region, bucket)
    this.#addresses.set(bucket ?? '', { region, address })
    return address
  }

  /** How fast the server copies; what completes an upload copies nothing. */
  #noteCopy({ operation, moves = 0 }: WireRequest, began: number): void {
    if (operation !== 'CompleteMultipartUpload')
      this.#patience.finished(moves, began, this.#options.seams.now())
  }

  /** The settings changed: from here on nothing goes by the old way. */
  #leaveBy(network: Network): void {
    this.#network = network
    this.#addresses.clear()
    this.#sockets.renew()
    this.#line.connections.renew()
  }

  /** What every answer tells: who the server is, and what time it is there. */
  #notice(headers: AnswerHeaders): void {
    const { date } = headers
    if (date !== undefined && date !== this.#dateSeen) {
      this.#dateSeen = date
      const at = parseDate(date)
      if (at !== undefined) {
        this.serverTime = at
        const offset = at - this.#options.seams.now()
        const helps = Math.abs(offset) > SKEW && Math.abs(offset) < MOST_SKEW
        this.#clockOffset = helps ? offset : 0
      }
    }
    this.#habits.notice(headers)
  }

  /** Returns if the request is to be sent again, put right; throws its failure otherwise. */
  async #mend(
    request: WireRequest,
    sending: Sending,
    answer: HttpAnswer,
    signal?: AbortSignal,
  ): Promise<void> {
    if (answer.status === 407) this.#refusedByProxy(request, sending)
    const { failure: said, region: named } = failureOf(request, answer, this.#options.access)
    const unsaid = isUnsaid(answer, sending) ? await this.#askExpired(sending) : undefined
    const failure = unsaid ?? (sending.credentials ? said : withoutKeys(said))
    const lost = failure.code === 'wrong-region' || (answer.status === 400 && failure.s3?.code === '')
    const region = named ?? (lost ? await this.#askRegion(request, sending, signal) : undefined)
    const what = await this.#mendable(request, sending, failure.code, region)
    if (what === undefined || sending.mended.includes(what)) throw new DecantError(failure)
    const again = request.body === undefined || request.body instanceof Uint8Array
    // Half of a stream is gone: who has it begins anew, by what was put right here.
    if (!again) throw new DecantError({ ...failure, reach: 'attempt' })
    sending.mended = [...sending.mended, what]
  }

  /**
   * A HEAD is refused without a word, for expired credentials with 400, as for a missing SSE-C key. So a request that
   * is answered in words is sent with them: one for all who wonder, and none for a while where they were fine.
   */
  #askExpired(sending: Sending): Promise<Failure | undefined> {
    const now = this.#options.seams.now()
    const { credentials } = sending
    const known = this.#expiredAsked
    if (known && known.credentials === credentials && now < known.until) return known.answer
    const ask = { operation: 'ListBuckets', method: 'GET' } as const
    // Many wait for it: nobody's signal ends it.
    const answer = this.#exchange(ask, this.#prepare(ask, { ...sending }, undefined)).then((words) => {
      const failure = words.status < 300 ? undefined : failureOf(ask, words).failure
      return failure?.code === 'credentials-expired' ? failure : undefined
    })
    this.#expiredAsked = { credentials, until: now + BELIEVED, answer }
    // A question that was not answered is asked again.
    answer.catch(() => (this.#expiredAsked = undefined))
    return answer
  }

  #refusedByProxy({ bucket }: WireRequest, { region }: Sending): void {
    const proxy = proxyFor(this.#address(region, bucket).target, this.#network)
    if (proxy) throw proxyLoginFailure(proxy, this.#network)
  }

  /**
   * AWS names the bucket's Region in every answer to HeadBucket, a refusal too; some redirects do not. One request a
   * bucket, and only after such a redirect.
   */
  #askRegion(request: WireRequest, sending: Sending, signal?: AbortSignal): Promise<string | undefined> {
    const { bucket } = request
    if (bucket === undefined || request.operation === 'HeadBucket' || !isAws(this.config)) {
      return Promise.resolve(undefined)
    }
    let asked = this.#regionAsked.get(bucket)
    if (!asked) {
      const ask = { operation: 'HeadBucket', bucket, method: 'HEAD' } as const
      asked = this.#exchange(ask, this.#prepare(ask, { ...sending }, signal), signal).then((answer) =>
        regionHeader(answer.headers),
      )
      // A question that was not answered is asked again.
      asked.catch(() => this.#regionAsked.delete(bucket))
      this.#regionAsked.set(bucket, asked)
    }
    return asked
  }

  async #mendable(
    request: WireRequest,
    sending: Sending,
    code: string,
    region: string | undefined,
  ): Promise<'region' | 'clock' | 'credentials' | undefined> {
    if (region !== undefined && region !== sending.region && request.bucket !== undefined) {
      this.#regions.set(request.bucket, region)
      return 'region'
    }
    // A HEAD is refused without a word: 403, and the Date header tells why.
    const refused = code === 'clock-skew' || code === 'access-denied'
    if (refused && Math.abs(this.#clockOffset - sending.clockOffset) > SKEW) return 'clock'
    if (
      code === 'credentials-expired' &&
      sending.credentials &&
      (await this.#credentials.replace(sending.credentials))
    ) {
      sending.credentials = await this.#begin().then((begun) => begun.credentials)
      return 'credentials'
    }
    return undefined
  }
}

/** Whether it may be the session that has ended, which no body says. */
function isUnsaid({ status, text }: HttpAnswer, { credentials }: Sending): boolean {
  return status === 400 && text === '' && credentials?.sessionToken !== undefined
}

function isAnonymous({ credentials }: EndpointConfig): boolean {
  return credentials.kind === 'anonymous'
}

/** Nobody has signed: what is denied is denied to everybody. */
export function withoutKeys(failure: Failure): Failure {
  if (failure.code !== 'access-denied') return failure
  const message = failure.message.replace(
    /^These keys may not do (.*?)\.(?= |$)/,
    'Without keys nobody may do $1.',
  )
  return { ...failure, message }
}

/** The lines that each request to a bucket carries besides its own. */
export function accessHeaders(access: BucketAccess | undefined): HeaderList {
  const headers: HeaderList = []
  if (access?.owner !== undefined) headers.push('x-amz-expected-bucket-owner', access.owner)
  if (access?.requesterPays === true) headers.push('x-amz-request-payer', 'requester')
  return headers
}

/** The endpoint as a sentence names it. */
export function serverName(config: EndpointConfig): string {
  return config.endpoint === undefined ? 'AWS' : new URL(config.endpoint).host
}

function payloadHash(body: Body | undefined): string {
  if (body === undefined) return EMPTY_PAYLOAD
  if (!(body instanceof Uint8Array) || body.length > HASHED_BODY) return UNSIGNED_PAYLOAD
  return createHash('sha256').update(body).digest('hex')
}
