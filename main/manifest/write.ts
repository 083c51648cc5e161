import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** An object as a row of a manifest names it. */
export interface NamedObject {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/**
 * A line of a manifest of S3 Batch Operations: `Bucket,Key` or `Bucket,Key,VersionId`, the key URL-encoded, so that there
 * is no comma and no quote in it. Source: "Specifying a manifest".
 */
export function batchLine({ bucket, key, versionId }: NamedObject, versions: boolean): string {
  return versions ? `${bucket},${keyCell(key)},${quoted(versionId ?? '')}\n` : `${bucket},${keyCell(key)}\n`
}

/** The ids of S3 need no quotes; another server's must not make a row of its own. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** As Batch Operations writes keys into reports and takes them from manifests: URL-encoded, slashes left. */
export function encodeKey(key: string): string {
  return key.toWellFormed().split('/').map(encodeURIComponent).join('/')
}

/** A key in a cell of a manifest or a report: of what begins a formula, encoding leaves the hyphen alone. */
export function keyCell(key: string): string {
  const encoded = encodeKey(key)
  return encoded.startsWith('-') ? `%2D${encoded.slice(1)}` : encoded
}

/** Writes pages of lines, whole or not at all: under a temporary name beside `file`, renamed at the end. */
export async function writeLines(pages: AsyncIterable<string>, file: string): Promise<void> {
  const part = `${file}.part`
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  try {
    await pipeline(Readable.from(pages), createWriteStream(part, { mode: 0o600 }))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
