import { createHash } from 'node:crypto'
import type { Encryption } from '#model/object.ts'
import type { CustomerKey, EncryptionToWrite } from '../../../main/engine/storage.ts'
import { s3Error, s3Refusal } from './errors.ts'

/** How a version lies; of an SSE-C key only the MD5 is kept, as in S3. */
export interface Lying {
  readonly encryption: Encryption
  readonly keyMd5?: string | undefined
}

/** What a write asks for, or else what its bucket gives. */
export function lyingOf(
  operation: string,
  asked: EncryptionToWrite | undefined,
  bucket: { readonly defaultEncryption: Encryption; readonly blocksCustomerKeys: boolean },
): Lying {
  if (asked === undefined) return { encryption: bucket.defaultEncryption }
  switch (asked.kind) {
    case 'SSE-C':
      checkKey(operation, asked.key)
      if (bucket.blocksCustomerKeys) throw s3Error(operation, 'AccessDenied')
      return { encryption: { kind: 'SSE-C' }, keyMd5: asked.key.md5 }
    case 'SSE-S3':
      return { encryption: { kind: 'SSE-S3' } }
    default:
      return {
        encryption: {
          kind: asked.kind,
          kmsKeyId: asked.keyId ?? 'aws/s3',
          bucketKey: asked.bucketKey === true,
        },
      }
  }
}

/**
 * Whether a version can be read with this key.
 *
 * | lies under SSE-C | key      | answer                           |
 * |------------------|----------|----------------------------------|
 * | no               | none     | yes                              |
 * | no               | any      | InvalidRequest: not applicable   |
 * | yes              | none     | InvalidRequest: must be provided |
 * | yes              | another  | AccessDenied                     |
 * | yes              | the same | yes                              |
 */
export function checkReadable(operation: string, lying: Lying, key: CustomerKey | undefined): void {
  if (key) checkKey(operation, key)
  if (key?.md5 === lying.keyMd5) return
  const wrong = key !== undefined && lying.keyMd5 !== undefined
  throw s3Refusal(operation, wrong ? 'AccessDenied' : 'InvalidRequest', 'customer-key', 'encryption')
}

function checkKey(operation: string, { key, md5 }: CustomerKey): void {
  const bytes = Buffer.from(key, 'base64')
  const fits = bytes.length === 32 && createHash('md5').update(bytes).digest('base64') === md5
  if (!fits) throw s3Refusal(operation, 'InvalidArgument', 'customer-key', 'encryption')
}

/** The ETag is the MD5 of the bytes only of what lies in plain or under SSE-S3. */
export function hidesDigest({ kind }: Encryption): boolean {
  return kind !== 'none' && kind !== 'SSE-S3'
}
