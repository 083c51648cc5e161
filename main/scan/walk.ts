import { attempt } from '../engine/pace/retry.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import type { Storage, UploadRef, UploadsPage, VersionPage } from '../engine/storage.ts'
import type { ObjectSummary, VersionSummary } from '#model/object.ts'
import type { Count } from '#model/plan.ts'
import { NOTHING, plus } from '#model/scan.ts'

export interface Walk {
  readonly storage: Storage
  readonly request: RequestContext
  readonly bucket: string
  readonly prefix: string
}

/** Everything below the prefix, page by page. */
export async function* objectsBelow(walk: Walk): AsyncGenerator<readonly ObjectSummary[]> {
  const { storage, request, bucket, prefix } = walk
  let token: string | undefined
  do {
    const page = await attempt(request, () => storage.listObjects({ bucket, prefix, token }, request.signal))
    request.signal.throwIfAborted()
    yield page.objects
    token = page.token
  } while (token !== undefined)
}

export async function* versionsBelow(walk: Walk): AsyncGenerator<readonly VersionSummary[]> {
  const { storage, request, bucket, prefix } = walk
  let next: VersionPage['next']
  do {
    const ask = { bucket, prefix, ...next }
    const page = await attempt(request, () => storage.listVersions(ask, request.signal))
    request.signal.throwIfAborted()
    yield page.versions
    next = page.next
  } while (next !== undefined)
}

export async function* uploadsBelow(walk: Walk): AsyncGenerator<UploadsPage['uploads']> {
  const { storage, request, bucket, prefix } = walk
  let next: UploadsPage['next']
  do {
    const page = await attempt(request, () => storage.uploadsPage({ bucket, prefix, next }, request.signal))
    request.signal.throwIfAborted()
    yield page.uploads
    next = page.next
  } while (next !== undefined)
}

/** The parts that an upload has so far, summed. Rejects with `no-such-upload` where it is gone. */
export async function sizeUpload({ storage, request }: Walk, upload: UploadRef): Promise<Count> {
  let sum = NOTHING
  let after: number | undefined
  do {
    const ask = { ...upload, ...(after !== undefined && { after }) }
    const page = await attempt(request, () => storage.listParts(ask, request.signal))
    request.signal.throwIfAborted()
    for (const { size } of page.parts) sum = plus(sum, size)
    after = page.next
  } while (after !== undefined)
  return sum
}

/** Uploads that are sized at a time. */
export const SIZED_AT_ONCE = 8
