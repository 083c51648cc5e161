import { z } from 'zod'
import { connectionRef } from './connection.ts'
import { S3_LIMITS, storageClass } from './object.ts'

export const bucketName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !name.includes('/'), 'must be a bucket name, without a slash')

/** UTF-8 bytes count, not characters. */
export const objectKey = z
  .string()
  .min(1)
  .refine(
    (key) => new TextEncoder().encode(key).length <= S3_LIMITS.keyBytes,
    'must be at most 1,024 bytes of UTF-8',
  )
export const keyPrefix = z
  .string()
  .refine(
    (key) => new TextEncoder().encode(key).length <= S3_LIMITS.keyBytes,
    'must be at most 1,024 bytes of UTF-8',
  )

/** What of a bucket a job takes: everything under a prefix, or one object. */
export const selection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prefix'), prefix: keyPrefix }),
  z.strictObject({
    kind: z.literal('object'),
    key: objectKey,
    versionId: z.string().min(1).max(1024).optional(),
  }),
])
export type Selection = z.infer<typeof selection>

export const sourcePlace = z.strictObject({
  connection: connectionRef,
  bucket: bucketName,
  /** At least one; overlapping ones are planned once. */
  select: z.array(selection).min(1).max(100_000),
  /**
   * What is cut off the front of a source key before the destination's prefix is put there.
   * `base: 'a/'`, `prefix: 'z/'`: `a/b.txt` → `z/b.txt`. With `base` the whole key, `prefix` is the new name.
   */
  base: keyPrefix,
})
export type SourcePlace = z.infer<typeof sourcePlace>

export const destinationPlace = z.strictObject({
  connection: connectionRef,
  bucket: bucketName,
  prefix: keyPrefix,
})
export type DestinationPlace = z.infer<typeof destinationPlace>

/** What happens where the destination's key exists already. */
export const CONFLICT_POLICIES = ['skip', 'overwrite', 'if-newer', 'if-different', 'fail'] as const
export const conflictPolicy = z.enum(CONFLICT_POLICIES)
export type ConflictPolicy = z.infer<typeof conflictPolicy>

/** `auto`: `answer` where the endpoint is known to keep its word, else `head`. */
export const VERIFY_LEVELS = ['auto', 'answer', 'head', 'full'] as const
export const verifyLevel = z.enum(VERIFY_LEVELS)
export type VerifyLevel = z.infer<typeof verifyLevel>

/** Each property has its policy, said in words: copy it, set it, or drop it. Headers and metadata are copied. */
export const properties = z.strictObject({
  storageClass: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('copy') }),
    z.strictObject({ policy: z.literal('set'), value: storageClass }),
  ]),
  tags: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('copy') }),
    z.strictObject({
      policy: z.literal('set'),
      value: z.record(z.string().min(1).max(128), z.string().max(256)),
    }),
    z.strictObject({ policy: z.literal('drop') }),
  ]),
})
export type Properties = z.infer<typeof properties>

export const COPY_EVERYTHING: Properties = { storageClass: { policy: 'copy' }, tags: { policy: 'copy' } }

const common = {
  v: z.literal(1),
  source: sourcePlace,
  /** Requests in flight at most; the engine finds the right number below it by itself. */
  concurrency: z.int().min(1).max(1024).optional(),
}

const pour = {
  ...common,
  destination: destinationPlace,
  conflict: conflictPolicy,
  verify: verifyLevel,
  properties,
}

/**
 * What the user asked for: immutable, versioned, without secrets. It is also the job file that `decant run` takes.
 */
export const jobSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('copy'), ...pour }),
  z.strictObject({ kind: z.literal('move'), ...pour }),
  z.strictObject({ kind: z.literal('delete'), ...common }),
])
export type JobSpec = z.infer<typeof jobSpec>
export type PourSpec = Extract<JobSpec, { kind: 'copy' | 'move' }>

/** A sentence for lists and notifications: "Copy events/2026/ to acme-backups". */
export function describeJob(spec: JobSpec): string {
  const what = describeSource(spec.source)
  switch (spec.kind) {
    case 'copy':
      return `Copy ${what} to ${spec.destination.bucket}`
    case 'move':
      return `Move ${what} to ${spec.destination.bucket}`
    case 'delete':
      return `Delete ${what} in ${spec.source.bucket}`
  }
}

function describeSource(source: SourcePlace): string {
  const [first] = source.select
  if (!first || source.select.length > 1)
    return `${source.select.length} places of ${source.base || source.bucket}`
  if (first.kind === 'object') return first.key
  return first.prefix || source.bucket
}
