/** A cell in the table, in pixels from the table's upper left corner. */
export interface Spot {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where a panel stands that belongs to a cell: below it, or above where there is no room; its tip points at it. */
export interface Beside {
  readonly side: 'below' | 'above'
  readonly x: number
  /** From the top where it is below, from the bottom where it is above. */
  readonly y: number
  readonly tip: number
}

const GAP = 10
const EDGE = 16

export function beside(
  spot: Spot,
  room: { readonly width: number; readonly height: number },
  panel: { readonly width: number; readonly height: number },
): Beside {
  const middle = spot.x + spot.width / 2
  const x = Math.max(EDGE, Math.min(room.width - panel.width - EDGE, middle - panel.width / 2))
  const below = spot.y + spot.height + GAP
  const side = below + panel.height <= room.height || spot.y < panel.height ? 'below' : 'above'
  const tip = Math.max(12, Math.min(panel.width - 22, middle - x - 5))
  return { side, x, y: side === 'below' ? below : room.height - spot.y + GAP, tip }
}
