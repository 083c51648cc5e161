import { copyMarker, settleMarker } from '../../engine/versions/copy-marker.ts'
import { deleteVersion } from '../../engine/versions/delete-version.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { MarkWork, WorkContext } from '../../engine/work.ts'
import { goesByVersion, takesSource } from './copy-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { targetOf } from '../plan/plan-item.ts'
import { fail } from '#model/failure.ts'

/** Writes a delete marker of a history at the destination; of a history that is moved, the source's goes by its id. */
export async function markItem(
  { item, doubt, previous }: ItemTask,
  tools: ItemTools,
  reached: (item: Item) => void,
): Promise<void> {
  const { journal } = tools
  const { leg, context } = tools.of(item)
  let half = item
  if (item.state !== 'copied-not-deleted') {
    const destination = { bucket: leg.destination?.bucket ?? '', key: targetOf(tools.spec, item) ?? '' }
    const work: MarkWork = { destination, previous: previous?.newVersionId }
    if (work.previous === undefined) await checkVersioning(work, context)
    const settled = doubt && (await settleMarker(work, context, doubt.since))
    const { versionId } = settled?.is === 'done' ? settled.outcome : await copyMarker(work, context)
    if (!takesSource(tools.spec, leg, item) || !goesByVersion(leg, item)) {
      return journal.settle(item, 'copied', undefined, versionId)
    }
    journal.settle(item, 'copied-not-deleted', undefined, versionId)
    half = { ...item, state: 'copied-not-deleted', newVersionId: versionId }
    reached(half)
    await journal.durable()
  }
  const { key, versionId = '', etag, lastModified } = half
  await deleteVersion(
    { bucket: leg.source.bucket, key, versionId, etag, lastModified, mode: 'version' },
    context,
  )
  journal.settle(half, 'moved', undefined, half.newVersionId)
}

/**
 * The first of its history: nothing was copied there yet that would show that versions are kept. Anywhere else the same
 * request deletes the object.
 */
async function checkVersioning({ destination }: MarkWork, context: WorkContext): Promise<void> {
  const { bucket, key } = destination
  const versioning = await attempt(context, () => context.destination.getVersioning(bucket, context.signal))
  if (versioning === 'enabled') return
  const message = `No delete marker of ${key} was written to ${bucket}: its versioning is ${versioning}, and that would delete the object.`
  fail('not-possible', 'item', message, { property: 'versions' })
}
