import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { EndpointConfig } from '#model/connection.ts'
import { parseDate } from '#model/dates.ts'
import { Dialer, fingerprintOf } from '../wire/dialer.ts'
import { addressOf } from '../wire/endpoint.ts'
import type { Address } from '../wire/endpoint.ts'
import { isHttpProxy, proxyFor } from '../wire/network.ts'
import { request as httpRequest } from '../wire/node-http.ts'
import type { Network } from '../wire/network.ts'
import { proxyLoginFailure } from '../wire/proxies.ts'
import { withCode } from '../wire/socket-open.ts'

/** Milliseconds without a sign of life, after which a server counts as not there. */
const PATIENCE = 8000

/** A certificate as a person compares it. */
export interface SeenCertificate {
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly validFrom: number
  readonly validTo: number
}

/** The way to an endpoint, to be gone step by step. */
export interface Way {
  readonly address: Address
  readonly proxy: URL | undefined
  /** The address behind the name; undefined where the proxy looks it up. */
  resolve(): Promise<string | undefined>
  /** A connection, and over TLS a handshake whose certificate is checked. Says what was agreed on. */
  connect(signal: AbortSignal): Promise<string>
  /** What the server shows, whoever vouches for it; undefined where it shows none, or speaks no TLS. Sends nothing. */
  certificate(): Promise<SeenCertificate | undefined>
  /** The server's clock in milliseconds, from the Date of an unsigned HEAD; undefined where it sends none. */
  clock(signal: AbortSignal): Promise<number | undefined>
}

export interface WayOptions {
  readonly config: EndpointConfig
  readonly network: () => Network
  readonly trustedCertificate?: string | undefined
}

export function wayTo({ config, network, trustedCertificate }: WayOptions): Way {
  const now = network()
  const address = addressOf(config, now, config.region, undefined)
  const { target } = address
  const proxy = proxyFor(target, now)
  const dialer = (trusted: string | undefined): Dialer =>
    new Dialer(network, {
      secure: target.secure,
      timeout: PATIENCE,
      plain: 'absolute',
      trustedCertificate: trusted,
    })
  const leads = proxy !== undefined && (isHttpProxy(proxy) || /^socks(5h|4a):$/.test(proxy.protocol))
  const dial = async (signal: AbortSignal): Promise<Socket> => {
    signal.throwIfAborted()
    const socket = await dialer(trustedCertificate).dial(target)
    if (signal.aborted) socket.destroy()
    signal.throwIfAborted()
    return socket
  }
  return {
    address,
    proxy,
    resolve: async () =>
      leads ? undefined : isIP(target.host) ? target.host : (await lookup(target.host)).address,
    async connect(signal) {
      const socket = await dial(signal)
      const agreed = socket instanceof TLSSocket ? (socket.getProtocol() ?? 'TLS') : 'TCP'
      socket.destroy()
      return agreed
    },
    async certificate() {
      const socket = await dialer(undefined)
        .dialUnchecked(target)
        .catch(() => undefined)
      const shown = socket?.getPeerX509Certificate()
      socket?.destroy()
      if (!shown) return undefined
      return {
        fingerprint: fingerprintOf(shown.fingerprint256) ?? '',
        subject: oneLine(shown.subject),
        issuer: oneLine(shown.issuer),
        validFrom: Number(shown.validFromDate),
        validTo: Number(shown.validToDate),
      }
    },
    async clock(signal) {
      const socket = await dial(signal)
      const { statusCode, headers } = await head(socket, address, signal)
      if (statusCode === 407 && proxy) throw proxyLoginFailure(proxy, now)
      return parseDate(headers.date)
    },
  }
}

function head(socket: Socket, address: Address, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method: 'HEAD',
      path: `${address.origin}${address.base || '/'}`,
      headers: {
        host: address.host,
        ...(address.proxyAuthorization !== undefined && {
          'proxy-authorization': address.proxyAuthorization,
        }),
      },
      signal,
    })
    request.setTimeout(PATIENCE, () =>
      request.destroy(withCode(`no answer in ${PATIENCE / 1000} seconds`, 'ETIMEDOUT')),
    )
    request.once('error', reject)
    request.once('response', (response) => {
      response.resume()
      socket.destroy()
      resolve(response)
    })
    request.end()
  })
}

/** OpenSSL writes a name line by line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ').slice(0, 300)
}
