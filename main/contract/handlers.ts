import type { MethodName, Output, Parsed } from './methods.ts'

export interface CallContext {
  /** Aborts when the caller cancels, or is gone. */
  readonly signal: AbortSignal
}

/** One handler a method: a forgotten one does not compile. */
export type Handlers = {
  readonly [M in MethodName]: (input: Parsed<M>, context: CallContext) => Promise<Output<M>> | Output<M>
}
