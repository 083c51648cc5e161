import type { HostPort } from '#contract/host.ts'
import type { SsoPortal } from '#model/connection.ts'
import type { Seams } from '#model/seams.ts'
import type { Settings } from '#model/settings.ts'
import type { CodeQuestion } from '../credentials/roles.ts'
import { createCredentialSources, type CredentialSources } from '../credentials/sources.ts'
import { createSso, type Sso } from '../credentials/sso.ts'
import { createWeb } from '../engine/web.ts'
import { networkFrom, type Network } from '../engine/wire/network.ts'

/** Milliseconds. Who gives keys answers at once; nobody is to wait for what is not there. */
const PATIENCE = { connect: 5000, idle: 15_000 }
const NEARBY_PATIENCE = { connect: 1000, idle: 1000 }

export interface KeysOptions {
  /** Opens the page of a sign-in; without one it is only told. */
  readonly host?: Pick<HostPort, 'openPage'>
  readonly settings?: () => Settings
  readonly seams: Seams
  readonly env: NodeJS.ProcessEnv
  readonly askCode?: ((question: CodeQuestion) => Promise<string | undefined>) | undefined
  /** The way out as it is at the moment; absent: as the environment has it. */
  readonly network?: (() => Network) | undefined
  /** A sign-in began, ended, or came to nothing. */
  readonly changed?: () => void
  readonly signedIn?: (portal: SsoPortal) => void
}

export interface Keys {
  readonly sso: Sso
  readonly sources: CredentialSources
  close(): void
}

/** Where keys come from, for one core. */
export function openKeys(options: KeysOptions): Keys {
  const { host, settings, seams, env, askCode, changed, signedIn } = options
  const fromEnvironment = networkFrom(env)
  const network = options.network ?? (() => fromEnvironment)
  const web = createWeb({ seams, network, patience: PATIENCE })
  const none = networkFrom({})
  const nearby = createWeb({ seams, network: () => none, patience: NEARBY_PATIENCE })
  const sso = createSso({
    ...{ web, seams, env },
    changed: () => changed?.(),
    signedIn: (portal) => signedIn?.(portal),
    openPage: async (url) => (await host?.openPage(url)) ?? 'shown',
    portals: () => settings?.().connections.flatMap(portalOf) ?? [],
  })
  return {
    sso,
    sources: createCredentialSources({ web, nearby, seams, env, sso, askCode }),
    close() {
      sso.close()
      web.close()
      nearby.close()
    },
  }
}

function portalOf({ credentials }: Settings['connections'][number]): SsoPortal[] {
  return credentials.kind === 'sso' ? [{ startUrl: credentials.startUrl, region: credentials.region }] : []
}
