import { hash } from 'node:crypto'
import type { Annotation } from './annotation.ts'
import type { Attributes } from './attributes.ts'
import type { Checksum, Digest, UploadChecksum } from './checksums.ts'
import { digestOf, joinContents, sliceContent } from './content.ts'
import type { Content } from './content.ts'
import { hidesEtag, NO_BUCKET_ENCRYPTION } from './encryption.ts'
import type { BucketEncryption, Encryption } from './encryption.ts'
import type { Guard } from './guard.ts'
import { NO_KEY } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { Mutation, SourceVersion, VersioningStatus } from './mutation.ts'
import { DescribedMap } from './described-map.ts'
import { OrderedMap } from './ordered-map.ts'
import type { KeyMap } from './ordered-map.ts'
import { OWNERS_RULES } from './rules.ts'
import type { BucketRules } from './rules.ts'
import { keyPattern, numberIn, seededContent, seededTime } from './seed.ts'
import type { SeedPlan } from './seed.ts'
import { NO_TAGS } from './tags.ts'
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
      case 'CopyObject':
        putVersion(bucket, mutation.key, this.#newVersion(mutation))
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

  #newVersion(mutation: Mutation & { op: 'PutObject' | 'CopyObject' }): ObjectVersion {
    const { versionId, time: modified, storageClass } = mutation
    const etag = mutation.etag === undefined ? undefined : { etag: mutation.etag }
    const encrypted = mutation.encryption === undefined ? undefined : { encryption: mutation.encryption }
    if (mutation.op === 'PutObject') {
      const { content, attributes, tags } = mutation
      return {
        kind: 'object',
        versionId,
        modified,
        content,
        ...etag,
        attributes,
        tags,
        storageClass,
        ...encrypted,
        ...guarded(mutation),
        ...(mutation.checksum === undefined ? undefined : { checksum: mutation.checksum }),
        older: undefined,
      }
    }
    const source = this.#source(mutation.source)
    if (isPlain(mutation, source)) return plainCopy(mutation, source)
    const checksum = mutation.checksum ?? source.checksum
    const copied: ObjectVersion = {
      kind: 'object',
      versionId,
      modified,
      content: source.content,
      ...etag,
      attributes: mutation.attributes ?? withoutRedirect(source.attributes),
      tags: mutation.tags ?? source.tags,
      storageClass,
      ...encrypted,
      ...guarded(mutation),
      ...(checksum === undefined ? undefined : { checksum }),
      older: undefined,
    }
    if (source.annotations !== undefined && mutation.annotations !== 'EXCLUDE') {
      copied.annotations = source.annotations
    }
    return copied
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
        completeUpload(bucket, mutation)
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

type CopyMutation = Mutation & { readonly op: 'CopyObject' }

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

/** Whether a copy has nothing but what every object has. */
function isPlain(mutation: CopyMutation, source: ObjectVersion): boolean {
  return (
    mutation.etag === undefined &&
    mutation.encryption === undefined &&
    mutation.guard === undefined &&
    mutation.checksum === undefined &&
    source.checksum === undefined &&
    source.annotations === undefined
  )
}

/** As one plain literal, which takes a third of the time and less memory than one of parts. */
function plainCopy(mutation: CopyMutation, source: ObjectVersion): ObjectVersion {
  return {
    kind: 'object',
    versionId: mutation.versionId,
    modified: mutation.time,
    content: source.content,
    attributes: mutation.attributes ?? withoutRedirect(source.attributes),
    tags: mutation.tags ?? source.tags,
    storageClass: mutation.storageClass,
    older: undefined,
  }
}

/** A deleted default leaves what is blocked, which is no default. */
function withoutDefault(encryption: BucketEncryption | undefined): BucketEncryption | undefined {
  if (encryption?.blocksCustomerKeys !== true) return undefined
  return { ...NO_BUCKET_ENCRYPTION, blocksCustomerKeys: true }
}

function guarded({ guard }: { readonly guard?: Guard }): { readonly guard?: Guard } | undefined {
  return guard === undefined ? undefined : { guard }
}

/** S3 does not take the redirect along: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function withoutRedirect(attributes: Attributes): Attributes {
  if (attributes.redirect === undefined) return attributes
  return { headers: attributes.headers, metadata: attributes.metadata }
}

/** The version `versionId` of `key`, or its delete marker; the newest if no id is named. */
export function findEntry(bucket: Bucket, key: ByteKey, versionId?: string): Entry | undefined {
  let entry = bucket.objects.get(key)
  if (versionId === undefined) return entry
  while (entry !== undefined && entry.versionId !== versionId) entry = entry.older
  return entry
}

function requireVersion(bucket: Bucket, key: ByteKey, versionId: string): ObjectVersion {
  const entry = findEntry(bucket, key, versionId)
  if (entry?.kind !== 'object') throw new Error(`a mutation names a version of ${key} that is not there`)
  return entry
}

/** Puts `entry` on top; a null version replaces the one null version that a key can have. */
function putVersion(bucket: Bucket, key: ByteKey, entry: Entry): void {
  const newest = bucket.objects.get(key)
  entry.older = entry.versionId === NULL_VERSION ? without(newest, NULL_VERSION) : newest
  bucket.objects.set(key, entry)
}

/** The chain `newest` with the version `versionId` taken out. */
function without(newest: Entry | undefined, versionId: string): Entry | undefined {
  if (newest?.versionId === versionId) return newest.older
  for (let entry = newest; entry?.older !== undefined; entry = entry.older) {
    if (entry.older.versionId !== versionId) continue
    entry.older = entry.older.older
    break
  }
  return newest
}

function deleteObject(bucket: Bucket, mutation: Mutation & { op: 'DeleteObject' }): void {
  const { key, removed, marker, time } = mutation
  if (removed !== undefined) {
    const rest = without(bucket.objects.get(key), removed)
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

function completeUpload(bucket: Bucket, mutation: Mutation & { op: 'CompleteMultipartUpload' }): void {
  const upload = requireUpload(bucket, mutation.uploadId)
  const parts = mutation.partNumbers.map((partNumber) => {
    const part = upload.parts.get(partNumber)
    if (part === undefined) throw new Error(`a mutation names part ${partNumber}, which is not there`)
    return part
  })
  const contents = parts.map(({ content }) => content)
  const { checksum } = mutation
  putVersion(bucket, mutation.key, {
    kind: 'object',
    versionId: mutation.versionId,
    modified: mutation.time,
    content: joinContents(contents),
    etag: mutation.etag,
    partSizes: contents.map((content) => content.size),
    attributes: upload.attributes,
    tags: upload.tags,
    storageClass: upload.storageClass,
    ...(upload.encryption === undefined ? undefined : { encryption: upload.encryption }),
    ...guarded(mutation.guard === undefined ? upload : mutation),
    ...(checksum === undefined ? undefined : { checksum }),
    ...(upload.checksum === undefined
      ? undefined
      : { partChecksums: parts.map((part) => part.checksum?.value ?? '') }),
    older: undefined,
  })
}

function requireUpload(bucket: Bucket, uploadId: string): Upload {
  const upload = bucket.uploads.get(uploadId)
  if (upload === undefined) throw new Error(`a mutation names the upload ${uploadId}, which is not there`)
  return upload
}

function seedObjects(bucket: Bucket, plan: SeedPlan): void {
  const keyOf = keyPattern(plan.prefix, plan.pattern)
  const versionIdOf = (index: number): string =>
    bucket.versioning === 'Enabled' ? seededVersionId(plan, index) : NULL_VERSION
  if (bucket.objects instanceof DescribedMap) {
    const { count, prefix, pattern } = plan
    const numberOf = numberIn(prefix, pattern, count)
    const valueOf = (index: number): Entry => seededVersion(plan, index, versionIdOf(index))
    return bucket.objects.describe({ count, keyOf, numberOf, valueOf })
  }
  for (let index = 0; index < plan.count; index += 1) {
    putVersion(bucket, keyOf(index), seededVersion(plan, index, versionIdOf(index)))
  }
}

function seededVersion(plan: SeedPlan, index: number, versionId: string): ObjectVersion {
  return {
    kind: 'object',
    versionId,
    modified: seededTime(plan, index),
    content: seededContent(plan, index),
    attributes: plan.attributes,
    tags: plan.tags,
    storageClass: plan.storageClass,
    ...seededEncryption(plan, index),
    ...guarded(plan),
    older: undefined,
  }
}

/** Where the ETag says nothing of the bytes, it follows from the plan too. */
function seededEncryption(
  plan: SeedPlan,
  index: number,
): Pick<ObjectVersion, 'etag' | 'encryption'> | undefined {
  const { encryption, versionPrefix } = plan
  if (encryption === undefined) return undefined
  return hidesEtag(encryption)
    ? { encryption, etag: hash('md5', `${versionPrefix} ${index}`, 'hex') }
    : { encryption }
}

/** The ids of seeded objects follow from their plan and are as long as all others. */
function seededVersionId({ versionPrefix }: SeedPlan, index: number): string {
  return `${versionPrefix}.${index}.`.padEnd(32, '0')
}

/** Whether a change of an object there is forgotten as soon as it is answered. */
export function discards(bucket: Bucket | undefined): boolean {
  return bucket?.objects instanceof DescribedMap
}

/** Whether nothing is left in `bucket`: delete markers and old versions count too. */
export function isEmpty(bucket: Bucket): boolean {
  return bucket.objects.seek(NO_KEY).key === undefined
}
