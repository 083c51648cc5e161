import { grantsFrom } from './acl.ts'
import type { Bucket } from './bucket.ts'
import type { Context, S3Request } from './context.ts'
import type { Guard } from './guard.ts'
import { defaultRetention, lockFrom, namesLock } from './lock.ts'

/**
 * The guard that a write's headers put on what it writes, with the bucket's default retention. A copy does not
 * take its source's along: neither ACL nor lock.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 * @throws S3Error as lockFrom and grantsFrom do
 */
export function guardFrom(context: Context, bucket: Bucket, request: S3Request): Guard {
  const named = uploadGuardFrom(context, bucket, request)
  return bucket.rules.lock === undefined
    ? named
    : { ...defaultRetention(bucket.rules, context.now()), ...named }
}

/** As guardFrom, for an upload, whose default retention is counted from its completion. */
export function uploadGuardFrom(context: Context, bucket: Bucket, request: S3Request): Guard {
  const { headers } = request
  if (!namesLock(headers)) return grantsFrom(context, bucket, request)
  return { ...lockFrom(headers, bucket.rules, context.now()), ...grantsFrom(context, bucket, request) }
}

/** The field of a mutation, left out where nothing guards. */
export function guardField(guard: Guard): { readonly guard: Guard } | undefined {
  return Object.keys(guard).length === 0 ? undefined : { guard }
}
