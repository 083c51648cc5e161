import type { BucketHolds } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import type { BucketPartOf, BucketSettingName } from '#model/bucket.ts'
import { DecantError, fail, toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { readBucketPart } from '../engine/bucket-settings.ts'
import type { Storage } from '../engine/storage.ts'

/** What is asked of a bucket as a whole. */

export async function bucketPart<N extends BucketSettingName>(
  storage: Storage,
  { bucket, part }: { readonly bucket: string; readonly part: N },
  signal: AbortSignal,
): Promise<BucketPartOf> {
  // The part and what was found are of the same name.
  return { part, found: await readBucketPart(storage, bucket, part, signal) } as BucketPartOf
}

/**
 * Makes a bucket and gives it what was asked for, one request each. What was refused after it was made is told: the
 * bucket stands then.
 */
export async function createBucket(
  storage: Storage,
  { bucket, region, versioning, encryption, objectLock }: Parsed<'buckets.create'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await storage.createBucket(bucket, { objectLock, ...(region !== undefined && { region }) }, signal)
  } catch (error) {
    throw taken(bucket, error)
  }
  // With object lock S3 enables it by itself.
  if (versioning && !objectLock) {
    await afterwards(bucket, 'versioning', storage.putVersioning(bucket, 'enabled', signal))
  }
  if (encryption !== undefined) {
    await afterwards(bucket, 'encryption', storage.putBucketEncryption(bucket, encryption, signal))
  }
}

/** Names are shared by everybody who uses the store, and S3 says so in a code of its own. */
function taken(bucket: string, error: unknown): unknown {
  if (!(error instanceof DecantError)) return error
  const { failure } = error
  if (failure.code !== 'destination-exists') return error
  const message =
    failure.s3?.code === 'BucketAlreadyOwnedByYou'
      ? `You have a bucket ${JSON.stringify(bucket)} already.`
      : `The name ${JSON.stringify(bucket)} is taken: all who use this store share the names of buckets. Choose another.`
  return new DecantError({ ...failure, message, property: 'bucket' })
}

async function afterwards(
  bucket: string,
  property: 'versioning' | 'encryption',
  done: Promise<void>,
): Promise<void> {
  try {
    await done
  } catch (error) {
    const failure = toFailure(error)
    const what =
      property === 'versioning'
        ? 'versioning could not be enabled'
        : 'its default encryption could not be set'
    const message = `The bucket ${JSON.stringify(bucket)} was created, but ${what}: ${failure.message}`
    throw new DecantError({ ...failure, message, property })
  }
}

/** What stands in the way of its deletion; two requests. */
export async function bucketHolds(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketHolds> {
  const [objects, uploads] = await Promise.all([
    holdsObjects(storage, bucket, signal),
    storage.uploadsPage({ bucket, prefix: '' }, signal).then(
      (page) => ({ uploads: page.uploads.length, moreUploads: page.next !== undefined }),
      // Often only this right is missing.
      (error: unknown) => ({ uploads: 0, moreUploads: false, uploadsFailure: itemFailure(error) }),
    ),
  ])
  return { objects, ...uploads }
}

/** A listing of versions shows also what a plain one hides; where there is none, the plain one has to do. */
async function holdsObjects(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketHolds['objects']> {
  try {
    const { versions } = await storage.listVersions({ bucket, prefix: '', maxKeys: 1 }, signal)
    const [first] = versions
    if (first === undefined) return 'none'
    return first.isLatest && !first.isDeleteMarker ? 'current' : 'older'
  } catch (error) {
    itemFailure(error)
    const { objects } = await storage.listObjects({ bucket, prefix: '', maxKeys: 1 }, signal)
    return objects.length > 0 ? 'current' : 'none'
  }
}

/** Of S3's refusals; anything else is thrown on. */
function itemFailure(error: unknown): Failure {
  const failure = toFailure(error)
  const isRefusal = failure.code === 'access-denied' || failure.code === 'not-supported'
  if (isRefusal) return failure
  throw error
}

/** S3 deletes none that holds something; `confirm` is its name once more. */
export async function deleteBucket(
  storage: Storage,
  { bucket, confirm }: { readonly bucket: string; readonly confirm: string },
  signal: AbortSignal,
): Promise<void> {
  if (confirm !== bucket) {
    fail('bad-input', 'item', `confirm: must be the bucket's name, ${JSON.stringify(bucket)}`, {
      property: 'confirm',
    })
  }
  try {
    await storage.deleteBucket(bucket, signal)
  } catch (error) {
    const failure = toFailure(error)
    if (failure.s3?.code !== 'BucketNotEmpty') throw error
    const message = `${JSON.stringify(bucket)} still holds objects, or versions and delete markers of them: empty it first.`
    throw new DecantError({ ...failure, code: 'not-possible', message })
  }
}

export async function changeBucket(
  storage: Storage,
  { bucket, change }: Parsed<'buckets.change'>,
  signal: AbortSignal,
): Promise<void> {
  switch (change.part) {
    case 'versioning':
      return storage.putVersioning(bucket, change.to, signal)
    case 'encryption':
      return storage.putBucketEncryption(bucket, change.to, signal)
    case 'tags':
      return storage.putBucketTags(bucket, change.to, signal)
  }
}
