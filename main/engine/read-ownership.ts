import type { BucketTraits } from '#model/object.ts'
import { readBucketPart } from './bucket-settings.ts'
import type { Storage } from './storage.ts'

/**
 * Whether the ACLs of a bucket's objects count, by one request: all that an edit has to know of its bucket.
 *
 * | the bucket's ownership controls     | ACLs                                              |
 * |-------------------------------------|---------------------------------------------------|
 * | BucketOwnerEnforced                 | enforced: there are none                          |
 * | another                             | acls                                              |
 * | none                                | acls: ObjectWriter, as before 2021                |
 * | may not be read, or are not known   | undefined: every object's is looked for           |
 */
export async function readOwnership(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketTraits['ownership']> {
  const found = await readBucketPart(storage, bucket, 'ownership', signal)
  if (found.is === 'known') return found.value === 'BucketOwnerEnforced' ? 'enforced' : 'acls'
  return found.is === 'none' ? 'acls' : undefined
}
