import { attempt } from '../../engine/pace/retry.ts'
import type { Storage } from '../../engine/storage.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import type { JobMore, JobRecord } from '../record.ts'
import { changedByMove } from '../undo/undo-properties.ts'
import { toFailure } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { Versioning } from '#model/object.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

type Place = SourcePlace | DestinationPlace

/** Whether a bucket of the job keeps what is written over or deleted in it; undefined: nobody knows. Folders keep nothing. */
export function keepsVersions(
  { versioning }: Pick<JobMore, 'versioning'>,
  place: Place,
): boolean | undefined {
  if (isLocal(place)) return false
  const known = versioning?.[nameOf(place)]
  return known == null ? undefined : known === 'enabled'
}

function nameOf({ connection, bucket }: Place): string {
  return `${connection.id} ${bucket}`
}

/**
 * Asks the buckets in which a plan destroys something whether they keep versions: one request each, and none for plans
 * that write over nothing and delete nothing. Called once the plan is complete.
 *
 * | job                   | writes over something | deletes something there | asks                |
 * |-----------------------|-----------------------|-------------------------|---------------------|
 * | copy, move            | yes                   | any                     | its destinations    |
 * | move that changes headers, metadata, tags, … | any | any    | its sources as well |
 * | copy (a mirror)       | any                   | yes                     | its destinations    |
 * | delete, without purge | any                   | yes                     | its sources         |
 * | any other             | any                   | any                     | nothing             |
 */
export async function learnVersioning(context: MakePlan, legs: readonly PlanLeg[]): Promise<boolean> {
  const { record } = context
  const known: Record<string, Versioning | null> = { ...record.more.versioning }
  let asked = false
  for (const { rules, source, destination } of legs) {
    for (const { place, storage } of placesAsked(context.spec, record, rules.leg, { source, destination })) {
      if (isLocal(place) || nameOf(place) in known) continue
      const versioning = await ask(context, storage, place.bucket)
      if (versioning === undefined) continue
      known[nameOf(place)] = versioning
      asked = true
    }
  }
  if (asked) record.more = { ...record.more, versioning: known }
  return asked
}

/** A plan is as good without: where nobody answers now, nobody knows. null: it may not be read. */
async function ask(
  { request }: MakePlan,
  storage: Storage,
  bucket: string,
): Promise<Versioning | null | undefined> {
  try {
    return await attempt(request, () => storage.getVersioning(bucket, request.signal))
  } catch (error) {
    const { reach, code } = toFailure(error)
    return code === 'access-denied' || (reach === 'item' && code !== 'cancelled') ? null : undefined
  }
}

interface Asked {
  readonly place: Place
  readonly storage: Storage
}

function placesAsked(
  spec: JobSpec,
  { tally }: Pick<JobRecord, 'tally'>,
  leg: PlanLeg['rules']['leg'],
  { source, destination }: Pick<PlanLeg, 'source' | 'destination'>,
): readonly Asked[] {
  const from = { place: leg.source, storage: source }
  if (spec.kind === 'copy' || spec.kind === 'move') {
    const destroys = tally.conflicts > 0 || tally.planned['delete-extra'].items > 0
    const isChanged = spec.kind === 'move' && changedByMove(spec).length > 0
    const to = leg.destination && { place: leg.destination, storage: destination }
    return [...(destroys && to ? [to] : []), ...(isChanged ? [from] : [])]
  }
  const deletes = spec.kind === 'delete' && spec.purge === undefined && tally.planned.delete.items > 0
  return deletes ? [from] : []
}
