import { createHash } from 'node:crypto'
import type { BucketSettingName, BucketSettings, DefaultEncryption } from '#model/bucket.ts'
import type { FailureCode } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { BucketSummary, BucketTraits, ObjectHead, Tags, Versioning } from '#model/object.ts'
import { S3_LIMITS } from '#model/object.ts'
import type { Acl, AclToSet, ChecksumAlgorithm, Retention } from '#model/properties.ts'
import { sleep } from '#model/seams.ts'
import type {
  BucketAccess,
  CompleteUpload,
  CopyObject,
  CopySource,
  CreateBucket,
  CreateUpload,
  CustomerKey,
  DeletedKey,
  DeleteObject,
  DeleteObjects,
  DeleteResult,
  EndpointHabits,
  GetObject,
  HeadObject,
  KmsEncryption,
  ListObjects,
  ListUploads,
  ListVersions,
  ObjectBody,
  ObjectId,
  ObjectPage,
  PartPage,
  PartResult,
  Placement,
  PresignedLink,
  PutObject,
  RestoreObject,
  Storage,
  UploadPart,
  UploadPartCopy,
  UploadRef,
  UploadsPage,
  UploadSummary,
  VersionPage,
  WriteCondition,
  WriteResult,
} from '../../main/engine/storage.ts'
import { SETTING_REQUESTS } from '../../main/engine/bucket-settings.ts'
import { compareKeys } from '../../main/engine/names.ts'
import { demandAnnotations } from '../../main/engine/wire/annotations.ts'
import { updateOf } from '../../main/engine/wire/object-settings.ts'
import { isReadable, restore } from './memory/archive.ts'
import { settingOf } from './memory/bucket-settings.ts'
import type { MemoryBucket, StoredVersion } from './memory/bucket.ts'
import { ACCOUNT, headOf, NULL_VERSION, wholeSeconds } from './memory/bucket.ts'
import type { Summed } from './memory/checksums.ts'
import { summed, summedParts, sumOf, toldChecksums } from './memory/checksums.ts'
import type { Content } from './memory/content.ts'
import { bytesContent, joinContents, multipartEtag, sliceContent, toBytes } from './memory/content.ts'
import type { Lying } from './memory/encryption.ts'
import { checkReadable, hidesDigest, lyingOf } from './memory/encryption.ts'
import { preconditionFailed, s3Error, s3Refusal } from './memory/errors.ts'
import { pageOfObjects, pageOfVersions } from './memory/listing.ts'
import { aclOf, checkLock, checkNewRetention, isLocked } from './memory/rights.ts'
import type { MemoryS3, StoredUpload, ToStore } from './memory/server.ts'

const CHUNK = 64 * 1024
const PARTS_A_PAGE = 1000
const EMPTY: Content = bytesContent(new Uint8Array())

interface Where {
  readonly operation: string
  readonly bucket?: string
  readonly key?: string
  readonly part?: number
}

/**
 * One process's client of a `MemoryS3`. It does what a seed says, in the same order every time,
 * and can be killed: what it had sent takes effect, and none of its promises is ever settled again.
 */
export class MemoryStorage implements Storage {
  readonly habits: EndpointHabits
  readonly requests: Record<string, number> = {}
  serverTime: number | undefined
  readonly #server: MemoryS3
  #killed: 'no' | 'lands' | 'lost' = 'no'

  readonly #access: BucketAccess
  readonly #account: string

  /** `account`: who asks. */
  constructor(server: MemoryS3, access: BucketAccess = {}, account = ACCOUNT) {
    this.#server = server
    this.#access = access
    this.#account = account
    this.habits = server.habits
  }

  /** What SIGKILL does to it. `lost`: what had not reached the server by then never does. */
  kill(fate: 'lands' | 'lost' = 'lands'): void {
    this.#killed = fate
  }

  close(): void {}

  listBuckets(signal?: AbortSignal): Promise<BucketSummary[]> {
    return this.#send({ operation: 'ListBuckets' }, false, signal, () =>
      [...this.#server.buckets].map(([name, { createdAt }]) => ({ name, createdAt })),
    )
  }

  createBucket(bucket: string, options: CreateBucket = {}, signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'CreateBucket' }, true, signal, () => {
      this.#server.makeBucket(bucket, { objectLock: options.objectLock === true, owner: this.#account })
    })
  }

  async bucketTraits(bucket: string, signal?: AbortSignal): Promise<BucketTraits> {
    const ask = <T>(operation: string, trait: (bucket: MemoryBucket) => T): Promise<T> =>
      this.#send({ operation, bucket }, false, signal, () => trait(this.#server.bucket(bucket, operation)))
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
    return this.#send({ operation, bucket }, false, signal, () =>
      settingOf(this.#server.bucket(bucket, operation), name),
    )
  }

  putBucketEncryption(bucket: string, encryption: DefaultEncryption, signal?: AbortSignal): Promise<void> {
    const operation = 'PutBucketEncryption'
    return this.#send({ operation, bucket }, true, signal, () => {
      const { kind } = encryption
      this.#server.bucket(bucket, operation).defaultEncryption =
        kind === 'SSE-S3'
          ? { kind }
          : { kind, kmsKeyId: encryption.keyId, bucketKey: encryption.bucketKey === true }
    })
  }

  putBucketTags(bucket: string, tags: Tags, signal?: AbortSignal): Promise<void> {
    const operation = Object.keys(tags).length > 0 ? 'PutBucketTagging' : 'DeleteBucketTagging'
    return this.#send({ operation, bucket }, true, signal, () => {
      this.#server.bucket(bucket, operation).tags = tags
    })
  }

  presign({ bucket, key }: ObjectId & { expires: number }): Promise<PresignedLink> {
    const until = this.#server.seams.now() + 1000
    return Promise.resolve({ url: `memory:${bucket}/${key}`, until, endsWith: 'time' })
  }

  deleteBucket(bucket: string, signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'DeleteBucket', bucket }, true, signal, () => {
      if (!this.#server.bucket(bucket, 'DeleteBucket').isEmpty)
        throw s3Error('DeleteBucket', 'BucketNotEmpty')
      this.#server.buckets.delete(bucket)
    })
  }

  headBucket(bucket: string, signal?: AbortSignal): Promise<{ region?: string }> {
    return this.#send({ operation: 'HeadBucket', bucket }, false, signal, () => {
      this.#server.bucket(bucket, 'HeadBucket')
      return { region: 'us-east-1' }
    })
  }

  getVersioning(bucket: string, signal?: AbortSignal): Promise<Versioning> {
    const operation = 'GetBucketVersioning'
    return this.#send(
      { operation, bucket },
      false,
      signal,
      () => this.#server.bucket(bucket, operation).versioning,
    )
  }

  putVersioning(bucket: string, versioning: 'enabled' | 'suspended', signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'PutBucketVersioning', bucket }, true, signal, () => {
      this.#server.bucket(bucket, 'PutBucketVersioning').versioning = versioning
    })
  }

  listObjects(request: ListObjects, signal?: AbortSignal): Promise<ObjectPage> {
    const server = this.#server
    const { maxKeys = server.pageSize } = request
    server.mostLists = Math.max(server.mostLists, ++server.lists)
    return this.#send(
      { operation: 'ListObjectsV2', bucket: request.bucket, key: request.prefix },
      false,
      signal,
      () =>
        pageOfObjects(
          server.bucket(request.bucket, 'ListObjectsV2'),
          { ...request, maxKeys },
          server.seams.now(),
        ),
    ).finally(() => server.lists--)
  }

  listVersions(request: ListVersions, signal?: AbortSignal): Promise<VersionPage> {
    return this.#send(
      { operation: 'ListObjectVersions', bucket: request.bucket, key: request.prefix },
      false,
      signal,
      () => pageOfVersions(this.#server.bucket(request.bucket, 'ListObjectVersions'), request),
    )
  }

  headObject(request: HeadObject, signal?: AbortSignal): Promise<ObjectHead> {
    const where = { operation: 'HeadObject', bucket: request.bucket, key: request.key }
    return this.#send(where, false, signal, () => {
      const version = this.#find(where.operation, request)
      checkReadable(where.operation, version, request.customerKey)
      return headOf(version, this.#server.seams.now(), request)
    })
  }

  getObject(request: GetObject, signal?: AbortSignal): Promise<ObjectBody> {
    const where = { operation: 'GetObject', bucket: request.bucket, key: request.key }
    return this.#send(where, false, signal, () => {
      const version = this.#readable(where.operation, request, request.ifMatch)
      const [first, last] = request.range ?? [0, version.content.size - 1]
      const body = bodyOf(sliceContent(version.content, first, last + 1))
      return { head: headOf(version, this.#server.seams.now()), body }
    })
  }

  async putObject(request: PutObject, signal?: AbortSignal): Promise<WriteResult> {
    const content = bytesContent(await collect(request.body))
    if (content.size !== request.size) throw s3Error('PutObject', 'InvalidRequest')
    const operation = 'PutObject'
    return this.#send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      this.#checkWrite(operation, request, request)
      const { headers, metadata, tags, storageClass } = request
      return this.#write(operation, request, content, content.digest, {
        ...{ headers, metadata, tags, storageClass },
        ...this.#placed(operation, request.bucket, request),
        summed: this.#summed(content, request.checksum),
        lastModified: this.#dateOf(request.asFile),
      })
    })
  }

  copyObject(request: CopyObject, signal?: AbortSignal): Promise<WriteResult> {
    const operation = 'CopyObject'
    return this.#send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      const { habits } = this.#server
      const ifMatch = habits.copySourceIfMatch ? request.source.ifMatch : undefined
      this.#server.bucket(request.bucket, operation)
      this.#checkSourceAccess(operation, request.source)
      const source = this.#readable(operation, request.source, ifMatch, guessOf(request))
      if (source.content.size > this.#server.copyLimit) throw s3Error(operation, 'EntityTooLarge')
      this.#checkWrite(operation, request, request)
      const headers = request.replace?.headers ?? { ...source.headers, websiteRedirect: undefined }
      const algorithm = request.checksum ?? source.summed?.algorithm
      const stored: ToStore = {
        ...this.#placed(operation, request.bucket, request),
        headers: request.redirect === undefined ? headers : { ...headers, websiteRedirect: request.redirect },
        metadata: request.replace?.metadata ?? source.metadata,
        tags: this.#copiedTags(request, source),
        storageClass: request.storageClass ?? 'STANDARD',
        annotations: request.annotations === 'drop' ? undefined : source.annotations,
        summed: this.#summed(source.content, algorithm),
      }
      return this.#write(operation, request, source.content, source.content.digest, stored, source)
    })
  }

  deleteObject(request: DeleteObject, signal?: AbortSignal): Promise<DeleteResult> {
    const operation = 'DeleteObject'
    return this.#send({ operation, bucket: request.bucket, key: request.key }, true, signal, () =>
      this.#deleteCurrent(request, this.habits.deleteIfMatch),
    )
  }

  /** Faults of a DeleteObject befall its key here, too. */
  deleteObjects({ bucket, objects }: DeleteObjects, signal?: AbortSignal): Promise<readonly DeletedKey[]> {
    const one = (request: DeleteObject): DeletedKey => {
      const where = { operation: 'DeleteObject', bucket, key: request.key }
      const said = this.#answer(where, false, () => this.#deleteCurrent(request, this.habits.deletesByEtag))
      if ('value' in said) return said.value
      // Without S3's words it is the way that broke, for all of them.
      if (said.error instanceof DecantError && said.error.failure.s3) return said.error
      throw said.error
    }
    return this.#send({ operation: 'DeleteObjects', bucket }, true, signal, () =>
      objects.map((object) => one({ bucket, ...object })),
    )
  }

  #deleteCurrent(request: DeleteObject, isBound: boolean): DeleteResult {
    const operation = 'DeleteObject'
    const bucket = this.#server.bucket(request.bucket, operation)
    const current = bucket.current(request.key)
    if (request.ifMatch !== undefined && isBound) {
      if (!current) throw s3Error(operation, 'NoSuchKey')
      if (current.etag !== request.ifMatch) throw preconditionFailed(operation, 'source-changed')
    }
    return this.#delete(bucket, request)
  }

  getTags(request: ObjectId, signal?: AbortSignal): Promise<Tags> {
    const where = { operation: 'GetObjectTagging', bucket: request.bucket, key: request.key }
    return this.#send(where, false, signal, () => this.#find(where.operation, request).tags)
  }

  putTags(request: ObjectId & { tags: Tags }, signal?: AbortSignal): Promise<void> {
    const where = { operation: 'PutObjectTagging', bucket: request.bucket, key: request.key }
    return this.#send(where, true, signal, () => {
      const version = this.#find(where.operation, request)
      version.tags = request.tags
      this.#note(where.operation, request, { versionId: version.versionId })
    })
  }

  createUpload(request: CreateUpload, signal?: AbortSignal): Promise<{ uploadId: string }> {
    const operation = 'CreateMultipartUpload'
    return this.#send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      this.#server.bucket(request.bucket, operation)
      const { headers, metadata, storageClass } = request
      const tags = this.habits.createUploadTagging ? request.tags : undefined
      const placed = this.#placed(operation, request.bucket, request)
      const uploadId = this.#server.newName('u')
      this.#server.uploads.set(uploadId, {
        uploadId,
        bucket: request.bucket,
        key: request.key,
        initiatedAt: wholeSeconds(this.#server.seams.now()),
        properties: { headers, metadata, storageClass, tags, ...placed },
        keyMd5: placed.keyMd5,
        checksum: request,
        parts: new Map(),
      })
      this.#note(operation, request, { uploadId })
      return { uploadId }
    })
  }

  async uploadPart(request: UploadPart, signal?: AbortSignal): Promise<PartResult> {
    const content = bytesContent(await collect(request.body))
    if (content.size !== request.size) throw s3Error('UploadPart', 'InvalidRequest')
    const where = { operation: 'UploadPart', bucket: request.bucket, key: request.key, part: request.part }
    return this.#send(where, true, signal, () => this.#keepPart(where.operation, request, content))
  }

  uploadPartCopy(request: UploadPartCopy, signal?: AbortSignal): Promise<PartResult> {
    const where = {
      operation: 'UploadPartCopy',
      bucket: request.bucket,
      key: request.key,
      part: request.part,
    }
    return this.#send(where, true, signal, () => {
      const ifMatch = this.habits.partSourceIfMatch ? request.source.ifMatch : undefined
      this.#checkSourceAccess(where.operation, request.source)
      const source = this.#readable(where.operation, request.source, ifMatch)
      const [first, last] = request.range ?? [0, source.content.size - 1]
      return this.#keepPart(where.operation, request, sliceContent(source.content, first, last + 1))
    })
  }

  listParts(request: UploadRef & { after?: number }, signal?: AbortSignal): Promise<PartPage> {
    return this.#send(
      { operation: 'ListParts', bucket: request.bucket, key: request.key },
      false,
      signal,
      () => {
        const parts = [...this.#upload('ListParts', request).parts]
          .filter(([part]) => part > (request.after ?? 0))
          .sort(([left], [right]) => left - right)
          .map(([part, { etag, content }]) => ({ part, etag, size: content.size }))
        const page = parts.slice(0, PARTS_A_PAGE)
        const next = parts.length > page.length ? page.at(-1)?.part : undefined
        return next === undefined ? { parts: page } : { parts: page, next }
      },
    )
  }

  listUploads(request: { bucket: string; prefix: string }, signal?: AbortSignal): Promise<UploadSummary[]> {
    return this.#send(
      { operation: 'ListMultipartUploads', bucket: request.bucket, key: request.prefix },
      false,
      signal,
      () =>
        [...this.#server.uploads.values()]
          .filter(({ bucket, key }) => bucket === request.bucket && key.startsWith(request.prefix))
          .map(({ key, uploadId, initiatedAt }) => ({ key, uploadId, initiatedAt, initiator: 'memory' })),
    )
  }

  /** Two a page, so that a page is met more often than once. */
  async uploadsPage({ bucket, prefix, next }: ListUploads, signal?: AbortSignal): Promise<UploadsPage> {
    const all = (await this.listUploads({ bucket, prefix }, signal)).sort((one, other) =>
      one.key === other.key ? one.initiatedAt - other.initiatedAt : compareKeys(one.key, other.key),
    )
    const from = next ? all.findIndex(({ uploadId }) => uploadId === next.uploadIdMarker) + 1 : 0
    const uploads = all.slice(from, from + 2)
    const last = uploads.at(-1)
    if (last === undefined || from + 2 >= all.length) return { uploads }
    return { uploads, next: { keyMarker: last.key, uploadIdMarker: last.uploadId } }
  }

  completeUpload(request: CompleteUpload, signal?: AbortSignal): Promise<WriteResult> {
    const operation = 'CompleteMultipartUpload'
    return this.#send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      const upload = this.#upload(operation, request)
      const contents = request.parts.map(({ part, etag }, at) => {
        const kept = upload.parts.get(part)
        if (kept?.etag !== etag) throw s3Error(operation, 'InvalidPart')
        const isLast = at === request.parts.length - 1
        if (!isLast && kept.content.size < this.#server.minPart) throw s3Error(operation, 'EntityTooSmall')
        return kept.content
      })
      const content = joinContents(contents)
      if ((request.size ?? content.size) !== content.size) throw s3Error(operation, 'InvalidRequest')
      const { checksum: algorithm, checksumValue: owed } = request
      if (algorithm && owed !== undefined && sumOf(algorithm, content, this.#server.realChecksum) !== owed) {
        throw s3Error(operation, 'BadDigest')
      }
      this.#checkWrite(operation, request, request)
      this.#server.uploads.delete(request.uploadId)
      const etag = multipartEtag(request.parts.map((part) => part.etag))
      const { checksum, checksumType } = upload.checksum ?? {}
      return this.#write(operation, request, content, etag, {
        ...upload.properties,
        lastModified: this.#dateOf(request.asFile),
        partSizes: contents.map(({ size }) => size),
        summed: this.habits.checksums
          ? summedParts(content, contents, this.#server.realChecksum, checksum, checksumType)
          : undefined,
      })
    })
  }

  abortUpload(request: UploadRef, signal?: AbortSignal): Promise<void> {
    return this.#send(
      { operation: 'AbortMultipartUpload', bucket: request.bucket, key: request.key },
      true,
      signal,
      () => {
        if (this.#server.abortsAnything && !this.#server.uploads.has(request.uploadId)) return
        this.#upload('AbortMultipartUpload', request)
        this.#server.uploads.delete(request.uploadId)
        this.#note('AbortMultipartUpload', request, { uploadId: request.uploadId })
      },
    )
  }

  getAcl(request: ObjectId, signal?: AbortSignal): Promise<Acl> {
    return this.#about('GetObjectAcl', request, false, signal, ({ acl }, bucket) => {
      return acl ?? aclOf('GetObjectAcl', undefined, bucket)
    })
  }

  putAcl(request: ObjectId & { acl: AclToSet }, signal?: AbortSignal): Promise<void> {
    return this.#about('PutObjectAcl', request, true, signal, (version, bucket) => {
      version.acl = aclOf('PutObjectAcl', request.acl, bucket)
    })
  }

  putRetention(request: ObjectId & { retention: Retention }, signal?: AbortSignal): Promise<void> {
    const operation = 'PutObjectRetention'
    return this.#about(operation, request, true, signal, (version, bucket) => {
      checkLock(operation, request, bucket, this.#server.seams.now())
      checkNewRetention(operation, version, request.retention, this.#server.seams.now())
      version.retention = request.retention
    })
  }

  putLegalHold(request: ObjectId & { legalHold: 'ON' | 'OFF' }, signal?: AbortSignal): Promise<void> {
    const operation = 'PutObjectLegalHold'
    return this.#about(operation, request, true, signal, (version, bucket) => {
      checkLock(operation, request, bucket, this.#server.seams.now())
      version.legalHold = request.legalHold
    })
  }

  updateEncryption(request: ObjectId & { encryption: KmsEncryption }, signal?: AbortSignal): Promise<void> {
    const operation = 'UpdateObjectEncryption'
    return this.#about(operation, request, true, signal, (version) => {
      const { keyId, bucketKey = false } = updateOf(this.habits.updateEncryption, request)
      const { kind } = version.encryption
      if (kind !== 'SSE-S3' && kind !== 'SSE-KMS') {
        throw s3Refusal(operation, 'InvalidRequest', 'not-possible', 'encryption')
      }
      if (isLocked(version, this.#server.seams.now())) throw s3Error(operation, 'AccessDenied')
      version.encryption = { kind: 'SSE-KMS', kmsKeyId: keyId, bucketKey }
    })
  }

  restoreObject(request: RestoreObject, signal?: AbortSignal): Promise<'accepted' | 'ready'> {
    return this.#about('RestoreObject', request, true, signal, (version) =>
      restore(version, request, this.#server.seams.now()),
    )
  }

  listAnnotations(request: ObjectId, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#about('ListObjectAnnotations', request, false, signal, ({ annotations }) => {
      demandAnnotations(this.habits.annotations, request.key)
      return [...(annotations?.keys() ?? [])]
    })
  }

  getAnnotation(request: ObjectId & { name: string }, signal?: AbortSignal): Promise<Uint8Array> {
    const operation = 'GetObjectAnnotation'
    return this.#about(operation, request, false, signal, ({ annotations }) => {
      demandAnnotations(this.habits.annotations, request.key)
      const body = annotations?.get(request.name)
      if (!body) throw s3Error(operation, 'NoSuchAnnotation')
      return body
    })
  }

  putAnnotation(request: ObjectId & { name: string; body: Uint8Array }, signal?: AbortSignal): Promise<void> {
    return this.#about('PutObjectAnnotation', request, true, signal, (version) => {
      demandAnnotations(this.habits.annotations, request.key)
      version.annotations = new Map([...(version.annotations ?? []), [request.name, request.body]])
    })
  }

  /** One of the requests about what is beside an object's bytes. */
  #about<T>(
    operation: string,
    request: ObjectId,
    writes: boolean,
    signal: AbortSignal | undefined,
    effect: (version: StoredVersion, bucket: MemoryBucket) => T,
  ): Promise<T> {
    const { bucket, key } = request
    return this.#send({ operation, bucket, key }, writes, signal, () => {
      const version = this.#find(operation, request)
      const result = effect(version, this.#server.bucket(bucket, operation))
      if (writes) this.#note(operation, request, { versionId: version.versionId })
      return result
    })
  }

  #isKilled(): boolean {
    return this.#killed !== 'no'
  }

  #isLost(): boolean {
    return this.#killed === 'lost'
  }

  async #send<T>(
    where: Where,
    writes: boolean,
    signal: AbortSignal | undefined,
    effect: () => T,
  ): Promise<T> {
    const server = this.#server
    if (this.#killed !== 'no') return never()
    signal?.throwIfAborted()
    this.requests[where.operation] = (this.requests[where.operation] ?? 0) + 1
    server.mostInFlight = Math.max(server.mostInFlight, ++server.inFlight)
    try {
      server.watch?.({ phase: 'leaves', ...where })
      const latency = server.latency(where)
      if (latency > 0) await this.#arrives(latency / 2, signal, () => this.#answer(where, writes, effect))
      if (this.#isLost()) return await never()
      const answer = this.#answer(where, writes, effect)
      if (latency > 0) await sleep(server.seams, latency / 2, signal)
      if (this.#isKilled()) return await never()
      server.watch?.({ phase: 'answered', ...where })
      if (this.#isKilled()) return await never()
      return this.#receive(answer)
    } finally {
      server.inFlight--
    }
  }

  /** Whoever leaves meanwhile leaves the server at work, where it is one that finishes what it has begun. */
  async #arrives(ms: number, signal: AbortSignal | undefined, act: () => unknown): Promise<void> {
    const { seams, finishes } = this.#server
    const at = seams.now() + ms
    try {
      await sleep(seams, ms, signal)
    } catch (error) {
      if (finishes) seams.after(at - seams.now(), () => void act())
      throw error
    }
  }

  /** What the server does and says; a fault after the effect takes the answer's place. */
  #answer<T>(where: Where, writes: boolean, effect: () => T): { value: T } | { error: unknown } {
    const server = this.#server
    try {
      if (server.offline) {
        throw new DecantError({
          code: 'connection',
          reach: 'attempt',
          message: 'The endpoint does not answer.',
        })
      }
      if (writes && !server.admitsWrite()) throw s3Error(where.operation, 'SlowDown')
      const before = server.faults.strike('before', where)
      if (before) throw before
      this.#checkAccess(where.operation, where.bucket, this.#access.owner)
      const value = effect()
      server.watch?.({ phase: 'done', ...where, orphan: this.#isKilled() })
      const after = server.faults.strike('after', where)
      if (after) throw after
      return { value }
    } catch (error) {
      return { error }
    }
  }

  #receive<T>(answer: { value: T } | { error: unknown }): T {
    const failed = 'error' in answer
    const answered = !failed || (answer.error instanceof DecantError && answer.error.failure.s3 !== undefined)
    if (answered) this.serverTime = wholeSeconds(this.#server.seams.now())
    if (failed) throw answer.error
    return answer.value
  }

  /** x-amz-expected-bucket-owner, and who pays. */
  #checkAccess(operation: string, name: string | undefined, expected: string | undefined): void {
    const bucket = name === undefined ? undefined : this.#server.buckets.get(name)
    if (!bucket) return
    const pays = this.#account === bucket.owner || this.#access.requesterPays === true
    if ((expected ?? bucket.owner) !== bucket.owner || (bucket.requesterPays && !pays)) {
      throw s3Error(operation, 'AccessDenied')
    }
  }

  #checkSourceAccess(operation: string, source: CopySource): void {
    this.#checkAccess(operation, source.bucket, source.owner)
  }

  /** What S3 makes of what a write asks for beside bytes, headers and tags. */
  #placed(operation: string, name: string, asked: Placement): ToStore {
    const bucket = this.#server.bucket(name, operation)
    checkLock(operation, asked, bucket, this.#server.seams.now())
    const deaf = operation === 'CopyObject' && !this.habits.copyEncrypts && asked.encryption !== undefined
    const lying: Lying = deaf
      ? { encryption: { kind: 'none' } }
      : lyingOf(operation, asked.encryption, bucket)
    const acl = asked.acl && aclOf(operation, asked.acl, bucket)
    return { ...lying, acl, retention: asked.retention, legalHold: asked.legalHold }
  }

  #summed(content: Content, algorithm: ChecksumAlgorithm | undefined): Summed | undefined {
    return this.habits.checksums ? summed(content, this.#server.realChecksum, algorithm) : undefined
  }

  #copiedTags(request: CopyObject, source: StoredVersion): Tags {
    const { source: from, replace } = request
    const onItself = from.bucket === request.bucket && from.key === request.key
    if (onItself && replace && !this.habits.selfCopyKeepsTags) return {}
    return (this.habits.taggingDirective ? request.replaceTags : undefined) ?? source.tags
  }

  #find(operation: string, id: ObjectId): StoredVersion {
    const bucket = this.#server.bucket(id.bucket, operation)
    const version = bucket.version(id.key, id.versionId)
    if (!version) throw s3Error(operation, id.versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion')
    if (version.isDeleteMarker) throw s3Error(operation, 'MethodNotAllowed')
    return version
  }

  /** A source as a copy or a GET reads it. */
  #readable(
    operation: string,
    source: CopySource,
    ifMatch: string | undefined,
    guess: FailureCode = 'source-changed',
  ): StoredVersion {
    const version = this.#find(operation, source)
    if (ifMatch !== undefined && ifMatch !== version.etag) throw preconditionFailed(operation, guess)
    checkReadable(operation, version, source.customerKey)
    if (!isReadable(version, this.#server.seams.now())) throw s3Error(operation, 'InvalidObjectState')
    return version
  }

  #checkWrite(operation: string, id: ObjectId, condition: WriteCondition): void {
    if (Buffer.byteLength(id.key) > S3_LIMITS.keyBytes) throw s3Error(operation, 'InvalidRequest')
    const current = this.#server.bucket(id.bucket, operation).current(id.key)
    if (!this.habits.writeConditions) return
    if (condition.ifAbsent && current) throw preconditionFailed(operation, 'destination-exists')
    if (condition.ifMatch === undefined) return
    if (!current) throw s3Error(operation, 'NoSuchKey')
    if (current.etag !== condition.ifMatch) throw preconditionFailed(operation, 'destination-changed')
  }

  #write(
    operation: string,
    id: ObjectId,
    content: Content,
    digest: string,
    properties: ToStore & { readonly lastModified?: number | undefined },
    source?: StoredVersion,
  ): WriteResult {
    const hidden = properties.encryption && hidesDigest(properties.encryption)
    const etag = hidden ? hiddenEtag(digest, this.#server.newName('e')) : digest
    const { lastModified } = properties
    const version = this.#server.store(id.bucket, id.key, content, etag, properties, lastModified)
    this.#note(operation, id, { versionId: version.versionId, etag })
    const told: WriteResult = {
      etag,
      versionId: this.#told(version.versionId),
      sourceVersionId: source && this.#told(source.versionId),
      serverTime: wholeSeconds(this.#server.seams.now()),
    }
    if (!this.habits.answersInFull) return told
    const { encryption, summed: sum } = version
    // Most of those who write do not ask, and a sum costs.
    return {
      ...told,
      encryption,
      checksumType: sum?.type,
      get checksums() {
        return toldChecksums(sum).checksums
      },
    }
  }

  /** A file is dated as its source, where the file system lets anybody set a date; else it has that of its write. */
  #dateOf(asFile: PutObject['asFile']): number | undefined {
    return this.#server.setsDates ? asFile?.lastModified : undefined
  }

  #told(versionId: string): string | undefined {
    return versionId === NULL_VERSION || !this.habits.answersInFull ? undefined : versionId
  }

  #delete(bucket: MemoryBucket, request: DeleteObject): DeleteResult {
    const { key } = request
    if (request.versionId !== undefined || bucket.versioning === 'off') {
      const versionId = request.versionId ?? NULL_VERSION
      const gone = bucket.version(key, versionId)
      if (gone && isLocked(gone, this.#server.seams.now())) throw s3Error('DeleteObject', 'AccessDenied')
      bucket.remove(key, versionId)
      if (gone) this.#note('DeleteObject', request, { versionId, etag: gone.etag })
      return { deleteMarker: false, versionId: request.versionId }
    }
    const versionId = bucket.versioning === 'enabled' ? this.#server.newName('v') : NULL_VERSION
    const etag = bucket.current(key)?.etag
    bucket.add({
      key,
      versionId,
      isDeleteMarker: true,
      content: EMPTY,
      etag: '',
      lastModified: this.#server.seams.now(),
      headers: {},
      metadata: {},
      tags: {},
      storageClass: 'STANDARD',
      encryption: { kind: 'none' },
    })
    this.#note('DeleteObject', request, { versionId, etag })
    return { deleteMarker: true, versionId: this.#told(versionId) }
  }

  #upload(operation: string, request: UploadRef): StoredUpload {
    const upload = this.#server.uploads.get(request.uploadId)
    if (!upload || upload.bucket !== request.bucket || upload.key !== request.key) {
      throw s3Error(operation, 'NoSuchUpload')
    }
    return upload
  }

  #keepPart(
    operation: string,
    request: UploadRef & { part: number; customerKey?: CustomerKey | undefined },
    content: Content,
  ): PartResult {
    const upload = this.#upload(operation, request)
    const { encryption = { kind: 'SSE-S3' } } = upload.properties
    checkReadable(operation, { encryption, keyMd5: upload.keyMd5 }, request.customerKey)
    const etag = hidesDigest(encryption)
      ? hiddenEtag(content.digest, this.#server.newName('e'))
      : content.digest
    upload.parts.set(request.part, { etag, content })
    this.#note(operation, request, { uploadId: request.uploadId, part: request.part, etag })
    const algorithm = this.habits.checksums ? upload.checksum?.checksum : undefined
    return algorithm
      ? { etag, checksums: { [algorithm]: sumOf(algorithm, content, this.#server.realChecksum) } }
      : { etag }
  }

  #note(
    operation: string,
    id: { bucket: string; key: string },
    more: { versionId?: string; etag?: string | undefined; uploadId?: string; part?: number },
  ): void {
    this.#server.log.push({
      at: this.#server.seams.now(),
      operation,
      bucket: id.bucket,
      key: id.key,
      ...more,
      ...(this.#killed !== 'no' && { orphan: true }),
    })
  }
}

/** Of what lies under a key: no MD5 of its bytes, and another for each write. */
function hiddenEtag(digest: string, name: string): string {
  const count = /-\d+$/.exec(digest)?.[0] ?? ''
  return createHash('md5').update(`${digest} ${name}`).digest('hex') + count
}

/** What a storage can guess from the request alone when the source's condition did not hold. */
function guessOf(request: WriteCondition): FailureCode {
  if (request.ifAbsent) return 'destination-exists'
  return request.ifMatch === undefined ? 'source-changed' : 'destination-changed'
}

function bodyOf(content: Content): ObjectBody['body'] {
  let destroyed: Error | undefined
  return {
    destroy(error = new Error('the body was destroyed')) {
      destroyed = error
    },
    async *[Symbol.asyncIterator]() {
      for (let from = 0; from < content.size; from += CHUNK) {
        if (destroyed) throw destroyed
        yield toBytes(sliceContent(content, from, Math.min(from + CHUNK, content.size)))
      }
    },
  }
}

async function collect(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}
