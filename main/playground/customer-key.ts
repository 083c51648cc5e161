import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'

/**
 * A key that a request carries (SSE-C). It lives as long as its request: what is kept is a salted digest, as
 * on AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-c-encryption.html
 * AWS takes such requests over TLS only; the playground listens on this machine alone and takes them as they come.
 */
export interface CustomerKey {
  readonly bytes: Buffer
  /** Base64, the answer's echo. */
  readonly md5: string
}

/** What is kept of a customer's key. Hex. */
export interface KeyDigest {
  readonly salt: string
  readonly digest: string
}

export function digestOfKey({ bytes }: CustomerKey): KeyDigest {
  const salt = randomBytes(16).toString('hex')
  return { salt, digest: saltedDigest(bytes, salt) }
}

export function isKeyOf({ bytes }: CustomerKey, { salt, digest }: KeyDigest): boolean {
  return timingSafeEqual(Buffer.from(saltedDigest(bytes, salt)), Buffer.from(digest))
}

function saltedDigest(bytes: Buffer, salt: string): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(bytes).digest('hex')
}

/** The three headers of the key that a write encrypts with, or a read decrypts with. */
const CUSTOMER_HEADERS = customerHeaders('x-amz-server-side-encryption-customer-')
/** The three headers of the key that a copy reads its source with. */
export const SOURCE_CUSTOMER_HEADERS = customerHeaders('x-amz-copy-source-server-side-encryption-customer-')

type HeaderNames = Readonly<Record<'algorithm' | 'key' | 'md5', string>>

function customerHeaders(prefix: string): HeaderNames {
  return { algorithm: `${prefix}algorithm`, key: `${prefix}key`, md5: `${prefix}key-md5` }
}

/** Whether a request carries any of the three. */
export function hasCustomerKey(headers: IncomingHttpHeaders, names: HeaderNames = CUSTOMER_HEADERS): boolean {
  return (
    headers[names.algorithm] !== undefined ||
    headers[names.key] !== undefined ||
    headers[names.md5] !== undefined
  )
}

/**
 * The key of a request. Checked in this order, with AWS's own words (as recorded by those who test against
 * it; the argument named is x-amz-server-side-encryption whatever header is wrong):
 *
 * | headers                                    | error                                                 |
 * |--------------------------------------------|-------------------------------------------------------|
 * | no algorithm                               | InvalidArgument: … a valid encryption algorithm       |
 * | no key                                     | InvalidArgument: … an appropriate secret key          |
 * | another algorithm than AES256              | InvalidEncryptionAlgorithmError                       |
 * | no MD5, of a write (a read may go without) | InvalidArgument: … the client calculated MD5          |
 * | the MD5 of another key                     | InvalidArgument: … did not match the hash             |
 * | not 256 bits, of a write                   | InvalidArgument: The secret key was invalid …         |
 *
 * A read with a key of another length falls through to the comparison with the object's key, and fails there.
 */
export function customerKeyFrom(
  headers: IncomingHttpHeaders,
  use: 'write' | 'read',
  names: HeaderNames = CUSTOMER_HEADERS,
): CustomerKey | undefined {
  if (!hasCustomerKey(headers, names)) return undefined
  const algorithm = single(headers[names.algorithm])
  const key = single(headers[names.key])
  const given = single(headers[names.md5])
  if (algorithm === undefined) throw incomplete('a valid encryption algorithm')
  if (key === undefined) throw incomplete('an appropriate secret key')
  if (algorithm !== 'AES256') {
    throw new S3Error('InvalidEncryptionAlgorithmError', { elements: argument(algorithm) })
  }
  const bytes = Buffer.from(key, 'base64')
  const md5 = hash('md5', bytes, 'base64')
  if (given === undefined && use === 'write') throw incomplete('the client calculated MD5 of the secret key')
  if (given !== undefined && given !== md5) {
    throw invalid('The calculated MD5 hash of the key did not match the hash that was provided.')
  }
  if (bytes.length !== 32 && use === 'write') {
    throw invalid('The secret key was invalid for the specified algorithm.')
  }
  return { bytes, md5 }
}

function incomplete(what: string): S3Error {
  return invalid(
    `Requests specifying Server Side Encryption with Customer provided keys must provide ${what}.`,
  )
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', { message, elements: argument('null') })
}

function argument(value: string): Record<string, string> {
  return { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: value }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
