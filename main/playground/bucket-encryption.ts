import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { homeOf } from './encrypting.ts'
import { NO_BUCKET_ENCRYPTION } from './encryption.ts'
import type { BucketEncryption, Encryption } from './encryption.ts'
import { S3Error } from './errors.ts'
import { requireUnlocked } from './lock.ts'
import { isKeyArn, keyArn } from './kms.ts'
import { child, childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

/**
 * Every bucket has a default, SSE-S3 if none was put.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
 */
export function getBucketEncryption(context: Context, request: S3Request): Answer {
  const { kind, keyId, bucketKey, blocksCustomerKeys } =
    requireBucket(context, request).encryption ?? NO_BUCKET_ENCRYPTION
  const byDefault = element('SSEAlgorithm', kind) + element('KMSMasterKeyID', keyId)
  const blocked = element('EncryptionType', blocksCustomerKeys ? 'SSE-C' : 'NONE')
  return xmlAnswer(
    'ServerSideEncryptionConfiguration',
    `<Rule><ApplyServerSideEncryptionByDefault>${byDefault}</ApplyServerSideEncryptionByDefault>` +
      `${element('BucketKeyEnabled', bucketKey)}<BlockedEncryptionTypes>${blocked}</BlockedEncryptionTypes></Rule>`,
  )
}

/**
 * A rule that does not name a default or blocked types leaves those as they are. The key is not looked at.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export async function putBucketEncryption(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const bucket = requireBucket(context, request)
  const { children } = parseXml(document, 'ServerSideEncryptionConfiguration')
  const [rule, ...others] = children
  if (rule?.name !== 'Rule' || others.length > 0) throw new S3Error('MalformedXML')
  const standing = bucket.encryption ?? NO_BUCKET_ENCRYPTION
  const encryption: BucketEncryption = {
    ...(child(rule, 'ApplyServerSideEncryptionByDefault') === undefined ? standing : defaultFrom(rule)),
    blocksCustomerKeys: blockedFrom(rule) ?? standing.blocksCustomerKeys,
  }
  context.commit({ op: 'PutBucketEncryption', bucket: bucket.name, time: context.now(), encryption })
  return emptyAnswer(200)
}

function defaultFrom(rule: XmlElement): Omit<BucketEncryption, 'blocksCustomerKeys'> {
  const byDefault = child(rule, 'ApplyServerSideEncryptionByDefault')
  const kind = byDefault === undefined ? undefined : childText(byDefault, 'SSEAlgorithm')
  const keyId = byDefault === undefined ? undefined : childText(byDefault, 'KMSMasterKeyID') || undefined
  if (kind !== 'AES256' && kind !== 'aws:kms' && kind !== 'aws:kms:dsse') throw new S3Error('MalformedXML')
  if (kind === 'AES256' && keyId !== undefined) {
    throw new S3Error('InvalidArgument', {
      message:
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      elements: { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
    })
  }
  return { kind, ...(keyId === undefined ? undefined : { keyId }), bucketKey: flag(rule) ?? false }
}

function flag(parent: XmlElement): boolean | undefined {
  const text = childText(parent, 'BucketKeyEnabled')
  if (text === undefined || text === 'true' || text === 'false') return text && text === 'true'
  throw new S3Error('MalformedXML')
}

function blockedFrom(rule: XmlElement): boolean | undefined {
  const types = child(rule, 'BlockedEncryptionTypes')?.children.map((each) => each.text)
  if (types === undefined) return undefined
  if (types.length !== 1 || (types[0] !== 'NONE' && types[0] !== 'SSE-C')) throw new S3Error('MalformedXML')
  return types[0] === 'SSE-C'
}

/** Back to SSE-S3. What was blocked stays blocked: AWS does not say, and the safe reading is that it does. */
export function deleteBucketEncryption(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  context.commit({ op: 'DeleteBucketEncryption', bucket: bucket.name, time: context.now() })
  return emptyAnswer(204)
}

/**
 * Re-encrypts where the object lies: SSE-S3 or SSE-KMS to SSE-KMS. ETag, date, class and checksums stay, and
 * an archived object need not be restored.
 *
 * | from                | to               | result         |
 * |---------------------|------------------|----------------|
 * | SSE-S3, SSE-KMS     | SSE-KMS          | re-encrypted   |
 * | SSE-S3, SSE-KMS     | anything else    | InvalidRequest |
 * | DSSE-KMS, SSE-C     |                  | InvalidRequest |
 * | not encrypted       |                  | InvalidRequest |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export async function updateObjectEncryption(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const version = requireObject(bucket, key, request.query.get('versionId'))
  const { keyId, bucketKey } = requestedKey(document)
  requireUnlocked(version, context.now(), false)
  requireReencryptable(version.encryption)
  const home = homeOf(bucket)
  const arn = keyArn(keyId, home)
  if (!arn.includes(`:${home.account}:`)) {
    throw new S3Error('AccessDenied', {
      message: 'The AWS KMS key in the request must be owned by the same account as the bucket.',
    })
  }
  const { versionId } = version
  if (version.encryption !== undefined && 'keyId' in version.encryption) {
    context.kms.require(version.encryption.keyId, 'kms:Decrypt')
  }
  context.kms.require(arn, 'kms:GenerateDataKey')
  const encryption: Encryption = { kind: 'aws:kms', keyId: arn, ...(bucketKey ? { bucketKey } : undefined) }
  const time = context.now()
  context.commit({ op: 'UpdateObjectEncryption', bucket: bucket.name, key, time, versionId, encryption })
  return emptyAnswer(200, versionHeader(bucket, versionId))
}

function requestedKey(document: string): { readonly keyId: string; readonly bucketKey: boolean } {
  const wanted = parseXml(document, 'ObjectEncryption')
  const kms = child(wanted, 'SSE-KMS')
  if (kms === undefined) {
    throw refused(
      'Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS.',
    )
  }
  const keyId = childText(kms, 'KMSKeyArn')
  if (keyId === undefined || keyId === '') {
    throw refused(
      "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN).",
    )
  }
  if (!isKeyArn(keyId)) {
    throw refused(
      "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name (ARN).",
    )
  }
  return { keyId, bucketKey: flag(kms) ?? false }
}

function requireReencryptable(encryption: Encryption | undefined): void {
  switch (encryption?.kind) {
    case undefined:
    case 'AES256':
    case 'aws:kms':
      return
    case 'NONE':
      throw refused(
        'The UpdateObjectEncryption operation does not support unencrypted source objects. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.',
      )
    case 'aws:kms:dsse':
    case 'SSE-C':
      throw refused(
        'The UpdateObjectEncryption operation does not support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.',
      )
  }
}

function refused(message: string): S3Error {
  return new S3Error('InvalidRequest', { message })
}
