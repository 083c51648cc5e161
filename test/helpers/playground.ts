import { S3Client } from '@aws-sdk/client-s3'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { OWNER } from '../../main/playground/accounts.ts'
import type { Comparison, Place } from '../../main/playground/compare.ts'
import type { CounterValues } from '../../main/playground/counters.ts'
import type { AttributeName } from '../../main/playground/differences.ts'
import type { FaultRule } from '../../main/playground/faults.ts'
import type { KeyStateRequest } from '../../main/playground/kms.ts'
import type { ArchiveTier } from '../../main/playground/guard.ts'
import type { LogEntry } from '../../main/playground/mutation.ts'
import type { Operation } from '../../main/playground/operations.ts'
import type { RegionAnswer } from '../../main/playground/regions.ts'
import type { ReadyMessage } from '../../main/playground/process.ts'
import type { Right } from '../../main/playground/rights.ts'
import type { SeedRequest } from '../../main/playground/seed-request.ts'
import type { Credentials } from '../../main/playground/signature.ts'
import { startPlayground } from '../../main/playground/server.ts'
import type { PlaygroundOptions } from '../../main/playground/server.ts'

/** Where a playground is and what opens it. */
export interface PlaygroundAddress {
  readonly endpoint: string
  readonly adminEndpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The playground's time, in seconds since 1970. */
export interface ClockReading {
  readonly now: number
  /** Seconds by which it is ahead of the real time. */
  readonly ahead: number
}

/** An account of the playground; RawS3 and sdkClient take it for its address. */
export interface TestAccount extends PlaygroundAddress {
  /** Twelve digits, for x-amz-expected-bucket-owner. */
  readonly accountId: string
  /** For grants of ACLs. */
  readonly canonicalId: string
}

/** The first account's number and canonical id. */
export const FIRST_ACCOUNT = { accountId: OWNER.account, canonicalId: OWNER.id } as const

/** What an account may do with a bucket; replaces what it might before. */
export interface AccessRequest extends Partial<Readonly<Record<Right, boolean>>> {
  readonly bucket: string
  /** Its number or its name; the first account is called playground. */
  readonly account: string
  /** Operations that are denied whatever else is allowed, to the owner too. */
  readonly deny?: readonly Operation[]
}

/** The admin requests, typed. */
export class PlaygroundAdmin {
  readonly #address: PlaygroundAddress

  constructor(address: PlaygroundAddress) {
    this.#address = address
  }

  /** @returns how many objects were made */
  async seed(request: SeedRequest): Promise<number> {
    return ((await this.#json('POST', '/seed', request)) as { objects: number }).objects
  }

  /** @returns the ids of the rules */
  async faults(...rules: readonly FaultRule[]): Promise<readonly string[]> {
    return ((await this.#json('POST', '/faults', { rules })) as { ids: string[] }).ids
  }

  async clearFaults(): Promise<void> {
    await this.#json('DELETE', '/faults')
  }

  /** Lets hung requests go on. @returns how many */
  async release(): Promise<number> {
    return ((await this.#json('POST', '/release')) as { released: number }).released
  }

  /** The successful mutations after number `since`. */
  async log(since = 0): Promise<readonly LogEntry[]> {
    const text = await this.#text('GET', `/log?since=${since}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogEntry)
  }

  async counters(): Promise<CounterValues> {
    return (await this.#json('GET', '/counters')) as CounterValues
  }

  async resetCounters(): Promise<void> {
    await this.#json('POST', '/counters/reset')
  }

  /**
   * Compares contents, with `attributes` all that is kept with them (or those that are named), with `checksums`
   * those too.
   */
  async compare(
    a: Place,
    b: Place,
    attributes: boolean | readonly AttributeName[] = true,
    checksums = false,
  ): Promise<Comparison> {
    return (await this.#json('POST', '/compare', { a, b, attributes, checksums })) as Comparison
  }

  /** Sets what a KMS key answers. @returns its ARN */
  async kmsKey(request: KeyStateRequest): Promise<string> {
    return ((await this.#json('POST', '/kms', request)) as { arn: string }).arn
  }

  /** Enables every KMS key again. */
  async enableKmsKeys(): Promise<void> {
    await this.#json('DELETE', '/kms')
  }

  /** Closes the S3 port, or opens it again. */
  async offline(on: boolean): Promise<void> {
    await this.#json('POST', '/offline', { on })
  }

  async clock(): Promise<ClockReading> {
    return (await this.#json('GET', '/clock')) as ClockReading
  }

  /** What a request for a bucket of another Region than it is sent to or signed for is answered with. */
  async regions(answer: RegionAnswer): Promise<void> {
    await this.#json('POST', '/regions', { answer })
  }

  /** Moves the playground's clock forward. */
  async advance(seconds: number): Promise<ClockReading> {
    return (await this.#json('POST', '/clock', { advance: seconds })) as ClockReading
  }

  /** Adds an account. It may do nothing yet but have buckets of its own. */
  async account(name: string): Promise<TestAccount> {
    const added = (await this.#json('POST', '/accounts', { name })) as Omit<
      TestAccount,
      'endpoint' | 'adminEndpoint'
    >
    const { endpoint, adminEndpoint } = this.#address
    return { endpoint, adminEndpoint, ...added }
  }

  /** Keys for a while: the first account's, with a session token. */
  async session(): Promise<Required<Pick<Credentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>>> {
    return (await this.#json('POST', '/sessions')) as Awaited<ReturnType<PlaygroundAdmin['session']>>
  }

  /** Those that were given so far have expired. */
  async endSessions(): Promise<void> {
    await this.#json('DELETE', '/sessions')
  }

  async access(request: AccessRequest): Promise<void> {
    await this.#json('POST', '/access', request)
  }

  /** Puts an object of INTELLIGENT_TIERING into an archive tier. */
  async archive(bucket: string, key: string, tier: ArchiveTier = 'ARCHIVE_ACCESS'): Promise<void> {
    await this.#json('POST', '/archive', { bucket, key, tier })
  }

  async #json(method: string, path: string, body?: object): Promise<unknown> {
    return JSON.parse(await this.#text(method, path, body))
  }

  async #text(method: string, path: string, body?: object): Promise<string> {
    const answer = await fetch(this.#address.adminEndpoint + path, {
      method,
      headers: { 'x-decant-admin': this.#address.secretAccessKey },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error((JSON.parse(text) as { error: string }).error)
    return text
  }
}

export interface TestPlayground extends PlaygroundAddress {
  readonly admin: PlaygroundAdmin
  /** Stops it and waits until it is gone. */
  stop(): Promise<void>
}

export interface PlaygroundProcess extends TestPlayground {
  readonly pid: number
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

export interface SpawnOptions {
  readonly port?: number
  readonly dir?: string
  /** A JSON file of SeedRequests. */
  readonly seed?: string
  /** Begin with the sample rather than with nothing. */
  readonly sample?: boolean
}

const PROCESS = fileURLToPath(new URL('../../main/playground/process.ts', import.meta.url))

/** A playground as a process of its own, run by the Node that runs the test. */
export async function spawnPlayground(options: SpawnOptions = {}): Promise<PlaygroundProcess> {
  const args = [
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(options.dir === undefined ? [] : ['--dir', options.dir]),
    ...(options.seed === undefined ? [] : ['--seed', options.seed]),
    ...(options.sample === true || options.seed !== undefined ? [] : ['--empty']),
  ]
  const child = fork(PROCESS, args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const { pid, endpoint, adminEndpoint, accessKeyId, secretAccessKey } = await ready(child)
  const address = { endpoint, adminEndpoint, accessKeyId, secretAccessKey }
  return {
    ...address,
    pid,
    admin: new PlaygroundAdmin(address),
    stop: () => end(child, () => child.send({ type: 'stop' })),
    kill: () => end(child, () => child.kill('SIGKILL')),
  }
}

async function ready(child: ChildProcess): Promise<ReadyMessage> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as ReadyMessage))
    child.once('exit', (code) => reject(new Error(`the playground ended with ${code} before it listened`)))
  })
}

async function end(child: ChildProcess, act: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  act()
  await gone
}

/** A playground in the test's own process: empty, in memory, on any port, unless `options` say otherwise. */
export async function inProcessPlayground(options: PlaygroundOptions = {}): Promise<TestPlayground> {
  const running = await startPlayground({ seeds: [], ...options })
  const { endpoint, adminEndpoint, accessKeyId, secretAccessKey } = running
  const address = { endpoint, adminEndpoint, accessKeyId, secretAccessKey }
  return { ...address, admin: new PlaygroundAdmin(address), stop: () => running.close() }
}

/** The AWS SDK's client, which retries nothing, so that a test sees every answer. */
export function sdkClient({
  endpoint,
  accessKeyId,
  secretAccessKey,
}: Omit<PlaygroundAddress, 'adminEndpoint'>): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  })
}
