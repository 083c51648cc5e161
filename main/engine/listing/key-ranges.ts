import { KeyShapes, middleOf } from './middle-key.ts'
import type { Middle } from './middle-key.ts'
import { compareKeys } from '../names.ts'

/** Ranges of one listing that are listed at once at most. */
const MOST = 8
/** Requests that may turn out to have been for nothing: some at first, and then a share of the pages. */
const WASTED_AT_FIRST = 2
const WASTED_SHARE = 0.18
/** A range with a so many times smaller rest than another is left: each one taken costs half a page. */
const SMALL = 16
/** Pages after which another range is worth a look: most listings have ended by then. */
const ALONE = 2

/** Keys behind `after`, up to and with `to`; undefined: from the beginning, or to the end, of the prefix. */
export interface KeyRange {
  readonly after?: string | undefined
  readonly to?: string | undefined
}

/** A range that is being listed. */
export interface OpenRange extends KeyRange {
  /** The last key that was listed, whatever became of it since. */
  readonly seen: string | undefined
}

interface Range extends OpenRange {
  after: string | undefined
  to: string | undefined
  seen: string | undefined
  /** Its last page is being worked on. */
  isLast: boolean
  end: 'full' | 'open'
  /** From here to its end there was nothing when somebody looked. */
  nothingBehind: string | undefined
  page: readonly [string, string] | undefined
  /** Of the range that it was taken from: what lies before it. */
  filled: readonly [string, string] | undefined
  /** A look into it is under way. */
  isProbed: boolean
}

/** A look at the keys behind `after`, in the middle of a range. */
export interface Probe {
  readonly after: string
  readonly range: OpenRange
}

interface Named {
  readonly key: string
}

/**
 * One listing in several ranges at once. Ranges are disjoint, and with what is settled they are the whole: a range is
 * taken from another only once its first page was seen, so a guess that meets nothing, or a server that does not begin
 * where it is told to, costs a request and nothing else.
 *
 * | a look in the middle of a range               | then                                                       |
 * |-----------------------------------------------|------------------------------------------------------------|
 * | shows keys of it behind the last one listed   | these and all behind are another range, which goes on from that page |
 * | shows none of them                            | the next guess goes before it                              |
 * | comes when the range is at its last page      | is left                                                    |
 *
 * Pure: it knows neither requests nor time.
 */
export class KeyRanges {
  readonly #shapes: KeyShapes
  readonly #open: Range[]
  #probes = 0
  #requests = 0
  /** Keys that were listed for the first time, and those of the fullest page. */
  #keys = 0
  #fullest = 1
  #isWhole = false
  #isSplit = false

  constructor(prefix: string, ranges: readonly KeyRange[]) {
    this.#shapes = new KeyShapes(prefix)
    this.#open = ranges.map(({ after, to }) => begin(after, to, 'open'))
    this.#isSplit = ranges.length !== 1 || ranges[0]?.to !== undefined
    for (const { after, to } of ranges)
      for (const key of [after, to]) if (key !== undefined) this.#shapes.see(key)
  }

  /** What is not settled yet, in the order in which it was begun. */
  get open(): readonly OpenRange[] {
    return this.#open
  }

  /** Whether there were ever several: what is listed is all only if keys come in order. */
  get isSplit(): boolean {
    return this.#isSplit
  }

  /** Takes a page that came for a range, and tells what of it belongs there, and whether that was all. */
  take<Item extends Named>(
    range: OpenRange,
    page: readonly Item[],
    more: { readonly goesOn: boolean; readonly last?: string | undefined },
  ): { readonly items: readonly Item[]; readonly ended: boolean } {
    const own = this.#own(range)
    const { to } = own
    const count = to === undefined ? page.length : countUpTo(page, to)
    const items = count === page.length ? page : page.slice(0, count)
    const last = count === page.length ? (more.last ?? items.at(-1)?.key) : items.at(-1)?.key
    this.#noteRequest(items, page.length)
    own.seen = last ?? own.seen
    own.page = pageOf(items) ?? own.page
    own.isLast = !more.goesOn || count < page.length || (to !== undefined && last === to)
    return { items, ended: own.isLast }
  }

  /** What was taken of it is on the disk, or will be with what is said of the ranges next. */
  settle(range: OpenRange): void {
    const own = this.#own(range)
    own.after = own.seen
    if (own.isLast) this.#open.splice(this.#open.indexOf(own), 1)
  }

  /** Nobody looks anywhere from now on: the keys of this server have another order. */
  stayWhole(): void {
    this.#isWhole = true
  }

  /** Where to look next; undefined where that is not worth a request, or enough is under way. */
  probe(): Probe | undefined {
    if (this.#isWhole || this.#requests < ALONE || !this.#canSpare()) return undefined
    if (this.#open.length + this.#probes >= Math.min(MOST, this.#requests)) return undefined
    const middles = this.#open.flatMap((range) => this.#middle(range) ?? [])
    const most = Math.max(...middles.map(({ pages }) => pages))
    const worth = middles.filter(({ range, pages }) => !range.isProbed && pages >= most / SMALL)
    const best = worth.sort((a, b) => b.pages - a.pages)[0]
    if (best === undefined) return undefined
    best.range.isProbed = true
    this.#probes += 1
    return { after: best.key, range: best.range }
  }

  /**
   * What a look has shown: the range that begins with this page, to be taken next, without what was listed meanwhile.
   * Undefined: there is none.
   */
  found(
    { after, range }: Probe,
    page: readonly Named[],
    { goesOn }: { readonly goesOn: boolean },
  ): OpenRange | undefined {
    const own = range as Range
    this.#probes -= 1
    own.isProbed = false
    const isHere = !own.isLast && this.#open.includes(own)
    const from = own.seen !== undefined && compareKeys(own.seen, after) > 0 ? own.seen : after
    const { to } = own
    const first = page.find(({ key }) => compareKeys(key, from) > 0)?.key
    if (isHere && first !== undefined && (to === undefined || compareKeys(first, to) <= 0)) {
      const made = begin(from, to, own.end)
      made.nothingBehind = own.nothingBehind
      if (this.#isNear(own.seen, after, first)) made.filled = [own.seen ?? after, after]
      Object.assign(own, { to: from, end: 'full', nothingBehind: undefined })
      this.#open.push(made)
      this.#isSplit = true
      return made
    }
    this.#requests += 1
    if (isHere && from === after && (page.length > 0 || !goesOn))
      Object.assign(own, { nothingBehind: after, filled: undefined })
    return undefined
  }

  /** It was not answered, or not as a list in order. */
  failed({ range }: Probe): void {
    this.#probes -= 1
    this.#requests += 1
    ;(range as Range).isProbed = false
  }

  /** Whether keys went on where they were looked for: not behind a gap that is wider than the way there. */
  #isNear(from: string | undefined, to: string, first: string): boolean {
    const [a, b, c] = [from, to, first].map((key) => (key === undefined ? 0n : this.#shapes.valueOf(key)))
    return c! - b! <= b! - a!
  }

  #middle(range: Range): (Middle & { readonly range: Range }) | undefined {
    const { seen, page, filled, isLast, nothingBehind } = range
    if (isLast || seen === undefined || page === undefined) return undefined
    const end = nothingBehind === undefined ? range.end : 'open'
    const middle = middleOf(this.#shapes, { after: seen, to: nothingBehind ?? range.to, page, filled, end })
    return middle && { ...middle, range }
  }

  #own(range: OpenRange): Range {
    return range as Range
  }

  #noteRequest(items: readonly Named[], size: number): void {
    this.#requests += 1
    this.#keys += items.length
    this.#fullest = Math.max(this.#fullest, size)
    for (let at = 0; at < items.length; at += Math.max(1, items.length >> 3)) this.#see(items[at])
    this.#see(items.at(-1))
  }

  #see(item: Named | undefined): void {
    if (item !== undefined && !this.#isWhole) this.#shapes.see(item.key)
  }

  /** Requests beyond those that one range alone would have needed, with those that are under way. */
  #canSpare(): boolean {
    const pages = this.#keys / this.#fullest
    return this.#requests + this.#probes - pages < WASTED_AT_FIRST + pages * WASTED_SHARE
  }
}

function begin(after: string | undefined, to: string | undefined, end: Range['end']): Range {
  const nothing = {
    isLast: false,
    nothingBehind: undefined,
    page: undefined,
    isProbed: false,
    filled: undefined,
  }
  return { after, to, seen: after, end: to === undefined ? 'open' : end, ...nothing }
}

/** How many of a page in order are up to `to`. */
function countUpTo(page: readonly Named[], to: string): number {
  let [low, high] = [0, page.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareKeys((page[middle] as Named).key, to) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function pageOf(items: readonly Named[]): readonly [string, string] | undefined {
  const [first, last] = [items[0], items.at(-1)]
  return first && last && items.length > 1 ? [first.key, last.key] : undefined
}

/** Milliseconds a page that are no latency worth another range. */
const SHORT = 40
/** Times as long as our own work on a page takes, an answer has to take for it. */
const RULES = 4

/**
 * Whether it is answers that a listing waits for, of all pages until now; milliseconds, those of the wait without what
 * was done here meanwhile (in a loop that is busy with copies, a page from next door takes long, too):
 *
 * | a page was waited for | our work on it      | latency rules |
 * |----------------------|----------------------|---------------|
 * | less than 40         | any                  | no            |
 * | 40 or more           | over a fourth of it  | no            |
 * | 40 or more           | up to a fourth of it | yes           |
 */
export function latencyRules(spent: {
  readonly pages: number
  readonly waited: number
  readonly worked: number
}): boolean {
  const { pages, waited, worked } = spent
  return pages > 0 && waited >= SHORT * pages && waited >= RULES * worked
}
