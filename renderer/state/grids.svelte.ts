import type { Client } from '#contract/client.ts'
import type { GridSnapshot } from '#model/grid.ts'
import type { SourcePlace } from '#model/spec.ts'
import { toFailure } from '#model/failure.ts'
import { MetadataGrid } from './grid.svelte.ts'
import type { Notices } from './notices.ts'

/** The metadata grids that are open, also from an earlier start; one of them may be on the screen. */
export class Grids {
  #client: Client
  #notices: Notices
  #byId = $state.raw<Readonly<Record<string, GridSnapshot>>>({})

  /** The one on the screen. */
  shown = $state.raw<MetadataGrid>()
  /** The first that was opened first. */
  readonly all: readonly GridSnapshot[] = $derived(
    Object.values(this.#byId).sort((a, b) => a.createdAt - b.createdAt),
  )

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('grids.changed', ({ grids, removed }) => this.apply(grids, removed))
  }

  get(id: string): GridSnapshot | undefined {
    return this.#byId[id]
  }

  async load(): Promise<void> {
    const grids = await this.#client.call('grids.list', {})
    // After a core was lost, what it no longer knows is gone, too.
    const gone = Object.keys(this.#byId).filter((id) => !grids.some((grid) => grid.id === id))
    this.apply(grids, gone, 'anew')
    this.shown?.rows.refresh()
  }

  /** What is older than what is known counts for nothing, but for what the core has by now: another one counts anew. */
  apply(
    grids: readonly GridSnapshot[],
    removed: readonly string[] = [],
    how: 'news' | 'anew' = 'news',
  ): void {
    const fresh = grids.filter(
      (grid) => how === 'anew' || grid.revision > (this.get(grid.id)?.revision ?? -1),
    )
    if (fresh.length === 0 && !removed.some((id) => this.get(id) !== undefined)) return
    const known = { ...this.#byId, ...Object.fromEntries(fresh.map((grid) => [grid.id, grid])) }
    this.#byId = Object.fromEntries(Object.entries(known).filter(([id]) => !removed.includes(id)))
    const shown = this.shown
    if (shown !== undefined && removed.includes(shown.id)) this.hide()
    else if (shown !== undefined && fresh.some(({ id }) => id === shown.id)) shown.follow()
  }

  /** Lists a selection into a new grid; undefined where that was refused, and said. */
  async open(place: SourcePlace): Promise<GridSnapshot | undefined> {
    const { bucket, base } = place
    try {
      const grid = await this.#client.call('grids.open', {
        connection: place.connection.id,
        bucket,
        select: [...place.select],
        base,
      })
      this.apply([grid])
      return grid
    } catch (error) {
      this.#notices.failure(toFailure(error), 'The metadata grid did not open.')
      return undefined
    }
  }

  show(id: string): void {
    if (this.shown?.id === id || this.get(id) === undefined) return
    this.hide()
    this.shown = new MetadataGrid(this.#client, this, this.#notices, id)
  }

  hide(): void {
    this.shown?.leave()
    this.shown = undefined
  }

  /** With all its edits. */
  async close(id: string): Promise<void> {
    try {
      await this.#client.call('grids.close', { id })
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'bad-input') return this.#notices.failure(failure, 'The grid was not closed.')
    }
    this.apply([], [id])
  }
}

/** What leaving for good would lose: cells of rules and of hands. */
export function hasEdits({ rules, cellsByHand }: GridSnapshot): boolean {
  return rules.length > 0 || cellsByHand > 0
}
