import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { legOf } from '../plan/legs.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'

/** Items that are read from the journal at a time. */
const BATCH = 1000

/**
 * A job's notes as they are when it ends: they name every copy that was set aside and not brought back, for of names
 * that were to change places it may be the only one. What was brought back since is named no more.
 */
export function notesOfAside(store: Pick<Store, 'items'>, record: JobRecord): readonly string[] {
  const { n, nextSeq, tally, notes } = record
  const count = tally.planned['bring-back'].items
  if (count === 0) return notes
  const now = new Set(notes)
  const below = itemId(n, nextSeq)
  // The planner puts them behind all others.
  for (let from = itemId(n, nextSeq - count); from < below; from += BATCH) {
    for (const item of store.items.readAll(from, Math.min(below, from + BATCH), BATCH)) {
      if (item.action !== 'bring-back') continue
      const text = sentence(item, record)
      if (isLeft(item, record, store)) now.add(text)
      else now.delete(text)
    }
  }
  return [...now]
}

/** Its first step has made the copy, and it did not take it away. */
function isLeft(item: Item, { n }: JobRecord, { items }: Pick<Store, 'items'>): boolean {
  if (item.state === 'moved') return false
  let step: Item | undefined = item
  while (step?.after !== undefined && step.action !== 'set-aside') step = items.byId(itemId(n, step.after))
  return step?.action === 'set-aside' && step.newEtag !== undefined
}

function sentence({ leg, key, target = '' }: Item, { spec }: JobRecord): string {
  const { bucket } = legOf(spec, { leg }).source
  return (
    `${key} in ${bucket} is a copy that was to become ${target}, set aside while names change places, and was not ` +
    'brought there: look at both before you delete either.'
  )
}
