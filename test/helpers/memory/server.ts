import type { ObjectHeaders, Tags, Versioning } from '#model/object.ts'
import { S3_LIMITS } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'
import type { ChecksumAlgorithm, Retention } from '#model/properties.ts'
import { compareKeys } from '../../../main/engine/names.ts'
import type { CreateUpload, EndpointHabits, ObjectProperties } from '../../../main/engine/storage.ts'
import type { BucketRules, StoredVersion } from './bucket.ts'
import { byCodeUnits, MemoryBucket, NULL_VERSION } from './bucket.ts'
import { REAL_CHECKSUM, summed } from './checksums.ts'
import type { Content } from './content.ts'
import { bytesContent, syntheticContent } from './content.ts'
import { s3Error } from './errors.ts'
import { Faults } from './faults.ts'

export const GOOD_HABITS: EndpointHabits = {
  name: 'memory',
  copySourceIfMatch: true,
  partSourceIfMatch: true,
  writeConditions: true,
  deleteIfMatch: true,
  deletesByEtag: true,
  taggingDirective: true,
  selfCopyKeepsTags: true,
  createUploadTagging: true,
  copyEncrypts: true,
  checksums: true,
  annotations: true,
  updateEncryption: true,
  answersInFull: true,
  listsInOrder: true,
  copies: 'one-part',
}

/** What S3-FACTS says of Ceph RGW 16. */
export const CEPH_16_HABITS: EndpointHabits = {
  name: 'Ceph RGW 16',
  copySourceIfMatch: false,
  partSourceIfMatch: false,
  writeConditions: false,
  deleteIfMatch: false,
  deletesByEtag: false,
  taggingDirective: false,
  selfCopyKeepsTags: false,
  createUploadTagging: false,
  copyEncrypts: false,
  checksums: false,
  annotations: false,
  updateEncryption: false,
  answersInFull: false,
  listsInOrder: true,
}

export interface MemoryS3Options {
  readonly seams: Seams
  readonly habits?: Partial<EndpointHabits> | undefined
  /** Milliseconds a request takes, there and back; 0 answers at once. */
  readonly latency?:
    number | ((of: { readonly operation: string; readonly key?: string }) => number) | undefined
  /** Writes a second that are let through; the others are told to slow down. */
  readonly writesPerSecond?: number | undefined
  /** Bytes; lower than S3's to copy small objects by parts. */
  readonly copyLimit?: number | undefined
  readonly minPart?: number | undefined
  /** Bytes; a larger object's checksum stands for it without being computed. */
  readonly realChecksum?: number | undefined
  /** Of a folder: whether a file gets the date that it is asked to have. True, unless told. */
  readonly setsDates?: boolean | undefined
  /** Keys on a page of a listing; S3's thousand without. */
  readonly pageSize?: number | undefined
}

/** How far a request has come: it leaves, the server has done it, its answer is about to be read. */
export type RequestPhase = 'leaves' | 'done' | 'answered'

export interface RequestStep {
  readonly phase: RequestPhase
  readonly operation: string
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  readonly part?: number | undefined
  /** Who had sent it is dead. */
  readonly orphan?: boolean
}

/** A request that changed something. */
export interface Mutation {
  readonly at: number
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly etag?: string | undefined
  readonly uploadId?: string | undefined
  readonly part?: number | undefined
  /** Who had sent it was dead by then. */
  readonly orphan?: boolean | undefined
}

export interface StoredUpload {
  readonly uploadId: string
  readonly bucket: string
  readonly key: string
  readonly initiatedAt: number
  readonly properties: ToStore
  /** Of an upload under SSE-C: the MD5 of the key that every part owes. */
  readonly keyMd5?: string | undefined
  readonly checksum?: Pick<CreateUpload, 'checksum' | 'checksumType'> | undefined
  readonly parts: Map<number, { readonly etag: string; readonly content: Content }>
}

/** Everything of a version but its name, its bytes and its dates. */
export type ToStore = Pick<ObjectProperties, 'headers' | 'metadata' | 'tags' | 'storageClass'> & {
  readonly [Name in Beside]?: StoredVersion[Name] | undefined
}
type Beside =
  | 'encryption'
  | 'keyMd5'
  | 'acl'
  | 'retention'
  | 'legalHold'
  | 'summed'
  | 'partSizes'
  | 'annotations'
  | 'archiveTier'
  | 'restore'

/** What a test puts into a bucket by hand. */
export interface Given extends ToStore {
  readonly size?: number | undefined
  /** Equal seeds, equal contents. The key, unless told. */
  readonly seed?: string | undefined
  readonly body?: Uint8Array | undefined
  readonly etag?: string | undefined
  readonly lastModified?: number | undefined
  /** Absent: none, as with what was written before S3 gave everything one. */
  readonly checksum?: ChecksumAlgorithm | undefined
}

/** One S3 in memory: what the simulator's processes, and unit tests, talk to through `MemoryStorage`. */
export class MemoryS3 {
  readonly seams: Seams
  readonly habits: EndpointHabits
  readonly faults: Faults
  readonly log: Mutation[] = []
  readonly uploads = new Map<string, StoredUpload>()
  readonly buckets = new Map<string, MemoryBucket>()
  readonly copyLimit: number
  readonly minPart: number
  readonly realChecksum: number
  readonly setsDates: boolean
  readonly pageSize: number | undefined
  /** Listings of objects under way at once at most. */
  mostLists = 0
  lists = 0
  readonly latency: (of: { readonly operation: string; readonly key?: string }) => number
  /** Told at each step of each request, before anything follows from it: a test may kill who sent it right there. */
  watch: ((step: RequestStep) => void) | undefined
  /** Says that it aborted whatever it is asked to abort, as some stores do. */
  abortsAnything = false
  /** What it was asked for it does, also when nobody waits for it any more. */
  finishes = false
  /** No request gets through while it is set. */
  offline = false
  writesPerSecond: number | undefined
  /** Writes that were told to slow down. */
  refused = 0
  inFlight = 0
  mostInFlight = 0
  #made = 0
  #spent = 0
  #window = -Infinity

  constructor(options: MemoryS3Options) {
    const { latency = 0 } = options
    this.seams = options.seams
    this.habits = { ...GOOD_HABITS, ...options.habits }
    this.faults = new Faults(() => this.seams.random())
    this.latency = typeof latency === 'number' ? () => latency : latency
    this.writesPerSecond = options.writesPerSecond
    this.copyLimit = options.copyLimit ?? S3_LIMITS.copyObject
    this.minPart = options.minPart ?? S3_LIMITS.minPart
    this.realChecksum = options.realChecksum ?? REAL_CHECKSUM
    this.setsDates = options.setsDates ?? true
    this.pageSize = options.pageSize
  }

  makeBucket(name: string, rules: Versioning | Partial<BucketRules> = 'off'): MemoryBucket {
    const bucket = new MemoryBucket(this.seams.now(), this.habits.listsInOrder ? compareKeys : byCodeUnits)
    Object.assign(bucket, typeof rules === 'string' ? { versioning: rules } : rules)
    // A lock needs versions.
    if (bucket.objectLock) bucket.versioning = 'enabled'
    this.buckets.set(name, bucket)
    return bucket
  }

  bucket(name: string, operation = 'test'): MemoryBucket {
    const bucket = this.buckets.get(name)
    if (!bucket) throw s3Error(operation, 'NoSuchBucket')
    return bucket
  }

  /** Puts an object there by hand: no request, no mutation in the log. */
  give(bucket: string, key: string, given: Given = {}): StoredVersion {
    const content = given.body
      ? bytesContent(given.body)
      : syntheticContent(given.seed ?? key, given.size ?? 0)
    const sum = given.checksum && summed(content, this.realChecksum, given.checksum)
    const properties = sum ? { ...given, summed: sum } : given
    return this.store(bucket, key, content, given.etag ?? content.digest, properties, given.lastModified)
  }

  /** `count` objects `prefix00000`, `prefix00001`, … */
  giveMany(bucket: string, prefix: string, count: number, size = 0): void {
    for (let n = 0; n < count; n++) this.give(bucket, `${prefix}${String(n).padStart(5, '0')}`, { size })
  }

  /** Every current key, in S3's order. */
  keys(bucket: string): string[] {
    const held = this.bucket(bucket)
    return held.keys().filter((key) => held.current(key))
  }

  current(bucket: string, key: string): StoredVersion | undefined {
    return this.bucket(bucket).current(key)
  }

  /** The log of one operation, or of one key. */
  mutations(of: { operation?: string; key?: string }): Mutation[] {
    return this.log.filter(
      (entry) =>
        (of.operation === undefined || entry.operation === of.operation) &&
        (of.key === undefined || entry.key === of.key),
    )
  }

  store(
    bucketName: string,
    key: string,
    content: Content,
    etag: string,
    properties: ToStore,
    lastModified = this.seams.now(),
  ): StoredVersion {
    const bucket = this.bucket(bucketName)
    const version: StoredVersion = {
      key,
      versionId: bucket.versioning === 'enabled' ? this.newName('v') : NULL_VERSION,
      isDeleteMarker: false,
      content,
      etag,
      lastModified,
      headers: properties.headers ?? NO_HEADERS,
      metadata: properties.metadata ?? NO_TAGS,
      tags: properties.tags ?? NO_TAGS,
      storageClass: properties.storageClass ?? 'STANDARD',
      encryption: properties.encryption ?? bucket.defaultEncryption,
      keyMd5: properties.keyMd5,
      acl: properties.acl,
      retention: properties.retention ?? defaultRetention(bucket, lastModified),
      legalHold: properties.legalHold,
      summed: properties.summed,
      partSizes: properties.partSizes,
      annotations: properties.annotations,
      archiveTier: properties.archiveTier,
      restore: properties.restore,
    }
    bucket.add(version)
    return version
  }

  newName(letter: string): string {
    return `${letter}${String(++this.#made).padStart(8, '0')}`
  }

  /** Whether one more write fits into this second. */
  admitsWrite(): boolean {
    if (this.writesPerSecond === undefined) return true
    const second = Math.floor(this.seams.now() / 1000)
    if (second !== this.#window) {
      this.#window = second
      this.#spent = 0
    }
    if (this.#spent < this.writesPerSecond) {
      this.#spent++
      return true
    }
    this.refused++
    return false
  }
}

function defaultRetention({ defaultRetention: rule }: MemoryBucket, now: number): Retention | undefined {
  return rule && { mode: rule.mode, until: now + rule.days * 86_400_000 }
}

const NO_HEADERS: ObjectHeaders = {}
const NO_TAGS: Tags = {}
