import { purgeVersion } from '../../engine/versions/purge-version.ts'
import type { VersionWork } from '../../engine/work.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'

/** One old version, or a delete marker under which nothing is left, deleted for good. */
export async function purgeItem({ item }: ItemTask, tools: ItemTools): Promise<void> {
  const { leg, context } = tools.of(item)
  await purgeVersion(versionWork(item, leg.source.bucket), context)
  tools.journal.settle(item, 'deleted')
}

export function versionWork(item: Item, bucket: string): VersionWork {
  const { key, versionId, history, etag, lastModified } = item
  if (versionId === undefined) fail('internal', 'item', 'It names no version to delete.')
  return { bucket, key, versionId, isMarker: history === 'delete-marker', etag, lastModified }
}
