import type { BucketProperties, ListingPage, ObjectDetails } from '#contract/methods.ts'
import { fail, toFailure } from '#model/failure.ts'
import type { BucketSummary } from '#model/object.ts'
import type { Storage } from '../engine/storage.ts'

/** What the panes ask of a storage: one function a method, each knowing no connection. */

export async function listBuckets(storage: Storage, signal: AbortSignal): Promise<BucketSummary[]> {
  return storage.listBuckets(signal)
}

export async function bucketProperties(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketProperties> {
  const [{ region }, versioning] = await Promise.all([
    storage.headBucket(bucket, signal),
    storage.getVersioning(bucket, signal),
  ])
  return { region, versioning }
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

export async function objectDetails(
  storage: Storage,
  id: { bucket: string; key: string; versionId?: string | undefined },
  signal: AbortSignal,
): Promise<ObjectDetails> {
  const [head, tags] = await Promise.all([
    storage.headObject(id, signal),
    storage.getTags(id, signal).then(
      (tags) => ({ tags }),
      // Often only this right is missing: the rest is worth showing.
      (error: unknown) => ({ tagsFailure: toFailure(error) }),
    ),
  ])
  return { head, ...tags }
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
