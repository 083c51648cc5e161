import { DecantError } from '#model/failure.ts'
import type { Storage } from '../engine/storage.ts'

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

/** The same storage, through which nothing can be written. What a connection may not do, no job can make it do. */
export function readOnly(storage: Storage, name: string): Storage {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new DecantError({
        code: 'read-only',
        reach: 'job',
        message: `The connection "${name}" is read-only. Switch that off under Connections to write through it.`,
      }),
    )
  return new Proxy(storage, {
    get(target, member) {
      if (EFFECT[member as keyof Storage] === 'writes') return refuse
      const value: unknown = Reflect.get(target, member, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
