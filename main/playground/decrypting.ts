import type { IncomingHttpHeaders } from 'node:http'
import type { ObjectVersion } from './bucket.ts'
import { header } from './context.ts'
import type { Context } from './context.ts'
import { customerKeyFrom, isKeyOf, SOURCE_CUSTOMER_HEADERS } from './customer-key.ts'
import type { CustomerKey } from './customer-key.ts'
import { encryptionHeaders, SSE } from './encryption.ts'
import type { Encryption, Headers } from './encryption.ts'
import { S3Error } from './errors.ts'
import type { KeyUse } from './kms.ts'

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
