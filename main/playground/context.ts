import type { IncomingHttpHeaders } from 'node:http'
import type { Account, Accounts } from './accounts.ts'
import type { Answer } from './answer.ts'
import { httpTime } from './answer.ts'
import type { Payload } from './body.ts'
import { etagOf, findEntry, NULL_VERSION } from './bucket.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import type { Validator } from './conditions.ts'
import { S3Error } from './errors.ts'
import { fromByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { KmsKeys } from './kms.ts'
import type { Mutation } from './mutation.ts'
import type { Operation } from './operations.ts'
import type { Store } from './store.ts'

/** What a handler may use. */
export interface Context {
  readonly store: Store
  readonly kms: KmsKeys
  readonly accounts: Accounts
  /** Seconds since 1970. */
  now(): number
  /** An id of a version or an upload, never given twice. */
  newId(): string
  /** Makes a change and notes it. */
  commit(mutation: Mutation): void
}

/** A verified request. */
export interface S3Request {
  readonly operation: Operation
  /** Who asks. */
  readonly account: Account
  readonly bucket: string | undefined
  readonly key: ByteKey | undefined
  readonly query: ReadonlyMap<string, string>
  readonly headers: IncomingHttpHeaders
  /** Of a DeleteObjects: lets the faults of a DeleteObject of this key happen. @throws S3Error for that key */
  sufferKey(phase: 'before' | 'after', key: string): Promise<void>
  /** The body, decoded and checked. */
  body(): Promise<Buffer>
  /** The same, with the checksum that came with it. */
  payload(): Promise<Payload>
}

export type Handler = (context: Context, request: S3Request) => Answer | Promise<Answer>

/** The bucket that the request names. @throws S3Error NoSuchBucket, AccessDenied (another owner expected) */
export function requireBucket(context: Context, request: S3Request): Bucket {
  const bucket = bucketNamed(context, request.bucket ?? '')
  requireOwner(bucket, header(request.headers, 'x-amz-expected-bucket-owner'))
  return bucket
}

export function bucketNamed({ store }: Context, name: string): Bucket {
  const bucket = store.buckets.get(name)
  if (bucket === undefined) throw new S3Error('NoSuchBucket', { elements: { BucketName: name } })
  return bucket
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 * @throws S3Error AccessDenied
 */
export function requireOwner({ rules }: Bucket, expected: string | undefined): void {
  if (expected !== undefined && expected !== rules.owner) throw new S3Error('AccessDenied')
}

/** The key that the request names; operations on objects always have one. */
export function requireKey({ key }: S3Request): ByteKey {
  if (key === undefined) throw new S3Error('InvalidRequest')
  return key
}

/** A header's value; the first, if it was sent more than once. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/**
 * The version that is asked for, or the current one.
 * @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker named by its id)
 */
export function requireObject(bucket: Bucket, key: ByteKey, versionId: string | undefined): ObjectVersion {
  requireVersionIdForm(versionId)
  const entry = findEntry(bucket, key, versionId)
  if (entry?.kind === 'object') return entry
  const elements = { Key: fromByteKey(key) }
  if (entry === undefined) {
    if (versionId === undefined) throw new S3Error('NoSuchKey', { elements })
    throw new S3Error('NoSuchVersion', { elements: { ...elements, VersionId: versionId } })
  }
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': entry.versionId }
  if (versionId === undefined) throw new S3Error('NoSuchKey', { elements, headers })
  throw new S3Error('MethodNotAllowed', {
    headers: { ...headers, Allow: 'DELETE', 'Last-Modified': httpTime(entry.modified) },
  })
}

const VERSION_ID = /^(null|[\w.-]{32})$/

/** @throws S3Error InvalidArgument */
export function requireVersionIdForm(versionId: string | undefined): void {
  if (versionId !== undefined && !VERSION_ID.test(versionId)) {
    throw new S3Error('InvalidArgument', {
      message: 'Invalid version id specified',
      elements: { ArgumentName: 'versionId', ArgumentValue: versionId },
    })
  }
}

/** A version as conditions see it. Most requests have none, so its ETag is computed when one asks for it. */
export class StandingVersion implements Validator {
  readonly #version: ObjectVersion
  readonly modified: number

  constructor(version: ObjectVersion) {
    this.#version = version
    this.modified = version.modified
  }

  get etag(): string {
    return etagOf(this.#version)
  }
}

/** What a write's conditions are held against: the current object, unless a delete marker hides it. */
export function standingAt(bucket: Bucket, key: ByteKey): Validator | undefined {
  const entry = bucket.objects.get(key)
  return entry?.kind === 'object' ? new StandingVersion(entry) : undefined
}

/** The id for a version that is about to be written. */
export function versionIdFor(context: Context, bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? context.newId() : NULL_VERSION
}

/** x-amz-version-id, which a bucket that never had versioning does not answer with. */
export function versionHeader(bucket: Bucket, versionId: string): Record<string, string> {
  return bucket.versioning === undefined ? {} : { 'x-amz-version-id': versionId }
}

export function quoted(etag: string): string {
  return `"${etag}"`
}
