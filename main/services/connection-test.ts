import {
  TEST_STEPS,
  type ConnectionTest,
  type ConnectionTestStep,
  type ServerCertificate,
} from '#contract/connection-answers.ts'
import { DecantError, toFailure, type Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { wayTo, type Way } from '../engine/pace/reach.ts'
import type { Storage } from '../engine/storage.ts'
import { networkFailure } from '../engine/wire/network-failure.ts'
import type { Network } from '../engine/wire/network.ts'
import { tryRights, type Rights } from './connection-rights.ts'
import type { Found, Trial } from './connection-trial.ts'
import { hintFor } from './connection-hints.ts'
import type { Storages } from './storages.ts'

interface Needs {
  readonly seams: Seams
  readonly storages: Storages
  readonly network: { current(): Network }
}

type Step = ConnectionTestStep['step']

/** S3 refuses requests whose clock is further off than this. Source: RequestTimeTooSkewed in S3's error list. */
const TOLERATED_SKEW = 15 * 60_000

/** Rights do not hang on one another: who may not list may well write. */
const RIGHTS: ReadonlySet<Step> = new Set(['list', 'read', 'write'])

/**
 * Goes the way of a first request, step by step, and stops at the one that fails; of the rights, each is tried. Writes
 * nothing but, where it was asked to, an upload that it begins and aborts.
 */
export async function testConnection(
  needs: Needs,
  trial: Trial,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const { seams, storages, network } = needs
  const started = seams.now()
  const { connection } = trial
  const { trustedCertificate } = connection
  const config =
    connection.credentials.kind === 'playground'
      ? { ...connection, endpoint: await storages.playgroundEndpoint() }
      : connection
  const ref = { id: connection.id ?? 'draft', config: connection, trustedCertificate }
  const storage = await storages.openDraft(ref, trial.secret, trial.code)
  const steps: ConnectionTestStep[] = []
  try {
    const way = wayTo({ config, network: network.current, trustedCertificate })
    const course = new Course(way, trial, storage, tryRights(storage, trial, seams, signal), seams, signal)
    let reached = true
    for (const step of TEST_STEPS) {
      if (!reached) {
        steps.push({ step, state: 'not-reached', detail: 'Not tried.' })
        continue
      }
      const before = seams.now()
      const found = await course.take(step)
      signal.throwIfAborted()
      steps.push({ step, ...found, milliseconds: seams.now() - before })
      reached = found.state !== 'failed' || RIGHTS.has(step)
    }
  } finally {
    storage.close()
  }
  return {
    ok: steps.every(({ state }) => state === 'passed' || state === 'not-needed'),
    steps,
    seconds: (seams.now() - started) / 1000,
  }
}

/** One test under way. */
class Course {
  readonly #way: Way
  readonly #trial: Trial
  readonly #storage: Storage
  readonly #rights: Rights
  readonly #seams: Seams
  readonly #signal: AbortSignal

  constructor(way: Way, trial: Trial, storage: Storage, rights: Rights, seams: Seams, signal: AbortSignal) {
    this.#way = way
    this.#trial = trial
    this.#storage = storage
    this.#rights = rights
    this.#seams = seams
    this.#signal = signal
  }

  async take(step: Step): Promise<Found> {
    try {
      return await this.#act(step)
    } catch (error) {
      return this.#failed(step, this.#failureOf(step, error))
    }
  }

  #act(step: Step): Promise<Found> {
    switch (step) {
      case 'dns':
        return this.#resolve()
      case 'tls':
        return this.#connect()
      case 'clock':
        return this.#clock()
      case 'server':
        return this.#server()
      case 'signature':
        return this.#signature()
      case 'list':
        return this.#rights.list()
      case 'read':
        return this.#rights.read()
      case 'write':
        return this.#rights.write()
    }
  }

  async #resolve(): Promise<Found> {
    const { host } = this.#way.address.target
    const at = await this.#way.resolve()
    return at === undefined
      ? { state: 'not-needed', detail: `The proxy ${this.#way.proxy?.host} looks up ${host}.` }
      : { state: 'passed', detail: `${host} is at ${at}.` }
  }

  async #connect(): Promise<Found> {
    const agreed = await this.#way.connect(this.#signal)
    const by = this.#way.proxy ? ` By the proxy ${this.#way.proxy.host}.` : ''
    if (!this.#way.address.target.secure) {
      const detail = 'The endpoint speaks plain HTTP: what is sent can be read on the way.'
      return { state: 'not-needed', detail: detail + by }
    }
    const trusted = this.#trial.connection.trustedCertificate !== undefined
    const which = trusted ? 'The certificate that this connection trusts' : 'A trusted certificate'
    return { state: 'passed', detail: `${which} and ${agreed}.${by}` }
  }

  async #clock(): Promise<Found> {
    const server = await this.#way.clock(this.#signal)
    if (server === undefined) return { state: 'not-needed', detail: 'The server does not tell its time.' }
    const off = Math.abs(server - this.#seams.now())
    const detail = `This machine's clock and the server's are ${duration(off)} apart.`
    return off <= TOLERATED_SKEW
      ? { state: 'passed', detail }
      : {
          state: 'failed',
          detail,
          hint: 'Set the clock of this machine: S3 refuses requests that are 15 minutes off.',
        }
  }

  async #server(): Promise<Found> {
    const refused = await this.#rights.refused()
    if (refused === 'nothing-asked') {
      return {
        state: 'not-needed',
        detail: 'Without keys there is nothing to ask but of a bucket that is named.',
      }
    }
    if (refused && WAY_THERE.has(refused.code) && !isOfCode(refused)) return this.#failed('server', refused)
    return { state: 'passed', detail: `It answers as S3 does (${this.#storage.habits.name}).` }
  }

  async #signature(): Promise<Found> {
    if (this.#trial.connection.credentials.kind === 'anonymous') {
      return { state: 'not-needed', detail: 'Requests go out unsigned.' }
    }
    const refused = await this.#rights.refused()
    if (refused && refused !== 'nothing-asked' && (WHO_WE_ARE.has(refused.code) || isOfCode(refused))) {
      return this.#failed('signature', refused)
    }
    return { state: 'passed', detail: 'The keys are accepted.' }
  }

  #failureOf(step: Step, error: unknown): Failure {
    if (error instanceof DecantError || (error instanceof Error && error.name === 'AbortError'))
      return toFailure(error)
    const isOnTheWay = step === 'dns' || step === 'tls' || step === 'clock'
    if (!isOnTheWay) return toFailure(error)
    return networkFailure({ operation: 'the test' }, error, this.#way.address.host).failure
  }

  async #failed(step: Step, failure: Failure): Promise<Found> {
    const shown = await this.#lookCloser(step, failure)
    const { connection, secret } = this.#trial
    const hint = hintFor(step, failure, { connection, secret, way: this.#way, speaksTls: shown.speaksTls })
    return {
      state: 'failed',
      detail: failure.s3?.code ? `${failure.message} (${failure.s3.code})` : failure.message,
      hint,
      failure,
      ...(shown.certificate && { certificate: shown.certificate }),
    }
  }

  /** What nobody vouches for is shown; a server that does not answer plain HTTP may speak TLS. */
  async #lookCloser(
    step: Step,
    failure: Failure,
  ): Promise<{ certificate?: ServerCertificate; speaksTls: boolean }> {
    const { secure } = this.#way.address.target
    const maybe = !secure && (step === 'clock' || step === 'server')
    if (failure.property !== 'certificate' && !maybe) return { speaksTls: false }
    const certificate = await this.#way.certificate()
    if (!certificate) return { speaksTls: false }
    return secure ? { certificate, speaksTls: false } : { speaksTls: true }
  }
}

/** What was typed in, or the device that is named, does not give the role. */
function isOfCode({ property }: Failure): boolean {
  return property === 'code' || property === 'mfaSerial'
}

const WAY_THERE: ReadonlySet<Failure['code']> = new Set([
  'connection',
  'timeout',
  'bad-answer',
  'bad-input',
  'server-error',
  'slow-down',
  'not-supported',
  'wrong-region',
  'internal',
])
const WHO_WE_ARE: ReadonlySet<Failure['code']> = new Set([
  'credentials-missing',
  'credentials-expired',
  'signature',
  'clock-skew',
])

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}
