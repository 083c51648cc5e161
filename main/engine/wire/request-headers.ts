import { isoDate } from '#model/dates.ts'
import type { ObjectHeaders, Tags } from '#model/object.ts'
import type { AclToSet, Grant } from '#model/properties.ts'
import type {
  CopySource,
  CustomerKey,
  EncryptionToWrite,
  ObjectProperties,
  Placement,
  WriteCondition,
} from '../storage.ts'
import { copySource, encodeTags } from './encode.ts'
import type { CustomerKeys } from './asked.ts'
import { headerBytes } from './sign.ts'
import type { HeaderList } from './sign.ts'

/** What a request says about the object that it makes, as header lines. Each function appends to `to`. */

const SYSTEM: readonly (readonly [name: keyof ObjectHeaders, header: string])[] = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
  ['expires', 'expires'],
  ['websiteRedirect', 'x-amz-website-redirect-location'],
]

export function addHeaders(
  to: HeaderList,
  headers: ObjectHeaders,
  metadata: Readonly<Record<string, string>>,
): void {
  for (const [name, header] of SYSTEM) {
    const value = headers[name]
    if (value !== undefined) to.push(header, headerBytes(value))
  }
  for (const [name, value] of Object.entries(metadata)) {
    to.push(`x-amz-meta-${name.toLowerCase()}`, headerBytes(value))
  }
}

/** For PutObject and CreateMultipartUpload. */
export function addProperties(to: HeaderList, properties: ObjectProperties): void {
  addHeaders(to, properties.headers ?? {}, properties.metadata ?? {})
  if (properties.tags !== undefined) addTags(to, properties.tags)
  if (properties.storageClass !== undefined) to.push('x-amz-storage-class', properties.storageClass)
  addPlacement(to, properties)
}

/** Everything of it but the checksum, which each operation names in its own way. */
export function addPlacement(to: HeaderList, placement: Placement): void {
  const { encryption, acl, retention, legalHold } = placement
  if (encryption !== undefined) addEncryption(to, encryption)
  if (acl !== undefined) addAcl(to, acl)
  if (retention !== undefined) {
    to.push('x-amz-object-lock-mode', retention.mode)
    to.push('x-amz-object-lock-retain-until-date', isoDate(retention.until))
  }
  if (legalHold !== undefined) to.push('x-amz-object-lock-legal-hold', legalHold)
}

const SSE = 'x-amz-server-side-encryption'

function addEncryption(to: HeaderList, encryption: EncryptionToWrite): void {
  if (encryption.kind === 'SSE-C') return addCustomerKey(to, encryption.key)
  if (encryption.kind === 'SSE-S3') return void to.push(SSE, 'AES256')
  const { kind, keyId, context, bucketKey } = encryption
  to.push(SSE, kind === 'SSE-KMS' ? 'aws:kms' : 'aws:kms:dsse')
  if (keyId !== undefined) to.push(`${SSE}-aws-kms-key-id`, headerBytes(keyId))
  if (context !== undefined) to.push(`${SSE}-context`, encryptionContext(context))
  if (bucketKey !== undefined) to.push(`${SSE}-bucket-key-enabled`, String(bucketKey))
}

/** base64 of JSON, as S3 wants it. */
export function encryptionContext(context: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(context)).toString('base64')
}

/** `of`: whose key, for a copy has two. */
export function addCustomerKey(
  to: HeaderList,
  key: CustomerKey | undefined,
  of: 'object' | 'copy-source' = 'object',
): void {
  if (key === undefined) return
  const name = `${CUSTOMER_KEY_OF[of]}-server-side-encryption-customer-`
  to.push(`${name}algorithm`, 'AES256', `${name}key`, key.key, `${name}key-md5`, key.md5)
}
const CUSTOMER_KEY_OF = { object: 'x-amz', 'copy-source': 'x-amz-copy-source' } as const

export function addAcl(to: HeaderList, acl: AclToSet): void {
  if (acl.kind === 'canned') return void to.push('x-amz-acl', acl.acl)
  for (const [permission, grantees] of granteesByPermission(acl.grants)) {
    to.push(`x-amz-grant-${permission.toLowerCase().replaceAll('_', '-')}`, headerBytes(grantees))
  }
}

/** `id="…", uri="…"` by permission, as the x-amz-grant-… headers have them. */
export function granteesByPermission(grants: readonly Grant[]): Map<Grant['permission'], string> {
  const lists = new Map<Grant['permission'], string>()
  for (const { grantee, permission } of grants) {
    const before = lists.get(permission)
    const one = granteeText(grantee)
    lists.set(permission, before === undefined ? one : `${before}, ${one}`)
  }
  return lists
}

function granteeText(grantee: Grant['grantee']): string {
  switch (grantee.kind) {
    case 'account':
      return `id="${grantee.id}"`
    case 'email':
      return `emailAddress="${grantee.address}"`
    case 'group':
      return `uri="${grantee.uri}"`
  }
}

export function addTags(to: HeaderList, tags: Tags): void {
  const encoded = encodeTags(tags)
  if (encoded !== '') to.push('x-amz-tagging', encoded)
}

export function addCondition(to: HeaderList, condition: WriteCondition): void {
  if (condition.ifMatch !== undefined) to.push('if-match', `"${condition.ifMatch}"`)
  else if (condition.ifAbsent === true) to.push('if-none-match', '*')
}

export function addCopySource(to: HeaderList, source: CopySource): void {
  to.push('x-amz-copy-source', copySource(source))
  if (source.ifMatch !== undefined) to.push('x-amz-copy-source-if-match', `"${source.ifMatch}"`)
  if (source.owner !== undefined) to.push('x-amz-source-expected-bucket-owner', source.owner)
  addCustomerKey(to, source.customerKey, 'copy-source')
}

/** Which conditions were sent, for telling what a 412 speaks of. */
export function conditionsOf(
  condition: WriteCondition,
  source?: CopySource,
): { source: boolean; absent: boolean; match: boolean } {
  return {
    source: source?.ifMatch !== undefined,
    absent: condition.ifAbsent === true,
    match: condition.ifMatch !== undefined,
  }
}

/** Which customer keys were sent, for telling what a refusal speaks of. */
export function customerKeysOf(placement: Placement, source?: CopySource): CustomerKeys | undefined {
  const read = source?.customerKey
  const write = placement.encryption?.kind === 'SSE-C' ? placement.encryption.key : undefined
  return read || write ? { read, write } : undefined
}
