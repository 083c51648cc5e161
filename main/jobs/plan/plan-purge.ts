import { attempt } from '../../engine/pace/retry.ts'
import type { VersionPage } from '../../engine/storage.ts'
import { bareMarkers, choosePurged } from './choose-purged.ts'
import type { ListingCursor, PurgedKey } from './listing-cursor.ts'
import type { PlannedItem } from '../item.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import type { Sift, Sifted } from './plan-filter.ts'
import { byKey, toFound } from './plan-history.ts'
import { describe, missingItem } from './plan-item.ts'
import { refusedUnread } from './plan-outcomes.ts'
import type { Draft } from './plan-page.ts'
import type { Found } from './plan-rules.ts'
import { fail } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import type { PurgeRule, PurgeSpec } from '#model/spec.ts'

/** Keys whose versions are looked at. */
export interface Stretch {
  readonly prefix: string
  /** Nothing but this key, which begins the listing of everything that begins with it. */
  readonly only?: string | undefined
  readonly cursor: ListingCursor
  /** Where the listing stands after it. */
  readonly then: ListingCursor | undefined
}

/** What the planner of a source lends to those who plan by versions. */
export interface VersionsPlan {
  readonly context: MakePlan
  readonly leg: PlanLeg
  readonly sift: Sift
  readonly write: (
    drafts: readonly Draft[],
    left: readonly Found[],
    reached: ListingCursor | undefined,
  ) => void
}

/**
 * Plans what goes of the old versions, page by page: of a key with a long history no more is held than one page, and a
 * plan goes on within it. Nothing may be deleted while it is made: a page begins behind a version that has to be there.
 */
export async function planPurge(plan: VersionsPlan, { purge }: PurgeSpec, stretch: Stretch): Promise<void> {
  const { context, leg, write } = plan
  const { request } = context
  const { bucket } = leg.rules.leg.source
  const { prefix, only, cursor } = stretch
  let { after, within } = cursor
  let seen = within !== undefined
  let marker: VersionPage['next'] = within
    ? { keyMarker: within.key, versionIdMarker: within.versionId }
    : after === undefined
      ? undefined
      : { keyMarker: after }
  for (;;) {
    const list = { bucket, prefix, ...marker }
    const page: VersionPage = await attempt(request, () => leg.source.listVersions(list, request.signal))
    marker = page.next
    const all = byKey(page.versions)
    if (all.length === 0 && marker !== undefined) continue
    const meant = only === undefined ? all : all.filter(([first]) => first?.key === only)
    // Without a page after it, or with another key behind it, a key is whole.
    const isOver = marker === undefined || (only !== undefined && meant.length < all.length)
    const open = isOver ? undefined : all.at(-1)
    const { drafts, left, next } = await planKeys(plan, purge, meant, within, open)
    seen ||= meant.length > 0
    if (isOver && only !== undefined && !seen) drafts.push(missing(leg, only))
    after = (open === undefined ? all.at(-1) : all.at(-2))?.[0]?.key ?? after
    within = next
    write(drafts, left, isOver ? stretch.then : { ...cursor, after, within })
    if (isOver) return
  }
}

interface PageOfKeys {
  readonly drafts: Draft[]
  readonly left: readonly Found[]
  /** The key that goes on with the next page. */
  readonly next: PurgedKey | undefined
}

/** `within`: what the pages before tell of the first key. `open`: the last one, if more of it may follow. */
async function planKeys(
  plan: VersionsPlan,
  rule: PurgeRule,
  keys: readonly (readonly VersionSummary[])[],
  within: PurgedKey | undefined,
  open: readonly VersionSummary[] | undefined,
): Promise<PageOfKeys> {
  // Without an age nothing is compared with it, so it need not be told.
  const now = rule.olderThanDays === 0 ? 0 : serverTime(plan.leg)
  const begun = (key: string | undefined): PurgedKey | undefined => (within?.key === key ? within : undefined)
  // A page may begin with another key: nothing more of the one before was there.
  const ended = within !== undefined && keys[0]?.[0]?.key !== within.key ? bareOf(rule, within.bare) : []
  const chosen = keys.map((versions) => choosePurged(versions, rule, now, begun(versions[0]?.key)))
  const sifted = await plan.sift(chosen.flatMap(({ purged }) => purged.map(toFound)))
  const goes = new Set(sifted.filter(({ is }) => is === 'taken').map(({ found }) => idOf(found)))
  const bare = keys.map((versions) => {
    const stay = versions.filter((version) => !goes.has(idOf(version)))
    return bareMarkers(stay, begun(versions[0]?.key)?.bare)
  })
  const markers = keys.map((versions, n) => (versions === open ? [] : bareOf(rule, bare[n] ?? [])))
  // What the filter leaves of them was told with the others, if it was one of them.
  const known = new Set(sifted.map(({ found }) => idOf(found)))
  const lone = await plan.sift([...ended, ...markers.flat()].filter((each) => !known.has(idOf(each))))
  return {
    drafts: inKeyOrder([...sifted, ...lone]).flatMap((one) => draft(plan.leg, one)),
    left: [...sifted, ...lone].filter(({ is }) => is === 'left').map(({ found }) => found),
    next: open && goesOn(open, chosen.at(-1)?.soFar, bare.at(-1)),
  }
}

function bareOf({ loneMarkers }: PurgeRule, bare: readonly VersionSummary[]): Found[] {
  return loneMarkers ? bare.map(toFound).reverse() : []
}

function goesOn(
  open: readonly VersionSummary[],
  soFar: Pick<PurgedKey, 'older' | 'newerSince'> | undefined,
  bare: readonly VersionSummary[] = [],
): PurgedKey | undefined {
  const last = open.at(-1)
  return last && { ...(soFar ?? { older: 0 }), key: last.key, versionId: last.versionId, bare }
}

function idOf({ key, versionId }: Pick<Found, 'key' | 'versionId'>): string {
  return JSON.stringify([key, versionId])
}

/** Objects of a key before its markers, so that nothing comes to light; the sort keeps the order of equals. */
function inKeyOrder(sifted: readonly Sifted[]): Sifted[] {
  const places = new Map<string, number>()
  for (const { found } of sifted) if (!places.has(found.key)) places.set(found.key, places.size)
  const place = ({ found }: Sifted): number => places.get(found.key) ?? 0
  return [...sifted].sort((one, other) => place(one) - place(other))
}

function draft(leg: PlanLeg, one: Sifted): Draft[] {
  if (one.is === 'left') return []
  const item = describe(leg.rules, one.found)
  const planned: PlannedItem = {
    ...item,
    action: 'delete-version',
    expect: { is: 'anything' },
    state: 'planned',
  }
  return [{ item: one.is === 'unknown' ? refusedUnread(item, one.failure) : planned, link: 'none' }]
}

function missing({ rules }: PlanLeg, key: string): Draft {
  return { item: missingItem(rules.leg, key, undefined), link: 'none' }
}

/** Ages are told by the clock that wrote the dates, never by this machine's. */
function serverTime({ source }: PlanLeg): number {
  const now = source.serverTime
  if (now !== undefined) return now
  return fail(
    'not-possible',
    'job',
    'The server does not tell its time (no Date header), so the age of a version is not known, and nothing is purged.',
  )
}
