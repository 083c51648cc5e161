import type { EventMessage } from './events.ts'
import type { Reply } from './reply.ts'

/** All that a window needs of a host. Two implementations: Electron's IPC and a WebSocket. */
export interface Transport {
  /** Never rejects: a lost core is a reply too (`core-lost`). `call` is unique per transport and names it for `cancel`. */
  invoke(method: string, input: unknown, call: string): Promise<Reply>
  /** The call's reply is then `cancelled`, unless it was done already. */
  cancel(call: string): void
  /** Every event, in order; the returned function ends it. */
  subscribe(listener: (event: EventMessage) => void): () => void
}

/** What travels on the pipe between a host and its core, in both directions. */
export type ToCore =
  | { readonly type: 'invoke'; readonly call: string; readonly method: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly call: string }
  | { readonly type: 'host-reply'; readonly call: string; readonly reply: Reply }
  | { readonly type: 'start'; readonly options: CoreOptions }
  /** Finish what is being written, close the database, exit. */
  | { readonly type: 'stop' }

export type FromCore =
  /** Ready for calls; or why it cannot be. */
  | { readonly type: 'started'; readonly reply: Reply<{ readonly pid: number }> }
  | { readonly type: 'reply'; readonly call: string; readonly reply: Reply }
  | { readonly type: 'event'; readonly event: EventMessage }
  | { readonly type: 'host-call'; readonly call: string; readonly method: string; readonly input: unknown }

export interface CoreOptions {
  readonly dataDir: string
  readonly host: 'desktop' | 'serve' | 'cli'
  readonly version: string
}
