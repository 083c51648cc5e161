import type { HostPort } from '#contract/host.ts'
import type { NetworkSettings } from '#model/settings.ts'
import { hostList, networkFrom, type Network } from '../engine/wire/network.ts'
import type { SettingsStore } from './settings.ts'

/** The way out as the settings have it: new connections go by it from the moment that it changes. */
export interface NetworkService {
  /** The same until it changes. */
  current(): Network
  /** Of the proxy; null forgets it. Kept where the host keeps keys. */
  setPassword(password: string | null): Promise<void>
}

/** The host keeps the proxy's password under this. */
const PROXY_SECRET = 'proxy'

export interface NetworkOptions {
  readonly host: Pick<HostPort, 'readSecret' | 'writeSecret' | 'removeSecret'>
  readonly settings: SettingsStore
  readonly env: NodeJS.ProcessEnv
}

export async function openNetwork({ host, settings, env }: NetworkOptions): Promise<NetworkService> {
  const kept = await host.readSecret(PROXY_SECRET)
  let password = kept !== undefined && 'proxyPassword' in kept ? kept.proxyPassword : undefined
  let said = settings.current().network
  let network = networkOf(said, password, env)
  const change = (): void => {
    network = networkOf(said, password, env)
  }
  settings.onChange((current) => {
    if (JSON.stringify(current.network) === JSON.stringify(said)) return
    said = current.network
    change()
  })
  return {
    current: () => network,
    async setPassword(given) {
      if (given === null) await host.removeSecret(PROXY_SECRET)
      else await host.writeSecret(PROXY_SECRET, { proxyPassword: given })
      password = given ?? undefined
      change()
    },
  }
}

/**
 * Pure. Authorities of the environment are trusted in every case.
 *
 * | proxy         | the way out                                   |
 * |---------------|-----------------------------------------------|
 * | `environment` | HTTPS_PROXY, HTTP_PROXY, NO_PROXY             |
 * | `none`        | none, whatever the environment says           |
 * | `this`        | its URL with user and password, but `except`  |
 */
export function networkOf(
  { proxy, caFiles }: NetworkSettings,
  password: string | undefined,
  env: NodeJS.ProcessEnv,
): Network {
  const environment = networkFrom(env)
  const trusted = { caFiles: [...environment.caFiles, ...caFiles] }
  switch (proxy.use) {
    case 'environment':
      return { ...environment, ...trusted }
    case 'none':
      return { ...trusted, noProxy: [], from: 'settings' }
    case 'this': {
      const url = proxyUrl(proxy.url, proxy.user, password)
      return {
        ...trusted,
        httpProxy: url,
        httpsProxy: url,
        noProxy: hostList(proxy.except),
        from: 'settings',
      }
    }
  }
}

function proxyUrl(text: string, user: string | undefined, password: string | undefined): string {
  if (user === undefined || user === '') return text
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}`
  return text.replace('://', `://${encodeURIComponent(user)}${login}@`)
}
