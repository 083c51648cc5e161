import type { VersionChoice } from '#model/spec.ts'
import type { Place } from '#model/settings.ts'
import { densityOf, foldMoment, spanOf, stepTo, type Density, type Moment, type Span } from './as-of.ts'
import type { History } from './history.svelte.ts'
import type { Listing } from './listing.svelte.ts'
import type { Listings } from './listings.ts'
import { lastPart, parentOf, samePlace, type PanePlace } from './place.ts'
import { filterRows, indexOfRow, sortRows, totalOf, type Row, type Sort, type SortColumn } from './rows.ts'
import {
  EVERYTHING,
  isSelected,
  NOTHING,
  only,
  selectedRows,
  someOf,
  toggled,
  withRange,
  type Selected,
} from './selection.ts'
import type { Search } from './search.svelte.ts'
import { jump, NOT_TYPED, typed } from './type-ahead.ts'
import { sortVersions } from './version-rows.ts'

/** How a click or an arrow changes the selection. */
export type Pick = 'only' | 'toggle' | 'range' | 'add-range' | 'none'

/** What of a bucket a pane shows: its objects, every version of them, or how it was at a moment (milliseconds). */
export type View =
  { readonly is: 'now' } | { readonly is: 'versions' } | { readonly is: 'as-of'; readonly at: number }

const NOW: View = { is: 'now' }
/** Bars of the strip over the slider. */
const PARTS = 96

/** One of the two lists: where it stands, what it shows of it, and what is chosen there. */
export class Pane {
  readonly side: 'left' | 'right'
  #listings: Listings
  /** The rows of the top level, where no connection is chosen. */
  #top: () => readonly Row[]

  place = $state.raw<PanePlace>(null)
  sort = $state.raw<Sort>({ by: 'name', descending: false })
  filter = $state('')
  filtering = $state(false)
  /** The path is being typed. */
  editing = $state(false)
  selected = $state.raw<Selected>(NOTHING)
  cursorId = $state<string>()
  /** The selection goes with the cursor: it was made by a click or an arrow, not gathered row by row. */
  #following = true
  /** The place left by going up: the cursor lands on it. */
  #arriveAt: string | undefined
  #anchorId: string | undefined
  #typed = NOT_TYPED
  #cursorHint = 0
  #back = $state.raw<readonly PanePlace[]>([])
  #forward = $state.raw<readonly PanePlace[]>([])

  view = $state.raw<View>(NOW)
  listing = $state.raw<Listing>()
  /** The versions at the place, where the view wants them. */
  history = $state.raw<History>()
  /** Of a pane as of a moment: the folded versions. */
  readonly moment: Moment | undefined = $derived.by(() => {
    const { view, history } = this
    if (view.is !== 'as-of' || history === undefined || history.revision < 0) return undefined
    return foldMoment(history.versions, history.place.prefix, view.at)
  })
  readonly span: Span | undefined = $derived.by(() => {
    const { history } = this
    return history === undefined || history.revision < 0 ? undefined : spanOf(history.versions)
  })
  readonly density: Density | undefined = $derived.by(() =>
    this.view.is !== 'as-of' || this.history === undefined || this.span === undefined
      ? undefined
      : densityOf(this.history.versions, this.span, PARTS),
  )
  /** In the place of the listing, once it was begun. */
  search = $state.raw<Search>()
  readonly #all: readonly Row[] = $derived.by(() => {
    const { listing, history, moment, search } = this
    if (search?.begun === true) return search.revision >= 0 ? sortRows([], search.objects, this.sort) : []
    if (moment !== undefined) return sortRows(moment.prefixes, moment.objects, this.sort)
    if (history !== undefined)
      return history.revision >= 0 ? sortVersions(history.containers, history.rows, this.sort) : []
    if (listing === undefined) return this.#top()
    // The arrays grow in place; the revision says when.
    return listing.revision >= 0 ? sortRows(listing.containers, listing.objects, this.sort) : []
  })
  /** The rows in sight: sorted, and filtered where a filter is set. */
  readonly rows: readonly Row[] = $derived(this.filtering ? filterRows(this.#all, this.filter) : this.#all)
  readonly total = $derived(totalOf(this.#all))
  /** Where the cursor stands; on the first row until it is moved, and near where its row was when that is gone. */
  readonly cursor: number = $derived.by(() => {
    const index = indexOfRow(this.rows, this.cursorId, this.#cursorHint)
    if (index < 0) return Math.min(this.#cursorHint, this.rows.length - 1)
    this.#cursorHint = index
    return index
  })
  /** The chosen rows in sight, in their order. */
  readonly chosen: readonly Row[] = $derived(selectedRows(this.rows, this.selected))
  readonly chosenTotal = $derived(totalOf(this.chosen))
  readonly canGoBack: boolean = $derived(this.#back.length > 0)
  readonly canGoForward: boolean = $derived(this.#forward.length > 0)

  /** What the rows come from; undefined at the top. */
  get listed(): Listing | History | Search | undefined {
    if (this.search?.begun === true) return this.search
    return this.history ?? this.listing
  }

  constructor(side: 'left' | 'right', listings: Listings, top: () => readonly Row[]) {
    this.side = side
    this.#listings = listings
    this.#top = top
  }

  /** Goes to a place and lists it; what was listed there before is shown at once. */
  go(place: PanePlace): void {
    if (samePlace(place, this.place)) return this.refresh()
    this.#back = [...this.#back, this.place].slice(-100)
    this.#forward = []
    this.#enter(place)
  }

  /** Shows a place anew where what was known of it no longer holds; no step to go back to. */
  reopen(place: PanePlace): void {
    this.#enter(place)
  }

  goUp(): void {
    if (this.place === null) return
    const { place } = this
    this.#arriveAt =
      place.bucket === '' ? place.connection : place.prefix === '' ? place.bucket : place.prefix
    this.go(parentOf(place))
  }

  goBack(): void {
    const place = this.#back.at(-1)
    if (place === undefined) return
    this.#back = this.#back.slice(0, -1)
    this.#forward = [...this.#forward, this.place]
    this.#enter(place)
  }

  goForward(): void {
    const place = this.#forward.at(-1)
    if (place === undefined) return
    this.#forward = this.#forward.slice(0, -1)
    this.#back = [...this.#back, this.place]
    this.#enter(place)
  }

  /** Where the pane stood when the window was last closed; not a step to go back to. */
  restore(place: PanePlace, sort: Sort): void {
    this.sort = sort
    this.#enter(place)
  }

  refresh(): void {
    void this.listed?.refresh()
  }

  /** Shows the objects as they are, every version of them, or how they were at a moment. Sub-prefixes keep it. */
  show(view: View): void {
    const { place } = this
    if (place === null || place.bucket === '') return
    this.closeSearch()
    const same = view.is === this.view.is
    this.view = view
    if (same) return
    this.selectNothing()
    this.#anchorId = undefined
    this.cursorId = undefined
    this.#cursorHint = 0
    this.#openHistory(place)
    this.refresh()
  }

  /** To the change before, or after, the moment that is shown; `far`: by about a twentieth of the whole time. */
  stepMoment(direction: 'back' | 'on', far = false): void {
    const { view, history, span } = this
    if (view.is !== 'as-of' || history === undefined || span === undefined) return
    const apart = far ? (span.to - span.from) / 20 : 0
    const at = stepTo(history.versions, Math.min(view.at, span.to), direction, apart)
    this.view = { is: 'as-of', at: at ?? (direction === 'back' ? span.from : span.to) }
  }

  /** Which versions a job takes that begins here. */
  get versions(): VersionChoice {
    return this.view.is === 'as-of' ? { take: 'as-of', at: this.view.at } : { take: 'current' }
  }

  /** What Enter does to a row; `undefined` for an object, which is a leaf. */
  placeOf(row: Row): Place | undefined {
    switch (row.kind) {
      case 'connection':
        return { connection: row.id, bucket: '', prefix: '' }
      case 'bucket':
        return this.place === null ? undefined : { ...this.place, bucket: row.id, prefix: '' }
      case 'prefix':
        return this.place === null ? undefined : { ...this.place, prefix: row.id }
      case 'object':
      case 'version':
        return undefined
    }
  }

  isSelected(row: Row): boolean {
    return isSelected(this.selected, row.id)
  }

  selectAll(): void {
    this.#following = false
    // Under a filter, "all" is what it shows; otherwise also what is still to be listed.
    this.selected = this.filtering && this.filter !== '' ? someOf(this.rows) : EVERYTHING
  }

  selectNothing(): void {
    this.#following = true
    this.selected = NOTHING
  }

  /** Everything here is chosen, without exception, listed or not. */
  get choseEverything(): boolean {
    return this.selected.mode === 'all-but' && this.selected.ids.size === 0 && !this.filterHides
  }

  get filterHides(): boolean {
    return this.filtering && this.filter !== ''
  }

  /** An arrow, Page Up, End: the cursor goes there; the selection follows, or grows, or stays as it was gathered. */
  step(by: number, reach: 'move' | 'extend' | 'peek'): void {
    const at = this.cursorId === undefined ? (by > 0 ? by - 1 : this.cursor) : this.cursor + by
    const follow = this.#following || this.chosen.length === 0 ? 'only' : 'none'
    this.moveTo(at, reach === 'extend' ? 'range' : reach === 'peek' ? 'none' : follow)
  }

  /** Space: the row under the cursor is added to what is gathered, or taken from it. */
  toggleCursor(): void {
    const row = this.rows[this.cursor]
    if (row === undefined) return
    const kept = this.#following && this.chosen.length === 1 && this.isSelected(row)
    this.moveTo(this.cursor, kept ? 'none' : 'toggle')
    this.#following = false
  }

  /** The cursor goes to a row, and the selection with it as `pick` says. */
  moveTo(index: number, pick: Pick): void {
    const at = Math.max(0, Math.min(index, this.rows.length - 1))
    const row = this.rows[at]
    if (row === undefined) return
    const anchor = indexOfRow(this.rows, this.#anchorId ?? this.cursorId, this.#cursorHint)
    this.cursorId = row.id
    this.#cursorHint = at
    if (pick === 'none') return
    this.#following = pick === 'only' || pick === 'range'
    if (pick === 'range' || pick === 'add-range') {
      const from = anchor < 0 ? at : anchor
      this.#anchorId ??= this.rows[from]?.id
      this.selected = withRange(this.rows, from, at, pick === 'add-range' ? this.selected : NOTHING)
      return
    }
    this.#anchorId = row.id
    this.selected = pick === 'only' ? only(row.id) : toggled(this.selected, row.id)
  }

  /** A letter was typed: the cursor jumps to the next name that begins with what was typed. */
  typeLetter(letter: string, now: number): void {
    this.#typed = typed(this.#typed, letter, now)
    const index = jump(this.rows, this.cursor, this.#typed.text)
    if (index >= 0) this.moveTo(index, this.#following || this.chosen.length === 0 ? 'only' : 'none')
  }

  sortBy(by: SortColumn): void {
    const first = by === 'size' || by === 'modified'
    this.sort = { by, descending: this.sort.by === by ? !this.sort.descending : first }
    this.onchange()
  }

  openSearch(search: Search): void {
    this.closeSearch()
    this.closeFilter()
    this.search = search
  }

  closeSearch(): void {
    if (this.search === undefined) return
    this.search.close()
    this.search = undefined
    this.selectNothing()
    this.cursorId = undefined
    this.#cursorHint = 0
  }

  /** Leaves what was found for the prefix that the key lies in, with the cursor on it. */
  showInFolder(key: string): void {
    const { place } = this
    if (place === null) return
    this.closeSearch()
    const prefix = key.slice(0, key.length - lastPart(key).length)
    this.#arriveAt = key
    if (samePlace(place, { ...place, prefix })) this.#enter(place)
    else this.go({ ...place, prefix })
    this.focusList()
  }

  editPath(): void {
    this.editing = true
  }

  openFilter(): void {
    this.filtering = true
  }

  closeFilter(): void {
    this.filtering = false
    this.filter = ''
  }

  /** The rows a command acts on: the chosen ones, else the one that the cursor was moved to. */
  get subject(): readonly Row[] {
    if (this.chosen.length > 0) return this.chosen
    const row = this.cursorId === undefined ? undefined : this.rows[this.cursor]
    return row === undefined ? [] : [row]
  }

  #enter(place: PanePlace): void {
    const left = this.listing
    if (place?.bucket !== this.place?.bucket || place?.connection !== this.place?.connection) this.view = NOW
    this.place = place
    this.listing = place === null ? undefined : this.#listings.at(place)
    this.#openHistory(place)
    this.editing = false
    this.closeSearch()
    this.closeFilter()
    this.selectNothing()
    this.#anchorId = undefined
    this.cursorId = this.#arriveAt
    this.#arriveAt = undefined
    this.#cursorHint = 0
    if (left !== undefined && !samePlace(left.place, place)) this.onleave(left)
    this.refresh()
    this.onchange()
  }

  #openHistory(place: PanePlace): void {
    this.history?.stop()
    this.history =
      place === null || place.bucket === '' || this.view.is === 'now'
        ? undefined
        : this.#listings.history(place, this.view.is === 'versions' ? 'level' : 'all')
  }

  /** A listing that no pane shows need not go on; who owns both panes decides. */
  onleave: (listing: Listing) => void = (listing) => listing.stop()
  /** Place or order changed: something to remember. */
  onchange: () => void = () => {}
  /** Gives the list the keyboard; set by whoever draws it. */
  focusList: () => void = () => {}
}
