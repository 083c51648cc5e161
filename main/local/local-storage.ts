import { mkdir, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { EndpointHabits, Storage } from '../engine/storage.ts'
import { WHOLE_WRITE } from '../engine/to-file.ts'
import { asFailure, checkNotCancelled, errnoOf, notSupported, translated } from './errors.ts'
import { etagOf } from './files.ts'
import { Listings } from './listings.ts'
import { isAbsent, Paths } from './paths.ts'
import { FolderFlush } from './publish.ts'
import { findFile, headFile, readFile } from './read-file.ts'
import { Uploads } from './uploads.ts'
import type { DeviceOf } from './walk.ts'
import { clearUnfinished, remove, writeFile } from './write-file.ts'

export interface LocalStorageOptions {
  readonly seams: Seams
  /** As `process.platform` has it: which names are possible. */
  readonly platform?: string | undefined
  /** Names of a folder that are held at a time; for tests. */
  readonly held?: number | undefined
  /** Likewise: the device that a folder is on. */
  readonly deviceOf?: DeviceOf | undefined
}

/** A file keeps its word; what it cannot hold, nobody asks of it (`holds`). */
const HABITS: EndpointHabits = {
  name: 'This computer',
  holds: 'files',
  copySourceIfMatch: true,
  partSourceIfMatch: true,
  writeConditions: true,
  deleteIfMatch: true,
  deletesByEtag: false,
  taggingDirective: true,
  selfCopyKeepsTags: true,
  createUploadTagging: true,
  copyEncrypts: true,
  checksums: false,
  updateEncryption: false,
  annotations: false,
  answersInFull: true,
  listsInOrder: false,
}

/**
 * The folders of this machine behind the engine's interface, so that uploads and downloads are relays like any other.
 * A bucket is the absolute path of a folder; a key is a path below it, with `/` between the names on every system.
 *
 * | S3                     | here                                                                               |
 * |------------------------|------------------------------------------------------------------------------------|
 * | ETag                   | which file it is: inode, size and date to the nanosecond; nothing is read for it   |
 * | the digest of a write  | `WriteResult.digest`, as S3 would have told it                                     |
 * | LastModified           | the file's date; a file that is written gets the one that its source had           |
 * | conditions of a write  | kept at the moment when the finished file gets its name                            |
 * | a key ending in `/`    | a folder; in listings, an empty one                                                |
 * | multipart uploads      | one unfinished file beside the target, parts in their places                       |
 * | headers                | Content-Type, by the extension; others are left out, as are metadata and tags      |
 * | versions, ACLs, locks  | not supported                                                                      |
 */
export function createLocalStorage({ seams, platform, held, deviceOf }: LocalStorageOptions): Storage {
  const paths = new Paths(seams, platform)
  const listings = new Listings(paths, seams, held, deviceOf)
  const tools = { paths, seams, flush: new FolderFlush() }
  const uploads = new Uploads(tools)
  return {
    habits: HABITS,
    /** Nothing leaves this machine. */
    requests: {},
    get serverTime() {
      return seams.now()
    },

    listBuckets: () => notSupported('Lists of buckets'),
    createBucket: (bucket, _options, signal) => makeRoot(paths.folder(bucket), signal),
    deleteBucket: () => notSupported('Deletions as a whole'),
    async headBucket(bucket, signal) {
      checkNotCancelled(signal)
      await paths.root(bucket)
      return {}
    },
    getVersioning: () => Promise.resolve('off'),
    putVersioning: () => notSupported('Versions'),
    bucketTraits: async (bucket, signal) => {
      checkNotCancelled(signal)
      await paths.root(bucket)
      return { versioning: 'off', objectLock: false, ownership: 'enforced' }
    },

    bucketSetting: () => notSupported('Settings of buckets'),
    putBucketEncryption: () => notSupported('Settings of buckets'),
    putBucketTags: () => notSupported('Settings of buckets'),

    listObjects: (request, signal) => listings.page(request, signal),
    listVersions: () => notSupported('Versions'),
    headObject: (request, signal) => headFile(paths, request, signal),
    getObject: (request, signal) => readFile(paths, request, signal),
    putObject: (request, signal) => writeFile(tools, request, signal),
    copyObject: () => notSupported('Copies within a folder'),
    deleteObject: async ({ bucket, key, ifMatch }, signal) => {
      checkNotCancelled(signal)
      await deleteFile(paths, bucket, key, ifMatch)
      return { deleteMarker: false }
    },
    deleteObjects: () => notSupported('Deletions as a whole'),
    getTags: () => Promise.resolve({}),
    putTags: () => notSupported('Tags'),
    getAcl: () => notSupported('ACLs'),
    putAcl: () => notSupported('ACLs'),
    putRetention: () => notSupported('Locks'),
    putLegalHold: () => notSupported('Locks'),
    updateEncryption: () => notSupported('Encryption settings'),
    restoreObject: () => notSupported('Archives'),
    listAnnotations: () => Promise.resolve([]),
    getAnnotation: () => notSupported('Annotations'),
    putAnnotation: () => notSupported('Annotations'),

    createUpload: (request, signal) => uploads.create(request, signal),
    uploadPart: (request, signal) => uploads.put(request, signal),
    uploadPartCopy: () => notSupported('Copies within a folder'),
    listParts: (request, signal) => uploads.parts(request, signal),
    listUploads: ({ bucket, prefix }, signal) => uploads.list(bucket, prefix, signal),
    uploadsPage: async ({ bucket, prefix, next }, signal) => ({
      uploads: next ? [] : await uploads.list(bucket, prefix, signal),
    }),
    completeUpload: (request, signal) => uploads.complete(request, signal),
    abortUpload: (ref, signal) =>
      ref.uploadId === WHOLE_WRITE ? clearUnfinished(paths, ref) : uploads.abort(ref, signal),
    presign: () => notSupported('Links'),
    close: () => listings.forget(),
  }
}

async function makeRoot(folder: string, signal: AbortSignal | undefined): Promise<void> {
  checkNotCancelled(signal)
  await translated('write', folder, async () => void (await mkdir(folder, { recursive: true })))
}

/**
 * As S3 deletes: what is not there is as good. A folder goes only where it is empty; folders that become empty stay.
 * `ifMatch` is looked at just before, for no system has both in one.
 */
async function deleteFile(
  paths: Paths,
  bucket: string,
  key: string,
  ifMatch: string | undefined,
): Promise<void> {
  const path = paths.of(bucket, key)
  if (!(await paths.isInside(bucket, dirname(path)))) return
  if (ifMatch !== undefined) {
    const { stats } = await findFile(paths, { bucket, key })
    if (etagOf(stats) !== ifMatch) fail('source-changed', 'item', `${key} changed since it was planned.`)
  }
  if (!key.endsWith('/')) return remove(path)
  try {
    await rmdir(path)
    paths.forget(path)
  } catch (error) {
    const errno = errnoOf(error)
    if (!isAbsent(error) && errno !== 'ENOTEMPTY' && errno !== 'EEXIST')
      throw asFailure(error, 'delete', path)
  }
}
