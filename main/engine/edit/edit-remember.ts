import type { Encryption, ObjectHeaders } from '#model/object.ts'
import type { Acl, ChecksumAlgorithm, Properties, SomeProperties } from '#model/properties.ts'
import { HEADER_NAMES } from '#model/properties.ts'
import type { StorageClass } from '#model/storage-class.ts'
import { differingName } from '../compare/differences.ts'
import type { EditConditions, EditWay, KnownObject } from './edit.ts'
import { differingSystemHeader, isRedirected } from './edit.ts'
import { isEncryptedAs, isGranted, isRetained, isSameRetention } from './edit-differences.ts'
import type { Wanted } from '../properties.ts'
import { isPrivate, wantedOf } from '../properties.ts'

type Written = Extract<EditWay, { how: 'in-place' | 're-encrypt' }> | { readonly how: 'rewrite' }

/**
 * What an edit changes of an object, as it stands before it: an edit by these properties brings it back. Pure.
 *
 * | property           | remembered where                        | as                                                  |
 * |--------------------|-----------------------------------------|-----------------------------------------------------|
 * | headers, metadata  | one of them will be another             | `set` to all of them                                |
 * | tags               | the same; and where the copy loses them | `set` to all of them                                |
 * | redirect           | it will be another                      | `set`, or `drop` where there was none               |
 * | class              | the same                                | `set`                                               |
 * | encryption         | the same                                | `set`; `drop` where it lay in plain                 |
 * | ACL                | the same                                | `set` to its grants, or to private                  |
 * | retention          | the same                                | `set`; `drop` where none held                       |
 * | legal hold         | the same                                | `set` to ON or OFF                                  |
 * | checksum           | it gets one of another algorithm        | `set` to the one that it has, `drop` where it has none |
 * | annotations        | never: they can be dropped, and not set |                                                     |
 *
 * Of KMS the context is not, for S3 tells it nobody.
 */
export function rememberedOf(
  known: KnownObject,
  properties: Properties,
  way: Written,
  conditions: EditConditions,
): SomeProperties {
  const { head, tags, acl } = known
  const wanted = wantedOf(properties, known, head.storageClass)
  return {
    ...(way.how === 'rewrite' && ofRewrite(known, properties, wanted, conditions)),
    ...encryptionBefore(known, properties, way),
    ...(tags &&
      areTagsTouched(tags, wanted, way, conditions) && { tags: { policy: 'set', value: { ...tags } } }),
    ...(acl && properties.acl.policy !== 'copy' && aclBefore(acl, wanted, way)),
    ...lockBefore(known, properties, conditions),
  }
}

/** What only a copy changes. */
function ofRewrite(
  { head }: KnownObject,
  { checksum }: Properties,
  wanted: Wanted,
  { habits }: EditConditions,
): SomeProperties {
  const { headers, metadata, storageClass, checksums } = head
  const [algorithm] = Object.keys(checksums)
  const getsChecksum =
    checksum.policy === 'set' && habits.checksums && checksums[checksum.value] === undefined
  return {
    ...(differingSystemHeader(wanted, headers) !== undefined && {
      headers: { policy: 'set', value: systemHeaders(headers) },
    }),
    ...(wanted.metadata &&
      differingName(wanted.metadata, metadata) !== undefined && {
        metadata: { policy: 'set', value: { ...metadata } },
      }),
    ...(!isRedirected(wanted, headers) && { redirect: redirectBefore(headers) }),
    ...(wanted.storageClass !== storageClass && {
      storageClass: { policy: 'set', value: storageClass as StorageClass },
    }),
    ...(getsChecksum && {
      checksum:
        algorithm === undefined
          ? { policy: 'drop' }
          : { policy: 'set', value: algorithm as ChecksumAlgorithm },
    }),
  }
}

function systemHeaders(headers: ObjectHeaders): Partial<Record<(typeof HEADER_NAMES)[number], string>> {
  return Object.fromEntries(
    HEADER_NAMES.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
}

function redirectBefore({ websiteRedirect }: ObjectHeaders): NonNullable<SomeProperties['redirect']> {
  return websiteRedirect === undefined ? { policy: 'drop' } : { policy: 'set', value: websiteRedirect }
}

function areTagsTouched(
  tags: NonNullable<KnownObject['tags']>,
  wanted: Wanted,
  way: Written,
  { habits }: EditConditions,
): boolean {
  if (wanted.tags && differingName(wanted.tags, tags) !== undefined) return true
  return way.how === 'rewrite' && !habits.selfCopyKeepsTags && Object.keys(tags).length > 0
}

function encryptionBefore(
  { head, customerKey }: KnownObject,
  { encryption }: Properties,
  way: Written,
): SomeProperties {
  if (way.how === 'in-place' || encryption.policy === 'copy') return {}
  if (encryption.policy === 'set' && isEncryptedAs(encryption.value, head.encryption, customerKey)) return {}
  return { encryption: asLies(head.encryption, customerKey) }
}

function asLies(
  { kind, kmsKeyId, bucketKey }: Encryption,
  customerKey: string | undefined,
): NonNullable<SomeProperties['encryption']> {
  const keyId = kmsKeyId === undefined ? {} : { keyId: kmsKeyId }
  switch (kind) {
    case 'none':
      return { policy: 'drop' }
    case 'SSE-S3':
      return { policy: 'set', value: { kind } }
    case 'SSE-KMS':
      return { policy: 'set', value: { kind, ...keyId, bucketKey: bucketKey ?? false } }
    case 'DSSE-KMS':
      return { policy: 'set', value: { kind, ...keyId } }
    case 'SSE-C':
      return customerKey === undefined
        ? { policy: 'copy' }
        : { policy: 'set', value: { kind, key: customerKey } }
  }
}

function aclBefore(acl: Acl, wanted: Wanted, way: Written): SomeProperties {
  if (way.how !== 'rewrite') return way.inPlace.acl ? { acl: asGranted(acl) } : {}
  return isGranted(wanted.acl ?? { kind: 'canned', acl: 'private' }, acl) ? {} : { acl: asGranted(acl) }
}

function asGranted(acl: Acl): NonNullable<SomeProperties['acl']> {
  if (isPrivate(acl)) return { policy: 'set', value: { kind: 'canned', acl: 'private' } }
  return { policy: 'set', value: { kind: 'grants', grants: [...acl.grants] } }
}

function lockBefore(
  { head }: KnownObject,
  { retention, legalHold }: Properties,
  { now }: EditConditions,
): SomeProperties {
  const holds = isRetained(head, now)
  const isOther =
    retention.policy === 'set'
      ? !isSameRetention(retention.value, head.retention)
      : retention.policy === 'drop' && holds
  const hold = head.legalHold ?? 'OFF'
  const asked = legalHold.policy === 'set' ? legalHold.value : legalHold.policy === 'drop' ? 'OFF' : hold
  return {
    ...(isOther && {
      retention: holds && head.retention ? { policy: 'set', value: head.retention } : { policy: 'drop' },
    }),
    ...(asked !== hold && { legalHold: { policy: 'set', value: hold } }),
  }
}
