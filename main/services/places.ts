import { z } from 'zod'
import type { BucketProperties, ListingPage, VersionsPage } from '#contract/answers.ts'
import { fail, toFailure } from '#model/failure.ts'
import type { ListVersions, Storage } from '../engine/storage.ts'

/** What the panes ask of a storage: one function a method, each knowing no connection. */

export async function bucketProperties(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketProperties> {
  const [{ region }, versioning] = await Promise.all([
    storage.headBucket(bucket, signal).catch(unlessDenied),
    storage.getVersioning(bucket, signal),
  ])
  return { region, versioning }
}

/** Who may see a prefix alone is refused a HEAD of the bucket. */
function unlessDenied(error: unknown): { region?: string } {
  if (toFailure(error).code === 'access-denied') return {}
  throw error
}

const PAGE = 1000

export async function listPage(
  storage: Storage,
  { bucket, prefix, next }: { bucket: string; prefix: string; next?: string | undefined },
  signal: AbortSignal,
): Promise<ListingPage> {
  const page = await storage.listObjects(
    { bucket, prefix, delimiter: '/', token: next, maxKeys: PAGE },
    signal,
  )
  return {
    prefixes: page.prefixes,
    // The empty object that stands for the folder itself is not one of the things in it.
    objects: page.objects.filter(({ key }) => key !== prefix),
    next: page.token,
  }
}

export async function listVersions(
  storage: Storage,
  { bucket, prefix, delimited, next }: VersionsRequest,
  signal: AbortSignal,
): Promise<VersionsPage> {
  const delimiter = delimited ? '/' : undefined
  const from = next === undefined ? undefined : versionMarkers(next)
  const page = await storage.listVersions({ bucket, prefix, delimiter, maxKeys: PAGE, ...from }, signal)
  return {
    prefixes: page.prefixes,
    versions: page.versions,
    next: page.next && JSON.stringify([page.next.keyMarker, page.next.versionIdMarker]),
  }
}

interface VersionsRequest {
  readonly bucket: string
  readonly prefix: string
  readonly delimited: boolean
  readonly next?: string | undefined
}

/** Two markers in one word: the key where a page ended, and which of its versions. */
const markers = z.tuple([z.string().min(1), z.string().nullish()])

function versionMarkers(next: string): Pick<ListVersions, 'keyMarker' | 'versionIdMarker'> {
  try {
    const [keyMarker, versionIdMarker] = markers.parse(JSON.parse(next))
    return { keyMarker, versionIdMarker: versionIdMarker ?? undefined }
  } catch {
    fail('bad-input', 'job', `"next" is ${JSON.stringify(next)}: it must come from the page before.`)
  }
}

export async function createFolder(
  storage: Storage,
  { bucket, prefix }: { bucket: string; prefix: string },
  signal: AbortSignal,
): Promise<void> {
  // Looked for as well as asked: some endpoints ignore If-None-Match.
  const found = await storage.listObjects({ bucket, prefix, maxKeys: 1 }, signal)
  if (found.objects.length > 0) {
    fail('destination-exists', 'item', `There is a folder ${JSON.stringify(prefix)} in ${bucket} already.`)
  }
  await storage.putObject({ bucket, key: prefix, body: new Uint8Array(), size: 0, ifAbsent: true }, signal)
}
