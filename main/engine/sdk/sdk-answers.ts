import type {
  DeleteMarkerEntry,
  HeadObjectCommandOutput,
  ObjectVersion,
  _Object as S3Object,
} from '@aws-sdk/client-s3'
import { bareEtag, etagParts } from '#model/object.ts'
import type { Encryption, ObjectHead, ObjectSummary, RestoreStatus, VersionSummary } from '#model/object.ts'
import { decodeListed } from '../wire/encode.ts'
import { badAnswer } from '../wire/errors.ts'
import type { Asked } from '../wire/asked.ts'
import { archiveTierOf, parseRestore, restoredUntil } from '../restore-status.ts'
import type { PartResult } from '../storage.ts'
import { retention } from '../wire/object-head.ts'

/** What the SDK read from S3's answers, in our words. */

export function etagOf(asked: Asked, etag: string | undefined): string {
  if (!etag) throw badAnswer(asked, 'there is no ETag', 200)
  return bareEtag(etag)
}

export function keyOf(asked: Asked, key: string | undefined, encoding: string | undefined): string {
  if (key === undefined) throw badAnswer(asked, 'a row has no key', 200)
  return encoding === 'url' ? decodeListed(key) : key
}

export function summaryOf(asked: Asked, row: S3Object | ObjectVersion, encoding?: string): ObjectSummary {
  return {
    key: keyOf(asked, row.Key, encoding),
    size: row.Size ?? 0,
    etag: bareEtag(row.ETag ?? ''),
    lastModified: row.LastModified?.getTime() ?? 0,
    storageClass: row.StorageClass ?? 'STANDARD',
    ...('RestoreStatus' in row && { restore: restoreOf(row.RestoreStatus) }),
  }
}

function restoreOf(status: S3Object['RestoreStatus']): RestoreStatus | undefined {
  if (status?.IsRestoreInProgress === true) return { is: 'under-way' }
  return restoredUntil(status?.RestoreExpiryDate?.getTime())
}

export function versionOf(asked: Asked, row: ObjectVersion, encoding?: string): VersionSummary {
  return {
    ...summaryOf(asked, row, encoding),
    versionId: row.VersionId ?? 'null',
    isLatest: row.IsLatest === true,
    isDeleteMarker: false,
  }
}

export function markerOf(asked: Asked, row: DeleteMarkerEntry, encoding?: string): VersionSummary {
  return {
    key: keyOf(asked, row.Key, encoding),
    size: 0,
    etag: '',
    lastModified: row.LastModified?.getTime() ?? 0,
    storageClass: '',
    versionId: row.VersionId ?? 'null',
    isLatest: row.IsLatest === true,
    isDeleteMarker: true,
  }
}

export interface EncryptionOutput {
  readonly ServerSideEncryption?: string | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

export function encryptionOf(output: EncryptionOutput): Encryption {
  if (output.SSECustomerAlgorithm !== undefined) return { kind: 'SSE-C' }
  if (output.ServerSideEncryption === undefined) return { kind: 'none' }
  if (output.ServerSideEncryption === 'AES256') return { kind: 'SSE-S3' }
  return {
    kind: output.ServerSideEncryption === 'aws:kms:dsse' ? 'DSSE-KMS' : 'SSE-KMS',
    kmsKeyId: output.SSEKMSKeyId,
    bucketKey: output.BucketKeyEnabled === true,
  }
}

/** HeadObject's and GetObject's answer; the latter's range names the size of the whole. */
export function headOf(
  asked: Asked & { readonly key: string },
  output: Omit<HeadObjectCommandOutput, '$metadata'> & { readonly TagCount?: number | undefined },
  serverTime: number | undefined,
  of: 'object' | 'part' = 'object',
): ObjectHead {
  const etag = etagOf(asked, output.ETag)
  const whole = of === 'object' ? /\/(\d+)$/.exec(output.ContentRange ?? '')?.[1] : undefined
  return {
    key: asked.key,
    size: Number(whole ?? output.ContentLength ?? 0),
    etag,
    lastModified: output.LastModified?.getTime() ?? 0,
    storageClass: output.StorageClass ?? 'STANDARD',
    versionId: output.VersionId,
    headers: {
      contentType: output.ContentType,
      cacheControl: output.CacheControl,
      contentDisposition: output.ContentDisposition,
      contentEncoding: output.ContentEncoding,
      contentLanguage: output.ContentLanguage,
      expires: output.ExpiresString,
      websiteRedirect: output.WebsiteRedirectLocation,
    },
    metadata: output.Metadata ?? {},
    tagCount: output.TagCount,
    encryption: encryptionOf(output),
    parts: output.PartsCount ?? etagParts(etag),
    restore: parseRestore(output.Restore),
    archiveTier: archiveTierOf(output.ArchiveStatus),
    retention: retention(output.ObjectLockMode, output.ObjectLockRetainUntilDate?.getTime()),
    legalHold: output.ObjectLockLegalHoldStatus,
    replicationStatus: output.ReplicationStatus,
    checksums: checksumsOf(output) ?? {},
    checksumType: output.ChecksumType,
    serverTime,
  }
}

/** As answers, parts and the results of copies carry them. */
export interface Checksums {
  readonly ChecksumCRC32?: string | undefined
  readonly ChecksumCRC32C?: string | undefined
  readonly ChecksumCRC64NVME?: string | undefined
  readonly ChecksumSHA1?: string | undefined
  readonly ChecksumSHA256?: string | undefined
  readonly ChecksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
}

/** By algorithm, base64; undefined where there is none. */
export function checksumsOf(output: Checksums): Record<string, string> | undefined {
  const found = {
    CRC32: output.ChecksumCRC32,
    CRC32C: output.ChecksumCRC32C,
    CRC64NVME: output.ChecksumCRC64NVME,
    SHA1: output.ChecksumSHA1,
    SHA256: output.ChecksumSHA256,
  }
  const told = Object.entries(found).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return told.length === 0 ? undefined : Object.fromEntries(told)
}

export function partOf(asked: Asked, part: Checksums & { readonly ETag?: string | undefined }): PartResult {
  const etag = etagOf(asked, part.ETag)
  const checksums = checksumsOf(part)
  return checksums === undefined ? { etag } : { etag, checksums }
}
