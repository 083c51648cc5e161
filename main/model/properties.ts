import { z } from 'zod'
import { storageClass } from './storage-class.ts'

/**
 * What becomes of each property of an object: `copy` it from the source, `set` it to exactly this, `change` some of
 * it and copy the rest, or `drop` it. Nothing is left to S3's defaults, which differ from one request to the next.
 */

/** S3's limits on what an object carries. Source: "Object tagging" and "Working with object metadata". */
export const PROPERTY_LIMITS = { tags: 10, tagKey: 128, tagValue: 256, metadataBytes: 2048 } as const

/** A header travels as one line; control characters would end it, or be refused on the way. */
export const headerValue = z
  .string()
  .max(8192)
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'must be one line without control characters')

export const HEADER_NAMES = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'expires',
] as const
export const headerName = z.enum(HEADER_NAMES)
export type HeaderName = z.infer<typeof headerName>

const headerValues = z.partialRecord(headerName, headerValue)

/** As S3 keeps it: without `x-amz-meta-`, in lower case, the characters of a header's name. */
export const metadataName = z
  .string()
  .max(256)
  .regex(
    /^[a-z0-9!#$%&'*+.^_`|~-]+$/,
    'must be a header name in lower case (S3 keeps metadata names in lower case)',
  )
const metadataValue = headerValue
const metadataValues = z
  .record(metadataName, metadataValue)
  .refine((all) => metadataBytes(all) <= PROPERTY_LIMITS.metadataBytes, 'must be at most 2 KB of metadata')

const encoder = new TextEncoder()

/** UTF-8 bytes of names and values, as S3 counts its limit of 2 KB. */
export function metadataBytes(metadata: Readonly<Record<string, string>>): number {
  let bytes = 0
  for (const [name, value] of Object.entries(metadata)) {
    bytes += encoder.encode(name).length + encoder.encode(value).length
  }
  return bytes
}

export const tagKey = z
  .string()
  .min(1)
  .max(PROPERTY_LIMITS.tagKey)
  .refine(
    (key) => !key.toLowerCase().startsWith('aws:'),
    'must not begin with aws:, which AWS keeps to itself',
  )
const tagValues = z
  .record(tagKey, z.string().max(PROPERTY_LIMITS.tagValue))
  .refine((tags) => Object.keys(tags).length <= PROPERTY_LIMITS.tags, 'must be at most 10 tags')

export const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const
export type CannedAcl = (typeof CANNED_ACLS)[number]

export const GRANT_PERMISSIONS = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const

/** Who is let in: an account by its canonical id or e-mail address, or one of S3's groups by its URI. */
export const grant = z.strictObject({
  grantee: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('account'), id: z.string().min(1).max(256) }),
    z.strictObject({ kind: z.literal('email'), address: z.string().min(3).max(320) }),
    z.strictObject({ kind: z.literal('group'), uri: z.url().max(512) }),
  ]),
  permission: z.enum(GRANT_PERMISSIONS),
})
export type Grant = z.infer<typeof grant>

/** As GetObjectAcl tells it. */
export interface Acl {
  /** Canonical id of the owner; some stores leave it out. */
  readonly owner?: string | undefined
  readonly grants: readonly Grant[]
}

const aclToSet = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('canned'), acl: z.enum(CANNED_ACLS) }),
  z.strictObject({ kind: z.literal('grants'), grants: z.array(grant).max(100) }),
])
export type AclToSet = z.infer<typeof aclToSet>

export const RETENTION_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const
/** `until`: milliseconds since the epoch. */
export const retention = z.strictObject({ mode: z.enum(RETENTION_MODES), until: z.int().positive() })
export type Retention = z.infer<typeof retention>

/** The name of a customer key (SSE-C) in the key ring. The key itself is never in a spec. */
export const customerKeyName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\w .-]+$/, 'must be letters, digits, spaces, dots, hyphens and underscores')

const kms = {
  /** Absent: the account's aws/s3 key. Across accounts S3 wants the full ARN. */
  keyId: z.string().min(1).max(2048).optional(),
  /** The encryption context; S3 never tells it, so it can be set and not copied. */
  context: z.record(z.string().min(1).max(256), z.string().max(1024)).optional(),
}
export const encryptionToSet = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('SSE-S3') }),
  z.strictObject({ kind: z.literal('SSE-KMS'), ...kms, bucketKey: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('DSSE-KMS'), ...kms }),
  z.strictObject({ kind: z.literal('SSE-C'), key: customerKeyName }),
])
export type EncryptionToSet = z.infer<typeof encryptionToSet>

export const CHECKSUM_ALGORITHMS = ['CRC64NVME', 'CRC32C', 'CRC32', 'SHA256', 'SHA1'] as const
const checksumAlgorithm = z.enum(CHECKSUM_ALGORITHMS)
export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithm>

const copy = z.strictObject({ policy: z.literal('copy') })
const drop = z.strictObject({ policy: z.literal('drop') })
function setTo<T extends z.ZodType>(value: T) {
  return z.strictObject({ policy: z.literal('set'), value })
}
/** Copies, then sets these and removes those. */
function changeBy<T extends z.ZodType, N extends z.ZodType>(set: T, name: N) {
  return z.strictObject({ policy: z.literal('change'), set, remove: z.array(name).max(200).default([]) })
}

const policies = {
  /** The six system headers; the website redirect is a property of its own. */
  headers: z.discriminatedUnion('policy', [
    copy,
    drop,
    setTo(headerValues),
    changeBy(headerValues, headerName),
  ]),
  metadata: z.discriminatedUnion('policy', [
    copy,
    drop,
    setTo(metadataValues),
    changeBy(metadataValues, metadataName),
  ]),
  tags: z.discriminatedUnion('policy', [copy, drop, setTo(tagValues), changeBy(tagValues, tagKey)]),
  /** S3's object annotations, where the endpoint has them. */
  annotations: z.discriminatedUnion('policy', [copy, drop]),
  /** `drop`: private, or whatever an owner-enforced bucket means by it. */
  acl: z.discriminatedUnion('policy', [copy, drop, setTo(aclToSet)]),
  /** `drop`: what the destination bucket's own lock configuration gives. */
  retention: z.discriminatedUnion('policy', [copy, drop, setTo(retention)]),
  legalHold: z.discriminatedUnion('policy', [copy, drop, setTo(z.enum(['ON', 'OFF']))]),
  redirect: z.discriminatedUnion('policy', [copy, drop, setTo(headerValue.min(1).max(2048))]),
  storageClass: z.discriminatedUnion('policy', [copy, setTo(storageClass)]),
  /** `drop`: what the destination bucket gives by default, and S3 when it is silent. */
  encryption: z.discriminatedUnion('policy', [copy, drop, setTo(encryptionToSet)]),
  /** `drop`: whatever S3 gives. */
  checksum: z.discriminatedUnion('policy', [copy, drop, setTo(checksumAlgorithm)]),
}

type Policies = { [Name in keyof typeof policies]: z.infer<(typeof policies)[Name]> }

/** A copy: what S3 can carry along at no further request is carried along; the rest is chosen by name. */
export const COPY_DEFAULTS: Policies = {
  headers: { policy: 'copy' },
  metadata: { policy: 'copy' },
  tags: { policy: 'copy' },
  annotations: { policy: 'copy' },
  acl: { policy: 'drop' },
  retention: { policy: 'drop' },
  legalHold: { policy: 'drop' },
  redirect: { policy: 'drop' },
  storageClass: { policy: 'copy' },
  encryption: { policy: 'drop' },
  checksum: { policy: 'drop' },
}

/** A move leaves nothing behind to look it up in, so what a HEAD shows goes along too. */
export const MOVE_DEFAULTS: Policies = { ...COPY_DEFAULTS, redirect: { policy: 'copy' } }

/** An edit keeps everything that it does not name (invariant 4). */
export const EDIT_DEFAULTS: Policies = {
  headers: { policy: 'copy' },
  metadata: { policy: 'copy' },
  tags: { policy: 'copy' },
  annotations: { policy: 'copy' },
  acl: { policy: 'copy' },
  retention: { policy: 'copy' },
  legalHold: { policy: 'copy' },
  redirect: { policy: 'copy' },
  storageClass: { policy: 'copy' },
  encryption: { policy: 'copy' },
  checksum: { policy: 'copy' },
}

/** Policies for every property; those that a job file leaves out are the job's defaults. */
function propertiesWith(defaults: Policies) {
  return z.strictObject({
    headers: policies.headers.default(defaults.headers),
    metadata: policies.metadata.default(defaults.metadata),
    tags: policies.tags.default(defaults.tags),
    annotations: policies.annotations.default(defaults.annotations),
    acl: policies.acl.default(defaults.acl),
    retention: policies.retention.default(defaults.retention),
    legalHold: policies.legalHold.default(defaults.legalHold),
    redirect: policies.redirect.default(defaults.redirect),
    storageClass: policies.storageClass.default(defaults.storageClass),
    encryption: policies.encryption.default(defaults.encryption),
    checksum: policies.checksum.default(defaults.checksum),
  })
}
export const copyProperties = propertiesWith(COPY_DEFAULTS)
export const moveProperties = propertiesWith(MOVE_DEFAULTS)
export const editProperties = propertiesWith(EDIT_DEFAULTS)
export type Properties = z.infer<typeof copyProperties>
export type PropertyName = keyof Properties

export const PROPERTY_NAMES = Object.keys(COPY_DEFAULTS) as readonly PropertyName[]

/** What a rule says otherwise for the objects that it matches. */
export const someProperties = z.strictObject(policies).partial()
export type SomeProperties = z.infer<typeof someProperties>

/** Whether it has to be known what a bucket allows before objects with these properties are written there. */
export function needsTraits({ acl, retention, legalHold, encryption }: SomeProperties): boolean {
  const asksForKey = encryption?.policy === 'set' && encryption.value.kind === 'SSE-C'
  return [acl, retention, legalHold].some((property) => property?.policy === 'set') || asksForKey
}
