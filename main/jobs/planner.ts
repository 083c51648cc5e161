import { attempt } from '../engine/retry.ts'
import type { ObjectPage } from '../engine/storage.ts'
import { destinationLook, headDestination, headSource, severally } from './destination-look.ts'
import type { PlannedItem } from './item.ts'
import { legsOf } from './legs.ts'
import { isAscending } from './lockstep.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { missingItem, planItem, planRules } from './plan-item.ts'
import { keysChosenByVersion, toSegments } from './selections.ts'
import type { ListingCursor, Segment } from './selections.ts'

/** Chosen objects that are planned in one transaction. */
const CHOSEN = 256

/**
 * Makes the plan from where the listing stands to its end: source by source, each listed once for all of its
 * destinations. Every page is journaled with the place that it reached, so a plan that was interrupted goes on after
 * the last whole page. Rejects with what stopped it.
 */
export async function makePlan(context: MakePlan, from: ListingCursor): Promise<void> {
  const { spec, copyLimit, storagesOf } = context
  const legs = legsOf(spec).map((leg) => ({ rules: planRules(spec, leg, copyLimit), ...storagesOf(leg) }))
  const sources = bySource(legs)
  for (let at = from.source; at < sources.length; at++) {
    const legs = sources[at]
    if (legs === undefined) continue
    const after = at + 1 < sources.length ? { source: at + 1, segment: 0 } : undefined
    await planSource(context, legs, at === from.source ? from : { source: at, segment: 0 }, after)
  }
}

/** The legs of each source. */
function bySource(legs: readonly PlanLeg[]): (readonly [PlanLeg, ...PlanLeg[]])[] {
  const sources: [PlanLeg, ...PlanLeg[]][] = []
  for (const leg of legs) {
    const known = sources[leg.rules.leg.sourceN]
    if (known) known.push(leg)
    else sources[leg.rules.leg.sourceN] = [leg]
  }
  return sources
}

/** `then`: where the listing stands after this source. */
async function planSource(
  context: MakePlan,
  legs: readonly [PlanLeg, ...PlanLeg[]],
  from: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  const segments = toSegments(legs[0].rules.leg.source)
  const exact = keysChosenByVersion(segments)
  const { source } = from
  for (let at = from.segment; at < segments.length;) {
    const segment = segments[at]
    const chosen = takeChosen(segments, at)
    const next = at + Math.max(1, chosen.length)
    const reached = next < segments.length ? { source, segment: next } : then
    if (segment?.kind === 'prefix') {
      const cursor = at === from.segment ? from : { source, segment: at }
      await planPrefix(context, legs, { cursor, prefix: segment.prefix, exact, then: reached })
    } else journalPage(context, await planChosen(context, legs, chosen), reached)
    at = next
  }
}

interface PrefixSegment {
  readonly cursor: ListingCursor
  readonly prefix: string
  /** Keys of which a version is planned by itself. */
  readonly exact: ReadonlySet<string>
  readonly then: ListingCursor | undefined
}

async function planPrefix(
  context: MakePlan,
  legs: readonly [PlanLeg, ...PlanLeg[]],
  { cursor, prefix, exact, then }: PrefixSegment,
): Promise<void> {
  const [{ rules, source }] = legs
  const { bucket } = rules.leg.source
  const looks = legs.map((leg) => destinationLook(leg, prefix, context.request))
  let last = cursor.after
  let token: string | undefined
  do {
    const request = { bucket, prefix, token, startAfter: last }
    const page: ObjectPage = await attempt(context.request, () =>
      source.listObjects(request, context.request.signal),
    )
    const found = page.objects.filter((object) => !exact.has(object.key))
    const ordered = isAscending(page.objects, last)
    const standing = await Promise.all(looks.map((look) => look(found, ordered)))
    token = page.token
    last = page.objects.at(-1)?.key ?? last
    const reached = token === undefined ? then : { ...cursor, after: last }
    const items = found.flatMap((object, index) =>
      legs.map((leg, n) => planItem(leg.rules, object, standing[n]?.[index])),
    )
    journalPage(context, items, reached)
  } while (token !== undefined)
}

function journalPage(
  context: MakePlan,
  items: readonly PlannedItem[],
  reached: ListingCursor | undefined,
): void {
  context.journal.plan(() => ({ items, filtered: { items: 0, bytes: 0 }, reached }))
  context.planned()
}

function takeChosen(segments: readonly Segment[], at: number): Extract<Segment, { kind: 'object' }>[] {
  const chosen: Extract<Segment, { kind: 'object' }>[] = []
  for (const segment of segments.slice(at, at + CHOSEN)) {
    if (segment.kind !== 'object') break
    chosen.push(segment)
  }
  return chosen
}

async function planChosen(
  context: MakePlan,
  legs: readonly [PlanLeg, ...PlanLeg[]],
  chosen: readonly Extract<Segment, { kind: 'object' }>[],
): Promise<PlannedItem[]> {
  const items = await severally(chosen, async ({ key, versionId }) => {
    const [found, ...standing] = await Promise.all([
      headSource(legs[0], key, versionId, context.request),
      ...legs.map((leg) => headDestination(leg, key, context.request)),
    ])
    return legs.map(({ rules }, n) =>
      found ? planItem(rules, found, standing[n]) : missingItem(rules.leg, key, versionId),
    )
  })
  return items.flat()
}
