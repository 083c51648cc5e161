import { expect, test, vi } from 'vitest'
import { Grids } from '../../../renderer/state/grids.svelte.ts'
import { Notices } from '../../../renderer/state/notices.ts'
import { FakeGrid, gridRow, gridSnapshot } from './fake-grid.ts'
import { fakeClient } from './fake-client.ts'

async function open(rows = [gridRow(1), gridRow(2), gridRow(3)]) {
  const core = new FakeGrid(rows)
  const fake = fakeClient(core.answers())
  const notices = new Notices()
  const said: string[] = []
  notices.on(({ title }) => said.push(title))
  const grids = new Grids(fake.client, notices)
  await grids.load()
  grids.show('g')
  const grid = grids.shown
  if (grid === undefined) throw new Error('The grid is not shown.')
  await vi.waitFor(() => expect(grid.rows.total).toBe(rows.length))
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { core, fake, grids, grid, asked, said }
}

test('what is typed into a cell goes to that cell, and the cursor goes on', async () => {
  const { grid, asked } = await open()
  grid.moveTo({ row: 1, column: 'cache-control' })
  grid.begin()
  const typing = grid.typing
  expect(typing?.text).toBe('no-cache')
  // Wherever the cursor is by the time the field loses the focus.
  grid.moveTo({ row: 2, column: 'content-type' })
  if (typing !== undefined) await grid.commit(typing, 'public', 'stay')
  expect(asked('grids.edit')).toEqual([
    { id: 'g', at: { rows: [2] }, field: 'cache-control', value: 'public' },
  ])
  expect(grid.snapshot?.changedCells).toBe(1)
  expect(grid.cursor.row).toBe(2)
})

test('what is typed as it was is no edit, and an emptied cell is a value taken away', async () => {
  const { grid, asked } = await open()
  grid.moveTo({ row: 0, column: 'cache-control' })
  grid.begin()
  if (grid.typing !== undefined) await grid.commit(grid.typing, 'no-cache', 'down')
  expect(asked('grids.edit')).toEqual([])
  expect(grid.cursor.row).toBe(1)
  grid.begin('x')
  if (grid.typing !== undefined) await grid.commit(grid.typing, '', 'right')
  expect(asked('grids.edit')).toMatchObject([{ at: { rows: [2] }, value: null }])
})

test('a range is edited at one go: removed, filled down, pasted over', async () => {
  const { grid, asked } = await open([
    gridRow(1, { before: { 'cache-control': 'public' } }),
    gridRow(2),
    gridRow(3),
  ])
  grid.moveTo({ row: 0, column: 'cache-control' })
  grid.moveTo({ row: 2, column: 'cache-control' }, true)
  await grid.fillDown()
  await grid.remove()
  await grid.paste('private\n')
  expect(asked('grids.edit')).toEqual([
    { id: 'g', at: { view: 'all', from: 1, to: 2 }, field: 'cache-control', value: 'public' },
    { id: 'g', at: { view: 'all', from: 0, to: 2 }, field: 'cache-control', value: null },
    { id: 'g', at: { view: 'all', from: 0, to: 2 }, field: 'cache-control', value: 'private' },
  ])
})

test('tags are taken away from those that have them', async () => {
  const { grid, asked } = await open([
    gridRow(1, { before: { 'tag:a': '1', 'tag:b': '2' } }),
    gridRow(2, { before: { 'tag:a': '1' } }),
    gridRow(3, { before: {} }),
  ])
  grid.moveTo({ row: 0, column: 'tags' })
  grid.moveTo({ row: 2, column: 'tags' }, true)
  await grid.remove()
  expect(asked('grids.edit')).toEqual([
    { id: 'g', at: { rows: [1, 2] }, field: 'tag:a', value: null },
    { id: 'g', at: { rows: [1] }, field: 'tag:b', value: null },
  ])
})

test('lines of a spreadsheet go into the columns from the cursor on, never into key and tags', async () => {
  const { grid, asked, said } = await open()
  grid.moveTo({ row: 1, column: 'content-type' })
  await grid.paste('a\tb\r\nc\td\r\n')
  expect(asked('grids.paste')).toEqual([
    { id: 'g', view: 'all', from: 1, fields: ['content-type', 'cache-control'], text: 'a\tb\nc\td' },
  ])
  grid.moveTo({ row: 0, column: 'key' })
  await grid.paste('a\tb')
  expect(asked('grids.paste')).toHaveLength(1)
  expect(said.at(-1)).toBe('Key takes no lines of a spreadsheet.')
})

test('what is chosen is copied as a spreadsheet takes it', async () => {
  const { grid } = await open()
  grid.moveTo({ row: 0, column: 'key' })
  grid.moveTo({ row: 1, column: 'content-type' }, true)
  expect(grid.copied()).toBe('static/1.css\tbinary/octet-stream\nstatic/2.css\tbinary/octet-stream')
})

test('rules are sent when the typing has settled, and those that are not whole wait', async () => {
  const { grid, asked } = await open()
  grid.rules.add('extension')
  grid.rules.add('set')
  const second = grid.rules.drafts[1]
  expect(asked('grids.setRules')).toEqual([])
  await grid.rules.flush()
  expect(asked('grids.setRules')).toMatchObject([{ rules: [{ action: { do: 'type-from-extension' } }] }])
  expect(second && grid.rules.placeOf(second)).toBeUndefined()
  if (second !== undefined)
    grid.rules.put(second.id, { ...second.rule, action: { do: 'set', value: 'public' } })
  grid.rules.move(1, 0)
  await grid.rules.flush()
  expect(asked('grids.setRules')[1]).toMatchObject({
    rules: [{ action: { value: 'public' } }, { action: { do: 'type-from-extension' } }],
  })
  expect(grid.rules.drafts).toHaveLength(2)
})

test('rules that an undo has changed at the core are taken from there', async () => {
  const { grid, grids } = await open()
  grid.rules.add('extension')
  await grid.rules.flush()
  grids.apply([gridSnapshot({ revision: 9, rules: [] })])
  expect(grid.rules.drafts).toEqual([])
  // What is older than what is known counts for nothing.
  grids.apply([gridSnapshot({ revision: 3, changedCells: 7 })])
  expect(grid.snapshot?.changedCells).toBe(0)
})

test('a change reads what is in sight once more, at most five times a second', async () => {
  const { grids, asked } = await open()
  const before = asked('grids.rows').length
  for (let revision = 2; revision < 40; revision++) grids.apply([gridSnapshot({ revision })])
  await vi.waitFor(() => expect(asked('grids.rows').length).toBe(before + 2), { timeout: 2000 })
})

test('a grid that a job was planned from takes no more edits', async () => {
  const { grid, grids, asked, said } = await open()
  grids.apply([gridSnapshot({ revision: 5, planned: true })])
  grid.moveTo({ row: 0, column: 'cache-control' })
  grid.begin()
  expect(grid.typing).toBeUndefined()
  await grid.paste('x')
  expect(asked('grids.edit')).toEqual([])
  expect(said).toHaveLength(2)
})

test('a grid that the core has closed is shown no more', async () => {
  const { grids, fake } = await open()
  fake.tell('grids.changed', { grids: [], removed: ['g'] })
  expect(grids.shown).toBeUndefined()
  expect(grids.all).toEqual([])
})
