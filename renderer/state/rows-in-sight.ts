/**
 * Which rows of a long list are drawn, and where. Pure. All lengths are pixels; a list may be taller than a browser can
 * place exactly (2^24), so that where it is scrolled to and how far into its rows one sees are two numbers.
 */
export interface RowGround {
  readonly rows: number
  /** What the rows have of the window, and what one of them has. */
  readonly height: number
  readonly tallRow: number
}

const TALLEST = 15_000_000
/** So far from both ends of a taller list each pixel that is scrolled is one: whoever comes there sees every row. */
const ENDS = 100_000
/** Rows above and below that are drawn before they come into sight. */
const SPARE = 8

/** Of all that scrolls. */
export function tallOf({ rows, tallRow }: RowGround): number {
  return Math.min(rows * tallRow, TALLEST)
}

/** How far the rows can be scrolled, and how far the list can. */
function lengths({ rows, height, tallRow }: RowGround): { readonly ofRows: number; readonly ofList: number } {
  const whole = rows * tallRow
  return { ofRows: Math.max(0, whole - height), ofList: Math.max(0, Math.min(whole, TALLEST) - height) }
}

/** How far into its rows a list is that was scrolled to a place at once, as by the thumb of its scroll bar. */
export function reachedAt(top: number, ground: RowGround): number {
  const { ofRows, ofList } = lengths(ground)
  return stretched(top, ofList, ofRows)
}

/** Where a list is scrolled to that is so far into its rows. */
export function topAt(reached: number, ground: RowGround): number {
  const { ofRows, ofList } = lengths(ground)
  return stretched(reached, ofRows, ofList)
}

function stretched(at: number, length: number, onto: number): number {
  const place = Math.max(0, Math.min(length, at))
  if (length === onto || place <= ENDS) return place
  if (place >= length - ENDS) return onto - (length - place)
  return ENDS + ((place - ENDS) / (length - 2 * ENDS)) * (onto - 2 * ENDS)
}

/** Whether the rows scroll by as many pixels as the list does, always. */
export function isExact(ground: RowGround): boolean {
  const { ofRows, ofList } = lengths(ground)
  return ofRows === ofList
}

/**
 * Where the list is that had come so far into its rows at one place and is at another now. A wheel moves the rows as many
 * pixels as the list; a jump, and an end, goes to where the scroll bar says.
 */
export function reachedFrom(
  before: { readonly top: number; readonly reached: number },
  top: number,
  ground: RowGround,
): number {
  const { ofRows, ofList } = lengths(ground)
  const by = top - before.top
  if (ofRows === ofList || Math.abs(by) > ground.height || top <= 0 || top >= ofList)
    return reachedAt(top, ground)
  return Math.max(0, Math.min(ofRows, before.reached + by))
}

/** How far the rows have to be scrolled to have one of them in sight; undefined where it is. */
export function reachFor(row: number, reached: number, { height, tallRow }: RowGround): number | undefined {
  const begins = row * tallRow
  if (begins < reached) return begins
  return begins + tallRow > reached + height ? begins + tallRow - height : undefined
}

/**
 * How much of the rows is drawn, for the moment. Whoever jumps looks for a name, and the next jump may come with the next
 * frame: all of all rows at once would take longer than a frame has.
 * `names`: of rows that come what one steers by. `sight`: also the rest of those in sight. `below`: also all of those
 * below these. `all`: the rest of all.
 */
export type Step = 'names' | 'sight' | 'below' | 'all'

/** Whether the rows were scrolled by so many pixels that drawing all of them at once is too much for a frame. */
export function isJump(by: number, { height }: RowGround): boolean {
  return by > height / 2
}

/**
 * What is drawn first when the rows were scrolled by so many pixels at once; what is left follows step by step.
 *
 * | by                    | was     | is       |
 * | --------------------- | ------- | -------- |
 * | no jump               | any     | the same |
 * | less than a screen    | `names` | `names`  |
 * |                       | another | `sight`  |
 * | a screen or more      | any     | `names`  |
 */
export function stepAfter(by: number, ground: RowGround, was: Step): Step {
  if (!isJump(by, ground)) return was
  return by >= ground.height || was === 'names' ? 'names' : 'sight'
}

/** Rows from `first` to `last` (out). */
export interface Range {
  readonly first: number
  readonly last: number
}

/** What one element of the list stands for. The same object as long as nothing of it changes. */
export interface Place {
  /** The row whose words are in it. */
  readonly index: number
  /** How many rows below the one that the list counts from it stands. */
  readonly at: number
  /** `partly`: what one steers by, and nothing else yet. */
  readonly shows: 'whole' | 'partly'
}

export interface DrawnRows extends Range {
  readonly sight: Range
  /** The row that places are counted from. */
  readonly from: number
  /**
   * Row `index` has the place `(index - from) % places.length`, so that a row which comes takes over the element of one
   * that leaves, and no element is ever made or taken away. Until a place gets its row it keeps the one that it had: no
   * two have the same.
   */
  readonly places: readonly Place[]
}

/** Rows from where places are counted, in a list too tall to count from its top, before they are counted anew. */
const FAR = 100_000

/** The rows to draw when one has come so far into them. */
export function rowsToDraw(
  before: DrawnRows | undefined,
  reached: number,
  ground: RowGround,
  step: Step,
): DrawnRows {
  const { rows, height, tallRow } = ground
  const count = Math.min(rows, Math.ceil(height / tallRow) + 1 + 2 * SPARE)
  const top = Math.floor(reached / tallRow)
  const sight = { first: top, last: Math.min(rows, Math.ceil((reached + height) / tallRow)) }
  const first = Math.max(0, Math.min(rows - count, top - SPARE))
  const range = { first, last: first + count }
  if (before?.places.length !== count) {
    const places = Array.from({ length: count }, (_, at) => ({
      index: first + at,
      at,
      shows: 'whole' as const,
    }))
    return { ...range, sight, from: first, places }
  }
  const from = countedFrom(before, range, ground)
  const places = before.places.map((place, slot) => {
    // The one row of the range that has this place.
    const at = first - from + modulo(slot - first + from, count)
    return placeOf(place, { index: at + from, at, from, range, sight, step })
  })
  const changed = places.some((place, slot) => place !== before.places[slot])
  const moved = sight.first !== before.sight.first || sight.last !== before.sight.last
  return changed || moved ? { ...range, sight, from, places: changed ? places : before.places } : before
}

/**
 * After a jump rows in sight stand where others stood: the element that holds them all is moved, and not each of them. Rows
 * that stay keep their places.
 */
function countedFrom(before: DrawnRows, { first, last }: Range, ground: RowGround): number {
  if (first >= before.last || last <= before.first) return before.from + first - before.first
  if (isExact(ground) || Math.abs(first - before.from) < FAR) return before.from
  const count = before.places.length
  return before.from + Math.trunc((first - before.from) / count) * count
}

interface Wanted extends Pick<Place, 'index' | 'at'> {
  readonly from: number
  readonly range: Range
  readonly sight: Range
  readonly step: Step
}

/**
 * | the row          | step    | its place shows                            |
 * | ---------------- | ------- | ------------------------------------------ |
 * | is there already | any     | as much of it as before, or more           |
 * | comes in sight   | `names` | it, partly                                 |
 * |                  | other   | it, whole                                  |
 * | comes below that | `below` | it, whole                                  |
 * | comes beside it  | `all`   | it, whole                                  |
 * |                  | other   | the row that it had, if that is far away   |
 */
function placeOf(was: Place, { index, at, from, range, sight, step }: Wanted): Place {
  const stays = was.index === index
  const isNext = step === 'all' || (step === 'below' && index >= sight.first)
  if (!isNext && !isWithin(sight, index) && !isWithin(range, was.index)) {
    const stands = was.index - from
    return was.at === stands ? was : { ...was, at: stands }
  }
  const isWhole = isNext || (step === 'sight' && isWithin(sight, index)) || (stays && was.shows === 'whole')
  const shows = isWhole ? 'whole' : 'partly'
  return stays && was.at === at && was.shows === shows ? was : { index, at, shows }
}

function isWithin({ first, last }: Range, index: number): boolean {
  return index >= first && index < last
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
