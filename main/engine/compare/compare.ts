import { httpDate } from '#model/dates.ts'
import type { Encryption, ObjectHead, ObjectSummary, Tags } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { Acl, Retention } from '#model/properties.ts'
import { HEADER_NAMES } from '#model/properties.ts'

/** One thing in which two objects differ, for a person: never a key, never more than a line of a value. */
export interface Difference {
  /** `existence`, `size`, `content`, a header's name, `metadata NAME`, `tag NAME`, … */
  readonly property: string
  readonly source: string
  readonly destination: string
}

/** What says something of an object's bytes. A listing tells neither encryption nor checksums. */
export interface ContentSigns {
  readonly size: number
  readonly etag: string
  readonly encryption?: Encryption | undefined
  readonly checksums?: ObjectHead['checksums'] | undefined
  readonly checksumType?: ObjectHead['checksumType']
}

/** `layout`: the ETags have as many parts, and their sizes (a HEAD with `part`) would tell more. */
export type ContentVerdict = 'same' | 'other' | 'unknown' | 'layout'

/**
 * Whether two objects hold the same bytes, by what is known without reading them:
 *
 * | size   | ETag    | checksum of one kind     | part counts | encryption           | verdict |
 * |--------|---------|--------------------------|-------------|----------------------|---------|
 * | differs| any     | any                      | any         | any                  | other   |
 * | equal  | equal   | any                      | any         | any                  | same    |
 * | equal  | differs | equal                    | any         | any                  | same    |
 * | equal  | differs | differs, of the whole    | any         | any                  | other   |
 * | equal  | differs | differs by parts, or none| both single | none or SSE-S3, both | other   |
 * | equal  | differs | differs by parts, or none| both single | KMS, SSE-C, not told | unknown |
 * | equal  | differs | differs by parts, or none| same number | none or SSE-S3, both | layout  |
 * | equal  | differs | differs by parts, or none| same number | KMS, SSE-C, not told | unknown |
 * | equal  | differs | differs by parts, or none| others      | any                  | unknown |
 */
export function compareContent(source: ContentSigns, destination: ContentSigns): ContentVerdict {
  if (source.size !== destination.size) return 'other'
  if (source.etag === destination.etag) return 'same'
  const byChecksum = compareChecksums(source, destination)
  if (byChecksum !== 'unknown') return byChecksum
  const parts = etagParts(source.etag)
  if (parts !== etagParts(destination.etag)) return 'unknown'
  if (!hasPlainEtag(source) || !hasPlainEtag(destination)) return 'unknown'
  return parts === undefined ? 'other' : 'layout'
}

/** Under KMS or SSE-C an ETag is no digest of the bytes; what nobody has told may be either. */
function hasPlainEtag({ encryption }: ContentSigns): boolean {
  return encryption?.kind === 'none' || encryption?.kind === 'SSE-S3'
}

/** By an algorithm that both sides kept in the same way. Equal checksums of parts prove as much as those of the whole. */
function compareChecksums(source: ContentSigns, destination: ContentSigns): 'same' | 'other' | 'unknown' {
  let verdict: 'other' | 'unknown' = 'unknown'
  for (const [algorithm, checksum] of Object.entries(source.checksums ?? {})) {
    const there = destination.checksums?.[algorithm]
    if (there === undefined) continue
    if (there === checksum) return 'same'
    if (isOfWhole(source, checksum) && isOfWhole(destination, there)) verdict = 'other'
  }
  return verdict
}

/** A checksum of parts ends in their number, as an ETag does. */
function isOfWhole({ checksumType }: ContentSigns, checksum: string): boolean {
  return checksumType === undefined ? !checksum.includes('-') : checksumType === 'FULL_OBJECT'
}

/**
 * What two listings alone tell; `look` where only a HEAD can:
 *
 * | at the destination            | result               |
 * |-------------------------------|----------------------|
 * | nothing                       | differs in existence |
 * | another size                  | differs in size      |
 * | the same size and ETag        | no difference        |
 * | the same size, another ETag   | look                 |
 */
export function compareListed(
  source: ObjectSummary,
  destination: ObjectSummary | undefined,
): readonly Difference[] | 'look' {
  if (!destination) return [missing()]
  if (source.size !== destination.size) return [sizeDiffers(source, destination)]
  return compareContent(source, destination) === 'same' ? [] : 'look'
}

/** The other way round, for what stands at the destination alone. */
export function extra(): Difference {
  return { property: 'existence', source: 'missing', destination: 'there' }
}

export function missing(): Difference {
  return { property: 'existence', source: 'there', destination: 'missing' }
}

export function sizeDiffers(source: ContentSigns, destination: ContentSigns): Difference {
  return {
    property: 'size',
    source: `${source.size} bytes`,
    destination: `${destination.size} bytes`,
  }
}

export function contentDiffers(source: ContentSigns, destination: ContentSigns): Difference {
  for (const [algorithm, checksum] of Object.entries(source.checksums ?? {})) {
    const there = destination.checksums?.[algorithm]
    if (there === undefined) continue
    return {
      property: 'content',
      source: `${algorithm} ${checksum}`,
      destination: `${algorithm} ${there}`,
    }
  }
  return { property: 'content', source: `ETag ${source.etag}`, destination: `ETag ${destination.etag}` }
}

/**
 * What HEADs tell besides the bytes: headers, redirect, user metadata, class, encryption. A source without a content
 * type is given one by S3, and which checksum algorithm a store keeps is its own affair: neither is a difference.
 */
export function compareHeads(source: ObjectHead, destination: ObjectHead): Difference[] {
  const found: Difference[] = []
  for (const name of HEADER_NAMES) {
    if (name === 'contentType' && source.headers.contentType === undefined) continue
    compare(found, name, source.headers[name], destination.headers[name])
  }
  compare(found, 'redirect', source.headers.websiteRedirect, destination.headers.websiteRedirect)
  compareNamed(found, 'metadata', source.metadata, destination.metadata)
  compare(found, 'storage class', source.storageClass, destination.storageClass)
  compare(found, 'encryption', source.encryption.kind, destination.encryption.kind)
  if (source.encryption.kind === destination.encryption.kind)
    compare(found, 'KMS key', source.encryption.kmsKeyId, destination.encryption.kmsKeyId)
  return found
}

/** What `full` adds; an ACL is undefined where its store has none. */
export interface DeepSigns {
  readonly tags: Tags
  readonly acl?: Acl | undefined
  readonly retention?: Retention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
}

/** A legal hold that was never set is one that is off, and an ACL that a store does not have is no difference. */
export function compareDeep(source: DeepSigns, destination: DeepSigns): Difference[] {
  const found: Difference[] = []
  compareNamed(found, 'tag', source.tags, destination.tags)
  if (source.acl && destination.acl)
    compare(found, 'ACL', describeAcl(source.acl), describeAcl(destination.acl))
  compare(found, 'retention', describeRetention(source.retention), describeRetention(destination.retention))
  compare(found, 'legal hold', source.legalHold ?? 'OFF', destination.legalHold ?? 'OFF')
  return found
}

/** Grants in an order of their own, the owner by that name: two accounts' private objects are alike. */
export function describeAcl(acl: Acl): string {
  const grants = acl.grants.map(({ grantee, permission }) => {
    switch (grantee.kind) {
      case 'account':
        return `${permission} ${grantee.id === acl.owner ? 'owner' : grantee.id}`
      case 'email':
        return `${permission} ${grantee.address}`
      case 'group':
        return `${permission} ${grantee.uri}`
    }
  })
  return [...new Set(grants)].sort().join(', ')
}

function describeRetention(retention: Retention | undefined): string | undefined {
  return retention && `${retention.mode} until ${httpDate(retention.until)}`
}

function compareNamed(
  found: Difference[],
  what: string,
  source: Readonly<Record<string, string>>,
  destination: Readonly<Record<string, string>>,
): void {
  for (const name of new Set([...Object.keys(source), ...Object.keys(destination)])) {
    // An empty value is not the same as none.
    if (source[name] === destination[name]) continue
    found.push({
      property: `${what} ${name}`,
      source: shown(source[name]),
      destination: shown(destination[name]),
    })
  }
}

const LONGEST_VALUE = 120

function compare(
  found: Difference[],
  property: string,
  source: string | undefined,
  destination: string | undefined,
): void {
  if ((source ?? '') === (destination ?? '')) return
  found.push({ property, source: shown(source), destination: shown(destination) })
}

function shown(value: string | undefined): string {
  if (value === undefined) return 'none'
  if (value === '') return 'empty'
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value
}
