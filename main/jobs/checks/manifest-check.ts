import { mayCross } from '../plan/bookkeeping.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { ManifestSource } from '#model/manifest.ts'
import { hasDestinations, worksOnVersions } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * What keys from a manifest cannot be put together with, each with the reason. Throws `bad-input`.
 *
 * | the job                                              | with a manifest | with one whose objects nobody looks at for the plan |
 * |------------------------------------------------------|-----------------|------------------------------------------------------|
 * | copy, move, edit, delete, parity                     | yes             | yes                                                  |
 * | purge, rewind: they look at whole histories          | no              | no                                                   |
 * | undo, an edit from a grid: their rows come from elsewhere | no         | no                                                   |
 * | a mirror: what the manifest leaves out would be deleted | no           | no                                                   |
 * | all versions, or those of a date: rows name theirs   | no              | no                                                   |
 * | files of this machine; two sources in one bucket     | no              | no                                                   |
 * | a move to several destinations, by rows that name one | no             | no                                                   |
 * | a filter, rules, names, an object restored first     | yes             | no: nothing is known of an object                    |
 * | a move to several destinations, or within one bucket | yes             | no: what has to come first is not known              |
 */
export function checkManifestSpec(spec: JobSpec, manifest: ManifestSource): void {
  if (worksOnVersions(spec) || spec.kind === 'undo')
    refuse(
      'manifest',
      `must be left out of a job of the kind ${spec.kind === 'delete' ? 'purge' : spec.kind}`,
    )
  if (spec.kind === 'edit' && spec.changes.from === 'grid')
    refuse('manifest', 'must be left out where the changes come from a metadata grid')
  if (spec.kind === 'copy' && spec.deleteExtra)
    refuse('deleteExtra', 'must be false with a manifest: what it leaves out would be deleted')
  const buckets = new Set<string>()
  for (const [at, source] of spec.sources.entries()) {
    const { bucket, versions } = source
    if (isLocal(source))
      refuse(`sources.${at}.bucket`, 'must be a bucket where the keys come from a manifest')
    if (buckets.has(bucket))
      refuse(
        `sources.${at}.bucket`,
        `must be another one than those before: rows of the manifest belong to ${bucket} once`,
      )
    buckets.add(bucket)
    if (versions.take !== 'current')
      refuse(
        `sources.${at}.versions.take`,
        `must be current with a manifest, whose rows name their versions, not ${versions.take}`,
      )
  }
  const several = hasDestinations(spec) && spec.destinations.length > 1
  if (spec.kind === 'move' && several && manifest.format === 'decant')
    refuse('destinations', 'must be one in a move by a manifest whose rows may name theirs')
  if (manifest.look === 'send') checkUnseen(spec)
}

function checkUnseen(spec: JobSpec): void {
  const because = 'where objects are looked at only when they are sent (manifest.look)'
  if (spec.filter) refuse('filter', `must be left out ${because}`)
  if ('rules' in spec && spec.rules.length > 0) refuse('rules', `must be empty ${because}`)
  if (hasDestinations(spec) && spec.names.length > 0) refuse('names', `must be empty ${because}`)
  if ('archived' in spec && spec.archived.do === 'restore') refuse('archived.do', `must be refuse ${because}`)
  if (spec.kind === 'move' && spec.destinations.length > 1)
    refuse('destinations', `must be one in a move ${because}`)
  if (mayCross(spec))
    refuse(
      'manifest.look',
      'must be plan where a source and a destination lie within each other in one bucket',
    )
}

function refuse(property: string, message: string): never {
  fail('bad-input', 'item', `${property}: ${message}`, { property })
}
