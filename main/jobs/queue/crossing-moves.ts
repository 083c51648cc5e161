import { isSameStore } from '../../engine/route.ts'
import type { JobRecord } from '../record.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/** Where it is that whatever is taken away stands still. */
type KeptPlace = Pick<DestinationPlace, 'connection' | 'bucket' | 'prefix'>

/**
 * Whether two jobs must not work at the same time. A move deletes an object because its copy stands. Where that copy is
 * what another one takes away, because the object stands, each has looked right before, and both go. S3 has no condition
 * that spans two objects, so such jobs go one after the other. An undo takes away in the same way, what its job made:
 *
 * | one               | other             | what one relies on lies where the other takes from | cross |
 * |-------------------|-------------------|----------------------------------------------------|-------|
 * | a move or an undo | a move or an undo | yes, either of the two                             | yes   |
 * | a move or an undo | a move or an undo | no                                                 | no    |
 * | any               | anything else     | any                                                | no    |
 */
export function movesCross(one: JobSpec, other: JobSpec): boolean {
  return reliesOn(keptBy(one), takenBy(other)) || reliesOn(keptBy(other), takenBy(one))
}

/** The job of `all` at work for which one that is queued has to wait. */
export function waitsFor<Job extends Pick<JobRecord, 'status' | 'spec'>>(
  { status, spec }: Job,
  all: Iterable<Job>,
): Job | undefined {
  if (status.is !== 'queued') return undefined
  for (const other of all) if (other.status.is === 'running' && movesCross(spec, other.spec)) return other
  return undefined
}

function takenBy(spec: JobSpec): readonly SourcePlace[] {
  return spec.kind === 'move' || spec.kind === 'undo' ? spec.sources : []
}

function keptBy(spec: JobSpec): readonly KeptPlace[] {
  if (spec.kind === 'move') return spec.destinations
  return spec.kind === 'undo' ? [...(spec.backTo ?? []), ...(spec.copiedFrom ?? [])] : []
}

function reliesOn(kept: readonly KeptPlace[], taken: readonly SourcePlace[]): boolean {
  return kept.some((there) => taken.some((source) => meets(there, source)))
}

/** A folder of this machine may be named by the one above it and a prefix. */
function meets({ connection, bucket, prefix }: KeptPlace, source: SourcePlace): boolean {
  if (!isSameStore(connection.config, source.connection.config)) return false
  const written = `${bucket}/${prefix}`
  return source.select.some((one) => {
    const taken = `${source.bucket}/${one.kind === 'prefix' ? one.prefix : one.key}`
    return taken.startsWith(written) || (one.kind === 'prefix' && written.startsWith(taken))
  })
}
