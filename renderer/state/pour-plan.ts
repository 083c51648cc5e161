import type { Failure } from '#model/failure.ts'
import type { JobSnapshot, Tally } from '#model/job.ts'
import type { SkipReason } from '#model/plan.ts'
import type { PourSpec } from '#model/spec.ts'

interface StartQuestion {
  /** The plan of what is chosen now. */
  readonly snapshot: JobSnapshot | undefined
  readonly replanning: boolean
  readonly failure: Failure | undefined
  readonly whileListing: boolean
}

/**
 * Why a plan cannot be started, or undefined where it can:
 *
 * | the plan                              | start                                              |
 * |---------------------------------------|----------------------------------------------------|
 * | was refused, or has failed            | no: says why                                       |
 * | is being made anew for another choice | yes: what is started is what was chosen last       |
 * | is not there yet                      | no                                                 |
 * | still lists                           | yes, unless one wants to see all of it before      |
 * | waits (offline, a sign-in)            | yes: the job waits for that, too                   |
 * | is whole, with nothing to do          | no: says so                                        |
 */
export function startBlocked({
  snapshot,
  replanning,
  failure,
  whileListing,
}: StartQuestion): string | undefined {
  if (failure !== undefined) return failure.message
  if (replanning) return whileListing ? undefined : 'The plan is being made anew.'
  if (snapshot === undefined) return 'The plan is being made.'
  const { status, tally } = snapshot
  if (status.is === 'failed') return status.failure.message
  if (snapshot.listing || status.is === 'planning') {
    return whileListing ? undefined : 'The listing still goes on.'
  }
  if (status.is === 'paused' || itemsToDo(tally) > 0) return undefined
  if (tally.listed.items === 0) return 'There is nothing there.'
  if (tally.planned.refuse.items === tally.listed.items) return 'Every object would fail.'
  return 'There is nothing to do: everything is skipped.'
}

/** What will be sent: not what is skipped or refused. */
export function itemsToDo({ planned }: Tally): number {
  const { skip, refuse, ...todo } = planned
  return Object.values(todo).reduce((sum, { items }) => sum + items, 0)
}

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  exists: 'Skip: the key exists',
  same: 'Skip: the same already there',
  'not-newer': 'Skip: not newer than what is there',
  'same-object': 'Skip: it is the same object',
  'nothing-to-do': 'Nothing to do',
}

/** What happens to the keys that exist, as the line of conflicts says it. */
export function conflictWords(policy: PourSpec['conflict']): string {
  return {
    skip: 'skip',
    overwrite: 'overwrite',
    'if-newer': 'overwrite',
    'if-different': 'overwrite',
    fail: 'fail',
  }[policy]
}

const LISTED_AT_ONCE = 1000
const MIB = 1024 ** 2
const LARGE_PART = 256 * MIB
const FEWEST_PARTS = 32

/**
 * About how many requests the plan costs, by arithmetic on its counts; answers that have to be repeated come on top.
 *
 * - a listing of both sides: one request for 1,000 keys, each;
 * - a copy: 1. In parts: the source is looked at, begun and completed (3) and its parts, which are 256 MiB, or a
 *   32nd of objects below 8 GiB. Through this machine: a GET and a PUT;
 * - verification by HEAD: 1 an object; in full: 2, the tags too. Automatic counts as the answer's own check, except
 *   for a move, which always looks before it deletes;
 * - a move: a HEAD just before and the DELETE.
 */
export function estimateRequests({ kind, verify }: Pick<PourSpec, 'kind' | 'verify'>, tally: Tally): number {
  const { planned, listed } = tally
  const copies = planned.copy.items + planned['copy-parts'].items + planned.relay.items
  const listing = 2 * Math.ceil(listed.items / LISTED_AT_ONCE)
  const large = planned['copy-parts']
  const parts = Math.max(large.items * FEWEST_PARTS, Math.ceil(large.bytes / LARGE_PART))
  const perCopy =
    planned.copy.items + 3 * large.items + (large.items > 0 ? parts : 0) + 2 * planned.relay.items
  const looks = verify === 'full' ? 2 : verify === 'head' || kind === 'move' ? 1 : 0
  const moves = kind === 'move' ? 2 * copies : 0
  return listing + perCopy + looks * copies + moves
}

/** An estimate with no more figures than it deserves: two, or three above a thousand. */
export function roundEstimate(count: number): number {
  if (count < 100) return count
  const step = 10 ** (Math.floor(Math.log10(count)) - (count < 1000 ? 1 : 2))
  return Math.ceil(count / step) * step
}
