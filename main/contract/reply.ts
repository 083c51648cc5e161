import type { Failure } from '#model/failure.ts'

/** An answer that crosses the boundary: errors are data here, never thrown through a pipe. */
export type Reply<Value = unknown> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure }
