import { folderName, isLocal, pathBelow } from './local.ts'
import { manifestName } from './manifest.ts'
import type { DeleteSpec, DestinationPlace, JobSpec, PourSpec, SourcePlace, UndoSpec } from './spec.ts'

/** A sentence for lists and notifications: "Copy events/2026/ to acme-backups", "Upload photos/ to acme-web". */
export function describeJob(spec: JobSpec): string {
  const what = spec.manifest ? `the rows of ${manifestName(spec.manifest.at)}` : describeSources(spec.sources)
  switch (spec.kind) {
    case 'copy':
    case 'move':
      return `${pourVerb(spec)} ${what} to ${describeDestinations(spec.destinations)}`
    case 'edit':
      return `Edit ${inBuckets(what, spec)}`
    case 'delete':
      if (spec.manifest === undefined && emptiesBucket(spec)) return `Empty ${buckets(spec.sources)}`
      if (spec.purge) return `Purge old versions of ${inBuckets(what, spec)}`
      // What a filter leaves of a bucket: the bucket itself stays.
      return what === buckets(spec.sources) ? `Delete objects of ${what}` : `Delete ${inBuckets(what, spec)}`
    case 'rewind':
      return `${spec.to.is === 'undelete' ? 'Undelete' : 'Rewind'} ${inBuckets(what, spec)}`
    case 'undo':
      return undoTitle(spec, what)
    case 'parity':
      return `Compare ${what} with ${describeDestinations(spec.destinations)}`
  }
}

/** What a copy made is deleted where it went; the others changed things where they are. */
function undoTitle(spec: UndoSpec, what: string): string {
  const { what: kind, sources } = spec
  const noun = kind === 'delete' ? 'deletion' : kind
  if (kind === 'copy' || kind === 'move') return `Undo the ${noun} to ${buckets(sources)}`
  return `Undo the ${noun} of ${inBuckets(what, spec)}`
}

/** Of the whole bucket everything that a listing shows, or all versions. */
function emptiesBucket({ sources, purge, filter }: DeleteSpec): boolean {
  const [{ select }, ...more] = sources
  const [first, ...others] = select
  const isAll = first?.kind === 'prefix' && first.prefix === ''
  return isAll && more.length + others.length === 0 && purge === undefined && filter === undefined
}

/**
 * | job            | sources   | destinations | verb     |
 * |----------------|-----------|--------------|----------|
 * | mirror         | any       | any          | Mirror   |
 * | move           | any       | any          | Move     |
 * | copy           | all local | any          | Upload   |
 * | copy           | none local| all local    | Download |
 * | copy           | any other |              | Copy     |
 */
function pourVerb(spec: PourSpec): string {
  if (spec.kind === 'move') return 'Move'
  if (spec.deleteExtra) return 'Mirror'
  if (spec.sources.every(isLocal)) return 'Upload'
  return !spec.sources.some(isLocal) && spec.destinations.every(isLocal) ? 'Download' : 'Copy'
}

function describeSources(sources: readonly SourcePlace[]): string {
  const [source] = sources
  if (!source || sources.length > 1) return `${sources.length} places`
  const [first] = source.select
  if (!first || source.select.length > 1) return describeMany(source)
  if (first.kind === 'object') return first.key
  return first.prefix || (isLocal(source) ? `${folderName(source.bucket)}/` : source.bucket)
}

/** Files are counted, for what a person chose of a folder is as often files as folders. */
function describeMany({ connection, bucket, select, base }: SourcePlace): string {
  if (!isLocal({ connection })) return `${select.length} places of ${base || bucket}`
  const areFiles = select.every(({ kind }) => kind === 'object')
  return `${select.length} ${areFiles ? 'files' : 'items'} of ${folderName(pathBelow(bucket, base))}/`
}

function describeDestinations(destinations: readonly DestinationPlace[]): string {
  const [only] = destinations
  if (!only || destinations.length > 1) return `${destinations.length} places`
  return isLocal(only) ? pathBelow(only.bucket, only.prefix) : only.bucket
}

/** "a/ in acme-backups"; of a whole bucket its name says both. */
function inBuckets(what: string, { sources }: Pick<JobSpec, 'sources'>): string {
  const where = buckets(sources)
  return what === where ? where : `${what} in ${where}`
}

function buckets(places: readonly { readonly bucket: string }[]): string {
  const names = new Set(places.map(({ bucket }) => bucket))
  return names.size > 1 ? `${names.size} buckets` : (places[0]?.bucket ?? '')
}
