import { attempt } from '../../engine/pace/retry.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import { severally } from '../plan/destination-look.ts'
import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { isPourLeg, legOf, legsOf } from '../plan/legs.ts'
import type { Places } from '../run/places.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import { bucketArn, objectArns } from '#model/rights-arns.ts'
import type { ReadDenied, RightsKnown } from '#model/rights.ts'
import type { JobSpec } from '#model/spec.ts'

/** Objects of a plan that are asked for beforehand, spread over it, and destinations that are listed. */
const SAMPLE = 8
const DESTINATIONS = 4
/** So many refused, and nothing else, stand for all of a plan that is larger. */
const TELLING = 3

export interface LookAtRights {
  readonly store: Pick<Store, 'items'>
  readonly record: JobRecord
  readonly places: Places
  readonly request: RequestContext
}

/** What looking at some of a plan's objects told. */
export type RightsLook = Pick<RightsKnown, 'read' | 'denies' | 'keysRead'>

export const NOT_LOOKED: RightsLook = { read: [], denies: 'none', keysRead: [] }

interface Seen {
  readonly item: Item
  readonly head?: Failure | undefined
  readonly tags?: Failure | undefined
  readonly keyId?: string | undefined
}

/**
 * Asks for what a plan that waits will read, and writes nothing: a HEAD of a few of its objects, their tags where these
 * are copied, and a row of each destination's listing. A handful of requests, however large the plan is.
 */
export async function lookAtRights(options: LookAtRights): Promise<RightsLook> {
  const { record, places, request } = options
  const items = sampleOf(options)
  const withTags = readsTags(record.spec)
  const seen = await severally(items, async (item): Promise<Seen> => {
    const leg = legOf(record.spec, item)
    const { source } = places.of(leg)
    const object = { bucket: leg.source.bucket, key: item.key, versionId: item.versionId }
    let keyId: string | undefined
    const head = await denied(async () => {
      const { encryption } = await attempt(request, () => source.headObject(object, request.signal))
      // The account's own key (aws/s3) has no ARN here, and lets everybody of the account in.
      keyId = isKms(encryption.kind) ? encryption.kmsKeyId : undefined
    })
    if (head !== undefined || !withTags) return { item, head, keyId }
    return {
      item,
      keyId,
      tags: await denied(() => attempt(request, () => source.getTags(object, request.signal))),
    }
  })
  const heads = seen.filter(({ head }) => head !== undefined)
  return {
    read: [
      ...readDenied(record.spec, seen, ({ head }) => head, 's3:GetObject'),
      ...readDenied(record.spec, seen, ({ tags }) => tags, 's3:GetObjectTagging'),
      ...(await unlistable(options)),
    ],
    denies: extent(heads.length, seen.length, record.nextSeq - 1),
    keysRead: [...new Set(seen.flatMap(({ keyId }) => keyId ?? []))],
  }
}

/**
 * | refused of those looked at | they are the whole plan, or three at least | the plan would be denied |
 * |----------------------------|--------------------------------------------|--------------------------|
 * | none                       | any                                        | none                     |
 * | some                       | any                                        | some                     |
 * | all                        | no                                         | some                     |
 * | all                        | yes                                        | all                      |
 */
export function extent(refused: number, looked: number, planned: number): RightsLook['denies'] {
  if (refused === 0) return 'none'
  return refused === looked && (looked >= planned || looked >= TELLING) ? 'all' : 'some'
}

/** Evenly spread over the plan; fewer where much of it is skipped. */
function sampleOf({ store, record }: LookAtRights): readonly Item[] {
  const { n, nextSeq, spec } = record
  if (spec.kind === 'delete') return []
  const below = itemId(n, nextSeq)
  const found = new Map<number, Item>()
  for (let at = 0; at < SAMPLE; at += 1) {
    const from = itemId(n, 1 + Math.floor((at * (nextSeq - 1)) / SAMPLE))
    const [item] = store.items.read(['planned'], from, below, 1)
    if (item !== undefined && isRead(spec, item)) found.set(item.id, item)
  }
  return [...found.values()]
}

function isRead(spec: JobSpec, item: Item): boolean {
  if (item.action === 'delete-extra' || item.action === 'delete-version' || item.action === 'mark')
    return false
  return item.action !== 'delete' && item.action !== 'bring-back' && !isLocal(legOf(spec, item).source)
}

function readsTags(spec: JobSpec): boolean {
  if (spec.kind !== 'copy' && spec.kind !== 'move' && spec.kind !== 'edit') return false
  const { policy } = spec.properties.tags
  return policy === 'copy' || policy === 'change'
}

function isKms(kind: string): boolean {
  return kind === 'SSE-KMS' || kind === 'DSSE-KMS'
}

/** The refusal; undefined where it was answered, or anything else is wrong with it: the job finds that out by itself. */
async function denied(ask: () => Promise<unknown>): Promise<Failure | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    const failure = toFailure(error)
    if (failure.code === 'cancelled') throw error
    return failure.code === 'access-denied' ? failure : undefined
  }
}

function readDenied(
  spec: JobSpec,
  seen: readonly Seen[],
  failureOf: (one: Seen) => Failure | undefined,
  action: string,
): readonly ReadDenied[] {
  const refused = seen.filter((one) => failureOf(one) !== undefined)
  const bySource = Map.groupBy(refused, ({ item }) => legOf(spec, item).source)
  return [...bySource].flatMap(([source, own]) => {
    const named = own.map((one) => failureOf(one)?.denied).find((one) => one !== undefined)
    const resources = objectArns(source)
    return resources.map((resource) => ({
      action: named?.action ?? versioned(action, own),
      ...{ resource, items: own.length, looked: seen.length, principal: named?.principal },
    }))
  })
}

function versioned(action: string, seen: readonly Seen[]): string {
  return seen.some(({ item }) => item.versionId !== undefined)
    ? action.replace('Object', 'ObjectVersion')
    : action
}

async function unlistable({ record, places, request }: LookAtRights): Promise<readonly ReadDenied[]> {
  const byPlace = new Map(
    legsOf(record.spec)
      .filter(isPourLeg)
      .map((leg) => [leg.destination, leg]),
  )
  const asked = [...byPlace.values()]
    .filter(({ destination }) => !isLocal(destination))
    .slice(0, DESTINATIONS)
  const refused = await severally(asked, async (leg): Promise<readonly ReadDenied[]> => {
    const { bucket, prefix } = leg.destination
    const { destination } = places.of(leg)
    const failure = await denied(() =>
      attempt(request, () => destination.listObjects({ bucket, prefix, maxKeys: 1 }, request.signal)),
    )
    if (failure === undefined) return []
    const principal = failure.denied?.principal
    return [{ action: 's3:ListBucket', resource: bucketArn(leg.destination), items: 1, looked: 1, principal }]
  })
  return refused.flat()
}
