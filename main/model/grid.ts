import { z } from 'zod'
import type { Failure } from './failure.ts'
import type { FieldRule } from './field-rules.ts'
import type { FieldName } from './field.ts'

/**
 * The metadata grid: objects as rows, fields as columns, what would be written over what stands there. It lives beside
 * the jobs, on disk, so that a hundred thousand rows cost the window nothing; an edit job is planned from it.
 */
export interface GridSnapshot {
  readonly id: string
  /** Counts up with every change. */
  readonly revision: number
  readonly connection: string
  readonly bucket: string
  /** What all its keys begin with. */
  readonly base: string
  readonly createdAt: number
  /** Keys are still being listed; `failure` where that stopped. */
  readonly listing: boolean
  readonly failure?: Failure | undefined
  readonly rows: number
  /** Rows whose HEAD, and tags, were read; the others show what a listing tells. */
  readonly known: number
  /** Rows that could not be read. */
  readonly unreadable: number
  /** All rows are being read, seen or not. */
  readonly ahead: boolean
  /** Sent for this grid so far, by operation. */
  readonly requests: Readonly<Record<string, number>>
  readonly rules: readonly FieldRule[]
  /** Cells that each rule writes, among the rows known so far. */
  readonly cellsByRule: readonly number[]
  readonly cellsByHand: number
  readonly invalidCells: number
  readonly changedCells: number
  readonly changedRows: number
  readonly invalidRows: number
  /** Rules were changed and not all rows are counted yet. */
  readonly counting: boolean
  /** Fields seen among the known rows or written by a rule or by hand, and in how many rows. */
  readonly fields: readonly { readonly field: FieldName; readonly rows: number }[]
  /** An edit job was planned from it: it takes no more edits. */
  readonly planned: boolean
  readonly canUndo: boolean
  readonly canRedo: boolean
}

export const GRID_VIEWS = ['all', 'changed', 'invalid'] as const
export type GridView = (typeof GRID_VIEWS)[number]

export interface GridRow {
  /** Its position in the grid, from 1, in the order of keys. */
  readonly n: number
  readonly key: string
  readonly size: number
  readonly lastModified: number
  readonly state: 'unknown' | 'known' | 'unreadable'
  readonly failure?: Failure | undefined
  /** What stands there, by field; without those that are not set. Empty until the row is known. */
  readonly before: Readonly<Record<FieldName, string>>
  /** Cells that would be written. */
  readonly cells: readonly GridCell[]
}

export interface GridCell {
  readonly field: FieldName
  /** Null: taken away. */
  readonly value: string | null
  /** The rule that wrote it last, from 0. */
  readonly by: number | 'hand'
  /** A sentence: why S3 would refuse it. */
  readonly problem?: string | undefined
  /** A value that S3 would take. */
  readonly fix?: string | undefined
}

/** Which rows an edit by hand goes to. */
export const gridRows = z.union([
  z.strictObject({ rows: z.array(z.int().positive()).min(1).max(10_000) }),
  /** From the first to the last, both in, of what is shown. */
  z.strictObject({ view: z.enum(GRID_VIEWS), from: z.int().min(0), to: z.int().min(0) }),
])

/** What came of a CSV or a paste. What has a problem is applied nowhere; `problems` are the first hundred. */
export interface GridImport {
  readonly cells: number
  readonly rows: number
  readonly failed: number
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}
