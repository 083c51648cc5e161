import { fail } from '#model/failure.ts'
import type { Encryption, ObjectHead, ObjectHeaders, Tags } from '#model/object.ts'
import { metadataBytes, PROPERTY_LIMITS } from '#model/properties.ts'
import type { Acl, AclToSet, ChecksumAlgorithm, Properties, Retention } from '#model/properties.ts'
import type { EndpointHabits } from './storage.ts'

/**
 * What an object shall carry in the end (invariant 5), by the policies and what is known of its source. All pure:
 * each write, and each look at what it made, follows from `wantedOf`, so that CopyObject, parts and relay agree.
 */

/** Absent: not read. */
export interface KnownSource {
  readonly head?: ObjectHead | undefined
  readonly tags?: Tags | undefined
  readonly acl?: Acl | undefined
  /** The name of the key that it lies under (SSE-C), where it was looked for. */
  readonly customerKey?: string | undefined
}

/** How the object gets there. `bytes`: by a PUT or by parts, which carry nothing over by themselves. */
export type Way = 'copy-object' | 'bytes'

/** What every write says; a property that is absent is left to S3 (`drop`), or copied by directive and not known. */
export interface Wanted {
  /** The six system headers. */
  readonly headers?: Omit<ObjectHeaders, 'websiteRedirect'> | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly tags?: Tags | undefined
  /** `none`: it shall have none. */
  readonly redirect?: { readonly to: string | 'none' } | undefined
  /** Undefined: the source's, which is not known yet. */
  readonly storageClass?: string | undefined
  readonly encryption?: EncryptionWanted | undefined
  readonly acl?: AclToSet | undefined
  readonly retention?: Retention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
  readonly checksum?: ChecksumAlgorithm | undefined
}

/** As a policy says it; a customer key by its name. */
export type EncryptionWanted = Extract<Properties['encryption'], { policy: 'set' }>['value']

/** What S3 means where a listing or a HEAD names no class. */
const DEFAULT_CLASS = 'STANDARD'
const NOTHING: Readonly<Record<string, string>> = {}

export interface SourceNeeds {
  /** A HEAD of the source before the write. */
  readonly head: boolean
  readonly tags: boolean
  readonly acl: boolean
}

/**
 * What has to be read of the source before its write can be put together. `copy` means:
 *
 * | property            | CopyObject                                           | bytes     |
 * |---------------------|------------------------------------------------------|-----------|
 * | headers, metadata   | nothing if both are copied (directive), else HEAD    | HEAD      |
 * | tags                | nothing (directive), but where a REPLACE loses them  | tags      |
 * | redirect            | HEAD, but for a move: it looks before it deletes     | HEAD      |
 * | class               | nothing: the listing tells                           | nothing   |
 * | encryption, lock    | HEAD                                                 | HEAD      |
 * | ACL                 | ACL                                                  | ACL       |
 * | checksum algorithm  | nothing: S3 keeps it                                 | HEAD      |
 * | annotations         | nothing (directive)                                  | afterwards|
 *
 * A file holds bytes alone, so that for a download nothing is read but these.
 *
 * `change` reads what it changes. `set` and `drop` read nothing, but in two cases: a part of headers and metadata
 * whose other part is copied (one directive for both), and a redirect where only a REPLACE brings it there.
 * So a copy by the defaults is one request.
 */
export function sourceNeeds(
  properties: Properties,
  way: Way,
  habits: EndpointHabits,
  purpose: 'copy' | 'move',
): SourceNeeds {
  const { tags, acl, redirect, retention, legalHold, encryption } = properties
  // Nothing that is read would be kept.
  if (habits.holds === 'files') return { head: false, tags: false, acl: false }
  if (way === 'bytes') {
    return { head: true, tags: isRead(tags), acl: acl.policy === 'copy' }
  }
  const replaces = replacesHeaders(properties, habits)
  return {
    head:
      (replaces && (isRead(properties.headers) || isRead(properties.metadata))) ||
      (redirect.policy === 'copy' && purpose === 'copy') ||
      retention.policy === 'copy' ||
      legalHold.policy === 'copy' ||
      encryption.policy === 'copy',
    tags:
      tags.policy === 'change' ||
      (tags.policy === 'copy' && !habits.selfCopyKeepsTags && (replaces || redirect.policy === 'copy')),
    acl: acl.policy === 'copy',
  }
}

/** Its value depends on the source's. */
function isRead({ policy }: { readonly policy: 'copy' | 'set' | 'change' | 'drop' }): boolean {
  return policy === 'copy' || policy === 'change'
}

/** Whether a CopyObject has to send all headers and metadata, before anything of the source is known. */
function replacesHeaders({ headers, metadata, redirect }: Properties, habits: EndpointHabits): boolean {
  if (headers.policy !== 'copy' || metadata.policy !== 'copy') return true
  return redirect.policy === 'set' && !habits.answersInFull
}

/**
 * What the object shall carry. `sourceClass`: as the listing had it, empty where it did not tell.
 *
 * | policy | headers, metadata, tags            | redirect, lock, encryption | ACL                     |
 * |--------|------------------------------------|----------------------------|-------------------------|
 * | copy   | the source's, absent while unknown | the source's (see below)   | the source's, see there |
 * | set    | exactly the value                  | the value                  | the value               |
 * | change | the source's, some set, some gone  |                            |                         |
 * | drop   | none                               | redirect none, else absent | absent: private         |
 */
export function wantedOf(properties: Properties, known: KnownSource, sourceClass: string): Wanted {
  const { head } = known
  return {
    headers: merged(properties.headers, head && systemHeaders(head.headers)),
    metadata: merged(properties.metadata, head?.metadata),
    tags: merged(properties.tags, known.tags),
    redirect: redirectOf(properties, head),
    storageClass: classToWrite(properties, head?.storageClass ?? sourceClass),
    encryption: encryptionOf(properties, known),
    acl: aclOf(properties, known.acl),
    retention: valueOf(properties.retention, head?.retention),
    // A hold that is off is what every object has.
    legalHold: valueOf(properties.legalHold, head?.legalHold === 'ON' ? 'ON' : undefined),
    checksum: checksumOf(properties, head),
  }
}

type MapPolicy =
  | { readonly policy: 'copy' | 'drop' }
  | { readonly policy: 'set'; readonly value: Partial<Record<string, string>> }
  | {
      readonly policy: 'change'
      readonly set: Partial<Record<string, string>>
      readonly remove: readonly string[]
    }

/** Undefined while what it depends on is not known. */
function merged(
  policy: MapPolicy,
  ofSource: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  switch (policy.policy) {
    case 'copy':
      return ofSource
    case 'drop':
      return NOTHING
    case 'set':
      return policy.value as Record<string, string>
    case 'change': {
      if (!ofSource) return undefined
      const changed = { ...ofSource, ...policy.set } as Record<string, string>
      for (const name of policy.remove) delete changed[name]
      return changed
    }
  }
}

function systemHeaders({ websiteRedirect: _, ...headers }: ObjectHeaders): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Record<string, string>
}

function redirectOf({ redirect }: Properties, head: ObjectHead | undefined): Wanted['redirect'] {
  if (redirect.policy === 'set') return { to: redirect.value }
  if (redirect.policy === 'drop') return { to: 'none' }
  return head && { to: head.headers.websiteRedirect ?? 'none' }
}

/**
 * The class to name in every write: CopyObject's own default is STANDARD, not the source's. A restored GLACIER
 * object goes on as GLACIER, as its class is still that.
 */
export function classToWrite({ storageClass }: Properties, sourceClass: string): string {
  return storageClass.policy === 'set' ? storageClass.value : sourceClass || DEFAULT_CLASS
}

/**
 * | policy | source     | asked for                                                      |
 * |--------|------------|----------------------------------------------------------------|
 * | drop   | any        | nothing: the bucket's default                                  |
 * | set    | any        | the value                                                      |
 * | copy   | none       | nothing: S3 stores nothing in plain on request                 |
 * | copy   | SSE-S3     | SSE-S3                                                         |
 * | copy   | (D)SSE-KMS | the same key and bucket key; S3 never tells the context        |
 * | copy   | SSE-C      | the same customer key                                          |
 */
function encryptionOf({ encryption }: Properties, known: KnownSource): EncryptionWanted | undefined {
  if (encryption.policy === 'set') return encryption.value
  if (encryption.policy === 'drop' || !known.head) return undefined
  const { kind, kmsKeyId, bucketKey } = known.head.encryption
  const keyId = kmsKeyId === undefined ? {} : { keyId: kmsKeyId }
  switch (kind) {
    case 'none':
      return undefined
    case 'SSE-S3':
      return { kind }
    case 'SSE-KMS':
      return { kind, ...keyId, ...(bucketKey && { bucketKey }) }
    case 'DSSE-KMS':
      return { kind, ...keyId }
    case 'SSE-C':
      return known.customerKey === undefined ? undefined : { kind, key: known.customerKey }
  }
}

/** An ACL that lets nobody in but the owner is what every object gets, and is not sent: enforced buckets take none. */
function aclOf({ acl }: Properties, ofSource: Acl | undefined): AclToSet | undefined {
  if (acl.policy === 'set') return acl.value
  if (acl.policy === 'drop' || !ofSource || isPrivate(ofSource)) return undefined
  return { kind: 'grants', grants: [...ofSource.grants] }
}

export function isPrivate({ owner, grants }: Acl): boolean {
  return grants.every(
    ({ grantee, permission }) =>
      grantee.kind === 'account' &&
      permission === 'FULL_CONTROL' &&
      (owner === undefined ? grants.length === 1 : grantee.id === owner),
  )
}

type ValuePolicy<T> = { readonly policy: 'copy' | 'drop' } | { readonly policy: 'set'; readonly value: T }

function valueOf<T>(policy: ValuePolicy<T>, ofSource: T | undefined): T | undefined {
  if (policy.policy === 'set') return policy.value
  return policy.policy === 'copy' ? ofSource : undefined
}

const BY_STRENGTH: readonly ChecksumAlgorithm[] = ['SHA256', 'CRC64NVME', 'CRC32C', 'CRC32', 'SHA1']

/** The algorithm; of several that a source has, the strongest. */
function checksumOf({ checksum }: Properties, head: ObjectHead | undefined): ChecksumAlgorithm | undefined {
  if (checksum.policy === 'set') return checksum.value
  if (checksum.policy === 'drop' || !head) return undefined
  return BY_STRENGTH.find((algorithm) => head.checksums[algorithm] !== undefined)
}

/**
 * What S3 would refuse, or cut short, is refused before anything is written: `bad-input`, naming the property.
 * `now`: the server's clock, milliseconds.
 */
export function checkWanted(wanted: Wanted, key: string, now: number): void {
  const tags = wanted.tags === undefined ? 0 : Object.keys(wanted.tags).length
  if (tags > PROPERTY_LIMITS.tags) {
    refuse('tags', `${key} would have ${tags} tags, which must be at most ${PROPERTY_LIMITS.tags}.`)
  }
  const bytes = wanted.metadata === undefined ? 0 : metadataBytes(wanted.metadata)
  if (bytes > PROPERTY_LIMITS.metadataBytes) {
    const limit = PROPERTY_LIMITS.metadataBytes
    refuse('metadata', `${key} would have ${bytes} bytes of metadata, which must be at most ${limit}.`)
  }
  const { retention } = wanted
  if (retention && retention.until <= now) {
    const until = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }).format(retention.until)
    refuse('retention', `${key} would be locked until ${until}, which has passed.`)
  }
}

function refuse(property: string, message: string): never {
  fail('bad-input', 'item', message, { property })
}

/** A lock that has run out protects nothing any more, and S3 takes none from the past: it is not copied. */
export function withoutSpentLock(wanted: Wanted, { retention }: Properties, now: number): Wanted {
  if (retention.policy !== 'copy' || !wanted.retention || wanted.retention.until > now) return wanted
  return { ...wanted, retention: undefined }
}

/** Encryption under which an ETag is not the digest of the bytes. */
export function isOpaque(encryption: Pick<Encryption, 'kind'> | undefined): boolean {
  return encryption !== undefined && encryption.kind !== 'none' && encryption.kind !== 'SSE-S3'
}
