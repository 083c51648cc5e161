import type { Retention } from './properties.ts'

/** Objects in these classes must be restored before they can be read or copied. */
export function isArchived(storageClass: string, restoredUntil?: number): boolean {
  return (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE') && restoredUntil === undefined
}

/** One row of a listing. */
export interface ObjectSummary {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** With its quotes taken off. */
  readonly etag: string
  /** Milliseconds since the epoch; S3 keeps whole seconds in headers, milliseconds in listings. */
  readonly lastModified: number
  readonly storageClass: string
  /** Of an archived object, where the listing was asked for it. */
  readonly restore?: RestoreStatus | undefined
}

/** Where a restore from the archive stands. `until`: the readable copy goes then, milliseconds since the epoch. */
export type RestoreStatus =
  { readonly is: 'under-way' } | { readonly is: 'restored'; readonly until?: number | undefined }

/** One row of a version listing. */
export interface VersionSummary extends ObjectSummary {
  readonly versionId: string
  readonly isLatest: boolean
  readonly isDeleteMarker: boolean
}

/** The system headers that belong to an object and that a REPLACE must send again, all of them. */
export interface ObjectHeaders {
  readonly contentType?: string | undefined
  readonly cacheControl?: string | undefined
  readonly contentDisposition?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentLanguage?: string | undefined
  readonly expires?: string | undefined
  readonly websiteRedirect?: string | undefined
}

/** How an object lies encrypted, as a HEAD or a copy's answer tells. No key material, ever. */
export interface Encryption {
  readonly kind: 'none' | 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS' | 'SSE-C'
  readonly kmsKeyId?: string | undefined
  readonly bucketKey?: boolean | undefined
}

/** What HeadObject tells. */
export interface ObjectHead extends ObjectSummary {
  readonly versionId?: string | undefined
  readonly headers: ObjectHeaders
  /** User metadata: names without `x-amz-meta-`, in lower case as S3 keeps them. */
  readonly metadata: Readonly<Record<string, string>>
  /** How many tags it has, where the server says so. */
  readonly tagCount?: number | undefined
  readonly encryption: Encryption
  /** How many parts its ETag's `-N` names; undefined for an object of one part. */
  readonly parts?: number | undefined
  /** Of an object in INTELLIGENT_TIERING's archive tiers: which one. */
  readonly archiveTier?: 'ARCHIVE_ACCESS' | 'DEEP_ARCHIVE_ACCESS' | undefined
  readonly retention?: Retention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
  readonly replicationStatus?: string | undefined
  /** Checksums that the server keeps, by algorithm, base64; only where the HEAD asked for them. */
  readonly checksums: Readonly<Record<string, string>>
  /** Of the whole object's bytes, or of its parts' checksums. */
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
  /** The server's Date header, in milliseconds: its clock, not ours. */
  readonly serverTime?: number | undefined
}

export type Tags = Readonly<Record<string, string>>

export interface BucketSummary {
  readonly name: string
  readonly createdAt?: number | undefined
  /** Where the listing tells: AWS does. */
  readonly region?: string | undefined
}

export type Versioning = 'off' | 'enabled' | 'suspended'

/** What a bucket allows and adds, as far as it may be read; undefined where it may not, or the store knows no such thing. */
export interface BucketTraits {
  readonly versioning?: Versioning | undefined
  /** Object lock can be used in it. */
  readonly objectLock?: boolean | undefined
  /** `enforced`: ACLs are refused. */
  readonly ownership?: 'enforced' | 'acls' | undefined
  readonly defaultEncryption?: Encryption | undefined
  /** SSE-C is refused. */
  readonly blocksCustomerKeys?: boolean | undefined
}

/** S3's own limits. Source: "Amazon S3 multipart upload limits" and "Copying objects". */
export const S3_LIMITS = {
  /** Bytes; above it CopyObject refuses and a multipart copy is needed. */
  copyObject: 5 * 1024 ** 3,
  minPart: 5 * 1024 ** 2,
  maxPart: 5 * 1024 ** 3,
  parts: 10_000,
  /** 48.8 TiB (50 TB) since December 2025. */
  object: 53_687_091_200_000,
  keyBytes: 1024,
} as const

/** `"abc"` → `abc`; some servers send it bare, some weak (`W/"abc"`). */
export function bareEtag(etag: string): string {
  // Mostly it is one already.
  if (!etag.startsWith('W') && !etag.startsWith('"') && !etag.endsWith('"')) return etag
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

/** The N of an ETag `md5-N`, or undefined for an object that was written in one go. */
export function etagParts(etag: string): number | undefined {
  const match = /-(\d+)$/.exec(etag)
  return match ? Number(match[1]) : undefined
}
