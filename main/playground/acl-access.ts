import { EVERYBODY } from './accounts.ts'
import type { Account } from './accounts.ts'
import { bucketGrantsOf, grantsOf, ownerOf } from './acl.ts'
import { findEntry } from './bucket.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { ALL_USERS, AUTHENTICATED_USERS } from './canned-acl.ts'
import type { Context } from './context.ts'
import type { Grant, Permission } from './guard.ts'
import type { ByteKey } from './keys.ts'
import type { Operation } from './operations.ts'
import { ownershipOf } from './rules.ts'

/** What the permissions of an object's ACL allow; see the table of permissions in AWS's page on ACLs. */
const OBJECT_PERMISSIONS: Readonly<Partial<Record<Operation, Permission>>> = {
  GetObject: 'READ',
  HeadObject: 'READ',
  GetObjectAttributes: 'READ',
  GetObjectAcl: 'READ_ACP',
  PutObjectAcl: 'WRITE_ACP',
}

/** What those of a bucket's ACL allow: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
const BUCKET_PERMISSIONS: Readonly<Partial<Record<Operation, Permission>>> = {
  HeadBucket: 'READ',
  ListObjects: 'READ',
  ListObjectsV2: 'READ',
  ListObjectVersions: 'READ',
  ListMultipartUploads: 'READ',
  PutObject: 'WRITE',
  CopyObject: 'WRITE',
  CreateMultipartUpload: 'WRITE',
  UploadPart: 'WRITE',
  UploadPartCopy: 'WRITE',
  CompleteMultipartUpload: 'WRITE',
  GetBucketAcl: 'READ_ACP',
  PutBucketAcl: 'WRITE_ACP',
}

/** The object that an operation is about. */
export interface Aim {
  readonly key: ByteKey | undefined
  readonly versionId: string | undefined
}

function aimedAt(bucket: Bucket, { key, versionId }: Aim): ObjectVersion | undefined {
  const entry = key === undefined ? undefined : findEntry(bucket, key, versionId)
  return entry?.kind === 'object' ? entry : undefined
}

/** Whether the ACL of the object or of the bucket lets `account` in. */
export function isGranted(
  context: Context,
  bucket: Bucket,
  account: Account,
  operation: Operation,
  aim: Aim,
): boolean {
  const ofObject = OBJECT_PERMISSIONS[operation]
  if (ofObject !== undefined) {
    const version = aimedAt(bucket, aim)
    return version !== undefined && holds(grantsOf(context, bucket, version), account, ofObject)
  }
  const ofBucket = BUCKET_PERMISSIONS[operation]
  return ofBucket !== undefined && holds(bucketGrantsOf(context, bucket), account, ofBucket)
}

/**
 * Whether the object belongs to somebody else than the bucket, so that the bucket's owner too has only what
 * its ACL grants. https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function isGuests(context: Context, bucket: Bucket, operation: Operation, aim: Aim): boolean {
  if (OBJECT_PERMISSIONS[operation] === undefined) return false
  if (ownershipOf(bucket.rules) === 'BucketOwnerEnforced') return false
  const version = aimedAt(bucket, aim)
  return version !== undefined && ownerOf(context, bucket, version).account !== bucket.rules.owner
}

function holds(grants: readonly Grant[], account: Account, permission: Permission): boolean {
  return grants.some(
    (grant) =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') &&
      (grant.uri === ALL_USERS ||
        (account !== EVERYBODY && (grant.id === account.id || grant.uri === AUTHENTICATED_USERS))),
  )
}
