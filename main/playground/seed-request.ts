import type { Accounts } from './accounts.ts'
import { DEFAULT_TYPE, STORAGE_CLASSES, SYSTEM_HEADERS } from './attributes.ts'
import type { Attributes } from './attributes.ts'
import { rulesField } from './bucket-rules.ts'
import { discards, NULL_VERSION } from './bucket.ts'
import type { Bucket } from './bucket.ts'
import { isBucketName } from './buckets.ts'
import { digestOf, realContent, sliceContent, syntheticContent } from './content.ts'
import { hidesEtag, opaqueEtag } from './encryption.ts'
import type { KmsEncryption } from './encryption.ts'
import { Fields, InputError, show } from './input.ts'
import { MAX_KEY_BYTES, toByteKey } from './keys.ts'
import { keyNamed } from './kms.ts'
import type { Mutation, VersioningStatus } from './mutation.ts'
import type { BucketRules } from './rules.ts'
import { readSeedGuard, readSeedRules } from './seed-guard.ts'
import type { SeedGuard, SeedRules } from './seed-guard.ts'
import { ascends, hasField, LARGEST_SEED } from './seed.ts'
import type { SeedPlan } from './seed.ts'
import type { Store } from './store.ts'

/** What objects of a seed have in common. */
interface SeedCommon extends SeedRules, SeedGuard {
  readonly bucket: string
  /** Set on the bucket before the objects are made. The bucket is created if it is not there. */
  readonly versioning?: VersioningStatus
  readonly region?: string
  readonly storageClass?: string
  /** System headers by lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  readonly metadata?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  /** AES256 (SSE-S3) if left out; NONE is what AWS still has from before 2023. */
  readonly encryption?: 'NONE' | 'AES256' | KmsEncryption['kind']
  /** The id, alias or ARN of the KMS key; aws/s3 if left out. */
  readonly kmsKey?: string
}

/** `count` synthetic objects (0 makes only the bucket); see keyPattern for `pattern` (`obj-{n:8}` if left out). */
export interface SeedSeries extends SeedCommon {
  readonly count: number
  readonly prefix?: string
  readonly pattern?: string
  /** Bytes of each, or … */
  readonly size?: number
  /** … the smallest and the largest. */
  readonly sizes?: { readonly min: number; readonly max: number }
  /** Chooses the bytes. Series with the same seed hold the same contents. */
  readonly seed?: number
  /** Last-Modified of the first and the last, as dates; now if left out. */
  readonly modified?: { readonly from: string; readonly to: string }
  /**
   * Of a new bucket: its objects are made when they are asked for, and what is written to it is answered, counted and
   * not kept. The pattern needs one number, padded: `{n:8}`.
   */
  readonly discards?: boolean
}

/** One object with a text, or with `size` synthetic bytes. */
export interface SeedObject extends SeedCommon {
  readonly key: string
  readonly text?: string
  readonly size?: number
  readonly seed?: number
  /** A date: no object, but an upload of it that was begun then and never completed. */
  readonly unfinishedSince?: string
}

export type SeedRequest = SeedSeries | SeedObject

const LARGEST_SERIES = 100_000_000
const LARGEST_SIZE = 50_000 * 1024 ** 3

/** What a seed needs to know of the playground. */
interface Seeding {
  readonly store: Store
  readonly accounts: Accounts
  now(): number
  newId(): string
  commit(mutation: Mutation): void
}

/**
 * Makes the objects that `request` describes, and their bucket.
 * @returns how many objects
 * @throws InputError naming the field that is wrong; nothing is made then
 */
export function seed(playground: Seeding, request: unknown): number {
  const fields = new Fields(request, 'seed')
  const bucket = fields.requiredText('bucket')
  if (!isBucketName(bucket)) throw new InputError(`seed.bucket must be a bucket name, not ${show(bucket)}`)
  const versioning = fields.oneOf('versioning', ['Enabled', 'Suspended'])
  const region = fields.text('region') ?? 'us-east-1'
  const standing = playground.store.buckets.get(bucket)
  const rules = readSeedRules(fields, playground.accounts, standing?.rules)
  const common = readCommon(fields, standing?.region ?? region, rules, playground.accounts)
  const isDiscarding = readDiscards(fields, standing)
  const change = fields.has('key')
    ? readObject(fields, common, bucket, playground)
    : readSeries(fields, common, bucket, playground)
  const begun = fields.has('unfinishedSince') ? readDate(fields, 'unfinishedSince') : undefined
  fields.end()
  if (isDiscarding && change.op === 'Seed') requireAscending(change.plan)
  if (isDiscarding && (change.op !== 'Seed' || versioning !== undefined || rules.lock !== undefined)) {
    throw new InputError('seed.discards goes with count, and with neither versioning nor objectLock')
  }
  if (versioning === 'Suspended' && rules.lock !== undefined) {
    throw new InputError('seed.versioning cannot be Suspended in a bucket with objectLock')
  }
  const time = playground.now()
  if (standing === undefined) {
    const kept = isDiscarding ? { discards: true as const } : undefined
    playground.commit({ op: 'CreateBucket', bucket, time, region, ...rulesField(rules), ...kept })
  }
  if (versioning !== undefined && playground.store.buckets.get(bucket)?.versioning !== versioning) {
    playground.commit({ op: 'PutBucketVersioning', bucket, time, status: versioning })
  }
  if (begun !== undefined && change.op === 'PutObject') {
    beginUpload(playground, change, begun)
    return 0
  }
  const versionId =
    playground.store.buckets.get(bucket)?.versioning === 'Enabled' ? playground.newId() : NULL_VERSION
  playground.commit(change.op === 'PutObject' ? { ...change, versionId } : change)
  return change.op === 'Seed' ? change.plan.count : 1
}

function readDiscards(fields: Fields, standing: Bucket | undefined): boolean {
  const asked = fields.flag('discards') ?? false
  if (standing === undefined) return asked
  if (asked || discards(standing)) {
    throw new InputError(`${fields.at('discards')} is for a bucket that is not there yet, and says all of it`)
  }
  return false
}

function requireAscending({ pattern, count }: SeedPlan): void {
  if (!ascends(pattern, count)) {
    throw new InputError(
      `seed.pattern must have one number that is padded, such as {n:8}, in a bucket that discards, not ${show(pattern)}`,
    )
  }
}

const UPLOAD_PART = 8 * 1024 ** 2

/** In parts of 8 MiB, of which all have arrived. */
function beginUpload(
  playground: Seeding,
  { bucket, key, content, attributes, tags, storageClass }: Mutation & { op: 'PutObject' },
  time: number,
): void {
  const upload = { bucket, key, time, uploadId: playground.newId() }
  playground.commit({ op: 'CreateMultipartUpload', ...upload, attributes, tags, storageClass })
  for (let start = 0, partNumber = 1; start < content.size; start += UPLOAD_PART, partNumber += 1) {
    const part = sliceContent(content, start, Math.min(UPLOAD_PART, content.size - start))
    playground.commit({ op: 'UploadPart', ...upload, partNumber, content: part, etag: digestOf(part) })
  }
}

type Common = Pick<SeedPlan, 'attributes' | 'tags' | 'storageClass' | 'encryption' | 'guard'>

function readCommon(fields: Fields, region: string, rules: BucketRules, accounts: Accounts): Common {
  const headers = fields.texts('headers') ?? {}
  for (const name of Object.keys(headers)) {
    if (!SYSTEM_HEADERS.some((each) => each === name)) {
      throw new InputError(`${fields.at('headers')} may hold ${SYSTEM_HEADERS.join(', ')}, not ${show(name)}`)
    }
  }
  const attributes: Attributes = {
    headers: { 'content-type': DEFAULT_TYPE, ...headers },
    metadata: fields.texts('metadata') ?? {},
  }
  const storageClass = fields.oneOf('storageClass', STORAGE_CLASSES) ?? 'STANDARD'
  return {
    attributes,
    tags: fields.texts('tags') ?? {},
    storageClass,
    ...readSeedGuard(fields, storageClass, rules, accounts),
    ...readEncryption(fields, region, rules.owner),
  }
}

function readEncryption(
  fields: Fields,
  region: string,
  owner: string,
): Pick<SeedPlan, 'encryption'> | undefined {
  const kind = fields.oneOf('encryption', ['NONE', 'AES256', 'aws:kms', 'aws:kms:dsse']) ?? 'AES256'
  const key = fields.text('kmsKey')
  if (kind === 'AES256') return undefined
  if (kind === 'NONE') return { encryption: { kind } }
  return { encryption: { kind, keyId: keyNamed(fields.at('kmsKey'), key, region, owner) } }
}

function readObject(
  fields: Fields,
  common: Common,
  bucket: string,
  { now }: Seeding,
): Mutation & { op: 'PutObject' } {
  const key = toByteKey(fields.requiredText('key'))
  if (key.length > MAX_KEY_BYTES) throw new InputError(`${fields.at('key')} must be up to 1024 bytes long`)
  const text = fields.text('text')
  const size = fields.integer('size', 0, LARGEST_SIZE)
  const number = fields.integer('seed', 0, LARGEST_SEED) ?? 0
  if ((text === undefined) === (size === undefined)) {
    throw new InputError(`${fields.at('key')} needs either text or size`)
  }
  const content = text === undefined ? syntheticContent(size ?? 0, number) : realContent(Buffer.from(text))
  return {
    op: 'PutObject',
    bucket,
    key,
    time: now(),
    versionId: NULL_VERSION,
    content,
    ...(hidesEtag(common.encryption)
      ? { etag: opaqueEtag() }
      : content.kind === 'real'
        ? { etag: digestOf(content) }
        : undefined),
    ...common,
  }
}

function readSeries(
  fields: Fields,
  common: Common,
  bucket: string,
  playground: Seeding,
): Mutation & { op: 'Seed' } {
  const now = playground.now()
  const count = fields.integer('count', 0, LARGEST_SERIES)
  if (count === undefined) throw new InputError(`${fields.at('count')} must be given, or key for one object`)
  const pattern = fields.text('pattern') ?? 'obj-{n:8}'
  if (!hasField(pattern) && count > 1) {
    throw new InputError(`${fields.at('pattern')} must have a field such as {n}, not ${show(pattern)}`)
  }
  const plan: SeedPlan = {
    count,
    prefix: fields.text('prefix') ?? '',
    pattern,
    ...readSizes(fields),
    seed: fields.integer('seed', 0, LARGEST_SEED) ?? 0,
    versionPrefix: playground.newId().slice(0, 20),
    ...readModified(fields, now),
    ...common,
  }
  return { op: 'Seed', bucket, time: now, plan }
}

function readSizes(fields: Fields): Pick<SeedPlan, 'smallest' | 'largest'> {
  const size = fields.integer('size', 0, LARGEST_SIZE)
  const range = fields.raw('sizes')
  if (range === undefined) return { smallest: size ?? 1024, largest: size ?? 1024 }
  const sizes = new Fields(range, fields.at('sizes'))
  const smallest = sizes.integer('min', 0, LARGEST_SIZE) ?? 0
  const largest = sizes.integer('max', smallest, LARGEST_SIZE) ?? smallest
  sizes.end()
  return { smallest, largest }
}

function readModified(fields: Fields, now: number): Pick<SeedPlan, 'firstModified' | 'lastModified'> {
  const range = fields.raw('modified')
  if (range === undefined) return { firstModified: now, lastModified: now }
  const dates = new Fields(range, fields.at('modified'))
  const firstModified = readDate(dates, 'from')
  const lastModified = readDate(dates, 'to')
  dates.end()
  return { firstModified, lastModified }
}

function readDate(fields: Fields, name: string): number {
  const text = fields.requiredText(name)
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) throw new InputError(`${fields.at(name)} must be a date, not ${show(text)}`)
  return Math.floor(milliseconds / 1000)
}
