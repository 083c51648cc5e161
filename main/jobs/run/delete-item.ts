import { deletePlain } from '../../engine/deletes/delete-object.ts'
import { deleteVersion } from '../../engine/versions/delete-version.ts'
import { settleDelete } from '../../engine/settle.ts'
import type { DeleteResult } from '../../engine/storage.ts'
import type { DeleteWork, WorkContext } from '../../engine/work.ts'
import type { Item } from '../item.ts'
import type { Doubt, ItemTask, ItemTools } from './item-tools.ts'

/** One object of a delete job, as it was planned. */
export async function deleteItem({ item, doubt }: ItemTask, tools: ItemTools): Promise<void> {
  const { leg, context } = tools.of(item)
  const result = await remove(deleteWork(item, leg.source.bucket), doubt, context)
  tools.journal.settle(item, 'deleted', undefined, markerOf(result))
}

/** The delete marker that was written, where the bucket keeps versions. */
export function markerOf({ deleteMarker, versionId }: DeleteResult): string | undefined {
  return deleteMarker ? versionId : undefined
}

/** What stands at a mirror's destination and has no source: its `key` is the one there. */
export async function deleteExtra({ item, doubt }: ItemTask, tools: ItemTools): Promise<void> {
  const { leg, context } = tools.of(item)
  const there: WorkContext = { ...context, source: context.destination }
  const result = await remove(deleteWork(item, leg.destination?.bucket ?? ''), doubt, there)
  tools.journal.settle(item, 'deleted', undefined, markerOf(result))
}

async function remove(
  work: DeleteWork,
  doubt: Doubt | undefined,
  context: WorkContext,
): Promise<DeleteResult> {
  const { versionId } = work
  if (work.mode === 'version' && versionId !== undefined) {
    await deleteVersion({ ...work, versionId }, context)
    return { deleteMarker: false }
  }
  const settled = doubt && (await settleDelete(work, context, doubt.since))
  return settled?.is === 'done' ? settled.outcome : deletePlain(work, context)
}

/** An item that names a version means it; its listing names none otherwise. */
function deleteWork(item: Item, bucket: string): DeleteWork {
  const { key, versionId, etag, lastModified } = item
  return { bucket, key, versionId, etag, lastModified, mode: versionId === undefined ? 'marker' : 'version' }
}
