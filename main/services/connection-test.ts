import {
  TEST_STEPS,
  type ConnectionDraft,
  type ConnectionTest,
  type ConnectionTestStep,
} from '#contract/methods.ts'
import type { Connection } from '#model/connection.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { askClock, connect, resolveHost } from '../engine/reach.ts'
import type { Storage } from '../engine/storage.ts'
import type { SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'

interface Needs {
  readonly seams: Seams
  readonly storages: Storages
  readonly settings: SettingsStore
}

/** What a step found; a thrown one is a failure of that step, explained by `hint`. */
interface Found {
  readonly state: 'passed' | 'failed' | 'not-needed'
  readonly detail: string
  readonly hint?: string | undefined
  readonly failure?: Failure | undefined
}
type Step = ConnectionTestStep['step']

/** S3 refuses requests whose clock is further off than this. Source: RequestTimeTooSkewed in S3's error list. */
const TOLERATED_SKEW = 15 * 60_000

/** Goes the way of a first request, step by step, and stops at the one that fails. Writes nothing anywhere. */
export async function testConnection(
  needs: Needs,
  draft: ConnectionDraft & { readonly code?: string | undefined },
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const { seams, storages } = needs
  const started = seams.now()
  const config = draft.connection
  const storage = await storages.openDraft({ id: config.id ?? 'draft', config }, draft.secret, draft.code)
  const url = await endpointOf(draft, storages)
  const steps: ConnectionTestStep[] = []
  try {
    const acts = stepsOf(url, storage, draft, seams, signal)
    let reached = true
    for (const step of TEST_STEPS) {
      if (!reached) {
        steps.push({ step, state: 'not-reached', detail: 'Not tried.' })
        continue
      }
      const before = seams.now()
      const found = await acts[step]().catch((error: unknown) =>
        failedStep(step, toFailure(error), url, draft),
      )
      signal.throwIfAborted()
      steps.push({ step, ...found, milliseconds: seams.now() - before })
      reached = found.state !== 'failed'
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

async function endpointOf({ connection }: ConnectionDraft, storages: Storages): Promise<URL> {
  if (connection.credentials.kind === 'playground') return new URL(await storages.playgroundEndpoint())
  return new URL(connection.endpoint ?? `https://s3.${connection.region}.amazonaws.com`)
}

function stepsOf(
  url: URL,
  storage: Storage,
  draft: ConnectionDraft,
  seams: Seams,
  signal: AbortSignal,
): Record<Step, () => Promise<Found>> {
  const secure = url.protocol === 'https:'
  /** Signed, and needing the least rights: its answer tells of server, signature and rights in one. */
  const asked = once(() =>
    storage.listBuckets(signal).then(
      (buckets) => ({ buckets }),
      (error: unknown) => ({ failure: toFailure(error) }),
    ),
  )
  return {
    dns: async () => ({
      state: 'passed',
      detail: `${url.hostname} is at ${await resolveHost(bareHost(url))}.`,
    }),
    tls: async () => {
      const agreed = await connect(url, signal)
      return secure
        ? { state: 'passed', detail: `A trusted certificate and ${agreed}.` }
        : {
            state: 'not-needed',
            detail: 'The endpoint speaks plain HTTP: what is sent can be read on the way.',
          }
    },
    clock: async () => {
      const server = await askClock(url, signal)
      if (server === undefined) return { state: 'not-needed', detail: 'The server does not tell its time.' }
      const off = Math.abs(server - seams.now())
      const detail = `This machine's clock and the server's are ${duration(off)} apart.`
      return off <= TOLERATED_SKEW
        ? { state: 'passed', detail }
        : {
            state: 'failed',
            detail,
            hint: 'Set the clock of this machine: S3 refuses requests that are 15 minutes off.',
          }
    },
    server: async () => {
      const answer = await asked()
      const stopped = 'failure' in answer && WAY_THERE.has(answer.failure.code)
      if (stopped) return failedStep('server', answer.failure, url, draft)
      return { state: 'passed', detail: `It answers as S3 does (${storage.habits.name}).` }
    },
    signature: async () => {
      const answer = await asked()
      const refused = 'failure' in answer && WHO_WE_ARE.has(answer.failure.code)
      if (refused) return failedStep('signature', answer.failure, url, draft)
      return { state: 'passed', detail: 'The keys are accepted.' }
    },
    list: async () => {
      const answer = await asked()
      if ('failure' in answer) return failedStep('list', answer.failure, url, draft)
      const { length } = answer.buckets
      return {
        state: 'passed',
        detail: length === 1 ? 'One bucket can be seen.' : `${length} buckets can be seen.`,
      }
    },
    read: async () => ({ state: 'not-needed', detail: 'No bucket was named to try it in.' }),
    write: async () => ({ state: 'not-needed', detail: 'It was not asked to be tried.' }),
  }
}

const WAY_THERE: ReadonlySet<Failure['code']> = new Set([
  'connection',
  'timeout',
  'bad-answer',
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

function failedStep(step: Step, failure: Failure, url: URL, draft: ConnectionDraft): Found {
  return {
    state: 'failed',
    detail: detailOf(step, failure, url),
    hint: hintFor(step, failure, url, draft),
    failure,
  }
}

function detailOf(step: Step, failure: Failure, url: URL): string {
  // Node's own words for what the network does: the code in them is what people search for.
  const said = failure.message.replace(/^Something went wrong inside Decant: /, '')
  switch (step) {
    case 'dns':
      return `The name ${url.hostname} was not found (${said}).`
    case 'tls':
      return url.protocol === 'https:'
        ? `No trusted connection to ${url.host} (${said}).`
        : `Nothing answers at ${url.host} (${said}).`
    case 'clock':
    case 'server':
    case 'signature':
    case 'list':
    case 'read':
    case 'write':
      return failure.s3 ? `${said} (${failure.s3.code})` : said
  }
}

/** Pure: the way out of what a step found. */
export function hintFor(
  step: Step,
  failure: Failure,
  url: URL,
  { connection, secret }: ConnectionDraft,
): string {
  switch (step) {
    case 'dns':
      return 'Check the endpoint for a slip of the pen, and whether this machine is online or needs a VPN.'
    case 'tls':
      if (/certificate|self-signed|CERT_|issuer/i.test(failure.message)) {
        return 'If the certificate is your own, name its authority in AWS_CA_BUNDLE and start Decant again.'
      }
      return `Check that the server runs, and that port ${url.port || (url.protocol === 'https:' ? 443 : 80)} can be reached from here.`
    case 'clock':
      return 'Check that the endpoint speaks HTTP at this port.'
    case 'server':
      if (failure.code === 'wrong-region') return 'Set the Region that the server names.'
      return 'Something answers, but not as S3 does. Check the endpoint: it is the API that is needed, not the console.'
    case 'signature':
      return signatureHint(failure, connection, secret)
    case 'list':
    case 'read':
    case 'write':
      return 'The keys are right, but may not list buckets (s3:ListAllMyBuckets). Buckets you know by name can be opened all the same.'
  }
}

function signatureHint(
  failure: Failure,
  { credentials, region }: Omit<Connection, 'id'>,
  secret: ConnectionDraft['secret'],
): string {
  const slip = secret === undefined ? undefined : slipOfPaste(secret.secretAccessKey)
  if (slip !== undefined) return slip
  if (failure.code === 'clock-skew') return 'Set the clock of this machine.'
  if (failure.code === 'credentials-expired') {
    return credentials.kind === 'profile'
      ? `Sign in again: aws sso login --profile ${credentials.profile}`
      : 'The session token has run out: get new keys.'
  }
  if (failure.code === 'credentials-missing') return 'Type in the keys, or choose a profile that has some.'
  if (failure.s3?.code === 'InvalidAccessKeyId')
    return 'The server does not know this access key id. Check it, and whether it belongs to this endpoint.'
  return `Type the secret access key again, and check the Region (${region}).`
}

/** What goes wrong when a secret is pasted. Says what, never the secret. */
function slipOfPaste(secretAccessKey: string): string | undefined {
  if (/\s$/.test(secretAccessKey))
    return 'The secret access key ends in a space. Remove the space and test again.'
  if (/^\s/.test(secretAccessKey))
    return 'The secret access key begins with a space. Remove the space and test again.'
  if (/\s/.test(secretAccessKey)) return 'There is a space or a line break within the secret access key.'
  if (/^["'].*["']$/.test(secretAccessKey)) return 'The secret access key stands in quotes. Take them off.'
  return undefined
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}

function once<Value>(act: () => Promise<Value>): () => Promise<Value> {
  let done: Promise<Value> | undefined
  return () => (done ??= act())
}
