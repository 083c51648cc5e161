import type { FailureCode } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type {
  CompleteUpload,
  CopyObject,
  CopySource,
  CreateUpload,
  DeletedKey,
  DeleteObject,
  DeleteObjects,
  DeleteResult,
  GetObject,
  HeadObject,
  ListObjects,
  ListUploads,
  ListVersions,
  ObjectBody,
  ObjectId,
  ObjectPage,
  PartPage,
  PartResult,
  PresignedLink,
  PutObject,
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
import { compareKeys } from '../../main/engine/names.ts'
import { MemoryObjectSettings } from './memory/object-settings.ts'
import type { StoredVersion } from './memory/bucket.ts'
import { headOf, wholeSeconds } from './memory/bucket.ts'
import { summedParts, sumOf } from './memory/checksums.ts'
import type { Content } from './memory/content.ts'
import { bytesContent, joinContents, multipartEtag, sliceContent, toBytes } from './memory/content.ts'
import { checkReadable } from './memory/encryption.ts'
import { preconditionFailed, s3Error } from './memory/errors.ts'
import { pageOfObjects, pageOfVersions } from './memory/listing.ts'
import {
  checkWrite,
  dateOf,
  deleteVersion,
  findVersion,
  placed,
  readableVersion,
  summedIn,
  writeVersion,
} from './memory/objects.ts'
import { findUpload, keepPart } from './memory/parts.ts'
import type { ToStore } from './memory/server.ts'

const CHUNK = 64 * 1024
const PARTS_A_PAGE = 1000

/**
 * One process's client of a `MemoryS3`: what each request does there. It does what a seed says, in the same order every
 * time. What is asked of buckets and of what lies beside the bytes of an object are its bases.
 */
export class MemoryStorage extends MemoryObjectSettings implements Storage {
  close(): void {}

  presign({ bucket, key }: ObjectId & { expires: number }): Promise<PresignedLink> {
    const until = this.server.seams.now() + 1000
    return Promise.resolve({ url: `memory:${bucket}/${key}`, until, endsWith: 'time' })
  }

  listObjects(request: ListObjects, signal?: AbortSignal): Promise<ObjectPage> {
    const server = this.server
    const { maxKeys = server.pageSize } = request
    server.mostLists = Math.max(server.mostLists, ++server.lists)
    return this.send(
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
    return this.send(
      { operation: 'ListObjectVersions', bucket: request.bucket, key: request.prefix },
      false,
      signal,
      () => pageOfVersions(this.server.bucket(request.bucket, 'ListObjectVersions'), request),
    )
  }

  headObject(request: HeadObject, signal?: AbortSignal): Promise<ObjectHead> {
    const where = { operation: 'HeadObject', bucket: request.bucket, key: request.key }
    return this.send(where, false, signal, () => {
      const version = findVersion(this.server, where.operation, request)
      checkReadable(where.operation, version, request.customerKey)
      return headOf(version, this.server.seams.now(), request)
    })
  }

  getObject(request: GetObject, signal?: AbortSignal): Promise<ObjectBody> {
    const where = { operation: 'GetObject', bucket: request.bucket, key: request.key }
    return this.send(where, false, signal, () => {
      const version = readableVersion(this.server, where.operation, request, request.ifMatch)
      const [first, last] = request.range ?? [0, version.content.size - 1]
      const body = bodyOf(sliceContent(version.content, first, last + 1))
      return { head: headOf(version, this.server.seams.now()), body }
    })
  }

  async putObject(request: PutObject, signal?: AbortSignal): Promise<WriteResult> {
    const content = bytesContent(await collect(request.body))
    if (content.size !== request.size) throw s3Error('PutObject', 'InvalidRequest')
    const operation = 'PutObject'
    return this.send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      checkWrite(this.server, operation, request, request)
      const { headers, metadata, tags, storageClass } = request
      return writeVersion(this, operation, request, content, content.digest, {
        ...{ headers, metadata, tags, storageClass },
        ...placed(this.server, operation, request.bucket, request),
        summed: summedIn(this.server, content, request.checksum),
        lastModified: dateOf(this.server, request.asFile),
      })
    })
  }

  copyObject(request: CopyObject, signal?: AbortSignal): Promise<WriteResult> {
    const operation = 'CopyObject'
    return this.send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      const { habits } = this.server
      const ifMatch = habits.copySourceIfMatch ? request.source.ifMatch : undefined
      this.server.bucket(request.bucket, operation)
      this.#checkSourceAccess(operation, request.source)
      const source = readableVersion(this.server, operation, request.source, ifMatch, guessOf(request))
      if (source.content.size > this.server.copyLimit) throw s3Error(operation, 'EntityTooLarge')
      checkWrite(this.server, operation, request, request)
      const headers = request.replace?.headers ?? { ...source.headers, websiteRedirect: undefined }
      const algorithm = request.checksum ?? source.summed?.algorithm
      const stored: ToStore = {
        ...placed(this.server, operation, request.bucket, request),
        headers: request.redirect === undefined ? headers : { ...headers, websiteRedirect: request.redirect },
        metadata: request.replace?.metadata ?? source.metadata,
        tags: this.#copiedTags(request, source),
        storageClass: request.storageClass ?? 'STANDARD',
        annotations: request.annotations === 'drop' ? undefined : source.annotations,
        summed: summedIn(this.server, source.content, algorithm),
      }
      return writeVersion(this, operation, request, source.content, source.content.digest, stored, source)
    })
  }

  deleteObject(request: DeleteObject, signal?: AbortSignal): Promise<DeleteResult> {
    const operation = 'DeleteObject'
    return this.send({ operation, bucket: request.bucket, key: request.key }, true, signal, () =>
      this.#deleteCurrent(request, this.habits.deleteIfMatch),
    )
  }

  /** Faults of a DeleteObject befall its key here, too. */
  deleteObjects({ bucket, objects }: DeleteObjects, signal?: AbortSignal): Promise<readonly DeletedKey[]> {
    const one = (request: DeleteObject): DeletedKey => {
      const where = { operation: 'DeleteObject', bucket, key: request.key }
      const said = this.answer(where, false, () => this.#deleteCurrent(request, this.habits.deletesByEtag))
      if ('value' in said) return said.value
      // Without S3's words it is the way that broke, for all of them.
      if (said.error instanceof DecantError && said.error.failure.s3) return said.error
      throw said.error
    }
    return this.send({ operation: 'DeleteObjects', bucket }, true, signal, () =>
      objects.map((object) => one({ bucket, ...object })),
    )
  }

  #deleteCurrent(request: DeleteObject, isBound: boolean): DeleteResult {
    const operation = 'DeleteObject'
    const bucket = this.server.bucket(request.bucket, operation)
    const current = bucket.current(request.key)
    if (request.ifMatch !== undefined && isBound) {
      if (!current) throw s3Error(operation, 'NoSuchKey')
      if (current.etag !== request.ifMatch) throw preconditionFailed(operation, 'source-changed')
    }
    return deleteVersion(this, bucket, request)
  }

  createUpload(request: CreateUpload, signal?: AbortSignal): Promise<{ uploadId: string }> {
    const operation = 'CreateMultipartUpload'
    return this.send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      this.server.bucket(request.bucket, operation)
      const { headers, metadata, storageClass } = request
      const tags = this.habits.createUploadTagging ? request.tags : undefined
      const beside = placed(this.server, operation, request.bucket, request)
      const uploadId = this.server.newName('u')
      this.server.uploads.set(uploadId, {
        uploadId,
        bucket: request.bucket,
        key: request.key,
        initiatedAt: wholeSeconds(this.server.seams.now()),
        properties: { headers, metadata, storageClass, tags, ...beside },
        keyMd5: beside.keyMd5,
        checksum: request,
        parts: new Map(),
      })
      this.note(operation, request, { uploadId })
      return { uploadId }
    })
  }

  async uploadPart(request: UploadPart, signal?: AbortSignal): Promise<PartResult> {
    const content = bytesContent(await collect(request.body))
    if (content.size !== request.size) throw s3Error('UploadPart', 'InvalidRequest')
    const where = { operation: 'UploadPart', bucket: request.bucket, key: request.key, part: request.part }
    return this.send(where, true, signal, () => keepPart(this, where.operation, request, content))
  }

  uploadPartCopy(request: UploadPartCopy, signal?: AbortSignal): Promise<PartResult> {
    const where = {
      operation: 'UploadPartCopy',
      bucket: request.bucket,
      key: request.key,
      part: request.part,
    }
    return this.send(where, true, signal, () => {
      const ifMatch = this.habits.partSourceIfMatch ? request.source.ifMatch : undefined
      this.#checkSourceAccess(where.operation, request.source)
      const source = readableVersion(this.server, where.operation, request.source, ifMatch)
      const [first, last] = request.range ?? [0, source.content.size - 1]
      return keepPart(this, where.operation, request, sliceContent(source.content, first, last + 1))
    })
  }

  listParts(request: UploadRef & { after?: number }, signal?: AbortSignal): Promise<PartPage> {
    return this.send(
      { operation: 'ListParts', bucket: request.bucket, key: request.key },
      false,
      signal,
      () => {
        const parts = [...findUpload(this.server, 'ListParts', request).parts]
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
    return this.send(
      { operation: 'ListMultipartUploads', bucket: request.bucket, key: request.prefix },
      false,
      signal,
      () =>
        [...this.server.uploads.values()]
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
    return this.send({ operation, bucket: request.bucket, key: request.key }, true, signal, () => {
      const upload = findUpload(this.server, operation, request)
      const contents = request.parts.map(({ part, etag }, at) => {
        const kept = upload.parts.get(part)
        if (kept?.etag !== etag) throw s3Error(operation, 'InvalidPart')
        const isLast = at === request.parts.length - 1
        if (!isLast && kept.content.size < this.server.minPart) throw s3Error(operation, 'EntityTooSmall')
        return kept.content
      })
      const content = joinContents(contents)
      if ((request.size ?? content.size) !== content.size) throw s3Error(operation, 'InvalidRequest')
      const { checksum: algorithm, checksumValue: owed } = request
      if (algorithm && owed !== undefined && sumOf(algorithm, content, this.server.realChecksum) !== owed) {
        throw s3Error(operation, 'BadDigest')
      }
      checkWrite(this.server, operation, request, request)
      this.server.uploads.delete(request.uploadId)
      const etag = multipartEtag(request.parts.map((part) => part.etag))
      const { checksum, checksumType } = upload.checksum ?? {}
      return writeVersion(this, operation, request, content, etag, {
        ...upload.properties,
        lastModified: dateOf(this.server, request.asFile),
        partSizes: contents.map(({ size }) => size),
        summed: this.habits.checksums
          ? summedParts(content, contents, this.server.realChecksum, checksum, checksumType)
          : undefined,
      })
    })
  }

  abortUpload(request: UploadRef, signal?: AbortSignal): Promise<void> {
    return this.send(
      { operation: 'AbortMultipartUpload', bucket: request.bucket, key: request.key },
      true,
      signal,
      () => {
        if (this.server.abortsAnything && !this.server.uploads.has(request.uploadId)) return
        findUpload(this.server, 'AbortMultipartUpload', request)
        this.server.uploads.delete(request.uploadId)
        this.note('AbortMultipartUpload', request, { uploadId: request.uploadId })
      },
    )
  }

  #checkSourceAccess(operation: string, source: CopySource): void {
    this.checkAccess(operation, source.bucket, source.owner)
  }

  #copiedTags(request: CopyObject, source: StoredVersion): Tags {
    const { source: from, replace } = request
    const onItself = from.bucket === request.bucket && from.key === request.key
    if (onItself && replace && !this.habits.selfCopyKeepsTags) return {}
    return (this.habits.taggingDirective ? request.replaceTags : undefined) ?? source.tags
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
