import { batchLine, writeLines } from '../manifest/write.ts'
import { itemId } from './item.ts'
import type { Item } from './item.ts'
import { conditionFacts } from './plan-facts.ts'
import type { JobRecord } from './record.ts'
import { placesOfItem } from './report-row.ts'
import { conditionOf } from './store/conditions.ts'
import type { Store } from './store/store.ts'
import { textTest } from './text-test.ts'
import { fail } from '#model/failure.ts'
import type { ItemQuery } from '#model/plan.ts'

/** Items that are looked through at a stretch; between two of them everybody else has a turn. */
const SLICE = 1000

/** Items of a job, and where they are. */
export interface FoundIn {
  readonly store: Store
  readonly record: JobRecord
  readonly query: ItemQuery
  /** Gives everybody else a turn. */
  readonly pause: () => Promise<void>
}

/**
 * Items of a job as a manifest of S3 Batch Operations, whole or not at all, streamed. Bucket, key and version are the
 * source's. The column VersionId stands where any of them names a version, and is empty for those that name none: such a
 * file Decant takes back, and S3 Batch Operations, which wants all or none, refuses.
 */
export async function writeItemsManifest(
  from: FoundIn,
  file: string,
): Promise<{ readonly versions: 'all' | 'some' | 'none' }> {
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

async function* slicesOf({ store, record, query, pause }: FoundIn): AsyncGenerator<Item[]> {
  if (query.filter === 'under-way')
    fail('not-supported', 'item', 'query.filter: no manifest is made of what is just under way.', {
      property: 'query.filter',
    })
  const matches = textTest(record.spec, query.text)
  const end = itemId(record.n, record.nextSeq)
  for (let at = itemId(record.n, 1); at < end; at += SLICE) {
    const condition = conditionOf(query, conditionFacts(store, record))
    const items = store.items.readWhere(condition, at, Math.min(at + SLICE, end), SLICE).filter(matches)
    if (items.length > 0) yield items
    await pause()
  }
}
