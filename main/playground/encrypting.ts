import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './accounts.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { customerKeyFrom, digestOfKey, hasCustomerKey } from './customer-key.ts'
import type { CustomerKey } from './customer-key.ts'
import {
  BUCKET_KEY,
  CONTEXT,
  customerHeaders,
  encryptionFields,
  KEY_ID,
  SSE,
  SSE_S3_HEADERS,
} from './encryption.ts'
import type { BucketEncryption, Encryption, KmsEncryption } from './encryption.ts'
import { S3Error } from './errors.ts'
import { fromByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { keyArn } from './kms.ts'
import type { KeyHome } from './kms.ts'

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
export function requireUnblocked(bucket: Bucket, key: ByteKey, { account, displayName }: Account): void {
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
