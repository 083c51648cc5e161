import { randomBytes } from 'node:crypto'
import type { CustomerKey, KeyDigest } from './customer-key.ts'

/** SSE-KMS, or with two layers DSSE-KMS. */
export interface KmsEncryption {
  readonly kind: 'aws:kms' | 'aws:kms:dsse'
  /** The key's ARN. */
  readonly keyId: string
  /** The encryption context as it was sent, base64. A read is not told. */
  readonly context?: string
  readonly bucketKey?: true
}

/**
 * How an object's bytes are said to be encrypted. Nothing is: what clients can see of it is kept. SSE-S3 is
 * what every object has had since 2023, so it is left out where objects are kept; NONE is only seeded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
 */
export type Encryption =
  { readonly kind: 'AES256' | 'NONE' } | KmsEncryption | ({ readonly kind: 'SSE-C' } & KeyDigest)

/** What `PutBucketEncryption` set. */
export interface BucketEncryption {
  readonly kind: 'AES256' | KmsEncryption['kind']
  /** As it was given: AWS looks at it when an object is written. */
  readonly keyId?: string
  readonly bucketKey: boolean
  readonly blocksCustomerKeys: boolean
}

export const NO_BUCKET_ENCRYPTION: BucketEncryption = {
  kind: 'AES256',
  bucketKey: false,
  blocksCustomerKeys: false,
}

export type Headers = Readonly<Record<string, string>>

export const SSE = 'x-amz-server-side-encryption'
export const KEY_ID = `${SSE}-aws-kms-key-id`
export const CONTEXT = `${SSE}-context`
export const BUCKET_KEY = `${SSE}-bucket-key-enabled`

export const SSE_S3_HEADERS: Headers = { [SSE]: 'AES256' }
/** The headers that say how an object is encrypted. A customer's key is echoed by its MD5. */
export function encryptionHeaders(encryption: Encryption | undefined, key?: CustomerKey): Headers {
  switch (encryption?.kind) {
    case undefined:
    case 'AES256':
      return SSE_S3_HEADERS
    case 'NONE':
      return {}
    case 'SSE-C':
      return key === undefined ? {} : customerHeaders(key)
    case 'aws:kms':
    case 'aws:kms:dsse':
      return {
        [SSE]: encryption.kind,
        [KEY_ID]: encryption.keyId,
        ...(encryption.bucketKey === undefined ? undefined : { [BUCKET_KEY]: 'true' }),
      }
  }
}

export function customerHeaders({ md5 }: CustomerKey): Headers {
  return { [`${SSE}-customer-algorithm`]: 'AES256', [`${SSE}-customer-key-MD5`]: md5 }
}

/**
 * Whether the ETag is opaque and another for each write; else it is made of the bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function hidesEtag(encryption: Encryption | undefined): boolean {
  return encryption !== undefined && encryption.kind !== 'AES256' && encryption.kind !== 'NONE'
}

/** An ETag that says nothing of the bytes. */
export function opaqueEtag(): string {
  return randomBytes(16).toString('hex')
}

/** All that is kept of an encryption, by the names of its headers, but for a customer's key. */
export function encryptionFields(encryption: Encryption | undefined): Headers {
  if (encryption?.kind === 'SSE-C') return { [`${SSE}-customer-algorithm`]: 'AES256' }
  const context = encryption !== undefined && 'context' in encryption ? encryption.context : undefined
  return { ...encryptionHeaders(encryption), ...(context === undefined ? undefined : { [CONTEXT]: context }) }
}
