import { fireEvent, screen, waitFor, within } from '@testing-library/svelte'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import type { GridRow } from '#model/grid.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import Metadata from '../../../renderer/views/metadata/Metadata.svelte'
import PlanSheet from '../../../renderer/views/metadata/PlanSheet.svelte'
import { connection, job, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { FakeGrid, gridRow } from '../state/fake-grid.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

// The table draws what is in sight, and jsdom has no layout.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1000 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 })
})
afterAll(() => {
  Reflect.deleteProperty(HTMLElement.prototype, 'clientWidth')
  Reflect.deleteProperty(HTMLElement.prototype, 'clientHeight')
})

async function open(rows: readonly GridRow[] = [gridRow(1), gridRow(2), gridRow(3)]) {
  const core = new FakeGrid(rows)
  const host = PLAIN_HOST
  const fake = fakeClient({
    ...core.answers(),
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a')],
    'jobs.list': () => [],
    'jobs.create': () => job('1', { kind: 'edit', draft: true, status: { is: 'planning' } }),
    'jobs.start': ({ id }) => job(id, { kind: 'edit', revision: 9 }),
    'jobs.remove': () => undefined,
    'jobs.items': () => ({ items: [], total: 0 }),
    'buckets.properties': () => ({ versioning: 'enabled' }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  await waitFor(() => expect(app.grids.all).toHaveLength(1))
  app.router.screens = ['browse', 'metadata', 'job']
  app.router.go({ screen: 'metadata', id: 'g' })
  renderInApp(Metadata, app)
  const grid = await screen.findByRole('grid')
  await within(grid).findByText('static/1.css')
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, grid, asked, core, fake }
}

test('a cell is edited by the keyboard alone, and says what it was', async () => {
  const { grid, asked } = await open()
  grid.focus()
  await fireEvent.keyDown(grid, { key: 'ArrowRight' })
  await fireEvent.keyDown(grid, { key: 'ArrowDown' })
  await fireEvent.keyDown(grid, { key: 'p' })
  const field = await screen.findByRole('textbox', { name: 'Cache-Control of static/2.css' })
  await fireEvent.input(field, { target: { value: 'public' } })
  await fireEvent.keyDown(field, { key: 'Enter' })
  await waitFor(() => expect(asked('grids.edit')).toHaveLength(1))
  expect(
    await screen.findByRole('gridcell', { name: 'Cache-Control: was no-cache, now public, by hand' }),
  ).toBeTruthy()
  expect(grid.getAttribute('aria-activedescendant')).toBe('grid-2-cache-control')
  expect(screen.getByText('1 change in 1 object')).toBeTruthy()
})

test('Escape leaves a cell as it was', async () => {
  const { grid, asked } = await open()
  grid.focus()
  await fireEvent.keyDown(grid, { key: 'F2' })
  const field = await screen.findByRole('textbox', { name: 'Content-Type of static/1.css' })
  await fireEvent.input(field, { target: { value: 'x' } })
  await fireEvent.keyDown(field, { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('textbox', { name: /Content-Type of/ })).toBeNull())
  expect(asked('grids.edit')).toEqual([])
  expect(document.activeElement).toBe(grid)
})

test('what S3 would refuse is said while it is typed, and stands in the way of the plan', async () => {
  const bad = gridRow(1, {
    cells: [
      { field: 'tag:cost', value: 'R&D', by: 'hand', problem: 'A tag value cannot contain “&”.', fix: 'R-D' },
    ],
  })
  const { app, grid, asked, core } = await open([bad, gridRow(2), gridRow(3)])
  app.grids.apply([
    { ...core.snapshot, revision: 50, changedCells: 1, changedRows: 1, invalidCells: 1, invalidRows: 1 },
  ])
  const plan = screen.getByRole('button', { name: /Plan these changes/ })
  await waitFor(() => expect(plan.getAttribute('aria-disabled')).toBe('true'))
  expect(plan.title).toMatch(/^1 cell is not as S3 takes them/)
  await fireEvent.keyDown(grid, { key: 'End' })
  expect(await screen.findByText('A tag value cannot contain “&”.')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Use R-D' }))
  await waitFor(() =>
    expect(asked('grids.edit')).toEqual([{ id: 'g', at: { rows: [1] }, field: 'tag:cost', value: 'R-D' }]),
  )
  await fireEvent.keyDown(grid, { key: 'Home' })
  await fireEvent.keyDown(grid, { key: 'ArrowRight' })
  await fireEvent.keyDown(grid, { key: 't' })
  const field = await screen.findByRole('textbox', { name: 'Content-Type of static/1.css' })
  await fireEvent.input(field, { target: { value: 'not a type' } })
  expect(await screen.findByText(/must be a media type/)).toBeTruthy()
})

test('the tags of an object are edited line by line, with the limits told', async () => {
  const row = gridRow(1, { before: { 'tag:team': 'web', 'tag:tier': 'cold' } })
  const { grid, asked } = await open([row])
  await fireEvent.keyDown(grid, { key: 'End' })
  await fireEvent.keyDown(grid, { key: 'Enter' })
  const panel = await screen.findByRole('dialog', { name: 'Tags of static/1.css' })
  const inside = within(panel)
  await fireEvent.input(inside.getByRole('textbox', { name: 'Value of tag 2' }), { target: { value: 'h&t' } })
  expect(await inside.findByText(/cannot contain “&”/)).toBeTruthy()
  await fireEvent.input(inside.getByRole('textbox', { name: 'Value of tag 2' }), { target: { value: 'hot' } })
  await fireEvent.click(inside.getByRole('button', { name: 'Remove tag 1' }))
  await fireEvent.click(inside.getByRole('button', { name: /Add a tag/ }))
  expect(inside.getByText('1 of 10 tags')).toBeTruthy()
  await fireEvent.input(inside.getByRole('textbox', { name: 'Name of tag 2' }), {
    target: { value: 'aws:x' },
  })
  expect(await inside.findByText('aws: belongs to AWS itself.')).toBeTruthy()
  await fireEvent.input(inside.getByRole('textbox', { name: 'Name of tag 2' }), { target: { value: 'cost' } })
  await fireEvent.click(inside.getByRole('button', { name: 'Take' }))
  await waitFor(() => expect(asked('grids.edit')).toHaveLength(3))
  expect(asked('grids.edit')).toEqual([
    { id: 'g', at: { rows: [1] }, field: 'tag:tier', value: 'hot' },
    { id: 'g', at: { rows: [1] }, field: 'tag:cost', value: '' },
    { id: 'g', at: { rows: [1] }, field: 'tag:team', value: null },
  ])
})

test('a rule is added, typed, moved by the keyboard and refused where it is no expression', async () => {
  const { asked } = await open()
  await fireEvent.click(screen.getByRole('button', { name: 'Find and replace' }))
  const find = await screen.findByRole('textbox', { name: 'Find, rule 1' })
  await fireEvent.input(find, { target: { value: '(' } })
  expect(await screen.findByText('Not a regular expression.')).toBeTruthy()
  expect(screen.getByText('not applied yet')).toBeTruthy()
  await fireEvent.input(find, { target: { value: '^text/' } })
  await waitFor(() =>
    expect(asked('grids.setRules')).toMatchObject([
      { rules: [{ field: 'content-type', action: { do: 'replace', find: '^text/', with: '' } }] },
    ]),
  )
  await fireEvent.click(screen.getByRole('button', { name: 'Find and replace' }))
  await fireEvent.keyDown(screen.getByRole('button', { name: /^Rule 1: move it/ }), { key: 'ArrowDown' })
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Find, rule 2' }).value).toBe('^text/')
  await fireEvent.click(screen.getByRole('button', { name: 'Remove rule 2' }))
  await waitFor(() => expect(asked('grids.setRules').at(-1)).toMatchObject({ rules: [] }))
})

test('discarding asks with its count, and going back keeps what was edited', async () => {
  const { app, grid, asked } = await open()
  grid.focus()
  await fireEvent.keyDown(grid, { key: 'Delete' })
  await screen.findByText('1 change in 1 object')
  app.leaveGrid()
  expect(app.router.route).toEqual({ screen: 'browse' })
  expect(asked('grids.close')).toEqual([])
  app.router.go({ screen: 'metadata', id: 'g' })
  await fireEvent.click(await screen.findByRole('button', { name: 'Discard' }))
  const question = await screen.findByRole('alertdialog', { name: 'Discard 1 change in 1 object?' })
  await fireEvent.click(within(question).getByRole('button', { name: 'Discard the edit' }))
  await waitFor(() => expect(asked('grids.close')).toEqual([{ id: 'g' }]))
})

test('going back from a grid with nothing in it closes it', async () => {
  const { app, asked } = await open()
  app.leaveGrid()
  await waitFor(() => expect(asked('grids.close')).toEqual([{ id: 'g' }]))
})

test('the plan is an edit of the grid with its rules; starting it closes the grid and goes to the job', async () => {
  const { app, grid, asked } = await open()
  renderInApp(PlanSheet, app)
  grid.focus()
  await fireEvent.keyDown(grid, { key: 'Delete' })
  await screen.findByText('1 change in 1 object')
  await fireEvent.click(screen.getByRole('button', { name: /Plan these changes/ }))
  await screen.findByRole('heading', { name: 'Edit metadata', level: 2 })
  expect(asked('jobs.create')).toMatchObject([
    { draft: true, spec: { kind: 'edit', changes: { from: 'grid', id: 'g' }, fieldRules: [] } },
  ])
  const start = screen.getByRole('button', { name: /Start editing/ })
  // The whole plan is seen before anything is written.
  expect(start.getAttribute('aria-disabled')).toBe('true')
  const one = { items: 1, bytes: 1 }
  const counts = tally({ listed: one, planned: { ...tally().planned, rewrite: one } })
  app.jobs.apply([
    job('1', { kind: 'edit', draft: true, revision: 2, status: { is: 'ready' }, tally: counts }),
  ])
  expect(await screen.findByText(/each object that is copied onto itself gets a new one/)).toBeTruthy()
  await waitFor(() => expect(start.getAttribute('aria-disabled')).toBeNull())
  await fireEvent.click(start)
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now', stale: 'ask' }]))
  await waitFor(() => expect(asked('grids.close')).toEqual([{ id: 'g' }]))
  expect(app.router.route).toEqual({ screen: 'job', id: '1' })
})
