import { batchLine, writeLines } from '../../manifest/write.ts'
import { slicesOf } from '../run/item-slices.ts'
import type { FoundIn } from '../run/item-slices.ts'
import { placesOfItem } from './report-row.ts'
import { fail } from '#model/failure.ts'

/**
 * Items of a job as a manifest of S3 Batch Operations, whole or not at all, streamed. Bucket, key and version are the
 * source's. The column VersionId stands where any of them names a version, and is empty for those that name none: such a
 * file Decant takes back, and S3 Batch Operations, which wants all or none, refuses.
 */
export async function writeItemsManifest(
  from: FoundIn,
  file: string,
): Promise<{ readonly versions: 'all' | 'some' | 'none' }> {
  if (from.query.filter === 'under-way')
    fail('not-supported', 'item', 'query.filter: no manifest is made of what is just under way.', {
      property: 'query.filter',
    })
  let rows = 0
  let named = 0
  for await (const items of slicesOf(from)) {
    rows += items.length
    for (const item of items)
      if (placesOfItem(from.record.spec, item).from.versionId !== undefined) named += 1
  }
  if (rows === 0) fail('not-possible', 'item', 'There is no such object in the job.', { property: 'query' })
  await writeLines(linesOf(from, named > 0), file)
  return { versions: named === 0 ? 'none' : named === rows ? 'all' : 'some' }
}

async function* linesOf(from: FoundIn, versions: boolean): AsyncGenerator<string> {
  for await (const items of slicesOf(from))
    yield items.map((item) => batchLine(placesOfItem(from.record.spec, item).from, versions)).join('')
}
