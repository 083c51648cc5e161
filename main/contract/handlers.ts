import type { MethodName, Output, Parsed } from './methods.ts'

/**
 * Who asks. `window`: a page, which somebody might have taken over, so it names only files that were granted.
 * `person`: the command line, in this process or through the owner's door, which may what its user may.
 */
export type Caller = 'window' | 'person'

export interface CallContext {
  /** Aborts when the caller cancels, or is gone. */
  readonly signal: AbortSignal
  readonly caller: Caller
}

/** One handler a method: a forgotten one does not compile. */
export type Handlers = {
  readonly [M in MethodName]: (input: Parsed<M>, context: CallContext) => Promise<Output<M>> | Output<M>
}
