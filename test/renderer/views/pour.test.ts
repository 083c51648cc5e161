import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import PourSheet from '../../../renderer/views/pour/PourSheet.svelte'
import { connection, job, rows, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'

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

async function open() {
  let made = 0
  const host = { kind: 'serve', secrets: 'memory', notifications: false, saveDialog: false } as const
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
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  renderInApp(PourSheet, app)
  app.openPour(
    'copy',
    {
      place: { connection: 'a', bucket: 'from', prefix: 'x/' },
      rows: rows('x/1.txt', 'x/2.txt'),
      whole: false,
    },
    { connection: 'b', bucket: 'to', prefix: '' },
  )
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  /** The core has planned both objects of a draft. */
  const plan = (id: string, revision = 2) => {
    const copy = { items: 2, bytes: 2 }
    const counts = tally({ listed: copy, planned: { ...tally().planned, copy } })
    app.jobs.apply([job(id, { draft: true, revision, status: { is: 'ready' }, tally: counts })])
  }
  return { app, asked, plan }
}

test('the plan fills in, and Start starts what was planned', async () => {
  const { app, asked, plan } = await open()
  await screen.findByRole('heading', { name: 'Pour' })
  await waitFor(() => expect(app.pour.snapshot).toBeDefined())
  plan('1')
  expect(await screen.findByText('1.txt')).toBeTruthy()
  // Also where the focus is on something that has a use for Enter of its own.
  await fireEvent.keyDown(screen.getByRole('button', { name: /Tags/ }), { key: 'Enter', ctrlKey: true })
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now' }]))
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'Pour' })).toBeNull())
  expect(asked('jobs.remove')).toEqual([])
})

test('another choice plans anew, and what is started is what was chosen last', async () => {
  const { app, asked, plan } = await open()
  await waitFor(() => expect(app.pour.snapshot).toBeDefined())
  plan('1')
  await screen.findByText('1.txt')
  await fireEvent.click(screen.getByRole('radio', { name: 'Overwrite' }))
  // The plan of the earlier choice stays in sight meanwhile.
  expect(screen.getByText('1.txt')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: /Add to the queue/ }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '2', when: 'queue' }]))
  expect(asked('jobs.create')).toMatchObject([
    { spec: { conflict: 'skip' } },
    { spec: { conflict: 'overwrite' } },
  ])
  expect(asked('jobs.remove')).toEqual([{ id: '1' }])
})

test('Cancel leaves no draft behind', async () => {
  const { app, asked } = await open()
  await waitFor(() => expect(app.pour.snapshot).toBeDefined())
  await fireEvent.click(await screen.findByRole('button', { name: /Cancel/ }))
  await waitFor(() => expect(asked('jobs.remove')).toEqual([{ id: '1' }]))
})
