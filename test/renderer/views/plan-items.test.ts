import { fireEvent, screen, waitFor, within } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { FailureGroup, Freshness, JobDetail, JobSnapshot } from '#model/job.ts'
import type { ItemView } from '#model/plan.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import Jobs from '../../../renderer/views/jobs/Jobs.svelte'
import PourSheet from '../../../renderer/views/pour/PourSheet.svelte'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'
import { connection, job, rows, spec, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'

const some = (items: number) => ({ items, bytes: items })
const item = (seq: number, more: Partial<ItemView> = {}): ItemView => ({
  ...{ seq, key: `x/${seq}.txt`, destinationKey: `${seq}.txt`, size: 1, source: 0, destination: 0 },
  ...{ action: 'copy', conflict: true, state: 'planned' },
  ...more,
})
const ITEMS = [item(1), item(2), item(3, { action: 'skip', skipReason: 'exists', conflict: false })]
const COUNTS = tally({
  listed: some(3),
  planned: { ...tally().planned, copy: some(2), skip: some(1) },
  skipped: { ...tally().skipped, exists: some(1) },
  conflicts: 2,
})
const ready = (id: string, more: Partial<JobSnapshot> = {}): JobSnapshot =>
  job(id, { draft: true, revision: 2, status: { is: 'ready' }, tally: COUNTS, ...more })

interface Told {
  readonly counts?: JobSnapshot['tally']
  readonly failures?: JobDetail['failures']
  readonly kept?: JobSnapshot
}

async function open({ counts = COUNTS, failures = [], kept }: Told = {}) {
  let freshness: Freshness = { lookedAt: Date.UTC(2026, 0, 1), changed: 0, added: 0, gone: 0 }
  let starts: JobSnapshot = job('1', { revision: 9 })
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host: PLAIN_HOST }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a'), connection('b')],
    'jobs.list': () => (kept === undefined ? [] : [kept]),
    'jobs.create': () => ready('1', { revision: 1, tally: counts }),
    'jobs.remove': () => undefined,
    'jobs.get': ({ id }) => ({
      snapshot: kept ?? ready(id, { tally: counts }),
      spec: spec('copy'),
      ...{ requests: {}, failures, samples: [], log: [], notes: [] },
      undo: { is: 'not-yet', why: '' },
      estimate: { time: { is: 'no-pace' }, cost: { is: 'unknown', why: '' } },
      warnings: { overwrites: some(2), exists: some(1) },
      freshness,
    }),
    'jobs.items': ({ limit, taken, text }) => {
      const found = ITEMS.filter(({ key }) => key.includes(text ?? '')).slice(0, limit)
      return { items: found, total: found.length, ...(taken && text === 'x' ? { looking: true } : {}) }
    },
    'jobs.failures': () => failures,
    'jobs.answer': ({ id }) => ready(id, { revision: 3, tally: { ...counts, conflicts: 0 } }),
    'jobs.leave': ({ id }) => ready(id, { revision: 4, tally: counts }),
    'jobs.keep': ({ id }) => ready(id, { revision: 5, draft: false, tally: counts }),
    'jobs.start': () => starts,
    'jobs.plan': () => ({ kind: 'saved', path: '/tmp/plan.csv' }),
    'jobs.manifest': () => ({ kind: 'saved', path: '/tmp/manifest.csv' }),
    'buckets.properties': () => ({ versioning: 'off' }),
    'objects.list': () => ({ prefixes: [], objects: [] }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return {
    app,
    asked,
    tell: (jobs: JobSnapshot[]) => fake.tell('jobs.changed', { jobs, removed: [] }),
    /** What a look finds from now on, and what a start answers. */
    let: (next: { freshness?: Freshness; starts?: JobSnapshot }) => {
      freshness = next.freshness ?? freshness
      starts = next.starts ?? starts
    },
  }
}

async function openSheet(told: Told = {}) {
  const opened = await open(told)
  renderInApp(PourSheet, opened.app)
  const cargo = {
    place: { connection: 'a', bucket: 'from', prefix: 'x/' },
    rows: rows('x/1.txt', 'x/2.txt', 'x/3.txt'),
    whole: false,
  }
  opened.app.sheets.openPour('copy', cargo, { connection: 'b', bucket: 'to', prefix: '' })
  await screen.findByRole('heading', { name: 'Plan' })
  return opened
}

async function openTaken(told: Told = {}) {
  const opened = await openSheet(told)
  await fireEvent.click(await screen.findByRole('button', { name: /names are taken/ }))
  const grid = await screen.findByRole('grid', { name: 'Items of the plan' })
  await within(grid).findByText('3.txt')
  grid.focus()
  return { ...opened, grid }
}

test('names that are taken are answered for the group, and for one, by keys', async () => {
  const { asked, grid } = await openTaken()
  expect(screen.getByRole('button', { name: /names are taken · 2 overwritten, 1 left/ })).toBeTruthy()
  const answers = screen.getByRole('group', { name: 'If the name is taken' })
  expect(within(answers).getByText('All 3 shown:')).toBeTruthy()
  await fireEvent.click(within(answers).getByRole('button', { name: /^Keep both/ }))
  await waitFor(() => expect(asked('jobs.answer')).toHaveLength(1))
  await waitFor(() => expect(screen.queryByRole('button', { name: /2 overwritten/ })).toBeNull())
  for (const key of ['ArrowDown', 'ArrowDown', ' ']) await fireEvent.keyDown(grid, { key })
  expect(within(answers).getByText('The chosen one:')).toBeTruthy()
  await fireEvent.keyDown(grid, { key: '2' })
  await waitFor(() => expect(asked('jobs.answer')).toHaveLength(2))
  expect(asked('jobs.answer')).toEqual([
    { id: '1', which: { query: { filter: 'all', taken: true } }, answer: 'keep-both' },
    { id: '1', which: { seqs: [2] }, answer: 'skip' },
  ])
  // Escape lets go of what is chosen, and only then of the sheet.
  await fireEvent.keyDown(grid, { key: 'Escape' })
  expect(within(answers).getByText('All 3 shown:')).toBeTruthy()
  expect(screen.getByRole('heading', { name: 'Pour' })).toBeTruthy()
})

test('while an answer is at work the plan says so, and what is answered by then waits its turn', async () => {
  const { app, asked, grid } = await openTaken()
  await fireEvent.keyDown(grid, { key: '1' })
  await waitFor(() => expect(asked('jobs.answer')).toHaveLength(1))
  app.jobs.apply([ready('1', { revision: 7, status: { is: 'planning' } })])
  expect(await screen.findByText('answering')).toBeTruthy()
  for (const key of ['ArrowDown', ' ', '2', ' ', 'ArrowDown', ' ', '5'])
    await fireEvent.keyDown(grid, { key })
  expect(asked('jobs.answer')).toHaveLength(1)
  app.jobs.apply([ready('1', { revision: 8 })])
  await waitFor(() => expect(asked('jobs.answer')).toHaveLength(3))
  expect(asked('jobs.answer').slice(1)).toMatchObject([
    { which: { seqs: [1] }, answer: 'skip' },
    { which: { seqs: [2] }, answer: 'keep-both' },
  ])
  await waitFor(() => expect(screen.queryByText('answering')).toBeNull())
})

test('a search is reached by /, looks on while the core does, and what is shown is saved', async () => {
  const { asked, grid } = await openTaken()
  await fireEvent.keyDown(grid, { key: '/' })
  const field = screen.getByRole('searchbox', { name: 'Search the items' })
  expect(document.activeElement).toBe(field)
  await fireEvent.input(field, { target: { value: 'x' } })
  await fireEvent.keyDown(field, { key: 'Enter' })
  expect(await screen.findByText('3 so far, still looking')).toBeTruthy()
  expect(document.activeElement?.getAttribute('role')).toBe('grid')
  await fireEvent.click(screen.getByRole('button', { name: 'Export' }))
  await fireEvent.click(await screen.findByRole('menuitem', { name: 'Export what is shown as CSV' }))
  await waitFor(() =>
    expect(asked('jobs.plan')).toEqual([{ id: '1', query: { filter: 'all', text: 'x', taken: true } }]),
  )
})

test('a row under the cursor is told in full', async () => {
  const { grid } = await openTaken()
  await fireEvent.keyDown(grid, { key: 'End' })
  const told = await screen.findByRole('region', { name: 'Item 3 of the plan' })
  for (const text of ['from/x/3.txt', 'to/3.txt', 'Standard', 'skip, exists', 'the key exists'])
    expect(within(told).getByText(text)).toBeTruthy()
  await fireEvent.click(within(told).getByRole('button', { name: 'Close the details' }))
  expect(screen.queryByRole('region', { name: 'Item 3 of the plan' })).toBeNull()
})

test('a plan that no longer holds is not started: the sheet says what changed, and shows it', async () => {
  const opened = await openSheet()
  const { app, asked } = opened
  const later: Freshness = { lookedAt: Date.now(), changed: 12, added: 3, gone: 1 }
  opened.let({ starts: job('1', { revision: 5, status: { is: 'planning' }, tally: COUNTS }) })
  const start = await screen.findByRole('button', { name: /^Start copying/ })
  await waitFor(() => expect(start.getAttribute('aria-disabled')).toBeNull())
  await screen.findByText(/^Looked at 1 Jan|^Looked at 31 Dec/)
  await fireEvent.click(start)
  expect(await screen.findByText('Looked at anew, to see what changed')).toBeTruthy()
  expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now', stale: 'ask' }])
  opened.let({ freshness: later, starts: job('1', { revision: 9 }) })
  opened.tell([ready('1', { revision: 6 })])
  await fireEvent.click(await screen.findByRole('button', { name: '12 changed' }))
  await waitFor(() =>
    expect(asked('jobs.items')).toContainEqual(expect.objectContaining({ anew: 'changed' })),
  )
  await waitFor(() => expect(start.getAttribute('aria-disabled')).toBeNull())
  await fireEvent.click(start)
  await waitFor(() => expect(app.sheets.pour.isOpen).toBe(false))
})

test('what would fail is left out for its cause; where all would, Start is off and says why', async () => {
  const refused = tally({
    listed: some(3),
    planned: { ...tally().planned, copy: some(1), refuse: some(2) },
    failed: some(2),
  })
  const group: FailureGroup = {
    code: 'access-denied',
    s3Code: 'AccessDenied',
    items: 2,
    example: { code: 'access-denied', reach: 'item', message: 'You lack kms:Decrypt.' },
    exampleKey: 'k',
    retry: 'retry',
    fix: 'rights',
  }
  const { app, asked } = await openSheet({ counts: refused, failures: [group] })
  await fireEvent.click(await screen.findByRole('button', { name: 'Leave these 2 out' }))
  await waitFor(() =>
    expect(asked('jobs.leave')).toEqual([{ id: '1', code: 'access-denied', s3Code: 'AccessDenied' }]),
  )
  const all = tally({ listed: some(2), planned: { ...tally().planned, refuse: some(2) } })
  app.jobs.apply([ready('1', { revision: 9, tally: all })])
  const start = screen.getByRole('button', { name: /^Start copying/ })
  await waitFor(() => expect(start.title).toBe('Every object would fail: You lack kms:Decrypt.'))
  expect(screen.queryByRole('button', { name: /^Leave/ })).toBeNull()
})

test('a plan is saved for later by Ctrl+S, and no draft is taken away', async () => {
  const { app, asked } = await openSheet()
  await screen.findByRole('button', { name: /names are taken/ })
  await fireEvent.keyDown(document.body, { key: 's', ctrlKey: true })
  await waitFor(() => expect(app.sheets.pour.isOpen).toBe(false))
  expect([asked('jobs.keep'), asked('jobs.remove')]).toEqual([[{ id: '1' }], []])
  expect(app.jobs.all.map(({ id }) => id)).toEqual(['1'])
})

test('a saved plan stands among the jobs, opens in the sheet, and stays when that is closed', async () => {
  const { app, asked } = await open({ kept: ready('k', { draft: false, title: 'Copy x/ to to' }) })
  renderInApp(Jobs, app)
  renderInApp(PourSheet, app)
  expect(screen.getByRole('heading', { name: /^Saved plans/ })).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Open the plan' }))
  expect(await screen.findByText('a saved plan: nothing is written until you start')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: /^Close Esc/ }))
  await waitFor(() => expect(app.sheets.pour.isOpen).toBe(false))
  expect(asked('jobs.remove')).toEqual([])
  await app.sheets.openPlan({ id: 'k' })
  await fireEvent.click(await screen.findByRole('button', { name: /^Start copying/ }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: 'k', when: 'now', stale: 'ask' }]))
})
