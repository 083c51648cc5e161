import type { Connection, Credentials } from '#model/connection.ts'
import { isAwsProvider, PROVIDER_FACTS, providerOf, regionIn, type StoreProvider } from '#model/providers.ts'

/** A store as another tool's settings have it. Holds keys: it never leaves the services. */
export interface ElsewhereStore {
  readonly from: 'rclone' | 'cyberduck' | 's3cmd'
  readonly name: string
  readonly provider: StoreProvider
  readonly endpoint: string | undefined
  readonly region: string
  readonly addressing: Connection['addressing']
  readonly keys: ElsewhereKeys
  readonly places?: Connection['places']
}

/**
 * `elsewhere`: in a key store of the tool's own, or encrypted. `sealed`: nothing of the store itself can be read.
 * `none`: where it takes them from, or that it has none.
 */
export type ElsewhereKeys =
  | { readonly are: 'here'; readonly secret: Credentials }
  | { readonly are: 'elsewhere'; readonly accessKeyId: string }
  | { readonly are: 'sealed'; readonly why: string }
  | {
      readonly are: 'none'
      readonly source: Extract<Connection['credentials'], { kind: 'environment' | 'profile' | 'anonymous' }>
    }

/** What the tools write down, in whichever words, as one. Undefined where no URL can be made of it. */
export function storeOf(said: {
  readonly from: ElsewhereStore['from']
  readonly name: string
  readonly provider?: StoreProvider | undefined
  /** With or without a scheme. */
  readonly endpoint?: string | undefined
  readonly secure?: boolean
  readonly region?: string | undefined
  readonly addressing?: Connection['addressing'] | undefined
  readonly keys: ElsewhereKeys
  readonly places?: Connection['places']
}): ElsewhereStore | undefined {
  const { from, name, keys, secure = true, places } = said
  const written = said.endpoint?.trim() ?? ''
  const url =
    written === '' || written.includes('://') ? written : `${secure ? 'https' : 'http'}://${written}`
  if (url !== '' && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))) return undefined
  const given = said.region?.trim() ?? ''
  const guess = providerOf(url, given)
  const provider = guess === 'other' ? (said.provider ?? guess) : guess
  const region = (given || regionIn(url) || PROVIDER_FACTS[provider].region).slice(0, 64)
  if (!/^[a-zA-Z0-9-]+$/.test(region)) return undefined
  // An endpoint of AWS follows from the Region: without it buckets in other Regions are found too.
  const endpoint = url === '' || isPlainAws(url) ? undefined : withoutLogin(url)
  if (endpoint === undefined && !isAwsProvider(provider)) return undefined
  return {
    ...{ from, provider, endpoint, region, keys },
    name: (
      name.trim() || (endpoint === undefined ? PROVIDER_FACTS[provider].name : new URL(endpoint).host)
    ).slice(0, 80),
    addressing: said.addressing ?? PROVIDER_FACTS[provider].addressing,
    ...(places && { places }),
  }
}

function isPlainAws(url: string): boolean {
  return /^s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname)
}

function withoutLogin(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href.replace(/\/$/, '')
}

/** Keys that were written down, where both halves were. */
export function keysOf(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken?: string | undefined,
): ElsewhereKeys | undefined {
  if (!accessKeyId) return undefined
  if (accessKeyId.length > 256 || (secretAccessKey?.length ?? 0) > 1024) return undefined
  if (!secretAccessKey) return { are: 'elsewhere', accessKeyId }
  return { are: 'here', secret: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }
}
