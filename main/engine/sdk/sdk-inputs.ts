import { createHash } from 'node:crypto'
import type {
  ChecksumAlgorithm as SdkChecksumAlgorithm,
  ObjectCannedACL,
  PutObjectCommandInput,
  StorageClass,
} from '@aws-sdk/client-s3'
import { dateAt, parseDate } from '#model/dates.ts'
import type { ObjectHeaders } from '#model/object.ts'
import type { AclToSet, Grant } from '#model/properties.ts'
import type {
  CopySource,
  CustomerKey,
  EncryptionToWrite,
  ObjectId,
  ObjectProperties,
  Placement,
  PutObject,
  WriteCondition,
} from '../storage.ts'
import { copySource, encodeTags } from '../wire/encode.ts'
import { encryptionContext, granteesByPermission } from '../wire/request-headers.ts'

/** What the SDK's commands are given, from our words. The SDK leaves out what is undefined. */

export function objectInput(object: ObjectId): {
  Bucket: string
  Key: string
  VersionId: string | undefined
} {
  return { Bucket: object.bucket, Key: object.key, VersionId: object.versionId }
}

export function quoted(etag: string | undefined): string | undefined {
  return etag === undefined ? undefined : `"${etag}"`
}

export function conditionInput(condition: WriteCondition): { IfMatch?: string; IfNoneMatch?: string } {
  if (condition.ifMatch !== undefined) return { IfMatch: `"${condition.ifMatch}"` }
  return condition.ifAbsent === true ? { IfNoneMatch: '*' } : {}
}

/** For PutObject and CreateMultipartUpload. */
export function propertiesInput(properties: ObjectProperties): ReturnType<typeof headersInput> &
  ReturnType<typeof placementInput> & {
    Metadata: Record<string, string> | undefined
    Tagging: string | undefined
    StorageClass: StorageClass | undefined
  } {
  return {
    ...headersInput(properties.headers ?? {}),
    Metadata: properties.metadata && { ...properties.metadata },
    Tagging: properties.tags && (encodeTags(properties.tags) || undefined),
    StorageClass: properties.storageClass as StorageClass | undefined,
    ...placementInput(properties),
  }
}

export function headersInput(headers: ObjectHeaders): {
  ContentType: string | undefined
  CacheControl: string | undefined
  ContentDisposition: string | undefined
  ContentEncoding: string | undefined
  ContentLanguage: string | undefined
  Expires: Date | undefined
  WebsiteRedirectLocation: string | undefined
} {
  const expires = parseDate(headers.expires)
  return {
    ContentType: headers.contentType,
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    Expires: expires === undefined ? undefined : dateAt(expires),
    WebsiteRedirectLocation: headers.websiteRedirect,
  }
}

type EncryptionInput = Pick<
  PutObjectCommandInput,
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'SSEKMSEncryptionContext'
  | 'BucketKeyEnabled'
  | 'SSECustomerAlgorithm'
  | 'SSECustomerKey'
  | 'SSECustomerKeyMD5'
>
type PlacementInput = EncryptionInput &
  Pick<
    PutObjectCommandInput,
    'ACL' | 'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'
  >

/** Everything of it but the checksum. */
export function placementInput({ encryption, acl, retention, legalHold }: Placement): PlacementInput {
  return {
    ...(encryption && encryptionInput(encryption)),
    ...(acl && aclInput(acl)),
    ...(retention && {
      ObjectLockMode: retention.mode,
      ObjectLockRetainUntilDate: dateAt(retention.until),
    }),
    ...(legalHold && { ObjectLockLegalHoldStatus: legalHold }),
  }
}

function encryptionInput(encryption: EncryptionToWrite): EncryptionInput {
  if (encryption.kind === 'SSE-C') return customerKeyInput(encryption.key)
  if (encryption.kind === 'SSE-S3') return { ServerSideEncryption: 'AES256' }
  return {
    ServerSideEncryption: encryption.kind === 'SSE-KMS' ? 'aws:kms' : 'aws:kms:dsse',
    SSEKMSKeyId: encryption.keyId,
    SSEKMSEncryptionContext: encryption.context && encryptionContext(encryption.context),
    BucketKeyEnabled: encryption.bucketKey,
  }
}

export function customerKeyInput(key: CustomerKey | undefined): {
  SSECustomerAlgorithm?: string
  SSECustomerKey?: string
  SSECustomerKeyMD5?: string
} {
  if (key === undefined) return {}
  return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key.key, SSECustomerKeyMD5: key.md5 }
}

const GRANTS = {
  FULL_CONTROL: 'GrantFullControl',
  READ: 'GrantRead',
  WRITE: 'GrantWrite',
  READ_ACP: 'GrantReadACP',
  WRITE_ACP: 'GrantWriteACP',
} as const satisfies Record<Grant['permission'], string>

export function aclInput(acl: AclToSet): { ACL?: ObjectCannedACL } {
  if (acl.kind === 'canned') return { ACL: acl.acl }
  const lists = [...granteesByPermission(acl.grants)]
  return Object.fromEntries(lists.map(([permission, grantees]) => [GRANTS[permission], grantees]))
}

/** The SDK computes and sends it; of a stream as a trailer, which stores that keep no checksums do not know. */
export function checksumInput(
  { checksum, body }: Pick<PutObject, 'checksum' | 'body'>,
  trailers: boolean,
): { ChecksumAlgorithm?: SdkChecksumAlgorithm } {
  if (checksum === undefined || !(trailers || body instanceof Uint8Array)) return {}
  return { ChecksumAlgorithm: checksum }
}

export function copySourceInput(source: CopySource): {
  CopySource: string
  CopySourceIfMatch: string | undefined
  ExpectedSourceBucketOwner: string | undefined
} {
  const { customerKey } = source
  return {
    CopySource: copySource(source),
    CopySourceIfMatch: quoted(source.ifMatch),
    ExpectedSourceBucketOwner: source.owner,
    ...(customerKey && {
      CopySourceSSECustomerAlgorithm: 'AES256',
      CopySourceSSECustomerKey: customerKey.key,
      CopySourceSSECustomerKeyMD5: customerKey.md5,
    }),
  }
}

/** What S3 wants of a write under a lock where no checksum is sent. */
export function md5Input({ body, checksum, retention, legalHold }: PutObject): { ContentMD5?: string } {
  const locked = retention !== undefined || legalHold !== undefined
  if (!locked || checksum !== undefined || !(body instanceof Uint8Array)) return {}
  return { ContentMD5: createHash('md5').update(body).digest('base64') }
}
