import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { EndpointConfig } from '#model/connection.ts'
import { dateAt, parseDate } from '#model/dates.ts'
import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { Habits, isAws } from '../habits.ts'
import type { BucketAccess, EndpointHabits } from '../storage.ts'
import { accessHeaders, serverName, withoutKeys } from '../wire/client.ts'
import type { WireOptions } from '../wire/client.ts'
import { patienceFor } from '../wire/patience.ts'
import { Connections } from '../wire/connections.ts'
import { Dialer } from '../wire/dialer.ts'
import { badAnswer, s3Failure } from '../wire/errors.ts'
import { cancelled, networkFailure } from '../wire/network-failure.ts'
import type { Asked } from '../wire/asked.ts'
import type { Network } from '../wire/network.ts'
import { headerBytes, headerText } from '../wire/sign.ts'

/** What a call of the SDK takes besides its command. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal
  readonly requestTimeout: number
}

/** Requests and responses as the SDK's innermost middleware sees them. */
interface Raw {
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** Requests go out as they are: public buckets. */
const UNSIGNED = { sign: <Request>(request: Request): Promise<Request> => Promise.resolve(request) }

/** What the SDK throws where no answer of S3 can be read. */
interface SdkError {
  readonly name: string
  readonly code: string
  readonly $metadata: { readonly httpStatusCode?: number }
}

/** The AWS SDK's client, which repeats nothing and fails as the wire client does. */
export class SdkClient {
  readonly requests: Record<string, number> = {}
  readonly config: EndpointConfig
  serverTime: number | undefined
  readonly #options: WireOptions
  readonly #habits: Habits
  readonly #connections: Connections
  #network: Network
  readonly #s3: S3Client

  constructor(options: WireOptions) {
    const { config, network, timeouts, trustedCertificate } = options
    const secure = config.endpoint?.startsWith('http:') !== true
    this.#options = options
    this.#network = network()
    this.config = config
    this.#habits = new Habits(config, options.habits)
    this.#connections = new Connections(
      new Dialer(network, { secure, timeout: timeouts.connect, plain: 'tunnel', trustedCertificate }),
    )
    this.#s3 = new S3Client({
      region: config.region,
      ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
      forcePathStyle: config.addressing === 'path',
      // Only what was asked for: left to itself the SDK begins uploads with a checksum that each of their parts owes.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: isAws(config) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
      followRegionRedirects: true,
      maxAttempts: 1,
      ...(config.credentials.kind === 'anonymous' && { signer: UNSIGNED }),
      credentials: async () => {
        if (config.credentials.kind === 'anonymous') return { accessKeyId: '', secretAccessKey: '' }
        const { expiresAt, accessKeyId, secretAccessKey, sessionToken } = await options.credentials()
        return {
          accessKeyId,
          secretAccessKey,
          ...(sessionToken !== undefined && { sessionToken }),
          ...(expiresAt !== undefined && { expiration: dateAt(expiresAt) }),
        }
      },
      requestHandler: {
        ...(secure ? { httpsAgent: this.#connections } : { httpAgent: this.#connections }),
        socketTimeout: timeouts.copy,
        throwOnRequestTimeout: true,
      },
    })
    this.#addAccess()
    this.#watch()
  }

  get habits(): EndpointHabits {
    return this.#habits.current
  }

  /** Runs one command; `asked` says what it is, for the words of a failure, and `moves` how many bytes it copies. */
  async run<Output>(
    asked: Asked,
    send: (s3: S3Client, options: SendOptions) => Promise<Output>,
    signal: AbortSignal | undefined,
    moves?: number,
  ): Promise<Output> {
    if (signal?.aborted) throw cancelled()
    const network = this.#options.network()
    if (network !== this.#network) {
      this.#network = network
      this.#connections.renew()
    }
    try {
      const requestTimeout = patienceFor(moves, this.#options.timeouts)
      return await send(this.#s3, { requestTimeout, ...(signal && { abortSignal: signal }) })
    } catch (error) {
      throw this.failed(asked, error, signal)
    }
  }

  failed(asked: Asked, error: unknown, signal: AbortSignal | undefined): DecantError {
    if (signal?.aborted) return cancelled()
    if (error instanceof DecantError) return error
    if (error instanceof S3ServiceException) {
      const failure = serviceFailure(asked, error, this.#options.access)
      return new DecantError(this.config.credentials.kind === 'anonymous' ? withoutKeys(failure) : failure)
    }
    const { name, code, $metadata } = error as Partial<SdkError>
    const status = $metadata?.httpStatusCode
    if (status !== undefined) return badAnswer(asked, 'it cannot be read', status)
    // A broken connection is a TimeoutError too, with its code.
    const timedOut = name === 'TimeoutError' && code === undefined
    return networkFailure(asked, timedOut ? { code: 'ETIMEDOUT' } : error, serverName(this.config))
  }

  close(): void {
    this.#s3.destroy()
    this.#connections.destroy()
  }

  /** Before it is signed. */
  #addAccess(): void {
    const lines = accessHeaders(this.#options.access)
    this.#s3.middlewareStack.add(
      (next) => (sent) => {
        const { Bucket } = sent.input as { Bucket?: string }
        const { headers } = sent.request as Raw
        for (let at = 0; headers && Bucket !== undefined && at < lines.length; at += 2) {
          headers[lines[at] as string] = lines[at + 1] as string
        }
        return next(sent)
      },
      { step: 'build', name: 'decantAccess' },
    )
  }

  /**
   * Counts what leaves and reads what every answer tells. Behind the signature: the SDK signs a header's UTF-8 and
   * node:http would write its code units, so that it is given the bytes here, and the answer's are put together.
   */
  #watch(): void {
    this.#s3.middlewareStack.add(
      (next, context) => async (sent) => {
        const operation = (context.commandName ?? '').replace(/Command$/, '')
        this.requests[operation] = (this.requests[operation] ?? 0) + 1
        asBytes(sent.request as Raw)
        const result = await next(sent)
        const { headers = {} } = result.response as Raw
        mapValues(headers, headerText)
        this.serverTime = parseDate(headers['date']) ?? this.serverTime
        this.#habits.notice(headers)
        return result
      },
      { step: 'deserialize', priority: 'low', name: 'decantWatch' },
    )
  }
}

/**
 * Beside a body at hand node:http takes Content-Disposition's value for bytes, and reads them as UTF-8
 * (lib/_http_outgoing.js, processHeader): so it is written as bytes twice.
 */
function asBytes({ headers = {}, body }: Raw): void {
  mapValues(headers, headerBytes)
  const disposition = headers['content-disposition']
  const atHand = body instanceof Uint8Array && body.length > 0
  if (atHand && disposition !== undefined) headers['content-disposition'] = headerBytes(disposition)
}

function mapValues(headers: Record<string, string> = {}, map: (value: string) => string): void {
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (typeof value === 'string') headers[name] = map(value)
  }
}

function serviceFailure(asked: Asked, error: S3ServiceException, access: BucketAccess | undefined): Failure {
  const { httpStatusCode: status = 0, requestId } = error.$metadata
  // A HEAD has no body: the SDK makes up name and message from the status.
  const wordless = asked.operation.startsWith('Head') || error.name === 'UnknownError'
  const words = {
    operation: asked.operation,
    status,
    code: wordless || error.name === String(status) || error.name === 'NotFound' ? '' : error.name,
    message: wordless || error.message === 'UnknownError' ? '' : error.message,
    ...(requestId !== undefined && { requestId }),
  }
  const { Condition, ArgumentName, Header } = error as {
    Condition?: string
    ArgumentName?: string
    Header?: string
  }
  return s3Failure(asked, words, Condition ?? ArgumentName ?? Header, access)
}
