import { isIP } from 'node:net'
import { DecantError } from '#model/failure.ts'

/** The way out of this machine, as its environment or the settings say it. Holds passwords: never shown, never logged. */
export interface Network {
  /** Certificate authorities to trust besides the well-known ones: files of PEM. */
  readonly caFiles: readonly string[]
  /** URLs of proxies, as curl writes them; user name and password in them. */
  readonly httpProxy?: string | undefined
  readonly httpsProxy?: string | undefined
  /** NO_PROXY: hosts, `.suffixes`, `host:port`, or `*`. */
  readonly noProxy: readonly string[]
  /** Who names the proxy, for sentences. */
  readonly from: 'environment' | 'settings'
}

/** Reads the variables that the AWS tools and curl read; lower case wins, as in curl. */
export function networkFrom(environment: Readonly<Record<string, string | undefined>>): Network {
  const value = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name] || undefined
  return {
    caFiles: [environment['AWS_CA_BUNDLE'], environment['NODE_EXTRA_CA_CERTS']].filter(
      (file): file is string => file !== undefined && file !== '',
    ),
    httpProxy: value('HTTP_PROXY'),
    httpsProxy: value('HTTPS_PROXY'),
    noProxy: hostList(value('NO_PROXY') ?? ''),
    from: 'environment',
  }
}

/** Hosts one after the other, with commas or spaces between them. */
export function hostList(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((entry) => entry !== '')
}

export interface Target {
  readonly secure: boolean
  /** Without brackets where it is an IPv6 address. */
  readonly host: string
  readonly port: number
}

const PROXY_KINDS = /^(https?|socks[45]?[ah]?):$/

/** The proxy on the way to the target, if there is one. Never for this machine itself. */
export function proxyFor(target: Target, network: Network): URL | undefined {
  const proxy = target.secure ? network.httpsProxy : network.httpProxy
  if (proxy === undefined || isLoopback(target.host)) return undefined
  if (network.noProxy.some((entry) => isExcepted(entry, target))) return undefined
  const text = proxy.includes('://') ? proxy : `http://${proxy}`
  if (URL.canParse(text) && PROXY_KINDS.test(new URL(text).protocol)) return new URL(text)
  const name = network.from === 'settings' ? 'proxy' : target.secure ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  throw new DecantError({
    code: 'bad-input',
    reach: 'job',
    message: `${name} must be a URL that begins with http://, https:// or socks5://.`,
    property: name,
  })
}

/** `host`, `.host`, `*.host`, `host:port`, `[::1]:port`, `*`: in lower case. */
function isExcepted(entry: string, { host, port }: Target): boolean {
  if (entry === '*') return true
  // More than one colon without brackets is an IPv6 address, and no port.
  const match = /^\[(?<v6>.+)\](?::(?<port>\d+))?$|^(?<name>[^:]+)(?::(?<at>\d+))?$/.exec(entry)?.groups
  const name = match?.['v6'] ?? match?.['name'] ?? entry
  const onlyPort = match?.['port'] ?? match?.['at']
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false
  const bare = name.replace(/^\*?\./, '')
  const wanted = host.toLowerCase()
  return wanted === bare || (isIP(wanted) === 0 && wanted.endsWith(`.${bare}`))
}

export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1)$/i.test(host)
}

/** It takes requests as they are; others lead bytes only. */
export function isHttpProxy(proxy: URL): boolean {
  return proxy.protocol === 'http:' || proxy.protocol === 'https:'
}

/** For a proxy that wants a name and a password. */
export function basicAuthorization(proxy: URL): string {
  const { user, password } = proxyLogin(proxy)
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

export function proxyLogin(proxy: URL): { readonly user: string; readonly password: string } {
  return { user: decoded(proxy.username), password: decoded(proxy.password) }
}

/** Some write a `%` as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
