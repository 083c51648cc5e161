import type { CallContext, Caller, Handlers } from '#contract/handlers.ts'
import { isMethod, methods } from '#contract/methods.ts'
import type { Reply } from '#contract/reply.ts'
import { badInput, toFailure, type Failure } from '#model/failure.ts'

/** Where every call comes in, whatever carried it here. */
export interface Dispatcher {
  /** Never rejects. `call` names it for `cancel`, and is the caller's to keep unique; who says nothing is a window. */
  invoke(method: string, input: unknown, call: string, caller?: Caller): Promise<Reply>
  /** The handler's signal aborts, and the call is answered `cancelled` at once. */
  cancel(call: string): void
  cancelAll(): void
}

const CANCELLED: Failure = { code: 'cancelled', reach: 'item', message: 'It was cancelled.' }

export interface DispatcherOptions {
  readonly handlers: Handlers
  /** Hears of what should never happen: a handler that failed with something that is no `DecantError`. */
  bug?(method: string, error: unknown): void
}

export function createDispatcher({ handlers, bug }: DispatcherOptions): Dispatcher {
  const running = new Map<string, AbortController>()

  const invoke: Dispatcher['invoke'] = async (method, input, call, caller = 'window') => {
    if (!isMethod(method)) return refuse(`method: ${JSON.stringify(method)} is none that Decant knows`)
    const { input: schema, sensitive } = methods[method] as (typeof methods)[typeof method] & {
      sensitive?: true
    }
    // What may hold a secret is never repeated in a refusal.
    const parsed = schema.safeParse(input, { reportInput: sensitive !== true })
    if (!parsed.success) return { ok: false, failure: badInput(parsed.error) }
    if (running.has(call)) return refuse(`call: ${JSON.stringify(call)} is under way already`)

    const controller = new AbortController()
    running.set(call, controller)
    const cancelled = new Promise<Reply>((resolve) => {
      controller.signal.addEventListener('abort', () => resolve({ ok: false, failure: CANCELLED }), {
        once: true,
      })
    })
    // The table is typed method by method; here, where the method is not known, only the shape is.
    const handler = handlers[method] as (input: unknown, context: CallContext) => unknown
    const done = answer(method, () => handler(parsed.data, { signal: controller.signal, caller }))
    const reply = await Promise.race([done, cancelled])
    running.delete(call)
    return reply
  }

  const answer = async (method: string, handle: () => unknown): Promise<Reply> => {
    try {
      return { ok: true, value: await handle() }
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'internal') bug?.(method, error)
      return { ok: false, failure }
    }
  }

  return {
    invoke,
    cancel: (call) => running.get(call)?.abort(),
    cancelAll() {
      for (const controller of running.values()) controller.abort()
    },
  }
}

function refuse(message: string): Reply {
  return { ok: false, failure: { code: 'bad-input', reach: 'item', message } }
}
