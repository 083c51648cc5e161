import { deletePlain } from '../../engine/deletes/delete-object.ts'
import { deleteVersion } from '../../engine/versions/delete-version.ts'
import { settleDelete } from '../../engine/settle.ts'
import { codeOf } from '../../engine/look.ts'
import type { DeleteResult, ObjectId } from '../../engine/storage.ts'
import type { DeleteWork, WorkContext } from '../../engine/work.ts'
import type { Item } from '../item.ts'
import { isPourLeg } from '../plan/legs.ts'
import { sourceKey } from '../plan/plan-extras.ts'
import type { Doubt, ItemTask, ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'

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
  await checkNoFile(item, tools)
  const there: WorkContext = { ...context, source: context.destination }
  const result = await remove(deleteWork(item, leg.destination?.bucket ?? ''), doubt, there)
  tools.journal.settle(item, 'deleted', undefined, markerOf(result))
}

/**
 * A disk that was away for a moment while its folder was listed left its files out: they are looked for once more, which
 * costs next to nothing. What rules for names made of them cannot be turned round.
 */
async function checkNoFile({ leg: n, key }: Item, tools: ItemTools): Promise<void> {
  const there = tools.of({ leg: n }).leg.destinationN
  for (const { leg, context, rules } of tools.legs) {
    if (leg.destinationN !== there || rules.rename !== undefined) continue
    if (!isPourLeg(leg) || !isLocal(leg.source) || !key.startsWith(leg.destination.prefix)) continue
    const { bucket, select } = leg.source
    const from = sourceKey(leg, key)
    const isMeant = select.some((one) =>
      one.kind === 'prefix' ? from.startsWith(one.prefix) : one.key === from,
    )
    if (!isMeant || !(await stands({ bucket, key: from }, context))) continue
    fail('source-changed', 'item', `${key} was not deleted: ${from} stands in ${bucket} by now.`)
  }
}

async function stands(id: ObjectId, { source, signal }: WorkContext): Promise<boolean> {
  try {
    await source.headObject(id, signal)
  } catch (error) {
    const code = codeOf(error)
    // No file of this machine can have that name, or what has it is none.
    if (code === 'no-such-key' || code === 'not-possible') return false
    throw error
  }
  // Where names that differ in case only are one, a file of another spelling answers to it.
  const { objects } = await source.listObjects({ bucket: id.bucket, prefix: id.key, maxKeys: 1 }, signal)
  return objects[0]?.key === id.key
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
