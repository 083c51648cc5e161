/** How far the listing has come: whole sources, whole segments, then keys of the current one up to and with `after`. */
export interface ListingCursor {
  /** From 0. In the phase `extras` it counts destinations, and segments are stretches of them. */
  readonly source: number
  readonly segment: number
  readonly after?: string | undefined
  /** Absent: sources are listed. `extras`: what has no source is looked for. `order`: all is listed, to be ordered. */
  readonly phase?: 'extras' | 'order' | undefined
}

export const LISTING_START: ListingCursor = { source: 0, segment: 0 }
