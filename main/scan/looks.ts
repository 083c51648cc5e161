import { codeOf } from '../engine/look.ts'
import type { UploadSummary } from '../engine/storage.ts'
import type { RowsFile } from './rows-file.ts'
import type { UsageTally } from './usage.ts'
import { objectsBelow, SIZED_AT_ONCE, sizeUpload, uploadsBelow, versionsBelow } from './walk.ts'
import type { Walk } from './walk.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Filter } from '#model/filter.ts'
import { compileFilter } from '#model/match-filter.ts'
import type { Count } from '#model/plan.ts'
import { NOTHING, plus } from '#model/scan.ts'
import type { ScanOf, UnfinishedUpload } from '#model/scan.ts'

/** What a look tells as it goes on. */
export interface Looking {
  listed: Count
  found: Count
  sized: number
  readonly usage: UsageTally
  readonly rows: RowsFile | undefined
  changed(): void
}

/** Counts what lies there by class; a page is added up and forgotten. */
export async function countUsage(
  looking: Looking,
  walk: Walk,
  { versions, uploads }: Extract<ScanOf, { of: 'usage' }>,
): Promise<void> {
  for await (const rows of versions ? versionsBelow(walk) : objectsBelow(walk)) {
    looking.usage.add(rows)
    looking.listed = plus(looking.listed, bytesOf(rows), rows.length)
    looking.changed()
  }
  if (!uploads) return
  looking.usage.addUploads(0, 0)
  for await (const page of uploadsBelow(walk)) {
    for (let at = 0; at < page.length; at += SIZED_AT_ONCE) {
      const some = page.slice(at, at + SIZED_AT_ONCE)
      const sizes = await Promise.all(some.map((upload) => sized(walk, upload)))
      for (const { parts, state } of sizes) {
        if (state === 'there') looking.usage.addUploads(1, parts?.bytes ?? 0)
      }
      looking.changed()
    }
  }
}

/** Keeps what matches. */
export async function search(looking: Looking, walk: Walk, filter: Filter): Promise<void> {
  const match = compileFilter(filter)
  for await (const rows of objectsBelow(walk)) {
    const found = rows.filter((row) => match.byListing(row) === 'yes')
    if (found.length > 0) looking.rows?.add(found)
    looking.listed = plus(looking.listed, bytesOf(rows), rows.length)
    looking.found = plus(looking.found, bytesOf(found), found.length)
    looking.changed()
  }
}

/** Finds all of them first, so that their number is known soon, and then asks for the parts of each. */
export async function findUploads(looking: Looking, walk: Walk): Promise<void> {
  const { rows } = looking
  for await (const page of uploadsBelow(walk)) {
    rows?.add(page.map((upload): UnfinishedUpload => ({ ...upload, state: 'there' })))
    looking.listed = plus(looking.listed, 0, page.length)
    looking.found = plus(looking.found, 0, page.length)
    looking.changed()
  }
  for (let at = 0; rows !== undefined && at < rows.length; at += SIZED_AT_ONCE) {
    const some = rows.read(at, SIZED_AT_ONCE) as { n: number; row: UnfinishedUpload }[]
    // What was aborted meanwhile need not be asked for.
    const standing = some.filter(({ row }) => row.state === 'there')
    const sizes = await Promise.all(standing.map(async ({ n, row }) => ({ n, row: await sized(walk, row) })))
    const still = sizes.filter(({ n }) => (rows.at(n) as UnfinishedUpload).state === 'there')
    rows.replace(still)
    looking.sized += some.length
    for (const { row } of still) looking.found = plus(looking.found, row.parts?.bytes ?? 0, 0)
    looking.changed()
  }
}

/** With its parts; one that may not be looked into is there all the same. */
async function sized(walk: Walk, upload: UploadSummary | UnfinishedUpload): Promise<UnfinishedUpload> {
  const { bucket } = walk
  const { key, uploadId } = upload
  const found: UnfinishedUpload = { ...upload, state: 'there' }
  try {
    return { ...found, parts: await sizeUpload(walk, { bucket, key, uploadId }) }
  } catch (error) {
    if (codeOf(error) === 'no-such-upload') return { ...found, state: 'gone', parts: NOTHING }
    if (!(error instanceof DecantError) || error.failure.reach !== 'item') throw error
    return { ...found, failure: toFailure(error) }
  }
}

function bytesOf(rows: readonly { readonly size: number }[]): number {
  let bytes = 0
  for (const { size } of rows) bytes += size
  return bytes
}
