import { compareObjects } from '../engine/compare-objects.ts'
import type { CompareWork } from '../engine/work.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { targetOf } from './plan-item.ts'
import { fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'

/** Differences that a sentence names; how many more there are, it says. */
const MOST_NAMED = 6

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

/** All of them by name, the first ones with their values. */
export function differs(
  differences: readonly {
    readonly property: string
    readonly source: string
    readonly destination: string
  }[],
): Failure {
  const named = differences
    .slice(0, MOST_NAMED)
    .map(({ property, source, destination }) => `${property} (${source}, there ${destination})`)
  const more = differences.length - named.length
  const [first] = differences
  const message =
    first?.property === 'existence'
      ? missingSentence(first.destination)
      : `It differs in ${named.join(', ')}${more > 0 ? `, and in ${more} more` : ''}.`
  const property = differences.map((difference) => difference.property).join(', ')
  return { code: 'differs', reach: 'item', message, property }
}

function missingSentence(destination: string): string {
  return destination === 'missing'
    ? 'It is missing at the destination.'
    : 'It stands at the destination only: nothing at the source goes there.'
}
