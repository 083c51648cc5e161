import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Grid } from '../../main/grid/grid.ts'
import { startSource } from '../helpers/processes.ts'
import { listed, makeGridWorld } from './world.ts'
import type { GridWorld } from './world.ts'

const CHILD = path.join(import.meta.dirname, 'kill-child.ts')

/** SIGKILL in the middle of what takes long, in one grid, from its first key to its undo. */
describe('a grid whose process is killed', () => {
  let world: GridWorld
  beforeAll(async () => {
    world = await makeGridWorld()
    await world.playground.admin.seed({ bucket: 'bucket', count: 5000, pattern: '{n:5}', size: 1 })
  })
  afterAll(() => world.close())

  /** What is left in the file after the child died. */
  async function killedWhile(what: 'list' | 'edit' | 'undo', id = ''): Promise<Grid> {
    const { endpoint, accessKeyId, secretAccessKey } = world.playground
    await world.grids.close()
    const child = startSource(CHILD, [endpoint, accessKeyId, secretAccessKey, world.dir, what, id])
    expect((await child.exit).signal, child.output()).toBe('SIGKILL')
    await world.reopen()
    const [left] = world.grids.list()
    return world.grids.find(left!.id)
  }

  it('goes on listing, takes a half edit back, and finishes an undo', async () => {
    const grid = await killedWhile('list')
    expect(grid.snapshot()).toMatchObject({ rows: 3000, listing: true })
    grid.wake()
    await listed(grid)
    const keys = grid.store.rows.after('all', 0, 10_000).map(({ key }) => key)
    expect(keys).toEqual(Array.from({ length: 5000 }, (_one, n) => String(n).padStart(5, '0')))

    const edited = await killedWhile('edit', grid.id)
    await edited.edits.idle()
    expect(edited.snapshot()).toMatchObject({
      changedRows: 0,
      cellsByHand: 0,
      canUndo: false,
      canRedo: false,
    })
    expect(edited.store.rows.after('all', 0, 10_000).filter(({ hand }) => 'tag:by' in hand)).toEqual([])

    await edited.edit({ view: 'all', from: 0, to: 4999 }, 'tag:by', 'hand')
    const undone = await killedWhile('undo', grid.id)
    await undone.edits.idle()
    expect(undone.snapshot()).toMatchObject({ changedRows: 0, canUndo: false, canRedo: true })
    await undone.redo()
    expect(undone.snapshot()).toMatchObject({ changedRows: 5000, cellsByHand: 5000, canUndo: true })
  })
})
