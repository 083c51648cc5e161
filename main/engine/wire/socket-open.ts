import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'

/** An error with a `code`, as Node's own network errors have. */
export function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}

/** Takes the bytes that came over a socket. They are lent: the next ones come to the same place. */
export type Receive = (bytes: Buffer) => void

/** Bytes that are read at once at most, as libuv does. */
const AT_ONCE = 64 * 1024
let room: Buffer | undefined

/**
 * @param timeout milliseconds
 * @param receive takes what comes, instead of the socket's `data` event: no memory is allocated for it, and no stream
 * goes between
 */
export function openTcp(host: string, port: number, timeout: number, receive?: Receive): Promise<Socket> {
  const options = { host, port, noDelay: true }
  if (!receive) return whenOpen(connectTcp(options), 'connect', timeout)
  // All sockets read into the same room: what is in it is dealt with before the next one is read.
  const buffer = (room ??= Buffer.allocUnsafeSlow(AT_ONCE))
  const callback = (count: number): boolean => {
    receive(buffer.subarray(0, count))
    return true
  }
  return whenOpen(connectTcp({ ...options, onread: { buffer, callback } }), 'connect', timeout)
}

/** Resolves when it is through; a socket that does not come through is destroyed. */
export function whenOpen<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  timeout: number,
): Promise<S> {
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
