import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import PourSheet from '../../../renderer/views/pour/PourSheet.svelte'
import { connection, job, rows, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const item = (seq: number): ItemView => ({
  seq,
  key: `x/${seq}.txt`,
  size: 1,
  source: 0,
  destination: 0,
  action: 'copy',
  conflict: false,
  state: 'planned',
})

async function open(what: 'copy' | 'edit' = 'copy') {
  let made = 0
  const host = PLAIN_HOST
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a'), connection('b')],
    'jobs.list': () => [],
    'jobs.create': () => job(`${++made}`, { draft: true, listing: true, status: { is: 'planning' } }),
    'jobs.remove': () => undefined,
    'jobs.start': ({ id }) => job(id, { revision: 9 }),
    'jobs.items': ({ limit }) => ({ items: [item(1), item(2)].slice(0, limit), total: 2 }),
    'jobs.failures': () => [],
    'buckets.properties': () => ({ versioning: 'off' }),
    'objects.list': () => ({ prefixes: [], objects: [] }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  renderInApp(PourSheet, app)
  const cargo = {
    place: { connection: 'a', bucket: 'from', prefix: 'x/' },
    rows: rows('x/1.txt', 'x/2.txt'),
    whole: false,
  }
  if (what === 'edit') app.sheets.openEdit(cargo)
  else app.sheets.openPour('copy', cargo, { connection: 'b', bucket: 'to', prefix: '' })
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  /** The core has planned both objects of a draft. */
  const plan = (id: string, revision = 2, extra = 0) => {
    const copy = { items: 2, bytes: 2 }
    const more = { 'delete-extra': { items: extra, bytes: 0 } }
    const counts = tally({ listed: copy, planned: { ...tally().planned, copy, ...more } })
    app.jobs.apply([job(id, { draft: true, revision, status: { is: 'ready' }, tally: counts })])
  }
  return { app, asked, plan }
}

test('the plan fills in, and Start starts what was planned', async () => {
  const { app, asked, plan } = await open()
  await screen.findByRole('heading', { name: 'Pour' })
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  plan('1')
  expect(await screen.findByText('1.txt')).toBeTruthy()
  // Also where the focus is on something that has a use for Enter of its own.
  await fireEvent.keyDown(screen.getByRole('button', { name: /Tags/ }), { key: 'Enter', ctrlKey: true })
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now', stale: 'ask' }]))
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'Pour' })).toBeNull())
  expect(asked('jobs.remove')).toEqual([])
})

test('another choice plans anew, and what is started is what was chosen last', async () => {
  const { app, asked, plan } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  plan('1')
  await screen.findByText('1.txt')
  await fireEvent.click(screen.getByRole('radio', { name: 'Overwrite' }))
  // The plan of the earlier choice stays in sight meanwhile.
  expect(screen.getByText('1.txt')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: /Add to the queue/ }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '2', when: 'queue', stale: 'ask' }]))
  expect(asked('jobs.create')).toMatchObject([
    { spec: { conflict: 'skip' } },
    { spec: { conflict: 'overwrite' } },
  ])
  expect(asked('jobs.remove')).toEqual([{ id: '1' }])
})

test('Cancel leaves no draft behind', async () => {
  const { app, asked } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  await fireEvent.click(await screen.findByRole('button', { name: /Cancel/ }))
  await waitFor(() => expect(asked('jobs.remove')).toEqual([{ id: '1' }]))
})

test('an edit is planned when there is something to change', async () => {
  const { app, asked } = await open('edit')
  expect(await screen.findByRole('heading', { name: 'Edit properties' })).toBeTruthy()
  expect(screen.getByText(/Choose what to change/)).toBeTruthy()
  expect(asked('jobs.create')).toEqual([])
  await fireEvent.click(screen.getByRole('button', { name: /^Storage class/ }))
  await fireEvent.click(screen.getByRole('radio', { name: 'Set' }))
  await waitFor(() => expect(app.sheets.pour.jobId).toBe('1'))
  expect(asked('jobs.create')).toMatchObject([
    { spec: { kind: 'edit', properties: { storageClass: { policy: 'set' }, tags: { policy: 'copy' } } } },
  ])
})

test('a tag that S3 would refuse is said while it is typed, and nothing is planned of it', async () => {
  const { app, asked, plan } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  plan('1')
  await fireEvent.click(screen.getByRole('button', { name: /^Tags/ }))
  await fireEvent.click(screen.getByRole('radio', { name: 'Only these' }))
  await fireEvent.input(screen.getByRole('textbox', { name: 'Name of tag 1' }), {
    target: { value: 'aws:x' },
  })
  expect(await screen.findByText('aws: belongs to AWS itself.')).toBeTruthy()
  expect(screen.getByText(/“aws:x” is not as S3 wants it/)).toBeTruthy()
  const start = screen.getByRole('button', { name: /^Start copying/ })
  expect(start.getAttribute('aria-disabled')).toBe('true')
  await fireEvent.input(screen.getByRole('textbox', { name: 'Name of tag 1' }), { target: { value: 'team' } })
  await fireEvent.click(start)
  await waitFor(() => expect(asked('jobs.start')).toHaveLength(1))
  const created = asked('jobs.create') as { spec: { properties: { tags: unknown } } }[]
  expect(created.at(-1)?.spec.properties.tags).toEqual({ policy: 'set', value: { team: '' } })
  expect(JSON.stringify(created)).not.toContain('aws:x')
})

test('a mirror tells what it deletes, and is asked about once more', async () => {
  const { app, asked, plan } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  await fireEvent.click(screen.getByRole('radio', { name: 'Mirror' }))
  await waitFor(() => expect(app.sheets.pour.jobId).toBe('2'))
  plan('2', 2, 7)
  expect(await screen.findByText('7 objects would be deleted')).toBeTruthy()
  expect(asked('jobs.create')).toMatchObject([
    { spec: { deleteExtra: false, conflict: 'skip' } },
    { spec: { deleteExtra: true, conflict: 'if-different' } },
  ])
  await fireEvent.click(screen.getByRole('button', { name: /^Start mirroring/ }))
  expect(await screen.findByRole('heading', { name: 'Delete 7 objects at the destination?' })).toBeTruthy()
  expect(asked('jobs.start')).toEqual([])
  await fireEvent.click(screen.getByRole('button', { name: 'Delete 7 and start' }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '2', when: 'now', stale: 'ask' }]))
})

test('a move takes the redirect along, and a copy again does not', async () => {
  const { app } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  await fireEvent.click(screen.getByRole('radio', { name: 'Move' }))
  await waitFor(() =>
    expect(app.sheets.pour.spec).toMatchObject({
      kind: 'move',
      properties: { redirect: { policy: 'copy' } },
    }),
  )
  await fireEvent.click(screen.getByRole('radio', { name: 'Copy' }))
  await waitFor(() =>
    expect(app.sheets.pour.spec).toMatchObject({
      kind: 'copy',
      properties: { redirect: { policy: 'drop' } },
    }),
  )
})

test('put aside, the sheet takes another destination, and comes back with it', async () => {
  const { app, asked } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  await fireEvent.click(screen.getByRole('button', { name: /Add a source or destination/ }))
  expect(await screen.findByRole('region', { name: 'A job is being set up' })).toBeTruthy()
  app.panes[0].go({ connection: 'b', bucket: 'also', prefix: 'there/' })
  await fireEvent.click(await screen.findByRole('button', { name: /^Destination/ }))
  expect(await screen.findByText('2 sources, 2 destinations')).toBeTruthy()
  // The keys that start a job from the sheet bring it back from here, and start nothing.
  await fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true })
  expect(await screen.findByRole('heading', { name: 'Pour' })).toBeTruthy()
  expect(asked('jobs.start')).toEqual([])
  await waitFor(() =>
    expect(app.sheets.pour.spec).toMatchObject({
      destinations: [{ bucket: 'to' }, { bucket: 'also', prefix: 'there/' }],
    }),
  )
})

test('a limit on the requests in flight is part of the job; what is none stops it with a sentence', async () => {
  const { app, asked } = await open()
  await waitFor(() => expect(app.sheets.pour.snapshot).toBeDefined())
  await fireEvent.click(screen.getByRole('button', { name: /^Requests/ }))
  const field = await screen.findByRole('textbox', { name: 'Requests in flight at most' })
  await fireEvent.input(field, { target: { value: '12' } })
  await waitFor(() => expect(asked('jobs.create').at(-1)).toMatchObject({ spec: { concurrency: 12 } }))
  await fireEvent.input(field, { target: { value: '0' } })
  expect(await screen.findByText('1 to 1024.')).toBeTruthy()
  await screen.findByText(/^Requests: from 1 to 1024 can be in flight\./)
  await fireEvent.input(field, { target: { value: '' } })
  await waitFor(() => expect(asked('jobs.create').at(-1)).not.toHaveProperty('spec.concurrency'))
})
