import type { Operation } from './operations.ts'

/** What another account can be allowed on a bucket: a small stand-in for bucket policies. */
export const RIGHTS = [
  'read',
  'write',
  'list',
  'restore',
  'readTags',
  'writeTags',
  'readAcl',
  'writeAcl',
  'readLock',
  'writeLock',
  'bypassLock',
  'readConfig',
] as const

export type Right = (typeof RIGHTS)[number]

/** What one account may do with one bucket. */
export interface Access {
  /** For another account than the owner: what it may do. */
  readonly allow: readonly Right[]
  /** For any account, the owner too: what its keys may not do, by the names of operations. */
  readonly deny: readonly Operation[]
}

interface Need {
  /** Who may do it besides the owner: those with this right, everybody, or nobody. */
  readonly right: Right | 'everybody' | 'nobody'
  /** The operation whose permission it needs: s3:GetObject is needed for HEAD too. Its own, if left out. */
  readonly permission?: Operation
}

/**
 * What each operation needs, as
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html has it.
 */
export const NEEDS: Readonly<Record<Operation, Need>> = {
  ListBuckets: { right: 'everybody' },
  CreateBucket: { right: 'everybody' },
  HeadBucket: { right: 'list', permission: 'ListObjectsV2' },
  DeleteBucket: { right: 'nobody' },
  GetBucketLocation: { right: 'readConfig' },
  GetBucketVersioning: { right: 'readConfig' },
  PutBucketVersioning: { right: 'nobody' },
  GetBucketEncryption: { right: 'readConfig' },
  PutBucketEncryption: { right: 'nobody' },
  DeleteBucketEncryption: { right: 'nobody', permission: 'PutBucketEncryption' },
  GetBucketRequestPayment: { right: 'readConfig' },
  PutBucketRequestPayment: { right: 'nobody' },
  GetBucketOwnershipControls: { right: 'readConfig' },
  PutBucketOwnershipControls: { right: 'nobody' },
  DeleteBucketOwnershipControls: { right: 'nobody', permission: 'PutBucketOwnershipControls' },
  GetBucketAcl: { right: 'readAcl' },
  PutBucketAcl: { right: 'nobody' },
  GetObjectLockConfiguration: { right: 'readConfig' },
  PutObjectLockConfiguration: { right: 'nobody' },
  GetBucketPolicy: { right: 'readConfig' },
  PutBucketPolicy: { right: 'nobody' },
  DeleteBucketPolicy: { right: 'nobody' },
  GetBucketLifecycleConfiguration: { right: 'readConfig' },
  PutBucketLifecycleConfiguration: { right: 'nobody' },
  DeleteBucketLifecycle: { right: 'nobody', permission: 'PutBucketLifecycleConfiguration' },
  GetBucketTagging: { right: 'readConfig' },
  PutBucketTagging: { right: 'nobody' },
  DeleteBucketTagging: { right: 'nobody', permission: 'PutBucketTagging' },
  GetPublicAccessBlock: { right: 'readConfig' },
  PutPublicAccessBlock: { right: 'nobody' },
  DeletePublicAccessBlock: { right: 'nobody', permission: 'PutPublicAccessBlock' },
  ListObjects: { right: 'list', permission: 'ListObjectsV2' },
  ListObjectsV2: { right: 'list' },
  ListObjectVersions: { right: 'list' },
  ListMultipartUploads: { right: 'list' },
  PutObject: { right: 'write' },
  GetObject: { right: 'read' },
  HeadObject: { right: 'read', permission: 'GetObject' },
  DeleteObject: { right: 'write' },
  // Asked for key by key.
  DeleteObjects: { right: 'everybody' },
  CopyObject: { right: 'write', permission: 'PutObject' },
  GetObjectTagging: { right: 'readTags' },
  PutObjectTagging: { right: 'writeTags' },
  DeleteObjectTagging: { right: 'writeTags' },
  UpdateObjectEncryption: { right: 'write' },
  GetObjectAttributes: { right: 'read' },
  ListObjectAnnotations: { right: 'read' },
  GetObjectAnnotation: { right: 'read' },
  PutObjectAnnotation: { right: 'write' },
  DeleteObjectAnnotation: { right: 'write' },
  RestoreObject: { right: 'restore' },
  GetObjectAcl: { right: 'readAcl' },
  PutObjectAcl: { right: 'writeAcl' },
  GetObjectRetention: { right: 'readLock' },
  PutObjectRetention: { right: 'writeLock' },
  GetObjectLegalHold: { right: 'readLock' },
  PutObjectLegalHold: { right: 'writeLock' },
  CreateMultipartUpload: { right: 'write', permission: 'PutObject' },
  UploadPart: { right: 'write', permission: 'PutObject' },
  UploadPartCopy: { right: 'write', permission: 'PutObject' },
  // Whoever may begin an upload may see how far it is.
  ListParts: { right: 'write' },
  CompleteMultipartUpload: { right: 'write', permission: 'PutObject' },
  AbortMultipartUpload: { right: 'write' },
}
