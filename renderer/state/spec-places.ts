import { hasDestinations, type DestinationPlace, type SourcePlace } from '#model/spec.ts'
import type { SheetSpec } from './sheet-spec.ts'

/** What a job takes at most. */
export const MOST_SOURCES = 100
export const MOST_DESTINATIONS = 16

type Mapper = <P extends SourcePlace | DestinationPlace>(place: P) => P

/** Does something to every place of a job, sources and destinations alike. */
export function mapPlaces(spec: SheetSpec, map: Mapper): SheetSpec {
  const [first, ...more] = spec.sources
  const sources: SheetSpec['sources'] = [map(first), ...more.map(map)]
  if (!hasDestinations(spec)) return { ...spec, sources }
  const [to, ...others] = spec.destinations
  return { ...spec, sources, destinations: [map(to), ...others.map(map)] }
}

/** As many requests as go, no budget, any owner, who owns pays, and no key to read with: as a sheet begins. */
export function plainRequests(spec: SheetSpec): SheetSpec {
  const { concurrency: _, budget: _budget, ...rest } = spec
  return mapPlaces(rest as SheetSpec, (place) => {
    const { owner: _owner, ...plain } = { ...place, requesterPays: false }
    return ('select' in plain ? { ...plain, customerKeys: [] } : plain) as typeof place
  })
}

/** One more source. What lies at a place that is there already joins it, so that it is listed once. */
export function addSource(spec: SheetSpec, source: SourcePlace): SheetSpec {
  const [first, ...more] = spec.sources
  const at = spec.sources.findIndex((one) => sameBucket(one, source) && one.base === source.base)
  if (at < 0) return { ...spec, sources: [first, ...more, { ...source, versions: first.versions }] }
  const joined = spec.sources.map((one, index) =>
    index === at ? { ...one, select: union(one.select, source.select) } : one,
  )
  const [head = first, ...tail] = joined
  return { ...spec, sources: [head, ...tail] }
}

export function removeSource(spec: SheetSpec, index: number): SheetSpec {
  const [first, ...more] = spec.sources.filter((_, at) => at !== index)
  return first === undefined ? spec : { ...spec, sources: [first, ...more] }
}

/** One more destination; undefined where it is one already. */
export function addDestination(spec: SheetSpec, destination: DestinationPlace): SheetSpec | undefined {
  if (!hasDestinations(spec)) return undefined
  const there = spec.destinations.some(
    (one) => sameBucket(one, destination) && one.prefix === destination.prefix,
  )
  if (there) return undefined
  return { ...spec, destinations: [...spec.destinations, destination] }
}

export function removeDestination(spec: SheetSpec, index: number): SheetSpec {
  if (!hasDestinations(spec)) return spec
  const [first, ...more] = spec.destinations.filter((_, at) => at !== index)
  return first === undefined ? spec : { ...spec, destinations: [first, ...more] }
}

function sameBucket(a: SourcePlace | DestinationPlace, b: SourcePlace | DestinationPlace): boolean {
  return a.connection.id === b.connection.id && a.bucket === b.bucket
}

function union(a: SourcePlace['select'], b: SourcePlace['select']): SourcePlace['select'] {
  const known = new Set(a.map((one) => JSON.stringify(one)))
  return [...a, ...b.filter((one) => !known.has(JSON.stringify(one)))]
}
