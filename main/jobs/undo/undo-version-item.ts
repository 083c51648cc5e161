import { uncoverVersion } from '../../engine/versions/uncover-version.ts'
import { editItem } from '../run/edit-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from '../run/item-tools.ts'
import { exactly } from '../plan/plan-outcomes.ts'
import { fail } from '#model/failure.ts'

/**
 * Deletes the version that an edit made. Where that may not be, or would lose the object, the remembered values are
 * written instead, which makes a version more. `reached`: told when that is journaled.
 */
export async function undoVersion(
  task: ItemTask,
  tools: ItemTools,
  reached: (item: Item) => void,
): Promise<void> {
  const { item, doubt } = task
  const { leg, context } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  const { key, versionId, etag, expect } = item
  if (versionId === undefined || expect.is !== 'etag')
    fail('internal', 'item', 'It names no version to delete.')
  const object = { bucket, key, versionId, owner, customerKeys }
  switch (await uncoverVersion({ object, etag, below: expect }, context)) {
    case 'uncovered':
      return tools.journal.settle(item, 'deleted')
    case 'gone':
      if (doubt !== undefined) return tools.journal.settle(item, 'deleted')
      return tools.journal.change(item, { ...item, state: 'skipped', skipReason: 'nothing-to-do' })
    case 'bare':
      return byValues(item, 'the version that it was made from is not there any more', tools, reached)
    case 'held':
      return byValues(item, 'these keys, or a lock, do not allow that', tools, reached)
  }
}

/** On the disk before it is written, so that after a kill it is looked for as an edit. */
async function byValues(
  item: Item,
  why: string,
  tools: ItemTools,
  reached: (item: Item) => void,
): Promise<void> {
  if (tools.own(item)?.properties === undefined)
    fail(
      'not-possible',
      'item',
      `Version ${item.versionId} of ${item.key} was not deleted: ${why}, and nothing else is remembered.`,
    )
  const now: Item = { ...item, versionId: undefined, action: 'rewrite', expect: exactly(item) }
  tools.journal.change(item, now)
  reached(now)
  await tools.journal.durable()
  return editItem({ item: now, doubt: undefined, previous: undefined }, tools)
}
