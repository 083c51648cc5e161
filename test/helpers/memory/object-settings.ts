import type { Tags } from '#model/object.ts'
import type { Acl, AclToSet, Retention } from '#model/properties.ts'
import type { KmsEncryption, ObjectId, RestoreObject } from '../../../main/engine/storage.ts'
import { demandAnnotations } from '../../../main/engine/wire/annotations.ts'
import { updateOf } from '../../../main/engine/wire/object-settings.ts'
import { restore } from './archive.ts'
import { MemoryBuckets } from './buckets.ts'
import type { MemoryBucket, StoredVersion } from './bucket.ts'
import { s3Error, s3Refusal } from './errors.ts'
import { findVersion } from './objects.ts'
import { aclOf, checkLock, checkNewRetention, isLocked } from './rights.ts'

/** What is asked about an object besides its bytes: tags, rights, lock, encryption, its archive, annotations. */
export class MemoryObjectSettings extends MemoryBuckets {
  getTags(request: ObjectId, signal?: AbortSignal): Promise<Tags> {
    const where = { operation: 'GetObjectTagging', bucket: request.bucket, key: request.key }
    return this.send(where, false, signal, () => findVersion(this.server, where.operation, request).tags)
  }

  putTags(request: ObjectId & { tags: Tags }, signal?: AbortSignal): Promise<void> {
    const where = { operation: 'PutObjectTagging', bucket: request.bucket, key: request.key }
    return this.send(where, true, signal, () => {
      const version = findVersion(this.server, where.operation, request)
      version.tags = request.tags
      this.note(where.operation, request, { versionId: version.versionId })
    })
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
      checkLock(operation, request, bucket, this.server.seams.now())
      checkNewRetention(operation, version, request.retention, this.server.seams.now())
      version.retention = request.retention
    })
  }

  putLegalHold(request: ObjectId & { legalHold: 'ON' | 'OFF' }, signal?: AbortSignal): Promise<void> {
    const operation = 'PutObjectLegalHold'
    return this.#about(operation, request, true, signal, (version, bucket) => {
      checkLock(operation, request, bucket, this.server.seams.now())
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
      if (isLocked(version, this.server.seams.now())) throw s3Error(operation, 'AccessDenied')
      version.encryption = { kind: 'SSE-KMS', kmsKeyId: keyId, bucketKey }
    })
  }

  restoreObject(request: RestoreObject, signal?: AbortSignal): Promise<'accepted' | 'ready'> {
    return this.#about('RestoreObject', request, true, signal, (version) =>
      restore(version, request, this.server.seams.now()),
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
    return this.send({ operation, bucket, key }, writes, signal, () => {
      const version = findVersion(this.server, operation, request)
      const result = effect(version, this.server.bucket(bucket, operation))
      if (writes) this.note(operation, request, { versionId: version.versionId })
      return result
    })
  }
}
