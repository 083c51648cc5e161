import { bookkeepingFor } from './bookkeeping.ts'
import { legsOf } from './legs.ts'
import { expecterFor } from './expect.ts'
import type { Expect } from './expect.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { extrasOf, planExtras } from './plan-extras.ts'
import { orderCrossings } from './plan-order.ts'
import { planGrid } from './plan-grid.ts'
import { planManifest } from './plan-manifest.ts'
import { learnVersioning } from './known-versioning.ts'
import { makeWriter } from './plan-page.ts'
import { checkPlaces } from './plan-places.ts'
import { planRules } from './plan-rules.ts'
import { askOwnerships } from './plan-ownership.ts'
import { planSource } from './plan-source.ts'
import type { SourcePlan } from './plan-source.ts'
import { planUndo } from '../undo/plan-undo.ts'
import { quantifierFor } from './quantify.ts'
import type { Quantify } from './quantify.ts'
import type { ListingCursor } from './listing-cursor.ts'

/**
 * Makes the plan from where the listing stands to its end: source by source, each listed once for all of its
 * destinations; then what has no source, and the order of those that cross, where the job needs it. Every page is
 * journaled with the place that it reached, so a plan that was interrupted goes on after the last whole page.
 * Rejects with what stopped it.
 */
export async function makePlan(context: MakePlan, from: ListingCursor): Promise<void> {
  const { spec, journal, planned } = context
  // The first listing is on its way before anything else is done: a plan for one object is short.
  const ready = readyLegs(context)
  const { legs, expect } = ready instanceof Promise ? await ready : ready
  if (spec.kind === 'undo') return planUndo(context, spec, expect, from)
  const write = makeWriter(context, expect)
  const [first] = legs
  if (spec.kind === 'edit' && spec.changes.from === 'grid' && first)
    return planGrid({ context, spec, leg: first, write }, from)
  const books = bookkeepingFor(spec)
  const order: ListingCursor | undefined = books.sources
    ? { source: 0, segment: 0, phase: 'order' }
    : undefined
  const extras = books.extras ? extrasOf(0) : order
  if (spec.manifest && from.phase === undefined) await planManifest({ context, legs, write }, from, extras)
  else if (from.phase === undefined) await planSources({ context, legs, write }, from, extras)
  if (books.extras && from.phase !== 'order') {
    await planExtras(context, legs, from.phase === 'extras' ? from : extrasOf(0), order)
  }
  if (order !== undefined && (spec.kind === 'copy' || spec.kind === 'move')) {
    journal.plan(() => {
      orderCrossings(context, legs, spec)
      context.record.expected.unknown += 1
      return { items: [], filtered: { items: 0, bytes: 0 }, reached: undefined }
    })
    planned()
  }
  if (await learnVersioning(context, legs)) context.store.jobs.saveMore(context.record)
}

/** The legs of a job, their places looked at as far as its spec needs it. */
export interface ReadyLegs {
  readonly legs: readonly PlanLeg[]
  readonly expect: Expect
}

export function readyLegs(context: MakePlan): ReadyLegs | Promise<ReadyLegs> {
  const { spec, copyLimit, storagesOf } = context
  const all = legsOf(spec).map((leg) => ({ rules: planRules(spec, leg, copyLimit), ...storagesOf(leg) }))
  const quantify = (legs: readonly PlanLeg[]): Quantify =>
    quantifierFor({ legs, prices: context.prices, createdAt: context.record.createdAt })
  const withOwnerships = (legs: readonly PlanLeg[]): ReadyLegs | Promise<ReadyLegs> => {
    const asked = askOwnerships(context, legs)
    return asked instanceof Promise
      ? asked.then((ownerships) => ({ legs, expect: expecterFor(legs, ownerships, quantify(legs)) }))
      : { legs, expect: expecterFor(legs, asked, quantify(legs)) }
  }
  const checked = checkPlaces(context, all)
  return checked instanceof Promise ? checked.then(withOwnerships) : withOwnerships(checked)
}

/** `then`: where the listing stands when all sources are listed. */
export async function planSources(
  { context, legs, write }: SourcePlan,
  from: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  const count = context.spec.sources.length
  for (let at = from.source; at < count; at++) {
    const own = legs.filter(({ rules }) => rules.leg.sourceN === at)
    const next = at + 1 < count ? { source: at + 1, segment: 0 } : then
    await planSource(
      { context, legs: own, write },
      at === from.source ? from : { source: at, segment: 0 },
      next,
    )
  }
}
