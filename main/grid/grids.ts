import { fail, toFailure } from '#model/failure.ts'
import type { GridSnapshot } from '#model/grid.ts'
import type { Seams } from '#model/seams.ts'
import type { OpenStorage } from '../engine/storage.ts'
import { Grid } from './grid.ts'
import { createGridFile, gridIds, gridPath, openGridFile, removeGridFile, setGridAside } from './grid-file.ts'
import type { GridOf } from './grid-file.ts'
import { firstState, parseState } from './state.ts'
import { GridStore } from './store.ts'

export interface OpenGrids {
  /** The data directory, owned by this process. */
  readonly dir: string
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly changed: (id: string) => void
  readonly removed: (id: string) => void
}

/** The grids of one data directory. Unknown ids throw a `DecantError` (`bad-input`). */
export class Grids {
  readonly #options: OpenGrids
  readonly #grids = new Map<string, Grid>()
  /** What was wrong with files of earlier starts: a sentence each. */
  readonly notices: string[] = []

  constructor(options: OpenGrids) {
    this.#options = options
    for (const id of gridIds(options.dir)) this.#load(id)
  }

  #load(id: string): void {
    const path = gridPath(this.#options.dir, id)
    try {
      const { db, of, state } = openGridFile(path)
      try {
        this.#add(id, of, new GridStore(db, parseState(state)))
      } catch (error) {
        db.close()
        throw error
      }
    } catch (error) {
      const { message } = toFailure(error)
      const aside = setGridAside(path)
      this.notices.push(`A metadata grid could not be read, and was set aside as ${aside}. ${message}`)
    }
  }

  #add(id: string, of: GridOf, store: GridStore): Grid {
    const { seams, openStorage, changed } = this.#options
    const grid = new Grid({ id, of, store, seams, openStorage, changed })
    this.#grids.set(id, grid)
    return grid
  }

  open(of: Omit<GridOf, 'createdAt'>): GridSnapshot {
    const { dir, seams } = this.#options
    const id = seams.id()
    const state = firstState()
    const place: GridOf = { ...of, createdAt: seams.now() }
    const db = createGridFile(dir, id, place, JSON.stringify(state))
    const grid = this.#add(id, place, new GridStore(db, state))
    grid.wake()
    this.#options.changed(id)
    return grid.snapshot()
  }

  list(): GridSnapshot[] {
    return [...this.#grids.values()].map((grid) => grid.snapshot())
  }

  find(id: string): Grid {
    return (
      this.#grids.get(id) ??
      fail('bad-input', 'item', `id: there is no grid ${JSON.stringify(id)}`, { property: 'id' })
    )
  }

  has(id: string): boolean {
    return this.#grids.has(id)
  }

  snapshot(id: string): GridSnapshot | undefined {
    return this.#grids.get(id)?.snapshot()
  }

  /** With its file. */
  async remove(id: string): Promise<void> {
    const grid = this.find(id)
    this.#grids.delete(id)
    this.#options.removed(id)
    await grid.close()
    removeGridFile(gridPath(this.#options.dir, id))
  }

  /** Listings go on at the next start. */
  async close(): Promise<void> {
    const grids = [...this.#grids.values()]
    this.#grids.clear()
    await Promise.all(grids.map((grid) => grid.close()))
  }
}
