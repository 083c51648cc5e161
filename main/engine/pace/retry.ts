import type { Failure, FailureCode } from '#model/failure.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { RequestKind, Settled, WorkContext } from '../work.ts'

/** What sending a request needs of the work's context. */
export type RequestContext = Pick<WorkContext, 'seams' | 'pace' | 'signal' | 'unbilled'>

export interface AttemptOptions<T> {
  /**
   * Only for a request that changes something: finds out whether it was done, when its answer does not tell.
   * Called before anything is sent again, and once more if a later try is refused, as the earlier one may be why.
   */
  readonly settle?: (() => Promise<Settled<T>>) | undefined
  /** Not sent again after this, although it may pass: the caller has a better answer to it. */
  readonly notAfter?: FailureCode | undefined
  /** What has a `settle` is a write; anything else is a read, unless this says otherwise. */
  readonly kind?: RequestKind | undefined
}

/** For a write that needs no settling: sent twice, it does the same, or looks by itself. */
export const AS_WRITE = { kind: 'write' } as const

const SECOND = 1000
const TRIES = 8
/**
 * S3 asks to slow down while the pace is still finding its rate: no reason to give an object up. Where a fifth is refused
 * by chance, one object in 10^21 is given up after so many; where half is, one in 10^9.
 */
const TRIES_WHEN_SLOW = 30
/** Milliseconds. Full jitter: a random wait between 0 and the doubled one ("Exponential Backoff And Jitter", AWS). */
const FIRST_WAIT = 50
const LONGEST_WAIT = 5 * SECOND
/** Asked to slow down, it is the pace that does: waiting longer for one object helps nobody. */
const LONGEST_WAIT_WHEN_SLOW = 2 * SECOND
/** No answer at all for so long, and the endpoint is probably away: the job should say so soon. */
const PATIENCE_OFFLINE = 4 * SECOND
/** After the first try. A request that hangs for as long again, while others are answered, is cursed: that is a minute. */
const PATIENCE_HUNG = 20 * SECOND
const PATIENCE = 300 * SECOND

/** After these nobody knows whether the server did what it was asked. */
const AMBIGUOUS: ReadonlySet<FailureCode> = new Set([
  'connection',
  'timeout',
  'bad-answer',
  'server-error',
  'slow-down',
])

/**
 * Sends a request in a slot of the pace until it is answered, refused for good, or given up. A failure given up is
 * one of the item, but those that `mayBeOffline` keep the reach `attempt`, so that a probe can decide.
 */
export function attempt<T>(
  context: RequestContext,
  operation: () => Promise<T>,
  options: AttemptOptions<T> = {},
): Promise<T> {
  const { pace, signal } = context
  const kind = kindOf(options)
  try {
    const entered = pace.enter(signal, kind)
    // Nearly every request finds its slot at once, and is answered: not a promise more than that needs.
    if (entered) return entered.then(() => inSlot(context, operation, options, kind))
    return inSlot(context, operation, options, kind)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

/** The first try, in a slot that is left with its answer. */
function inSlot<T>(
  context: RequestContext,
  operation: () => Promise<T>,
  options: AttemptOptions<T>,
  kind: RequestKind,
): Promise<T> {
  const { pace } = context
  const failed = (error: unknown): Promise<T> => {
    pace.leave(outcomeOf(error), kind)
    tellUnbilled(context, error)
    return sendAgain(context, operation, options, error)
  }
  try {
    return operation().then((answer) => {
      pace.leave('fine', kind)
      return answer
    }, failed)
  } catch (error) {
    return failed(error)
  }
}

/** What the pace is told: a refusal for good is an answer like any other. */
function outcomeOf(error: unknown): 'fine' | 'slow' | 'failed' {
  if (!(error instanceof DecantError)) return 'failed'
  const { code } = error.failure
  if (code === 'slow-down') return 'slow'
  return AMBIGUOUS.has(code) || code === 'cancelled' ? 'failed' : 'fine'
}

/** Source: "Billing for Amazon S3 error responses", S3's user guide: 4xx are billed, mostly, 5xx never. */
function tellUnbilled({ unbilled }: RequestContext, error: unknown): void {
  const s3 = error instanceof DecantError ? error.failure.s3 : undefined
  if (s3 !== undefined && s3.status >= 500) unbilled?.(s3.operation)
}

/** A failure after which only a probe can tell whether the endpoint is away or this one request is cursed. */
export function mayBeOffline(failure: Failure): boolean {
  return failure.code === 'connection' || failure.code === 'timeout'
}

/**
 * Milliseconds in which a request was under way, or its next try was waited for. Waiting for a slot, and looking
 * whether it was done, are no reason to give it up.
 */
interface Spent {
  ms: number
}

function kindOf<T>({ kind, settle }: AttemptOptions<T>): RequestKind {
  return kind ?? (settle ? 'write' : 'read')
}

async function sendOnce<T>(
  context: RequestContext,
  operation: () => Promise<T>,
  kind: RequestKind,
  spent: Spent,
): Promise<T> {
  const { pace, seams } = context
  const entered = pace.enter(context.signal, kind)
  if (entered) await entered
  const began = seams.now()
  try {
    const answer = await operation()
    pace.leave('fine', kind)
    return answer
  } catch (error) {
    pace.leave(outcomeOf(error), kind)
    tellUnbilled(context, error)
    spent.ms += seams.now() - began
    throw error
  }
}

async function sendAgain<T>(
  context: RequestContext,
  operation: () => Promise<T>,
  options: AttemptOptions<T>,
  firstError: unknown,
): Promise<T> {
  const { seams, signal } = context
  const spent: Spent = { ms: 0 }
  let error = firstError
  let inDoubt = false
  const failed = new Map<FailureCode, number>()
  for (let tries = 1; ; tries++) {
    if (signal.aborted) throw error
    const failure = toFailure(error)
    failed.set(failure.code, (failed.get(failure.code) ?? 0) + 1)
    inDoubt ||= AMBIGUOUS.has(failure.code)
    if (inDoubt && options.settle && failure.reach !== 'job') {
      const settled = await options.settle()
      if (settled.is === 'done') return settled.outcome
    }
    if (failure.reach !== 'attempt' || failure.code === options.notAfter) throw error
    if (isEnough(failure, failed.get(failure.code) ?? 0, spent.ms)) throw givenUp(failure, tries)
    const longest = failure.code === 'slow-down' ? LONGEST_WAIT_WHEN_SLOW : LONGEST_WAIT
    const wait = seams.random() * Math.min(longest, FIRST_WAIT * 2 ** (tries - 1))
    await rest(context, wait)
    spent.ms += wait
    try {
      return await sendOnce(context, operation, kindOf(options), spent)
    } catch (again) {
      error = again
    }
  }
}

async function rest({ seams, pace, signal }: RequestContext, ms: number): Promise<void> {
  pace.rest?.(1)
  try {
    await sleep(seams, ms, signal)
  } finally {
    pace.rest?.(-1)
  }
}

/** Each failure has tries of its own: the first error behind an outage, or behind many SlowDowns, is no habit yet. */
function isEnough(failure: Failure, times: number, spent: number): boolean {
  if (failure.code === 'connection' && spent >= PATIENCE_OFFLINE) return true
  if (failure.code === 'timeout' && spent >= PATIENCE_HUNG) return true
  return times >= (failure.code === 'slow-down' ? TRIES_WHEN_SLOW : TRIES) || spent >= PATIENCE
}

function givenUp(failure: Failure, tries: number): DecantError {
  return new DecantError({
    ...failure,
    reach: mayBeOffline(failure) ? 'attempt' : 'item',
    message: `${failure.message} It was tried ${tries} times.`,
  })
}
