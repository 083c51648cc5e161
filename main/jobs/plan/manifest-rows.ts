import { compareKeys } from '../../engine/names.ts'
import { canonicalEndpoint } from '../../engine/route.ts'
import { coverage } from '../../engine/listing/segments.ts'
import { bookkeepingFor } from './bookkeeping.ts'
import type { ManifestCursor } from './listing-cursor.ts'
import type { NumberedRow } from '../../manifest/manifest.ts'
import { hasDestinations } from '#model/spec.ts'
import type { JobSpec, SourcePlace } from '#model/spec.ts'

/** Where a row belongs. */
export type RowFate =
  | { readonly is: 'taken'; readonly source: number }
  /** What the source selects does not hold it. */
  | { readonly is: 'left'; readonly source: number }
  | { readonly is: 'bad'; readonly reason: string }

/**
 * | the row's bucket | its key            | its target bucket             | the row |
 * |------------------|--------------------|-------------------------------|---------|
 * | no source's      | any                | any                           | bad     |
 * | a source's       | any                | given, no destination's       | bad     |
 * | a source's       | any                | a destination's in two stores | bad     |
 * | a source's       | not selected there | none, or a destination's      | left    |
 * | a source's       | selected there     | none, or a destination's      | taken   |
 */
export function fatesOf(spec: JobSpec): (row: NumberedRow) => RowFate {
  const sources = new Map<string, number>(spec.sources.map(({ bucket }, n) => [bucket, n]))
  const selects = spec.sources.map(selector)
  const targets = targetsOf(spec)
  return (row) => {
    const source = sources.get(row.bucket)
    if (source === undefined)
      return { is: 'bad', reason: `Its bucket ${JSON.stringify(row.bucket)} is none of the job's sources.` }
    const { targetBucket } = row
    const stores = targetBucket === undefined ? 1 : (targets.get(targetBucket)?.size ?? 0)
    if (stores !== 1) {
      const is =
        stores === 0 ? "is none of the job's destinations" : 'is a destination in more than one store'
      return { is: 'bad', reason: `target-bucket: ${JSON.stringify(targetBucket)} ${is}.` }
    }
    return { is: selects[source]?.(row) ? 'taken' : 'left', source }
  }
}

/** The stores in which the job has a destination of that name: a row names its bucket, and cannot name the store. */
function targetsOf(spec: JobSpec): ReadonlyMap<string, ReadonlySet<string>> {
  const targets = new Map<string, Set<string>>()
  for (const { bucket, connection } of hasDestinations(spec) ? spec.destinations : []) {
    const stores = targets.get(bucket) ?? new Set()
    targets.set(bucket, stores.add(canonicalEndpoint(connection.config)))
  }
  return targets
}

function selector({ select }: SourcePlace): (row: NumberedRow) => boolean {
  const below = coverage(select.flatMap((one) => (one.kind === 'prefix' ? [one.prefix] : [])))
  const objects = new Map(select.flatMap((one) => (one.kind === 'object' ? [[one.key, one.versionId]] : [])))
  return ({ key, versionId }) => {
    if (below(key)) return true
    if (!objects.has(key)) return false
    const version = objects.get(key)
    return version === undefined || version === versionId
  }
}

/**
 * Two rows of one name are looked for as long as there may be any: where a manifest has all its keys in ascending order,
 * as listings and inventories have, there are none. Of everything else the names are kept.
 */
export function mayBeAscending(spec: JobSpec): boolean {
  return spec.sources.length === 1 && !bookkeepingFor(spec).targets
}

/** The last key where these go on ascending after it, else null. */
export function ascends(
  last: ManifestCursor['last'],
  rows: readonly NumberedRow[],
): string | null | undefined {
  let before = last
  for (const { key } of rows) {
    if (before === null) return null
    if (before !== undefined && compareKeys(before, key) >= 0) return null
    before = key
  }
  return before
}
