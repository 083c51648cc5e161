import type { Attributes } from './attributes.ts'
import type { Checksum, Digest, UploadChecksum } from './checksums.ts'
import type { Content } from './content.ts'
import type { BucketEncryption, Encryption } from './encryption.ts'
import type { Guard, GuardChange } from './guard.ts'
import type { ByteKey } from './keys.ts'
import type { BucketRules, RuleChange } from './rules.ts'
import type { SeedPlan } from './seed.ts'
import type { Tags } from './tags.ts'

export type VersioningStatus = 'Enabled' | 'Suspended'

/** The version of an object that a copy reads. */
export interface SourceVersion {
  readonly bucket: string
  readonly key: ByteKey
  readonly versionId: string
}

interface OnBucket {
  readonly bucket: string
  /** Seconds since 1970. */
  readonly time: number
}

interface OnKey extends OnBucket {
  readonly key: ByteKey
}

interface OnUpload extends OnKey {
  readonly uploadId: string
}

/** What a write makes of the bytes' ETag: left out where it is the digest of a synthetic body. */
interface WithEtag {
  readonly etag?: string
}

/** The checksum kept with what is written: left out where it is computed when it is asked for. */
interface WithChecksum {
  readonly checksum?: Checksum
}

/** How what is written is encrypted: left out for SSE-S3. */
interface WithEncryption {
  readonly encryption?: Encryption
}

/**
 * Every change that the playground knows, with all that was decided when it was made (ids, times, ETags), so
 * that applying the same mutations again gives the same state. The journal is a list of them.
 */
export type Mutation =
  | (OnBucket & {
      readonly op: 'CreateBucket'
      readonly region: string
      /** What is written into it is answered and not kept, and what it is seeded with stays a description. */
      readonly discards?: true
      /** The first account's, if left out. */
      readonly rules?: BucketRules
    })
  | (OnBucket & { readonly op: RuleChange; readonly rules: BucketRules })
  | (OnBucket & { readonly op: 'DeleteBucket' })
  | (OnBucket & { readonly op: 'PutBucketVersioning'; readonly status: VersioningStatus })
  | (OnBucket & { readonly op: 'PutBucketEncryption'; readonly encryption: BucketEncryption })
  | (OnBucket & { readonly op: 'DeleteBucketEncryption' })
  | (OnKey &
      WithEtag &
      WithEncryption &
      WithChecksum & {
        readonly op: 'PutObject'
        readonly versionId: string
        readonly content: Content
        readonly attributes: Attributes
        readonly tags: Tags
        readonly storageClass: string
        readonly guard?: Guard
      })
  | (OnKey &
      WithEtag &
      WithEncryption &
      // The source's, if left out.
      WithChecksum & {
        readonly op: 'CopyObject'
        readonly versionId: string
        readonly source: SourceVersion
        /** The source's, if left out. */
        readonly attributes?: Attributes
        /** The source's, if left out. */
        readonly tags?: Tags
        /** They are copied, if left out. */
        readonly annotations?: 'EXCLUDE'
        readonly storageClass: string
        readonly guard?: Guard
      })
  | (OnKey & {
      readonly op: 'DeleteObject'
      /** The version removed, if one was. */
      readonly removed?: string
      /** The delete marker put on top, if one was. */
      readonly marker?: string
    })
  | (OnKey & { readonly op: 'PutObjectTagging'; readonly versionId: string; readonly tags: Tags })
  | (OnKey & { readonly op: 'DeleteObjectTagging'; readonly versionId: string })
  | (OnKey & { readonly op: GuardChange; readonly versionId: string; readonly guard: Guard })
  | (OnKey & {
      readonly op: 'PutObjectAnnotation'
      readonly versionId: string
      readonly name: string
      readonly content: Content
      readonly etag: string
      readonly checksum: Checksum
    })
  | (OnKey & {
      readonly op: 'DeleteObjectAnnotation'
      readonly versionId: string
      readonly name: string
    })
  | (OnKey & {
      readonly op: 'UpdateObjectEncryption'
      readonly versionId: string
      readonly encryption: Encryption
    })
  | (OnUpload &
      WithEncryption & {
        readonly op: 'CreateMultipartUpload'
        readonly attributes: Attributes
        readonly tags: Tags
        readonly storageClass: string
        readonly guard?: Guard
        readonly checksum?: UploadChecksum
      })
  | (OnUpload & {
      readonly op: 'UploadPart'
      readonly partNumber: number
      readonly content: Content
      readonly etag: string
      readonly checksum?: Digest
    })
  | (OnUpload & {
      readonly op: 'UploadPartCopy'
      readonly partNumber: number
      readonly source: SourceVersion
      readonly start: number
      readonly length: number
      readonly etag: string
      readonly checksum?: Digest
    })
  | (OnUpload &
      WithChecksum & {
        readonly op: 'CompleteMultipartUpload'
        readonly versionId: string
        readonly partNumbers: readonly number[]
        readonly etag: string
        /** The upload's, if left out. */
        readonly guard?: Guard
      })
  | (OnUpload & { readonly op: 'AbortMultipartUpload' })
  | (OnBucket & { readonly op: 'Seed'; readonly plan: SeedPlan })

/** One line of the log of mutations. */
export interface LogEntry {
  /** 1, 2, 3 … over the life of the playground's directory. */
  readonly seq: number
  /** Seconds since 1970. */
  readonly time: number
  readonly op: Mutation['op']
  readonly bucket: string
  readonly key?: string
  /** The version made or removed. */
  readonly versionId?: string
  readonly etag?: string
  /** The delete marker made. */
  readonly marker?: string
  readonly sourceBucket?: string
  readonly sourceKey?: string
  readonly sourceVersionId?: string
  readonly uploadId?: string
  readonly partNumber?: number
  /** The annotation put or deleted. */
  readonly annotation?: string
  /** The encryption put on it, if not SSE-S3. */
  readonly encryption?: Encryption['kind']
  readonly kmsKeyId?: string
  /** Objects seeded. */
  readonly count?: number
}
