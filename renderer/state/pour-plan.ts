import type { Failure } from '#model/failure.ts'
import type { JobSnapshot, Tally } from '#model/job.ts'
import type { SkipReason } from '#model/plan.ts'
import type { PourSpec } from '#model/spec.ts'
import { isHistorySpec, type HistorySpec, type OptionSpec, type SheetSpec } from './sheet-spec.ts'

interface StartQuestion {
  /** The plan of what is chosen now. */
  readonly snapshot: JobSnapshot | undefined
  readonly replanning: boolean
  readonly failure: Failure | undefined
  readonly whileListing: boolean
  /** Why objects would fail, of the first cause. */
  readonly cause?: string | undefined
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
 * | is whole, with nothing to do          | no: says so, and why where objects would fail      |
 */
export function startBlocked({
  snapshot,
  replanning,
  failure,
  whileListing,
  cause,
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
  if (tally.listed.items === 0)
    return tally.filtered.items > 0 ? 'No object passes the filter.' : 'There is nothing there.'
  if (tally.planned.refuse.items > 0) {
    const which = tally.planned.refuse.items === tally.listed.items ? 'Every object' : 'What is not skipped'
    return `${which} would fail${cause === undefined ? '.' : `: ${cause}`}`
  }
  return 'There is nothing to do: everything is skipped.'
}

/** What will be sent: not what is skipped or refused. */
export function itemsToDo({ planned }: Pick<Tally, 'planned'>): number {
  const { skip, refuse, ...todo } = planned
  return Object.values(todo).reduce((sum, { items }) => sum + items, 0)
}

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  exists: 'Skip: the key exists',
  same: 'Skip: the same already there',
  'not-newer': 'Skip: not newer than what is there',
  'same-object': 'Skip: it is the same object',
  'nothing-to-do': 'Nothing to do',
  left: 'Skip: left aside',
}

/** How many pass the filter so far: "12 of 365 listed objects pass." */
export function filterResult({ listed, filtered }: Tally, listing: boolean): string {
  const all = listed.items + filtered.items
  return `${listed.items.toLocaleString('en')} of ${all.toLocaleString('en')} listed objects pass${listing ? ' so far' : ''}.`
}

const LISTED_AT_ONCE = 1000
const MIB = 1024 ** 2
const LARGE_PART = 256 * MIB
const FEWEST_PARTS = 32

/**
 * About how many requests the plan costs, by arithmetic on its counts; answers that have to be repeated come on top.
 *
 * - listings: one request for 1,000 keys, of the sources and of each destination;
 * - what no listing tells and a filter or a rule asks for: a HEAD, or the tags, of each object listed;
 * - a copy: 1. In parts: the source is looked at, begun and completed (3) and its parts, which are 256 MiB, or a
 *   32nd of objects below 8 GiB. Through this machine: a GET and a PUT. Restored first: the RestoreObject, too;
 * - properties that S3 does not carry along by itself: see `readsPerCopy`;
 * - verification by HEAD: 1 an object; in full: 3, with tags and ACL. Automatic counts as the answer's own check,
 *   except for a move, which always looks before it deletes;
 * - a move: a HEAD just before and the DELETE;
 * - an edit: a HEAD and the tags, then the change: 1 (UpdateObjectEncryption), 2 (in place), or a copy with its HEAD;
 * - a comparison: 2 an object, in full 6;
 * - a delete marker and a deletion at a mirror: 1 each; a name that is set aside and brought back: a copy and a
 *   DELETE more;
 * - among versions: see `historyRequests`.
 */
export function estimateRequests(spec: SheetSpec, tally: Tally): number {
  if (isHistorySpec(spec)) return historyRequests(spec, tally)
  const { planned } = tally
  // What the filter left out was listed, too, and looked at where it asks for more than a listing tells.
  const listed = tally.listed.items + tally.filtered.items
  const places = spec.kind === 'edit' ? 1 : 1 + spec.destinations.length
  const listing = places * Math.ceil(listed / LISTED_AT_ONCE)
  const looks = listed * readsPerObject(spec)
  const single = planned.mark.items + planned['delete-extra'].items
  if (spec.kind === 'parity')
    return listing + looks + planned.compare.items * (spec.compare === 'full' ? 6 : 2)
  const restored = planned['restore-then-copy'].items
  if (spec.kind === 'edit') {
    const each = planned['re-encrypt'].items * 3 + planned['in-place'].items * 4 + planned.rewrite.items * 4
    return listing + looks + each + restored * 5
  }
  const large = planned['copy-parts']
  const parts = Math.max(large.items * FEWEST_PARTS, Math.ceil(large.bytes / LARGE_PART))
  const swaps = planned['set-aside'].items + planned['bring-back'].items
  const copies = planned.copy.items + large.items + planned.relay.items + restored + swaps
  const perCopy =
    planned.copy.items +
    3 * large.items +
    (large.items > 0 ? parts : 0) +
    2 * planned.relay.items +
    2 * restored +
    swaps
  const verify = spec.verify === 'full' ? 3 : spec.verify === 'head' || spec.kind === 'move' ? 1 : 0
  const moves = spec.kind === 'move' ? 2 * copies : planned['bring-back'].items
  return listing + looks + perCopy + (verify + readsPerCopy(spec)) * copies + moves + single
}

/**
 * A version or marker that is taken away: 1, and at a purge a look before it. A version that is copied on top: it is looked at and its tags are read,
 * then a copy, and a HEAD where it is verified by one. A key that is deleted by a marker: 1.
 */
function historyRequests(spec: HistorySpec, { listed, filtered, planned }: Tally): number {
  const listing = Math.ceil((listed.items + filtered.items) / LISTED_AT_ONCE)
  const single = planned['delete-version'].items + planned.delete.items
  const looks = spec.kind === 'rewind' ? 0 : planned['delete-version'].items
  const copies = itemsToDo({ planned }) - single
  const verify = spec.kind === 'rewind' && (spec.verify === 'head' || spec.verify === 'full') ? 1 : 0
  return listing + looks + single + copies * (3 + verify)
}

/** What a filter or a rule asks of each object beyond the listing. */
function readsPerObject({ filter, ...spec }: OptionSpec): number {
  const asked = [
    ...(filter === undefined ? [] : [filter]),
    ...('rules' in spec ? spec.rules.map(({ when }) => when) : []),
  ]
  const heads = asked.some(({ encryption, metadata }) => encryption.length + metadata.length > 0)
  const tags = asked.some((one) => one.tags.length > 0)
  return Number(heads) + Number(tags)
}

/**
 * Requests that a copy costs for properties which CopyObject does not carry along as they are chosen:
 *
 * | chosen                                                               | requests            |
 * |----------------------------------------------------------------------|---------------------|
 * | headers or metadata changed; redirect, lock or encryption copied     | one HEAD, for all   |
 * | tags changed                                                         | their reading       |
 * | ACL copied                                                           | its reading, PutAcl |
 */
function readsPerCopy({ properties }: PourSpec): number {
  const { headers, metadata, redirect, retention, legalHold, encryption, checksum, tags, acl } = properties
  const head =
    headers.policy === 'change' ||
    metadata.policy === 'change' ||
    (headers.policy === 'copy') !== (metadata.policy === 'copy') ||
    [redirect, retention, legalHold, encryption, checksum].some(({ policy }) => policy === 'copy')
  return Number(head) + Number(tags.policy === 'change') + (acl.policy === 'copy' ? 2 : 0)
}

/** An estimate with no more figures than it deserves: two, or three above a thousand. */
export function roundEstimate(count: number): number {
  if (count < 100) return count
  const step = 10 ** (Math.floor(Math.log10(count)) - (count < 1000 ? 1 : 2))
  return Math.ceil(count / step) * step
}
