import { DecantError } from '#model/failure.ts'
import type { Events, Topic } from './events.ts'
import type { Input, MethodName, Output } from './methods.ts'
import type { Transport } from './transport.ts'

/** The typed face of a transport. */
export interface Client {
  /** Throws a `DecantError`. An aborted signal cancels the call at the other end, too. */
  call<M extends MethodName>(
    method: M,
    input: Input<M>,
    options?: { signal?: AbortSignal },
  ): Promise<Output<M>>
  on<T extends Topic>(topic: T, listener: (payload: Events[T]) => void): () => void
}

export function createClient(transport: Transport): Client {
  let calls = 0
  return {
    async call(method, input, options) {
      const call = `${++calls}`
      const { signal } = options ?? {}
      signal?.throwIfAborted()
      const cancel = (): void => transport.cancel(call)
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        const reply = await transport.invoke(method, input, call)
        if (!reply.ok) throw new DecantError(reply.failure)
        // The core answers what its handler table gives for this method; both sides compile against one table.
        return reply.value as Output<typeof method>
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    on(topic, listener) {
      return transport.subscribe((event) => {
        if (event.topic === topic) listener(event.payload as Events[typeof topic])
      })
    },
  }
}
