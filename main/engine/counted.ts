import type { Storage } from './storage.ts'

type Call = Exclude<keyof Storage, 'habits' | 'requests' | 'serverTime' | 'close'>

/** S3's names of what each method sends. */
const OPERATIONS: Readonly<Record<Call, string | readonly string[]>> = {
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
  getTags: 'GetObjectTagging',
  putTags: 'PutObjectTagging',
  bucketTraits: [
    'GetBucketVersioning',
    'GetObjectLockConfiguration',
    'GetBucketOwnershipControls',
    'GetBucketEncryption',
  ],
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
  completeUpload: 'CompleteMultipartUpload',
  abortUpload: 'AbortMultipartUpload',
}

/**
 * The same storage, for one user of it: what is sent through this face is counted in `requests` of its own, for a
 * storage is shared by everything that speaks to one connection. A request that the client itself repeats (another
 * Region, renewed keys) counts once. Closing it is the owner's business.
 */
export function counted(storage: Storage): Storage {
  const requests: Record<string, number> = {}
  const calls = Object.entries(OPERATIONS).map(([name, operation]) => {
    const sent = typeof operation === 'string' ? [operation] : operation
    const call = storage[name as Call].bind(storage) as (...args: unknown[]) => unknown
    const counting = (...args: unknown[]): unknown => {
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
