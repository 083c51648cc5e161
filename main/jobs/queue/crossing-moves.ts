import { isSameStore } from '../../engine/route.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/**
 * Whether two jobs must not work at the same time. A move deletes an object because its copy stands; where that copy is
 * what another move takes away, because the object stands, each has looked right before, and both go. S3 has no
 * condition that spans two objects, so such moves go one after the other:
 *
 * | one    | other  | one writes where the other takes from | cross |
 * |--------|--------|---------------------------------------|-------|
 * | a move | a move | yes, either of the two                | yes   |
 * | a move | a move | no                                    | no    |
 * | any    | no move | any                                  | no    |
 */
export function movesCross(one: JobSpec, other: JobSpec): boolean {
  if (one.kind !== 'move' || other.kind !== 'move') return false
  return writesInto(one.destinations, other.sources) || writesInto(other.destinations, one.sources)
}

function writesInto(destinations: readonly DestinationPlace[], sources: readonly SourcePlace[]): boolean {
  return destinations.some((there) => sources.some((source) => meets(there, source)))
}

/** A folder of this machine may be named by the one above it and a prefix. */
function meets({ connection, bucket, prefix }: DestinationPlace, source: SourcePlace): boolean {
  if (!isSameStore(connection.config, source.connection.config)) return false
  const written = `${bucket}/${prefix}`
  return source.select.some((one) => {
    const taken = `${source.bucket}/${one.kind === 'prefix' ? one.prefix : one.key}`
    return taken.startsWith(written) || (one.kind === 'prefix' && written.startsWith(taken))
  })
}
