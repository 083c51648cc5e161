import { OWNER } from './accounts.ts'
import type { Grant, LockMode } from './guard.ts'
import type { Access } from './rights.ts'
import type { Tags } from './tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const

export type Ownership = (typeof OWNERSHIPS)[number]

/** Object lock of a bucket that has it, and the retention of objects that name none. */
export interface BucketLock {
  readonly retention?: {
    readonly mode: LockMode
    readonly unit: 'Days' | 'Years'
    readonly length: number
  }
}

/** Whose a bucket is and what it asks of requests. Never changed in place. */
export interface BucketRules {
  /** The account's twelve digits. */
  readonly owner: string
  /** BucketOwnerEnforced if left out, as in new buckets; none if it was deleted. */
  readonly ownership?: Ownership | 'none'
  /** The bucket's ACL; its owner's full control alone, if left out. */
  readonly grants?: readonly Grant[]
  readonly lock?: BucketLock
  /** What accounts may do, by their twelve digits; see access.ts. */
  readonly access?: Readonly<Record<string, Access>>
  /** JSON, as it was put. */
  readonly policy?: string
  /** The rules of a lifecycle document. */
  readonly lifecycle?: string
  readonly tags?: Tags
  /** Which of the four blocks are on: all of them, if left out. */
  readonly publicAccess?: readonly string[] | 'none'
  /** Others pay for their requests, and must say that they know. */
  readonly requesterPays?: boolean
}

/** Of a bucket that says nothing else. */
export const OWNERS_RULES: BucketRules = { owner: OWNER.account }

/** What counts: a bucket whose controls were deleted is as buckets were before there were any. */
export function ownershipOf({ ownership = 'BucketOwnerEnforced' }: BucketRules): Ownership {
  return ownership === 'none' ? 'ObjectWriter' : ownership
}

/** Changes of a bucket's rules: each names all the rules as they are after it. */
export type RuleChange =
  | 'PutAccess'
  | 'PutBucketRequestPayment'
  | 'PutBucketOwnershipControls'
  | 'DeleteBucketOwnershipControls'
  | 'PutBucketAcl'
  | 'PutObjectLockConfiguration'
  | 'PutBucketPolicy'
  | 'DeleteBucketPolicy'
  | 'PutBucketLifecycleConfiguration'
  | 'DeleteBucketLifecycle'
  | 'PutBucketTagging'
  | 'DeleteBucketTagging'
  | 'PutPublicAccessBlock'
  | 'DeletePublicAccessBlock'
