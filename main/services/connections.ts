import type { HostPort } from '#contract/host.ts'
import type { ConnectionView, FoundProfile } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'
import type { Connection, CredentialSource } from '#model/connection.ts'
import { DecantError, fail, toFailure, type Failure } from '#model/failure.ts'
import type { BucketSummary } from '#model/object.ts'
import { providerOf } from '#model/providers.ts'
import type { Seams } from '#model/seams.ts'
import type { Settings } from '#model/settings.ts'
import type { Storage } from '../engine/storage.ts'
import { readAwsProfiles } from '../credentials/aws-files.ts'
import { checkConnection, PLAYGROUND_ID } from './check-connection.ts'
import { bucketsOf, reach } from './bucket-list.ts'
import type { SettingsStore } from './settings.ts'
import { keptCredentials, missingKeys } from './storages.ts'
import type { Storages } from './storages.ts'

type State = Pick<ConnectionView, 'state' | 'failure'>
const UNKNOWN: State = { state: 'unknown' }

/** The connections: what is saved of them, and how they are doing. */
export interface Connections {
  list(): ConnectionView[]
  save(draft: ConnectionDraft): Promise<ConnectionView>
  /** A new one whose keys have to be typed in yet. */
  saveWithoutKeys(connection: ConnectionDraft['connection']): Promise<ConnectionView>
  remove(id: string): Promise<void>
  profiles(): Promise<FoundProfile[]>
  import(names: readonly string[]): Promise<ConnectionView[]>
  openPlayground(): Promise<ConnectionView>
  /** Takes the connection's role with a code of the device; what waits for it goes on. */
  signIn(id: string, code: string): Promise<ConnectionView>
  /** Runs a call against a connection, and learns from how it went whether the connection is well. */
  use<Value>(id: string, act: (storage: Storage) => Promise<Value>): Promise<Value>
  /** Its buckets, listed or known by name. */
  buckets(id: string, signal: AbortSignal): Promise<BucketSummary[]>
  /** Asks its store for something small, to learn whether it is there. */
  reach(id: string, signal: AbortSignal): Promise<void>
  /** Something was seen of it elsewhere, by a job for one. */
  learn(id: string, failure: Failure | undefined): void
  onChange(listener: (connections: ConnectionView[]) => void): () => void
}

export interface ConnectionsOptions {
  readonly host: Pick<
    HostPort,
    'capabilities' | 'readSecret' | 'writeSecret' | 'removeSecret' | 'openPlayground'
  >
  readonly settings: SettingsStore
  readonly storages: Storages
  readonly seams: Seams
  readonly env: NodeJS.ProcessEnv
  /** Titles of the jobs that are not finished and need this connection. */
  readonly usedBy: (id: string) => string[]
  /** Jobs may be waiting for what was just saved, or for keys that are there again. */
  readonly saved: (id: string) => void
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { host, settings, storages, seams, env, usedBy, saved } = options
  const states = new Map<string, State>()
  const listeners = new Set<(connections: ConnectionView[]) => void>()

  const view = (connection: Connection): ConnectionView => ({
    ...connection,
    ...(states.get(connection.id) ?? UNKNOWN),
    ...signInOf(connection.id),
  })
  const signInOf = (id: string): Pick<ConnectionView, 'signIn'> => {
    const signIn = storages.needs().get(id)?.signIn
    return signIn && states.get(id)?.state === 'sign-in' ? { signIn } : {}
  }
  const list = (): ConnectionView[] => settings.current().connections.map(view)
  const find = (id: string): Connection =>
    settings.current().connections.find((known) => known.id === id) ?? unknownConnection(id)
  const changed = (): void => {
    const connections = list()
    for (const listener of listeners) listener(connections)
  }

  const learn = (id: string, failure: Failure | undefined): void => {
    const before = states.get(id) ?? UNKNOWN
    const next = failure ? stateAfter(failure, before) : ({ state: 'ready' } satisfies State)
    states.set(id, next)
    if (next.state !== before.state || next.failure?.message !== before.failure?.message) changed()
  }

  // A job finds out about keys as well as the window does.
  storages.onKeys((id, failure) => {
    if (settings.current().connections.some((known) => known.id === id)) learn(id, failure)
    if (!failure) saved(id)
  })

  const keep = async (connection: Connection): Promise<ConnectionView> => {
    await settings.update((current) => ({
      ...current,
      connections: placed(current, connection),
      probes: leadsElsewhere(current, connection) ? without(current.probes, connection.id) : current.probes,
    }))
    storages.forget(connection.id)
    states.delete(connection.id)
    changed()
    saved(connection.id)
    return view(connection)
  }

  const save = async ({ connection: draft, secret }: ConnectionDraft): Promise<ConnectionView> => {
    const connection: Connection = { ...draft, id: draft.id ?? seams.id() }
    if (draft.id !== undefined) find(draft.id)
    checkConnection(connection, draft.id === undefined)
    const { credentials } = connection
    const accessKeyId = ownKeyOf(credentials)
    if (accessKeyId === undefined) {
      if (draft.id !== undefined) await host.removeSecret(draft.id)
      return keep(connection)
    }
    const kept = secret ?? (await keptCredentials(host, connection.id))
    if (!kept) missingKeys(connection.name)
    if (kept.accessKeyId !== accessKeyId) {
      fail('bad-input', 'item', 'secret: type the secret access key that belongs to this access key id', {
        property: 'secret.secretAccessKey',
      })
    }
    if (secret) await host.writeSecret(connection.id, secret)
    try {
      return await keep(connection)
    } catch (error) {
      // A key without its connection would lie there for ever.
      if (draft.id === undefined) await host.removeSecret(connection.id)
      throw error
    }
  }

  const use = async <Value>(id: string, act: (storage: Storage) => Promise<Value>): Promise<Value> => {
    const connection = find(id)
    try {
      const value = await act(await storages.open({ id, config: connection }))
      learn(id, undefined)
      return value
    } catch (error) {
      const failure = toFailure(error)
      learn(id, failure)
      throw error
    }
  }

  const profiles = async (): Promise<FoundProfile[]> => {
    const here = new Set(
      settings
        .current()
        .connections.map(({ credentials }) =>
          credentials.kind === 'profile' ? credentials.profile : undefined,
        ),
    )
    return (await readAwsProfiles(env)).map((profile) => ({ ...profile, imported: here.has(profile.name) }))
  }

  return {
    list,
    save,
    saveWithoutKeys(draft) {
      const connection: Connection = { ...draft, id: seams.id() }
      checkConnection(connection, true)
      return keep(connection)
    },
    profiles,
    learn,
    async remove(id) {
      const { name } = find(id)
      const jobs = usedBy(id)
      if (jobs.length > 0) {
        const count = jobs.length === 1 ? 'a job that is' : `${jobs.length} jobs that are`
        fail('bad-input', 'item', `id: "${name}" is used by ${count} not finished: ${jobs[0]}`)
      }
      await settings.update((current) => ({
        ...current,
        connections: current.connections.filter((known) => known.id !== id),
        pinned: current.pinned.filter(({ connection }) => connection !== id),
        probes: without(current.probes, id),
      }))
      await host.removeSecret(id)
      storages.forget(id)
      states.delete(id)
      changed()
    },
    async import(names) {
      const found = await profiles()
      const imported: ConnectionView[] = []
      for (const name of names) {
        const profile = found.find((candidate) => candidate.name === name)
        if (!profile)
          fail('bad-input', 'item', `profiles: there is no profile ${JSON.stringify(name)} in the AWS files`)
        if (!profile.imported) imported.push(await keep(fromProfile(profile, seams.id(), list().length)))
      }
      return imported
    },
    async openPlayground() {
      const { endpoint } = await host.openPlayground()
      const known = settings.current().connections.find(({ id }) => id === PLAYGROUND_ID)
      if (known?.endpoint === endpoint) return view(known)
      return keep({ ...(known ?? PLAYGROUND), endpoint })
    },
    async signIn(id, code) {
      const connection = find(id)
      await storages.signIn({ id, config: connection }, code)
      learn(id, undefined)
      saved(id)
      return view(connection)
    },
    use,
    buckets: (id, signal) => use(id, (storage) => bucketsOf(storage, find(id), signal)),
    reach: (id, signal) => use(id, (storage) => reach(storage, find(id), signal)),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const PLAYGROUND: Connection = {
  id: PLAYGROUND_ID,
  name: 'Playground',
  provider: 'playground',
  color: 6,
  readOnly: false,
  region: 'us-east-1',
  addressing: 'path',
  credentials: { kind: 'playground' },
}

/** Only the way there and who we are tell something of the connection; an answer of S3's means that it is well. */
function stateAfter(failure: Failure, before: State): State {
  switch (failure.code) {
    case 'connection':
    case 'timeout':
      return { state: 'offline', failure }
    case 'credentials-missing':
    case 'credentials-expired':
    case 'signature':
    case 'clock-skew':
      return { state: 'sign-in', failure }
    // A HEAD has no words: its 403 may mean a wrong key as well as a missing right.
    case 'access-denied':
      return before.state === 'offline' || failure.s3?.code ? { state: 'ready' } : before
    case 'cancelled':
    case 'internal':
    case 'core-lost':
    case 'read-only':
    case 'bad-input':
      return before
    default:
      return { state: 'ready' }
  }
}

/** The key id of the keys that the host keeps for it; undefined where they come from elsewhere. */
function ownKeyOf(credentials: CredentialSource): string | undefined {
  const from = credentials.kind === 'role' ? credentials.base : credentials
  return from.kind === 'keys' ? from.accessKeyId : undefined
}

function fromProfile(profile: FoundProfile, id: string, count: number): Connection {
  return {
    id,
    name: profile.name.slice(0, 80),
    provider: providerOf(profile.endpoint, profile.region),
    // The six colours in turn, the playground's last.
    color: (count % 5) + 1,
    readOnly: false,
    region: profile.region ?? 'us-east-1',
    addressing: profile.endpoint === undefined ? 'virtual' : 'path',
    credentials: { kind: 'profile', profile: profile.name },
    ...(profile.endpoint !== undefined && { endpoint: profile.endpoint }),
  }
}

/** In its place where it was there before, else at the end. */
function placed({ connections }: Settings, connection: Connection): Connection[] {
  const at = connections.findIndex(({ id }) => id === connection.id)
  return at < 0 ? [...connections, connection] : connections.with(at, connection)
}

function unknownConnection(id: string): never {
  throw new DecantError({
    code: 'bad-input',
    reach: 'item',
    message: `connection: there is none with the id ${JSON.stringify(id)}`,
    property: 'connection',
  })
}

/** What was seen of one endpoint says nothing of another. */
function leadsElsewhere({ connections }: Settings, { id, endpoint, region }: Connection): boolean {
  const before = connections.find((known) => known.id === id)
  return before !== undefined && (before.endpoint !== endpoint || before.region !== region)
}

function without<Value>(all: Readonly<Record<string, Value>>, id: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== id))
}
