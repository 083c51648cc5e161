import { isKeyTooLong } from '../engine/names.ts'
import { attempt } from '../engine/retry.ts'
import type { RequestContext } from '../engine/retry.ts'
import type { ObjectId, Storage } from '../engine/storage.ts'
import { isPourLeg } from './legs.ts'
import { DestinationWalk } from './lockstep.ts'
import type { PlanLeg } from './plan-context.ts'
import { mapKey } from './plan-item.ts'
import type { Found } from './plan-item.ts'
import { toFailure } from '#model/failure.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'

/** HEADs in flight at once, where no listing answers. */
const HEADS = 16

type Look = (
  found: readonly ObjectSummary[],
  ordered: boolean,
) => Promise<readonly (ObjectSummary | undefined)[]>

/** What stands at the destination for a page of the source: listed along, or asked key by key where order is lost. */
export function destinationLook(leg: PlanLeg, prefix: string, request: RequestContext): Look {
  const place = leg.rules.leg
  if (!isPourLeg(place)) return () => Promise.resolve([])
  const below = mapKey(place, prefix)
  const { bucket } = place.destination
  const walk = new DestinationWalk((startAfter) =>
    attempt(request, () =>
      leg.destination.listObjects({ bucket, prefix: below, startAfter }, request.signal),
    ),
  )
  let inOrder = true
  return async (found, ordered) => {
    inOrder &&= ordered
    if (inOrder) {
      const standing = await walk.find(found.map(({ key }) => mapKey(place, key)))
      if (standing !== 'unordered') return standing
      inOrder = false
    }
    return severally(found, ({ key }) => headDestination(leg, key, request))
  }
}

/** The source object as it is now, or undefined. */
export async function headSource(
  leg: Pick<PlanLeg, 'rules' | 'source'>,
  key: string,
  versionId: string | undefined,
  request: RequestContext,
): Promise<Found | undefined> {
  const { bucket } = leg.rules.leg.source
  const head = await headIfThere(leg.source, { bucket, key, versionId }, request)
  if (head === undefined) return undefined
  const { size, etag, lastModified, storageClass } = head
  const restored = head.restore?.is === 'restored'
  return { key, versionId, size, etag, lastModified, storageClass, restored }
}

/** What stands at the destination for this key of the source, or undefined. */
export function headDestination(
  leg: Pick<PlanLeg, 'rules' | 'destination'>,
  key: string,
  request: RequestContext,
): Promise<ObjectSummary | undefined> {
  const place = leg.rules.leg
  if (!isPourLeg(place)) return Promise.resolve(undefined)
  const { bucket } = place.destination
  const destination = mapKey(place, key)
  // Refused by the plan: no server has to be asked about it, and some would answer 400.
  if (destination === '' || isKeyTooLong(destination)) return Promise.resolve(undefined)
  return headIfThere(leg.destination, { bucket, key: destination }, request)
}

async function headIfThere(
  storage: Storage,
  id: ObjectId,
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
