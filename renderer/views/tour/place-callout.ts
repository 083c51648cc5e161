interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
interface Size {
  readonly width: number
  readonly height: number
}
export interface CalloutSpot {
  readonly left: number
  readonly top: number
  /** Where its arrow points; none where it stands by itself, or over what it is about. */
  readonly side: 'above' | 'below' | 'left' | 'right' | 'none'
  /** Of the arrow along that side, from the callout's left or top. */
  readonly arrow: number
}

const GAP = 10
const EDGE = 12

/**
 * Beside what it is about, wholly in the window.
 *
 * | what it is about                      | where                                      |
 * |---------------------------------------|--------------------------------------------|
 * | nothing in sight                      | the lower right corner                     |
 * | higher than half the window           | over it, at its lower end                  |
 * | else: room below, above, right, left  | there, the first that has room             |
 * | no room anywhere                      | the lower right corner                     |
 */
export function placeCallout(about: Box | undefined, size: Size, window: Size): CalloutSpot {
  const corner: CalloutSpot = {
    left: window.width - size.width - EDGE,
    top: window.height - size.height - EDGE,
    side: 'none',
    arrow: 0,
  }
  if (about === undefined) return corner
  const middle = { x: about.left + about.width / 2, y: about.top + about.height / 2 }
  const left = clamp(about.left, EDGE, window.width - size.width - EDGE)
  const top = clamp(middle.y - size.height / 2, EDGE, window.height - size.height - EDGE)
  if (about.height > window.height / 2) {
    const over = clamp(middle.x - size.width / 2, EDGE, window.width - size.width - EDGE)
    const end = Math.min(about.top + about.height, window.height - EDGE)
    return { left: over, top: end - size.height - 4 * EDGE, side: 'none', arrow: 0 }
  }
  const across = clamp(Math.min(middle.x, about.left + 48) - left, EDGE, size.width - EDGE)
  const along = clamp(middle.y - top, EDGE, size.height - EDGE)
  const below = about.top + about.height + GAP
  const above = about.top - GAP - size.height
  const right = about.left + about.width + GAP
  const before = about.left - GAP - size.width
  if (below + size.height + EDGE <= window.height) return { left, top: below, side: 'below', arrow: across }
  if (above >= EDGE) return { left, top: above, side: 'above', arrow: across }
  if (right + size.width + EDGE <= window.width) return { left: right, top, side: 'right', arrow: along }
  if (before >= EDGE) return { left: before, top, side: 'left', arrow: along }
  return corner
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
