import type { BucketSettingName, BucketSettings } from '#model/bucket.ts'
import type { MemoryBucket } from './bucket.ts'

/** What a bucket in memory says of itself. It has no policy, no lifecycle, and lets the public in where asked. */
export function settingOf<N extends BucketSettingName>(
  bucket: MemoryBucket,
  name: N,
): BucketSettings[N] | undefined {
  return ANSWERS[name](bucket)
}

const ANSWERS: {
  readonly [N in BucketSettingName]: (bucket: MemoryBucket) => BucketSettings[N] | undefined
} = {
  versioning: ({ versioning }) => versioning,
  encryption: ({ defaultEncryption, blocksCustomerKeys }) => ({ defaultEncryption, blocksCustomerKeys }),
  tags: ({ tags }) => (Object.keys(tags).length === 0 ? undefined : tags),
  policy: () => undefined,
  lifecycle: () => undefined,
  lock: ({ objectLock, defaultRetention }) =>
    objectLock
      ? defaultRetention
        ? { retention: { mode: defaultRetention.mode, unit: 'days', length: defaultRetention.days } }
        : {}
      : undefined,
  'public-access': () => undefined,
  ownership: ({ ownership }) => (ownership === 'enforced' ? 'BucketOwnerEnforced' : 'ObjectWriter'),
  acl: ({ owner }) => ({
    owner,
    grants: [{ grantee: { kind: 'account', id: owner }, permission: 'FULL_CONTROL' }],
  }),
}
