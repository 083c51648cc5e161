import { DecantError } from '#model/failure.ts'
import type { RequestContext } from './pace/retry.ts'

/** Milliseconds without an answer after which a copy is asked for a second time: a fault is to end within a minute. */
const SILENT = 45_000
/** Bytes; what copies less is given up in about that time anyway. */
const LARGE = 16 * 1024 ** 2
/** Second requests to one bucket at a time: a server that is slow for all of its copies is not to get each of them twice. */
const FEW = 4
/** Milliseconds after which who found so many looks again. */
const AGAIN = 5_000

/** Second requests under way, by the pace of the bucket that they go to. */
const underWay = new WeakMap<RequestContext['pace'], number>()

/**
 * A copy by the server that hangs looks like one that is slow, and may be either for minutes. So it is not given up, it
 * is asked for once more beside: what answers first counts. Only for what does no harm twice: a part, which is bound
 * to its source and seen by nobody, and a write that the server itself refuses once the other one has been done.
 *
 * | the first                      | the second | is                                                       |
 * |--------------------------------|------------|----------------------------------------------------------|
 * | answers, or fails, within 45 s | not sent   | what the first is                                        |
 * | answers later                  | any        | done; the second is dropped                              |
 * | fails later                    | any        | what the second is                                       |
 * | hangs                          | answers    | done; the first is dropped                               |
 * | hangs                          | fails      | in doubt: a refusal may mean that the first one was done |
 *
 * It takes no slot of the pace, as the first one sits in its own and does nothing: hence no more than four at a time.
 */
export async function askTwice<T>(
  size: number,
  { seams, signal, pace }: RequestContext,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (size < LARGE) return send(signal)
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  let takeBack = (): void => {}
  let isSent = false
  const second = new Promise<T>((resolve, reject) => {
    const ask = (): void => {
      const others = underWay.get(pace) ?? 0
      if (others === FEW) {
        takeBack = seams.after(AGAIN, ask)
        return
      }
      underWay.set(pace, others + 1)
      isSent = true
      send(either)
        .then(resolve, (error: unknown) => reject(signal.aborted ? error : inDoubt(error)))
        .finally(() => underWay.set(pace, (underWay.get(pace) ?? 1) - 1))
    }
    takeBack = seams.after(SILENT, ask)
  })
  const first = send(either).catch((error: unknown) => {
    if (isSent && !signal.aborted) return second
    throw error
  })
  try {
    return await Promise.race([first, second])
  } finally {
    takeBack()
    // The connection of what was answered is kept: it listens to this signal, too, until its next request.
    if (isSent) stop.abort()
    first.catch(() => {})
    second.catch(() => {})
  }
}

function inDoubt(error: unknown): unknown {
  if (!(error instanceof DecantError)) return error
  const message = `A large copy was not answered, and asked for again: ${error.failure.message}`
  return new DecantError({ code: 'timeout', reach: 'attempt', message }, { cause: error })
}
