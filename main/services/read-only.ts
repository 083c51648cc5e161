import type { Storage } from '../engine/storage.ts'
import { DecantError } from '#model/failure.ts'

/** Everything that changes something at the other end. */
const WRITES: ReadonlySet<string> = new Set<keyof Storage>([
  'createBucket',
  'deleteBucket',
  'putVersioning',
  'putBucketEncryption',
  'putBucketTags',
  'putObject',
  'copyObject',
  'deleteObject',
  'putTags',
  'putAcl',
  'putRetention',
  'putLegalHold',
  'updateEncryption',
  'restoreObject',
  'putAnnotation',
  'createUpload',
  'uploadPart',
  'uploadPartCopy',
  'completeUpload',
  'abortUpload',
])

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
      if (typeof member === 'string' && WRITES.has(member)) return refuse
      const value: unknown = Reflect.get(target, member, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
