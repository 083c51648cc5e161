import type { BucketSettingName } from '#model/bucket.ts'
import type { Tags } from '#model/object.ts'
import { SETTING_REQUESTS } from './bucket-settings.ts'
import type { Storage } from './storage.ts'

type Call = Exclude<keyof Storage, 'habits' | 'requests' | 'serverTime' | 'close'>

type Operations = string | readonly string[] | ((...args: unknown[]) => string)

/** S3's names of what each method sends. */
const OPERATIONS: Readonly<Record<Call, Operations>> = {
  listBuckets: 'ListBuckets',
  createBucket: 'CreateBucket',
  deleteBucket: 'DeleteBucket',
  headBucket: 'HeadBucket',
  getVersioning: 'GetBucketVersioning',
  putVersioning: 'PutBucketVersioning',
  listObjects: 'ListObjectsV2',
  listVersions: 'ListObjectVersions',
  headObject: 'HeadObject',
  getObject: 'GetObject',
  putObject: 'PutObject',
  copyObject: 'CopyObject',
  deleteObject: 'DeleteObject',
  deleteObjects: 'DeleteObjects',
  getTags: 'GetObjectTagging',
  putTags: 'PutObjectTagging',
  bucketTraits: [
    'GetBucketVersioning',
    'GetObjectLockConfiguration',
    'GetBucketOwnershipControls',
    'GetBucketEncryption',
  ],
  bucketSetting: (_bucket, name) => SETTING_REQUESTS[name as BucketSettingName][0],
  putBucketEncryption: 'PutBucketEncryption',
  putBucketTags: (_bucket, tags) =>
    Object.keys(tags as Tags).length > 0 ? 'PutBucketTagging' : 'DeleteBucketTagging',
  getAcl: 'GetObjectAcl',
  putAcl: 'PutObjectAcl',
  putRetention: 'PutObjectRetention',
  putLegalHold: 'PutObjectLegalHold',
  updateEncryption: 'UpdateObjectEncryption',
  restoreObject: 'RestoreObject',
  listAnnotations: 'ListObjectAnnotations',
  getAnnotation: 'GetObjectAnnotation',
  putAnnotation: 'PutObjectAnnotation',
  createUpload: 'CreateMultipartUpload',
  uploadPart: 'UploadPart',
  uploadPartCopy: 'UploadPartCopy',
  listParts: 'ListParts',
  listUploads: 'ListMultipartUploads',
  uploadsPage: 'ListMultipartUploads',
  completeUpload: 'CompleteMultipartUpload',
  abortUpload: 'AbortMultipartUpload',
  presign: [],
}

/** Told of each request right before it leaves; what it throws is what becomes of the request instead. */
export type BeforeRequest = (operation: string) => void

/**
 * The same storage, for one user of it: what is sent through this face is counted in `requests` of its own, for a
 * storage is shared by everything that speaks to one connection. A request that the client itself repeats (another
 * Region, renewed keys) counts once. Closing it is the owner's business.
 */
export function counted(storage: Storage, before?: BeforeRequest): Storage {
  const requests: Record<string, number> = {}
  const calls = Object.entries(OPERATIONS).map(([name, operation]) => {
    const call = storage[name as Call].bind(storage) as (...args: unknown[]) => unknown
    if (typeof operation === 'string') return [name, countingOne(operation, call, requests, before)] as const
    const plain = operation
    const counting = (...args: unknown[]): unknown => {
      const sent = typeof plain === 'function' ? [plain(...args)] : plain
      try {
        if (before) for (const each of sent) before(each)
      } catch (error) {
        return Promise.reject(error as Error)
      }
      for (const each of sent) requests[each] = (requests[each] ?? 0) + 1
      return call(...args)
    }
    return [name, counting] as const
  })
  // The table above names every method, so this is all of them.
  const methods = Object.fromEntries(calls) as unknown as Pick<Storage, Call>
  return {
    ...methods,
    requests,
    get habits() {
      return storage.habits
    },
    get serverTime() {
      return storage.serverTime
    },
    close: () => {},
  }
}

/** What sends one request, always of the same name, and takes two arguments or three: nothing is made to count it. */
function countingOne(
  operation: string,
  call: (...args: unknown[]) => unknown,
  requests: Record<string, number>,
  before: BeforeRequest | undefined,
): (a: unknown, b: unknown, c: unknown) => unknown {
  return (a, b, c) => {
    try {
      before?.(operation)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    requests[operation] = (requests[operation] ?? 0) + 1
    return call(a, b, c)
  }
}
