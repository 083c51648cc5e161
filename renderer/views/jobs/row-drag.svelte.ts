/** Where the row that is dragged would go: right before that one, null: after all. */
export type Gap = string | null

interface RowBox {
  readonly id: string
  readonly top: number
  readonly bottom: number
}

/**
 * The gap between waiting rows that is nearest to the pointer; undefined where the row would stay where it is.
 *
 * | the pointer is                       | the gap                  |
 * |--------------------------------------|--------------------------|
 * | above the middle of a row            | before that row          |
 * | below the middle of the last         | after all                |
 * | next to the row that is dragged      | none: it stays           |
 */
export function gapAt(rows: readonly RowBox[], id: string, y: number): Gap | undefined {
  const at = rows.findIndex(({ top, bottom }) => y < (top + bottom) / 2)
  const from = rows.findIndex((row) => row.id === id)
  if (at === from || at === from + 1 || (at < 0 && from === rows.length - 1)) return undefined
  return at < 0 ? null : (rows[at]?.id ?? null)
}

/** A row of the queue that is dragged by its grip, from the press to the release. */
export class RowDrag {
  readonly #rows: () => readonly RowBox[]
  readonly #moved: (id: string, before: Gap) => void
  #pressed: string | undefined

  /** The row that is dragged. */
  id = $state<string>()
  gap = $state<Gap>()

  /** `rows`: those that wait, in their order, as they lie on the screen. */
  constructor(rows: () => readonly RowBox[], moved: (id: string, before: Gap) => void) {
    this.#rows = rows
    this.#moved = moved
  }

  press(event: PointerEvent, id: string): void {
    if (event.button !== 0) return
    event.preventDefault()
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    this.#pressed = id
  }

  drag(event: PointerEvent): void {
    if (this.#pressed === undefined) return
    this.id = this.#pressed
    this.gap = gapAt(this.#rows(), this.#pressed, event.clientY)
  }

  release(): void {
    const { id, gap } = this
    this.cancel()
    if (id !== undefined && gap !== undefined) this.#moved(id, gap)
  }

  cancel(): void {
    this.#pressed = undefined
    this.id = undefined
    this.gap = undefined
  }
}
