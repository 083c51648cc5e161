import { createHash } from 'node:crypto'
import type { FailureCode } from '#model/failure.ts'
import { S3_LIMITS } from '#model/object.ts'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import type {
  CopySource,
  DeleteObject,
  DeleteResult,
  ObjectId,
  Placement,
  PutObject,
  WriteCondition,
  WriteResult,
} from '../../../main/engine/storage.ts'
import { isReadable } from './archive.ts'
import type { MemoryBucket, StoredVersion } from './bucket.ts'
import { NULL_VERSION, wholeSeconds } from './bucket.ts'
import type { Summed } from './checksums.ts'
import { summed, toldChecksums } from './checksums.ts'
import type { Content } from './content.ts'
import { bytesContent } from './content.ts'
import type { Lying } from './encryption.ts'
import { checkReadable, hidesDigest, lyingOf } from './encryption.ts'
import { preconditionFailed, s3Error } from './errors.ts'
import type { MemoryLine } from './line.ts'
import { aclOf, checkLock, isLocked } from './rights.ts'
import type { MemoryS3, ToStore } from './server.ts'

const EMPTY: Content = bytesContent(new Uint8Array())

/** A request's object; a delete marker is none. */
export function findVersion(server: MemoryS3, operation: string, id: ObjectId): StoredVersion {
  const bucket = server.bucket(id.bucket, operation)
  const version = bucket.version(id.key, id.versionId)
  if (!version) throw s3Error(operation, id.versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion')
  if (version.isDeleteMarker) throw s3Error(operation, 'MethodNotAllowed')
  return version
}

/** A source as a copy or a GET reads it. */
export function readableVersion(
  server: MemoryS3,
  operation: string,
  source: CopySource,
  ifMatch: string | undefined,
  guess: FailureCode = 'source-changed',
): StoredVersion {
  const version = findVersion(server, operation, source)
  if (ifMatch !== undefined && ifMatch !== version.etag) throw preconditionFailed(operation, guess)
  checkReadable(operation, version, source.customerKey)
  if (!isReadable(version, server.seams.now())) throw s3Error(operation, 'InvalidObjectState')
  return version
}

/** Whether a write may be: its key, and its condition. */
export function checkWrite(
  server: MemoryS3,
  operation: string,
  id: ObjectId,
  condition: WriteCondition,
): void {
  if (Buffer.byteLength(id.key) > S3_LIMITS.keyBytes) throw s3Error(operation, 'InvalidRequest')
  const current = server.bucket(id.bucket, operation).current(id.key)
  if (!server.habits.writeConditions) return
  if (condition.ifAbsent && current) throw preconditionFailed(operation, 'destination-exists')
  if (condition.ifMatch === undefined) return
  if (!current) throw s3Error(operation, 'NoSuchKey')
  if (current.etag !== condition.ifMatch) throw preconditionFailed(operation, 'destination-changed')
}

/** What S3 makes of what a write asks for beside bytes, headers and tags. */
export function placed(server: MemoryS3, operation: string, name: string, asked: Placement): ToStore {
  const bucket = server.bucket(name, operation)
  checkLock(operation, asked, bucket, server.seams.now())
  const deaf = operation === 'CopyObject' && !server.habits.copyEncrypts && asked.encryption !== undefined
  const lying: Lying = deaf ? { encryption: { kind: 'none' } } : lyingOf(operation, asked.encryption, bucket)
  const acl = asked.acl && aclOf(operation, asked.acl, bucket)
  return { ...lying, acl, retention: asked.retention, legalHold: asked.legalHold }
}

/** The checksum that is kept with `content`, where the server has any. */
export function summedIn(
  server: MemoryS3,
  content: Content,
  algorithm: ChecksumAlgorithm | undefined,
): Summed | undefined {
  return server.habits.checksums ? summed(content, server.realChecksum, algorithm) : undefined
}

/** A file is dated as its source, where the file system lets anybody set a date; else it has that of its write. */
export function dateOf(server: MemoryS3, asFile: PutObject['asFile']): number | undefined {
  return server.setsDates ? asFile?.lastModified : undefined
}

/** Puts what a write sent on top of its key, and says so. */
export function writeVersion(
  line: MemoryLine,
  operation: string,
  id: ObjectId,
  content: Content,
  digest: string,
  properties: ToStore & { readonly lastModified?: number | undefined },
  source?: StoredVersion,
): WriteResult {
  const hidden = properties.encryption && hidesDigest(properties.encryption)
  const etag = hidden ? hiddenEtag(digest, line.server.newName('e')) : digest
  const { lastModified } = properties
  const version = line.server.store(id.bucket, id.key, content, etag, properties, lastModified)
  line.note(operation, id, { versionId: version.versionId, etag })
  const answer: WriteResult = {
    etag,
    versionId: toldVersion(line.server, version.versionId),
    sourceVersionId: source && toldVersion(line.server, source.versionId),
    serverTime: wholeSeconds(line.server.seams.now()),
  }
  if (!line.server.habits.answersInFull) return answer
  const { encryption, summed: sum } = version
  // Most of those who write do not ask, and a sum costs.
  return {
    ...answer,
    encryption,
    checksumType: sum?.type,
    get checksums() {
      return toldChecksums(sum).checksums
    },
  }
}

/** A version by its id, or the key by a delete marker, as its bucket keeps them. */
export function deleteVersion(line: MemoryLine, bucket: MemoryBucket, request: DeleteObject): DeleteResult {
  const { key } = request
  if (request.versionId !== undefined || bucket.versioning === 'off') {
    const versionId = request.versionId ?? NULL_VERSION
    const gone = bucket.version(key, versionId)
    if (gone && isLocked(gone, line.server.seams.now())) throw s3Error('DeleteObject', 'AccessDenied')
    bucket.remove(key, versionId)
    if (gone) line.note('DeleteObject', request, { versionId, etag: gone.etag })
    return { deleteMarker: false, versionId: request.versionId }
  }
  const versionId = bucket.versioning === 'enabled' ? line.server.newName('v') : NULL_VERSION
  const etag = bucket.current(key)?.etag
  bucket.add({
    key,
    versionId,
    isDeleteMarker: true,
    content: EMPTY,
    etag: '',
    lastModified: line.server.seams.now(),
    headers: {},
    metadata: {},
    tags: {},
    storageClass: 'STANDARD',
    encryption: { kind: 'none' },
  })
  line.note('DeleteObject', request, { versionId, etag })
  return { deleteMarker: true, versionId: toldVersion(line.server, versionId) }
}

function toldVersion(server: MemoryS3, versionId: string): string | undefined {
  return versionId === NULL_VERSION || !server.habits.answersInFull ? undefined : versionId
}

/** Of what lies under a key: no MD5 of its bytes, and another for each write. */
export function hiddenEtag(digest: string, name: string): string {
  const count = /-\d+$/.exec(digest)?.[0] ?? ''
  return createHash('md5').update(`${digest} ${name}`).digest('hex') + count
}
