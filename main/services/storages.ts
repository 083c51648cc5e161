import type { HostPort } from '#contract/host.ts'
import type { Credentials, EndpointConfig } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { isLocalConfig } from '#model/local.ts'
import type { Settings } from '#model/settings.ts'
import type { BucketAccess, Storage } from '../engine/storage.ts'
import type { Network } from '../engine/wire/network.ts'
import { createLocalStorage } from '../local/local-storage.ts'
import { missingKeys, readAwsCredentials } from './aws-credentials.ts'
import { readOnly } from './read-only.ts'

/** Makes a storage; the keys are asked for as they are needed, again when they have run out. */
export type CreateStorage = (options: {
  readonly config: EndpointConfig
  readonly credentials: () => Promise<Credentials>
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
  openDraft(ref: StorageRef, secret?: Credentials): Promise<Storage>
  /** Where the playground is; starts it where it is not running. */
  playgroundEndpoint(): Promise<string>
  /** Keys for the memory of this process only. */
  lend(id: string, credentials: Credentials): void
  /** The connection changed: the next `open` begins anew. */
  forget(id: string): void
  close(): void
}

export interface StoragesOptions {
  readonly host: Pick<HostPort, 'readSecret' | 'openPlayground'>
  readonly settings: () => Settings
  readonly seams: Seams
  readonly createStorage: CreateStorage
  readonly env: NodeJS.ProcessEnv
  readonly network?: (() => Network) | undefined
}

export function createStorages(options: StoragesOptions): Storages {
  const { host, settings, seams, createStorage, env, network } = options
  const open = new Map<string, { readonly storage: Storage; readonly signature: string }>()
  const lent = new Map<string, Credentials>()
  let local: Storage | undefined

  const credentialsOf = async ({ id, config }: StorageRef, name: string): Promise<Credentials> => {
    const { credentials } = config
    switch (credentials.kind) {
      case 'playground':
        return host.openPlayground()
      case 'keys':
        return lent.get(id) ?? (await keptCredentials(host, id)) ?? missingKeys(name)
      case 'profile':
      case 'environment':
        return lent.get(id) ?? (await readAwsCredentials(credentials, config.region, env))
      case 'anonymous':
        return fail('internal', 'job', 'An unsigned connection was asked for its keys.')
      case 'sso':
      case 'role':
      case 'container':
      case 'instance':
      case 'local':
        return fail('not-supported', 'job', `There is no way yet to keys of the kind ${credentials.kind}.`)
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
      const { endpoint, region, addressing, credentials } = saved ?? ref.config
      const config = await resolved({ endpoint, region, addressing, credentials })
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
        credentials: () => credentialsOf({ id: ref.id, config }, name),
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
    async openDraft(ref, secret) {
      const config = await resolved(ref.config)
      const credentials = (): Promise<Credentials> =>
        secret ? Promise.resolve(secret) : credentialsOf({ id: ref.id, config }, ref.id)
      const { trustedCertificate } = ref
      return createStorage({ config, credentials, seams, network, trustedCertificate })
    },
    playgroundEndpoint: async () => (await host.openPlayground()).endpoint,
    lend: (id, credentials) => void lent.set(id, credentials),
    forget(id) {
      // Not closed: a job may still be reading from it. It lets go of its connections as they fall idle.
      for (const name of open.keys()) if (name === id || name.startsWith(`${id} `)) open.delete(name)
      lent.delete(id)
    },
    close() {
      for (const { storage } of open.values()) storage.close()
      open.clear()
    },
  }
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
