import type { Failure } from '#model/failure.ts'
import type { FieldName, FieldValues } from '#model/field.ts'
import type { ObjectHeaders, Tags } from '#model/object.ts'

export const ROW_STATES = ['unknown', 'known', 'unreadable'] as const
export type RowState = (typeof ROW_STATES)[number]

/** One object of a grid, as its file holds it. */
export interface Row {
  /** From 1, in the order of keys. */
  readonly n: number
  readonly key: string
  readonly versionId?: string | undefined
  readonly size: number
  readonly etag: string
  readonly lastModified: number
  readonly storageClass: string
  readonly state: RowState
  readonly failure?: Failure | undefined
  /** Cells edited by hand; null: taken away. */
  readonly hand: FieldValues
  /** What was counted of it, and under which rules. */
  readonly count: RowCount
  readonly epoch: number
  /** What it carries, once it was read. */
  readonly stands?: Stands | undefined
}

/** What a HEAD, the tags and the first bytes told. */
export interface Stands {
  readonly headers: ObjectHeaders
  readonly metadata: Readonly<Record<string, string>>
  /** Absent: they may not be read. */
  readonly tags?: Tags | undefined
  /** What its first bytes say that it is; null: they tell nothing. Absent: not read. */
  readonly sniffed?: string | null | undefined
}

/** What one row adds to the tally. */
export interface RowCount {
  readonly cells: number
  readonly invalid: number
  readonly byHand: number
  /** Cells by rule. */
  readonly byRule: Readonly<Record<string, number>>
  /** Fields that it gets and does not have. */
  readonly gets: readonly FieldName[]
}

export const NO_COUNT: RowCount = { cells: 0, invalid: 0, byHand: 0, byRule: {}, gets: [] }

/** A row as a listing shows it. */
export type ListedRow = Pick<Row, 'key' | 'versionId' | 'size' | 'etag' | 'lastModified' | 'storageClass'>

/** What came of reading a row. */
export type RowRead =
  | { readonly is: 'known'; readonly n: number; readonly listed: ListedRow; readonly stands: Stands }
  | { readonly is: 'unreadable'; readonly n: number; readonly failure: Failure }
