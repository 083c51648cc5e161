import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import type { ClientRequestArgs } from 'node:http'
import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, createSecureContext, rootCertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { DecantError } from '#model/failure.ts'

/** What the machine's environment says about the way out. */
export interface Network {
  /** Certificate authorities to trust besides the well-known ones: files of PEM. */
  readonly caFiles: readonly string[]
  readonly httpProxy?: string | undefined
  readonly httpsProxy?: string | undefined
  /** NO_PROXY: hosts, `.suffixes`, `host:port`, or `*`. */
  readonly noProxy: readonly string[]
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
    noProxy: (value('NO_PROXY') ?? '')
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ''),
  }
}

export interface Target {
  readonly secure: boolean
  /** Without brackets where it is an IPv6 address. */
  readonly host: string
  readonly port: number
}

/** The proxy on the way to the target, if there is one. Never for this machine itself. */
export function proxyFor(target: Target, network: Network): URL | undefined {
  const proxy = target.secure ? network.httpsProxy : network.httpProxy
  if (proxy === undefined || isLoopback(target.host)) return undefined
  const host = target.host.toLowerCase()
  const excluded = network.noProxy.some((entry) => {
    const [name = '', port] = entry.split(':')
    if (port !== undefined && Number(port) !== target.port) return false
    const bare = name.replace(/^\*?\./, '')
    return entry === '*' || host === bare || host.endsWith(`.${bare}`)
  })
  if (excluded) return undefined
  const text = proxy.includes('://') ? proxy : `http://${proxy}`
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:') {
    throw new DecantError({
      code: 'bad-input',
      reach: 'job',
      message: `${target.secure ? 'HTTPS_PROXY' : 'HTTP_PROXY'} must be a URL that begins with http://.`,
      property: target.secure ? 'HTTPS_PROXY' : 'HTTP_PROXY',
    })
  }
  return new URL(text)
}

export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1)$/i.test(host)
}

export interface ConnectionOptions {
  readonly secure: boolean
  /** Milliseconds until a connection stands, proxy and TLS included one after the other. */
  readonly timeout: number
  /** A plain request goes to a proxy as it is (absolute URL in its first line), or by a tunnel. */
  readonly plain: 'absolute' | 'tunnel'
}

/** Opens connections that are through: TCP, the proxy's tunnel and TLS. */
export class Dialer {
  readonly #network: Network
  readonly #options: ConnectionOptions
  #secureContext: SecureContext | undefined

  constructor(network: Network, options: ConnectionOptions) {
    this.#network = network
    this.#options = options
  }

  get secure(): boolean {
    return this.#options.secure
  }

  async dial(target: Target): Promise<Socket> {
    const { timeout, plain } = this.#options
    const proxy = proxyFor(target, this.#network)
    // Before there is a socket that a bundle which cannot be read would leave behind.
    if (target.secure) this.#context()
    if (!proxy) {
      const socket = connectTcp({ host: target.host, port: target.port, noDelay: true })
      return this.#secured(await whenOpen(socket, 'connect', timeout), target)
    }
    if (target.secure || plain === 'tunnel') {
      return this.#secured(await tunnel(proxy, target, timeout), target)
    }
    const port = Number(proxy.port || 80)
    return whenOpen(connectTcp({ host: proxy.hostname, port, noDelay: true }), 'connect', timeout)
  }

  async #secured(socket: Socket, target: Target): Promise<Socket> {
    if (!target.secure) return socket
    const servername = /^[\d.]+$|:/.test(target.host) ? undefined : target.host
    const tls = connectTls({
      socket,
      host: target.host,
      ...(servername !== undefined && { servername }),
      secureContext: this.#context(),
      ALPNProtocols: ['http/1.1'],
    })
    return whenOpen(tls, 'secureConnect', this.#options.timeout)
  }

  /** Reading the well-known authorities takes tens of milliseconds: once. */
  #context(): SecureContext {
    this.#secureContext ??= createSecureContext(
      this.#network.caFiles.length === 0
        ? {}
        : { ca: [...rootCertificates, ...this.#network.caFiles.map(readAuthorities)] },
    )
    return this.#secureContext
  }
}

/**
 * The Agent of node:http over a Dialer, for bodies that are streams and for the SDK. A request sees only
 * connections that stand. As many sockets as there are requests in flight, the last used first.
 */
export class Connections extends Agent {
  /** What node:http compares a request's protocol with. */
  readonly protocol: string
  readonly #dialer: Dialer

  constructor(dialer: Dialer) {
    super({ keepAlive: true, scheduling: 'lifo', maxSockets: Infinity, maxFreeSockets: 1024 })
    this.protocol = dialer.secure ? 'https:' : 'http:'
    this.#dialer = dialer
  }

  override createConnection(
    options: ClientRequestArgs,
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const { secure } = this.#dialer
    const host = (options.host ?? 'localhost').replace(/^\[|\]$/g, '')
    this.#dialer.dial({ secure, host, port: Number(options.port ?? (secure ? 443 : 80)) }).then(
      (socket) => done(null, socket),
      // Node's types want a socket also where there is none.
      (error: Error) => done(error, undefined as unknown as Duplex),
    )
  }
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new DecantError(
      {
        code: 'bad-input',
        reach: 'job',
        message: `AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS names ${file}, which cannot be read.`,
        property: 'AWS_CA_BUNDLE',
      },
      { cause: error },
    )
  }
}

function whenOpen(socket: Socket, event: 'connect' | 'secureConnect', timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.setTimeout(0)
      socket.off(event, settle).off('error', settle).off('timeout', onTimeout).off('close', onClose)
      if (error) {
        // A late second error must not bring the process down.
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      } else resolve(socket)
    }
    const onTimeout = (): void => settle(withCode('no connection within the time limit', 'ETIMEDOUT'))
    const onClose = (): void => settle(withCode('closed while connecting', 'ECONNRESET'))
    socket.setTimeout(timeout)
    socket.on(event, settle).on('error', settle).on('timeout', onTimeout).on('close', onClose)
  })
}

/** HTTP CONNECT: from here on the bytes go to the target. */
function tunnel(proxy: URL, target: Target, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = target.host.includes(':') ? `[${target.host}]` : target.host
    const headers: Record<string, string> = { host: `${host}:${target.port}` }
    if (proxy.username !== '') headers['proxy-authorization'] = basicAuthorization(proxy)
    const request = httpRequest({
      host: proxy.hostname,
      port: Number(proxy.port || 80),
      method: 'CONNECT',
      path: `${host}:${target.port}`,
      headers,
      agent: false,
      timeout,
    })
    request.on('timeout', () => request.destroy(withCode('the proxy does not answer', 'ETIMEDOUT')))
    request.on('error', reject)
    request.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(withCode(`the proxy ${proxy.host} answered ${response.statusCode}`, 'EPROXY'))
    })
    request.end()
  })
}

/** For a proxy that wants a name and a password. */
export function basicAuthorization(proxy: URL): string {
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** An error with a `code`, as Node's own network errors have. */
export function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}
