import { canonicalEndpoint } from '../../engine/route.ts'
import { isWithinBucket, legsOf } from './legs.ts'
import { hasDestinations } from '#model/spec.ts'
import type { AcrossSpec, DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/** Which names of a job's objects are kept count of; most jobs need none of it. */
export interface Bookkeeping {
  /** Names at the destinations: two objects could have the same one, or what has no source is looked for. */
  readonly targets: boolean
  /** Names at the sources: an object could be written over before it was read. */
  readonly sources: boolean
  /** What stands at a destination and has no source is part of the plan. */
  readonly extras: boolean
}

/**
 * | the job                                     | targets | sources | extras |
 * |---------------------------------------------|---------|---------|--------|
 * | works on its sources themselves             | no      | no      | no     |
 * | has rules for names                         | yes     |         |        |
 * | has several sources                         | yes     |         |        |
 * | has two destinations in one bucket          | yes     |         |        |
 * | mirrors, or compares                        | yes     |         | yes    |
 * | compares the rows of a manifest             | no      | no      | no     |
 * | takes names there from a manifest           | yes     | as where names have rules | no |
 * | pours within one bucket, into its own keys or under other names | yes | yes | |
 * | any other                                   | no      | no      | no     |
 */
export function bookkeepingFor(spec: JobSpec): Bookkeeping {
  if (!hasDestinations(spec)) return { targets: false, sources: false, extras: false }
  const extras =
    (spec.kind === 'parity' && spec.manifest === undefined) || (spec.kind === 'copy' && spec.deleteExtra)
  const sources = spec.kind !== 'parity' && mayCross(spec)
  const buckets = new Set(spec.destinations.map(placeName))
  const several = spec.sources.length > 1 || buckets.size < spec.destinations.length
  return { targets: extras || sources || several || givesNames(spec), sources, extras }
}

/** Whether the job may write to a key that it also reads. Where only a list of keys could tell, it may. */
export function mayCross(spec: JobSpec): boolean {
  const renames = hasDestinations(spec) && givesNames(spec)
  return legsOf(spec).some(({ source, destination }) => {
    if (destination === undefined || !isWithinBucket({ source, destination })) return false
    const { base } = source
    return renames || base.startsWith(destination.prefix) || destination.prefix.startsWith(base)
  })
}

/** Whether an object may have any name at its destination. */
function givesNames({ names, manifest }: AcrossSpec): boolean {
  return names.length > 0 || manifest?.format === 'decant'
}

/** One number for each bucket of a job, however it is named. */
export function numberPlaces(spec: JobSpec): (place: SourcePlace | DestinationPlace) => number {
  const places = hasDestinations(spec) ? [...spec.sources, ...spec.destinations] : spec.sources
  const numbers = new Map<string, number>()
  for (const place of places) {
    const name = placeName(place)
    if (!numbers.has(name)) numbers.set(name, numbers.size)
  }
  return (place) => numbers.get(placeName(place)) ?? 0
}

function placeName({ connection, bucket }: SourcePlace | DestinationPlace): string {
  return `${canonicalEndpoint(connection.config)} ${bucket}`
}
