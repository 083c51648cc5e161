import type { EndpointConfig } from '#model/connection.ts'
import type { Seams } from '#model/seams.ts'
import { isAws } from './habits.ts'
import type { SeenHabits } from './habits.ts'
import type { BucketAccess, Storage } from './storage.ts'
import { TIMEOUTS } from './wire/patience.ts'
import type { ProvideCredentials } from './wire/credentials.ts'
import type { WireOptions } from './wire/client.ts'
import type { Timeouts } from './wire/patience.ts'
import { networkFrom } from './wire/network.ts'
import type { Network } from './wire/network.ts'
import { openWireStorage } from './wire/wire-storage.ts'

export interface CreateStorage {
  readonly config: EndpointConfig
  /** Resolved elsewhere; asked again shortly before they expire, and once when the server says that they have. */
  readonly credentials: ProvideCredentials
  readonly seams: Seams
  /** Where AWS_CA_BUNDLE, HTTPS_PROXY and their kin are read; by default the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** The way out as it is at the moment; what it gives counts for more than `environment`. The same until it changes. */
  readonly network?: (() => Network) | undefined
  /** SHA-256 of the one certificate that is trusted, in hexadecimal digits. */
  readonly trustedCertificate?: string | undefined
  readonly timeouts?: Partial<Timeouts>
  /** What every request to a bucket carries: the account that must own it, who pays. */
  readonly access?: BucketAccess | undefined
  /** What `probeEndpoint` saw of this endpoint once: it counts for more than its address and its headers. */
  readonly habits?: SeenHabits | undefined
}

/**
 * The storage behind a connection. Opens nothing yet: the first request does. On AWS, access points by ARN and
 * directory buckets go through the SDK, which knows how they are addressed; it is loaded when one is met.
 */
export function createStorage(options: CreateStorage): Storage {
  const { config, credentials, seams, environment = process.env, timeouts } = options
  const fromEnvironment = networkFrom(environment)
  const wireOptions: WireOptions = {
    config,
    credentials,
    seams,
    network: options.network ?? (() => fromEnvironment),
    trustedCertificate: options.trustedCertificate,
    timeouts: { ...TIMEOUTS, ...timeouts },
    access: options.access,
    habits: options.habits,
  }
  const wire = openWireStorage(wireOptions)
  return isAws(config) ? withSdkFor(isRare, wire, wireOptions) : wire
}

/** Names that are no plain bucket: an ARN, or a directory bucket, which wants a session. */
function isRare(bucket: string): boolean {
  return bucket.startsWith('arn:') || bucket.endsWith('--x-s3')
}

/** Everything over the wire client but what concerns such buckets. */
export function withSdkFor(
  rare: (bucket: string) => boolean,
  wire: Storage,
  options: WireOptions,
  openSdk: (options: WireOptions) => Promise<Storage> = loadSdk,
): Storage {
  let opened: Storage | undefined
  let opening: Promise<Storage> | undefined
  const sdk = async (): Promise<Storage> => (opened = await (opening ??= openSdk(options)))
  const of = (bucket: string): Storage | Promise<Storage> => (rare(bucket) ? (opened ?? sdk()) : wire)
  return {
    get habits() {
      return wire.habits
    },
    get requests() {
      return opened ? sum(wire.requests, opened.requests) : wire.requests
    },
    get serverTime() {
      return wire.serverTime ?? opened?.serverTime
    },
    listBuckets: (signal) => wire.listBuckets(signal),
    createBucket: async (bucket, options, signal) => (await of(bucket)).createBucket(bucket, options, signal),
    deleteBucket: async (bucket, signal) => (await of(bucket)).deleteBucket(bucket, signal),
    headBucket: async (bucket, signal) => (await of(bucket)).headBucket(bucket, signal),
    getVersioning: async (bucket, signal) => (await of(bucket)).getVersioning(bucket, signal),
    putVersioning: async (bucket, to, signal) => (await of(bucket)).putVersioning(bucket, to, signal),
    listObjects: async (request, signal) => (await of(request.bucket)).listObjects(request, signal),
    listVersions: async (request, signal) => (await of(request.bucket)).listVersions(request, signal),
    headObject: async (request, signal) => (await of(request.bucket)).headObject(request, signal),
    getObject: async (request, signal) => (await of(request.bucket)).getObject(request, signal),
    putObject: async (request, signal) => (await of(request.bucket)).putObject(request, signal),
    copyObject: async (request, signal) => (await of(request.bucket)).copyObject(request, signal),
    deleteObject: async (request, signal) => (await of(request.bucket)).deleteObject(request, signal),
    deleteObjects: async (request, signal) => (await of(request.bucket)).deleteObjects(request, signal),
    getTags: async (request, signal) => (await of(request.bucket)).getTags(request, signal),
    putTags: async (request, signal) => (await of(request.bucket)).putTags(request, signal),
    createUpload: async (request, signal) => (await of(request.bucket)).createUpload(request, signal),
    uploadPart: async (request, signal) => (await of(request.bucket)).uploadPart(request, signal),
    uploadPartCopy: async (request, signal) => (await of(request.bucket)).uploadPartCopy(request, signal),
    listParts: async (request, signal) => (await of(request.bucket)).listParts(request, signal),
    listUploads: async (request, signal) => (await of(request.bucket)).listUploads(request, signal),
    completeUpload: async (request, signal) => (await of(request.bucket)).completeUpload(request, signal),
    abortUpload: async (request, signal) => (await of(request.bucket)).abortUpload(request, signal),
    bucketTraits: async (bucket, signal) => (await of(bucket)).bucketTraits(bucket, signal),
    bucketSetting: async (bucket, name, signal) => (await of(bucket)).bucketSetting(bucket, name, signal),
    putBucketEncryption: async (bucket, to, signal) =>
      (await of(bucket)).putBucketEncryption(bucket, to, signal),
    putBucketTags: async (bucket, tags, signal) => (await of(bucket)).putBucketTags(bucket, tags, signal),
    uploadsPage: async (request, signal) => (await of(request.bucket)).uploadsPage(request, signal),
    presign: async (request) => (await of(request.bucket)).presign(request),
    getAcl: async (request, signal) => (await of(request.bucket)).getAcl(request, signal),
    putAcl: async (request, signal) => (await of(request.bucket)).putAcl(request, signal),
    putRetention: async (request, signal) => (await of(request.bucket)).putRetention(request, signal),
    putLegalHold: async (request, signal) => (await of(request.bucket)).putLegalHold(request, signal),
    updateEncryption: async (request, signal) => (await of(request.bucket)).updateEncryption(request, signal),
    restoreObject: async (request, signal) => (await of(request.bucket)).restoreObject(request, signal),
    listAnnotations: async (request, signal) => (await of(request.bucket)).listAnnotations(request, signal),
    getAnnotation: async (request, signal) => (await of(request.bucket)).getAnnotation(request, signal),
    putAnnotation: async (request, signal) => (await of(request.bucket)).putAnnotation(request, signal),
    close() {
      wire.close()
      opened?.close()
    },
  }
}

async function loadSdk(options: WireOptions): Promise<Storage> {
  const { openSdkStorage } = await import('./sdk/sdk-storage.ts')
  return openSdkStorage(options)
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total: Record<string, number> = { ...a }
  for (const [operation, count] of Object.entries(b)) total[operation] = (total[operation] ?? 0) + count
  return total
}
