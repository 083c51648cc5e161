import { isSameStore } from '../../engine/route.ts'
import type { Storage } from '../../engine/storage.ts'
import { destinationsOf } from '#model/spec.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/** One source on its way to one destination: each source of a job goes to each of its destinations. */
export interface Leg {
  /** From 0; an item's `leg`. */
  readonly n: number
  readonly sourceN: number
  readonly destinationN: number
  readonly source: SourcePlace
  /** Undefined where a job works on the source itself. */
  readonly destination: DestinationPlace | undefined
}

/** A leg that goes somewhere. */
export type PourLeg = Leg & { readonly destination: DestinationPlace }

export function isPourLeg(leg: Leg): leg is PourLeg {
  return leg.destination !== undefined
}

/** Whether it goes from a bucket to that same bucket. A bucket of the same name in another store is another one. */
export function isWithinBucket({ source, destination }: Pick<Leg, 'source' | 'destination'>): boolean {
  // The name first: most differ in it, and endpoints take longer to compare.
  return (
    source.bucket === destination?.bucket &&
    isSameStore(source.connection.config, destination.connection.config)
  )
}

/** How a leg's two sides are asked. Where a job works on the source itself, `destination` is the source's. */
export interface LegStorages {
  readonly source: Storage
  readonly destination: Storage
}
export type StoragesOf = (leg: Leg) => LegStorages

/** The leg of an item. */
export function legOf(spec: JobSpec, item: { readonly leg: number }): Leg {
  const legs = legsOf(spec)
  return legs[item.leg] ?? legs[0]
}

/** All legs of a job, source by source. At least one. Asked for with every item: made once a spec. */
export function legsOf(spec: JobSpec): Legs {
  const known = made.get(spec)
  if (known) return known
  const legs = makeLegs(spec)
  made.set(spec, legs)
  return legs
}

/** From now on these keys of the key ring are tried before those that the spec's sources name. The spec stays as it is. */
export function amendLegs(spec: JobSpec, customerKeys: readonly string[]): void {
  const legs = makeLegs(spec).map((leg) => ({
    ...leg,
    source: {
      ...leg.source,
      customerKeys: [...new Set([...customerKeys, ...leg.source.customerKeys])],
    },
  }))
  made.set(spec, legs as unknown as Legs)
}

type Legs = readonly [Leg, ...Leg[]]
const made = new WeakMap<JobSpec, Legs>()

function makeLegs(spec: JobSpec): Legs {
  const places = destinationsOf(spec)
  const destinations = places.length > 0 ? places : [undefined]
  const legs = spec.sources.flatMap((source, sourceN) =>
    destinations.map((destination, destinationN) => ({ sourceN, destinationN, source, destination })),
  )
  // The schema wants at least one of each.
  return legs.map((leg, n) => ({ ...leg, n })) as unknown as Legs
}

/** Whether it has its place in a whole history: nothing of that is planned anew. */
export function isOfHistory(
  spec: JobSpec,
  item: { readonly leg: number; readonly history?: unknown },
): boolean {
  return item.history !== undefined && legOf(spec, item).source.versions.take === 'all'
}

/**
 * Of a move with several destinations: whether this leg's items delete the source. Only those to the last destination
 * do; each comes `after` the copies to the others, so a source goes once all of them stand.
 */
export function deletesSource(spec: JobSpec, leg: Leg): boolean {
  return spec.kind === 'move' && leg.destinationN === spec.destinations.length - 1
}
