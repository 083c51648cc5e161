import { compareKeys } from '../../engine/names.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { headSource, severally, WORTH_LISTING } from './destination-look.ts'
import { DestinationWalk } from './lockstep.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import type { Found } from './plan-rules.ts'
import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { NumberedRow } from '../../manifest/manifest.ts'

/** What a row's object is: as it stands, not there, or not to be looked at. */
export type Looked = Found | Failure | 'missing'

/**
 * Objects that rows of a manifest name, as they stand at the source.
 *
 * | the row                              | is looked at by                                           |
 * |--------------------------------------|-----------------------------------------------------------|
 * | says what an inventory saw           | nothing                                                   |
 * | names a version                      | a HEAD                                                    |
 * | any other                            | a listing along the sorted keys of its page, where one page of it answers for 16 rows on the average; else a HEAD |
 */
export function sourceLook(
  context: MakePlan,
  leg: PlanLeg,
): (rows: readonly NumberedRow[]) => Promise<Looked[]> {
  let worthIt = true
  return async (rows) => {
    const plain = rows.filter(({ seen, versionId }) => seen === undefined && versionId === undefined)
    const listed = worthIt && plain.length > 0 ? await list(context, leg, plain) : undefined
    if (plain.length > WORTH_LISTING && listed === undefined) worthIt = false
    return severally(rows, async (row) => {
      const { key, versionId, seen } = row
      if (seen) return { key, versionId, ...seen }
      if (versionId === undefined && listed) return listed.get(key) ?? 'missing'
      return head(context, leg, row)
    })
  }
}

/** Undefined where the keys lie too far apart, the listing has another order, or may not be read. */
async function list(
  { request, spec }: MakePlan,
  { rules, source }: PlanLeg,
  rows: readonly NumberedRow[],
): Promise<ReadonlyMap<string, ObjectSummary> | undefined> {
  const { bucket } = rules.leg.source
  const restoreStatus = 'archived' in spec && spec.archived.do === 'restore' ? true : undefined
  const keys = [...new Set(rows.map(({ key }) => key))].sort(compareKeys)
  const walk = new DestinationWalk(
    (startAfter) =>
      attempt(request, () =>
        source.listObjects({ bucket, prefix: '', startAfter, restoreStatus }, request.signal),
      ),
    1 + Math.floor(keys.length / WORTH_LISTING),
  )
  try {
    const found = await walk.find(keys)
    if (found === 'unordered') return undefined
    return new Map(found.flatMap((object) => (object ? [[object.key, object] as const] : [])))
  } catch (error) {
    if (error instanceof DecantError && error.failure.code === 'access-denied') return undefined
    throw error
  }
}

async function head(
  { request, findKey, spec }: MakePlan,
  leg: PlanLeg,
  { key, versionId }: NumberedRow,
): Promise<Looked> {
  try {
    return (await headSource(leg, key, versionId, { ...request, findKey })) ?? 'missing'
  } catch (error) {
    const known = error instanceof DecantError && error.failure.code !== 'cancelled'
    if (!known || error.failure.reach !== 'item') throw error
    // A HEAD of a delete marker by its id is answered with 405; to be deleted no more need be known of it.
    if (versionId === undefined || error.failure.code !== 'not-supported' || spec.kind !== 'delete')
      return error.failure
    const nothing = { size: 0, etag: '', lastModified: 0, storageClass: 'STANDARD' }
    return { key, versionId, ...nothing, state: 'delete-marker' }
  }
}
