import { isDirectoryBucket } from '../../engine/bucket-limits.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { keysChosenByVersion, toSegments } from '../../engine/listing/segments.ts'
import type { Segment } from '../../engine/listing/segments.ts'
import type { Storage } from '../../engine/storage.ts'
import { bookkeepingFor } from './bookkeeping.ts'
import { asStanding } from './as-standing.ts'
import { destinationLook, headDestination, headSource, severally } from './destination-look.ts'
import type { Look } from './destination-look.ts'
import type { ListEnd } from './lockstep.ts'
import { isFolderOf } from './plan-extras.ts'
import { planUnlisted } from './plan-unlisted.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { makeSift, siftsNothing } from './plan-filter.ts'
import type { Sift, Sifted } from './plan-filter.ts'
import { chooseVersions, decideHistory, listKeys } from './plan-history.ts'
import { missingItem, planItem } from './plan-item.ts'
import { refusedUnread } from './plan-outcomes.ts'
import type { Draft, Drafts } from './plan-page.ts'
import { planPurge } from './plan-purge.ts'
import type { Stretch, VersionsPlan } from './plan-purge.ts'
import { planRewind } from './plan-rewind.ts'
import { isWorthAsking, probeRoute } from './plan-route.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import { leftOf, rangesOf } from './listing-cursor.ts'
import type { ListingCursor } from './listing-cursor.ts'
import { walkRanges } from './range-walk.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { ObjectSummary } from '#model/object.ts'
import { worksOnVersions } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** Where the listing stands; asked in the step that writes the page, and once. */
type Reached = () => ListingCursor | undefined

const NO_DRAFTS: readonly Draft[] = []

/** Chosen objects that are planned in one transaction. */
const CHOSEN = 256

export interface SourcePlan {
  readonly context: MakePlan
  /** Of one source, to each destination. */
  readonly legs: readonly PlanLeg[]
  readonly write: (page: Drafts) => void
}

type Chosen = Extract<Segment, { kind: 'object' }>

/** Plans one source from `from`; `then` is where the listing stands after it. */
export async function planSource(
  plan: SourcePlan,
  from: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  const [leg] = plan.legs
  if (leg === undefined) return
  const {
    leg: { source },
    spec,
  } = leg.rules
  const segments = toSegments(source.select)
  const work = new SourceWork(plan, leg)
  for (let at = from.segment; at < segments.length;) {
    const segment = segments[at]
    const chosen = source.versions.take === 'current' ? takeChosen(segments, at) : takeByVersion(segments, at)
    const next = at + Math.max(1, chosen.length)
    const reached = next < segments.length ? { source: from.source, segment: next } : then
    const cursor = at === from.segment ? from : { source: from.source, segment: at }
    if (chosen.length > 0) await work.planChosen(chosen, reached)
    else if (segment !== undefined && worksOnVersions(spec)) await work.planWhole(segment, cursor, reached)
    else if (segment?.kind === 'object')
      await work.planVersions(segment.key, cursor, reached, new Set(), segment.key)
    else if (segment !== undefined) {
      const exact = keysChosenByVersion(segments)
      if (source.versions.take === 'current') await work.planPrefix(segment.prefix, cursor, reached, exact)
      else await work.planVersions(segment.prefix, cursor, reached, exact)
    }
    at = next
  }
}

function takeChosen(segments: readonly Segment[], at: number): Chosen[] {
  return takeWhile(segments, at, (segment) => segment.kind === 'object')
}

/** Where versions are taken, only those that name theirs are asked for by a HEAD. */
function takeByVersion(segments: readonly Segment[], at: number): Chosen[] {
  return takeWhile(segments, at, (segment) => segment.kind === 'object' && segment.versionId !== undefined)
}

function takeWhile(segments: readonly Segment[], at: number, is: (segment: Segment) => boolean): Chosen[] {
  const chosen: Chosen[] = []
  for (const segment of segments.slice(at, at + CHOSEN)) {
    if (segment.kind !== 'object' || !is(segment)) break
    chosen.push(segment)
  }
  return chosen
}

/** One chosen object as it was found. */
interface Seen {
  readonly chosen: Chosen
  /** What stands at the destinations, where it was asked for at once. */
  readonly early?: readonly (ObjectSummary | undefined)[] | undefined
  readonly found?: Found | undefined
  readonly failure?: Failure | undefined
}

/** What reaches one object only is told with it. That the plan was stopped, to be gone on with, is none of the object. */
function ofItem(error: unknown): DecantError {
  const known = error instanceof DecantError && error.failure.code !== 'cancelled'
  if (known && error.failure.reach === 'item') return error
  throw error
}

/**
 * Whether a listing may go in several ranges at once, as latency has it. Items come into the plan in the order in which
 * their pages do, so not where their order says which of two keeps a name or goes first:
 *
 * | names are kept | the source                          | ranges  |
 * |----------------|-------------------------------------|---------|
 * | yes            | any                                 | one     |
 * | no             | is not known to list in UTF-8 order (a folder of this machine, most imitators until they are probed) | one |
 * | no             | a directory bucket: lists in no order, and begins nowhere else than at its beginning | one |
 * | no             | any other                           | several |
 *
 * In another order a key could lie before the end of one range and behind the beginning of the next: nobody would see it.
 */
function mayListSeveral(spec: JobSpec, source: Storage, bucket: string): boolean {
  const { targets, sources } = bookkeepingFor(spec)
  return !targets && !sources && source.habits.listsInOrder && !isDirectoryBucket(bucket)
}

/**
 * A listing that goes on in a folder with nothing in it any more would be taken for complete: what is seen is more often
 * the folder that an unplugged disk was mounted on.
 */
async function refuseEmptiedFolder(
  { request }: MakePlan,
  { rules, source }: PlanLeg,
  prefix: string,
): Promise<void> {
  if (!isLocal(rules.leg.source)) return
  const { bucket } = rules.leg.source
  const list = { bucket, prefix, maxKeys: 2 }
  const { objects, unlisted } = await attempt(request, () => source.listObjects(list, request.signal))
  if (!objects.every(isFolderOf(prefix)) || unlisted !== undefined) return
  const message = `There is nothing in ${bucket}/${prefix} any more, and there was when its listing began: is its disk away?`
  fail('folder-missing', 'job', message)
}

class SourceWork {
  readonly #context: MakePlan
  readonly #write: (page: Drafts) => void
  readonly #sift: Sift
  readonly #siftsNothing: boolean
  readonly #first: PlanLeg
  #legs: readonly PlanLeg[]
  #isProbed: boolean
  #probing: Promise<readonly PlanLeg[]> | undefined

  constructor({ context, legs, write }: SourcePlan, first: PlanLeg) {
    this.#context = context
    this.#legs = legs
    this.#write = write
    this.#first = first
    this.#sift = makeSift(context, first)
    this.#siftsNothing = siftsNothing(context.spec)
    this.#isProbed = !legs.some(isWorthAsking)
  }

  async planPrefix(
    prefix: string,
    cursor: ListingCursor,
    then: ListingCursor | undefined,
    exact: ReadonlySet<string>,
  ): Promise<void> {
    const { request, spec } = this.#context
    const { source } = this.#first
    const { bucket } = this.#first.rules.leg.source
    if (cursor.after !== undefined) await refuseEmptiedFolder(this.#context, this.#first, prefix)
    const restoreStatus = 'archived' in spec && spec.archived.do === 'restore' ? true : undefined
    const ends = this.#legs.map((): ListEnd => ({}))
    // Of a plan that goes on nobody knows where its first keys lie, and of one that sifts whether any key is looked for.
    let isFirst = this.#siftsNothing && cursor.after === undefined && cursor.ranges === undefined
    await walkRanges({
      ...{ prefix, ranges: rangesOf(cursor), seams: request.seams },
      atOnce: () => (mayListSeveral(spec, source, bucket) ? 'several' : 'one'),
      isAhead: this.#context.isAhead,
      list: (startAfter, token) => {
        const list = { bucket, prefix, token, startAfter, restoreStatus }
        return attempt(request, () => source.listObjects(list, request.signal))
      },
      taker: () => {
        const looks = this.#looks(prefix, ends, isFirst)
        isFirst = false
        return async ({ objects, unlisted: others, ordered, settle }) => {
          const found = exact.size === 0 ? objects : objects.filter(({ key }) => !exact.has(key))
          const reached: Reached = () => leftOf(cursor, settle(), then)
          const unlisted = others ? planUnlisted(spec, this.#legs, others) : NO_DRAFTS
          if (this.#siftsNothing) return this.#planAll(found, looks, ordered, reached, unlisted)
          const sifted = await this.#sift(found)
          const keys = sifted.map((one) => [one])
          return this.#planKeys(keys, looks, ordered, reached, unlisted)
        }
      },
    })
  }

  /** `only`: nothing but this key, which begins the listing of everything that begins with it. */
  async planVersions(
    prefix: string,
    cursor: ListingCursor,
    then: ListingCursor | undefined,
    exact: ReadonlySet<string>,
    only?: string,
  ): Promise<void> {
    const { bucket, versions } = this.#first.rules.leg.source
    const looks = this.#looks(prefix)
    const pages = listKeys(this.#first.source, { bucket, prefix }, cursor.after, this.#context.request)
    for await (const { keys: whole, last, ended } of pages) {
      const keys = whole.map((all) => chooseVersions(all, versions))
      const isOver = ended || (only !== undefined && last !== undefined)
      const meant = keys.filter(([first]) => {
        if (first === undefined || exact.has(first.key)) return false
        return only === undefined || first.key === only
      })
      const sifted = await this.#siftKeys(meant)
      const reached = isOver ? then : { ...cursor, after: last }
      if (only !== undefined && isOver && meant.length === 0) {
        this.#writeDrafts(this.#missing(only, undefined), [], reached)
      } else await this.#planKeys(sifted, looks, true, () => reached)
      if (isOver) return
    }
  }

  /** By whole histories, for a job that decides by them. */
  planWhole(segment: Segment, cursor: ListingCursor, then: ListingCursor | undefined): Promise<void> {
    const { spec } = this.#context
    if (!worksOnVersions(spec)) return Promise.resolve()
    const write: VersionsPlan['write'] = (...page) => this.#writeDrafts(...page)
    const plan = { context: this.#context, leg: this.#first, sift: this.#sift, write }
    const stretch: Stretch =
      segment.kind === 'prefix'
        ? { prefix: segment.prefix, cursor, then }
        : { prefix: segment.key, only: segment.key, cursor, then }
    if (spec.kind === 'rewind') return planRewind(plan, spec, stretch)
    return planPurge(plan, spec, stretch)
  }

  async planChosen(chosen: readonly Chosen[], reached: ListingCursor | undefined): Promise<void> {
    const seen = await severally(chosen, (one) => this.#see(one))
    const found = seen.flatMap((one) => one.found ?? [])
    await this.#probe(found[0])
    const sifted = await this.#sift(found)
    const siftedOf = new Map(found.map((one, index) => [one, sifted[index]]))
    const planned = await severally(
      seen,
      async ({ chosen: { key, versionId }, early, found: seenAs, failure }) => {
        const one = seenAs && siftedOf.get(seenAs)
        if (one === undefined) return this.#missing(key, versionId, failure)
        if (one.is === 'left') return []
        return this.#draft([one], early ?? (await this.#headDestinations(one.found)))
      },
    )
    const left = sifted.filter(({ is }) => is === 'left').map((one) => one.found)
    this.#writeDrafts(planned.flat(), left, reached)
  }

  /** A chosen object at its source, and, where nothing of it can change what is looked for, at the destinations. */
  async #see(chosen: Chosen): Promise<Seen> {
    const { key, versionId } = chosen
    const { request, findKey } = this.#context
    const [source, early] = await Promise.all([
      headSource(this.#first, key, versionId, { ...request, findKey }).catch((error: unknown) =>
        this.#marker(chosen, error),
      ),
      this.#looksEarly() ? this.#headDestinations({ key, lastModified: 0 }) : undefined,
    ])
    return source instanceof DecantError
      ? { chosen, early, failure: source.failure }
      : { chosen, early, found: source }
  }

  /** A HEAD of a delete marker by its id is answered with 405; to be deleted no more need be known of it. */
  #marker({ key, versionId }: Chosen, error: unknown): Found | DecantError {
    const known = ofItem(error)
    const isMarker = versionId !== undefined && known.failure.code === 'not-supported'
    if (!isMarker || this.#context.spec.kind !== 'delete') return known
    const nothing = { size: 0, etag: '', lastModified: 0, storageClass: 'STANDARD' }
    return { key, versionId, ...nothing, state: 'delete-marker' }
  }

  #looksEarly(): boolean {
    return this.#context.spec.filter === undefined && this.#first.rules.rename === undefined
  }

  #headDestinations(
    found: Pick<Found, 'key' | 'lastModified'>,
  ): Promise<readonly (ObjectSummary | undefined)[]> {
    return Promise.all(this.#legs.map((leg) => headDestination(leg, found, this.#context.request)))
  }

  /** `ends`: what others who list along found of where the destinations end. */
  #looks(prefix: string, ends: readonly ListEnd[] = [], isFirst = false): readonly Look[] {
    return this.#legs.map((leg, n) => destinationLook(leg, prefix, this.#context.request, ends[n], isFirst))
  }

  /** Keys with their versions, told apart by the filter; a key of which nothing is left has none. */
  async #siftKeys(keys: readonly (readonly Found[])[]): Promise<readonly (readonly Sifted[])[]> {
    const flat = await this.#sift(keys.flat())
    let at = 0
    return keys.map((versions) => flat.slice(at, (at += versions.length)))
  }

  /** A page of current objects that are all meant: the common case, with nothing in between. */
  async #planAll(
    found: readonly Found[],
    looks: readonly Look[],
    ordered: boolean,
    reached: Reached,
    unlisted: readonly Draft[],
  ): Promise<void> {
    await this.#probe(found[0])
    const standing = await Promise.all(looks.map((look) => look(found, ordered)))
    const { kind } = this.#context.spec
    const drafts: Draft[] = [...unlisted]
    const legs = this.#legs
    // By index: iterators over pairs make an array for each object.
    for (let at = 0; at < found.length; at++) {
      for (let n = 0; n < legs.length; n++) {
        const link = n > 0 && kind === 'move' ? 'legs' : 'none'
        const { rules } = legs[n] as PlanLeg
        drafts.push({ item: planItem(rules, found[at] as Found, standing[n]?.[at]), link })
      }
    }
    this.#writeDrafts(drafts, [], reached())
  }

  async #planKeys(
    keys: readonly (readonly Sifted[])[],
    looks: readonly Look[],
    ordered: boolean,
    reached: Reached,
    unlisted: readonly Draft[] = NO_DRAFTS,
  ): Promise<void> {
    const left = keys.flatMap((versions) =>
      versions.filter(({ is }) => is === 'left').map(({ found }) => found),
    )
    const taken =
      left.length === 0 ? keys : keys.filter((versions) => versions.some(({ is }) => is !== 'left'))
    const newest = taken.flatMap((versions) => versions.at(-1)?.found ?? [])
    await this.#probe(newest.find(({ state }) => state !== 'delete-marker'))
    const standing = await Promise.all(looks.map((look) => look(newest, ordered)))
    const drafts = taken.flatMap((versions, index) =>
      this.#draft(
        versions,
        standing.map((there) => there[index]),
      ),
    )
    this.#writeDrafts([...unlisted, ...drafts], left, reached())
  }

  /** One key's versions, oldest first, on their way to each destination. */
  #draft(versions: readonly Sifted[], standing: readonly (ObjectSummary | undefined)[]): Draft[] {
    const { spec } = this.#context
    const isHistory =
      this.#first.rules.leg.source.versions.take === 'all' && spec.kind !== 'edit' && spec.kind !== 'delete'
    const meant = versions.filter(({ is }) => is !== 'left')
    return this.#legs.flatMap((leg, n) => {
      const decisions = isHistory ? this.#decide(meant, standing[n]) : undefined
      return meant.map((one, index): Draft => {
        const link = index > 0 ? 'history' : n > 0 && spec.kind === 'move' ? 'legs' : 'none'
        const decided = index === 0 ? decisions?.first : decisions?.rest
        const rules = isHistory ? named(leg.rules, versions.at(-1)?.found) : leg.rules
        const found = asStanding(rules, one.found, standing[n])
        const planned = planItem(rules, found, standing[n], decided)
        const item = one.is === 'unknown' ? refusedUnread(planned, one.failure) : planned
        return { item, link: isHistory || index === 0 ? link : 'none' }
      })
    })
  }

  #decide(
    versions: readonly Sifted[],
    standing: ObjectSummary | undefined,
  ): ReturnType<typeof decideHistory> | undefined {
    const { spec } = this.#context
    const newest = versions.at(-1)?.found
    if (newest === undefined || (spec.kind !== 'copy' && spec.kind !== 'move')) return undefined
    return decideHistory(spec.conflict, newest, standing)
  }

  /** `failure`: why it could not be looked at; otherwise it is not there. */
  #missing(key: string, versionId: string | undefined, failure?: Failure): Draft[] {
    return this.#legs.map(({ rules }) => {
      const item = missingItem(rules.leg, key, versionId)
      return { item: failure ? { ...item, failure } : item, link: 'none' }
    })
  }

  /** Once, by the first object; whoever comes meanwhile waits for what it shows. */
  async #probe(first: Found | undefined): Promise<void> {
    if (this.#isProbed || first === undefined) return
    const { request } = this.#context
    this.#probing ??= Promise.all(this.#legs.map((leg) => probeRoute(leg, first, request)))
    this.#legs = await this.#probing
    this.#isProbed = true
  }

  #writeDrafts(drafts: readonly Draft[], left: readonly Found[], reached: ListingCursor | undefined): void {
    this.#write({ drafts, left, legs: this.#legs, reached })
  }
}

/** A history stays one: all versions of a key get the name that its newest one gives it, also from a date. */
function named(rules: PlanRules, newest: Found | undefined): PlanRules {
  const { rename } = rules
  if (rename === undefined || newest === undefined) return rules
  const { lastModified } = newest
  return { ...rules, rename: ({ rest }) => rename({ rest, lastModified }) }
}
