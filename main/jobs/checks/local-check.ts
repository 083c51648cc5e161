import { fail } from '#model/failure.ts'
import type { Filter } from '#model/filter.ts'
import { isLocal } from '#model/local.ts'
import type { SomeProperties } from '#model/properties.ts'
import { reportPlaces } from '#model/report.ts'
import { hasDestinations, placesOf } from '#model/spec.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/**
 * Where folders of this machine may stand in a spec. Throws `bad-input`, naming field and value.
 *
 * | job                                 | as a source     | as a destination | both in one job                     |
 * |-------------------------------------|-----------------|------------------|-------------------------------------|
 * | copy, move, parity                  | yes             | yes              | no: each source goes to each destination |
 * | edit, delete, purge, rewind         | no              |                  |                                     |
 * | undo                                | as the job that it takes back has it: nothing is listed or read there |  |  |
 *
 * Files have a name, a size, a date and bytes. What else a spec may ask of a source (older versions, an owner, tags,
 * metadata, a class, encryption) they cannot answer.
 */
export function checkLocalPlaces(spec: JobSpec): void {
  for (const to of reportPlaces(spec).filter(isLocal)) {
    checkAccess(to, 'report.to')
    checkPath(to.prefix, 'report.to.prefix')
  }
  if (spec.kind === 'undo' || !placesOf(spec).some(isLocal)) return
  const local = spec.sources.findIndex(isLocal)
  if (!hasDestinations(spec))
    return refuse(
      `sources.${local}.connection`,
      `must be an S3 store in a job of the kind ${spec.kind}, not a folder of this computer`,
    )
  const at = spec.destinations.findIndex(isLocal)
  if (local >= 0 && at >= 0) {
    refuse(
      `destinations.${at}.connection`,
      'must be an S3 store where a source is a folder of this computer: Decant copies no folder to a folder',
    )
  }
  spec.sources.forEach((source, n) => {
    if (isLocal(source)) checkSource(source, `sources.${n}`)
    else if (at >= 0) checkNoHistory(source, `sources.${n}`)
  })
  spec.destinations.forEach((destination, n) => {
    if (isLocal(destination)) checkAccess(destination, `destinations.${n}`)
    if (isLocal(destination)) checkPath(destination.prefix, `destinations.${n}.prefix`)
  })
  if (local >= 0) checkFilters(spec)
  if (spec.destinations.every(isLocal)) checkWritten(spec)
}

function checkSource(source: SourcePlace, path: string): void {
  const { versions, customerKeys, select, base } = source
  checkAccess(source, path)
  checkPath(base, `${path}.base`)
  if (versions.take !== 'current')
    refuse(`${path}.versions.take`, `must be current in a folder of this computer, not ${versions.take}`)
  if (customerKeys.length > 0)
    refuse(`${path}.customerKeys`, 'must be empty for a folder of this computer: files lie under none')
  for (const [index, selection] of select.entries()) {
    const [field, key] = selection.kind === 'prefix' ? ['prefix', selection.prefix] : ['key', selection.key]
    checkPath(key ?? '', `${path}.select.${index}.${field}`)
    if (selection.kind === 'object' && selection.versionId !== undefined)
      refuse(`${path}.select.${index}.versionId`, 'must be left out: a file has no versions')
  }
}

function checkAccess({ owner, requesterPays }: SourcePlace | DestinationPlace, path: string): void {
  if (owner !== undefined) refuse(`${path}.owner`, 'must be left out for a folder of this computer')
  if (requesterPays) refuse(`${path}.requesterPays`, 'must be false for a folder of this computer')
}

/** A folder keeps one file under a name. */
function checkNoHistory({ versions: { take } }: SourcePlace, path: string): void {
  if (take === 'all')
    refuse(`${path}.versions.take`, 'must be current or as-of where files are written, not all')
}

/** A key must not lead out of its folder. */
function checkPath(key: string, path: string): void {
  const isOutside = key.startsWith('/') || key.split('/').some((name) => name === '..' || name === '.')
  if (isOutside)
    refuse(path, `must be a path below the folder, with no "." or ".." in it, not ${JSON.stringify(key)}`)
}

function checkFilters(spec: JobSpec): void {
  if (spec.filter) checkFilter(spec.filter, 'filter')
  if (spec.kind !== 'copy' && spec.kind !== 'move') return
  for (const [index, { when }] of spec.rules.entries()) checkFilter(when, `rules.${index}.when`)
}

/** A file keeps its bytes and a date; what is copied by default and cannot be kept is left behind. */
function checkWritten(spec: JobSpec): void {
  if (spec.kind !== 'copy' && spec.kind !== 'move') return
  checkProperties(spec.properties, 'properties')
  spec.rules.forEach(({ properties }, index) => checkProperties(properties, `rules.${index}.properties`))
}

function checkProperties(properties: SomeProperties, path: string): void {
  for (const [name, said] of Object.entries(properties)) {
    const policy = said?.policy
    if (policy === undefined || policy === 'copy' || policy === 'drop') continue
    refuse(`${path}.${name}`, `must be copy or drop where only files are written, not ${policy}`)
  }
}

const UNKNOWN_OF_FILES = ['storageClasses', 'encryption', 'tags', 'metadata', 'versions'] as const

function checkFilter(filter: Filter, path: string): void {
  const asked = UNKNOWN_OF_FILES.find((name) => filter[name].length > 0)
  if (asked !== undefined)
    refuse(`${path}.${asked}`, 'must be empty where a source is a folder of this computer: files have none')
}

function refuse(property: string, message: string): never {
  fail('bad-input', 'item', `${property}: ${message}`, { property })
}
