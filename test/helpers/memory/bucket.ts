import type { Encryption, ObjectHead, ObjectHeaders, ObjectSummary, Tags, Versioning } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { Acl, Retention } from '#model/properties.ts'
import { compareKeys } from '../../../main/engine/names.ts'
import type { HeadObject } from '../../../main/engine/storage.ts'
import type { Archivable } from './archive.ts'
import { isReadable, restoreStatus } from './archive.ts'
import type { Summed } from './checksums.ts'
import { toldChecksums } from './checksums.ts'
import type { Content } from './content.ts'
import type { Lying } from './encryption.ts'
import { s3Error } from './errors.ts'
import type { Locked } from './rights.ts'

/** The id of the one version that an unversioned bucket holds of a key. */
export const NULL_VERSION = 'null'
/** Whose buckets they are, and who asks, where a test says nothing else. */
export const ACCOUNT = '111111111111'
const SECOND = 1000

/** One version of an object, or a delete marker. */
export interface StoredVersion extends Archivable, Locked, Lying {
  readonly key: string
  readonly versionId: string
  readonly isDeleteMarker: boolean
  readonly content: Content
  readonly etag: string
  /** Milliseconds; a HEAD tells whole seconds only. */
  readonly lastModified: number
  readonly headers: ObjectHeaders
  readonly metadata: Readonly<Record<string, string>>
  tags: Tags
  readonly storageClass: string
  encryption: Encryption
  /** Absent: the owner's alone. */
  acl?: Acl | undefined
  readonly summed?: Summed | undefined
  /** Bytes of each part, of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[] | undefined
  annotations?: ReadonlyMap<string, Uint8Array> | undefined
}

/** What a bucket gives, allows and asks for. */
export interface BucketRules {
  versioning: Versioning
  objectLock: boolean
  defaultRetention: { readonly mode: Retention['mode']; readonly days: number } | undefined
  ownership: 'enforced' | 'acls'
  defaultEncryption: Encryption
  blocksCustomerKeys: boolean
  /** Account id. */
  owner: string
  requesterPays: boolean
}

/** One bucket: its keys in S3's order, and each key's versions, newest first. */
export class MemoryBucket implements BucketRules {
  versioning: Versioning = 'off'
  objectLock = false
  defaultRetention: BucketRules['defaultRetention']
  ownership: BucketRules['ownership'] = 'enforced'
  defaultEncryption: Encryption = { kind: 'SSE-S3' }
  blocksCustomerKeys = false
  owner = ACCOUNT
  requesterPays = false
  tags: Tags = {}
  readonly createdAt: number
  /** The order in which keys are listed. */
  readonly #compare: (left: string, right: string) => number
  readonly #versions = new Map<string, StoredVersion[]>()
  #keys: string[] = []
  #sorted = true

  constructor(createdAt: number, compare = compareKeys) {
    this.createdAt = createdAt
    this.#compare = compare
  }

  get isEmpty(): boolean {
    return this.#versions.size === 0
  }

  /** What a request without a version id meets: undefined for a key that never was, or is deleted. */
  current(key: string): StoredVersion | undefined {
    const newest = this.#versions.get(key)?.[0]
    return newest?.isDeleteMarker ? undefined : newest
  }

  versions(key: string): readonly StoredVersion[] {
    return this.#versions.get(key) ?? []
  }

  version(key: string, versionId: string | undefined): StoredVersion | undefined {
    if (versionId === undefined) return this.current(key)
    return this.#versions.get(key)?.find((version) => version.versionId === versionId)
  }

  add(version: StoredVersion): void {
    const before = this.#versions.get(version.key)
    if (!before) {
      const last = this.#keys.at(-1)
      if (last !== undefined && this.#compare(last, version.key) > 0) this.#sorted = false
      this.#keys.push(version.key)
      this.#versions.set(version.key, [version])
      return
    }
    const kept = before.filter((one) => one.versionId !== version.versionId)
    this.#versions.set(version.key, [version, ...kept])
  }

  remove(key: string, versionId: string): void {
    const kept = this.versions(key).filter((version) => version.versionId !== versionId)
    if (kept.length > 0) {
      this.#versions.set(key, kept)
    } else if (this.#versions.delete(key)) {
      this.#keys.splice(this.keys().indexOf(key), 1)
    }
  }

  /** Every key that has a version or a marker, in the order of the listing. */
  keys(): readonly string[] {
    if (!this.#sorted) {
      this.#keys.sort(this.#compare)
      this.#sorted = true
    }
    return this.#keys
  }

  /** The place of the first key that is not before `key`. */
  placeOf(key: string): number {
    const keys = this.keys()
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(keys[middle] as string, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The order of Java and JavaScript, in which some stores list. */
export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

export function summaryOf(version: StoredVersion): ObjectSummary {
  const { key, etag, lastModified, storageClass } = version
  return { key, size: version.content.size, etag, lastModified, storageClass }
}

export function headOf(
  version: StoredVersion,
  now: number,
  asked: Pick<HeadObject, 'checksums' | 'part'> = {},
): ObjectHead {
  const { key, headers, metadata, storageClass, encryption, etag, versionId, archiveTier } = version
  const tagCount = Object.keys(version.tags).length
  const archived = !isReadable(version, now)
  return {
    key,
    size: asked.part === undefined ? version.content.size : partSize(version, asked.part),
    etag,
    lastModified: wholeSeconds(version.lastModified),
    storageClass,
    versionId: versionId === NULL_VERSION ? undefined : versionId,
    headers,
    metadata,
    tagCount: tagCount || undefined,
    encryption,
    parts: etagParts(etag),
    // What came back from a tier is there as if it had never been away.
    restore: archiveTier === undefined || archived ? restoreStatus(version, now) : undefined,
    archiveTier: archived ? archiveTier : undefined,
    retention: version.retention,
    legalHold: version.legalHold,
    checksums: {},
    ...(asked.checksums === true && toldChecksums(version.summed)),
    serverTime: wholeSeconds(now),
  }
}

function partSize({ content, partSizes = [content.size] }: StoredVersion, part: number): number {
  const size = partSizes[part - 1]
  if (size === undefined) throw s3Error('HeadObject', 'InvalidRange')
  return size
}

/** Dates in headers have no milliseconds. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / SECOND) * SECOND
}
