import type http from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ClientPipe } from '#contract/supervisor.ts'
import type { FromCore } from '#contract/transport.ts'
import { addressAsked, isOurHost, isOurOrigin } from './http.ts'
import { parseMessage, sameSecret } from './owner-socket.ts'

/**
 * The Transport over a WebSocket, at `/socket?token=TOKEN`. Text frames, one JSON object each, as the core's own
 * pipe has them:
 *   browser → `{"type":"invoke","call":"7","method":"jobs.list","input":{}}`   `{"type":"cancel","call":"7"}`
 *   serve   → `{"type":"reply","call":"7","reply":{"ok":true,"value":…}}`      `{"type":"event","event":{…}}`
 * `call` is the browser's own count. A closed socket cancels what it had asked. A frame that is none of these
 * ends the connection with 1008.
 */
export interface SocketOptions {
  readonly server: http.Server
  readonly port: number
  readonly token: string
  readonly connect: () => ClientPipe
}

/** Bytes of one message at most: a job of 100,000 selected keys of full length fits. */
const LARGEST_MESSAGE = 128 * 1024 * 1024
/** Bytes that may wait for a slow browser before events to it are left out; whole values follow soon. */
const FULL = 16 * 1024 * 1024

export interface Sockets {
  close(): void
}

export function serveSocket({ server, port, token, connect }: SocketOptions): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  })
  server.on('upgrade', (request, stream: Duplex, head) => {
    // Whoever it is: a connection that breaks while it is refused must not end serve.
    stream.on('error', () => stream.destroy())
    const url = addressAsked(request, port)
    const welcome =
      url?.pathname === '/socket' &&
      isOurHost(request.headers.host, port) &&
      isOurOrigin(request.headers.origin, port) &&
      sameSecret(url.searchParams.get('token') ?? '', token)
    if (!welcome) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => carry(socket, connect()))
  })
  return {
    close() {
      for (const socket of sockets.clients) socket.close(1001)
      sockets.close()
    },
  }
}

function carry(socket: WebSocket, pipe: ClientPipe): void {
  const send = (message: FromCore): void => socket.send(JSON.stringify(message))
  pipe.subscribe((event) => {
    if (socket.bufferedAmount < FULL) send({ type: 'event', event })
  })
  socket.on('message', (data, binary) => {
    const message = binary ? undefined : parseMessage(data.toString())
    if (!message) return socket.close(1008, 'not a message')
    if (message.type === 'cancel') return pipe.cancel(message.call)
    void pipe
      .invoke(message.method, message.input, message.call)
      .then((reply) => send({ type: 'reply', call: message.call, reply }))
  })
  socket.on('close', () => pipe.close())
  socket.on('error', () => socket.terminate())
}
