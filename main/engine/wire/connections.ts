import type { ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dialer } from './dialer.ts'
import { Agent } from './node-http.ts'

/**
 * The Agent of node:http over a Dialer, for bodies that are streams and for the SDK. A request sees only
 * connections that stand. As many sockets as there are requests in flight, the last used first.
 */
export class Connections extends Agent {
  /** What node:http compares a request's protocol with. */
  readonly protocol: string
  readonly #dialer: Dialer
  /** What was dialled since the way out changed last. */
  #fresh = new WeakSet<Duplex>()

  constructor(dialer: Dialer) {
    super({ keepAlive: true, scheduling: 'lifo', maxSockets: Infinity, maxFreeSockets: 1024 })
    this.protocol = dialer.secure ? 'https:' : 'http:'
    this.#dialer = dialer
  }

  /** The way out is another one: no connection of before is used again. */
  renew(): void {
    this.#fresh = new WeakSet()
    for (const sockets of Object.values(this.freeSockets)) sockets?.forEach((socket) => socket.destroy())
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Node's types say void: it is true where the socket may be kept.
    return this.#fresh.has(socket) && (super.keepSocketAlive(socket) as unknown as boolean)
  }

  override createConnection(
    options: ClientRequestArgs,
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const { secure } = this.#dialer
    const host = (options.host ?? 'localhost').replace(/^\[|\]$/g, '')
    this.#dialer.dial({ secure, host, port: Number(options.port ?? (secure ? 443 : 80)) }).then(
      (socket) => {
        this.#fresh.add(socket)
        done(null, socket)
      },
      // Node's types want a socket also where there is none.
      (error: Error) => done(error, undefined as unknown as Duplex),
    )
  }
}
