import type { ConnectionRef } from '#model/connection.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { Tally } from '#model/job.ts'
import type { Count } from '#model/plan.ts'
import type { Settings } from '#model/settings.ts'
import { PLAIN_POUR, type PurgeRule, type RewindSpec, type SourcePlace } from '#model/spec.ts'
import { purgeSpec, rewindSpec } from '#model/version-specs.ts'
import type { Cargo } from './drop.ts'
import { sourceOf, type MadeSpec } from './pour.ts'
import type { Row } from './rows.ts'
import type { SheetSpec } from './sheet-spec.ts'

/** How the sheet of a purge begins: nobody misses for a month what was replaced or deleted. */
const FIRST_PURGE: PurgeRule = { olderThanDays: 30, keep: 0, loneMarkers: true }

/** Keys brought back to what they were; `to` as the sheet begins. */
export function rewindOf(
  cargo: Cargo,
  connection: ConnectionRef,
  to: RewindSpec['to'],
  defaults: Settings['pour'],
): MadeSpec {
  const place = wholeKeys(cargo, connection)
  if (typeof place === 'string') return { ok: false, reason: place }
  return { ok: true, spec: { ...rewindSpec(place, to), verify: defaults.verify } }
}

/** Older versions deleted by rule. */
export function purgeOf(cargo: Cargo, connection: ConnectionRef): MadeSpec {
  const place = wholeKeys(cargo, connection)
  if (typeof place === 'string') return { ok: false, reason: place }
  return { ok: true, spec: purgeSpec(place, FIRST_PURGE) }
}

/** Chosen versions copied on top of their own keys, with everything they carry. */
export function restoreOf(cargo: Cargo, connection: ConnectionRef, defaults: Settings['pour']): MadeSpec {
  const place = sourceOf(cargo, connection)
  if (typeof place === 'string') return { ok: false, reason: place }
  const { bucket, base: prefix } = place
  return {
    ok: true,
    spec: {
      ...{ v: 1, kind: 'copy', sources: [place] },
      destinations: [{ connection, bucket, prefix, requesterPays: false }],
      ...PLAIN_POUR,
      ...{ conflict: 'overwrite', verify: defaults.verify, properties: EDIT_DEFAULTS, deleteExtra: false },
    },
  }
}

/** Keys with all their versions: what is decided by a history is decided by a whole one. */
function wholeKeys(cargo: Cargo, connection: ConnectionRef): SourcePlace | string {
  return sourceOf({ ...cargo, rows: keysOf(cargo.rows), versions: { take: 'all' } }, connection)
}

function keysOf(rows: readonly Row[]): readonly Row[] {
  const keys = new Set<string>()
  return rows.flatMap((row) => {
    if (row.version === undefined) return row
    const { key } = row.version
    if (keys.has(key)) return []
    keys.add(key)
    return { ...row, kind: 'object', id: key, version: undefined } as const
  })
}

/**
 * What a job takes away that nothing of it brings back, or that hides an object:
 *
 * | job                             | what                                      |
 * |---------------------------------|-------------------------------------------|
 * | mirror                          | what has no source                        |
 * | purge                           | the older versions                        |
 * | rewind that deletes what is new | the keys that were made later             |
 * | any other                       | nothing                                   |
 */
export function destroys(spec: SheetSpec | undefined): 'extra' | 'versions' | 'later' | undefined {
  switch (spec?.kind) {
    case 'copy':
      return spec.deleteExtra ? 'extra' : undefined
    case 'delete':
      return 'versions'
    case 'rewind':
      return spec.to.is === 'as-of' && spec.to.later === 'delete' ? 'later' : undefined
    default:
      return undefined
  }
}

/** As far as the plan has counted it. */
export function destroyed(spec: SheetSpec | undefined, tally: Tally | undefined): Count {
  const what = destroys(spec)
  if (what === undefined || tally === undefined) return { items: 0, bytes: 0 }
  return tally.planned[
    ({ extra: 'delete-extra', versions: 'delete-version', later: 'delete' } as const)[what]
  ]
}
