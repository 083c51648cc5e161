import type { Client } from '#contract/client.ts'
import type { GridRow, GridView } from '#model/grid.ts'
import { PagedRows } from './paged-rows.svelte.ts'

/** Rows of one call. */
const PAGE = 100
/** Rows of one call for the clipboard. */
const READ = 500
/** What is in sight is read again at most this often, in milliseconds. */
const APART = 200

/** The rows of a view of the grid, as many of them as are looked at. */
export class GridRows extends PagedRows<GridRow> {
  readonly #client: Client
  #timer: ReturnType<typeof setTimeout> | undefined
  #again = false
  #closed = false

  readonly gridId: string
  readonly view: GridView

  constructor(client: Client, gridId: string, view: GridView) {
    super(PAGE, (offset, limit, signal) =>
      client.call('grids.rows', { id: gridId, view, offset, limit }, { signal }),
    )
    this.#client = client
    this.gridId = gridId
    this.view = view
  }

  /** The grid has changed: what is in sight is read again, at most five times a second. */
  refresh(): void {
    if (this.#closed) return
    if (this.#timer !== undefined) {
      this.#again = true
      return
    }
    void this.reload()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#again) return
      this.#again = false
      this.refresh()
    }, APART)
  }

  /** Rows, also those that nobody looks at: for the clipboard. */
  async read(from: number, to: number): Promise<GridRow[]> {
    const rows: GridRow[] = []
    for (let offset = from; offset < to; offset += READ) {
      const limit = Math.min(READ, to - offset)
      const page = await this.#client.call('grids.rows', { id: this.gridId, view: this.view, offset, limit })
      rows.push(...page.rows)
      if (page.rows.length < limit) break
    }
    return rows
  }

  override close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    super.close()
  }
}
