import { itemId } from '../item.ts'
import type { Item } from '../item.ts'
import { NONE_UNDER_WAY, toView, viewItems } from '../items-view.ts'
import type { UnderWay } from '../items-view.ts'
import type { ChangedOf } from '../undo/changed.ts'
import { conditionFacts } from '../plan/plan-facts.ts'
import type { JobRecord } from '../record.ts'
import { conditionOf, dependsOnOutcome } from '../store/conditions.ts'
import type { ItemChanges, ItemName } from '../store/items.ts'
import { openMatchFile, removeMatches } from '../store/match-file.ts'
import type { MatchFile } from '../store/match-file.ts'
import type { Store } from '../store/store.ts'
import { textTest } from '../checks/text-test.ts'
import type { ItemQuery, ItemView } from '#model/plan.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'

/** Rows that are gone through at a stretch; between two of them the event loop has its turn. */
const SLICE = 5000
/** Looks that are kept. */
const KEPT = 4
/** Milliseconds after which a look that nobody asks for any more is given up. */
const PATIENCE = 30_000
/** Milliseconds between two looks for the same, while items change all the time. */
const RENEWED = 2000

export interface FoundItems {
  readonly items: ItemView[]
  readonly total: number
  readonly looking?: true | undefined
}

/** One way through a plan: what was found so far, and from where on nobody has looked. */
interface Pass {
  readonly found: MatchFile
  readonly begunAt: number
  readonly changes: ItemChanges
  next: number
}

interface Look {
  readonly query: ItemQuery
  readonly matches: (name: ItemName) => boolean
  /** What is shown. */
  shown: Pass
  /** What takes its place once it is through: items have changed since. */
  renewed?: Pass | undefined
  askedAt: number
  isAtWork: boolean
  isDropped: boolean
}

/**
 * Items that a query is about, where neither a count nor an index knows them. The plan is gone through in slices, in its
 * own order, and the ids go into a file that goes with the look; pages are read from there, so that positions stay what
 * they were while more is found. What changes meanwhile is looked for once more, and shown when that look is through.
 */
export class ItemLooks {
  readonly #store: Store
  readonly #dir: string
  readonly #seams: Seams
  /** The one asked for last at the end. */
  readonly #looks = new Map<string, Look>()
  #made = 0

  constructor(store: Store, dir: string, seams: Seams) {
    this.#store = store
    this.#dir = dir
    this.#seams = seams
    removeMatches(dir)
  }

  page(
    record: JobRecord,
    query: ItemQuery,
    offset: number,
    limit: number,
    underWay: UnderWay,
    changed: ChangedOf,
  ): FoundItems {
    const { filter } = query
    if (isFilterAlone(query))
      return viewItems(this.#store.items, record, filter, offset, limit, underWay, changed)
    const view = (item: Item): ItemView => toView(item, record.spec, underWay, changed)
    if (filter === 'under-way') return this.#underWay(record, query, offset, limit, underWay, view)
    const look = this.#lookFor(record, query)
    look.askedAt = this.#seams.now()
    this.#goOn(record, look)
    const items = look.shown.found.read(offset, limit).flatMap((id) => this.#store.items.byId(id) ?? [])
    const isThrough = look.renewed === undefined && this.#isThrough(record, look.shown)
    return {
      items: items.map(view),
      total: look.shown.found.length,
      ...(!isThrough && { looking: true as const }),
    }
  }

  /** There are few of them, and the run knows which. */
  #underWay(
    record: JobRecord,
    query: ItemQuery,
    offset: number,
    limit: number,
    underWay: UnderWay,
    view: (item: Item) => ItemView,
  ): FoundItems {
    const matches = textTest(record.spec, query.text)
    const condition = conditionOf(query, conditionFacts(this.#store, record))
    const ids = [...underWay.items.keys()].sort((left, right) => left - right)
    const found = ids.flatMap((id) => this.#store.items.readWhere(condition, id, id + 1, 1)).filter(matches)
    return { items: found.slice(offset, offset + limit).map(view), total: found.length }
  }

  #lookFor(record: JobRecord, query: ItemQuery): Look {
    const name = `${record.n} ${JSON.stringify(query)}`
    const known = this.#looks.get(name)
    const look = known ?? {
      ...{ query, matches: textTest(record.spec, query.text), shown: this.#begin(record) },
      ...{ askedAt: this.#seams.now(), isAtWork: false, isDropped: false },
    }
    this.#looks.delete(name)
    this.#looks.set(name, look)
    for (const [oldest, other] of this.#looks) {
      if (this.#looks.size <= KEPT) break
      this.#drop(oldest, other)
    }
    return look
  }

  #begin(record: JobRecord): Pass {
    const found = openMatchFile(this.#dir, String(this.#made++))
    const changes = this.#store.items.changes(record.n)
    return { found, begunAt: this.#seams.now(), changes, next: itemId(record.n, 1) }
  }

  /** A slice at once, which is all of a small plan; the others between everything else. */
  #goOn(record: JobRecord, look: Look): void {
    if (look.isAtWork) return
    if (this.#isThrough(record, look.shown) && this.#hasChanged(record, look)) {
      const isSmall = record.nextSeq <= SLICE
      if (isSmall || this.#seams.now() - look.shown.begunAt >= RENEWED) look.renewed = this.#begin(record)
    }
    this.#slice(record, look)
    if (look.renewed !== undefined || !this.#isThrough(record, look.shown)) void this.#rest(record, look)
  }

  async #rest(record: JobRecord, look: Look): Promise<void> {
    look.isAtWork = true
    try {
      while (look.renewed !== undefined || !this.#isThrough(record, look.shown)) {
        await sleep(this.#seams, 0)
        if (look.isDropped) return
        if (this.#seams.now() - look.askedAt > PATIENCE) return this.#forget(look)
        this.#slice(record, look)
      }
    } catch {
      // What cannot be read is asked for again, and then says why.
      this.#forget(look)
    } finally {
      look.isAtWork = false
    }
  }

  #slice(record: JobRecord, look: Look): void {
    const pass = look.renewed ?? look.shown
    const below = Math.min(pass.next + SLICE, itemId(record.n, record.nextSeq))
    if (pass.next < below) {
      const condition = conditionOf(look.query, conditionFacts(this.#store, record))
      const names = this.#store.items.namesWhere(condition, pass.next, below)
      pass.found.add(names.filter(look.matches).map(({ id }) => id))
      pass.next = below
    }
    if (look.renewed === undefined || !this.#isThrough(record, look.renewed)) return
    look.shown.found.close()
    look.shown = look.renewed
    look.renewed = undefined
  }

  #isThrough(record: JobRecord, pass: Pass): boolean {
    return pass.next >= itemId(record.n, record.nextSeq)
  }

  #hasChanged(record: JobRecord, { shown, query }: Look): boolean {
    const now = this.#store.items.changes(record.n)
    if (now.replaced !== shown.changes.replaced) return true
    return now.settled !== shown.changes.settled && dependsOnOutcome(query)
  }

  #forget(look: Look): void {
    for (const [name, other] of this.#looks) if (other === look) this.#drop(name, look)
  }

  #drop(name: string, look: Look): void {
    this.#looks.delete(name)
    look.isDropped = true
    look.shown.found.close()
    look.renewed?.found.close()
  }

  close(): void {
    for (const [name, look] of [...this.#looks]) this.#drop(name, look)
    removeMatches(this.#dir)
  }
}

/** By a count or an index. */
function isFilterAlone({ filter: _filter, ...others }: ItemQuery): boolean {
  return Object.values(others).every((value) => value === undefined)
}

/** The same for who only reads, and has no one to keep waiting: the whole plan at a stretch. */
export function pageOfItems(
  store: Store,
  record: JobRecord,
  query: ItemQuery,
  offset: number,
  limit: number,
  changed: ChangedOf,
): FoundItems {
  if (isFilterAlone(query))
    return viewItems(store.items, record, query.filter, offset, limit, NONE_UNDER_WAY, changed)
  const matches = textTest(record.spec, query.text)
  const items: ItemView[] = []
  let total = 0
  for (const name of matching(store, record, query, itemId(record.n, 1), matches)) {
    if (total++ < offset || items.length >= limit) continue
    const item = store.items.byId(name.id)
    if (item) items.push(toView(item, record.spec, NONE_UNDER_WAY, changed))
  }
  return { items, total }
}

/** From `from` on, a slice read at a time. */
export function* matching(
  store: Store,
  record: JobRecord,
  query: ItemQuery,
  from: number,
  matches = textTest(record.spec, query.text),
): Generator<ItemName> {
  for (let at = from; at < itemId(record.n, record.nextSeq); at += SLICE) {
    const below = Math.min(at + SLICE, itemId(record.n, record.nextSeq))
    const condition = conditionOf(query, conditionFacts(store, record))
    yield* store.items.namesWhere(condition, at, below).filter(matches)
  }
}
