import type { HostPort } from '#contract/host.ts'
import type { Credentials, EndpointConfig } from '#model/connection.ts'
import type { Seams } from '#model/seams.ts'
import { isLocalConfig } from '#model/local.ts'
import type { Settings } from '#model/settings.ts'
import type { BucketAccess, Storage } from '../engine/storage.ts'
import type { Network } from '../engine/wire/network.ts'
import { createLocalStorage } from '../local/local-storage.ts'
import type { SignIn } from '#contract/connection-answers.ts'
import { fail, toFailure, type Failure } from '#model/failure.ts'
import type { CredentialSources } from '../credentials/sources.ts'
import { SignInNeeded } from '../credentials/sign-in-needed.ts'
import { readOnly } from './read-only.ts'

/** Makes a storage; the keys are asked for as they are needed, again when they have run out. */
export type CreateStorage = (options: {
  readonly config: EndpointConfig
  /** `refused`: what the server said has expired. */
  readonly credentials: (refused?: Credentials) => Promise<Credentials>
  readonly seams: Seams
  /** What every request carries. */
  readonly access?: BucketAccess | undefined
  /** What a probe saw: it outdoes what the address and the answers let presume. */
  readonly habits?: Readonly<Record<string, boolean>> | undefined
  /** The way out as it is at the moment; absent: as the environment has it. */
  readonly network?: (() => Network) | undefined
  /** SHA-256 of the one certificate that is trusted. */
  readonly trustedCertificate?: string | undefined
}) => Storage

/** A way to a store, as a job spec or a form names it. */
export interface StorageRef {
  readonly id: string
  readonly config: EndpointConfig
  /** Of a draft; of what is saved, its own counts. */
  readonly trustedCertificate?: string | undefined
}

/** The open storages of this process, one a connection and way of asking, shared by the window's calls and the jobs. */
export interface Storages {
  /**
   * What is saved under the id counts; the portable part only where nothing is (a job file from elsewhere):
   * a spec must not be able to send a kept key to an endpoint of its own choice.
   */
  open(ref: StorageRef, access?: BucketAccess): Promise<Storage>
  /** For a connection that is being tried out and kept nowhere. Close it yourself. */
  openDraft(ref: StorageRef, secret?: Credentials, code?: string): Promise<Storage>
  /** Where the playground is; starts it where it is not running. */
  playgroundEndpoint(): Promise<string>
  /** Keys for the memory of this process only. */
  lend(id: string, credentials: Credentials): void
  /** Takes the role of a connection with a code. Rejects with `bad-input` and the property `code` for a wrong one. */
  signIn(ref: StorageRef, code: string): Promise<void>
  /** What somebody can do about the keys of a connection that has none, and why it has none. */
  needs(): ReadonlyMap<string, KeyNeed>
  /** Told when a connection's keys cannot be had any more (its failure), and when they are there again (undefined). */
  onKeys(listener: (id: string, failure: Failure | undefined) => void): () => void
  /** What a connection needed is there: it can be used, and whoever waits for it is told. */
  served(id: string): void
  /** The connection changed: the next `open` begins anew. */
  forget(id: string): void
  close(): void
}

export interface KeyNeed {
  readonly failure: Failure
  readonly signIn?: SignIn | undefined
}

export interface StoragesOptions {
  readonly host: Pick<HostPort, 'readSecret' | 'openPlayground'>
  readonly settings: () => Settings
  readonly seams: Seams
  readonly createStorage: CreateStorage
  readonly sources: CredentialSources
  readonly network?: (() => Network) | undefined
}

export function createStorages(options: StoragesOptions): Storages {
  const { host, settings, seams, createStorage, sources, network } = options
  let local: Storage | undefined
  const open = new Map<string, { readonly storage: Storage; readonly signature: string }>()
  const lent = new Map<string, Credentials>()
  const needs = new Map<string, KeyNeed>()
  const listeners = new Set<(id: string, failure: Failure | undefined) => void>()
  const tell = (id: string, failure: Failure | undefined): void => {
    for (const listener of listeners) listener(id, failure)
  }

  const ownKeys = async ({ id }: StorageRef, name: string): Promise<Credentials> =>
    lent.get(id) ?? (await keptCredentials(host, id)) ?? missingKeys(name)

  const credentialsOf = async (
    ref: StorageRef,
    name: string,
    given: { refused?: Credentials | undefined; code?: string; own?: Credentials | undefined } = {},
  ): Promise<Credentials> => {
    const { credentials } = ref.config
    if (credentials.kind === 'playground') return host.openPlayground()
    const borrowed = lent.get(ref.id)
    const isBase = credentials.kind === 'role' && credentials.base.kind === 'keys'
    // What was lent ends some day; then the source itself is asked.
    if (borrowed && !isBase && borrowed.accessKeyId !== given.refused?.accessKeyId) return borrowed
    return sources.get({
      config: ref.config,
      // What somebody signed in for here is not for a job file from elsewhere.
      scope: given.own !== undefined || isSaved(ref.id) ? '' : ref.id,
      own: () => (given.own ? Promise.resolve(given.own) : ownKeys(ref, name)),
      refused: given.refused,
      code: given.code,
    })
  }
  const isSaved = (id: string): boolean => settings().connections.some((known) => known.id === id)

  const fine = (id: string): void => {
    if (needs.delete(id)) tell(id, undefined)
  }
  /** The same, and how it went is remembered. */
  const heard = async (
    ref: StorageRef,
    name: string,
    given?: { refused?: Credentials | undefined; code?: string },
  ): Promise<Credentials> => {
    try {
      const credentials = await credentialsOf(ref, name, given)
      fine(ref.id)
      return credentials
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'credentials-missing' || failure.code === 'credentials-expired') {
        const signIn = error instanceof SignInNeeded ? error.signIn : undefined
        needs.set(ref.id, { failure, signIn })
        tell(ref.id, failure)
      }
      throw error
    }
  }

  /** The playground's port may be another one each time it starts. */
  const resolved = async (config: EndpointConfig): Promise<EndpointConfig> =>
    config.credentials.kind === 'playground'
      ? { ...config, endpoint: (await host.openPlayground()).endpoint }
      : config

  return {
    async open(ref, access) {
      const saved = settings().connections.find(({ id }) => id === ref.id)
      const config = await resolved(endpointOf(saved ?? ref.config))
      if (isLocalConfig(config)) return (local ??= createLocalStorage({ seams }))
      const habits = settings().probes[ref.id]?.habits
      const trustedCertificate = saved?.trustedCertificate
      const signature = JSON.stringify([config, saved?.readOnly, habits, trustedCertificate])
      const id = accessId(ref.id, access)
      const known = open.get(id)
      if (known?.signature === signature) return known.storage
      const name = saved?.name ?? ref.id
      const plain = createStorage({
        config,
        credentials: (refused) => heard({ id: ref.id, config }, name, { refused }),
        seams,
        access,
        habits,
        network,
        trustedCertificate,
      })
      const storage = saved?.readOnly ? readOnly(plain, name) : plain
      open.set(id, { storage, signature })
      return storage
    },
    async openDraft(ref, secret, code) {
      const config = await resolved(ref.config)
      let given = code
      const credentials = (refused?: Credentials): Promise<Credentials> => {
        // A code is good for once.
        const one = given
        given = undefined
        return credentialsOf({ ...ref, config }, ref.id, {
          refused,
          own: secret,
          ...(one !== undefined && { code: one }),
        })
      }
      const { trustedCertificate } = ref
      return createStorage({ config, credentials, seams, network, trustedCertificate })
    },
    async signIn(ref, code) {
      const saved = settings().connections.find(({ id }) => id === ref.id)
      const { config } = { config: saved ?? ref.config }
      await heard({ id: ref.id, config: endpointOf(config) }, saved?.name ?? ref.id, { code })
    },
    needs: () => needs,
    onKeys(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    served: fine,
    playgroundEndpoint: async () => (await host.openPlayground()).endpoint,
    lend: (id, credentials) => void lent.set(id, credentials),
    forget(id) {
      // Not closed: a job may still be reading from it. It lets go of its connections as they fall idle.
      for (const name of open.keys()) if (name === id || name.startsWith(`${id} `)) open.delete(name)
      lent.delete(id)
      needs.delete(id)
    },
    close() {
      for (const { storage } of open.values()) storage.close()
      open.clear()
    },
  }
}

/** What of a connection leads to its store. */
export function endpointOf({ endpoint, region, addressing, credentials }: EndpointConfig): EndpointConfig {
  return { endpoint, region, addressing, credentials }
}

/** Ids hold no space. */
function accessId(id: string, access: BucketAccess | undefined): string {
  if (access?.owner === undefined && !access?.requesterPays) return id
  return `${id} ${access.owner ?? ''} ${access.requesterPays ? 'pays' : ''}`
}

/** A connection's keys, where the host keeps some under its id. */
export async function keptCredentials(
  host: Pick<HostPort, 'readSecret'>,
  id: string,
): Promise<Credentials | undefined> {
  const secret = await host.readSecret(id)
  return secret !== undefined && 'accessKeyId' in secret ? secret : undefined
}

export function missingKeys(name: string): never {
  return fail(
    'credentials-missing',
    'job',
    `The keys of the connection "${name}" are not here. Type them in again under Connections.`,
  )
}
