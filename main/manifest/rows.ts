import { isKeyTooLong } from '../engine/names.ts'
import { readCell } from '#model/cell-text.ts'
import { parseField, type FieldName } from '#model/field.ts'
import { exact } from '#model/formula.ts'
import { fieldProblems, suggestFieldName } from '#model/field-problems.ts'
import type { ManifestFormat } from '#model/manifest.ts'

/** One row that makes sense. */
export interface ManifestRow {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly targetBucket?: string | undefined
  /** Its whole key at the destination. */
  readonly targetKey?: string | undefined
  /** What is asked of it alone; null: to be taken away. */
  readonly fields?: Readonly<Record<FieldName, string | null>> | undefined
  /** As an inventory saw it. */
  readonly seen?: SeenObject | undefined
}

export interface SeenObject {
  readonly size: number
  readonly etag: string
  /** Milliseconds; whole seconds, as in a listing. */
  readonly lastModified: number
  readonly storageClass: string
  /** Undefined: the current one. */
  readonly state?: 'noncurrent' | 'delete-marker' | undefined
}

/** Why a row is none, without its subject. */
export interface RowProblem {
  readonly problem: string
}

/** `passed`: it is not meant, and that is right so (an object that did not fail). */
export type ReadRow = (cells: readonly string[]) => ManifestRow | RowProblem | 'passed'

/** The rows of a file by its first record. */
export interface RowsReader {
  readonly format: Exclude<ManifestFormat, 'inventory'>
  /** The first record is no row. */
  readonly hasHeading: boolean
  /** Besides bucket, key and version. */
  readonly columns: readonly string[]
  readonly read: ReadRow
}

/** Sentences that say why nothing of the file can be used. */
export interface Unreadable {
  readonly refused: string
}

const REPORT = ['bucket', 'key', 'versionid', 'taskstatus', 'errorcode', 'httpstatuscode', 'resultmessage']
const STATUSES = ['succeeded', 'failed', 'skipped', 'not-done']

/**
 * What a CSV is, by its first record:
 *
 * | first record                                                        | format |
 * |---------------------------------------------------------------------|--------|
 * | Bucket, Key, VersionId, TaskStatus, … in whatever case              | report |
 * | seven cells, the fourth of them a task status (S3's has no heading) | report |
 * | `bucket` and `key`, in lower case, and whatever else                | decant |
 * | Bucket, Key[, VersionId] with a capital                             | batch  |
 * | anything else                                                       | batch  |
 *
 * `format`: what it has to be.
 */
export function rowsReader(
  cells: readonly string[],
  format?: Exclude<ManifestFormat, 'inventory'>,
): RowsReader | Unreadable {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const isReportHeading = REPORT.slice(0, 4).every((name, at) => names[at] === name)
  const isReport = isReportHeading || (cells.length === REPORT.length && STATUSES.includes(names[3] ?? ''))
  const isDecant = cells.includes('bucket') && cells.includes('key')
  const is = format ?? (isReport ? 'report' : isDecant ? 'decant' : 'batch')
  if (is === 'decant') return decantReader(cells)
  if (is === 'report') {
    if (!isReport)
      return {
        refused:
          'it is no completion report: that has Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
      }
    return { format: is, hasHeading: isReportHeading, columns: [], read: readReport }
  }
  const isHeading =
    names[0] === 'bucket' &&
    names[1] === 'key' &&
    (names.length === 2 || names[2] === 'versionid' || names[2] === 'version-id')
  return { format: is, hasHeading: isHeading, columns: [], read: readBatch }
}

/** Source: "Specifying a manifest", S3 Batch Operations: bucket, key URL-encoded, version id. */
function readBatch(cells: readonly string[]): ManifestRow | RowProblem {
  if (cells.length < 2)
    return {
      problem: `it has ${cells.length === 1 ? 'one column' : 'no columns'}, and needs a bucket and a key`,
    }
  if (cells.length > 3)
    return {
      problem: `it has ${cells.length} columns, and must be Bucket,Key or Bucket,Key,VersionId: a comma in a key is %2C`,
    }
  const [bucket = '', encoded = '', versionId] = cells
  return rowOf(bucket, decodeKey(encoded), versionId)
}

function readReport(cells: readonly string[]): ManifestRow | RowProblem | 'passed' {
  if (cells.length !== REPORT.length)
    return { problem: `it has ${cells.length} columns, and a completion report has ${REPORT.length}` }
  const [bucket = '', encoded = '', versionId, status = ''] = cells
  const known = status.trim().toLowerCase()
  if (!STATUSES.includes(known))
    return { problem: `TaskStatus must be succeeded, failed, skipped or not-done, not ${brief(status)}` }
  return known === 'failed'
    ? rowOf(exact(bucket), decodeKey(encoded), versionId && exact(versionId))
    : 'passed'
}

/** What a grid's export says of an object besides, and nobody can set. */
const TOLD: ReadonlySet<string> = new Set(['etag', 'size', 'last-modified'])
const PLACES = ['bucket', 'key', 'version-id', 'target-bucket', 'target-key'] as const

function decantReader(heading: readonly string[]): RowsReader | Unreadable {
  const seen = new Set<string>()
  for (const name of heading) {
    if (seen.has(name)) return { refused: `its column ${brief(name)} is there twice` }
    seen.add(name)
  }
  const missing = ['bucket', 'key'].find((name) => !seen.has(name))
  if (missing !== undefined)
    return {
      refused: `it has no column ${missing}: its first line must be bucket, key and what else there is to say of an object`,
    }
  const isPlace = (name: string): boolean => (PLACES as readonly string[]).includes(name)
  const unknown = heading.find((name) => !isPlace(name) && !TOLD.has(name) && parseField(name) === undefined)
  if (unknown !== undefined) {
    const meant = suggestFieldName(unknown)
    return {
      refused: `its column ${brief(unknown)} is none that Decant knows${meant === undefined ? '' : ` (${meant} is meant?)`}`,
    }
  }
  const at = (name: (typeof PLACES)[number]): number => heading.indexOf(name)
  const [bucketAt, keyAt, versionAt] = [at('bucket'), at('key'), at('version-id')]
  const [targetBucketAt, targetKeyAt] = [at('target-bucket'), at('target-key')]
  const fields = heading.flatMap((name, index) => (isPlace(name) || TOLD.has(name) ? [] : [{ name, index }]))
  const read: ReadRow = (cells) => {
    if (cells.length !== heading.length)
      return { problem: `it has ${cells.length} columns, and the heading has ${heading.length}` }
    const row = rowOf(cells[bucketAt] ?? '', cells[keyAt] ?? '', cells[versionAt])
    if ('problem' in row) return row
    const targetKey = cells[targetKeyAt] || undefined
    if (targetKey !== undefined) {
      const problem = problemOfKey(targetKey)
      if (problem !== undefined) return { problem: `target-key: ${problem}` }
    }
    const values = readFields(fields, cells)
    if ('problem' in values) return values
    return { ...row, targetBucket: cells[targetBucketAt] || undefined, targetKey, ...values }
  }
  const columns = heading.filter((name) => !['bucket', 'key', 'version-id'].includes(name) && !TOLD.has(name))
  return { format: 'decant', hasHeading: true, columns, read }
}

function readFields(
  fields: readonly { readonly name: FieldName; readonly index: number }[],
  cells: readonly string[],
): { readonly fields?: Record<FieldName, string | null> } | RowProblem {
  const values: Record<FieldName, string | null> = {}
  const written: { field: FieldName; value: string | null }[] = []
  for (const { name, index } of fields) {
    const value = readCell(cells[index] ?? '')
    if (value === undefined) continue
    values[name] = value
    written.push({ field: name, value })
  }
  if (written.length === 0) return {}
  const [problem] = fieldProblems({}, written)
  return problem ? { problem: `${problem[0]}: ${problem[1].problem}` } : { fields: values }
}

function rowOf(
  bucket: string,
  key: string | RowProblem,
  versionId: string | undefined,
): ManifestRow | RowProblem {
  if (typeof key !== 'string') return key
  if (bucket === '') return { problem: 'its bucket is empty' }
  if (bucket.length > 255 || bucket.includes('/'))
    return { problem: `bucket: ${brief(bucket)} is no name of a bucket` }
  const problem = problemOfKey(key)
  if (problem !== undefined) return { problem: `key: ${problem}` }
  if (versionId === undefined || versionId === '') return { bucket, key }
  if (versionId.length > 1024) return { problem: 'its version id is longer than 1,024 characters' }
  return { bucket, key, versionId }
}

function problemOfKey(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (isKeyTooLong(key)) return `it is longer than 1,024 bytes: ${brief(key)}`
  return key.includes('\0') ? `it holds a NUL character: ${brief(key)}` : undefined
}

/** `plus`: S3 Inventory writes a space as a plus sign, and a plus sign as %2B. */
export function decodeKey(text: string, plus: 'plus' | 'space' = 'plus'): string | RowProblem {
  const spaced = plus === 'space' && text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return { problem: `key: ${brief(text)} is not URL-encoded: a percent sign in a key is %25` }
  }
}

export function brief(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
