import type { Tags } from '#model/object.ts'
import type { ChecksumAlgorithm, Properties } from '#model/properties.ts'
import { coversWholeObject } from './compare/checksum.ts'
import { isOpaque } from './properties.ts'
import type { EncryptionWanted, Wanted } from './properties.ts'
import type {
  CopyObject,
  CreateUpload,
  CustomerKey,
  EncryptionToWrite,
  EndpointHabits,
  ObjectProperties,
} from './storage.ts'

/** What each kind of write is told, so that the object comes to carry what is wanted. */

/** A write that copies bytes only is told everything; an empty set of tags is not sent. */
export function propertiesToWrite(
  wanted: Wanted,
  encryption: EncryptionToWrite | undefined,
): ObjectProperties {
  const { metadata, tags, storageClass, acl, retention, legalHold, checksum } = wanted
  return {
    headers: headersOf(wanted),
    metadata,
    tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    storageClass,
    encryption,
    acl,
    retention,
    legalHold,
    checksum,
  }
}

/**
 * The checksum that an upload is begun with. A FULL_OBJECT one is of the bytes, whatever the parts are; SHA1 and
 * SHA256 exist of parts only. Source: "Checking object integrity", Amazon S3 User Guide.
 *
 * | wanted        | endpoint has checksums | algorithm | type        |
 * |---------------|------------------------|-----------|-------------|
 * | none          | no                     | none      |             |
 * | none          | yes                    | CRC64NVME | FULL_OBJECT |
 * | a CRC         | any                    | that      | FULL_OBJECT |
 * | SHA1, SHA256  | any                    | that      | COMPOSITE   |
 */
export function checksumToBegin(
  wanted: ChecksumAlgorithm | undefined,
  habits: Pick<EndpointHabits, 'checksums'>,
): Pick<CreateUpload, 'checksum' | 'checksumType'> {
  const checksum = wanted ?? (habits.checksums ? 'CRC64NVME' : undefined)
  if (checksum === undefined) return {}
  return { checksum, checksumType: coversWholeObject(checksum) ? 'FULL_OBJECT' : 'COMPOSITE' }
}

/**
 * Whether bytes that pass through this machine are sent with their checksum, for S3 to compare: where one is wanted,
 * where their ETag will not be their MD5, and under a lock, where S3 takes no write without. An upload that was begun
 * with an algorithm takes no part without either.
 */
export function sendsChecksum({ checksum, retention, legalHold, encryption }: Wanted): boolean {
  return checksum !== undefined || retention !== undefined || legalHold !== undefined || isOpaque(encryption)
}

/**
 * What bytes that pass through this machine are sent with. Of a file always a checksum, where the endpoint compares
 * one: its ETag may turn out to be no digest (a bucket that encrypts by KMS), and CRC32 costs next to nothing.
 */
export function checksumToSend(
  wanted: Wanted,
  habits: Pick<EndpointHabits, 'checksums'>,
  from: 'object' | 'file',
): Pick<CreateUpload, 'checksum' | 'checksumType'> {
  if (sendsChecksum(wanted)) return checksumToBegin(wanted.checksum, habits)
  return from === 'file' && habits.checksums ? { checksum: 'CRC32', checksumType: 'FULL_OBJECT' } : {}
}

type Directives = Omit<CopyObject, 'bucket' | 'key' | 'source' | 'ifMatch' | 'ifAbsent' | 'versionId'>

/**
 * What a CopyObject is told:
 *
 * | headers, metadata          | redirect                     | replaced                             |
 * |----------------------------|------------------------------|--------------------------------------|
 * | both copied                | none, or not known           | nothing                              |
 * | both copied                | some, the endpoint keeps it  | nothing; the redirect by its header  |
 * | both copied, and known     | some, elsewhere              | all of them, and the redirect        |
 * | one of them is not copied  | any                          | all of them, and the redirect        |
 *
 * Tags are copied by directive, and everything else is said as in any write.
 */
export function directivesOf(
  properties: Properties,
  wanted: Wanted,
  encryption: EncryptionToWrite | undefined,
  habits: EndpointHabits,
): Directives {
  const { storageClass, acl, retention, legalHold } = wanted
  const redirect = redirectOf(wanted)
  const isCopied = properties.headers.policy === 'copy' && properties.metadata.policy === 'copy'
  const replaces =
    !isCopied || (redirect !== undefined && wanted.headers !== undefined && !habits.answersInFull)
  return {
    replace: replaces ? { headers: headersOf(wanted), metadata: wanted.metadata ?? {} } : undefined,
    redirect: replaces ? undefined : redirect,
    replaceTags: properties.tags.policy === 'copy' ? undefined : wanted.tags,
    annotations: properties.annotations.policy === 'drop' && habits.annotations ? 'drop' : undefined,
    storageClass,
    encryption,
    acl,
    retention,
    legalHold,
    checksum: properties.checksum.policy === 'set' ? properties.checksum.value : undefined,
  }
}

/** The tags that the write was told, or copies, and that the endpoint drops; undefined if none are owed. */
export function owedTags(
  properties: Properties,
  wanted: Wanted,
  habits: EndpointHabits,
  sent: Pick<CopyObject, 'replace'> | 'upload' | 'put',
): Tags | undefined {
  if (sent === 'put') return undefined
  if (sent === 'upload') return habits.createUploadTagging ? undefined : wanted.tags
  if (sent.replace && !habits.selfCopyKeepsTags) return wanted.tags
  return habits.taggingDirective || properties.tags.policy === 'copy' ? undefined : wanted.tags
}

function headersOf(wanted: Wanted): NonNullable<ObjectProperties['headers']> {
  const redirect = redirectOf(wanted)
  return redirect === undefined ? (wanted.headers ?? {}) : { ...wanted.headers, websiteRedirect: redirect }
}

function redirectOf({ redirect }: Wanted): string | undefined {
  return redirect?.to === 'none' ? undefined : redirect?.to
}

/** With the customer key itself, which only a request ever holds. */
export function encryptionToWrite(
  wanted: EncryptionWanted | undefined,
  key: CustomerKey | undefined,
): EncryptionToWrite | undefined {
  if (wanted?.kind !== 'SSE-C') return wanted
  return key && { kind: 'SSE-C', key }
}
