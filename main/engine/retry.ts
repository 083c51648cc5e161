import type { Failure } from '#model/failure.ts'
import type { Settled, WorkContext } from './work.ts'

/** What sending a request needs of the work's context. */
export type RequestContext = Pick<WorkContext, 'seams' | 'pace' | 'signal'>

/** Sends a request until it is answered, refused for good, or given up. */
export async function attempt<T>(
  _context: RequestContext,
  _operation: () => Promise<T>,
  _settle?: () => Promise<Settled<T>>,
): Promise<T> {
  throw new Error('not built yet')
}

/** A failure after which only a probe can tell whether the endpoint is away or this one request is cursed. */
export function mayBeOffline(failure: Failure): boolean {
  return failure.code === 'connection' || failure.code === 'timeout'
}
