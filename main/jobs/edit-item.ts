import { editObject } from '../engine/edit-object.ts'
import { settleEdit } from '../engine/edit-settle.ts'
import type { EditOutcome, EditWork } from '../engine/work.ts'
import { uploadJournal } from './copy-item.ts'
import type { Item } from './item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'

/** Changes one object where it is. One that is as asked for already is skipped as `nothing-to-do`. */
export async function editItem({ item, doubt }: ItemTask, tools: ItemTools): Promise<void> {
  const { context, rules } = tools.of(item)
  const work = await editWork(item, tools)
  const known = tools.knownUpload(item)
  // With a journaled upload the engine finds out by itself how far it came.
  const settled =
    doubt !== undefined && known === undefined ? await settleEdit(work, context, doubt.since) : undefined
  const outcome: EditOutcome =
    settled?.is === 'done'
      ? settled.outcome
      : await editObject(work, context, uploadJournal(item, known, tools), rules.copyLimit)
  if (outcome.how !== 'nothing') {
    return tools.journal.settle(item, 'edited', outcome.etag, outcome.versionId)
  }
  tools.journal.change(item, { ...item, state: 'skipped', skipReason: 'nothing-to-do', failure: undefined })
}

async function editWork(item: Item, tools: ItemTools): Promise<EditWork> {
  const { spec } = tools
  if (spec.kind !== 'edit') return fail('internal', 'item', `A job of the kind ${spec.kind} edits nothing.`)
  const { leg, ownership } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  return {
    object: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    size: item.size,
    etag: item.etag,
    lastModified: item.lastModified,
    storageClass: item.storageClass,
    properties: tools.propertiesOf(item),
    verify: spec.verify,
    ownership: await ownership(),
  }
}
