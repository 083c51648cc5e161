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
        const store = new GridStore(db, parseState(state))
        // Closed while a job still read from it, and that is over.
        if (store.state.closing && store.state.keptBy.length === 0) {
          store.close()
          return removeGridFile(path)
        }
        this.#add(id, of, store)
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
    const open = [...this.#grids.values()].filter(({ store }) => !store.state.closing)
    return open.map((grid) => grid.snapshot())
  }

  find(id: string): Grid {
    const grid = this.#grids.get(id)
    if (grid !== undefined && !grid.store.state.closing) return grid
    return fail('bad-input', 'item', `id: there is no grid ${JSON.stringify(id)}`, { property: 'id' })
  }

  /** Also one that was closed while a job still reads from it. */
  forJob(id: string): Grid | undefined {
    return this.#grids.get(id)
  }

  snapshot(id: string): GridSnapshot | undefined {
    const grid = this.#grids.get(id)
    return grid?.store.state.closing === false ? grid.snapshot() : undefined
  }

  /** With its file; where a job still reads from it, that goes with the job. */
  async remove(id: string): Promise<void> {
    const grid = this.find(id)
    this.#options.removed(id)
    if (grid.store.state.keptBy.length === 0) return this.#drop(grid)
    grid.store.set({ closing: true, ahead: false })
    grid.reader.stop()
  }

  release(id: string, jobId: string, because: 'planned' | 'dropped'): void {
    const grid = this.#grids.get(id)
    if (grid?.release(jobId, because) !== 'free' || !grid.store.state.closing) return
    this.#drop(grid).catch((error: unknown) => console.error('a grid could not be removed:', error))
  }

  async #drop(grid: Grid): Promise<void> {
    this.#grids.delete(grid.id)
    await grid.close()
    removeGridFile(gridPath(this.#options.dir, grid.id))
  }

  /** Listings go on at the next start. */
  async close(): Promise<void> {
    const grids = [...this.#grids.values()]
    this.#grids.clear()
    await Promise.all(grids.map((grid) => grid.close()))
  }
}
