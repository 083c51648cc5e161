import { compareKeys, isKeyTooLong } from '../../engine/names.ts'
import { openWith, wantsKey } from '../../engine/customer-keys.ts'
import { codeOf, headOrNothing } from '../../engine/look.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import type { Storage } from '../../engine/storage.ts'
import { isPourLeg } from './legs.ts'
import { DestinationWalk } from './lockstep.ts'
import type { ListEnd } from './lockstep.ts'
import type { PlanLeg } from './plan-context.ts'
import { mapKey, nameAt } from './plan-item.ts'
import type { Found } from './plan-rules.ts'
import type { WorkContext } from '../../engine/work.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'

/** HEADs in flight at once, where no listing answers. */
const HEADS = 16
/** Renamed keys that one listing has to answer for, on the average, or each is asked for by itself. */
export const WORTH_LISTING = 16

/** What stands at the destination, for each of these. `ordered`: they come in the order of their keys, as all before. */
export type Look = (
  found: readonly Found[],
  ordered: boolean,
) => Promise<readonly (ObjectSummary | undefined)[]>

/**
 * What stands at the destination for a page of the source. Listed along where the names there come in the same order;
 * rules for names break it, so their page is sorted and listed by itself. Asked key by key where order is lost, or
 * where names lie so far apart that a listing each would be needed. `end`: shared by looks at parts of the same keys.
 * `isFirst`: it is going to be asked for the first keys below the prefix, so it lists them before it is asked.
 */
export function destinationLook(
  leg: PlanLeg,
  prefix: string,
  request: RequestContext,
  end?: ListEnd,
  isFirst = false,
): Look {
  const place = leg.rules.leg
  if (!isPourLeg(place)) return () => Promise.resolve([])
  const severallyAsked = (found: readonly Found[]): Promise<(ObjectSummary | undefined)[]> =>
    severally(found, (one) => headDestination(leg, one, request))
  if (leg.rules.rename !== undefined) return sortedLook(leg, request)
  const walk = walkBelow(leg, place.destination.bucket, mapKey(place, prefix), request, undefined, end)
  if (isFirst) walk.begin()
  let inOrder = true
  return async (found, ordered) => {
    inOrder &&= ordered
    if (inOrder && walk.isOver) return withFolders(leg, found, [], request)
    if (inOrder) {
      const standing = await walk.find(found.map(({ key }) => mapKey(place, key)))
      if (standing !== 'unordered') return withFolders(leg, found, standing, request)
      inOrder = false
    }
    return severallyAsked(found)
  }
}

/** Of folders of this machine a listing shows the empty ones: whether there is one with something in it is asked. */
async function withFolders(
  leg: PlanLeg,
  found: readonly Found[],
  standing: readonly (ObjectSummary | undefined)[],
  request: RequestContext,
): Promise<readonly (ObjectSummary | undefined)[]> {
  if (leg.destination.habits.holds !== 'files') return standing
  const asked = found.flatMap(({ key }, at) => (key.endsWith('/') && !standing[at] ? [at] : []))
  const heads = await severally(asked, (at) => headDestination(leg, found[at] as Found, request))
  const all = [...standing]
  for (const [n, at] of asked.entries()) all[at] = heads[n]
  return all
}

function walkBelow(
  leg: PlanLeg,
  bucket: string,
  prefix: string,
  request: RequestContext,
  most?: number,
  end?: ListEnd,
): DestinationWalk {
  return new DestinationWalk(
    (startAfter) =>
      attempt(request, () => leg.destination.listObjects({ bucket, prefix, startAfter }, request.signal)),
    most,
    end,
  )
}

/** Each page sorted by its names there and listed by itself, or asked name by name where that takes fewer requests. */
export function sortedLook(leg: PlanLeg, request: RequestContext): Look {
  const { destination } = leg.rules.leg
  const severallyAsked = (found: readonly Found[]): Promise<(ObjectSummary | undefined)[]> =>
    severally(found, (one) => headDestination(leg, one, request))
  let worthIt = destination !== undefined
  return async (found) => {
    const names = [...new Set(found.map((one) => nameAt(leg.rules, one) ?? ''))]
      .filter(isName)
      .sort(compareKeys)
    if (!worthIt || destination === undefined) return severallyAsked(found)
    const most = 1 + Math.ceil(names.length / WORTH_LISTING)
    const walk = walkBelow(leg, destination.bucket, destination.prefix, request, most)
    const standing = await walk.find(names)
    if (standing === 'unordered') {
      worthIt = false
      return severallyAsked(found)
    }
    const byName = new Map(names.map((name, index) => [name, standing[index]]))
    return found.map((one) => byName.get(nameAt(leg.rules, one) ?? ''))
  }
}

/** What a look at a source needs: its objects may lie under keys of the key ring. */
export type SourceRequest = RequestContext & Pick<WorkContext, 'findKey'>

/** The source object as it is now, or undefined. Throws what S3 refuses, and `customer-key`. */
export async function headSource(
  leg: Pick<PlanLeg, 'rules' | 'source'>,
  key: string,
  versionId: string | undefined,
  request: SourceRequest,
): Promise<Found | undefined> {
  const head = await openObject(leg, { key, versionId }, request)
  if (head === undefined) return undefined
  const { size, etag, lastModified, storageClass, restore, archiveTier } = head
  return { key, versionId, size, etag, lastModified, storageClass, restore, archiveTier }
}

/** A HEAD of a source object, under the customer key that it lies under, if it does. */
export async function openObject(
  { rules, source }: Pick<PlanLeg, 'rules' | 'source'>,
  { key, versionId }: Pick<Found, 'key' | 'versionId'>,
  request: SourceRequest,
): Promise<ObjectHead | undefined> {
  const { bucket, customerKeys } = rules.leg.source
  try {
    const opened = await openWith(key, customerKeys, request.findKey, (customerKey) =>
      attempt(request, () => source.headObject({ bucket, key, versionId, customerKey }, request.signal)),
    )
    return opened.head
  } catch (error) {
    if (codeOf(error) === 'no-such-key') return undefined
    throw error
  }
}

/** What stands at the destination for this object of the source, or undefined. */
export function headDestination(
  leg: Pick<PlanLeg, 'rules' | 'destination'>,
  found: Pick<Found, 'key' | 'lastModified' | 'target'>,
  request: RequestContext,
  target = nameAt(leg.rules, found),
): Promise<(ObjectSummary & Pick<Found, 'versionId'>) | undefined> {
  const { destination } = leg.rules.leg
  // Refused by the plan: no server has to be asked about it, and some would answer 400.
  if (destination === undefined || target === undefined || !isName(target)) return Promise.resolve(undefined)
  return lookAt(leg.destination, { bucket: destination.bucket, key: target }, request)
}

function isName(key: string): boolean {
  return key !== '' && !isKeyTooLong(key)
}

/** By a HEAD; what lies under a customer key answers none without it, but a listing shows it. */
async function lookAt(
  storage: Storage,
  id: { readonly bucket: string; readonly key: string },
  request: RequestContext,
): Promise<(ObjectSummary & Pick<Found, 'versionId'>) | undefined> {
  try {
    return await headOrNothing(storage, id, request)
  } catch (error) {
    if (!wantsKey(error)) throw error
    const list = { bucket: id.bucket, prefix: id.key, maxKeys: 1 }
    const { objects } = await attempt(request, () => storage.listObjects(list, request.signal))
    const [first] = objects
    return first?.key === id.key ? first : undefined
  }
}

/** All of them, a few at a time, answers in the order of the questions. */
export async function severally<From, To>(
  all: readonly From[],
  ask: (one: From) => Promise<To>,
): Promise<To[]> {
  const answers: To[] = []
  for (let at = 0; at < all.length; at += HEADS) {
    answers.push(...(await Promise.all(all.slice(at, at + HEADS).map(ask))))
  }
  return answers
}
