import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Storage } from './storage.ts'

/**
 * Every member of a storage: whether it changes something at the other end. One that is added without a word here
 * does not compile.
 */
const EFFECT: Readonly<Record<keyof Storage, 'reads' | 'writes'>> = {
  habits: 'reads',
  requests: 'reads',
  serverTime: 'reads',
  listBuckets: 'reads',
  createBucket: 'writes',
  deleteBucket: 'writes',
  headBucket: 'reads',
  getVersioning: 'reads',
  putVersioning: 'writes',
  bucketTraits: 'reads',
  bucketSetting: 'reads',
  putBucketEncryption: 'writes',
  putBucketTags: 'writes',
  listObjects: 'reads',
  listVersions: 'reads',
  headObject: 'reads',
  getObject: 'reads',
  putObject: 'writes',
  copyObject: 'writes',
  deleteObject: 'writes',
  deleteObjects: 'writes',
  getTags: 'reads',
  putTags: 'writes',
  getAcl: 'reads',
  putAcl: 'writes',
  putRetention: 'writes',
  putLegalHold: 'writes',
  updateEncryption: 'writes',
  restoreObject: 'writes',
  listAnnotations: 'reads',
  getAnnotation: 'reads',
  putAnnotation: 'writes',
  createUpload: 'writes',
  uploadPart: 'writes',
  uploadPartCopy: 'writes',
  listParts: 'reads',
  listUploads: 'reads',
  uploadsPage: 'reads',
  completeUpload: 'writes',
  abortUpload: 'writes',
  presign: 'reads',
  close: 'reads',
}

/** The same storage, through which nothing can be written: what would be is refused with this failure. */
export function withoutWrites(storage: Storage, refusal: Failure): Storage {
  const refuse = (): Promise<never> => Promise.reject(new DecantError(refusal))
  // Of an object of its own: a member that may not be changed has to be told as it is.
  return new Proxy({} as Storage, {
    get(_own, member) {
      if (EFFECT[member as keyof Storage] === 'writes') return refuse
      const value: unknown = Reflect.get(storage, member, storage)
      return typeof value === 'function' ? (value.bind(storage) as unknown) : value
    },
  })
}
