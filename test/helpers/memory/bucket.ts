import type { Encryption, ObjectHead, ObjectHeaders, ObjectSummary, Tags, Versioning } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import { compareKeys } from '../../../main/engine/names.ts'
import type { Content } from './content.ts'
import { parseRestore } from '../../../main/engine/restore-status.ts'

/** The id of the one version that an unversioned bucket holds of a key. */
export const NULL_VERSION = 'null'
const SECOND = 1000

/** One version of an object, or a delete marker. */
export interface StoredVersion {
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
  readonly encryption: Encryption
  restore?: string | undefined
}

/** One bucket: its keys in S3's order, and each key's versions, newest first. */
export class MemoryBucket {
  versioning: Versioning = 'off'
  readonly createdAt: number
  readonly #versions = new Map<string, StoredVersion[]>()
  #keys: string[] = []
  #sorted = true

  constructor(createdAt: number) {
    this.createdAt = createdAt
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
      if (last !== undefined && compareKeys(last, version.key) > 0) this.#sorted = false
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

  /** Every key that has a version or a marker, in UTF-8 order. */
  keys(): readonly string[] {
    if (!this.#sorted) {
      this.#keys.sort(compareKeys)
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
      if (compareKeys(keys[middle] as string, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

export function summaryOf(version: StoredVersion): ObjectSummary {
  const { key, etag, lastModified, storageClass } = version
  return { key, size: version.content.size, etag, lastModified, storageClass }
}

export function headOf(version: StoredVersion, serverTime: number): ObjectHead {
  const { key, headers, metadata, storageClass, encryption, etag, versionId, restore } = version
  const tagCount = Object.keys(version.tags).length
  return {
    key,
    size: version.content.size,
    etag,
    lastModified: wholeSeconds(version.lastModified),
    storageClass,
    versionId: versionId === NULL_VERSION ? undefined : versionId,
    headers,
    metadata,
    tagCount: tagCount || undefined,
    encryption,
    parts: etagParts(etag),
    restore: parseRestore(restore),
    checksums: {},
    serverTime: wholeSeconds(serverTime),
  }
}

/** Dates in headers have no milliseconds. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / SECOND) * SECOND
}
