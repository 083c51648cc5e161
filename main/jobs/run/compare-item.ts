import { compareObjects } from '../../engine/compare/compare-objects.ts'
import type { CompareWork } from '../../engine/work.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { differs } from './differs.ts'
import { targetOf } from '../plan/plan-item.ts'
import { fail } from '#model/failure.ts'

/** Compares one object with its counterpart. Writes nothing anywhere, but what it found into the journal. */
export async function compareItem({ item }: ItemTask, tools: ItemTools): Promise<void> {
  const { spec } = tools
  if (spec.kind !== 'parity') fail('internal', 'item', `A job of the kind ${spec.kind} compares nothing.`)
  const { leg, context } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  const work: CompareWork = {
    source: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    destination: { bucket: leg.destination?.bucket ?? '', key: targetOf(spec, item) ?? '' },
    size: item.size,
    etag: item.etag,
    level: spec.compare,
  }
  const differences = await compareObjects(work, context)
  if (differences.length === 0) {
    tools.journal.change(item, { ...item, state: 'skipped', skipReason: 'same', failure: undefined })
    return
  }
  tools.journal.change(item, { ...item, state: 'failed', failure: differs(differences) })
}
