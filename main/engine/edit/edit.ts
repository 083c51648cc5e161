import { GIVEN_CONTENT_TYPES } from '#model/content-type.ts'
import type { ObjectHead, ObjectHeaders, Tags } from '#model/object.ts'
import type { Acl, AclToSet, Properties, Retention } from '#model/properties.ts'
import { HEADER_NAMES } from '#model/properties.ts'
import { differingName } from '../compare/differences.ts'
import { isEncryptedAs, isGranted, isRetained, isSameRetention, updatable } from './edit-differences.ts'
import type { KnownSource, Wanted } from '../properties.ts'
import { wantedOf } from '../properties.ts'
import type { EndpointHabits, KmsEncryption } from '../storage.ts'

/**
 * How one object is changed where it is, by the cheapest way that S3 has. All pure. `wantedOf` says what it shall carry
 * in the end, with everything kept that the edit does not name (invariant 4); what is written is what differs.
 */

/** The object as it stands; tags, ACL and annotations only where `editNeeds` asks for them. */
export interface KnownObject extends KnownSource {
  readonly head: ObjectHead
  readonly annotations?: readonly string[] | undefined
}

/** Through requests of their own, with no copy. */
export interface InPlace {
  readonly tags?: Tags | undefined
  readonly acl?: AclToSet | undefined
  readonly retention?: Retention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
}

export type EditWay =
  | { readonly how: 'nothing' }
  | { readonly how: 'in-place'; readonly inPlace: InPlace }
  | { readonly how: 're-encrypt'; readonly encryption: KmsEncryption; readonly inPlace: InPlace }
  /** `because`: the first property that only a copy can change. */
  | { readonly how: 'rewrite'; readonly because: string }

export interface EditConditions {
  readonly habits: EndpointHabits
  /** The server's clock, milliseconds: a lock that has run out is none. */
  readonly now: number
  /** The bucket has no ACLs: there is none to keep. */
  readonly ownership?: 'enforced' | 'acls' | undefined
}

/**
 * What has to be read besides the HEAD:
 *
 * | property    | a copy is needed anyway                                    | else              |
 * |-------------|------------------------------------------------------------|-------------------|
 * | tags        | all but `copy`; that too where a self-copy loses them      | all but `copy`    |
 * | ACL         | always: S3 would make it private                           | all but `copy`    |
 * | annotations | no: S3 copies them, or leaves them out                     | `drop`            |
 *
 * What is changed is read, also where the edit says all of it: it is remembered, so that it can come back. No ACL is read of an owner-enforced bucket, and no annotation where the endpoint has none.
 */
export function editNeeds(
  head: ObjectHead,
  properties: Properties,
  { customerKey }: Pick<KnownSource, 'customerKey'>,
  conditions: EditConditions,
): { readonly tags: boolean; readonly acl: boolean; readonly annotations: boolean } {
  const { habits, ownership } = conditions
  const { tags, acl, annotations } = properties
  const because = rewriteReason({ head, customerKey }, properties, conditions)
  const readsAnnotations = annotations.policy === 'drop' && habits.annotations && because === undefined
  const mayCopy = because !== undefined || readsAnnotations
  return {
    tags: tags.policy !== 'copy' || (mayCopy && !habits.selfCopyKeepsTags),
    acl: ownership !== 'enforced' && (mayCopy || acl.policy !== 'copy'),
    annotations: readsAnnotations,
  }
}

/**
 * | what differs                                                  | way        | requests besides the reads       |
 * |---------------------------------------------------------------|------------|----------------------------------|
 * | nothing                                                       | nothing    | none                             |
 * | tags, ACL, retention, legal hold only                         | in-place   | one for each                     |
 * | encryption, to SSE-KMS from SSE-S3 or SSE-KMS; see below      | re-encrypt | one, and one for each of those   |
 * | any other encryption, header, metadata, redirect, class, …    | rewrite    | one copy, with everything in it  |
 */
export function decideEdit(known: KnownObject, properties: Properties, conditions: EditConditions): EditWay {
  const wanted = wantedOf(properties, known, known.head.storageClass)
  const because = rewriteReason(known, properties, conditions)
  if (because !== undefined && because !== 'encryption') return { how: 'rewrite', because }
  const inPlace = inPlaceOf(known, wanted, properties)
  if (because === 'encryption') {
    const encryption = updatable(known.head, wanted.encryption, conditions)
    return encryption ? { how: 're-encrypt', encryption, inPlace } : { how: 'rewrite', because }
  }
  return isEmpty(inPlace) ? { how: 'nothing' } : { how: 'in-place', inPlace }
}

/**
 * The first property that only a copy can change, or undefined. Encryption comes last, as it may be spared one.
 *
 * | property    | differs when                                                                                  |
 * |-------------|-----------------------------------------------------------------------------------------------|
 * | header      | another value; S3's own content type stands for none                                           |
 * | class       | another                                                                                       |
 * | checksum    | the endpoint keeps checksums, and has none by the algorithm that is set                       |
 * | annotations | they are dropped, and there are some                                                          |
 * | retention   | a lock that still holds is dropped: only a new version is without it                          |
 * | encryption  | `set` to another (`isEncryptedAs`), or `drop`: what a bucket gives by default nobody tells here|
 */
function rewriteReason(
  known: KnownObject,
  properties: Properties,
  { habits, now }: EditConditions,
): string | undefined {
  const { head, annotations } = known
  const wanted = wantedOf(properties, known, head.storageClass)
  const header = differingHeader(wanted, head.headers)
  if (header !== undefined) return header
  const metadata = wanted.metadata && differingName(wanted.metadata, head.metadata)
  if (metadata !== undefined) return `metadata ${metadata}`
  if (wanted.storageClass !== head.storageClass) return 'storage class'
  const { checksum, retention, encryption } = properties
  if (checksum.policy === 'set' && habits.checksums && head.checksums[checksum.value] === undefined) {
    return 'checksum'
  }
  if (properties.annotations.policy === 'drop' && annotations && annotations.length > 0) return 'annotations'
  if (retention.policy === 'drop' && isRetained(head, now)) return 'retention'
  const keepsEncryption =
    encryption.policy === 'copy' ||
    (encryption.policy === 'set' && isEncryptedAs(encryption.value, head.encryption, known.customerKey))
  return keepsEncryption ? undefined : 'encryption'
}

/** Of the six system headers, and the redirect. */
function differingHeader(wanted: Wanted, stands: ObjectHeaders): string | undefined {
  return differingSystemHeader(wanted, stands) ?? (isRedirected(wanted, stands) ? undefined : 'redirect')
}

export function differingSystemHeader(wanted: Wanted, stands: ObjectHeaders): string | undefined {
  const headers: ObjectHeaders = wanted.headers ?? stands
  for (const name of HEADER_NAMES) {
    const [to, from] = [headers[name] ?? '', stands[name] ?? '']
    if (to === from) continue
    if (name === 'contentType' && to === '' && GIVEN_CONTENT_TYPES.has(from)) continue
    return name
  }
  return undefined
}

export function isRedirected({ redirect }: Wanted, stands: ObjectHeaders): boolean {
  return redirect === undefined || redirect.to === (stands.websiteRedirect ?? 'none')
}

/** What differs of that which has requests of its own. What was not read is kept. */
function inPlaceOf(known: KnownObject, wanted: Wanted, properties: Properties): InPlace {
  const { head, tags, acl } = known
  const { retention, legalHold } = properties
  const hold = legalHold.policy === 'set' ? legalHold.value : legalHold.policy === 'drop' ? 'OFF' : undefined
  return {
    ...(tags && wanted.tags && differingName(wanted.tags, tags) !== undefined && { tags: wanted.tags }),
    ...(acl && aclToPut(acl, properties)),
    ...(retention.policy === 'set' &&
      !isSameRetention(retention.value, head.retention) && { retention: retention.value }),
    ...(hold !== undefined && hold !== (head.legalHold ?? 'OFF') && { legalHold: hold }),
  }
}

function isEmpty(inPlace: InPlace): boolean {
  return Object.keys(inPlace).length === 0
}

const PRIVATE: AclToSet = { kind: 'canned', acl: 'private' }

function aclToPut(stands: Acl, { acl }: Properties): { readonly acl: AclToSet } | undefined {
  if (acl.policy === 'copy') return undefined
  const wanted = acl.policy === 'set' ? acl.value : PRIVATE
  return isGranted(wanted, stands) ? undefined : { acl: wanted }
}
