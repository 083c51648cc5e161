import type { BucketSettingName, BucketSettings, DefaultEncryption } from '#model/bucket.ts'
import type { BucketSummary, BucketTraits, Tags, Versioning } from '#model/object.ts'
import { SETTING_REQUESTS } from '../../../main/engine/bucket-settings.ts'
import type { CreateBucket } from '../../../main/engine/storage.ts'
import { settingOf } from './bucket-settings.ts'
import type { MemoryBucket } from './bucket.ts'
import { s3Error } from './errors.ts'
import { MemoryLine } from './line.ts'

/** What is asked of buckets as a whole. */
export class MemoryBuckets extends MemoryLine {
  listBuckets(signal?: AbortSignal): Promise<BucketSummary[]> {
    return this.send({ operation: 'ListBuckets' }, false, signal, () =>
      [...this.server.buckets].map(([name, { createdAt }]) => ({ name, createdAt })),
    )
  }

  createBucket(bucket: string, options: CreateBucket = {}, signal?: AbortSignal): Promise<void> {
    return this.send({ operation: 'CreateBucket' }, true, signal, () => {
      this.server.makeBucket(bucket, { objectLock: options.objectLock === true, owner: this.account })
    })
  }

  async bucketTraits(bucket: string, signal?: AbortSignal): Promise<BucketTraits> {
    const ask = <T>(operation: string, trait: (bucket: MemoryBucket) => T): Promise<T> =>
      this.send({ operation, bucket }, false, signal, () => trait(this.server.bucket(bucket, operation)))
    const [versioning, objectLock, ownership, encryption] = await Promise.all([
      ask('GetBucketVersioning', (found) => found.versioning),
      ask('GetObjectLockConfiguration', (found) => found.objectLock),
      ask('GetBucketOwnershipControls', (found) => found.ownership),
      ask('GetBucketEncryption', ({ defaultEncryption, blocksCustomerKeys }) => {
        return { defaultEncryption, blocksCustomerKeys }
      }),
    ])
    return { versioning, objectLock, ownership, ...encryption }
  }

  bucketSetting<N extends BucketSettingName>(
    bucket: string,
    name: N,
    signal?: AbortSignal,
  ): Promise<BucketSettings[N] | undefined> {
    const operation = SETTING_REQUESTS[name][0]
    return this.send({ operation, bucket }, false, signal, () =>
      settingOf(this.server.bucket(bucket, operation), name),
    )
  }

  putBucketEncryption(bucket: string, encryption: DefaultEncryption, signal?: AbortSignal): Promise<void> {
    const operation = 'PutBucketEncryption'
    return this.send({ operation, bucket }, true, signal, () => {
      const { kind } = encryption
      this.server.bucket(bucket, operation).defaultEncryption =
        kind === 'SSE-S3'
          ? { kind }
          : { kind, kmsKeyId: encryption.keyId, bucketKey: encryption.bucketKey === true }
    })
  }

  putBucketTags(bucket: string, tags: Tags, signal?: AbortSignal): Promise<void> {
    const operation = Object.keys(tags).length > 0 ? 'PutBucketTagging' : 'DeleteBucketTagging'
    return this.send({ operation, bucket }, true, signal, () => {
      this.server.bucket(bucket, operation).tags = tags
    })
  }

  deleteBucket(bucket: string, signal?: AbortSignal): Promise<void> {
    return this.send({ operation: 'DeleteBucket', bucket }, true, signal, () => {
      if (!this.server.bucket(bucket, 'DeleteBucket').isEmpty) throw s3Error('DeleteBucket', 'BucketNotEmpty')
      this.server.buckets.delete(bucket)
    })
  }

  headBucket(bucket: string, signal?: AbortSignal): Promise<{ region?: string }> {
    return this.send({ operation: 'HeadBucket', bucket }, false, signal, () => {
      this.server.bucket(bucket, 'HeadBucket')
      return { region: 'us-east-1' }
    })
  }

  getVersioning(bucket: string, signal?: AbortSignal): Promise<Versioning> {
    const operation = 'GetBucketVersioning'
    return this.send(
      { operation, bucket },
      false,
      signal,
      () => this.server.bucket(bucket, operation).versioning,
    )
  }

  putVersioning(bucket: string, versioning: 'enabled' | 'suspended', signal?: AbortSignal): Promise<void> {
    return this.send({ operation: 'PutBucketVersioning', bucket }, true, signal, () => {
      this.server.bucket(bucket, 'PutBucketVersioning').versioning = versioning
    })
  }
}
