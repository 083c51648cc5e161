import type { FieldRule } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'
import type { ObjectHeaders, Tags } from '#model/object.ts'

/**
 * What jobs take from whoever holds metadata grids: an edit is planned from a grid's rows, with no request at all.
 * A grid that a job is planned from stays, and takes no more edits, until the job has its whole plan or is gone.
 */
export interface GridRows {
  /** Undefined: there is no such grid. */
  find(id: string): GridPlace | undefined
  /**
   * The rows whose keys come after `after` in S3's order (UTF-8 bytes); undefined: from the first. At most `limit`;
   * none: that was all. Rejects with a `DecantError` where they cannot be read. `wanted`: all of them, or, with the rules
   * of the plan, those of which they or the cells by hand may change something.
   */
  page(
    id: string,
    after: string | undefined,
    limit: number,
    wanted: 'all' | readonly FieldRule[],
  ): Promise<readonly GridPlanRow[]>
  /** A job is going to be planned from it. Durable, for the job goes on after a restart. More than once is no harm. */
  keep(id: string, jobId: string): void
  /**
   * `planned`: the job was started and has all of it. `dropped`: it ended, or was removed, before that, and the grid may
   * be edited again. More than once is no harm, and so is a grid that is not there.
   */
  release(id: string, jobId: string, because: 'planned' | 'dropped'): void
}

/** What a grid is of. */
export interface GridPlace {
  /** The connection's id. */
  readonly connection: string
  readonly bucket: string
  /** What all its keys begin with. */
  readonly base: string
  readonly rows: number
  /** Keys are still being listed: there is no whole plan to be made of it. */
  readonly listing: boolean
}

/** One object of a grid, as the person saw it. */
export interface GridPlanRow {
  readonly key: string
  /** Where the grid was made of versions that were named. */
  readonly versionId?: string | undefined
  /** Bytes. */
  readonly size: number
  /** Without its quotes. */
  readonly etag: string
  readonly lastModified: number
  readonly storageClass: string
  /** Cells edited by hand; over what the rules make. */
  readonly cells: FieldValues
  /** Absent until the row is known. */
  readonly stands?: RowStands | undefined
}

/** What it carries, as field rules see it. */
export interface RowStands {
  readonly headers: ObjectHeaders
  /** Names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  /** Absent: not read. */
  readonly tags?: Tags | undefined
  /** What its first bytes say that it is; absent: not read, or they tell nothing. */
  readonly sniffedType?: string | undefined
}
