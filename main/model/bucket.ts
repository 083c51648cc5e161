import { z } from 'zod'
import type { Encryption, Tags, Versioning } from './object.ts'
import type { Acl } from './properties.ts'

/**
 * Why S3 would not take this name for a new bucket; undefined: it would.
 * Source: "General purpose bucket naming rules", Amazon S3 User Guide.
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3) return 'must have at least 3 characters'
  if (name.length > 63) return 'must have at most 63 characters'
  if (/[A-Z]/.test(name)) return 'must be in lower case'
  if (name.includes('_')) return 'must not hold an underscore: use a hyphen'
  const odd = /[^a-z0-9.-]/u.exec(name)
  if (odd) return `must hold only letters, digits, dots and hyphens, not ${JSON.stringify(odd[0])}`
  if (!/^[a-z0-9]/.test(name)) return 'must begin with a letter or a digit'
  if (!/[a-z0-9]$/.test(name)) return 'must end with a letter or a digit'
  if (name.includes('..')) return 'must not hold two dots in a row'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'must not look like an IP address'
  const start = ['xn--', 'sthree-', 'amzn-s3-demo-'].find((reserved) => name.startsWith(reserved))
  if (start !== undefined) return `must not begin with ${start}, which AWS keeps to itself`
  const end = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'].find((one) => name.endsWith(one))
  if (end !== undefined) return `must not end with ${end}, which AWS keeps to itself`
  return undefined
}

export const newBucketName = z.string().superRefine((name, context) => {
  const problem = bucketNameProblem(name)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: name })
})

/** The encryption of what is written without asking for one. */
export const defaultEncryption = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('SSE-S3') }),
  z.strictObject({
    kind: z.enum(['SSE-KMS', 'DSSE-KMS']),
    /** Id, alias or ARN; absent: the key that AWS keeps for S3 (aws/s3). */
    keyId: z.string().trim().min(1).max(2048).optional(),
    /** Fewer requests to KMS; DSSE-KMS knows none. */
    bucketKey: z.boolean().optional(),
  }),
])
export type DefaultEncryption = z.infer<typeof defaultEncryption>

/** Of a bucket there may be more than of an object. Source: "Using cost allocation S3 bucket tags". */
export const bucketTags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .refine((key) => !key.toLowerCase().startsWith('aws:'), 'must not begin with aws:'),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length <= 50, 'must be at most 50 tags')

/** What a bucket says of itself; each costs a request, and a right of its own. */
export const BUCKET_SETTINGS = [
  'versioning',
  'encryption',
  'tags',
  'policy',
  'lifecycle',
  'lock',
  'public-access',
  'ownership',
  'acl',
] as const
export type BucketSettingName = (typeof BUCKET_SETTINGS)[number]

export interface BucketSettings {
  readonly versioning: Versioning
  readonly encryption: BucketEncryption
  readonly tags: Tags
  /** JSON, as it was put. */
  readonly policy: string
  readonly lifecycle: Lifecycle
  readonly lock: LockConfiguration
  readonly 'public-access': PublicAccessBlock
  readonly ownership: ObjectOwnership
  readonly acl: Acl
}
export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export interface BucketEncryption {
  readonly defaultEncryption: Encryption
  /** SSE-C is refused. */
  readonly blocksCustomerKeys: boolean
}

export interface LockConfiguration {
  /** Of objects that name none when they are written. */
  readonly retention?:
    { readonly mode: string; readonly unit: 'days' | 'years'; readonly length: number } | undefined
}

export const PUBLIC_ACCESS_RULES = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const
export type PublicAccessBlock = Readonly<Record<(typeof PUBLIC_ACCESS_RULES)[number], boolean>>

export interface Lifecycle {
  readonly rules: readonly LifecycleRule[]
  /** The document itself, laid out for reading. */
  readonly raw: string
}

export interface LifecycleRule {
  readonly id?: string | undefined
  readonly enabled: boolean
  readonly prefix?: string | undefined
  readonly tags: Tags
  /** Bytes; larger, and smaller, than this. */
  readonly above?: number | undefined
  readonly below?: number | undefined
  readonly actions: readonly LifecycleAction[]
}

/** `after`: days, or a date as S3 wrote it. */
export type LifecycleAction =
  | { readonly does: 'expire'; readonly after: LifecycleMoment }
  | { readonly does: 'expire-markers' }
  | { readonly does: 'transition'; readonly after: LifecycleMoment; readonly storageClass: string }
  | { readonly does: 'expire-older'; readonly days: number; readonly keep?: number | undefined }
  | {
      readonly does: 'transition-older'
      readonly days: number
      readonly keep?: number | undefined
      readonly storageClass: string
    }
  | { readonly does: 'abort-uploads'; readonly days: number }
export type LifecycleMoment = { readonly days: number } | { readonly date: string }

/** What was asked about a bucket: its value, that it has none of it, or why nobody can tell. */
export type BucketPart<N extends BucketSettingName = BucketSettingName> =
  | { readonly is: 'known'; readonly value: BucketSettings[N] }
  | { readonly is: 'none' }
  /** `right`: what these keys lack. */
  | { readonly is: 'denied'; readonly right: string }
  /** The store has no such thing. */
  | { readonly is: 'unknown' }

/** One part of a bucket by its name, as it is handed to the window. */
export type BucketPartOf = {
  [N in BucketSettingName]: { readonly part: N; readonly found: BucketPart<N> }
}[BucketSettingName]

/** A presigned link may live so long at most. Source: "Download and upload objects with presigned URLs". */
export const LONGEST_LINK = 7 * 24 * 3600
