import type { FailureCode } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { BucketSummary, ObjectHead, Tags, Versioning } from '#model/object.ts'
import { isArchived, S3_LIMITS } from '#model/object.ts'
import { sleep } from '#model/seams.ts'
import type {
  CompleteUpload,
  CopyObject,
  CopySource,
  CreateBucket,
  CreateUpload,
  DeleteObject,
  DeleteResult,
  EndpointHabits,
  GetObject,
  ListObjects,
  ListVersions,
  ObjectBody,
  ObjectId,
  ObjectPage,
  PartPage,
  PartResult,
  PutObject,
  Storage,
  UploadPart,
  UploadPartCopy,
  UploadRef,
  UploadSummary,
  VersionPage,
  WriteCondition,
  WriteResult,
} from '../../main/engine/storage.ts'
import { UNAVAILABLE } from '../../main/engine/unavailable.ts'
import type { MemoryBucket, StoredVersion } from './memory/bucket.ts'
import { headOf, NULL_VERSION, wholeSeconds } from './memory/bucket.ts'
import type { Content } from './memory/content.ts'
import { bytesContent, joinContents, multipartEtag, sliceContent, toBytes } from './memory/content.ts'
import { preconditionFailed, s3Error } from './memory/errors.ts'
import { pageOfObjects, pageOfVersions } from './memory/listing.ts'
import type { MemoryS3, StoredUpload } from './memory/server.ts'

const CHUNK = 64 * 1024
const PARTS_A_PAGE = 1000
const EMPTY: Content = bytesContent(new Uint8Array())

interface Where {
  readonly operation: string
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
  readonly bucketTraits = UNAVAILABLE.bucketTraits
  readonly getAcl = UNAVAILABLE.getAcl
  readonly putAcl = UNAVAILABLE.putAcl
  readonly putRetention = UNAVAILABLE.putRetention
  readonly putLegalHold = UNAVAILABLE.putLegalHold
  readonly updateEncryption = UNAVAILABLE.updateEncryption
  readonly restoreObject = UNAVAILABLE.restoreObject
  readonly listAnnotations = UNAVAILABLE.listAnnotations
  readonly getAnnotation = UNAVAILABLE.getAnnotation
  readonly putAnnotation = UNAVAILABLE.putAnnotation
  readonly #server: MemoryS3
  #killed: 'no' | 'lands' | 'lost' = 'no'

  constructor(server: MemoryS3) {
    this.#server = server
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

  createBucket(bucket: string, _options?: CreateBucket, signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'CreateBucket' }, true, signal, () => {
      this.#server.makeBucket(bucket)
    })
  }

  deleteBucket(bucket: string, signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'DeleteBucket' }, true, signal, () => {
      if (!this.#server.bucket(bucket, 'DeleteBucket').isEmpty)
        throw s3Error('DeleteBucket', 'BucketNotEmpty')
      this.#server.buckets.delete(bucket)
    })
  }

  headBucket(bucket: string, signal?: AbortSignal): Promise<{ region?: string }> {
    return this.#send({ operation: 'HeadBucket' }, false, signal, () => {
      this.#server.bucket(bucket, 'HeadBucket')
      return { region: 'us-east-1' }
    })
  }

  getVersioning(bucket: string, signal?: AbortSignal): Promise<Versioning> {
    const operation = 'GetBucketVersioning'
    return this.#send({ operation }, false, signal, () => this.#server.bucket(bucket, operation).versioning)
  }

  putVersioning(bucket: string, versioning: 'enabled' | 'suspended', signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'PutBucketVersioning' }, true, signal, () => {
      this.#server.bucket(bucket, 'PutBucketVersioning').versioning = versioning
    })
  }

  listObjects(request: ListObjects, signal?: AbortSignal): Promise<ObjectPage> {
    return this.#send({ operation: 'ListObjectsV2', key: request.prefix }, false, signal, () =>
      pageOfObjects(this.#server.bucket(request.bucket, 'ListObjectsV2'), request),
    )
  }

  listVersions(request: ListVersions, signal?: AbortSignal): Promise<VersionPage> {
    return this.#send({ operation: 'ListObjectVersions', key: request.prefix }, false, signal, () =>
      pageOfVersions(this.#server.bucket(request.bucket, 'ListObjectVersions'), request),
    )
  }

  headObject(request: ObjectId, signal?: AbortSignal): Promise<ObjectHead> {
    const where = { operation: 'HeadObject', key: request.key }
    return this.#send(where, false, signal, () =>
      headOf(this.#find(where.operation, request), this.#server.seams.now()),
    )
  }

  getObject(request: GetObject, signal?: AbortSignal): Promise<ObjectBody> {
    const where = { operation: 'GetObject', key: request.key }
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
    return this.#send({ operation: 'PutObject', key: request.key }, true, signal, () => {
      this.#checkWrite('PutObject', request, request)
      return this.#write('PutObject', request, content, content.digest, request)
    })
  }

  copyObject(request: CopyObject, signal?: AbortSignal): Promise<WriteResult> {
    const operation = 'CopyObject'
    return this.#send({ operation, key: request.key }, true, signal, () => {
      const { habits } = this.#server
      const ifMatch = habits.copySourceIfMatch ? request.source.ifMatch : undefined
      this.#server.bucket(request.bucket, operation)
      const source = this.#readable(operation, request.source, ifMatch, guessOf(request))
      if (source.content.size > this.#server.copyLimit) throw s3Error(operation, 'EntityTooLarge')
      this.#checkWrite(operation, request, request)
      const replaceTags = habits.taggingDirective ? request.replaceTags : undefined
      const written = this.#write(operation, request, source.content, source.content.digest, {
        headers: request.replace?.headers ?? { ...source.headers, websiteRedirect: undefined },
        metadata: request.replace?.metadata ?? source.metadata,
        tags: replaceTags ?? source.tags,
        storageClass: request.storageClass ?? 'STANDARD',
      })
      return { ...written, sourceVersionId: this.#told(source.versionId) }
    })
  }

  deleteObject(request: DeleteObject, signal?: AbortSignal): Promise<DeleteResult> {
    const operation = 'DeleteObject'
    return this.#send({ operation, key: request.key }, true, signal, () => {
      const bucket = this.#server.bucket(request.bucket, operation)
      const current = bucket.current(request.key)
      if (request.ifMatch !== undefined && this.habits.deleteIfMatch) {
        if (!current) throw s3Error(operation, 'NoSuchKey')
        if (current.etag !== request.ifMatch) throw preconditionFailed(operation, 'source-changed')
      }
      return this.#delete(bucket, request)
    })
  }

  getTags(request: ObjectId, signal?: AbortSignal): Promise<Tags> {
    const where = { operation: 'GetObjectTagging', key: request.key }
    return this.#send(where, false, signal, () => this.#find(where.operation, request).tags)
  }

  putTags(request: ObjectId & { tags: Tags }, signal?: AbortSignal): Promise<void> {
    const where = { operation: 'PutObjectTagging', key: request.key }
    return this.#send(where, true, signal, () => {
      const version = this.#find(where.operation, request)
      version.tags = request.tags
      this.#note(where.operation, request, { versionId: version.versionId })
    })
  }

  createUpload(request: CreateUpload, signal?: AbortSignal): Promise<{ uploadId: string }> {
    const operation = 'CreateMultipartUpload'
    return this.#send({ operation, key: request.key }, true, signal, () => {
      this.#server.bucket(request.bucket, operation)
      const tags = this.habits.createUploadTagging ? request.tags : undefined
      const uploadId = this.#server.newName('u')
      this.#server.uploads.set(uploadId, {
        uploadId,
        bucket: request.bucket,
        key: request.key,
        initiatedAt: wholeSeconds(this.#server.seams.now()),
        properties: { ...request, tags },
        parts: new Map(),
      })
      this.#note(operation, request, { uploadId })
      return { uploadId }
    })
  }

  async uploadPart(request: UploadPart, signal?: AbortSignal): Promise<PartResult> {
    const content = bytesContent(await collect(request.body))
    if (content.size !== request.size) throw s3Error('UploadPart', 'InvalidRequest')
    const where = { operation: 'UploadPart', key: request.key, part: request.part }
    return this.#send(where, true, signal, () => this.#keepPart(where.operation, request, content))
  }

  uploadPartCopy(request: UploadPartCopy, signal?: AbortSignal): Promise<PartResult> {
    const where = { operation: 'UploadPartCopy', key: request.key, part: request.part }
    return this.#send(where, true, signal, () => {
      const ifMatch = this.habits.partSourceIfMatch ? request.source.ifMatch : undefined
      const source = this.#readable(where.operation, request.source, ifMatch)
      const [first, last] = request.range ?? [0, source.content.size - 1]
      return this.#keepPart(where.operation, request, sliceContent(source.content, first, last + 1))
    })
  }

  listParts(request: UploadRef & { after?: number }, signal?: AbortSignal): Promise<PartPage> {
    return this.#send({ operation: 'ListParts', key: request.key }, false, signal, () => {
      const parts = [...this.#upload('ListParts', request).parts]
        .filter(([part]) => part > (request.after ?? 0))
        .sort(([left], [right]) => left - right)
        .map(([part, { etag, content }]) => ({ part, etag, size: content.size }))
      const page = parts.slice(0, PARTS_A_PAGE)
      const next = parts.length > page.length ? page.at(-1)?.part : undefined
      return next === undefined ? { parts: page } : { parts: page, next }
    })
  }

  listUploads(request: { bucket: string; prefix: string }, signal?: AbortSignal): Promise<UploadSummary[]> {
    return this.#send({ operation: 'ListMultipartUploads', key: request.prefix }, false, signal, () =>
      [...this.#server.uploads.values()]
        .filter(({ bucket, key }) => bucket === request.bucket && key.startsWith(request.prefix))
        .map(({ key, uploadId, initiatedAt }) => ({ key, uploadId, initiatedAt, initiator: 'memory' })),
    )
  }

  completeUpload(request: CompleteUpload, signal?: AbortSignal): Promise<WriteResult> {
    const operation = 'CompleteMultipartUpload'
    return this.#send({ operation, key: request.key }, true, signal, () => {
      const upload = this.#upload(operation, request)
      const contents = request.parts.map(({ part, etag }, at) => {
        const kept = upload.parts.get(part)
        if (kept?.etag !== etag) throw s3Error(operation, 'InvalidPart')
        const isLast = at === request.parts.length - 1
        if (!isLast && kept.content.size < this.#server.minPart) throw s3Error(operation, 'EntityTooSmall')
        return kept.content
      })
      this.#checkWrite(operation, request, request)
      this.#server.uploads.delete(request.uploadId)
      const etag = multipartEtag(request.parts.map((part) => part.etag))
      return this.#write(operation, request, joinContents(contents), etag, upload.properties)
    })
  }

  abortUpload(request: UploadRef, signal?: AbortSignal): Promise<void> {
    return this.#send({ operation: 'AbortMultipartUpload', key: request.key }, true, signal, () => {
      this.#upload('AbortMultipartUpload', request)
      this.#server.uploads.delete(request.uploadId)
      this.#note('AbortMultipartUpload', request, { uploadId: request.uploadId })
    })
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
    const latency = server.latency()
    try {
      if (latency > 0) await sleep(server.seams, latency / 2, signal)
      if (this.#isLost()) return await never()
      const answer = this.#answer(where, writes, effect)
      if (latency > 0) await sleep(server.seams, latency / 2, signal)
      if (this.#killed !== 'no') return await never()
      return this.#receive(answer)
    } finally {
      server.inFlight--
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
      const value = effect()
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
    const restored = version.restore === undefined ? undefined : Infinity
    if (isArchived(version.storageClass, restored)) throw s3Error(operation, 'InvalidObjectState')
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
    etag: string,
    properties: StoredUpload['properties'],
  ): WriteResult {
    const version = this.#server.store(id.bucket, id.key, content, etag, properties)
    this.#note(operation, id, { versionId: version.versionId, etag })
    return {
      etag,
      versionId: this.#told(version.versionId),
      encryption: this.habits.answersInFull ? version.encryption : undefined,
      serverTime: wholeSeconds(this.#server.seams.now()),
    }
  }

  #told(versionId: string): string | undefined {
    return versionId === NULL_VERSION || !this.habits.answersInFull ? undefined : versionId
  }

  #delete(bucket: MemoryBucket, request: DeleteObject): DeleteResult {
    const { key } = request
    if (request.versionId !== undefined || bucket.versioning === 'off') {
      const versionId = request.versionId ?? NULL_VERSION
      const gone = bucket.version(key, versionId)
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

  #keepPart(operation: string, request: UploadRef & { part: number }, content: Content): PartResult {
    const upload = this.#upload(operation, request)
    const etag = content.digest
    upload.parts.set(request.part, { etag, content })
    this.#note(operation, request, { uploadId: request.uploadId, part: request.part, etag })
    return { etag }
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
