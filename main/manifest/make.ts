import { attempt, type RequestContext } from '../engine/pace/retry.ts'
import { toSegments } from '../engine/listing/segments.ts'
import type { Segment } from '../engine/listing/segments.ts'
import type { Storage, VersionPage } from '../engine/storage.ts'
import { batchLine } from './write.ts'
import type { Selection } from '#model/spec.ts'

/** What is listed into a manifest. */
export interface Listed {
  readonly storage: Storage
  readonly bucket: string
  readonly select: readonly Selection[]
  /** Of every version, by its id; delete markers are no objects and in no manifest. */
  readonly versions: boolean
  readonly request: RequestContext
}

/** A selection's objects as lines of a manifest, a page of the listing at a time. */
export async function* manifestLines(listed: Listed): AsyncGenerator<string> {
  const { select, versions, bucket } = listed
  const segments = toSegments(select)
  const hasVersions = versions || segments.some((one) => one.kind === 'object' && one.versionId !== undefined)
  for (const segment of segments) {
    if (segment.kind === 'object' && (!versions || segment.versionId !== undefined))
      yield batchLine({ bucket, ...segment }, hasVersions)
    else if (versions) yield* versionsOf(listed, segment)
    else if (segment.kind === 'prefix') yield* objectsBelow(listed, segment.prefix, hasVersions)
  }
}

async function* objectsBelow(
  { storage, bucket, request }: Listed,
  prefix: string,
  versions: boolean,
): AsyncGenerator<string> {
  let token: string | undefined
  do {
    const list = { bucket, prefix, token }
    const page = await attempt(request, () => storage.listObjects(list, request.signal))
    token = page.token
    yield page.objects.map(({ key }) => batchLine({ bucket, key }, versions)).join('')
  } while (token !== undefined)
}

async function* versionsOf({ storage, bucket, request }: Listed, segment: Segment): AsyncGenerator<string> {
  const only = segment.kind === 'object' ? segment.key : undefined
  const prefix = segment.kind === 'object' ? segment.key : segment.prefix
  let next: VersionPage['next']
  do {
    const list = { bucket, prefix, ...next }
    const page = await attempt(request, () => storage.listVersions(list, request.signal))
    const wanted = page.versions.filter(
      ({ key, isDeleteMarker }) => !isDeleteMarker && (only === undefined || key === only),
    )
    yield wanted.map(({ key, versionId }) => batchLine({ bucket, key, versionId }, true)).join('')
    const isPast = only !== undefined && page.versions.some(({ key }) => key !== only)
    next = isPast ? undefined : page.next
  } while (next !== undefined)
}
