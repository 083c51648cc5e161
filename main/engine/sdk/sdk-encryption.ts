import type { GetBucketEncryptionOutput } from '@aws-sdk/client-s3'
import type { BucketEncryption } from '#model/bucket.ts'
import { ruleEncryption } from '../bucket-traits.ts'

/** A bucket's default encryption, as the SDK has it. */
export function encryptionFrom(
  configuration: NonNullable<GetBucketEncryptionOutput['ServerSideEncryptionConfiguration']>,
): BucketEncryption {
  const rule = configuration.Rules?.[0]
  const byDefault = rule?.ApplyServerSideEncryptionByDefault
  return {
    defaultEncryption: ruleEncryption({
      algorithm: byDefault?.SSEAlgorithm,
      keyId: byDefault?.KMSMasterKeyID,
      bucketKey: rule?.BucketKeyEnabled === true,
    }),
    blocksCustomerKeys: rule?.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C') === true,
  }
}
