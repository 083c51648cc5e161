import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { parseDate } from '#model/dates.ts'

/** Milliseconds without a sign of life, after which a server counts as not there. */
const PATIENCE = 8000

/** The address behind a name, by the way the system itself would find it. */
export async function resolveHost(host: string): Promise<string> {
  return (await lookup(host)).address
}

/** A TCP connection, and with `secure` a TLS handshake whose certificate is checked. Says what was agreed on. */
export function connect(url: URL, signal: AbortSignal): Promise<string> {
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = secure
      ? tls.connect({ host, port, servername: net.isIP(host) === 0 ? host : '' })
      : net.connect({ host, port })
    const give = (error: Error): void => void socket.destroy(error)
    const onAbort = (): void => give(new DOMException('It was cancelled.', 'AbortError'))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    socket.setTimeout(PATIENCE, () => give(new Error(`no answer in ${PATIENCE / 1000} seconds`)))
    socket.once('error', reject)
    socket.once('close', () => signal.removeEventListener('abort', onAbort))
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      resolve(socket instanceof tls.TLSSocket ? (socket.getProtocol() ?? 'TLS') : 'TCP')
      socket.destroy()
    })
  })
}

/** The server's clock in milliseconds, from the Date header of an unsigned request; undefined where it sends none. */
export function askClock(url: URL, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { method: 'HEAD', signal })
    request.setTimeout(PATIENCE, () => request.destroy(new Error(`no answer in ${PATIENCE / 1000} seconds`)))
    request.once('error', reject)
    request.once('response', (response) => {
      response.resume()
      resolve(parseDate(response.headers.date))
    })
    request.end()
  })
}
