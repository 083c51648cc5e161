import type fc from 'fast-check'
import { DecantError } from '../../main/model/failure.ts'

/** A reader of what strangers wrote, and the ways to try it. */
export interface Target {
  readonly name: string
  /** How many of all cases are its own, beside the shares of the others. */
  readonly share: number
  /** Cases, and what must hold of each. It throws, or rejects, where it does not. */
  property(): fc.IRawProperty<unknown>
  /** What has to be there for it, and goes with it. */
  readonly stage?: () => Promise<() => Promise<void>>
}

/** Milliseconds of one case; a machine that does other things as well is given time. */
export const SLOW = 4000

/** Any failure is an answer; anything else that is thrown is a hole. So is a case that takes long. */
export async function answered<T>(
  work: () => T | Promise<T>,
  allowed: (error: unknown) => boolean = isFailure,
): Promise<T | undefined> {
  const began = performance.now()
  let made: T | undefined
  try {
    made = await work()
  } catch (error) {
    if (!allowed(error)) throw error
  }
  const took = performance.now() - began
  if (took > SLOW) throw new Error(`it took ${Math.round(took)} ms`)
  if (({} as { polluted?: unknown }).polluted !== undefined)
    throw new Error('Object.prototype was written to')
  return made
}

export function isFailure(error: unknown): boolean {
  return error instanceof DecantError && error.failure.code !== 'internal'
}
