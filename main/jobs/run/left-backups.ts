import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { legOf } from '../plan/legs.ts'
import { targetOf } from '../plan/plan-item.ts'
import type { JobRecord } from '../record.ts'
import type { Backup } from '../store/backups.ts'
import type { Store } from '../store/store.ts'
import { isPour } from '#model/spec.ts'

/** Items that are looked at, at most: one name is told, and how many more there are at least. */
const MOST = 1000
/** By which such a note is known again, when what failed has passed since. */
const END = 'was kept aside there and then not written over: look at both before you delete the copy.'

/**
 * A job's notes as they are when it ends: they say where copies lie that were kept aside of what was to be written over,
 * where that never came to be. Nothing takes them away, for the write may be in doubt.
 */
export function notesOfBackups(
  store: Pick<Store, 'items' | 'backups'>,
  record: JobRecord,
  notes: readonly string[],
): readonly string[] {
  const { n, nextSeq, spec } = record
  if (!isPour(spec) || spec.backup === undefined) return notes
  const items = store.items.read(['failed', 'planned', 'again'], itemId(n, 0), itemId(n, nextSeq), MOST)
  const left = items.flatMap((item) => {
    const backup = store.backups.of(item.id)
    return backup?.is === 'kept' ? [{ item, backup }] : []
  })
  const others = notes.filter((note) => !note.endsWith(END))
  const [first] = left
  return first === undefined ? others : [...others, sentence(first, left.length - 1, record)]
}

function sentence(
  { item, backup: { key } }: { readonly item: Item; readonly backup: Backup },
  more: number,
  { spec }: JobRecord,
): string {
  const bucket = legOf(spec, item).destination?.bucket ?? ''
  const others = more === 0 ? '' : `, and ${more.toLocaleString('en')} more like it,`
  return `${key} in ${bucket}${others} is a copy of ${targetOf(spec, item) ?? item.key}, which ${END}`
}
