import { createHash, timingSafeEqual } from 'node:crypto'
import { createConnection, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Failure } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { Reply } from '#contract/reply.ts'
import type { FromCore, ToCore, Transport } from '#contract/transport.ts'
import { inTurn } from './in-turn.ts'

/**
 * The door of the process that owns a data directory, for commands that want something written there: a socket
 * on loopback that speaks the pipe's `invoke`, `cancel`, `reply` and `event`, one JSON object a line. The first
 * line of the caller is the token that owner.json (readable by this user only) holds.
 */
export interface OwnerSocket {
  readonly port: number
  close(): Promise<void>
}

/** Longer lines than any job spec are nobody we know. */
const LONGEST_LINE = 256 * 1024 * 1024

export function listenAsOwner(transport: Transport, token: string): Promise<OwnerSocket> {
  const sockets = new Set<Socket>()
  let callers = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, transport, token, `owner${++callers}`)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('the socket has no port'))
      resolve({
        port: address.port,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            for (const socket of sockets) socket.destroy()
          }),
      })
    })
  })
}

function serve(socket: Socket, transport: Transport, token: string, name: string): void {
  const calls = new Set<string>()
  let known = false
  const send = (message: FromCore): void => void socket.write(`${JSON.stringify(message)}\n`)
  let unsubscribe = (): void => {}
  const gone = inTurn(() => {
    unsubscribe()
    for (const call of calls) transport.cancel(call)
  })
  socket.once('close', gone)
  readLines(socket, (line) => {
    if (!known) {
      if (!sameSecret(line, token)) return socket.destroy()
      known = true
      unsubscribe = transport.subscribe((event) => send({ type: 'event', event }))
      return
    }
    const message = parseMessage(line)
    if (message?.type === 'cancel') return transport.cancel(`${name}:${message.call}`)
    if (message?.type !== 'invoke') return socket.destroy()
    const call = `${name}:${message.call}`
    calls.add(call)
    void transport.invoke(message.method, message.input, call).then((reply) => {
      calls.delete(call)
      send({ type: 'reply', call: message.call, reply })
    })
  })
}

/** Untrusted until it has this shape; what `input` must be is the dispatcher's to say. */
export function parseMessage(text: string): Extract<ToCore, { type: 'invoke' | 'cancel' }> | undefined {
  try {
    const message = JSON.parse(text) as Record<string, unknown>
    const { type, call, method, input } = message
    if (typeof call !== 'string' || call.length > 64) return undefined
    if (type === 'cancel') return { type, call }
    if (type === 'invoke' && typeof method === 'string') return { type, call, method, input }
  } catch {
    // Not JSON: no message.
  }
  return undefined
}

/** In a time that tells nothing of how much of it was right. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function readLines(socket: Socket, each: (line: string) => void): void {
  let length = 0
  socket.on('data', (chunk: Buffer) => {
    length = chunk.includes(10) ? 0 : length + chunk.length
    if (length > LONGEST_LINE) socket.destroy()
  })
  const lines = createInterface({ input: socket, crlfDelay: Infinity })
  lines.on('line', inTurn(each))
  lines.on('error', () => socket.destroy())
}

/** The other end. The transport answers `core-lost` to everything once the owner is gone. */
export interface OwnerLink {
  readonly transport: Transport
  /** Resolves when the owner is gone. */
  readonly closed: Promise<void>
  close(): void
}

export function linkToOwner(port: number, token: string): Promise<OwnerLink> {
  const socket = createConnection({ host: '127.0.0.1', port })
  const waiting = new Map<string, (reply: Reply) => void>()
  const listeners = new Set<Parameters<Transport['subscribe']>[0]>()
  const send = (message: ToCore): void => void socket.write(`${JSON.stringify(message)}\n`)
  const closed = new Promise<void>((resolve) => {
    // After what it said last, which is heard in a turn of its own, too.
    const gone = inTurn(() => {
      for (const answer of waiting.values()) answer({ ok: false, failure: OWNER_GONE })
      waiting.clear()
      resolve()
    })
    socket.once('close', gone)
  })
  readLines(socket, (line) => {
    const message = JSON.parse(line) as FromCore
    if (message.type === 'reply') {
      waiting.get(message.call)?.(message.reply)
      waiting.delete(message.call)
    }
    if (message.type === 'event') for (const listener of listeners) listener(message.event)
  })
  const transport: Transport = {
    invoke: (method, input, call) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve({ ok: false, failure: OWNER_GONE })
        waiting.set(call, resolve)
        send({ type: 'invoke', call, method, input })
      }),
    cancel: (call) => send({ type: 'cancel', call }),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.on('error', () => socket.destroy())
      socket.write(`${token}\n`)
      resolve({ transport, closed, close: () => socket.destroy() })
    })
    socket.once('error', () => reject(new DecantError(OWNER_GONE)))
  })
}

const OWNER_GONE: Failure = {
  code: 'core-lost',
  reach: 'job',
  message: 'The Decant that works in this data directory is gone.',
}
