import {
  DeleteBucketTaggingCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3'
import type { LifecycleRule as SdkRule, S3Client, Tag, TransitionStorageClass } from '@aws-sdk/client-s3'
import type { BucketSettingName, BucketSettings } from '#model/bucket.ts'
import type { DefaultEncryption, LifecycleRule } from '#model/bucket.ts'
import type { Tags } from '#model/object.ts'
import { askSetting, lifecycleMoment, SETTING_REQUESTS, someActions } from '../bucket-settings.ts'
import { getVersioning } from './sdk-buckets.ts'
import type { SdkClient, SendOptions } from './sdk-client.ts'
import { encryptionFrom } from './sdk-encryption.ts'
import { grantOf } from './sdk-settings.ts'
import { ENCRYPTION_ALGORITHMS } from '../wire/bucket-settings.ts'
import { badAnswer } from '../wire/errors.ts'

export function bucketSetting<N extends BucketSettingName>(
  client: SdkClient,
  bucket: string,
  name: N,
  signal?: AbortSignal,
): Promise<BucketSettings[N] | undefined> {
  const asked = { operation: SETTING_REQUESTS[name][0], bucket }
  const input = { Bucket: bucket }
  const run = <T>(send: (s3: S3Client, options: SendOptions) => Promise<T>): Promise<T> =>
    client.run(asked, send, signal)
  const owed = <T>(value: T | undefined): T => {
    if (value === undefined) throw badAnswer(asked, 'it is empty', 200)
    return value
  }
  return askSetting(
    {
      versioning: () => getVersioning(client, bucket, signal),
      encryption: async () => {
        const answer = await run((s3, options) => s3.send(new GetBucketEncryptionCommand(input), options))
        return encryptionFrom(owed(answer.ServerSideEncryptionConfiguration))
      },
      tags: async () => {
        const answer = await run((s3, options) => s3.send(new GetBucketTaggingCommand(input), options))
        return tagsFrom(owed(answer.TagSet))
      },
      policy: async () =>
        owed((await run((s3, options) => s3.send(new GetBucketPolicyCommand(input), options))).Policy),
      lifecycle: async () => {
        const command = new GetBucketLifecycleConfigurationCommand(input)
        const rules = owed((await run((s3, options) => s3.send(command, options))).Rules)
        return { rules: rules.map(lifecycleRule), raw: JSON.stringify(rules, null, 2) }
      },
      lock: async () => {
        const command = new GetObjectLockConfigurationCommand(input)
        const found = owed((await run((s3, options) => s3.send(command, options))).ObjectLockConfiguration)
        const retention = found.Rule?.DefaultRetention
        if (!retention) return {}
        const { Mode = '', Days, Years } = retention
        return {
          retention: {
            mode: Mode,
            unit: Years === undefined ? 'days' : 'years',
            length: Years ?? Days ?? 0,
          },
        }
      },
      'public-access': async () => {
        const command = new GetPublicAccessBlockCommand(input)
        const found = owed(
          (await run((s3, options) => s3.send(command, options))).PublicAccessBlockConfiguration,
        )
        return {
          BlockPublicAcls: found.BlockPublicAcls === true,
          IgnorePublicAcls: found.IgnorePublicAcls === true,
          BlockPublicPolicy: found.BlockPublicPolicy === true,
          RestrictPublicBuckets: found.RestrictPublicBuckets === true,
        }
      },
      ownership: async () => {
        const command = new GetBucketOwnershipControlsCommand(input)
        const answer = await run((s3, options) => s3.send(command, options))
        return owed(answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership)
      },
      acl: async () => {
        const answer = await run((s3, options) => s3.send(new GetBucketAclCommand(input), options))
        return {
          owner: answer.Owner?.ID,
          grants: (answer.Grants ?? []).map((grant) => grantOf(asked, grant)),
        }
      },
    },
    name,
  )
}

function tagsFrom(tags: readonly Tag[]): Tags {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']))
}

function lifecycleRule(rule: SdkRule): LifecycleRule {
  const { Filter: filter, Expiration: expiration, NoncurrentVersionExpiration: noncurrent } = rule
  const tags = filter?.And?.Tags ?? (filter?.Tag ? [filter.Tag] : [])
  const after = momentOf(expiration)
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  return {
    id: rule.ID,
    enabled: rule.Status === 'Enabled',
    prefix: filter?.And?.Prefix ?? filter?.Prefix ?? legacyPrefix(rule),
    tags: tagsFrom(tags),
    above: filter?.And?.ObjectSizeGreaterThan ?? filter?.ObjectSizeGreaterThan,
    below: filter?.And?.ObjectSizeLessThan ?? filter?.ObjectSizeLessThan,
    actions: someActions([
      ...(rule.Transitions ?? []).map((one) => {
        const when = momentOf(one)
        return when && ({ does: 'transition', after: when, storageClass: classOf(one.StorageClass) } as const)
      }),
      after && { does: 'expire', after },
      expiration?.ExpiredObjectDeleteMarker === true ? { does: 'expire-markers' } : undefined,
      ...(rule.NoncurrentVersionTransitions ?? []).map(
        (one) =>
          ({ does: 'transition-older', ...olderOf(one), storageClass: classOf(one.StorageClass) }) as const,
      ),
      noncurrent && { does: 'expire-older', ...olderOf(noncurrent) },
      days === undefined ? undefined : { does: 'abort-uploads', days },
    ]),
  }
}

/** Of rules from before 2016. */
function legacyPrefix(rule: SdkRule): string | undefined {
  return (rule as { Prefix?: string }).Prefix
}

function momentOf(
  at: { readonly Days?: number | undefined; readonly Date?: Date | undefined } | undefined,
): ReturnType<typeof lifecycleMoment> {
  return lifecycleMoment({ days: at?.Days, date: at?.Date?.toISOString() })
}

function olderOf(at: {
  readonly NoncurrentDays?: number | undefined
  readonly NewerNoncurrentVersions?: number | undefined
}): { days: number; keep?: number | undefined } {
  return { days: at.NoncurrentDays ?? 0, keep: at.NewerNoncurrentVersions }
}

function classOf(name: TransitionStorageClass | undefined): string {
  return name ?? ''
}

export async function putBucketEncryption(
  client: SdkClient,
  bucket: string,
  encryption: DefaultEncryption,
  signal?: AbortSignal,
): Promise<void> {
  const kms = encryption.kind === 'SSE-S3' ? undefined : encryption
  const command = new PutBucketEncryptionCommand({
    Bucket: bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: ENCRYPTION_ALGORITHMS[encryption.kind],
            KMSMasterKeyID: kms?.keyId,
          },
          BucketKeyEnabled: kms?.bucketKey,
        },
      ],
    },
  })
  const asked = { operation: 'PutBucketEncryption', bucket }
  await client.run(asked, (s3, options) => s3.send(command, options), signal)
}

export async function putBucketTags(
  client: SdkClient,
  bucket: string,
  tags: Tags,
  signal?: AbortSignal,
): Promise<void> {
  const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  if (set.length === 0) {
    const gone = new DeleteBucketTaggingCommand({ Bucket: bucket })
    const asked = { operation: 'DeleteBucketTagging', bucket }
    await client.run(asked, (s3, options) => s3.send(gone, options), signal)
    return
  }
  const command = new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: set } })
  await client.run(
    { operation: 'PutBucketTagging', bucket },
    (s3, options) => s3.send(command, options),
    signal,
  )
}
