import { z } from 'zod'
import { brief, decodeKey, type ManifestRow, type ReadRow, type RowProblem } from './rows.ts'
import { isKeyTooLong } from '../engine/names.ts'

/** A data file of an inventory, as its manifest.json names it. */
export interface InventoryFile {
  readonly key: string
  /** Hexadecimal, of the file as it lies there (packed). */
  readonly md5: string
}

export interface Inventory {
  readonly files: readonly InventoryFile[]
  readonly read: ReadRow
  readonly columns: readonly string[]
}

/** Bytes of a manifest.json at most: its data files are a line each. */
export const LONGEST_MANIFEST_JSON = 16 * 1024 ** 2

/** Source: "Locating your inventory list", S3 User Guide. */
const manifestJson = z.object({
  fileFormat: z.string(),
  fileSchema: z.string().max(10_000),
  files: z.array(
    z.object({
      key: z.string().min(1).max(1024),
      MD5checksum: z.string().regex(/^[0-9a-fA-F]{32}$/, 'must be an MD5 in hexadecimal'),
    }),
  ),
})

/** What a manifest.json says, or a sentence without its subject. */
export function readManifestJson(text: string): Inventory | { readonly refused: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { refused: 'it begins like JSON, and is none' }
  }
  const parsed = manifestJson.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return {
      refused: `it is no manifest.json of an S3 Inventory: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? ''}`,
    }
  }
  const { fileFormat, fileSchema, files } = parsed.data
  if (fileFormat.toUpperCase() !== 'CSV')
    return {
      refused: `the inventory is in ${brief(fileFormat)}, and Decant reads CSV: choose CSV as its output format`,
    }
  const columns = fileSchema.split(',').map((name) => name.trim())
  const missing = ['Bucket', 'Key'].find((name) => !columns.includes(name))
  if (missing !== undefined) return { refused: `fileSchema: it names no column ${missing}` }
  return {
    files: files.map(({ key, MD5checksum }) => ({ key, md5: MD5checksum.toLowerCase() })),
    read: inventoryRow(columns),
    columns,
  }
}

/**
 * A row of an inventory.
 *
 * | IsLatest | IsDeleteMarker | is                                     |
 * |----------|----------------|----------------------------------------|
 * | true, or no such column | false | the current object              |
 * | false    | false          | an older version, meant by its id      |
 * | true     | true           | passed over: there is no object        |
 * | false    | true           | passed over likewise                   |
 */
function inventoryRow(columns: readonly string[]): ReadRow {
  const at = (name: string): number => columns.indexOf(name)
  const bucketAt = at('Bucket')
  const keyAt = at('Key')
  const versionAt = at('VersionId')
  const latestAt = at('IsLatest')
  const markerAt = at('IsDeleteMarker')
  const [sizeAt, dateAt, etagAt, classAt] = [
    at('Size'),
    at('LastModifiedDate'),
    at('ETag'),
    at('StorageClass'),
  ]
  const isWhole = sizeAt >= 0 && dateAt >= 0 && etagAt >= 0
  return (cells): ManifestRow | RowProblem | 'passed' => {
    if (cells.length !== columns.length)
      return { problem: `it has ${cells.length} columns, and fileSchema names ${columns.length}` }
    if (cells[markerAt]?.toLowerCase() === 'true') return 'passed'
    const bucket = cells[bucketAt] ?? ''
    if (bucket === '' || bucket.includes('/'))
      return { problem: `Bucket: ${brief(bucket)} is no name of a bucket` }
    const key = decodeKey(cells[keyAt] ?? '', 'space')
    if (typeof key !== 'string') return key
    if (key === '') return { problem: 'Key: it is empty' }
    if (isKeyTooLong(key)) return { problem: `Key: it is longer than 1,024 bytes: ${brief(key)}` }
    const isOlder = cells[latestAt]?.toLowerCase() === 'false'
    const versionId = cells[versionAt] || undefined
    if (isOlder && versionId === undefined) return { problem: 'VersionId: an older version has no id' }
    const row = { bucket, key, versionId: isOlder ? versionId : undefined }
    if (!isWhole) return row
    const size = Number(cells[sizeAt])
    const lastModified = Date.parse(cells[dateAt] ?? '')
    const etag = (cells[etagAt] ?? '').replaceAll('"', '')
    if (cells[sizeAt] === '' || !Number.isSafeInteger(size) || size < 0)
      return { problem: `Size: must be a number of bytes, not ${brief(cells[sizeAt] ?? '')}` }
    if (Number.isNaN(lastModified))
      return { problem: `LastModifiedDate: ${brief(cells[dateAt] ?? '')} is no date` }
    if (etag === '') return { problem: 'ETag: it is empty' }
    const storageClass = cells[classAt] || 'STANDARD'
    const state = isOlder ? ('noncurrent' as const) : undefined
    const seen = { size, etag, lastModified: Math.floor(lastModified / 1000) * 1000, storageClass, state }
    return { ...row, seen }
  }
}
