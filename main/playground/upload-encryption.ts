import type { IncomingHttpHeaders } from 'node:http'
import type { Bucket } from './bucket.ts'
import type { Context, S3Request } from './context.ts'
import { customerKeyFrom, isKeyOf } from './customer-key.ts'
import type { CustomerKey } from './customer-key.ts'
import { refuseMethod } from './decrypting.ts'
import { requireUnblocked } from './encrypting.ts'
import { encryptionHeaders } from './encryption.ts'
import type { Encryption, Headers } from './encryption.ts'
import { S3Error } from './errors.ts'
import type { ByteKey } from './keys.ts'

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
