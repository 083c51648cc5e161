import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { isForGood } from '../undo/for-good.ts'
import { slicesOf } from '../run/item-slices.ts'
import type { FoundIn } from '../run/item-slices.ts'
import { seqOf } from '../item.ts'
import type { Item } from '../item.ts'
import { toView } from '../items-view.ts'
import { legOf } from '../plan/legs.ts'
import { conditionFacts } from '../plan/plan-facts.ts'
import type { JobRecord } from '../record.ts'
import { CARRIES, LARGE, PUTS, TAKEN_REASONS } from '../store/conditions.ts'
import type { ConditionFacts } from '../store/conditions.ts'
import { isoDate } from '#model/dates.ts'
import { defused, SPLITS } from '#model/formula.ts'
import type { PlanWarning } from '#model/plan.ts'

const HEADING = [
  ...['seq', 'action', 'skip-reason', 'source-bucket', 'key', 'version-id', 'destination-bucket'],
  ...['destination-key', 'size', 'storage-class', 'last-modified', 'warnings', 'state', 'failure'],
]

/** `people`: in a spreadsheet, where no cell may be taken for a formula; `programs`: every cell exactly as it is. */
export type PlanReaders = 'people' | 'programs'

/** Writes a plan, or what of it a query is about, whole or not at all: a row an item. */
export async function writePlan(from: FoundIn, path: string, readers: PlanReaders): Promise<void> {
  const part = `${path}.part`
  const rows = Readable.from(rowsOf(from, readers))
  try {
    await pipeline(
      rows,
      stringify({ header: true, columns: HEADING, quoted_match: SPLITS }),
      createWriteStream(part),
    )
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function* rowsOf(from: FoundIn, readers: PlanReaders): AsyncGenerator<readonly string[]> {
  const facts = conditionFacts(from.store, from.record)
  for await (const items of slicesOf(from))
    for (const item of items) {
      const row = planRow(from.record, item, facts)
      yield readers === 'people' ? row.map(defused) : row
    }
}

function planRow(record: JobRecord, item: Item, facts: ConditionFacts): readonly string[] {
  const { spec } = record
  const { source, destination } = legOf(spec, item)
  const { state, destinationKey, failure } = toView(item, spec)
  return [
    String(seqOf(item.id)),
    item.action,
    item.skipReason ?? '',
    source.bucket,
    item.key,
    item.versionId ?? '',
    destination?.bucket ?? '',
    destinationKey ?? '',
    String(item.size),
    item.storageClass,
    item.lastModified === 0 ? '' : isoDate(item.lastModified),
    itemWarnings(item, facts).join(' '),
    state,
    failure?.message ?? '',
  ]
}

/** The same as by `store/conditions.ts`, of one item. */
function itemWarnings(item: Item, { pours, keptLegs, backsUp }: ConditionFacts): PlanWarning[] {
  const { action, conflict, skipReason, size, leg } = item
  const isLeft = pours && action === 'skip' && skipReason !== undefined && TAKEN_REASONS.includes(skipReason)
  const holds: Record<PlanWarning, boolean> = {
    overwrites: conflict && PUTS.includes(action),
    exists: isLeft,
    'for-good': isForGood(item, { keepsVersions: keptLegs.includes(leg), backup: backsUp }),
    archived: action === 'restore-then-copy',
    large: action === 'copy-parts' || (size > LARGE && CARRIES.includes(action)),
    refused: action === 'refuse',
  }
  return (Object.keys(holds) as PlanWarning[]).filter((warning) => holds[warning])
}
