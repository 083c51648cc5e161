import type { Failure } from '#model/failure.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { RequestContext } from './pace/retry.ts'
import type { Pace } from './work.ts'

/** Milliseconds without an answer after which a copy is asked for a second time: a fault is to end within a minute. */
const SILENT = 45_000
/** Bytes; what copies less is given up in about that time anyway. */
export const LARGE = 16 * 1024 ** 2
/** Second requests and looks to one bucket at a time: a server that is slow for all of its copies is not to get each of them twice. */
const FEW = 4
/** Milliseconds after which who found so many tries again, … */
const AGAIN = 5_000
/** … and after which one is looked for again that may not be asked for twice. */
const LOOK_AGAIN = 15_000
/** Further requests for one copy. */
const MOST = 3

/** What may be done about a copy that nobody answers. */
export type Beside<T> =
  /** It was done, and only its answer is missing; or this is what becomes of it instead. */
  | { readonly is: 'done'; readonly outcome: T }
  /** Asked for by this it does no harm, whatever becomes of the first one. */
  | { readonly is: 'ask'; readonly send: (signal: AbortSignal) => Promise<T> }
  /** A second one could write over what somebody else wrote after the first: only its own answer or its effect ends it. */
  | { readonly is: 'wait' }

/** By what a look beside the first is sent: without a slot of the pace. */
export interface Looking {
  readonly by: Pick<RequestContext, 'signal' | 'pace'>
  /** Milliseconds for which the first has been waited for. */
  readonly waited: number
}

/** Requests and looks beside others, by the pace of the bucket that they go to. */
const underWay = new WeakMap<Pace, number>()
/** The first one sits in its slot and does nothing: what is done beside it needs none of its own. */
const BESIDE: Pace = { enter: () => {}, leave: () => {} }

/**
 * A copy by the server that hangs looks like one that is slow, and may be either for minutes. So it is not given up: it
 * is looked for beside, and asked for once more where `look` says that this does no harm; what answers first counts.
 *
 * | the first                      | beside it                     | is                                               |
 * |--------------------------------|-------------------------------|--------------------------------------------------|
 * | answers, or fails, within 45 s | nothing                       | what the first is                                |
 * | answers later                  | anything                      | done; what is beside it is dropped               |
 * | fails later                    | a second request              | what the second is                               |
 * | fails later                    | a look, or nothing            | what the first is                                |
 * | hangs                          | its effect is seen            | done; the first is dropped                       |
 * | hangs                          | the second answers            | done; the first is dropped                       |
 * | hangs                          | the second is refused: a condition does not hold, the upload is gone | in doubt: the first may have been done |
 * | hangs                          | the second fails otherwise    | asked for again, three times at most             |
 * | hangs                          | it may go by parts instead    | given up for these (`besideCopy`)                |
 * | hangs                          | nothing may be done           | waited for as its bytes may take (`patienceFor`) |
 * | fails as it hangs              | the second hangs as well      | failed for good: it is not begun anew            |
 *
 * It takes no slot of the pace, as the first one sits in its own and does nothing: hence no more than four at a time.
 *
 * What ends each kind of request whose answer never comes; `attempt` sends it once more, so that one fault costs this
 * much, and settles it before where twice is not the same as once:
 *
 * | request                                          | ended by                                                       |
 * |--------------------------------------------------|----------------------------------------------------------------|
 * | connecting                                       | 5 s                                                            |
 * | list, HEAD, tags, ACL, lock, annotations, restore| 30 s of silence                                                |
 * | GET                                              | 30 s of silence, also in the midst of the body                 |
 * | PUT and part of a relay or an upload             | 30 s of silence, also after its last byte                      |
 * | delete, one or a thousand; abort                 | 30 s of silence                                                |
 * | copy, part, completion up to 16 MiB              | 47 s of silence: 30 s, and 1 s a MB                            |
 * | part by copy                                     | 45 s: asked twice, as it is bound to its source and unseen     |
 * | copy to where nothing stood                      | 45 s: asked twice, as the server refuses the later one; where it ignores conditions, as over what it may equal |
 * | copy over what it is certain to differ from      | 45 s: asked twice, bound to what stands there (`besideCopy`)   |
 * | copy over what it may equal, edit of an object of one part | 45 s, or twice as long as S3 takes for its bytes: by parts |
 * | the same where its parts are to stay, or it has annotations and no versions; copy on no condition | 45 s if it was done; else as long as its bytes may take, 1 s a MB and 15 minutes at most |
 * | edit of an object in parts                       | 45 s: asked twice, where a copy makes one part of it           |
 * | completion                                       | 45 s: asked twice, as an upload is completed once; where the server ignores conditions, as over what it may equal |
 */
export async function askTwice<T>(
  size: number,
  { seams, signal, pace }: RequestContext,
  send: (signal: AbortSignal) => Promise<T>,
  look: (looking: Looking) => Promise<Beside<T>> = () => Promise.resolve({ is: 'ask', send }),
): Promise<T> {
  if (size < LARGE) return send(signal)
  const stop = new AbortController()
  const resting = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const began = seams.now()
  let isBeside = false
  let isAsked = false
  let firstFailed: Failure | undefined
  const once = async (): Promise<Beside<T>> => {
    const by = { signal: either, pace: BESIDE }
    const seen = await look({ by, waited: seams.now() - began })
    // While it was looked for, the first failed: that is how it ends.
    if (seen.is !== 'ask' || firstFailed) return seen
    isAsked = true
    return { is: 'done', outcome: await seen.send(either) }
  }
  const beside = async (): Promise<T> => {
    let asked = 0
    for (let wait = SILENT; ;) {
      await sleep(seams, wait, resting.signal)
      wait = AGAIN
      const others = underWay.get(pace) ?? 0
      if (others === FEW) continue
      underWay.set(pace, others + 1)
      isBeside = true
      try {
        const seen = await once()
        if (seen.is === 'done') return seen.outcome
        wait = LOOK_AGAIN
      } catch (error) {
        if (signal.aborted) throw error
        if (!isAsked) wait = LOOK_AGAIN
        else if (++asked === MOST || firstFailed || mayMeanDone(error)) throw inDoubt(error, firstFailed)
        isAsked = false
      } finally {
        underWay.set(pace, (underWay.get(pace) ?? 1) - 1)
      }
    }
  }
  const second = beside()
  const first = send(either).catch((error: unknown) => {
    firstFailed = toFailure(error)
    if (isAsked && !signal.aborted) return second
    throw error
  })
  try {
    return await Promise.race([first, second])
  } finally {
    resting.abort()
    // The connection of what was answered is kept: it listens to this signal, too, until its next request.
    if (isBeside) stop.abort()
    first.catch(() => {})
    second.catch(() => {})
  }
}

/** What the first one did may be why; or nothing more can be asked of this server. */
function mayMeanDone(error: unknown): boolean {
  const { s3, reach } = toFailure(error)
  return s3?.status === 412 || s3?.status === 404 || reach === 'job'
}

/** Two that hung until nobody could be there are no accident: a third would be waited for as long. */
function inDoubt(error: unknown, first: Failure | undefined): unknown {
  if (!(error instanceof DecantError)) return error
  const { code } = error.failure
  const reach = code === 'timeout' && first?.code === 'timeout' ? 'item' : 'attempt'
  const message = `A large copy was not answered, and asked for again: ${error.failure.message}`
  return new DecantError({ code: 'timeout', reach, message }, { cause: error })
}
