import type { Annotation } from './annotation.ts'
import type { Attributes } from './attributes.ts'
import type { Checksum, Digest, UploadChecksum } from './checksums.ts'
import { digestOf } from './content.ts'
import type { Content } from './content.ts'
import { DescribedMap } from './described-map.ts'
import type { BucketEncryption, Encryption } from './encryption.ts'
import type { Guard } from './guard.ts'
import { NO_KEY } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { VersioningStatus } from './mutation.ts'
import type { KeyMap } from './ordered-map.ts'
import type { BucketRules } from './rules.ts'
import type { Tags } from './tags.ts'

/** The version id of what was written without versioning. */
export const NULL_VERSION = 'null'

export interface ObjectVersion {
  readonly kind: 'object'
  readonly versionId: string
  /** Seconds since 1970, S3's precision. */
  readonly modified: number
  readonly content: Content
  /** Left out where it is the digest of a synthetic body, see etagOf. */
  readonly etag?: string
  /** The sizes of the parts of a multipart upload. */
  readonly partSizes?: readonly number[]
  readonly attributes: Attributes
  tags: Tags
  readonly storageClass: string
  /** Left out for SSE-S3. */
  encryption?: Encryption
  guard?: Guard | undefined
  /** Left out where it is the default's, computed when it is asked for; see checksumOfVersion. */
  readonly checksum?: Checksum
  /** By name. Replaced as a whole, for copies share them. */
  annotations?: Readonly<Record<string, Annotation>>
  /** Those of the parts of an upload that named an algorithm. */
  readonly partChecksums?: readonly string[]
  /** The version before this one. */
  older: Entry | undefined
}

export interface DeleteMarker {
  readonly kind: 'delete-marker'
  readonly versionId: string
  readonly modified: number
  older: Entry | undefined
}

/** A key's newest version; the others hang on it, newest first. */
export type Entry = ObjectVersion | DeleteMarker

export interface Part {
  readonly content: Content
  readonly etag: string
  readonly modified: number
  readonly checksum?: Digest
}

export interface Upload {
  readonly key: ByteKey
  readonly uploadId: string
  readonly initiated: number
  readonly attributes: Attributes
  readonly tags: Tags
  readonly storageClass: string
  readonly encryption?: Encryption
  readonly guard?: Guard
  readonly checksum?: UploadChecksum
  readonly parts: Map<number, Part>
}

export interface Bucket {
  readonly name: string
  readonly region: string
  readonly created: number
  /** Undefined if it never had versioning. */
  versioning: VersioningStatus | undefined
  /** Undefined if none was put. */
  encryption: BucketEncryption | undefined
  rules: BucketRules
  readonly objects: KeyMap<Entry>
  readonly uploads: Map<string, Upload>
}

/** Without quotes. */
export function etagOf(version: ObjectVersion): string {
  return version.etag ?? digestOf(version.content)
}

/** The version `versionId` of `key`, or its delete marker; the newest if no id is named. */
export function findEntry(bucket: Bucket, key: ByteKey, versionId?: string): Entry | undefined {
  let entry = bucket.objects.get(key)
  if (versionId === undefined) return entry
  while (entry !== undefined && entry.versionId !== versionId) entry = entry.older
  return entry
}

/** Whether a change of an object there is forgotten as soon as it is answered. */
export function discards(bucket: Bucket | undefined): boolean {
  return bucket?.objects instanceof DescribedMap
}

/** Whether nothing is left in `bucket`: delete markers and old versions count too. */
export function isEmpty(bucket: Bucket): boolean {
  return bucket.objects.seek(NO_KEY).key === undefined
}
