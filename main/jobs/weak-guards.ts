import type { EndpointHabits } from '../engine/storage.ts'
import { legsOf } from './legs.ts'
import type { LegStorages, StoragesOf } from './legs.ts'
import { hasDestinations } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** Conditions that an endpoint of this job ignores, and what stands in for them: for the job's notes and its report. */
export function weakGuards(spec: JobSpec, { of }: { readonly of: StoragesOf }): string[] {
  const notes = legsOf(spec).flatMap((leg) => guardsOf(spec, of(leg)))
  return [...new Set(notes)]
}

/**
 * | job                           | condition ignored          | instead                                     |
 * |-------------------------------|----------------------------|---------------------------------------------|
 * | copy, move; not `overwrite`   | If-Match, If-None-Match    | a look at the destination before each write |
 * | copy, move                    | x-amz-copy-source-if-match | a look at the source before and after       |
 * | move, delete, mirror          | If-Match on DeleteObject   | a look just before each delete              |
 */
export function guardsOf(
  spec: JobSpec,
  { source, destination }: { readonly [Side in keyof LegStorages]: { readonly habits: EndpointHabits } },
): string[] {
  const from = source.habits
  const to = destination.habits
  const notes: string[] = []
  const pours = spec.kind === 'copy' || spec.kind === 'move'
  if (pours && spec.conflict !== 'overwrite' && !to.writeConditions)
    notes.push(
      `${to.name} ignores If-Match and If-None-Match: Decant looked at the destination before each write instead.`,
    )
  if (pours && !(to.copySourceIfMatch && to.partSourceIfMatch))
    notes.push(
      `${to.name} does not bind a copy to its source's ETag: Decant looked at the source before and after instead.`,
    )
  const mirrors = spec.kind === 'copy' && spec.deleteExtra
  const deletesAt = spec.kind === 'move' || spec.kind === 'delete' ? from : mirrors ? to : undefined
  if (deletesAt && !deletesAt.deleteIfMatch)
    notes.push(
      `${deletesAt.name} ignores If-Match on DeleteObject: Decant looked just before each delete instead.`,
    )
  return hasDestinations(spec) || deletesAt ? notes : []
}
