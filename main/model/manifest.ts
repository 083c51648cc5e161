import { z } from 'zod'
import { connectionRef } from './connection.ts'
import { isAbsolutePath } from './local.ts'

/**
 * What a manifest's rows look like.
 *
 * | format    | what it is                                                                                       |
 * |-----------|--------------------------------------------------------------------------------------------------|
 * | batch     | CSV of S3 Batch Operations: `Bucket,Key[,VersionId]`, no heading, keys URL-encoded               |
 * | report    | a completion report, Decant's or S3's: the rows that failed                                      |
 * | decant    | CSV with a heading: `bucket,key[,version-id][,target-bucket][,target-key]` and fields of objects |
 * | inventory | manifest.json of an S3 Inventory, and the CSV files (gzip) that it names                         |
 */
export const MANIFEST_FORMATS = ['batch', 'report', 'decant', 'inventory'] as const
export type ManifestFormat = (typeof MANIFEST_FORMATS)[number]

/** Where it lies: a file of this machine, or an object. */
export const manifestAt = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('file'),
    path: z.string().min(1).max(4096).refine(isAbsolutePath, 'must be the absolute path of a file'),
  }),
  z.strictObject({
    is: z.literal('object'),
    connection: connectionRef,
    bucket: z.string().min(1).max(255),
    key: z.string().min(1).max(1024),
    versionId: z.string().min(1).max(1024).optional(),
  }),
])
export type ManifestAt = z.infer<typeof manifestAt>

/**
 * Keys from a manifest instead of from a listing. Each row belongs to the source with its bucket, and only what that
 * source selects is meant; a row of another bucket is a bad one.
 */
export const manifestSource = z.strictObject({
  at: manifestAt,
  format: z.enum(MANIFEST_FORMATS),
  /** `plan`: each object is looked at for the plan. `send`: right before it is sent, and the plan holds rows only. */
  look: z.enum(['plan', 'send']).default('plan'),
})
export type ManifestSource = z.infer<typeof manifestSource>

/** A row that nobody can make sense of. It is left, and the others run. */
export interface BadRow {
  /** From 1. */
  readonly line: number
  /** A sentence that names field and value. */
  readonly reason: string
}

/** What a look through a manifest found. */
export interface ManifestFound {
  readonly at: ManifestAt
  readonly name: string
  readonly format: ManifestFormat
  readonly rows: number
  /** At most a hundred, with their rows; most rows first. */
  readonly buckets: readonly { readonly bucket: string; readonly rows: number }[]
  readonly versions: boolean
  /** Of `decant`: what it says besides bucket, key and version. */
  readonly columns: readonly string[]
  readonly bad: number
  /** The first of them. */
  readonly firstBad: readonly BadRow[]
}

/** How far a job has come with its manifest. */
export interface ManifestProgress {
  readonly rows: number
  readonly bad: number
  readonly firstBad: readonly BadRow[]
}

/** What a person knows it by. What was kept of a paste or a drop has an id before its name. */
export function manifestName(at: ManifestAt): string {
  const path = at.is === 'file' ? at.path : at.key
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/^kept-[^-]+-/, '')
}
