import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { EndpointConfig } from '#model/connection.ts'
import { dateAt, parseDate } from '#model/dates.ts'
import { DecantError } from '#model/failure.ts'
import { habitsOf, isAws, presumedHabits } from './habits.ts'
import type { EndpointHabits } from './storage.ts'
import { serverName } from './wire/client.ts'
import type { WireOptions } from './wire/client.ts'
import { Connections, Dialer } from './wire/connections.ts'
import { badAnswer, cancelled, networkFailure, s3Failure } from './wire/errors.ts'
import type { Asked } from './wire/errors.ts'

/** What a call of the SDK takes besides its command. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal
  readonly requestTimeout: number
}

/** A response as the SDK's innermost middleware sees it. */
interface RawResponse {
  readonly headers?: Readonly<Record<string, string>>
}

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
  habits: EndpointHabits
  readonly #options: WireOptions
  readonly #connections: Connections
  readonly #s3: S3Client

  constructor(options: WireOptions) {
    const { config, network, timeouts } = options
    const secure = config.endpoint?.startsWith('http:') !== true
    this.#options = options
    this.config = config
    this.habits = presumedHabits(config)
    this.#connections = new Connections(
      new Dialer(network, { secure, timeout: timeouts.connect, plain: 'tunnel' }),
    )
    this.#s3 = new S3Client({
      region: config.region,
      ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
      forcePathStyle: config.addressing === 'path',
      // Endpoints that are not AWS know no trailing checksums: Ceph 16 answers 411.
      requestChecksumCalculation: isAws(config) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
      responseChecksumValidation: isAws(config) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
      followRegionRedirects: true,
      maxAttempts: 1,
      credentials: async () => {
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
    this.#watch()
  }

  /** Runs one command; `asked` says what it is, for the words of a failure. */
  async run<Output>(
    asked: Asked,
    send: (s3: S3Client, options: SendOptions) => Promise<Output>,
    signal: AbortSignal | undefined,
    patience: 'idle' | 'copy' = 'idle',
  ): Promise<Output> {
    if (signal?.aborted) throw cancelled()
    try {
      const requestTimeout = this.#options.timeouts[patience]
      return await send(this.#s3, { requestTimeout, ...(signal && { abortSignal: signal }) })
    } catch (error) {
      throw this.failed(asked, error, signal)
    }
  }

  failed(asked: Asked, error: unknown, signal: AbortSignal | undefined): DecantError {
    if (signal?.aborted) return cancelled()
    if (error instanceof DecantError) return error
    if (error instanceof S3ServiceException) return new DecantError(serviceFailure(asked, error))
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

  /** Counts what leaves and reads what every answer tells. */
  #watch(): void {
    this.#s3.middlewareStack.add(
      (next, context) => async (sent) => {
        const operation = (context.commandName ?? '').replace(/Command$/, '')
        this.requests[operation] = (this.requests[operation] ?? 0) + 1
        const result = await next(sent)
        const { headers = {} } = result.response as RawResponse
        this.serverTime = parseDate(headers['date']) ?? this.serverTime
        const requestId = headers['x-amz-request-id']
        if (requestId !== undefined)
          this.habits = habitsOf(this.config, { server: headers['server'], requestId })
        return result
      },
      { step: 'deserialize', priority: 'low', name: 'decantWatch' },
    )
  }
}

function serviceFailure(asked: Asked, error: S3ServiceException): ReturnType<typeof s3Failure> {
  const { httpStatusCode: status = 0, requestId } = error.$metadata
  // A HEAD has no body: the SDK makes up a name from the status.
  const code = error.name === 'UnknownError' || error.name === String(status) ? '' : error.name
  const words = {
    operation: asked.operation,
    status,
    code: code === 'NotFound' ? '' : code,
    message: error.message === 'UnknownError' ? '' : error.message,
    ...(requestId !== undefined && { requestId }),
  }
  const { Condition: condition } = error as { Condition?: string }
  return s3Failure(asked, words, condition)
}
