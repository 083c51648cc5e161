import { liftMarker } from '../../engine/versions/lift-marker.ts'
import { copyItem } from './copy-item.ts'
import { deleteItem } from './delete-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { whyNotOnTop } from '../checks/keeps-versions.ts'
import { versionWork } from './purge-item.ts'
import { DecantError } from '#model/failure.ts'

/** One step that brings a key back: a delete marker removed, or something put on top. No object's version is deleted. */
export async function rewindItem(
  task: ItemTask,
  tools: ItemTools,
  reached: (item: Item) => void,
): Promise<void> {
  const { item } = task
  const { leg, context, versioning } = tools.of(item)
  const { bucket } = leg.source
  if (item.action === 'delete-version') {
    await liftMarker(versionWork(item, bucket), context)
    return tools.journal.settle(item, 'deleted')
  }
  // What the plan saw may have been changed since.
  const failure = whyNotOnTop(bucket, await versioning())
  if (failure) throw new DecantError(failure)
  return item.action === 'delete' ? deleteItem(task, tools) : copyItem(task, tools, reached)
}
