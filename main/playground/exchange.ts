import type { IncomingHttpHeaders } from 'node:http'
import { authorize, chargedHeader, hideMissing } from './access.ts'
import { EVERYBODY } from './accounts.ts'
import { parseAddress } from './address.ts'
import type { Address } from './address.ts'
import type { Answer } from './answer.ts'
import { readBody } from './body.ts'
import type { Bucket } from './bucket.ts'
import type { Call } from './call.ts'
import type { S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import type { Fault, FaultPhase, Subject } from './faults.ts'
import { HANDLERS } from './handlers.ts'
import { fromByteKey } from './keys.ts'
import { operationOf } from './operations.ts'
import type { Playground } from './playground.ts'
import { errorDocument, send } from './send.ts'
import { isUnsigned, UNSIGNED } from './signature.ts'
import type { SignatureVerifier, TimeSpan } from './signature.ts'

/** The connection is to be broken off with no answer. */
class BrokenOff extends Error {}

/** Answers S3 requests: address, signature, faults, handler, faults, answer. */
export class Exchange {
  readonly #playground: Playground
  readonly #verifier: SignatureVerifier
  readonly #hung = new Set<() => void>()
  #requests = 0

  constructor(playground: Playground, verifier: SignatureVerifier) {
    this.#playground = playground
    this.#verifier = verifier
  }

  /** Lets every request go on that a fault holds. @returns how many */
  release(): number {
    const count = this.#hung.size
    for (const go of this.#hung) go()
    this.#hung.clear()
    return count
  }

  /** Answers one request. Never rejects. */
  async serve(call: Call): Promise<void> {
    const { counters } = this.#playground
    counters.requestBegun()
    this.#requests += 1
    const run = new Run(this.#requests.toString(16).toUpperCase().padStart(16, '0'))
    let status = 'reset'
    try {
      const answer = await this.#answer(call, run)
      status = String(answer.status)
      const { requestId, breakOff } = run
      const now = this.#playground.now() + run.skew
      const sent = send(call, answer, { requestId, now, breakOff, isHead: call.method === 'HEAD' })
      if (sent !== undefined) await sent
    } catch (error) {
      if (!(error instanceof BrokenOff)) console.error(error)
      call.reset()
    }
    counters.requestEnded(run.operation, status)
  }

  async #answer(call: Call, run: Run): Promise<Answer> {
    try {
      return await this.#handle(call, run)
    } catch (error) {
      if (error instanceof BrokenOff) throw error
      return errorAnswer(error, call.url, run.requestId)
    }
  }

  async #handle(call: Call, run: Run): Promise<Answer> {
    const { headers, url, method } = call
    const address = parseAddress(url, headers.host)
    const isCopy = headers['x-amz-copy-source'] !== undefined
    const operation = operationOf({ method, ...address, isCopy })
    run.operation = operation ?? 'Unknown'
    const subject = operation === undefined ? undefined : subjectOf(operation, address)
    if (subject !== undefined) run.skew = this.#playground.faults.skew(subject)
    const verified = isUnsigned(headers, address.query)
      ? UNSIGNED
      : this.#verifier.verify(method, headers, address, this.#time(run.skew))
    if (operation === undefined || subject === undefined) throw new S3Error('NotImplemented')
    this.#playground.regions.direct(
      this.#playground.store,
      operation,
      address.bucket,
      headers.host,
      verified.scope,
    )
    // Hardly any has faults to suffer, and each wait costs.
    const { faults } = this.#playground
    const instead = faults.areNone ? undefined : await this.#suffer('before', subject, call, run)
    if (instead !== undefined) return instead
    const about = operation === 'CompleteMultipartUpload' ? 'object' : 'body'
    const payload = () => readBody(call, verified, about)
    const carriedOut = this.#carryOut({
      operation,
      account: verified === UNSIGNED ? EVERYBODY : this.#playground.accounts.ofKey(verified.accessKeyId),
      bucket: address.bucket,
      key: address.key,
      query: address.query,
      headers: withoutHeaders(headers, run.strippedHeaders),
      payload,
      body: async () => (await payload()).bytes,
      sufferKey: async (phase, key) => {
        const one: Subject = { operation: 'DeleteObject', bucket: address.bucket, key }
        await this.#suffer(phase, one, call, run)
      },
    })
    const answer = carriedOut instanceof Promise ? await carriedOut : carriedOut
    // The change is kept before a fault can swallow its answer.
    await this.#playground.flushed()
    return faults.areNone ? answer : ((await this.#suffer('after', subject, call, run, answer)) ?? answer)
  }

  #carryOut(request: S3Request): Answer | Promise<Answer> {
    authorize(this.#playground, request)
    try {
      const answer = HANDLERS[request.operation](this.#playground, request)
      if (!(answer instanceof Promise)) return this.#charged(request, answer)
      return answer.then(
        (each) => this.#charged(request, each),
        (error: unknown) => {
          throw this.#hidden(request, error)
        },
      )
    } catch (error) {
      throw this.#hidden(request, error)
    }
  }

  #charged(request: S3Request, answer: Answer): Answer {
    const charged = chargedHeader(this.#bucket(request), request.account)
    return charged === undefined ? answer : { ...answer, headers: { ...answer.headers, ...charged } }
  }

  #hidden(request: S3Request, error: unknown): unknown {
    const bucket = this.#bucket(request)
    // What a copy says is missing is its source, which may be in another bucket.
    const isCopy = request.headers['x-amz-copy-source'] !== undefined
    return bucket === undefined || isCopy ? error : hideMissing(bucket, request.account, error)
  }

  #bucket(request: S3Request): Bucket | undefined {
    return this.#playground.store.buckets.get(request.bucket ?? '')
  }

  /**
   * What the time may be to who signs a request. Clients sign with the real time, however far the playground's
   * own clock was moved; but some, the AWS SDK among them, set theirs by the Date of the last answer, which
   * goes by the clock as it was moved then.
   */
  #time(skew: number): TimeSpan {
    const { clock } = this.#playground
    const real = clock.real()
    if (skew !== 0) return { earliest: real + skew, latest: real + skew }
    return { earliest: real, latest: real + clock.ahead }
  }

  /** Lets the faults of this phase happen; an answer if one of them gives its own. */
  async #suffer(
    phase: FaultPhase,
    subject: Subject,
    call: Call,
    run: Run,
    answer?: Answer,
  ): Promise<Answer | undefined> {
    let instead: Answer | undefined
    for (const fault of this.#playground.faults.take(phase, subject)) {
      if (fault.do === 'clock-skew') continue
      if (fault.do === 'slow') await delay(fault.ms)
      else if (fault.do === 'hang') await this.#hang(call)
      else instead = faultyAnswer(fault, run, instead ?? answer) ?? instead
    }
    return instead
  }

  /** Waits for release(); a client that goes away first takes its request along. */
  async #hang(call: Call): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hung.add(resolve)
      call.onceOver(() => {
        this.#hung.delete(resolve)
        resolve()
      })
    })
    if (call.isOver) throw new BrokenOff()
  }
}

/** node:timers/promises has more to watch over than a delay needs. */
function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** What is learnt about a request on its way. */
class Run {
  readonly requestId: string
  operation = 'Unknown'
  strippedHeaders: readonly string[] = []
  breakOff = false
  /** Seconds by which a fault puts the server's clock ahead. */
  skew = 0

  constructor(requestId: string) {
    this.requestId = requestId
  }
}

function subjectOf(operation: Subject['operation'], { bucket, key }: Address): Subject {
  return { operation, bucket, key: key === undefined ? undefined : fromByteKey(key) }
}

function withoutHeaders(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  if (names.length === 0) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

function faultyAnswer(
  fault: Exclude<Fault, { do: 'slow' | 'hang' | 'clock-skew' }>,
  run: Run,
  answer: Answer | undefined,
): Answer | undefined {
  switch (fault.do) {
    case 'error':
      throw new S3Error(fault.code, fault.message === undefined ? {} : { message: fault.message })
    case 'reset':
      throw new BrokenOff()
    case 'error-body-200': {
      const body = errorDocument(new S3Error(fault.code), '', run.requestId)
      return { status: 200, headers: { 'Content-Type': 'application/xml' }, body }
    }
    case 'strip-headers':
      run.strippedHeaders = [...run.strippedHeaders, ...fault.headers]
      return undefined
    case 'truncated-body':
      run.breakOff = true
      return undefined
    case 'truncated-xml':
      if (typeof answer?.body !== 'string') return undefined
      return { ...answer, body: answer.body.slice(0, answer.body.length / 2) }
    case 'malformed-xml': {
      if (typeof answer?.body !== 'string') return undefined
      const middle = answer.body.length / 2
      return { ...answer, body: `${answer.body.slice(0, middle)}<&${answer.body.slice(middle)}` }
    }
  }
}

function errorAnswer(error: unknown, url: string, requestId: string): Answer {
  if (!(error instanceof S3Error)) console.error(error)
  const said = error instanceof S3Error ? error : new S3Error('InternalError')
  return {
    status: said.status,
    headers: { 'Content-Type': 'application/xml', ...said.headers },
    body: errorDocument(said, url.split('?')[0] ?? '/', requestId),
  }
}
