import { isKeyTooLong } from '../engine/names.ts'
import { attempt } from '../engine/retry.ts'
import type { RequestContext } from '../engine/retry.ts'
import type { FindCustomerKey, ObjectPage, Storage } from '../engine/storage.ts'
import type { PlannedItem } from './item.ts'
import type { Journal } from './journal.ts'
import { isPourLeg, legsOf } from './legs.ts'
import type { PourLeg, StoragesOf } from './legs.ts'
import { DestinationWalk, isAscending } from './lockstep.ts'
import { mapKey, missingItem, planItem, planRules } from './plan-item.ts'
import type { Found, PlanRules } from './plan-item.ts'
import { keysChosenByVersion, toSegments } from './selections.ts'
import type { ListingCursor, Segment } from './selections.ts'
import { toFailure } from '#model/failure.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'
import type { JobSpec } from '#model/spec.ts'

/** HEADs in flight at once, where no listing answers. */
const HEADS = 16
/** Chosen objects that are planned in one transaction. */
const CHOSEN = 256

export interface MakePlan {
  readonly spec: JobSpec
  /** Bytes up to which CopyObject is used. */
  readonly copyLimit: number
  readonly storagesOf: StoragesOf
  /** The key ring, for HEADs of objects under SSE-C. */
  readonly findKey: FindCustomerKey
  readonly request: RequestContext
  readonly journal: Pick<Journal, 'plan'>
  /** Items were added. */
  readonly planned: () => void
}

/** The same, for one leg. */
interface PlanContext extends Pick<MakePlan, 'request' | 'journal' | 'planned'> {
  readonly rules: PlanRules
  readonly source: Storage
  /** The source's, for a delete. */
  readonly destination: Storage
}

/**
 * Makes the plan from where the listing stands to its end. Every page is journaled with the place that it reached,
 * so a plan that was interrupted goes on after the last whole page. Rejects with what stopped it.
 */
export async function makePlan(options: MakePlan, from: ListingCursor): Promise<void> {
  const { spec, copyLimit, storagesOf, request, journal, planned } = options
  const [leg] = legsOf(spec)
  const rules = planRules(spec, leg, copyLimit)
  await planLeg({ rules, ...storagesOf(leg), request, journal, planned }, from)
}

async function planLeg(context: PlanContext, from: ListingCursor): Promise<void> {
  const segments = toSegments(context.rules.leg.source)
  const exact = keysChosenByVersion(segments)
  for (let at = from.segment; at < segments.length;) {
    const segment = segments[at]
    if (segment?.kind === 'prefix') {
      const next = at + 1 < segments.length ? { segment: at + 1 } : undefined
      await planPrefix(
        context,
        { at, prefix: segment.prefix, exact, next },
        at === from.segment ? from.after : undefined,
      )
      at += 1
    } else {
      const chosen = takeChosen(segments, at)
      const next = at + chosen.length < segments.length ? { segment: at + chosen.length } : undefined
      journalPage(context, await planChosen(context, chosen), next)
      at += chosen.length
    }
  }
}

interface PrefixSegment {
  readonly at: number
  readonly prefix: string
  /** Keys of which a version is planned by itself. */
  readonly exact: ReadonlySet<string>
  readonly next: ListingCursor | undefined
}

async function planPrefix(
  context: PlanContext,
  segment: PrefixSegment,
  after: string | undefined,
): Promise<void> {
  const { bucket } = context.rules.leg.source
  const look = destinationLook(context, segment.prefix)
  let last = after
  let token: string | undefined
  do {
    const request = { bucket, prefix: segment.prefix, token, startAfter: last }
    const page: ObjectPage = await attempt(context.request, () =>
      context.source.listObjects(request, context.request.signal),
    )
    const found = page.objects.filter((object) => !segment.exact.has(object.key))
    const standing = await look(found, isAscending(page.objects, last))
    token = page.token
    last = page.objects.at(-1)?.key ?? last
    const reached = token === undefined ? segment.next : { segment: segment.at, after: last }
    const items = found.map((object, index) => planItem(context.rules, object, standing[index]))
    journalPage(context, items, reached)
  } while (token !== undefined)
}

function journalPage(
  context: PlanContext,
  items: readonly PlannedItem[],
  reached: ListingCursor | undefined,
): void {
  context.journal.plan(items, reached)
  context.planned()
}

type Look = (
  found: readonly ObjectSummary[],
  ordered: boolean,
) => Promise<readonly (ObjectSummary | undefined)[]>

/** What stands at the destination for a page of the source: listed along, or asked key by key where order is lost. */
function destinationLook(context: PlanContext, prefix: string): Look {
  const { leg } = context.rules
  if (!isPourLeg(leg)) return async () => []
  const below = mapKey(leg, prefix)
  const { bucket } = leg.destination
  const walk = new DestinationWalk((startAfter) =>
    attempt(context.request, () =>
      context.destination.listObjects({ bucket, prefix: below, startAfter }, context.request.signal),
    ),
  )
  let inOrder = true
  return async (found, ordered) => {
    inOrder &&= ordered
    if (inOrder) {
      const standing = await walk.find(found.map(({ key }) => mapKey(leg, key)))
      if (standing !== 'unordered') return standing
      inOrder = false
    }
    return severally(found, ({ key }) => headDestination(context, leg, key))
  }
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
  context: PlanContext,
  chosen: readonly Extract<Segment, { kind: 'object' }>[],
): Promise<PlannedItem[]> {
  const { leg } = context.rules
  return severally(chosen, async ({ key, versionId }) => {
    const [found, standing] = await Promise.all([
      headSource(context, key, versionId),
      isPourLeg(leg) ? headDestination(context, leg, key) : undefined,
    ])
    return found ? planItem(context.rules, found, standing) : missingItem(leg, key, versionId)
  })
}

type Lookers = Pick<PlanContext, 'rules' | 'source' | 'destination' | 'request'>

/** The source object as it is now, or undefined. */
export async function headSource(
  context: Lookers,
  key: string,
  versionId: string | undefined,
): Promise<Found | undefined> {
  const { bucket } = context.rules.leg.source
  const head = await headIfThere(context.source, { bucket, key, versionId }, context.request)
  if (head === undefined) return undefined
  const { size, etag, lastModified, storageClass } = head
  const restored = head.restore?.is === 'restored'
  return { key, versionId, size, etag, lastModified, storageClass, restored }
}

/** What stands at the destination for this key of the source, or undefined. */
export function headDestination(
  context: Lookers,
  leg: PourLeg,
  key: string,
): Promise<ObjectSummary | undefined> {
  const { bucket } = leg.destination
  const destination = mapKey(leg, key)
  // Refused by the plan: no server has to be asked about it, and some would answer 400.
  if (destination === '' || isKeyTooLong(destination)) return Promise.resolve(undefined)
  return headIfThere(context.destination, { bucket, key: destination }, context.request)
}

async function headIfThere(
  storage: Storage,
  id: { bucket: string; key: string; versionId?: string | undefined },
  request: RequestContext,
): Promise<ObjectHead | undefined> {
  try {
    return await attempt(request, () => storage.headObject(id, request.signal))
  } catch (error) {
    if (toFailure(error).code === 'no-such-key') return undefined
    throw error
  }
}

/** All of them, a few at a time, answers in the order of the questions. */
async function severally<From, To>(all: readonly From[], ask: (one: From) => Promise<To>): Promise<To[]> {
  const answers: To[] = []
  for (let at = 0; at < all.length; at += HEADS) {
    answers.push(...(await Promise.all(all.slice(at, at + HEADS).map(ask))))
  }
  return answers
}
