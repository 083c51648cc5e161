import { createPace } from '../../engine/pace/pace.ts'
import { withoutWrites } from '../../engine/without-writes.ts'
import { carryOut } from './item-work.ts'
import type { ItemTools } from './item-tools.ts'
import type { Item, JournalState } from '../item.ts'
import { itemId } from '../item.ts'
import { hasUploads } from './leftovers.ts'
import { afterPrevious } from '../plan/chain.ts'
import type { Places } from './places.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { Pace } from '../../engine/work.ts'

/** Milliseconds that all the looks may take: a cancel is to end. */
const LONGEST = 10_000
const LOOKS_AT_ONCE = 32
/** Items of an earlier run that are looked at: more than were ever under way. */
const MOST_LOOKED = 4096
/** Keys that a note names. */
const NAMED = 3
const OPEN: readonly JournalState[] = ['planned', 'again', 'copied-not-deleted']

/** A look is all that is left of the job. It reaches the job, so that it is no failure of the item. */
const NO_MORE: Failure = {
  code: 'cancelled',
  reach: 'job',
  message: 'The job was cancelled: nothing further is written.',
}

export interface CutOff {
  readonly store: Store
  readonly record: JobRecord
  readonly seams: Seams
  readonly places: Places
  /** Items whose requests were cut off, and those that an earlier run had left in doubt … */
  readonly doubtful: readonly number[]
  /** … of which these had an upload that was aborted before anything completed it. */
  readonly aborted: ReadonlySet<number>
  /** The server's clock at the mark above them; milliseconds. */
  readonly since: number
  readonly flush: () => void
  readonly toolsOf: (places: Places, pace: Pace, signal: AbortSignal) => ItemTools
  readonly note: (text: string) => void
}

/** Of an item that is open after its look: it is not there as far as can be seen, or nobody could see. */
type Seen = 'not-there' | 'unseen'

/**
 * What a cancel cuts off, or a process that was killed has left, may be done at the server: each such item is looked at
 * as one in doubt is after a kill, by the same work through storages that write nothing. What is found done is journaled
 * as done. What is not is not done as far as anybody knows; the server may still come to it, and a note says so. What
 * nobody could look at is named as that.
 */
export async function settleCutOff(options: CutOff): Promise<void> {
  const { store, record, seams, since, flush, note } = options
  flush()
  const stop = new AbortController()
  const cancelStop = seams.after(LONGEST, () => stop.abort())
  const pace = createPace({ seams, ceiling: LOOKS_AT_ONCE })
  // A look without an answer is no failure of its object: it stays open, and is named.
  const isAway = (): Promise<boolean> => Promise.resolve(true)
  const tools = { ...options.toolsOf(onlyLooking(options.places), pace, stop.signal), isAway }
  const seen = new Map<number, Seen>()
  const look = async (item: Item): Promise<void> => {
    const earliest = item.state === 'again' ? (record.firstMarkAt ?? since) : since
    const previous = previousOf(store, record, item)
    const failure = await carryOut({ item, doubt: { since: earliest }, previous }, tools)
    // To write is all that was left to do.
    seen.set(item.id, failure?.code === NO_MORE.code ? 'not-there' : 'unseen')
  }
  const begun = openOf(store, record, options.doubtful)
  await Promise.all(begun.map(look))
  cancelStop()
  flush()
  const left = openOf(
    store,
    record,
    begun.map(({ id }) => id),
  )
  const of = (what: Seen): Item[] => left.filter(({ id }) => seen.get(id) === what)
  // An upload that was aborted is not completed any more; one that was gone may have been, and nobody could tell.
  const mayStillCome = of('not-there').filter(({ id }) => !options.aborted.has(id))
  nameLeft(mayStillCome, of('unseen'), note)
}

/** Of a cancel that can look at nothing. */
export function nameUnseen(
  { store, record }: Pick<CutOff, 'store' | 'record'>,
  doubtful: readonly number[],
  note: (text: string) => void,
): void {
  nameLeft([], openOf(store, record, doubtful), note)
}

/**
 * Items that an earlier run may have sent without hearing what became of them: those below its mark that the journal has
 * no outcome of.
 */
export function doubtfulBelow({ items }: Store, { n }: JobRecord, below: number): readonly number[] {
  if (below <= 1) return []
  return items.read(OPEN, itemId(n, 0), itemId(n, below), MOST_LOOKED).map(({ id }) => id)
}

/** Whether a job that nobody works on leaves something to be looked at, or an upload. */
export function leavesDoubt(store: Store, record: JobRecord): boolean {
  const { n, sentBelow } = record
  if (hasUploads(store, record)) return true
  return sentBelow > 1 && store.items.first(OPEN, itemId(n, 0), itemId(n, sentBelow)) !== undefined
}

function previousOf(store: Store, record: JobRecord, { after }: Item): Item | undefined {
  return after === undefined ? undefined : store.items.byId(itemId(record.n, after))
}

/** Those that are open, and were begun. What waits in a chain for another was not, and may be like what that one made. */
function openOf(store: Store, record: JobRecord, ids: readonly number[]): Item[] {
  const items = ids.map((id) => store.items.byId(id)).filter((item) => item !== undefined)
  const isBegun = (item: Item): boolean =>
    item.after === undefined || afterPrevious(previousOf(store, record, item)) === 'goes'
  // What lies in the archive was asked for at most.
  const isSent = ({ action, state }: Item): boolean => action !== 'restore-then-copy' || state !== 'planned'
  return items.filter((item) => OPEN.includes(item.state) && isSent(item) && isBegun(item))
}

function onlyLooking(places: Places): Places {
  return {
    all: places.all,
    copiedFrom: places.copiedFrom.map((storage) => withoutWrites(storage, NO_MORE)),
    get requests() {
      return places.requests
    },
    of: (leg) => {
      const { source, destination } = places.of(leg)
      return {
        source: withoutWrites(source, NO_MORE),
        destination: withoutWrites(destination, NO_MORE),
      }
    },
  }
}

function nameLeft(notThere: readonly Item[], unseen: readonly Item[], note: (text: string) => void): void {
  if (notThere.length > 0)
    note(
      `Under way when the job was stopped, and not done when it was looked for; the server may still come to it: ${namesOf(notThere)}.`,
    )
  if (unseen.length > 0)
    note(
      `Under way when the job was stopped, and could not be looked at: it may be done or not: ${namesOf(unseen)}.`,
    )
}

function namesOf(items: readonly Item[]): string {
  const names = items.slice(0, NAMED).map(({ key }) => key)
  const others = items.length - names.length
  if (others === 0) return names.join(', ')
  const most = items.length >= MOST_LOOKED ? 'at least ' : ''
  return `${names.join(', ')} and ${most}${others.toLocaleString('en')} more`
}
