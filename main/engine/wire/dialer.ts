import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect as connectTls, createSecureContext, rootCertificates } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import { DecantError } from '#model/failure.ts'
import { isHttpProxy, proxyFor } from './network.ts'
import type { Network, Target } from './network.ts'
import { proxyFailure, proxyPort, throughSocks, tunnel } from './proxies.ts'
import { openTcp, whenOpen, withCode } from './socket-open.ts'
import type { Receive } from './socket-open.ts'

export interface ConnectionOptions {
  readonly secure: boolean
  /** Milliseconds until a connection stands, proxy and TLS included one after the other. */
  readonly timeout: number
  /** A plain request goes to an HTTP proxy as it is (absolute URL in its first line), or by a tunnel. */
  readonly plain: 'absolute' | 'tunnel'
  /** SHA-256 in hexadecimal digits: the target must show this very certificate, and no authority is asked. */
  readonly trustedCertificate?: string | undefined
}

/** Opens connections that are through: TCP, the proxy's way and TLS. Asks for the way out each time: it may change. */
export class Dialer {
  readonly #network: () => Network
  readonly #options: ConnectionOptions
  #context: { readonly of: Network; readonly context: SecureContext } | undefined

  constructor(network: () => Network, options: ConnectionOptions) {
    this.#network = network
    this.#options = options
  }

  get secure(): boolean {
    return this.#options.secure
  }

  /** `receive`: may be given what comes, where nothing is between; else it comes by the socket's `data` event. */
  dial(target: Target, receive?: Receive): Promise<Socket> {
    const { trustedCertificate } = this.#options
    const check = trustedCertificate === undefined ? 'authorities' : { trustedCertificate }
    return this.#dial(target, check, receive)
  }

  /** To look at the certificate of a server that nobody vouches for. Nothing may be sent over it. */
  async dialUnchecked(target: Target): Promise<TLSSocket> {
    return (await this.#dial({ ...target, secure: true }, 'unchecked')) as TLSSocket
  }

  async #dial(target: Target, check: Check, receive?: Receive): Promise<Socket> {
    const network = this.#network()
    const proxy = proxyFor(target, network)
    // Before there is a socket that a bundle which cannot be read would leave behind.
    const context = target.secure ? this.#contextOf(network) : undefined
    const socket = proxy
      ? await this.#throughProxy(proxy, target, network)
      : await openTcp(target.host, target.port, this.#options.timeout, target.secure ? undefined : receive)
    return target.secure ? this.#secured(socket, target.host, context, check) : socket
  }

  async #throughProxy(proxy: URL, target: Target, network: Network): Promise<Socket> {
    const { timeout, plain } = this.#options
    const socket = await this.#toProxy(proxy, network)
    if (!isHttpProxy(proxy)) return throughSocks(socket, proxy, target, network, timeout)
    if (!target.secure && plain === 'absolute') return socket
    return tunnel(socket, proxy, target, network, timeout)
  }

  async #toProxy(proxy: URL, network: Network): Promise<Socket> {
    const host = proxy.hostname.replace(/^\[|\]$/g, '')
    try {
      const socket = await openTcp(host, proxyPort(proxy), this.#options.timeout)
      return proxy.protocol === 'https:'
        ? await this.#secured(socket, host, this.#contextOf(network), 'authorities')
        : socket
    } catch (error) {
      throw proxyFailure(proxy, network, error)
    }
  }

  async #secured(
    socket: Socket,
    host: string,
    secureContext: SecureContext | undefined,
    check: Check,
  ): Promise<TLSSocket> {
    const servername = /^[\d.]+$|:/.test(host) ? undefined : host
    const tls: TLSSocket = connectTls({
      socket,
      host,
      ...(servername !== undefined && { servername }),
      secureContext,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: check === 'authorities',
    })
    await whenOpen(tls, 'secureConnect', this.#options.timeout)
    if (typeof check === 'object' && shownBy(tls) !== check.trustedCertificate) {
      tls.on('error', () => {})
      tls.destroy()
      throw withCode('another certificate than the one that is trusted', 'ECERTIFICATE')
    }
    return tls
  }

  /** Reading the well-known authorities takes tens of milliseconds: once. */
  #contextOf(network: Network): SecureContext {
    if (this.#context?.of !== network) this.#context = { of: network, context: contextFor(network) }
    return this.#context.context
  }
}

/** What makes a certificate good: the authorities' word, or that it is this very one. */
type Check = 'authorities' | 'unchecked' | { readonly trustedCertificate: string }

function shownBy(tls: TLSSocket): string | undefined {
  return fingerprintOf(tls.getPeerX509Certificate()?.fingerprint256)
}

/** As a connection keeps it: hexadecimal digits and nothing else. */
export function fingerprintOf(fingerprint256: string | undefined): string | undefined {
  return fingerprint256?.replaceAll(':', '').toLowerCase()
}

function contextFor({ caFiles }: Network): SecureContext {
  if (caFiles.length === 0) return createSecureContext({})
  return createSecureContext({ ca: [...rootCertificates, ...caFiles.map(readAuthorities)] })
}

function readAuthorities(file: string): string {
  const refuse = (why: string, cause?: unknown): never => {
    throw new DecantError(
      {
        code: 'bad-input',
        reach: 'job',
        message: `${file}, which the settings, AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS name for the authorities to trust, ${why}.`,
        property: 'caFiles',
      },
      { cause },
    )
  }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return refuse('cannot be read', error)
  }
  return text.includes('-----BEGIN CERTIFICATE-----') ? text : refuse('holds no certificate in PEM form')
}
