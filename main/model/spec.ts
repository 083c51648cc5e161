import { z } from 'zod'
import { connectionRef } from './connection.ts'
import { fieldRules } from './field-rules.ts'
import { filter } from './filter.ts'
import { isAbsolutePath, isLocal } from './local.ts'
import { manifestSource } from './manifest.ts'
import { nameRule } from './names.ts'
import { S3_LIMITS } from './object.ts'
import { budget } from './orders.ts'
import {
  COPY_DEFAULTS,
  copyProperties,
  customerKeyName,
  EDIT_DEFAULTS,
  editProperties,
  MOVE_DEFAULTS,
  moveProperties,
  someProperties,
} from './properties.ts'

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

/** How a bucket is asked: guarded against the wrong one, and paid for by whom. */
export const bucketAccess = {
  /** The account id that must own the bucket: sent as x-amz-expected-bucket-owner. */
  owner: z
    .string()
    .regex(/^\d{12}$/, 'must be an account id of 12 digits')
    .optional(),
  /** Requests are paid for by who asks: x-amz-request-payer. */
  requesterPays: z.boolean().default(false),
}

/** Which versions of the selected keys. History is copied oldest first, delete markers among it. */
export const versionChoice = z.discriminatedUnion('take', [
  z.strictObject({ take: z.literal('current') }),
  z.strictObject({ take: z.literal('all') }),
  /** What was current at that moment, milliseconds since the epoch. */
  z.strictObject({ take: z.literal('as-of'), at: z.int().positive() }),
])
export type VersionChoice = z.infer<typeof versionChoice>

/** A bucket, or of this machine the absolute path of a folder. */
const bucketOrFolder = z.string().min(1).max(4096)

function checkBucket(
  place: { readonly connection: z.infer<typeof connectionRef>; readonly bucket: string },
  context: z.RefinementCtx,
): void {
  const refuse = (message: string): void => {
    context.addIssue({ code: 'custom', path: ['bucket'], message, input: place.bucket })
  }
  if (isLocal(place)) {
    if (!isAbsolutePath(place.bucket)) refuse('must be the absolute path of a folder')
    return
  }
  const checked = bucketName.safeParse(place.bucket)
  if (!checked.success) refuse(checked.error.issues[0]?.message ?? 'must be a bucket name')
}

const anySource = z.strictObject({
  connection: connectionRef,
  bucket: bucketOrFolder,
  /** At least one; overlapping ones are planned once. */
  select: z.array(selection).min(1).max(100_000),
  /**
   * What is cut off the front of a source key before the destination's prefix is put there.
   * `base: 'a/'`, `prefix: 'z/'`: `a/b.txt` → `z/b.txt`. With `base` the whole key, `prefix` is the new name.
   */
  base: keyPrefix,
  versions: versionChoice.default({ take: 'current' }),
  ...bucketAccess,
  /** Keys of the key ring that its SSE-C objects may lie under; each is tried, in this order. */
  customerKeys: z.array(customerKeyName).max(16).default([]),
})
export const sourcePlace = anySource.superRefine(checkBucket)
export type SourcePlace = z.infer<typeof sourcePlace>
/** What a source has that nobody said more of. */
export const PLAIN_SOURCE = {
  versions: { take: 'current' },
  requesterPays: false,
  customerKeys: [],
} satisfies Pick<SourcePlace, 'versions' | 'requesterPays' | 'customerKeys'>

export const destinationPlace = z
  .strictObject({
    connection: connectionRef,
    bucket: bucketOrFolder,
    prefix: keyPrefix,
    ...bucketAccess,
  })
  .superRefine(checkBucket)
export type DestinationPlace = z.infer<typeof destinationPlace>

/** Where a job only looks at objects whose names it knows: nothing is listed by a selection, and nothing is written. */
const lookedAtPlace = z
  .strictObject({
    connection: connectionRef,
    bucket: bucketOrFolder,
    /** The names begin so. */
    prefix: keyPrefix,
    ...bucketAccess,
    customerKeys: z.array(customerKeyName).max(16).default([]),
  })
  .superRefine(checkBucket)
export type LookedAtPlace = z.infer<typeof lookedAtPlace>

/** What happens where the destination's key exists already. */
export const CONFLICT_POLICIES = ['skip', 'overwrite', 'if-newer', 'if-different', 'fail'] as const
export const conflictPolicy = z.enum(CONFLICT_POLICIES)
export type ConflictPolicy = z.infer<typeof conflictPolicy>

/** `auto`: `answer` where the endpoint is known to keep its word, else `head`. */
export const VERIFY_LEVELS = ['auto', 'answer', 'head', 'full'] as const
export const verifyLevel = z.enum(VERIFY_LEVELS)
export type VerifyLevel = z.infer<typeof verifyLevel>

/** Options for the objects that a filter takes. All rules that match apply, the later over the earlier. */
export const propertyRule = z.strictObject({ when: filter, properties: someProperties })
export type PropertyRule = z.infer<typeof propertyRule>
/** So many that a plan's item can remember in one number which of them it matched. */
const rules = z.array(propertyRule).max(30).default([])

export const RESTORE_TIERS = ['Expedited', 'Standard', 'Bulk'] as const
/** What becomes of an archived object: named and left, or restored first. */
export const archivePolicy = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('refuse') }),
  z.strictObject({
    do: z.literal('restore'),
    tier: z.enum(RESTORE_TIERS),
    /** How long the restored copy stays readable; S3 takes none for Intelligent-Tiering. */
    days: z.int().min(1).max(365),
  }),
])
export type ArchivePolicy = z.infer<typeof archivePolicy>

function atLeastOne<T extends z.ZodType>(place: T, most: number) {
  return z.tuple([place], place).refine((all) => all.length <= most, `must be at most ${most}`)
}

export const REPORT_FORMATS = ['csv', 'json', 'html'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]
/** Where the completion report goes when the job is over, by itself. */
const reportOrder = z.strictObject({
  formats: z.array(z.enum(REPORT_FORMATS)).min(1).max(3),
  to: destinationPlace,
})

const common = {
  v: z.literal(1),
  sources: atLeastOne(sourcePlace, 100),
  /** Where the keys come from, instead of from listings of the sources. */
  manifest: manifestSource.optional(),
  budget: budget.optional(),
  report: reportOrder.optional(),
  /** The name of a webhook of the settings, which is told when the job is over or pauses. Its URL is a secret. */
  webhook: z.string().min(1).max(64).optional(),
  /** Objects that do not pass are counted and left. */
  filter: filter.optional(),
  /** Requests in flight at most; the engine finds the right number below it by itself. */
  concurrency: z.int().min(1).max(1024).optional(),
}

const across = {
  ...common,
  /** Each source goes to each destination. */
  destinations: atLeastOne(destinationPlace, 16),
  names: z.array(nameRule).max(20).default([]),
}

const pour = {
  ...across,
  conflict: conflictPolicy,
  verify: verifyLevel,
  rules,
  archived: archivePolicy.default({ do: 'refuse' }),
  /** What is written over is copied below this prefix of its bucket first, so that undo can bring it back. */
  backup: z.strictObject({ prefix: keyPrefix }).optional(),
  /** Of a copy by parts. `same`: as the source's, so that the ETag stays, where its layout can be had. */
  partLayout: z.enum(['chosen', 'same']).default('chosen'),
}

const copySpec = z.strictObject({
  kind: z.literal('copy'),
  ...pour,
  properties: copyProperties.default(COPY_DEFAULTS),
  /** A mirror: what stands below the destination's prefix and has no source is deleted. */
  deleteExtra: z.boolean().default(false),
})
const moveSpec = z.strictObject({
  kind: z.literal('move'),
  ...pour,
  properties: moveProperties.default(MOVE_DEFAULTS),
})
/** Objects changed where they are. What is not named is kept. */
const editSpec = z.strictObject({
  kind: z.literal('edit'),
  ...common,
  verify: verifyLevel,
  rules,
  /** Over what the properties make of an object; they see it as it stands. */
  fieldRules: fieldRules.default([]),
  /**
   * `grid`: the rows of that metadata grid as they were seen there, with the cells that were edited by hand; the
   * selection says only where they came from.
   */
  changes: z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('selection') }),
      z.strictObject({ from: z.literal('grid'), id: z.string().min(1).max(64) }),
    ])
    .default({ from: 'selection' }),
  archived: archivePolicy.default({ do: 'refuse' }),
  properties: editProperties.default(EDIT_DEFAULTS),
})
/**
 * Which older versions go, for good. A current object never does. All that is given must hold, as with
 * NoncurrentVersionExpiration of S3's lifecycle rules.
 */
export const purgeRule = z.strictObject({
  /** Days of 24 hours since a newer version took its place. */
  olderThanDays: z.int().min(0).max(36_500).default(0),
  /** So many of the newest older versions of each key stay; delete markers do not count. */
  keep: z.int().min(0).max(100).default(0),
  /** Delete markers under which nothing is left go, too, of whatever age; also the one on top. */
  loneMarkers: z.boolean().default(false),
})
export type PurgeRule = z.infer<typeof purgeRule>
/** Without `purge`, the current objects: in a versioned bucket, by a delete marker. With it, the sources must take all versions. */
const deleteSpec = z.strictObject({ kind: z.literal('delete'), ...common, purge: purgeRule.optional() })
/**
 * Keys brought back to what they were, in a bucket that keeps versions; nothing is lost, all goes on top. The sources
 * must take all versions: `to` says which of them.
 *
 * | `to`       | what was then                                  | what is done                                   |
 * |------------|------------------------------------------------|------------------------------------------------|
 * | `as-of`    | the version that is current now                | nothing                                        |
 * | `as-of`    | one over which only delete markers lie         | the markers are removed                        |
 * | `as-of`    | another version                                | it is copied on top, with everything it carries|
 * | `as-of`    | nothing, and the key is there now              | `later`: kept, or deleted by a marker          |
 * | `undelete` | any, and a delete marker is current            | the markers on top are removed                 |
 */
const rewindSpec = z.strictObject({
  kind: z.literal('rewind'),
  ...common,
  verify: verifyLevel,
  archived: archivePolicy.default({ do: 'refuse' }),
  to: z.discriminatedUnion('is', [
    /** Milliseconds since the epoch. */
    z.strictObject({
      is: z.literal('as-of'),
      at: z.int().positive(),
      later: z.enum(['keep', 'delete']).default('keep'),
    }),
    z.strictObject({ is: z.literal('undelete') }),
  ]),
})
/** Of jobs of which something can be taken back. */
const UNDONE_KINDS = ['copy', 'move', 'edit', 'delete', 'rewind', 'undo'] as const
/**
 * What another job did, taken back. An edit: the version that it made is deleted, where the bucket keeps versions; what
 * it changed in place, or wrote over, gets its remembered values again. A copy: what it made is deleted, and what was
 * kept of what stood there before comes back; what may be the last copy of an object is kept. A move: its sources first, and then the same. A delete: its markers go.
 * The sources are where the objects lie now (`model/undo.ts`): those of that job, or its destinations.
 */
const undoSpec = z.strictObject({
  kind: z.literal('undo'),
  ...common,
  verify: verifyLevel,
  /** The job's id. */
  of: z.string().min(1).max(64),
  /** Its kind. */
  what: z.enum(UNDONE_KINDS).default('edit'),
  /** Of a move: where its objects go back to, which were its sources. */
  backTo: z.array(destinationPlace).min(1).max(100).optional(),
  /** Of a copy: its sources. Each object is looked at there before its copy goes. */
  copiedFrom: z.array(lookedAtPlace).min(1).max(100).optional(),
  /** What becomes of a copy whose source is gone, or is another by now: it may be all that is left of it. */
  lastCopies: z.enum(['keep', 'delete']).default('keep'),
})
/** Two places compared: nothing is written, differences are failed items that name the property. */
const paritySpec = z.strictObject({
  kind: z.literal('parity'),
  ...across,
  /** `listing`: size and ETag; `head`: headers, metadata, class and encryption; `full`: tags, ACL and lock as well. */
  compare: z.enum(['listing', 'head', 'full']),
})

/**
 * What the user asked for: immutable, versioned, without secrets. It is also the job file that `decant run` takes.
 */
export const jobSpec = z.discriminatedUnion('kind', [
  copySpec,
  moveSpec,
  editSpec,
  deleteSpec,
  paritySpec,
  rewindSpec,
  undoSpec,
])
export type JobSpec = z.infer<typeof jobSpec>
/** As a job file may have it: what has a default may be left out. */
export type JobFile = z.input<typeof jobSpec>
/** What a pour has that nobody said more of. */
export const PLAIN_POUR = {
  names: [],
  rules: [],
  archived: { do: 'refuse' },
  partLayout: 'chosen',
} satisfies Partial<PourSpec>
export type PourSpec = Extract<JobSpec, { kind: 'copy' | 'move' }>
export type EditSpec = Extract<JobSpec, { kind: 'edit' }>
export type DeleteSpec = Extract<JobSpec, { kind: 'delete' }>
export type PurgeSpec = DeleteSpec & { readonly purge: PurgeRule }
export type RewindSpec = Extract<JobSpec, { kind: 'rewind' }>
export type UndoSpec = Extract<JobSpec, { kind: 'undo' }>
export type ParitySpec = Extract<JobSpec, { kind: 'parity' }>
/** Jobs with a place where things go, or should stand. */
export type AcrossSpec = PourSpec | ParitySpec

export function hasDestinations(spec: JobSpec): spec is AcrossSpec {
  return spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'parity'
}

/** A copy or a move. */
export function isPour(spec: JobSpec): spec is PourSpec {
  return spec.kind === 'copy' || spec.kind === 'move'
}

/** Whether it decides by whole histories what becomes of their versions. */
export function worksOnVersions(spec: JobSpec): spec is PurgeSpec | RewindSpec {
  return spec.kind === 'rewind' || (spec.kind === 'delete' && spec.purge !== undefined)
}

/** The same pour, of the other kind: what only one of them has comes and goes with it. */
export function pourAs(spec: PourSpec, kind: PourSpec['kind']): PourSpec {
  if (spec.kind === kind) return spec
  if (kind === 'copy') return { ...spec, kind, deleteExtra: false }
  const { deleteExtra: _, ...rest } = spec as Extract<PourSpec, { kind: 'copy' }>
  return { ...rest, kind }
}

/** Where things go, or should stand; of an undo, where they go back to. Most jobs that work on the source itself have none. */
export function destinationsOf(spec: JobSpec): readonly DestinationPlace[] {
  if (spec.kind === 'undo') return spec.backTo ?? []
  return hasDestinations(spec) ? spec.destinations : []
}

/** Every place that a job touches: its sources, then its destinations, then those where it only looks. */
export function placesOf(spec: JobSpec): readonly (SourcePlace | DestinationPlace)[] {
  return [...spec.sources, ...destinationsOf(spec), ...lookedAt(spec)]
}

/** Where an undo looks whether the source of a copy still stands. */
export function lookedAt(spec: JobSpec): readonly LookedAtPlace[] {
  return spec.kind === 'undo' ? (spec.copiedFrom ?? []) : []
}

/** Those that it writes to. A move also deletes at its sources, and a comparison writes nowhere. */
export function writtenPlaces(spec: JobSpec): readonly (SourcePlace | DestinationPlace)[] {
  switch (spec.kind) {
    case 'copy':
      return spec.destinations
    case 'move':
    case 'undo':
      return [...spec.sources, ...destinationsOf(spec)]
    case 'edit':
    case 'delete':
    case 'rewind':
      return spec.sources
    case 'parity':
      return []
  }
}
