import { mayCross } from '../plan/bookkeeping.ts'
import { checkManifestSpec } from './manifest-check.ts'
import { checkBackup } from './backup-check.ts'
import { checkLocalPlaces } from './local-check.ts'
import { fail } from '#model/failure.ts'
import { hasDestinations, worksOnVersions } from '#model/spec.ts'
import type { EditSpec, JobSpec, SourcePlace } from '#model/spec.ts'

/** What the schema cannot say of a spec. Throws `bad-input`, naming field and value. */
export function checkSpec(spec: JobSpec): void {
  checkLocalPlaces(spec)
  for (const [at, source] of spec.sources.entries()) {
    checkSelections(source, `sources.${at}`)
    checkVersions(spec, source, `sources.${at}`)
    if (spec.kind !== 'delete') checkOneVersion(source, `sources.${at}`)
    if (worksOnVersions(spec)) checkAllVersions(spec, source, `sources.${at}`)
  }
  if (spec.kind === 'copy' && spec.deleteExtra) checkMirror(spec)
  if (spec.kind === 'parity') checkRegions(spec)
  checkBackup(spec)
  if (spec.kind === 'edit' && spec.changes.from === 'grid') checkGridSpec(spec)
  if (spec.manifest) checkManifestSpec(spec, spec.manifest)
}

function checkSelections(source: SourcePlace, path: string): void {
  for (const [index, selection] of source.select.entries()) {
    const [field, value] = selection.kind === 'prefix' ? ['prefix', selection.prefix] : ['key', selection.key]
    if (value?.startsWith(source.base)) continue
    const property = `${path}.select.${index}.${field}`
    refuse(
      property,
      `must begin with ${path}.base (${JSON.stringify(source.base)}), not ${JSON.stringify(value)}`,
    )
  }
}

/** Two versions of one key can be deleted; anything else would be done twice to one key. */
function checkOneVersion({ select }: SourcePlace, path: string): void {
  const chosen = new Map<string, string>()
  for (const [index, selection] of select.entries()) {
    if (selection.kind === 'prefix' || selection.versionId === undefined) continue
    const { key, versionId } = selection
    const other = chosen.get(key)
    if (other !== undefined && other !== versionId)
      refuse(`${path}.select.${index}.versionId`, `must be the only one of ${key}, beside ${other}`)
    chosen.set(key, versionId)
  }
}

/**
 * | versions | copy | move | edit, delete | parity | purge, rewind |
 * |----------|------|------|--------------|--------|---------------|
 * | current  | yes  | yes  | yes          | yes    | no: the rest of the spec says which versions |
 * | all      | yes  | yes  | yes          | no: what would an older version be compared with? | yes |
 * | as-of    | yes  | no: what was current then is not what would be deleted | no, likewise | yes | no |
 */
function checkVersions(spec: JobSpec, { versions: { take } }: SourcePlace, path: string): void {
  const isOnlyRead = spec.kind === 'copy' || spec.kind === 'parity'
  if (take === 'as-of' && !isOnlyRead)
    refuse(`${path}.versions.take`, `must be current or all in a job of the kind ${spec.kind}, not as-of`)
  if (take === 'all' && spec.kind === 'parity')
    refuse(`${path}.versions.take`, 'must be current or as-of in a comparison, not all')
}

/** A grid has rows of one place, and says of each of them what becomes of it. */
function checkGridSpec({ sources, filter, rules }: EditSpec): void {
  if (sources.length > 1) refuse('sources', 'must be one place where the changes come from a metadata grid')
  if (sources[0].versions.take !== 'current')
    refuse('sources.0.versions.take', 'must be current where the changes come from a metadata grid')
  if (filter) refuse('filter', 'must be left out where the changes come from a metadata grid')
  if (rules.length > 0) refuse('rules', 'must be empty where the changes come from a metadata grid')
}

/** It looks at whole histories, and decides by them. */
function checkAllVersions(spec: JobSpec, { select, versions }: SourcePlace, path: string): void {
  const name = spec.kind === 'rewind' ? 'rewind' : 'purge'
  if (versions.take !== 'all')
    refuse(`${path}.versions.take`, `must be all in a ${name}, not ${versions.take}`)
  for (const [index, selection] of select.entries()) {
    if (selection.kind === 'prefix' || selection.versionId === undefined) continue
    const property = `${path}.select.${index}.versionId`
    refuse(property, `must not be given in a ${name}, which looks at all versions of ${selection.key}`)
  }
}

/** A mirror deletes: it must be certain where it may, and that it is not where it reads. */
function checkMirror(spec: Extract<JobSpec, { kind: 'copy' }>): void {
  if (mayCross(spec))
    refuse(
      'deleteExtra',
      'must be false where a source and a destination lie within each other in one bucket',
    )
  checkRegions(spec)
}

/** With rules for names only the whole destination can be looked through for what has no source. */
function checkRegions(spec: JobSpec): void {
  if (!hasDestinations(spec) || spec.names.length === 0) return
  for (const [at, { select, base }] of spec.sources.entries()) {
    const isWhole = select.every((selection) => selection.kind === 'object' || selection.prefix === base)
    if (isWhole) continue
    refuse(
      `sources.${at}.select`,
      `must name no other prefix than sources.${at}.base (${JSON.stringify(base)}) where names have rules and what has no source is looked for`,
    )
  }
}

function refuse(property: string, message: string): never {
  fail('bad-input', 'item', `${property}: ${message}`, { property })
}
