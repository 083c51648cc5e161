import {
  isExact,
  isJump,
  reachedFrom,
  reachFor,
  rowsToDraw,
  stepAfter,
  tallOf,
  topAt,
  type DrawnRows,
  type Place,
  type RowGround,
  type Step,
} from './rows-in-sight.ts'

/** Milliseconds without scrolling after which the rows stand in the page in their order again. */
const SETTLED = 300
/** Milliseconds after a jump until the rows next to those in sight become whole, too: the frames that show these come first. */
const SPARED = 50
/** Milliseconds until it is looked for rows again that had to be asked for. */
const AWAITED = 30

/** What of an element is used here. */
type Scroller = Pick<HTMLElement, 'scrollTop'>

/**
 * The rows of a long list that are in the page. Each has a place of its own, which another row takes over when it goes
 * out of sight: while somebody scrolls, no element is made, moved among its siblings or taken away, only words change
 * and where they stand. After a jump they change in steps, one a frame. Once the list stands still, its elements are in
 * the order of the rows, as whoever reads the page from its beginning to its end has to find them.
 */
export class RowWindow {
  readonly #ground: () => RowGround
  readonly #isKnown: (index: number) => boolean
  #settling: ReturnType<typeof setTimeout> | undefined
  /** What follows a jump: the next step waits for a frame, or for a time. */
  #stepping: ReturnType<typeof setTimeout> | undefined
  #frame = 0
  /** The places in the order of their elements while somebody scrolls; undefined: in the order of their rows. */
  #order = $state.raw<readonly number[]>()
  #step = $state<Step>('all')
  /** How far the list is scrolled, and how much less than its rows, in pixels. */
  #top = $state(0)
  #behind = $state(0)
  #last: DrawnRows | undefined

  readonly #reached: number = $derived.by(() => {
    const ground = this.#ground()
    const behind = isExact(ground) ? 0 : this.#behind
    return Math.max(0, Math.min(ground.rows * ground.tallRow - ground.height, this.#top + behind))
  })
  readonly #wanted: DrawnRows = $derived.by(() =>
    rowsToDraw(this.#last, this.#reached, this.#ground(), this.#step),
  )
  /** Whether anything that is to be seen is known. */
  readonly #begun: boolean = $derived.by(() => {
    const { first, last } = this.#wanted.sight
    for (let index = first; index < last; index++) if (this.#isKnown(index)) return true
    return first === last
  })
  /** Where nothing is known yet, elements stay with the rows that they had, out of sight. */
  readonly #drawn: DrawnRows = $derived.by(() => {
    const drawn = this.#begun ? this.#wanted : (this.#last ?? this.#wanted)
    return (this.#last = drawn)
  })
  /** The rows that are to be drawn. */
  readonly first: number = $derived(this.#wanted.first)
  /** Out. */
  readonly last: number = $derived(this.#wanted.last)
  /** Of all that scrolls, in pixels. */
  readonly tall: number = $derived.by(() => tallOf(this.#ground()))
  /** Where the element stands that holds the rows, from the top of what scrolls. */
  readonly offset: number = $derived.by(
    () => this.#drawn.from * this.#ground().tallRow + Math.round(this.#top - this.#reached),
  )
  /** What each element stands for. */
  readonly places: readonly Place[] = $derived(this.#drawn.places)
  /** The places in the order of their elements. */
  readonly slots: readonly number[] = $derived.by(() => {
    const { places } = this.#drawn
    if (this.#order?.length === places.length) return this.#order
    const indexOf = (slot: number): number => places[slot]?.index ?? 0
    return places.map((_, slot) => slot).sort((one, other) => indexOf(one) - indexOf(other))
  })

  /** Nobody has scrolled for a moment. */
  readonly still: boolean = $derived(this.#order === undefined)

  /** `isKnown`: whether a row can be drawn at all yet. */
  constructor(ground: () => RowGround, isKnown: (index: number) => boolean = () => true) {
    this.#ground = ground
    this.#isKnown = isKnown
  }

  /** Where a row stands below the top of what is seen of the list. */
  seenAt(index: number): number {
    return this.offset + (index - this.#drawn.from) * this.#ground().tallRow - this.#top
  }

  /** Somebody has scrolled the list. */
  scrolled(scroller: Scroller): void {
    const top = scroller.scrollTop
    if (top === this.#top) return
    this.#goTo(scroller, reachedFrom({ top: this.#top, reached: this.#reached }, top, this.#ground()))
  }

  /** Scrolls as little as it takes to have a row in sight. */
  reveal(scroller: Scroller, index: number): void {
    const ground = this.#ground()
    const reached = reachFor(index, this.#reached, ground)
    if (reached === undefined) return
    scroller.scrollTop = topAt(reached, ground)
    this.#goTo(scroller, reached)
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.#settling)
    this.#stop()
  }

  #goTo(scroller: Scroller, reached: number): void {
    this.#order ??= this.slots
    const by = Math.abs(reached - this.#reached)
    const ground = this.#ground()
    if (isJump(by, ground)) this.#goOnFrom(stepAfter(by, ground, this.#step))
    this.#top = scroller.scrollTop
    this.#behind = reached - this.#top
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#settle(scroller), SETTLED)
  }

  #goOnFrom(step: Step): void {
    this.#step = step
    this.#stop()
    if (step === 'names') this.#frame = requestAnimationFrame(() => this.#afterNames(false))
    else if (step === 'sight') this.#stepping = setTimeout(() => this.#nextFrame('below'), SPARED)
    else if (step === 'below') this.#nextFrame('all')
  }

  /** What a step takes belongs to the frame that shows it: a timer would hold up the one before. */
  #nextFrame(step: Step): void {
    this.#frame = requestAnimationFrame(() => this.#goOnFrom(step))
  }

  /** Names were to be drawn by now; `seen`: they were there in time for the frame before this one. */
  #afterNames(seen: boolean): void {
    if (!this.#begun) this.#stepping = setTimeout(() => this.#afterNames(false), AWAITED)
    else if (!seen) this.#frame = requestAnimationFrame(() => this.#afterNames(true))
    else this.#goOnFrom('sight')
  }

  /** Nothing follows any more. */
  #stop(): void {
    clearTimeout(this.#stepping)
    cancelAnimationFrame(this.#frame)
  }

  /** The list goes to where the scroll bar of its rows would be, which moves none of them. */
  #settle(scroller: Scroller): void {
    const ground = this.#ground()
    this.#stop()
    this.#step = 'all'
    this.#order = undefined
    if (isExact(ground) || scroller.scrollTop !== this.#top) return
    const reached = this.#reached
    scroller.scrollTop = topAt(reached, ground)
    this.#top = scroller.scrollTop
    this.#behind = reached - this.#top
  }
}
