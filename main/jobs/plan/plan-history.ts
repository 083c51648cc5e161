import { decideConflict } from '../../engine/conflict.ts'
import type { Decision } from '../../engine/conflict.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { Storage, VersionPage } from '../../engine/storage.ts'
import type { RequestContext } from '../../engine/pace/retry.ts'
import type { Found } from './plan-rules.ts'
import type { ObjectSummary, VersionSummary } from '#model/object.ts'
import type { ConflictPolicy, VersionChoice } from '#model/spec.ts'

/** Whole keys of a listing of versions; those of one key newest first, as S3 lists them. */
export interface KeysPage {
  readonly keys: readonly (readonly VersionSummary[])[]
  /** The last whole key; a listing after it goes on behind all its versions. */
  readonly last: string | undefined
  readonly ended: boolean
}

/**
 * Lists versions so that a page has all versions of its keys; those of the last one may come with the next page of
 * the server.
 */
export async function* listKeys(
  source: Storage,
  place: { readonly bucket: string; readonly prefix: string },
  after: string | undefined,
  request: RequestContext,
): AsyncGenerator<KeysPage> {
  let marker: VersionPage['next'] = after === undefined ? undefined : { keyMarker: after }
  let open: VersionSummary[] = []
  let last = after
  do {
    const list = { ...place, ...marker }
    const page = await attempt(request, () => source.listVersions(list, request.signal))
    const whole: VersionSummary[][] = []
    for (const versions of byKey(page.versions)) {
      if (open[0]?.key === versions[0]?.key) {
        for (const version of versions) open.push(version)
      } else {
        if (open.length > 0) whole.push(open)
        open = versions
      }
    }
    marker = page.next
    if (marker === undefined && open.length > 0) whole.push(open)
    last = whole.at(-1)?.[0]?.key ?? last
    yield { keys: whole, last, ended: marker === undefined }
  } while (marker !== undefined)
}

/** The versions of each key by themselves, in the order in which they were listed. */
export function byKey(versions: readonly VersionSummary[]): VersionSummary[][] {
  const keys: VersionSummary[][] = []
  for (const version of versions) {
    const last = keys.at(-1)
    if (last?.[0]?.key === version.key) last.push(version)
    else keys.push([version])
  }
  return keys
}

/**
 * Of one key's versions, newest first as S3 lists them, those that are taken, oldest first.
 *
 * | take    | taken                                                                   |
 * |---------|-------------------------------------------------------------------------|
 * | current | the latest one, if it is no delete marker                               |
 * | all     | all of them, delete markers too                                         |
 * | as-of   | the newest that is not younger than the moment, if it is no delete marker |
 */
export function chooseVersions(versions: readonly VersionSummary[], choice: VersionChoice): Found[] {
  switch (choice.take) {
    case 'all':
      return versions.map(toFound).reverse()
    case 'current':
      return versions.filter(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker).map(toFound)
    case 'as-of': {
      const then = versions.find(({ lastModified }) => lastModified <= choice.at)
      return then === undefined || then.isDeleteMarker ? [] : [toFound(then)]
    }
  }
}

export function toFound(version: VersionSummary): Found {
  const { key, size, etag, lastModified, storageClass, restore, versionId } = version
  const state = version.isDeleteMarker ? 'delete-marker' : version.isLatest ? 'current' : 'noncurrent'
  return { key, size, etag, lastModified, storageClass, restore, versionId, state }
}

/**
 * The conflict policy for a whole history, against what is current at the destination; a key whose current version
 * there is a delete marker counts as absent. It goes there whole or not at all:
 *
 * | policy       | absent         | something is current there                                             |
 * |--------------|----------------|------------------------------------------------------------------------|
 * | skip         | write all      | skip all: exists                                                        |
 * | overwrite    | write all      | write all on top of it                                                  |
 * | if-newer     | write all      | on top of it if the newest of the history is younger; else skip all     |
 * | if-different | write all      | skip all if the newest holds the same; else on top. A marker differs    |
 * | fail         | write all      | refuse all                                                              |
 *
 * The oldest carries the condition (invariant 6). What follows is written over what this job made there just before.
 */
export function decideHistory(
  policy: ConflictPolicy,
  newest: Found,
  standing: ObjectSummary | undefined,
): { readonly first: Decision; readonly rest: Decision } {
  const isMarker = newest.state === 'delete-marker'
  const first =
    isMarker && policy === 'if-different' && standing !== undefined
      ? over(standing)
      : decideConflict(policy, newest, standing)
  return { first, rest: first.do === 'write' ? { do: 'write', expect: { is: 'anything' } } : first }
}

function over({ etag, lastModified }: ObjectSummary): Decision {
  return { do: 'write', expect: { is: 'etag', etag, lastModified } }
}
