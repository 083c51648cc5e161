import { writeInStep } from '../in-step.ts'
import type { Item } from '../item.ts'
import type { Mark } from './mark.ts'
import { isOfHistory } from '../plan/legs.ts'
import { UNREAD_FILTER } from '../plan/plan-outcomes.ts'
import type { JobRecord } from '../record.ts'
import { jobRange } from '../store/items.ts'
import type { Store } from '../store/store.ts'
import { countItem } from '../tally.ts'
import type { Failure } from '#model/failure.ts'
import { isPour } from '#model/spec.ts'

/** Items that are looked through in one transaction; between two of them the event loop has its turn. */
const SLICE = 500

/** What became of the first of a job's marks; undefined: it has none. */
export interface Marked {
  readonly mark: Mark
  readonly isLast: boolean
}

/** For the job's log. */
export function markedWords({ mark: { as, marked, archived } }: Marked): string {
  const objects = marked === 1 ? '1 failed object' : `${marked.toLocaleString('en')} failed objects`
  const is = marked === 1 ? 'is' : 'are'
  if (as === 'left') return `${objects} ${is} left as ${marked === 1 ? 'it is' : 'they are'}.`
  const first =
    archived?.do === 'restore' ? ` restored first (${archived.tier}, ${archived.days} days) and` : ''
  return `${objects} ${is}${first} tried again.`
}

/** Written down first, with what else is kept of the job for it. */
export function noteMark(
  store: Store,
  record: JobRecord,
  mark: Pick<Mark, 'as' | 'causes' | 'archived'>,
  more: Pick<JobRecord['more'], 'customerKeys'> = {},
): void {
  const [from] = jobRange(record.n)
  const archived = mark.archived && { asksOwn: true as const, archived: mark.archived }
  const marks = [...(record.more.marks ?? []), { ...mark, from, marked: 0 }]
  changeMore(store, record, { ...record.more, ...archived, ...more, marks }, () => {})
}

/** Marks the next slice of the job's first mark. A mark whose last slice is done is gone. */
export function markSlice(store: Store, record: JobRecord): Marked | undefined {
  const [mark, ...others] = record.more.marks ?? []
  if (mark === undefined) return undefined
  const slice = store.items.read(['failed'], mark.from, jobRange(record.n)[1], SLICE)
  const chosen = slice.filter((item) => isMeant(store, record, item, mark))
  const isLast = slice.length < SLICE
  const from = (slice.at(-1)?.id ?? mark.from) + 1
  const now = { ...mark, from, marked: mark.marked + chosen.length }
  const marks = isLast ? others : [now, ...others]
  changeMore(store, record, { ...record.more, marks: marks.length === 0 ? undefined : marks }, () => {
    for (const item of chosen) markOne(store, record, item, mark)
  })
  return { mark: now, isLast }
}

/** Also `more` is as the disk has it, where it cannot be written. */
function changeMore(store: Store, record: JobRecord, more: JobRecord['more'], change: () => void): void {
  const before = record.more
  record.more = more
  try {
    writeInStep(store, record, () => {
      change()
      store.jobs.saveMore(record)
    })
  } catch (error) {
    record.more = before
    throw error
  }
}

function isMeant(store: Store, { spec }: JobRecord, item: Item, { as, causes, archived }: Mark): boolean {
  const { failure } = item
  if (failure === undefined || !causes.includes(store.items.causeOf(item.id) ?? -1)) return false
  if (as === 'left') return true
  // A version of a history keeps the place that it has in the plan: nothing of it is planned anew.
  const isRefused = item.action === 'refuse' && isPour(spec)
  if (isOfHistory(spec, item) && (archived !== undefined || isRefused)) return false
  return !isOfWholePlan(item, failure)
}

/**
 * What only the plan as a whole could tell, a fresh look at one object cannot take back: tried by itself it would write
 * over the object that has its name, be deleted before it is at all its destinations, or pass a filter unread.
 *
 * | refused by the plan as                         | tried anew |
 * |------------------------------------------------|------------|
 * | name-taken, previous-failed                    | no         |
 * | names that several destinations make cross     | no         |
 * | what its filter asks for could not be read     | no         |
 * | anything else                                  | yes        |
 * | not refused by the plan, but failed when it was carried out | yes |
 */
export function isOfWholePlan({ action }: Pick<Item, 'action'>, { code, property }: Failure): boolean {
  if (action !== 'refuse') return false
  return (
    code === 'name-taken' || code === 'previous-failed' || property === 'names' || property === UNREAD_FILTER
  )
}

function markOne(store: Store, record: JobRecord, item: Item, { as, archived }: Mark): void {
  const now = as === 'left' ? left(item) : again(record, item)
  const cause = store.items.causeOf(item.id)
  if (cause !== undefined) store.causes.take(cause)
  countItem(record.tally, item, -1)
  countItem(record.tally, now, 1)
  store.items.replace(item.id, now, null)
  if (archived !== undefined) store.edits.ask(item.id, { ...store.edits.own(item.id), archived })
}

/** Why it failed stays with it, for the report. */
function left(item: Item): Item {
  return { ...item, action: 'skip', skipReason: 'left', state: 'skipped' }
}

/**
 * One whose copy stands (a move that could not delete its source) goes on where it was; any other is looked at afresh
 * when it is sent. So is one whose source is another by now: its copy is of the old one, and the delete would be refused
 * for ever.
 */
function again({ spec }: JobRecord, item: Item): Item {
  const isStanding = (item.newEtag ?? item.newVersionId) !== undefined
  const isMoved = spec.kind === 'move' && item.failure?.code !== 'source-changed'
  const isHalfMoved = isStanding && (isMoved || item.action === 'bring-back')
  return { ...item, state: isHalfMoved ? 'copied-not-deleted' : 'again' }
}
