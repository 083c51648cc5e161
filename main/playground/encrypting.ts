import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './accounts.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import {
  customerKeyFrom,
  digestOfKey,
  hasCustomerKey,
  isKeyOf,
  SOURCE_CUSTOMER_HEADERS,
} from './customer-key.ts'
import type { CustomerKey } from './customer-key.ts'
import {
  BUCKET_KEY,
  CONTEXT,
  customerHeaders,
  encryptionFields,
  encryptionHeaders,
  KEY_ID,
  SSE,
  SSE_S3_HEADERS,
} from './encryption.ts'
import type { BucketEncryption, Encryption, Headers, KmsEncryption } from './encryption.ts'
import { S3Error } from './errors.ts'
import { fromByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { keyArn } from './kms.ts'
import type { KeyHome, KeyUse } from './kms.ts'
import type { Bucket, ObjectVersion } from './store.ts'

/** How a write is encrypted. */
export interface Encrypting {
  /** For the mutation; undefined for SSE-S3. */
  readonly kept: { readonly encryption: Encryption } | undefined
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>
}

const PLAIN: Encrypting = { kept: undefined, headers: SSE_S3_HEADERS }

/**
 * How PutObject, CopyObject and CreateMultipartUpload encrypt: as the request says, else as the bucket's
 * default does (never as a copy's source is), else with SSE-S3.
 *
 * | request                              | object                                                           |
 * |--------------------------------------|------------------------------------------------------------------|
 * | a customer's key                     | SSE-C                                                            |
 * | the same, with another method        | InvalidArgument                                                  |
 * | AES256                               | SSE-S3                                                           |
 * | aws:kms, aws:kms:dsse                | with the key named, else with aws/s3                             |
 * | aws:kms and no word of a bucket key  | as the bucket's default says of bucket keys                      |
 * | nothing                              | the bucket's default                                             |
 * | a key or context without aws:kms     | InvalidArgument                                                  |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
 * @throws S3Error InvalidArgument, AccessDenied (SSE-C blocked, or the KMS key denied), KMS.…
 */
export function encryptWrite(
  context: Context,
  bucket: Bucket,
  key: ByteKey,
  { headers, account }: S3Request,
): Encrypting {
  const named = header(headers, SSE)
  if (hasCustomerKey(headers)) {
    if (named !== undefined) {
      throw new S3Error('InvalidArgument', {
        message:
          'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
        elements: { ArgumentName: SSE, ArgumentValue: named },
      })
    }
    const customerKey = requireWriteKey(headers)
    requireUnblocked(bucket, key, account)
    return {
      kept: { encryption: { kind: 'SSE-C', ...digestOfKey(customerKey) } },
      headers: customerHeaders(customerKey),
    }
  }
  const method = methodFrom(named)
  const keyId = header(headers, KEY_ID)
  const kmsContext = header(headers, CONTEXT)
  if (keyId !== undefined || kmsContext !== undefined) requireKmsMethod(method)
  const standing = bucket.encryption
  if (method === undefined && standing === undefined) return PLAIN
  const kind = method ?? standing?.kind ?? 'AES256'
  if (kind === 'AES256') return PLAIN
  const bucketKey = bucketKeyFrom(headers) ?? standing?.bucketKey ?? false
  const arn =
    method === undefined
      ? keyArn(standing?.keyId, homeOf(bucket))
      : keyArn(keyId, { region: bucket.region, account: account.account })
  context.kms.require(arn, 'kms:GenerateDataKey')
  const encryption: KmsEncryption = {
    kind,
    keyId: arn,
    ...(kmsContext === undefined ? undefined : { context: checkedContext(kmsContext) }),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html: none for DSSE-KMS.
    ...(bucketKey && kind === 'aws:kms' ? { bucketKey } : undefined),
  }
  // The write alone is answered with the encryption context.
  return { kept: { encryption }, headers: encryptionFields(encryption) }
}

/** Where the key of a bucket's default is looked up. One that a request names is its account's. */
export function homeOf(bucket: Bucket): KeyHome {
  return { region: bucket.region, account: bucket.rules.owner }
}

function requireWriteKey(headers: IncomingHttpHeaders): CustomerKey {
  const customerKey = customerKeyFrom(headers, 'write')
  if (customerKey === undefined) throw new S3Error('InvalidRequest')
  return customerKey
}

/**
 * New buckets of AWS block SSE-C since April 2026; the playground's do if they are told to.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 */
function requireUnblocked(bucket: Bucket, key: ByteKey, { account, displayName }: Account): void {
  if (bucket.encryption?.blocksCustomerKeys !== true) return
  throw new S3Error('AccessDenied', {
    message: `User: arn:aws:iam::${account}:user/${displayName} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${bucket.name}/${fromByteKey(key)}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
  })
}

function methodFrom(named: string | undefined): BucketEncryption['kind'] | undefined {
  if (named === undefined || named === 'AES256' || named === 'aws:kms' || named === 'aws:kms:dsse') {
    return named
  }
  throw new S3Error('InvalidArgument', {
    message: 'The encryption method specified is not supported',
    elements: { ArgumentName: SSE, ArgumentValue: named },
  })
}

function requireKmsMethod(method: string | undefined): void {
  if (method !== undefined && method !== 'AES256') return
  throw new S3Error('InvalidArgument', {
    message: `Server Side Encryption with AWS KMS managed key requires HTTP header ${SSE} : aws:kms`,
    elements: { ArgumentName: SSE, ArgumentValue: method ?? 'null' },
  })
}

function bucketKeyFrom(headers: IncomingHttpHeaders): boolean | undefined {
  const text = header(headers, BUCKET_KEY)?.toLowerCase()
  if (text === undefined || text === 'true' || text === 'false') return text && text === 'true'
  throw new S3Error('InvalidArgument', {
    message: 'The bucket key enabled header must be true or false',
    elements: { ArgumentName: BUCKET_KEY, ArgumentValue: text },
  })
}

/** @throws S3Error InvalidArgument for what is no base64 of a JSON object of texts */
function checkedContext(encoded: string): string {
  try {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new TypeError()
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'))
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError()
    if (Object.values(value).some((each) => typeof each !== 'string')) throw new TypeError()
    return encoded
  } catch {
    throw new S3Error('InvalidArgument', {
      message: `The header '${CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map`,
      elements: { ArgumentName: CONTEXT, ArgumentValue: encoded },
    })
  }
}

/** The operations that take no encryption method: it is the object's, or the upload's. */
export function refuseMethod(headers: IncomingHttpHeaders): void {
  const named = header(headers, SSE)
  if (named === undefined) return
  throw new S3Error('InvalidArgument', {
    message: `${SSE} header is not supported for this operation.`,
    elements: { ArgumentName: SSE, ArgumentValue: named },
  })
}

/**
 * Holds a read against the object's encryption. `kmsUse` is left out where the read needs no key of KMS
 * (HEAD without checksums).
 *
 * | object | key of the request | result                                             |
 * |--------|--------------------|----------------------------------------------------|
 * | SSE-C  | none               | 400 InvalidRequest: stored using a form of …       |
 * | SSE-C  | another            | 403 AccessDenied                                   |
 * | other  | any                | 400 InvalidRequest: … not applicable to this object |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @returns the headers that tell of it
 * @throws S3Error
 */
export function requireReadable(
  context: Context,
  { encryption }: ObjectVersion,
  headers: IncomingHttpHeaders,
  kmsUse?: KeyUse,
): Headers {
  refuseMethod(headers)
  return encryptionHeaders(encryption, decrypt(context, encryption, customerKeyFrom(headers, 'read'), kmsUse))
}

/** As requireReadable, for a copy's source. */
export function requireSourceReadable(
  context: Context,
  { encryption }: ObjectVersion,
  headers: IncomingHttpHeaders,
): void {
  decrypt(context, encryption, customerKeyFrom(headers, 'read', SOURCE_CUSTOMER_HEADERS), 'kms:Decrypt')
}

function decrypt(
  { kms }: Context,
  encryption: Encryption | undefined,
  key: CustomerKey | undefined,
  kmsUse: KeyUse | undefined,
): CustomerKey | undefined {
  if (encryption?.kind !== 'SSE-C') {
    if (key !== undefined) {
      throw new S3Error('InvalidRequest', {
        message: 'The encryption parameters are not applicable to this object.',
      })
    }
    if (kmsUse !== undefined && encryption !== undefined && 'keyId' in encryption) {
      kms.require(encryption.keyId, kmsUse)
    }
    return undefined
  }
  if (key === undefined) {
    throw new S3Error('InvalidRequest', {
      message:
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    })
  }
  if (!isKeyOf(key, encryption)) {
    throw new S3Error('AccessDenied', {
      message:
        'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
    })
  }
  return key
}

/** An upload in parts and its encryption. */
interface EncryptedUpload {
  readonly key: ByteKey
  readonly encryption?: Encryption
}

/**
 * Holds a part against its upload: every part of an SSE-C upload carries the key that it was begun with.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 * @returns the headers of the answer
 * @throws S3Error InvalidRequest, AccessDenied
 */
export function encryptPart(
  { kms }: Context,
  bucket: Bucket,
  { key, encryption }: EncryptedUpload,
  { headers, account }: S3Request,
): Headers {
  refuseMethod(headers)
  const customerKey = customerKeyFrom(headers, 'write')
  requireUploadKey(encryption, customerKey)
  if (customerKey !== undefined) requireUnblocked(bucket, key, account)
  if (encryption !== undefined && 'keyId' in encryption) kms.require(encryption.keyId, 'kms:GenerateDataKey')
  return encryptionHeaders(encryption, customerKey)
}

/**
 * Holds CompleteMultipartUpload against the upload. S3 must decrypt the parts of a KMS upload; a customer's
 * key is needed only where the upload was begun with a checksum algorithm (`withChecksum`).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @returns the headers of the answer, which do not tell of SSE-C
 */
export function encryptWhole(
  { kms }: Context,
  { encryption }: EncryptedUpload,
  headers: IncomingHttpHeaders,
  withChecksum: boolean,
): Headers {
  const customerKey = customerKeyFrom(headers, 'read')
  if (customerKey !== undefined || withChecksum) requireUploadKey(encryption, customerKey)
  if (encryption !== undefined && 'keyId' in encryption) kms.require(encryption.keyId, 'kms:Decrypt')
  return encryptionHeaders(encryption)
}

function requireUploadKey(encryption: Encryption | undefined, key: CustomerKey | undefined): void {
  const encrypted = encryption?.kind === 'SSE-C'
  if (encrypted !== (key !== undefined)) {
    throw new S3Error('InvalidRequest', {
      message:
        'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    })
  }
  if (encrypted && key !== undefined && !isKeyOf(key, encryption)) {
    throw new S3Error('InvalidRequest', {
      message: 'The provided encryption parameters did not match the ones used originally.',
    })
  }
}

/**
 * Whether a copy onto itself changes the encryption: AWS takes it for a change that the request names a
 * method or a key, that the bucket was given a default, or that the object has another than SSE-S3.
 */
export function changesEncryption(
  bucket: Bucket,
  version: ObjectVersion,
  headers: IncomingHttpHeaders,
): boolean {
  return (
    headers[SSE] !== undefined ||
    hasCustomerKey(headers) ||
    bucket.encryption !== undefined ||
    (version.encryption !== undefined && version.encryption.kind !== 'AES256')
  )
}
