import { attempt } from '../../engine/pace/retry.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import { archiveState, readyAt, untilNextLook } from '../../engine/restore.ts'
import type { ArchiveSigns } from '../../engine/restore.ts'
import type { FindCustomerKey } from '../../engine/storage.ts'
import type { RestoreWork } from '../../engine/work.ts'
import { headOfSource } from './archive-head.ts'
import { severally } from '../plan/destination-look.ts'
import { seqOf } from '../item.ts'
import type { Item } from '../item.ts'
import { legOf } from '../plan/legs.ts'
import { DestinationWalk } from '../plan/lockstep.ts'
import type { Places } from './places.ts'
import type { JobRecord } from '../record.ts'
import { policyOf } from './restore-item.ts'
import { jobRange } from '../store/items.ts'
import type { Store } from '../store/store.ts'
import { countItem } from '../tally.ts'
import { toFailure } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'

/** Items that are looked at, and written, together. */
const BATCH = 1000
/** So few objects are asked one by one; more are listed, a thousand for one request. */
const HANDFUL = 16

export interface LookOptions {
  readonly store: Store
  readonly record: JobRecord
  readonly places: Places
  readonly findKey: FindCustomerKey
  readonly request: RequestContext
  /** Runs a change of items and record in one transaction. */
  readonly write: (change: () => void) => void
}

/**
 * Milliseconds until it is worth looking whether anything has come from the archive; undefined where nothing is awaited.
 * It follows from the journal alone, so a restart changes nothing.
 */
export function untilRestored(
  store: Pick<Store, 'items'>,
  record: JobRecord,
  now: number,
): number | undefined {
  const awaited = store.items.restoring(...jobRange(record.n))
  if (awaited.length === 0) return undefined
  return Math.min(
    ...tiersOf(record).flatMap((tier) =>
      awaited.map((one) => untilNextLook(readyAt(one, tier, one.askedAt), now)),
    ),
  )
}

/** The job's, and the one at which failed ones were taken up again: whichever is the faster counts. */
function tiersOf({ spec, more }: JobRecord): RestoreWork['tier'][] {
  const policies = [policyOf(spec), more.archived].filter((policy) => policy?.do === 'restore')
  return policies.length === 0 ? ['Standard'] : policies.map(({ tier }) => tier)
}

/** Looks at everything that is awaited from the archive and marks what is not under way any more; how many. */
export async function lookForRestored(options: LookOptions): Promise<number> {
  const { store, record, write, request } = options
  const [start, below] = jobRange(record.n)
  let ready = 0
  for (let from = start; !request.signal.aborted;) {
    const batch = store.items.archived('restoring', from, below, BATCH)
    const arrived = await findArrived(batch, options)
    if (arrived.length > 0) write(() => arrived.forEach((item) => markArrived(store, record, item)))
    ready += arrived.length
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) break
    from = last.id + 1
  }
  return ready
}

function markArrived(store: Store, record: JobRecord, item: Item): void {
  // It may have been settled, or its job removed, while the answer was on its way.
  if (store.items.byId(item.id)?.state !== 'restoring') return
  store.items.arrived(item.id)
  countItem(record.tally, item, -1)
  countItem(record.tally, { ...item, state: 'again' }, 1)
}

/** Also what is gone, or lies in the archive again: the run finds out and says so. */
async function findArrived(batch: readonly Item[], options: LookOptions): Promise<Item[]> {
  const arrived: Item[] = []
  for (const items of bySource(batch, options)) {
    const seen = isListed(items) ? await listed(items, options) : undefined
    const states = await severally(items, async (item) => {
      const sign = seen?.get(seqOf(item.id))
      // A listing that does not tell of restores calls everything archived: there the object itself is asked.
      if (sign !== undefined && archiveState(sign) !== 'archived') return archiveState(sign)
      const head = await headOf(item, options)
      return head === undefined ? 'gone' : archiveState(head, serverTimeOf(item, options))
    })
    arrived.push(...items.filter((_, index) => states[index] !== 'restoring'))
  }
  return arrived
}

/** Stretches of one source whose versions are all named, or not. */
function bySource(batch: readonly Item[], { record }: LookOptions): Item[][] {
  const stretches: Item[][] = []
  let name = ''
  for (const item of batch) {
    const next = `${legOf(record.spec, item).sourceN} ${item.versionId === undefined}`
    if (next !== name) stretches.push([])
    name = next
    stretches.at(-1)?.push(item)
  }
  return stretches
}

function isListed(items: readonly Item[]): boolean {
  return items.length > HANDFUL && items[0]?.versionId === undefined
}

/** By position in the plan. Undefined for a server that does not list in key order. */
async function listed(
  items: readonly Item[],
  { record, places, request }: LookOptions,
): Promise<Map<number, ArchiveSigns> | undefined> {
  const [first] = items
  if (first === undefined) return undefined
  const leg = legOf(record.spec, first)
  const { source } = places.of(leg)
  const prefix = commonPrefix(first.key, items.at(-1)?.key ?? '')
  const { bucket } = leg.source
  const walk = new DestinationWalk((startAfter) =>
    attempt(request, () =>
      source.listObjects({ bucket, prefix, startAfter, restoreStatus: true }, request.signal),
    ),
  )
  // Each key once: every destination of a source has an item of its own.
  const keys = [...new Set(items.map(({ key }) => key))]
  const found = await walk.find(keys)
  if (found === 'unordered') return undefined
  const signs = new Map(keys.map((key, index) => [key, found[index]]))
  return new Map(
    items.flatMap((item) => {
      const sign = signs.get(item.key)
      return sign === undefined ? [] : [[seqOf(item.id), sign] as const]
    }),
  )
}

/** What a HEAD refuses has arrived, too: the run finds out what is wrong with that one, and the others are not held up. */
async function headOf(
  item: Item,
  { record, places, findKey, request }: LookOptions,
): Promise<ObjectHead | undefined> {
  const leg = legOf(record.spec, item)
  try {
    return await headOfSource(item, leg, places.of(leg).source, findKey, request)
  } catch (error) {
    const { reach, code } = toFailure(error)
    if (reach !== 'item' || code === 'cancelled') throw error
    return undefined
  }
}

function serverTimeOf(item: Item, { record, places }: LookOptions): number | undefined {
  return places.of(legOf(record.spec, item)).source.serverTime
}

function commonPrefix(left: string, right: string): string {
  let length = 0
  while (length < left.length && left[length] === right[length]) length += 1
  // Not within a pair of code units.
  const last = left.charCodeAt(length - 1)
  return left.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length)
}
