import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'

/** An error with a `code`, as Node's own network errors have. */
export function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}

/** @param timeout milliseconds */
export function openTcp(host: string, port: number, timeout: number): Promise<Socket> {
  return whenOpen(connectTcp({ host, port, noDelay: true }), 'connect', timeout)
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
