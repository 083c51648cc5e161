import type { EventMessage } from '#contract/events.ts'
import type { Reply } from '#contract/reply.ts'
import type { FromCore, ToCore, Transport } from '#contract/transport.ts'

/** What the transport uses of a WebSocket, so that a test can give it another. */
export type OpenSocket = (url: string) => Socket
export interface Socket {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (message: { readonly data: unknown }) => void): void
}

export interface WebSocketTransport extends Transport {
  /** Ends the connection for good. */
  close(): void
}

const FIRST_WAIT = 250
const LONGEST_WAIT = 5000

const LOST: Reply = {
  ok: false,
  failure: {
    code: 'core-lost',
    reach: 'attempt',
    message: 'The connection to Decant was lost before it could answer. Decant is trying to reach it again.',
  },
}

/**
 * The transport of `decant serve`: JSON messages of the contract's pipe (`invoke`, `cancel`; `reply`, `event`) over
 * one WebSocket. It reconnects by itself. Calls made before the first connection wait for it; calls that a lost
 * connection leaves open are answered `core-lost`, and the loss is told as a `core.changed` event.
 */
export function openWebSocketTransport(url: string, open: OpenSocket): WebSocketTransport {
  const listeners = new Set<(event: EventMessage) => void>()
  const calls = new Map<string, (reply: Reply) => void>()
  const waiting: string[] = []
  let phase: 'connecting' | 'open' | 'lost' | 'closed' = 'connecting'
  let wait = FIRST_WAIT
  let timer: ReturnType<typeof setTimeout> | undefined
  let socket = dial()

  function dial(): Socket {
    const next = open(url)
    next.addEventListener('open', () => {
      const back = phase === 'lost'
      phase = 'open'
      wait = FIRST_WAIT
      for (const text of waiting.splice(0)) next.send(text)
      if (back) tell({ topic: 'core.changed', payload: { state: 'up' } })
    })
    next.addEventListener('message', ({ data }) => receive(data))
    next.addEventListener('close', () => {
      if (phase === 'closed') return
      if (phase === 'open') {
        phase = 'lost'
        for (const answer of calls.values()) answer(LOST)
        calls.clear()
        tell({ topic: 'core.changed', payload: { state: 'restarting' } })
      }
      timer = setTimeout(() => (socket = dial()), wait)
      wait = Math.min(wait * 2, LONGEST_WAIT)
    })
    return next
  }

  function receive(data: unknown): void {
    const message = typeof data === 'string' ? (JSON.parse(data) as FromCore) : undefined
    if (message?.type === 'event') tell(message.event)
    if (message?.type !== 'reply') return
    calls.get(message.call)?.(message.reply)
    calls.delete(message.call)
  }

  function tell(event: EventMessage): void {
    for (const listener of [...listeners]) listener(event)
  }

  function send(message: ToCore): void {
    const text = JSON.stringify(message)
    if (phase === 'open') socket.send(text)
    else if (phase === 'connecting') waiting.push(text)
  }

  return {
    invoke(method, input, call) {
      if (phase === 'lost' || phase === 'closed') return Promise.resolve(LOST)
      return new Promise((resolve) => {
        calls.set(call, resolve)
        send({ type: 'invoke', call, method, input })
      })
    },
    cancel: (call) => send({ type: 'cancel', call }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      phase = 'closed'
      clearTimeout(timer)
      socket.close()
      for (const answer of calls.values()) answer(LOST)
      calls.clear()
    },
  }
}
