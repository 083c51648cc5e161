import { createHash } from 'node:crypto'
import path from 'node:path'
import { openBytes, type ManifestBytes, type ManifestReach } from './bytes.ts'
import { LONGEST_MANIFEST_JSON, readManifestJson, type InventoryFile } from './inventory.ts'
import { linesOf, type LinePlace } from './lines.ts'
import { recordsOf, type CsvRecord } from './records.ts'
import { rowsReader, type ManifestRow, type ReadRow } from './rows.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ManifestAt, ManifestFormat } from '#model/manifest.ts'

/** Characters of a bad row that are kept, to show it. */
const SHOWN = 1000

/** How far a manifest was read: whole files of an inventory (of any other there is one), then lines. */
export interface ManifestPlace extends LinePlace {
  /** From 0. */
  readonly file: number
}
export const MANIFEST_START: ManifestPlace = { file: 0, line: 1, offset: 0 }

export interface NumberedRow extends ManifestRow {
  readonly line: number
}

export interface BadRecord {
  readonly line: number
  /** A sentence. */
  readonly reason: string
  /** As it stands there, or its beginning. */
  readonly row: string
}

/** Some records in the order of the file; what was passed over on purpose is in neither list. */
export interface ManifestPage {
  readonly rows: readonly NumberedRow[]
  readonly bad: readonly BadRecord[]
  readonly next: ManifestPlace
}

export interface Manifest {
  readonly name: string
  readonly format: ManifestFormat
  /** Besides bucket, key and version. */
  readonly columns: readonly string[]
  readonly identity: string
  /** At most so many records a page. Rejects where the bytes cannot be had, are others by now, or are not whole. */
  pages(from: ManifestPlace, most: number): AsyncGenerator<ManifestPage>
  close(): Promise<void>
}

/** Opens a manifest and looks at its beginning. `format`: what it has to be. Rejects with a sentence for what is none. */
export async function openManifest(
  at: ManifestAt,
  reach: ManifestReach,
  format?: ManifestFormat,
): Promise<Manifest> {
  const bytes = await openBytes(at, reach)
  try {
    return await looked(at, bytes, reach, format)
  } catch (error) {
    await bytes.close()
    throw error
  }
}

async function looked(
  at: ManifestAt,
  bytes: ManifestBytes,
  reach: ManifestReach,
  format: ManifestFormat | undefined,
): Promise<Manifest> {
  const refuse = (why: string): never =>
    fail('bad-input', 'job', `manifest: ${bytes.name} cannot be used: ${why}.`, { property: 'manifest.at' })
  const beginning = await first(bytes.read(0, 'few'))
  const kind = kindOf(beginning)
  if (typeof kind === 'object') return refuse(kind.refused)
  if (kind === 'json' || format === 'inventory') {
    if (kind !== 'json') return refuse('it is no manifest.json of an S3 Inventory')
    if (format !== undefined && format !== 'inventory')
      return refuse(`it is JSON, and no CSV of the format ${format}`)
    if (bytes.size > LONGEST_MANIFEST_JSON)
      return refuse('it begins like JSON, and is larger than any manifest.json')
    const inventory = readManifestJson(await textOf(bytes))
    if ('refused' in inventory) return refuse(inventory.refused)
    const { files, read } = inventory
    return {
      ...{ name: bytes.name, format: 'inventory', columns: [], identity: bytes.identity },
      pages: (from, most) => inventoryPages({ at, files, read, reach }, from, most),
      close: () => bytes.close(),
    }
  }
  const isPacked = kind === 'gzip'
  const [head] = await first(recordsOf(linesOf(bytes.read(0, 'few'), isPacked, MANIFEST_START)))
  const reader = rowsReader(head?.cells ?? [], format)
  if ('refused' in reader) return refuse(reader.refused)
  return {
    ...{ name: bytes.name, format: reader.format, columns: reader.columns, identity: bytes.identity },
    pages: (from, most) => csvPages(bytes, { isPacked, ...reader }, from, most),
    close: () => bytes.close(),
  }
}

async function first<T extends object>(
  all: AsyncGenerator<T & { readonly length: number }>,
): Promise<T | readonly []> {
  for await (const one of all) if (one.length > 0) return one
  return []
}

async function textOf(bytes: ManifestBytes): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of bytes.read(0)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}

/** By the first bytes. */
function kindOf(bytes: Buffer | readonly []): 'csv' | 'gzip' | 'json' | { readonly refused: string } {
  if (bytes.length === 0) return 'csv'
  const head = (bytes as Buffer).toString('latin1', 0, 512)
  if (head.startsWith('\x1f\x8b')) return 'gzip'
  if (head.startsWith('ORC') || head.startsWith('PAR1'))
    return {
      refused: 'it is ORC or Parquet, and Decant reads CSV: choose CSV as the output format of the inventory',
    }
  if (head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff'))
    return { refused: 'it is UTF-16: save it as UTF-8' }
  if (head.startsWith('PK\x03\x04')) return { refused: 'it is a zip file or a workbook: save it as CSV' }
  return /^(?:\xef\xbb\xbf)?\s*\{/.test(head) ? 'json' : 'csv'
}

interface Csv {
  readonly isPacked: boolean
  readonly hasHeading: boolean
  readonly read: ReadRow
}

async function* csvPages(
  bytes: ManifestBytes,
  { isPacked, hasHeading, read }: Csv,
  from: ManifestPlace,
  most: number,
): AsyncGenerator<ManifestPage> {
  const pieces = bytes.read(isPacked ? 0 : from.offset)
  let isHeading = hasHeading && from.offset === 0
  for await (const all of recordsOf(linesOf(pieces, isPacked, from))) {
    const records = isHeading ? all.slice(1) : all
    if (all.length > 0) isHeading = false
    yield* pagesOf(records, read, from.file, most)
  }
}

function* pagesOf(
  records: readonly CsvRecord[],
  read: ReadRow,
  file: number,
  most: number,
  name?: string,
): Generator<ManifestPage> {
  for (let at = 0; at < records.length; at += most) {
    const rows: NumberedRow[] = []
    const bad: BadRecord[] = []
    const page = records.slice(at, at + most)
    for (const record of page) {
      const { line, problem, raw } = record
      const row = problem === undefined ? read(record.cells) : { problem }
      if (row === 'passed') continue
      if ('problem' in row) bad.push({ line, reason: sentence(row.problem, name), row: raw.slice(0, SHOWN) })
      else rows.push({ ...row, line })
    }
    const last = page.at(-1)
    if (last) yield { rows, bad, next: { file, ...last.next } }
  }
}

function sentence(problem: string, name: string | undefined): string {
  const text = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
  return name === undefined ? text : `${name}: ${text}`
}

interface InventoryFiles {
  /** Of its manifest.json. */
  readonly at: ManifestAt
  readonly files: readonly InventoryFile[]
  readonly read: ReadRow
  readonly reach: ManifestReach
}

async function* inventoryPages(
  { at, files, read, reach }: InventoryFiles,
  from: ManifestPlace,
  most: number,
): AsyncGenerator<ManifestPage> {
  for (const [n, file] of files.entries()) {
    if (n < from.file) continue
    const begin = n === from.file ? from : { ...MANIFEST_START, file: n }
    const bytes = await openDataFile(at, file, reach)
    try {
      const hash = createHash('md5')
      const hashed = hashedPieces(bytes, hash)
      const isPacked = /\.gz$/i.test(file.key)
      const name = file.key.slice(file.key.lastIndexOf('/') + 1)
      for await (const records of recordsOf(linesOf(hashed, isPacked, isPacked ? begin : MANIFEST_START))) {
        const wanted = isPacked ? records : records.filter(({ offset }) => offset >= begin.offset)
        yield* pagesOf(wanted, read, n, most, name)
      }
      const md5 = hash.digest('hex')
      if (md5 !== file.md5) {
        const message = `The inventory's file ${file.key} is not the one that its manifest.json names: its MD5 is ${md5}, and must be ${file.md5}.`
        fail('bad-input', 'job', message, { property: 'manifest.at' })
      }
    } finally {
      await bytes.close()
    }
    yield { rows: [], bad: [], next: { ...MANIFEST_START, file: n + 1 } }
  }
}

async function* hashedPieces(
  bytes: ManifestBytes,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const piece of bytes.read(0)) {
    hash.update(piece)
    yield piece
  }
}

/**
 * In a bucket by its whole key. In a folder beside manifest.json, in its `data`, or in the `data` beside that folder: as
 * S3 lays them out, and as somebody downloads them. By the last part of its name only, so that no name leads elsewhere.
 */
async function openDataFile(
  at: ManifestAt,
  { key }: InventoryFile,
  reach: ManifestReach,
): Promise<ManifestBytes> {
  if (at.is === 'object')
    return openBytes({ is: 'object', connection: at.connection, bucket: at.bucket, key }, reach)
  const name = key.slice(key.lastIndexOf('/') + 1)
  const folder = path.dirname(at.path)
  if (name === '' || name === '.' || name === '..' || name.includes('\\'))
    fail('bad-input', 'job', `manifest: ${JSON.stringify(key)} is no name of a data file.`, {
      property: 'manifest.at',
    })
  for (const candidate of [
    path.join(folder, name),
    path.join(folder, 'data', name),
    path.join(folder, '..', 'data', name),
  ]) {
    try {
      return await openBytes({ is: 'file', path: candidate }, reach)
    } catch (error) {
      if (!(error instanceof DecantError)) throw error
    }
  }
  const message = `manifest: the inventory's file ${name} is neither beside manifest.json, nor in a folder data there, nor in one beside its folder.`
  return fail('bad-input', 'job', message, { property: 'manifest.at' })
}
