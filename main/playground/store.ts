import type { Bucket, ObjectVersion, Part, Upload } from './bucket.ts'
import { sliceContent } from './content.ts'
import type { Content } from './content.ts'
import { DescribedMap } from './described-map.ts'
import { NO_BUCKET_ENCRYPTION } from './encryption.ts'
import type { BucketEncryption } from './encryption.ts'
import { guarded } from './guard.ts'
import type { Mutation, SourceVersion } from './mutation.ts'
import { completedVersion, copiedVersion, newVersion } from './new-version.ts'
import { OrderedMap } from './ordered-map.ts'
import { OWNERS_RULES } from './rules.ts'
import { seedObjects } from './seed-objects.ts'
import { NO_TAGS } from './tags.ts'
import { putVersion, requireVersion, withoutVersion } from './version-chain.ts'

/** All buckets and what is in them. Changed by mutations alone. */
export class Store {
  readonly buckets = new Map<string, Bucket>()

  /** Makes the change. The mutation must fit the state: handlers check before they make one. */
  apply(mutation: Mutation): void {
    if (mutation.op === 'CreateBucket') {
      this.buckets.set(mutation.bucket, newBucket(mutation))
      return
    }
    if (mutation.op === 'DeleteBucket') {
      this.buckets.delete(mutation.bucket)
      return
    }
    const bucket = this.#bucket(mutation.bucket)
    switch (mutation.op) {
      case 'PutBucketVersioning':
        bucket.versioning = mutation.status
        return
      case 'PutBucketEncryption':
        bucket.encryption = mutation.encryption
        return
      case 'DeleteBucketEncryption':
        bucket.encryption = withoutDefault(bucket.encryption)
        return
      case 'PutAccess':
      case 'PutBucketRequestPayment':
      case 'PutBucketOwnershipControls':
      case 'DeleteBucketOwnershipControls':
      case 'PutBucketAcl':
      case 'PutObjectLockConfiguration':
      case 'PutBucketPolicy':
      case 'DeleteBucketPolicy':
      case 'PutBucketLifecycleConfiguration':
      case 'DeleteBucketLifecycle':
      case 'PutBucketTagging':
      case 'DeleteBucketTagging':
      case 'PutPublicAccessBlock':
      case 'DeletePublicAccessBlock':
        bucket.rules = mutation.rules
        return
      case 'PutObject':
        putVersion(bucket, mutation.key, newVersion(mutation))
        return
      case 'CopyObject':
        putVersion(bucket, mutation.key, copiedVersion(mutation, this.#source(mutation.source)))
        return
      case 'DeleteObject':
        deleteObject(bucket, mutation)
        return
      case 'PutObjectTagging':
        requireVersion(bucket, mutation.key, mutation.versionId).tags = mutation.tags
        return
      case 'DeleteObjectTagging':
        requireVersion(bucket, mutation.key, mutation.versionId).tags = NO_TAGS
        return
      case 'PutObjectAnnotation':
      case 'DeleteObjectAnnotation':
        annotate(requireVersion(bucket, mutation.key, mutation.versionId), mutation)
        return
      case 'UpdateObjectEncryption':
        requireVersion(bucket, mutation.key, mutation.versionId).encryption = mutation.encryption
        return
      case 'RestoreObject':
      case 'Archive':
      case 'PutObjectAcl':
      case 'PutObjectRetention':
      case 'PutObjectLegalHold':
        requireVersion(bucket, mutation.key, mutation.versionId).guard = mutation.guard
        return
      case 'Seed':
        seedObjects(bucket, mutation.plan)
        return
      default:
        this.#applyToUpload(bucket, mutation)
    }
  }

  #applyToUpload(bucket: Bucket, mutation: UploadMutation): void {
    const { uploads } = bucket
    const { uploadId, time } = mutation
    switch (mutation.op) {
      case 'CreateMultipartUpload': {
        const { key, attributes, tags, storageClass } = mutation
        uploads.set(uploadId, {
          key,
          uploadId,
          initiated: time,
          attributes,
          tags,
          storageClass,
          ...(mutation.encryption === undefined ? undefined : { encryption: mutation.encryption }),
          ...guarded(mutation),
          ...(mutation.checksum === undefined ? undefined : { checksum: mutation.checksum }),
          parts: new Map(),
        })
        return
      }
      case 'UploadPart':
        putPart(bucket, mutation, mutation.content)
        return
      case 'UploadPartCopy': {
        const { content } = this.#source(mutation.source)
        putPart(bucket, mutation, sliceContent(content, mutation.start, mutation.length))
        return
      }
      case 'CompleteMultipartUpload':
        putVersion(bucket, mutation.key, completedVersion(mutation, requireUpload(bucket, uploadId)))
        uploads.delete(uploadId)
        return
      case 'AbortMultipartUpload':
        uploads.delete(uploadId)
    }
  }

  #bucket(name: string): Bucket {
    const bucket = this.buckets.get(name)
    if (bucket === undefined) throw new Error(`a mutation names the bucket ${name}, which is not there`)
    return bucket
  }

  #source({ bucket, key, versionId }: SourceVersion): ObjectVersion {
    return requireVersion(this.#bucket(bucket), key, versionId)
  }
}

type UploadMutation = Extract<Mutation, { uploadId: string }>

/** A deleted default leaves what is blocked, which is no default. */
function withoutDefault(encryption: BucketEncryption | undefined): BucketEncryption | undefined {
  if (encryption?.blocksCustomerKeys !== true) return undefined
  return { ...NO_BUCKET_ENCRYPTION, blocksCustomerKeys: true }
}

function newBucket(mutation: Mutation & { op: 'CreateBucket' }): Bucket {
  return {
    name: mutation.bucket,
    region: mutation.region,
    created: mutation.time,
    versioning: mutation.rules?.lock === undefined ? undefined : 'Enabled',
    encryption: undefined,
    rules: mutation.rules ?? OWNERS_RULES,
    objects: mutation.discards ? new DescribedMap() : new OrderedMap(),
    uploads: new Map(),
  }
}

function deleteObject(bucket: Bucket, mutation: Mutation & { op: 'DeleteObject' }): void {
  const { key, removed, marker, time } = mutation
  if (removed !== undefined) {
    const rest = withoutVersion(bucket.objects.get(key), removed)
    if (rest === undefined) bucket.objects.delete(key)
    else bucket.objects.set(key, rest)
  }
  if (marker !== undefined) {
    putVersion(bucket, key, { kind: 'delete-marker', versionId: marker, modified: time, older: undefined })
  }
}

/** A version whose last annotation is gone is as one that never had any. */
function annotate(
  version: ObjectVersion,
  mutation: Mutation & { op: 'PutObjectAnnotation' | 'DeleteObjectAnnotation' },
): void {
  const { [mutation.name]: _before, ...others } = version.annotations ?? {}
  if (mutation.op === 'PutObjectAnnotation') {
    const { name, content, etag, checksum, time: modified } = mutation
    version.annotations = { ...others, [name]: { content, etag, checksum, modified } }
  } else if (Object.keys(others).length > 0) version.annotations = others
  else delete version.annotations
}

function putPart(
  bucket: Bucket,
  mutation: UploadMutation & { op: 'UploadPart' | 'UploadPartCopy' },
  content: Content,
): void {
  const { etag, time: modified, checksum } = mutation
  const part: Part = { content, etag, modified, ...(checksum === undefined ? undefined : { checksum }) }
  requireUpload(bucket, mutation.uploadId).parts.set(mutation.partNumber, part)
}

function requireUpload(bucket: Bucket, uploadId: string): Upload {
  const upload = bucket.uploads.get(uploadId)
  if (upload === undefined) throw new Error(`a mutation names the upload ${uploadId}, which is not there`)
  return upload
}
