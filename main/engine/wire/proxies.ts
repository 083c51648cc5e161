import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import type { SocksProxy } from 'socks'
import { DecantError } from '#model/failure.ts'
import { networkWords } from './network-failure.ts'
import { basicAuthorization, proxyLogin } from './network.ts'
import type { Network, Target } from './network.ts'
import { request as httpRequest } from './node-http.ts'
import { withCode } from './socket-open.ts'

/** Ways through a proxy; each begins on a socket to the proxy that stands, and ends on one to the target. */

/** HTTP CONNECT: from here on the bytes go to the target. */
export function tunnel(
  socket: Socket,
  proxy: URL,
  target: Target,
  network: Network,
  timeout: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = target.host.includes(':') ? `[${target.host}]` : target.host
    const headers: Record<string, string> = { host: `${host}:${target.port}` }
    if (proxy.username !== '') headers['proxy-authorization'] = basicAuthorization(proxy)
    const request = httpRequest({
      createConnection: () => socket,
      method: 'CONNECT',
      path: `${host}:${target.port}`,
      headers,
      timeout,
    })
    request.on('timeout', () => request.destroy(withCode('the proxy does not answer', 'ETIMEDOUT')))
    request.on('error', (error) => reject(proxyFailure(proxy, network, error)))
    const refused = (status: number | undefined): void => {
      socket.destroy()
      reject(status === 407 ? proxyLoginFailure(proxy, network) : proxyRefusal(proxy, target, status))
    }
    // Some answer a CONNECT that they refuse as any other request.
    request.on('response', (response) => refused(response.statusCode))
    request.on('connect', (response, through: Socket) => {
      if (response.statusCode !== 200) return refused(response.statusCode)
      through.setTimeout(0)
      resolve(through)
    })
    request.end()
  })
}

/** SOCKS 4 and 5. `socks5h` and `socks4a` let the proxy look the name up; the others take an address. */
export async function throughSocks(
  socket: Socket,
  proxy: URL,
  target: Target,
  network: Network,
  timeout: number,
): Promise<Socket> {
  const { user, password } = proxyLogin(proxy)
  const asks = proxy.protocol === 'socks5h:' || proxy.protocol === 'socks4a:' || isIP(target.host) !== 0
  const host = asks ? target.host : (await lookup(target.host)).address
  const type = /^socks4/.test(proxy.protocol) ? 4 : 5
  const server: SocksProxy = {
    host: proxy.hostname,
    port: proxyPort(proxy),
    type,
    ...(user !== '' && { userId: user, password }),
  }
  // Few go this way: loaded by those.
  const { SocksClient } = await import('socks')
  try {
    const options = { command: 'connect', destination: { host, port: target.port } } as const
    const through = await SocksClient.createConnection({
      ...options,
      proxy: server,
      existing_socket: socket,
      timeout,
    })
    return through.socket
  } catch (error) {
    socket.destroy()
    throw socksFailure(proxy, target, network, error)
  }
}

export function proxyPort(proxy: URL): number {
  if (proxy.port !== '') return Number(proxy.port)
  if (proxy.protocol === 'https:') return 443
  return proxy.protocol === 'http:' ? 80 : 1080
}

/** The library tells what went wrong by its message alone. */
function socksFailure(proxy: URL, target: Target, network: Network, error: unknown): DecantError {
  const { message, code } = error as Error & { code?: string }
  if (/authentication/i.test(message)) return proxyLoginFailure(proxy, network)
  const said = /Socks5 proxy rejected connection - (\w+)|Socks4 Proxy rejected connection - \((\w+)\)/i.exec(
    message,
  )
  if (said) return proxyRefusal(proxy, target, said[1] ?? said[2])
  const late = /timed out/i.test(message)
  return proxyFailure(
    proxy,
    network,
    late ? withCode(message, 'ETIMEDOUT') : withCode(message, code ?? 'EPROXY'),
  )
}

const NAMED_BY = {
  environment: 'in HTTPS_PROXY, HTTP_PROXY and NO_PROXY',
  settings: 'in the settings, under Network',
} as const

/** The proxy itself is not reached. */
export function proxyFailure(proxy: URL, network: Network, error: unknown): DecantError {
  if (error instanceof DecantError) return error
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  const late = code === 'ETIMEDOUT'
  const what = late ? 'does not answer in time' : (networkWords(code) ?? `cannot be reached: ${message}`)
  return aboutProxy(
    late ? 'timeout' : 'connection',
    'attempt',
    `The proxy ${proxy.host} ${what}. It is named ${NAMED_BY[network.from]}.`,
    error,
  )
}

/** 407, or SOCKS's refusal: trying it again changes nothing. */
export function proxyLoginFailure(proxy: URL, network: Network): DecantError {
  const what =
    proxy.username === '' ? 'wants a user name and a password' : 'refuses the user name or the password'
  const where =
    network.from === 'settings' ? 'in the settings, under Network' : 'in HTTPS_PROXY or HTTP_PROXY'
  return aboutProxy('connection', 'job', `The proxy ${proxy.host} ${what}: give them ${where}.`)
}

function proxyRefusal(proxy: URL, target: Target, said: string | number | undefined): DecantError {
  const text = `The proxy ${proxy.host} does not lead to ${target.host}:${target.port}: it answered ${said ?? 'nothing'}.`
  return aboutProxy('connection', 'attempt', text)
}

function aboutProxy(
  code: 'connection' | 'timeout',
  reach: 'attempt' | 'job',
  message: string,
  cause?: unknown,
): DecantError {
  return new DecantError({ code, reach, message, property: 'proxy' }, { cause })
}
