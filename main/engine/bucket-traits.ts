import type { BucketEncryption } from '#model/bucket.ts'
import { DecantError } from '#model/failure.ts'
import type { BucketTraits, Encryption } from '#model/object.ts'

/** One question each. */
export interface TraitQuestions {
  readonly versioning: () => Promise<NonNullable<BucketTraits['versioning']>>
  readonly objectLock: () => Promise<boolean>
  readonly ownership: () => Promise<NonNullable<BucketTraits['ownership']>>
  readonly encryption: () => Promise<BucketEncryption>
}

/**
 * What S3 says where a bucket has none of it.
 *
 * | code                                            | means                                       |
 * |-------------------------------------------------|---------------------------------------------|
 * | ObjectLockConfigurationNotFoundError            | no lock                                     |
 * | OwnershipControlsNotFoundError                  | ObjectWriter, as before 2021: ACLs count    |
 * | ServerSideEncryptionConfigurationNotFoundError  | what is written lies in plain               |
 * | no such bucket, no answer, no credentials, …    | the question fails                          |
 * | anything else that S3 refuses                   | nobody knows: undefined                     |
 */
export async function askTraits(questions: TraitQuestions): Promise<BucketTraits> {
  const [versioning, objectLock, ownership, encryption] = await Promise.all([
    known(questions.versioning, {}),
    known(questions.objectLock, { ObjectLockConfigurationNotFoundError: false }),
    known(questions.ownership, { OwnershipControlsNotFoundError: 'acls' as const }),
    known(questions.encryption, { ServerSideEncryptionConfigurationNotFoundError: PLAIN }),
  ])
  return { versioning, objectLock, ownership, ...encryption }
}

const PLAIN: BucketEncryption = { defaultEncryption: { kind: 'none' }, blocksCustomerKeys: false }

async function known<T>(ask: () => Promise<T>, absent: Readonly<Record<string, T>>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof DecantError)) throw error
    const { s3, code, reach } = error.failure
    if (s3 && Object.hasOwn(absent, s3.code)) return absent[s3.code]
    // A server that does not know the question may answer something else altogether, or list the bucket.
    const unknowable = code === 'access-denied' || code === 'bad-answer' || code === 'not-supported'
    if (s3 === undefined || s3.code === 'NoSuchBucket') throw error
    if (unknowable || s3.status === 404 || reach === 'item') return undefined
    throw error
  }
}

/** `AES256`, `aws:kms` or `aws:kms:dsse`, as a bucket's rule names it. */
export function ruleEncryption(rule: {
  readonly algorithm: string | undefined
  readonly keyId: string | undefined
  readonly bucketKey: boolean
}): Encryption {
  if (rule.algorithm === undefined) return { kind: 'none' }
  if (rule.algorithm === 'AES256') return { kind: 'SSE-S3' }
  const kind = rule.algorithm === 'aws:kms:dsse' ? 'DSSE-KMS' : 'SSE-KMS'
  return { kind, kmsKeyId: rule.keyId, bucketKey: rule.bucketKey }
}
