import { DecantError } from '#model/failure.ts'
import type {
  BucketPart,
  BucketSettingName,
  BucketSettings,
  LifecycleAction,
  LifecycleMoment,
} from '#model/bucket.ts'
import type { Storage } from './storage.ts'

/** How S3 asks for each: operation, subresource, the document's root, and the right that it takes. */
export const SETTING_REQUESTS = {
  versioning: ['GetBucketVersioning', 'versioning', 'VersioningConfiguration', 's3:GetBucketVersioning'],
  encryption: [
    'GetBucketEncryption',
    'encryption',
    'ServerSideEncryptionConfiguration',
    's3:GetEncryptionConfiguration',
  ],
  tags: ['GetBucketTagging', 'tagging', 'Tagging', 's3:GetBucketTagging'],
  policy: ['GetBucketPolicy', 'policy', '', 's3:GetBucketPolicy'],
  lifecycle: [
    'GetBucketLifecycleConfiguration',
    'lifecycle',
    'LifecycleConfiguration',
    's3:GetLifecycleConfiguration',
  ],
  lock: [
    'GetObjectLockConfiguration',
    'object-lock',
    'ObjectLockConfiguration',
    's3:GetBucketObjectLockConfiguration',
  ],
  'public-access': [
    'GetPublicAccessBlock',
    'publicAccessBlock',
    'PublicAccessBlockConfiguration',
    's3:GetBucketPublicAccessBlock',
  ],
  ownership: [
    'GetBucketOwnershipControls',
    'ownershipControls',
    'OwnershipControls',
    's3:GetBucketOwnershipControls',
  ],
  acl: ['GetBucketAcl', 'acl', 'AccessControlPolicy', 's3:GetBucketAcl'],
} as const satisfies Record<
  BucketSettingName,
  readonly [operation: string, query: string, root: string, right: string]
>

/**
 * S3's words where the question was understood and the bucket has nothing of the kind: 404 with a code that is about
 * the setting (NoSuchBucketPolicy, NoSuchTagSet, …ConfigurationNotFoundError), never about the bucket itself.
 */
function saysNone(error: unknown): boolean {
  if (!(error instanceof DecantError)) return false
  const { s3 } = error.failure
  if (s3?.status !== 404 || s3.code === 'NoSuchBucket') return false
  return /^NoSuch|NotFound(Error)?$/.test(s3.code)
}

/**
 * One part of a bucket, so that it stands for itself: what may not be read, or is not there, does not hide the others.
 *
 * | the store                                              | the part |
 * |--------------------------------------------------------|----------|
 * | answers                                                | known    |
 * | says that there is none                                | none     |
 * | refuses these keys                                     | denied   |
 * | does not know the question, or answers something else  | unknown  |
 * | does not answer, knows no such bucket, …               | fails    |
 */
export async function readBucketPart<N extends BucketSettingName>(
  storage: Storage,
  bucket: string,
  part: N,
  signal?: AbortSignal,
): Promise<BucketPart<N>> {
  try {
    const value = await storage.bucketSetting(bucket, part, signal)
    return value === undefined ? { is: 'none' } : { is: 'known', value }
  } catch (error) {
    if (!(error instanceof DecantError) || error.failure.s3 === undefined) throw error
    const { code, s3 } = error.failure
    if (code === 'access-denied') return { is: 'denied', right: SETTING_REQUESTS[part][3] }
    const notKnown = code === 'not-supported' || code === 'bad-answer' || s3.code === 'NotImplemented'
    if (notKnown || (s3.status === 400 && code === 'invalid-request')) return { is: 'unknown' }
    throw error
  }
}

/** A rule's actions from S3's numbers, in whatever form a client has them. */
export interface LifecycleNumbers {
  readonly days?: number | undefined
  readonly date?: string | undefined
}

export function lifecycleMoment({ days, date }: LifecycleNumbers): LifecycleMoment | undefined {
  if (days !== undefined) return { days }
  return date === undefined ? undefined : { date }
}

export function someActions(actions: readonly (LifecycleAction | undefined)[]): readonly LifecycleAction[] {
  return actions.filter((action) => action !== undefined)
}

export type SettingAsked = { readonly [N in BucketSettingName]: () => Promise<BucketSettings[N]> }

/** Asks, and gives undefined where the store says that there is none. */
export async function askSetting<N extends BucketSettingName>(
  questions: SettingAsked,
  name: N,
): Promise<BucketSettings[N] | undefined> {
  try {
    return await questions[name]()
  } catch (error) {
    if (saysNone(error)) return undefined
    throw error
  }
}
