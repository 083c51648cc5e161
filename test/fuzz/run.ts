import fc from 'fast-check'
import { DOOR_TARGETS } from './door-targets.ts'
import { FILE_TARGETS } from './file-targets.ts'
import { SERVER_TARGETS } from './server-targets.ts'
import type { Target } from './target.ts'

export const TARGETS: readonly Target[] = [...SERVER_TARGETS, ...FILE_TARGETS, ...DOOR_TARGETS]

/** Of so many cases in all, those of one target. */
export function casesOf({ share }: Target, all: number): number {
  const shares = TARGETS.reduce((sum, target) => sum + target.share, 0)
  return Math.ceil((all * share) / shares)
}

export type Fuzzed =
  | { readonly ok: true; readonly cases: number; readonly milliseconds: number }
  | { readonly ok: false; readonly cases: number; readonly path: string; readonly why: string }

/** Tries a target so many times. The same seed tries the same; `path` goes straight to one case of it. */
export async function fuzz(target: Target, cases: number, seed: number, path = ''): Promise<Fuzzed> {
  const began = performance.now()
  const leave = await target.stage?.()
  try {
    const property = target.property() as fc.IAsyncProperty<unknown>
    const found = await fc.check(property, {
      numRuns: cases,
      seed,
      path,
      endOnFailure: path !== '',
      interruptAfterTimeLimit: 120_000,
    })
    if (!found.failed) return { ok: true, cases: found.numRuns, milliseconds: performance.now() - began }
    const { errorInstance, counterexample, counterexamplePath } = found
    const why =
      errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance)
    const said = `${fc.stringify(counterexample).slice(0, 2000)}\n${why.slice(0, 3000)}`
    return { ok: false, cases: found.numRuns, path: counterexamplePath ?? '', why: said }
  } finally {
    await leave?.()
  }
}
