import { coveringPrefixes } from '../../engine/listing/segments.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { compareKeys } from '../../engine/names.ts'
import { numberPlaces } from './bookkeeping.ts'
import type { PlannedItem } from '../item.ts'
import { isPourLeg } from './legs.ts'
import type { PourLeg } from './legs.ts'
import { extraCompared } from './plan-compare.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { mapKey } from './plan-item.ts'
import { exactly, itemThere } from './plan-outcomes.ts'
import { compileFilters } from './plan-rules.ts'
import type { PlanRules } from './plan-rules.ts'
import type { ListingCursor } from './listing-cursor.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { ObjectSummary } from '#model/object.ts'

/**
 * What stands at the destinations and has no source: of a mirror it is deleted, of a comparison it differs. Looked for
 * where the selected prefixes go and nowhere else, so that a folder mirrored into a bucket leaves its neighbours
 * alone; with rules for names, below the destination's whole prefix.
 *
 * | at the destination                     | mirror  | comparison  |
 * |----------------------------------------|---------|-------------|
 * | has a source that the job takes        | stays   | compared    |
 * | has a source that the filter leaves    | stays   | left        |
 * | has no source, the filter leaves it    | stays   | left        |
 * | has no source, the filter needs its tags, metadata or encryption | stays | left |
 * | has no source                          | deleted, bound by its ETag | differs in existence |
 */
export async function planExtras(
  context: MakePlan,
  legs: readonly PlanLeg[],
  from: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  if (context.spec.kind === 'copy') await refuseEmptySources(context, legs)
  const destinations = Math.max(...legs.map(({ rules }) => rules.leg.destinationN)) + 1
  for (let n = from.source; n < destinations; n++) {
    const there = legs.filter(({ rules }) => rules.leg.destinationN === n)
    const regions = regionsOf(there)
    const next = n + 1 < destinations ? extrasOf(n + 1) : then
    if (regions.length === 0) context.journal.plan(() => ({ ...NO_ITEMS, reached: next }))
    const begin = n === from.source ? from.segment : 0
    for (let at = begin; at < regions.length; at++) {
      const cursor = n === from.source && at === begin ? from : { ...extrasOf(n), segment: at }
      const after = at + 1 < regions.length ? { ...extrasOf(n), segment: at + 1 } : next
      await planRegion(context, there, regions[at] ?? '', cursor, after)
    }
  }
}

/**
 * A prefix under which nothing stands is a typing error more often than an emptied folder, and a mirror of it would
 * delete everything at the destination: such a job is refused. Asked anew, so it holds for a plan that was interrupted.
 */
async function refuseEmptySources({ request }: MakePlan, legs: readonly PlanLeg[]): Promise<void> {
  for (const { rules, source } of legs) {
    const { bucket, select, versions } = rules.leg.source
    if (rules.leg.destinationN > 0) continue
    for (const selection of select) {
      if (selection.kind !== 'prefix') continue
      // One more than the empty folder itself, which is an object of no bytes.
      const list = { bucket, prefix: selection.prefix, maxKeys: 2 }
      const isEmpty =
        versions.take === 'current'
          ? (await attempt(request, () => source.listObjects(list, request.signal))).objects.every(
              isFolderOf(selection.prefix),
            )
          : (await attempt(request, () => source.listVersions(list, request.signal))).versions.length === 0
      if (!isEmpty) continue
      const message = `Nothing stands under ${JSON.stringify(selection.prefix)} in ${bucket}: a mirror of it would delete everything at the destination.`
      fail('not-possible', 'job', message, { property: 'deleteExtra' })
    }
  }
}

/** The folder itself: an object of no bytes that says that it is there. */
export function isFolderOf(prefix: string): (object: ObjectSummary) => boolean {
  return ({ key, size }) => key === prefix && key.endsWith('/') && size === 0
}

const NO_ITEMS = { items: [], filtered: { items: 0, bytes: 0 } }

/** Where the search for what has no source begins at this destination. */
export function extrasOf(destination: number): ListingCursor {
  return { source: destination, segment: 0, phase: 'extras' }
}

async function planRegion(
  context: MakePlan,
  legs: readonly PlanLeg[],
  prefix: string,
  cursor: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  const { request, journal, planned } = context
  const [first] = legs
  if (first === undefined || !isPourLeg(first.rules.leg)) return
  const { bucket } = first.rules.leg.destination
  const isExtra = extraTest(context, legs)
  let last = cursor.after
  let token: string | undefined
  do {
    const list = { bucket, prefix, token, startAfter: last }
    const page = await attempt(request, () => first.destination.listObjects(list, request.signal))
    token = page.token
    last = page.objects.at(-1)?.key ?? last
    const reached = token === undefined ? then : { ...cursor, after: last }
    journal.plan((firstSeq) => {
      const items: PlannedItem[] = []
      for (const standing of page.objects) {
        if (isExtra(standing, firstSeq + items.length)) items.push(extraItem(context, first.rules, standing))
      }
      return { ...NO_ITEMS, items, reached }
    })
    planned()
  } while (token !== undefined)
}

function extraItem({ spec }: MakePlan, { leg }: PlanRules, standing: ObjectSummary): PlannedItem {
  if (spec.kind === 'parity') return extraCompared(leg.n, standing)
  const item = itemThere(leg.n, standing)
  return { ...item, action: 'delete-extra', expect: exactly(item), state: 'planned' }
}

/** Enters the name as taken, so that of two destinations in one bucket only one finds it. */
function extraTest(
  { spec, store, record }: MakePlan,
  legs: readonly PlanLeg[],
): (standing: ObjectSummary, seq: number) => boolean {
  const place = numberPlaces(spec)
  const { filter } = compileFilters(spec)
  const bases = legs.map(({ rules }) => rules.leg).filter(isPourLeg)
  return (standing, seq) => {
    const [first] = bases
    if (first === undefined || isFolderOfFiles(bases, standing)) return false
    const number = place(first.destination)
    if (store.names.owner(record.n, 'target', number, standing.key) !== undefined) return false
    const isMeant = bases.some(
      (leg) => filter.byListing({ ...standing, key: sourceKey(leg, standing.key) }) === 'yes',
    )
    return isMeant && store.names.claim(record.n, 'target', number, standing.key, seq)
  }
}

/** A folder of this machine is listed where it is empty; what stands for one in a bucket does no harm to its files. */
function isFolderOfFiles(legs: readonly PourLeg[], { key, size }: ObjectSummary): boolean {
  return size === 0 && key.endsWith('/') && legs.some(({ source }) => isLocal(source))
}

/** The key that would have come here, by which a filter judges it; rules for names cannot be turned round. */
export function sourceKey({ source, destination }: PourLeg, key: string): string {
  return source.base + key.slice(destination.prefix.length)
}

/** Where the selected prefixes of these legs go, none within another. */
function regionsOf(legs: readonly PlanLeg[]): string[] {
  const regions = legs.flatMap(({ rules }) => {
    const { leg, rename } = rules
    if (!isPourLeg(leg)) return []
    const prefixes = leg.source.select.flatMap((selection) =>
      selection.kind === 'prefix' ? [selection.prefix] : [],
    )
    if (rename !== undefined) return prefixes.length > 0 ? [leg.destination.prefix] : []
    return prefixes.map((prefix) => mapKey(leg, prefix))
  })
  return coveringPrefixes(regions.sort(compareKeys))
}
