import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import type { BucketSummary, BucketTraits, Versioning } from '#model/object.ts'
import { askTraits } from '../bucket-traits.ts'
import { isAws } from '../habits.ts'
import { encryptionFrom } from './sdk-encryption.ts'
import type { SdkClient } from './sdk-client.ts'
import type { CreateBucket } from '../storage.ts'
import { badAnswer } from '../wire/errors.ts'

export async function listBuckets(client: SdkClient, signal?: AbortSignal): Promise<BucketSummary[]> {
  const answer = await client.run(
    { operation: 'ListBuckets' },
    (s3, options) => s3.send(new ListBucketsCommand({}), options),
    signal,
  )
  return (answer.Buckets ?? []).map((bucket) => ({
    name: bucket.Name ?? '',
    createdAt: bucket.CreationDate?.getTime(),
    region: bucket.BucketRegion,
  }))
}

export async function createBucket(
  client: SdkClient,
  bucket: string,
  options: CreateBucket = {},
  signal?: AbortSignal,
): Promise<void> {
  const region = options.region ?? (isAws(client.config) ? client.config.region : 'us-east-1')
  const command = new CreateBucketCommand({
    Bucket: bucket,
    ObjectLockEnabledForBucket: options.objectLock === true ? true : undefined,
    CreateBucketConfiguration:
      region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint },
  })
  const asked = { operation: 'CreateBucket', bucket }
  await client.run(asked, (s3, sending) => s3.send(command, sending), signal)
}

export async function deleteBucket(client: SdkClient, bucket: string, signal?: AbortSignal): Promise<void> {
  await client.run(
    { operation: 'DeleteBucket', bucket },
    (s3, options) => s3.send(new DeleteBucketCommand({ Bucket: bucket }), options),
    signal,
  )
}

export async function headBucket(
  client: SdkClient,
  bucket: string,
  signal?: AbortSignal,
): Promise<{ region?: string | undefined }> {
  const answer = await client.run(
    { operation: 'HeadBucket', bucket },
    (s3, options) => s3.send(new HeadBucketCommand({ Bucket: bucket }), options),
    signal,
  )
  return { region: answer.BucketRegion }
}

export async function getVersioning(
  client: SdkClient,
  bucket: string,
  signal?: AbortSignal,
): Promise<Versioning> {
  const answer = await client.run(
    { operation: 'GetBucketVersioning', bucket },
    (s3, options) => s3.send(new GetBucketVersioningCommand({ Bucket: bucket }), options),
    signal,
  )
  if (answer.Status === 'Enabled') return 'enabled'
  return answer.Status === 'Suspended' ? 'suspended' : 'off'
}

export async function putVersioning(
  client: SdkClient,
  bucket: string,
  versioning: 'enabled' | 'suspended',
  signal?: AbortSignal,
): Promise<void> {
  const Status = versioning === 'enabled' ? 'Enabled' : 'Suspended'
  const command = new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } })
  await client.run(
    { operation: 'PutBucketVersioning', bucket },
    (s3, options) => s3.send(command, options),
    signal,
  )
}

export function bucketTraits(client: SdkClient, bucket: string, signal?: AbortSignal): Promise<BucketTraits> {
  const input = { Bucket: bucket }
  return askTraits({
    versioning: () => getVersioning(client, bucket, signal),
    async objectLock() {
      const asked = { operation: 'GetObjectLockConfiguration', bucket }
      const command = new GetObjectLockConfigurationCommand(input)
      const answer = await client.run(asked, (s3, options) => s3.send(command, options), signal)
      const found = answer.ObjectLockConfiguration
      if (!found) throw badAnswer(asked, 'there is no configuration', 200)
      return found.ObjectLockEnabled === 'Enabled'
    },
    async ownership() {
      const asked = { operation: 'GetBucketOwnershipControls', bucket }
      const command = new GetBucketOwnershipControlsCommand(input)
      const answer = await client.run(asked, (s3, options) => s3.send(command, options), signal)
      const rules = answer.OwnershipControls?.Rules
      if (!rules) throw badAnswer(asked, 'there are no rules', 200)
      return rules[0]?.ObjectOwnership === 'BucketOwnerEnforced' ? 'enforced' : 'acls'
    },
    async encryption() {
      const asked = { operation: 'GetBucketEncryption', bucket }
      const command = new GetBucketEncryptionCommand(input)
      const answer = await client.run(asked, (s3, options) => s3.send(command, options), signal)
      const found = answer.ServerSideEncryptionConfiguration
      if (!found?.Rules?.[0]) throw badAnswer(asked, 'there is no rule', 200)
      return encryptionFrom(found)
    },
  })
}
