import type { BucketSettingName, BucketSettings, DefaultEncryption } from '#model/bucket.ts'
import type { ConnectionRef } from '#model/connection.ts'
import type {
  BucketSummary,
  BucketTraits,
  Encryption,
  ObjectHead,
  ObjectHeaders,
  ObjectSummary,
  Tags,
} from '#model/object.ts'
import type { Versioning, VersionSummary } from '#model/object.ts'
import type { DecantError, Failure } from '#model/failure.ts'
import type { Acl, AclToSet, ChecksumAlgorithm, Retention } from '#model/properties.ts'
import type { RESTORE_TIERS } from '#model/spec.ts'

/**
 * S3, as the engine speaks to it. Implementations: the wire client (hot calls signed here, the rest through
 * the SDK), the SDK alone, and the simulator's memory. All pass test/suites/storage. The folders of this machine
 * (main/local) pass what of it is about bytes.
 *
 * Every method rejects with a `DecantError` whose failure carries S3's words. None retries: that is the
 * engine's decision (`retry.ts`), taken with the whole item in view. All bodies are read to the end, and a 200 whose
 * body is an error is an error. Keys and prefixes are plain text; encoding is the implementation's business.
 */
export interface Storage {
  /** What this endpoint is known to do and not to do; learnt from its answers. */
  readonly habits: EndpointHabits
  /** Requests sent so far, by operation. Counted where they leave, so retries count. */
  readonly requests: Readonly<Record<string, number>>
  /** The last Date header seen, in milliseconds: the server's clock, by which "written after" is judged. */
  readonly serverTime: number | undefined

  listBuckets(signal?: AbortSignal): Promise<BucketSummary[]>
  createBucket(bucket: string, options?: CreateBucket, signal?: AbortSignal): Promise<void>
  deleteBucket(bucket: string, signal?: AbortSignal): Promise<void>
  /** Reaches the bucket with the least effort; also the probe for "are we online again". */
  headBucket(bucket: string, signal?: AbortSignal): Promise<{ region?: string | undefined }>
  getVersioning(bucket: string, signal?: AbortSignal): Promise<Versioning>
  putVersioning(bucket: string, versioning: 'enabled' | 'suspended', signal?: AbortSignal): Promise<void>
  /** Reads what may be read, one request a trait; what is denied or unknown there stays undefined. */
  bucketTraits(bucket: string, signal?: AbortSignal): Promise<BucketTraits>
  /** What a bucket says of itself, by one request; undefined: S3 says that it has none of it. */
  bucketSetting<N extends BucketSettingName>(
    bucket: string,
    name: N,
    signal?: AbortSignal,
  ): Promise<BucketSettings[N] | undefined>
  putBucketEncryption(bucket: string, encryption: DefaultEncryption, signal?: AbortSignal): Promise<void>
  /** All of them; none takes the set away. */
  putBucketTags(bucket: string, tags: Tags, signal?: AbortSignal): Promise<void>

  listObjects(request: ListObjects, signal?: AbortSignal): Promise<ObjectPage>
  listVersions(request: ListVersions, signal?: AbortSignal): Promise<VersionPage>
  headObject(request: HeadObject, signal?: AbortSignal): Promise<ObjectHead>
  /** The body must be read or destroyed by the caller. */
  getObject(request: GetObject, signal?: AbortSignal): Promise<ObjectBody>
  putObject(request: PutObject, signal?: AbortSignal): Promise<WriteResult>
  copyObject(request: CopyObject, signal?: AbortSignal): Promise<WriteResult>
  deleteObject(request: DeleteObject, signal?: AbortSignal): Promise<DeleteResult>
  /** Up to 1,000 keys in one request, each bound to its ETag. What became of each, in their order. */
  deleteObjects(request: DeleteObjects, signal?: AbortSignal): Promise<readonly DeletedKey[]>
  getTags(request: ObjectId, signal?: AbortSignal): Promise<Tags>
  putTags(request: ObjectId & { tags: Tags }, signal?: AbortSignal): Promise<void>
  getAcl(request: ObjectId, signal?: AbortSignal): Promise<Acl>
  putAcl(request: ObjectId & { acl: AclToSet }, signal?: AbortSignal): Promise<void>
  putRetention(request: ObjectId & { retention: Retention }, signal?: AbortSignal): Promise<void>
  putLegalHold(request: ObjectId & { legalHold: 'ON' | 'OFF' }, signal?: AbortSignal): Promise<void>
  /** UpdateObjectEncryption: to SSE-KMS only, with no copy; keeps ETag, date and class. */
  updateEncryption(request: ObjectId & { encryption: KmsEncryption }, signal?: AbortSignal): Promise<void>
  /** `accepted`: it was begun, or is sped up; `ready`: it is readable already. One under way is a `conflict`. */
  restoreObject(request: RestoreObject, signal?: AbortSignal): Promise<'accepted' | 'ready'>
  listAnnotations(request: ObjectId, signal?: AbortSignal): Promise<readonly string[]>
  getAnnotation(request: ObjectId & { name: string }, signal?: AbortSignal): Promise<Uint8Array>
  putAnnotation(request: ObjectId & { name: string; body: Uint8Array }, signal?: AbortSignal): Promise<void>

  createUpload(request: CreateUpload, signal?: AbortSignal): Promise<{ uploadId: string }>
  uploadPart(request: UploadPart, signal?: AbortSignal): Promise<PartResult>
  uploadPartCopy(request: UploadPartCopy, signal?: AbortSignal): Promise<PartResult>
  listParts(request: ListParts, signal?: AbortSignal): Promise<PartPage>
  listUploads(request: { bucket: string; prefix: string }, signal?: AbortSignal): Promise<UploadSummary[]>
  /** One page of them, as S3 orders them: by key, then by when they were begun. */
  uploadsPage(request: ListUploads, signal?: AbortSignal): Promise<UploadsPage>
  completeUpload(request: CompleteUpload, signal?: AbortSignal): Promise<WriteResult>
  abortUpload(request: UploadRef, signal?: AbortSignal): Promise<void>

  /**
   * A URL by which anybody reads the object until it runs out. Nothing is sent; the bucket's Region is the one that an
   * earlier request found. Invariant 9: it is a secret, to be handed to the person who asked for it and kept nowhere.
   */
  presign(request: Presign): Promise<PresignedLink>

  /** Lets go of idle connections. */
  close(): void
}

/**
 * What an endpoint keeps its word on. AWS and the playground: everything true. Others begin from what their
 * Server header and preset tell, and are corrected by what is seen. S3-FACTS has the table that this follows.
 */
export interface EndpointHabits {
  /** For people: "AWS", "Ceph RGW", … */
  readonly name: string
  /** copy-source-if-match on CopyObject is honoured. */
  readonly copySourceIfMatch: boolean
  /** copy-source-if-match on UploadPartCopy is honoured. */
  readonly partSourceIfMatch: boolean
  /** If-Match and If-None-Match on CopyObject and CompleteMultipartUpload are honoured. */
  readonly writeConditions: boolean
  readonly deleteIfMatch: boolean
  /** DeleteObjects honours an ETag with each key. */
  readonly deletesByEtag: boolean
  readonly taggingDirective: boolean
  /** Tags survive a self-copy with REPLACE. */
  readonly selfCopyKeepsTags: boolean
  readonly createUploadTagging: boolean
  /** Encryption that CopyObject was asked for is what the copy lies under; elsewhere it is looked at. */
  readonly copyEncrypts: boolean
  /** Checksums are kept, computed on request and told. */
  readonly checksums: boolean
  /** UpdateObjectEncryption is there. Elsewhere it is not sent: it would be taken for a PUT of the object. */
  readonly updateEncryption: boolean
  /** Object annotations are there. Elsewhere nothing of them is sent, for the same reason. */
  readonly annotations: boolean
  /** A copy's answer says everything that the level `answer` needs (version id, encryption). */
  readonly answersInFull: boolean
  /**
   * Objects are listed in UTF-8 order, from any place on ("Listing object keys programmatically", S3 User Guide; not of
   * directory buckets). Elsewhere a listing is gone through page after page.
   */
  readonly listsInOrder: boolean
  /**
   * It is of files: what a file cannot hold is left out (headers, metadata, tags, class), ETags say which file was
   * meant and are no digests of it. Absent: of objects.
   */
  readonly holds?: 'files' | undefined
  /** `opaque`: an ETag may be no MD5 of the bytes although nothing is encrypted (the playground's made-up bodies). */
  readonly etags?: 'opaque' | undefined
  /**
   * `one-part`: a CopyObject has one part whatever its source had, and so another ETag than a source in parts
   * ("Checking object integrity", S3 User Guide). Absent: it may keep parts and ETag, as on Ceph.
   */
  readonly copies?: 'one-part' | undefined
}

export interface ObjectId {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/** An SSE-C key: 32 bytes and their MD5, both base64. Never logged, never in an error. */
export interface CustomerKey {
  readonly key: string
  readonly md5: string
}

export interface HeadObject extends ObjectId {
  /** Of an object that lies under SSE-C. */
  readonly customerKey?: CustomerKey | undefined
  /** Asks for the checksums too: x-amz-checksum-mode. */
  readonly checksums?: boolean | undefined
  /** The size of this part alone (and how many there are), from 1: how the object was laid out. */
  readonly part?: number | undefined
}

export interface CreateBucket {
  readonly objectLock?: boolean | undefined
  /** Absent: the connection's. */
  readonly region?: string | undefined
}

export interface RestoreObject extends ObjectId {
  readonly tier: (typeof RESTORE_TIERS)[number]
  /** Absent for INTELLIGENT_TIERING, which takes none. */
  readonly days?: number | undefined
}

/** Keys under KMS. `context` is written base64 by the implementation. */
export interface KmsEncryption {
  readonly kind: 'SSE-KMS' | 'DSSE-KMS'
  readonly keyId?: string | undefined
  readonly context?: Readonly<Record<string, string>> | undefined
  readonly bucketKey?: boolean | undefined
}

/** How a write is to lie. Absent in a request: the bucket's default. */
export type EncryptionToWrite =
  { readonly kind: 'SSE-S3' } | KmsEncryption | { readonly kind: 'SSE-C'; readonly key: CustomerKey }

export interface ListObjects {
  readonly bucket: string
  readonly prefix: string
  /** Absent: everything below the prefix, flat. */
  readonly delimiter?: '/' | undefined
  readonly token?: string | undefined
  /** Asks for the RestoreStatus of archived objects. */
  readonly restoreStatus?: boolean | undefined
  /** Begin after this key; ignored with a token. */
  readonly startAfter?: string | undefined
  /** 1 to 1,000. */
  readonly maxKeys?: number | undefined
}
export interface ObjectPage {
  readonly objects: ObjectSummary[]
  readonly prefixes: string[]
  /** What stands there and cannot be an object. Of folders of this machine only: S3 has nothing like it. */
  readonly unlisted?: readonly Unlisted[] | undefined
  readonly token?: string | undefined
}
/** A device, a link that leads out of the folder, a folder that may not be read; `key` as it would have one. */
export interface Unlisted {
  readonly key: string
  readonly failure: Failure
}

export interface ListVersions {
  readonly bucket: string
  readonly prefix: string
  /** Absent: everything below the prefix, flat. */
  readonly delimiter?: '/' | undefined
  readonly keyMarker?: string | undefined
  readonly versionIdMarker?: string | undefined
  readonly maxKeys?: number | undefined
}
export interface VersionPage {
  readonly versions: VersionSummary[]
  readonly prefixes: string[]
  /** Where it ended: a key with its last version listed, or a prefix. */
  readonly next?: { readonly keyMarker: string; readonly versionIdMarker?: string | undefined } | undefined
}

export interface GetObject extends ObjectId {
  /** Asks for the checksums too: x-amz-checksum-mode. */
  readonly checksums?: boolean | undefined
  /** First and last byte, both in. */
  readonly range?: readonly [number, number] | undefined
  readonly ifMatch?: string | undefined
  readonly customerKey?: CustomerKey | undefined
}
export interface ObjectBody {
  readonly head: ObjectHead
  readonly body: AsyncIterable<Uint8Array> & { destroy(error?: Error): void }
}

/** What a write says about the object it makes, except its bytes. */
export interface ObjectProperties extends Placement {
  readonly headers?: ObjectHeaders | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly tags?: Tags | undefined
  readonly storageClass?: string | undefined
}

/** What S3 carries over from nowhere: each write says it, or gets the bucket's default. */
export interface Placement {
  readonly encryption?: EncryptionToWrite | undefined
  readonly acl?: AclToSet | undefined
  readonly retention?: Retention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
  readonly checksum?: ChecksumAlgorithm | undefined
}

/** Conditions of the conflict policy; at most one of them. ETags without quotes. */
export interface WriteCondition {
  readonly ifMatch?: string | undefined
  /** Only if the key does not exist: `If-None-Match: *`. */
  readonly ifAbsent?: boolean | undefined
}

export interface PutObject extends ObjectId, ObjectProperties, WriteCondition {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  /** Bytes; needed for a stream. */
  readonly size: number
  readonly asFile?: AsFile | undefined
}

/** What a write of a file is told besides; S3 has no use for it. */
export interface AsFile {
  /** The date that it gets, milliseconds. */
  readonly lastModified?: number | undefined
  /** What the bytes must come to, or the file does not appear: `not-verified`. */
  readonly mustBe?: Digest | undefined
}
/** As S3 would tell of the same bytes. */
export interface Digest {
  /** MD5 in hexadecimal, or that of the parts' MD5s with `-N`. */
  readonly etag?: string | undefined
  /** Of the whole (FULL_OBJECT), base64. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

export interface CopySource extends ObjectId {
  /** Of a source that lies under SSE-C. */
  readonly customerKey?: CustomerKey | undefined
  /** The account that must own the source's bucket: x-amz-source-expected-bucket-owner. */
  readonly owner?: string | undefined
  /** Bound by ETag: S3 answers 412 when it is another object meanwhile. */
  readonly ifMatch?: string | undefined
}

export interface CopyObject extends ObjectId, WriteCondition, Placement {
  readonly source: CopySource
  /** Bytes of the source, where they are known: how long its answer may take follows from it. */
  readonly size?: number | undefined
  /** Absent: headers and metadata are copied. Present: everything is replaced by exactly this. */
  readonly replace?:
    { readonly headers: ObjectHeaders; readonly metadata: Readonly<Record<string, string>> } | undefined
  /** Absent: tags are copied. Present (also empty): replaced. */
  readonly replaceTags?: Tags | undefined
  /** The website redirect, which S3 copies in no case. With `replace`, its headers say it. */
  readonly redirect?: string | undefined
  /** `drop`: annotations are not copied along; S3's default is to copy them. */
  readonly annotations?: 'drop' | undefined
  /** Always name it: CopyObject's default is STANDARD, not the source's class. */
  readonly storageClass: string | undefined
}

export interface WriteResult {
  readonly etag: string
  /** Of a file, whose ETag says nothing of its bytes: the one that S3 would give them. */
  readonly digest?: string | undefined
  readonly versionId?: string | undefined
  readonly encryption?: Encryption | undefined
  /** Where the answer tells, by algorithm, base64. */
  readonly checksums?: Readonly<Record<string, string>> | undefined
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
  /** Of a copy: the version that was read. */
  readonly sourceVersionId?: string | undefined
  /** The server's Date header, milliseconds. */
  readonly serverTime?: number | undefined
}

export interface DeleteObject extends ObjectId {
  readonly ifMatch?: string | undefined
}
/** Current versions, as `deleteObject` without a version id. */
export interface DeleteObjects {
  readonly bucket: string
  readonly objects: readonly { readonly key: string; readonly ifMatch: string }[]
}
/** A failure is that of the key alone, as `deleteObject` would reject. */
export type DeletedKey = DeleteResult | DecantError
export interface DeleteResult {
  /** A delete marker was written; `versionId` is its id. */
  readonly deleteMarker: boolean
  readonly versionId?: string | undefined
}

export interface UploadRef {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}
export interface CreateUpload extends ObjectId, ObjectProperties {
  /** With `checksum`; where it is absent, S3 chooses. */
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
}
export interface UploadPart extends UploadRef {
  /** Of an upload under SSE-C: the same for every part. */
  readonly customerKey?: CustomerKey | undefined
  readonly checksum?: ChecksumAlgorithm | undefined
  readonly part: number
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  readonly size: number
  /** Where it begins in the whole: files are written in place. S3 orders parts by their numbers. */
  readonly offset?: number | undefined
}
export interface UploadPartCopy extends UploadRef {
  /** 1 to 10,000. */
  readonly part: number
  readonly source: CopySource
  /** First and last byte, both in; absent: the whole object. */
  readonly range?: readonly [number, number] | undefined
  /** Of an upload under SSE-C: the target's, the same for every part. */
  readonly customerKey?: CustomerKey | undefined
}
export interface PartResult {
  readonly etag: string
  /** Where the answer tells, by algorithm, base64: Complete has to repeat them for a COMPOSITE checksum. */
  readonly checksums?: Readonly<Record<string, string>> | undefined
  /** Where the answer tells: under KMS and SSE-C a part's ETag is not its MD5. */
  readonly encryption?: Encryption | undefined
}
export interface Part extends PartResult {
  readonly part: number
  readonly size: number
}
export interface ListParts extends UploadRef {
  /** Parts behind this one. */
  readonly after?: number
  /** Of an upload under SSE-C that keeps checksums. */
  readonly customerKey?: CustomerKey | undefined
}
export interface PartPage {
  readonly parts: Part[]
  /** Ask again with `after` this part; absent on the last page. */
  readonly next?: number | undefined
}
export interface UploadSummary {
  readonly key: string
  readonly uploadId: string
  readonly initiatedAt: number
  readonly initiator?: string | undefined
}
export interface ListUploads {
  readonly bucket: string
  readonly prefix: string
  /** Where the page before ended. */
  readonly next?: UploadsPage['next']
}
export interface UploadsPage {
  readonly uploads: UploadSummary[]
  readonly next?: { readonly keyMarker: string; readonly uploadIdMarker: string } | undefined
}

export interface Presign extends ObjectId {
  /** Seconds, at most 7 days. */
  readonly expires: number
  /** What the answer will say of it: attachment, and a name to save it by. */
  readonly contentDisposition?: string | undefined
}
export interface PresignedLink {
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly until: number
  /** `keys`: these keys are temporary, and the link ends with them, at `until` or, where nobody knows when, before. */
  readonly endsWith: 'time' | 'keys'
}

export interface CompleteUpload extends UploadRef, WriteCondition {
  readonly parts: readonly (PartResult & { readonly part: number })[]
  /** Bytes of the whole: S3 refuses to complete another (x-amz-mp-object-size). */
  readonly size?: number | undefined
  readonly checksum?: ChecksumAlgorithm | undefined
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
  /** What a FULL_OBJECT `checksum` must come to, base64: S3 refuses to complete another. */
  readonly checksumValue?: string | undefined
  readonly customerKey?: CustomerKey | undefined
  readonly asFile?: AsFile | undefined
}

/** What every request to a place carries. */
export interface BucketAccess {
  /** The account id that must own the bucket: x-amz-expected-bucket-owner. */
  readonly owner?: string | undefined
  /** x-amz-request-payer: requester. */
  readonly requesterPays?: boolean | undefined
}

/** How the jobs get to a storage: by the connection that a spec names. Rejects with `credentials-missing`, … */
export type OpenStorage = (
  connection: Pick<ConnectionRef, 'id' | 'config'>,
  access?: BucketAccess,
) => Promise<Storage>

/** The key ring: SSE-C keys by name. Rejects with `customer-key` for a name that is not in it. */
export type FindCustomerKey = (name: string) => Promise<CustomerKey>
