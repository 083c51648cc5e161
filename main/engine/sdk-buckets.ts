import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import type { BucketSummary, Versioning } from '#model/object.ts'
import { isAws } from './habits.ts'
import type { SdkClient } from './sdk-client.ts'

export async function listBuckets(client: SdkClient, signal?: AbortSignal): Promise<BucketSummary[]> {
  const answer = await client.run(
    { operation: 'ListBuckets' },
    (s3, options) => s3.send(new ListBucketsCommand({}), options),
    signal,
  )
  return (answer.Buckets ?? []).map((bucket) => ({
    name: bucket.Name ?? '',
    createdAt: bucket.CreationDate?.getTime(),
  }))
}

export async function createBucket(client: SdkClient, bucket: string, signal?: AbortSignal): Promise<void> {
  const { region } = client.config
  const input =
    !isAws(client.config) || region === 'us-east-1'
      ? { Bucket: bucket }
      : {
          Bucket: bucket,
          CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
        }
  await client.run(
    { operation: 'CreateBucket', bucket },
    (s3, options) => s3.send(new CreateBucketCommand(input), options),
    signal,
  )
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
