import { editObject } from '../../engine/edit/edit-object.ts'
import { settleEdit } from '../../engine/edit/edit-settle.ts'
import { codeOf } from '../../engine/look.ts'
import type { EditJournal, EditOutcome, EditWork } from '../../engine/work.ts'
import { uploadJournal } from './copy-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import type { KnownUpload } from '../store/uploads.ts'
import { withSome } from '#model/apply-rules.ts'
import { fail } from '#model/failure.ts'
import type { SomeProperties } from '#model/properties.ts'

/** Changes one object where it is. One that is as asked for already is skipped as `nothing-to-do`. */
export async function editItem({ item, doubt }: ItemTask, tools: ItemTools): Promise<void> {
  const { context, rules } = tools.of(item)
  const work = await editWork(item, tools)
  const known = tools.knownUpload(item)
  const before = doubt === undefined && known === undefined ? undefined : tools.remembered(item)
  const journal = editJournal(item, known, before, tools)
  // With a journaled upload the engine finds out by itself how far it came.
  const settled =
    doubt !== undefined && known === undefined
      ? await settleEdit(work, context, doubt.since, before)
      : undefined
  if (settled?.is === 'done') return settleEdited(item, settled.outcome, tools)
  // What an earlier run was about to write came only after the look, and before this one: it is ours, and can be undone.
  const cameLate = async (): Promise<EditOutcome | undefined> => {
    const late = doubt === undefined ? undefined : await settleEdit(work, context, doubt.since, before)
    return late?.is === 'done' ? late.outcome : undefined
  }
  try {
    const outcome = await editObject(work, context, journal, rules.copyLimit)
    const late = outcome.how === 'nothing' && before !== undefined ? await cameLate() : undefined
    settleEdited(item, late ?? outcome, tools)
  } catch (error) {
    const late = codeOf(error) === 'source-changed' ? await cameLate() : undefined
    if (late === undefined) throw error
    settleEdited(item, late, tools)
  }
}

/** The way that was taken in the end stands in the plan: it says how the edit is undone. */
function settleEdited(item: Item, outcome: EditOutcome, { journal, stoodWithoutTags }: ItemTools): void {
  const { how, etag, versionId, withoutTagsFor } = outcome
  if (withoutTagsFor !== undefined) stoodWithoutTags(withoutTagsFor)
  if (how === 'nothing')
    return journal.change(item, {
      ...item,
      state: 'skipped',
      skipReason: 'nothing-to-do',
      failure: undefined,
    })
  const planned = item.action === 'restore-then-copy' ? 'rewrite' : item.action
  if (planned === how) return journal.settle(item, 'edited', etag, versionId)
  const made = { newEtag: etag, newVersionId: versionId, failure: undefined }
  journal.change(item, { ...item, action: how, state: 'edited', ...made })
}

function editJournal(
  item: Item,
  known: KnownUpload | undefined,
  remembered: SomeProperties | undefined,
  tools: ItemTools,
): EditJournal {
  return {
    ...uploadJournal(item, known, tools),
    remembered,
    remember: (before) => tools.journal.remember(item, before),
  }
}

async function editWork(item: Item, tools: ItemTools): Promise<EditWork> {
  const { spec } = tools
  if (spec.kind !== 'edit' && spec.kind !== 'undo')
    return fail('internal', 'item', `A job of the kind ${spec.kind} edits nothing.`)
  const { leg, ownership } = tools.of(item)
  const own = tools.own(item)
  const { bucket, owner, customerKeys } = leg.source
  return {
    object: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    size: item.size,
    etag: item.etag,
    lastModified: item.lastModified,
    storageClass: item.storageClass,
    properties: withSome(tools.propertiesOf(item), own?.properties ?? {}),
    fieldRules: spec.kind === 'edit' && spec.fieldRules.length > 0 ? spec.fieldRules : undefined,
    fields: own?.fields,
    verify: spec.verify,
    ownership: await ownership(),
  }
}
