import { isIP } from 'node:net'
import type { EndpointConfig } from '#model/connection.ts'
import { basicAuthorization, isHttpProxy, proxyFor } from './network.ts'
import type { Network, Target } from './network.ts'
import { encodePath } from './encode.ts'

/** Where the requests of one bucket go. */
export interface Address {
  readonly target: Target
  /** The Host header. */
  readonly host: string
  /** What goes before `/key` in the path that is signed; '' where there is nothing. */
  readonly base: string
  /** What goes before the path in the request line: a plain proxy wants the whole URL. */
  readonly origin: string
  readonly proxyAuthorization: string | undefined
}

/** A bucket name that can be a label of a host name. */
const DNS_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/

/**
 * Path style puts the bucket into the path, virtual-host style into the host name; a bucket whose name cannot be
 * a label of one (capitals, dots, which TLS certificates do not cover) is always addressed by path, and so is every
 * bucket of an endpoint that is an IP address: there is no name to put it before.
 */
export function addressOf(
  config: EndpointConfig,
  network: Network,
  region: string,
  bucket: string | undefined,
): Address {
  const url = new URL(endpointIn(config, region))
  const secure = url.protocol === 'https:'
  const bare = withoutBrackets(url.hostname)
  const virtual =
    config.addressing === 'virtual' && bucket !== undefined && DNS_LABEL.test(bucket) && isIP(bare) === 0
  const hostname = virtual ? `${bucket}.${url.hostname}` : url.hostname
  const host = url.port === '' ? hostname : `${hostname}:${url.port}`
  const target = {
    secure,
    host: withoutBrackets(hostname),
    port: Number(url.port || (secure ? 443 : 80)),
  }
  const found = secure ? undefined : proxyFor(target, network)
  const proxy = found && isHttpProxy(found) ? found : undefined
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    target,
    host,
    base: bucket === undefined || virtual ? prefix : `${prefix}/${encodePath(bucket)}`,
    origin: proxy ? `http://${host}` : '',
    proxyAuthorization: proxy && proxy.username !== '' ? basicAuthorization(proxy) : undefined,
  }
}

/** `[::1]` is how a URL writes the address `::1`. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** The path of an object, or of the bucket itself. */
export function pathOf(address: Address, key: string | undefined): string {
  return key === undefined ? address.base || '/' : `${address.base}/${encodePath(key)}`
}

/**
 * An endpoint of AWS leads to the Region that the bucket is in; every other stays as it was given, for only its
 * administrator knows where else there is one.
 *
 * | endpoint                          | Region    | is                                    |
 * |-----------------------------------|-----------|---------------------------------------|
 * | none                              | any       | s3.REGION.amazonaws.com               |
 * | any                               | its own   | as given                              |
 * | s3.amazonaws.com                  | another   | s3.REGION.amazonaws.com               |
 * | s3[-fips][.dualstack].R.amazonaws… | another   | the same with REGION in the place of R |
 * | any other                         | another   | as given                              |
 */
function endpointIn(config: EndpointConfig, region: string): string {
  const { endpoint } = config
  if (endpoint === undefined) return awsEndpoint(region)
  const url = new URL(endpoint)
  if (region === config.region || !/^s3[.-].*amazonaws\.com(\.cn)?$/.test(url.hostname)) return endpoint
  url.hostname =
    url.hostname === 's3.amazonaws.com'
      ? `s3.${region}.amazonaws.com`
      : url.hostname.replace(/(?<=[.-])[a-z]{2}(?:-[a-z]+)+-\d(?=\.amazonaws\.com)/, region)
  return url.href
}

function awsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}
