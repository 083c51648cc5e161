import type { ChangedOf } from './undo/changed.ts'
import { itemId, seqOf } from './item.ts'
import { doneAt, placesOf, TO_DO, unsentAt } from './item-places.ts'
import type { Item, JournalState } from './item.ts'
import { legOf } from './plan/legs.ts'
import { targetOf } from './plan/plan-item.ts'
import type { JobRecord } from './record.ts'
import type { ItemsTable } from './store/items.ts'
import { settledItems, skipped } from '#model/job.ts'
import type { ItemFilter, ItemState, ItemView } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'

/** What a run knows of its items that the journal does not. */
export interface UnderWay {
  readonly items: ReadonlyMap<number, Item>
  detail(id: number): string | undefined
}

const DONE: readonly JournalState[] = ['copied', 'moved', 'deleted', 'edited']

export const NONE_UNDER_WAY: UnderWay = { items: new Map(), detail: () => undefined }

/**
 * A page of a job's items. Totals come from the tally; the rows of `all` are found by their position, skipped and
 * failed ones by an index, what is done and what is to be done by what lies between them (`item-places`). Where that
 * is not known they are found by a scan that stops as soon as the page is full.
 */
export function viewItems(
  items: ItemsTable,
  record: JobRecord,
  filter: ItemFilter,
  offset: number,
  limit: number,
  underWay: UnderWay = NONE_UNDER_WAY,
  changed?: ChangedOf,
): { items: ItemView[]; total: number } {
  const { n, spec, nextSeq, tally } = record
  const from = itemId(n, 1)
  const below = itemId(n, nextSeq)
  const view = (item: Item): ItemView => toView(item, spec, underWay, changed)
  const page = (states: readonly JournalState[]): ItemView[] =>
    items.page(states, from, below, offset, limit).map(view)
  switch (filter) {
    case 'all':
      return { items: items.readAll(from + offset, below, limit).map(view), total: nextSeq - 1 }
    case 'under-way': {
      const ids = [...underWay.items.keys()].sort((left, right) => left - right)
      const rows = ids.slice(offset, offset + limit).flatMap((id) => items.byId(id) ?? [])
      return { items: rows.map(view), total: ids.length }
    }
    case 'to-do': {
      const total = Math.max(0, nextSeq - 1 - settledItems(tally) - underWay.items.size)
      return { items: waiting(items, record, underWay, offset, limit).map(view), total }
    }
    case 'done': {
      const total = tally.copied.items + tally.moved.items + tally.deleted.items + tally.edited.items
      const places = offset > 0 ? placesOf(items, record, underWay.items.keys()) : undefined
      if (places === undefined) return { items: page(DONE), total }
      return { items: items.page(DONE, doneAt(items, places, offset), below, 0, limit).map(view), total }
    }
    case 'skipped':
      return { items: page(['skipped']), total: skipped(tally).items }
    case 'failed':
      return { items: page(['failed']), total: tally.failed.items }
  }
}

/** Unsettled items but those under way: there are few of them, so that many more rows are enough. */
function waiting(
  items: ItemsTable,
  record: JobRecord,
  underWay: UnderWay,
  offset: number,
  limit: number,
): Item[] {
  const { n, nextSeq } = record
  const below = itemId(n, nextSeq)
  const places = placesOf(items, record, underWay.items.keys())
  if (places === undefined) {
    const wanted = items.page(TO_DO, itemId(n, 1), below, offset, limit + underWay.items.size)
    return wanted.filter(({ id }) => !underWay.items.has(id)).slice(0, limit)
  }
  const open = places.open.filter((id) => !underWay.items.has(id))
  const first = open.slice(offset, offset + limit).flatMap((id) => items.byId(id) ?? [])
  const more = limit - first.length
  if (more === 0) return first
  const from = unsentAt(items, places, Math.max(0, offset - open.length))
  return [...first, ...items.page(TO_DO, from, below, 0, more)]
}

export function toView(
  item: Item,
  spec: JobSpec,
  underWay: UnderWay = NONE_UNDER_WAY,
  changed?: ChangedOf,
): ItemView {
  const { sourceN, destinationN } = legOf(spec, item)
  return {
    seq: seqOf(item.id),
    key: item.key,
    versionId: item.versionId,
    destinationKey: targetOf(spec, item),
    source: sourceN,
    destination: destinationN,
    history: item.history,
    size: item.size,
    storageClass: item.storageClass === 'STANDARD' ? undefined : item.storageClass,
    action: item.action,
    skipReason: item.skipReason,
    conflict: item.conflict,
    anew: item.anew,
    state: underWay.items.has(item.id) ? 'sent' : shown(item.state),
    failure: item.state === 'failed' ? item.failure : undefined,
    newVersionId: item.newVersionId,
    changed: changed?.(item),
    detail: underWay.detail(item.id),
  }
}

function shown(state: JournalState): ItemState {
  if (state === 'again') return 'planned'
  return state === 'copied-not-deleted' ? 'copied' : state
}
