import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import type { GridSnapshot } from '#model/grid.ts'
import { systemSeams } from '#model/seams.ts'
import type { Selection } from '#model/spec.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import type { OpenStorage } from '../../main/engine/storage.ts'
import { Grids } from '../../main/grid/grids.ts'
import type { Grid } from '../../main/grid/grid.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

/** Grids in a folder of their own, against a playground in this process. */
export interface GridWorld {
  readonly playground: TestPlayground
  readonly dir: string
  readonly grids: Grids
  open(select: Selection[], base?: string): Grid
  /** As after the end of the process: what is in memory is gone. */
  reopen(): Promise<void>
  close(): Promise<void>
}

const BUCKET = 'bucket'

export async function makeGridWorld(): Promise<GridWorld> {
  const playground = await inProcessPlayground()
  const { endpoint, accessKeyId, secretAccessKey } = playground
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-grid-'))
  const config = {
    endpoint,
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'keys', accessKeyId },
  } as const
  const storage = createStorage({
    config,
    credentials: async () => ({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
  })
  const openStorage: OpenStorage = async () => storage
  const make = (): Grids =>
    new Grids({ dir, seams: systemSeams, openStorage, changed: () => {}, removed: () => {} })
  const world = {
    playground,
    dir,
    grids: make(),
    open(select: Selection[], base = '') {
      const connection = { id: 'test', name: 'Test', config }
      const { id } = world.grids.open({ connection, requesterPays: false, bucket: BUCKET, base, select })
      return world.grids.find(id)
    },
    async reopen() {
      await world.grids.close()
      world.grids = make()
    },
    async close() {
      await world.grids.close()
      storage.close()
      await playground.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return world
}

export const prefix = (name: string): Selection => ({ kind: 'prefix', prefix: name })
export const object = (key: string): Selection => ({ kind: 'object', key })

export async function until(grid: Grid, is: (snapshot: GridSnapshot) => boolean): Promise<GridSnapshot> {
  await expect.poll(() => is(grid.snapshot()), { timeout: 60_000, interval: 20 }).toBe(true)
  return grid.snapshot()
}

export async function listed(grid: Grid): Promise<Grid> {
  await until(grid, ({ listing }) => !listing)
  return grid
}

/** Every row of it read. */
export async function known(grid: Grid): Promise<Grid> {
  await listed(grid)
  grid.ahead(true)
  await until(grid, ({ rows, known: read, unreadable }) => read + unreadable === rows)
  return grid
}
