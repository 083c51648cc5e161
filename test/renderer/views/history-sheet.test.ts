import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { historyCommands } from '../../../renderer/state/history-commands.ts'
import PourSheet from '../../../renderer/views/pour/PourSheet.svelte'
import type { Versioning } from '#model/object.ts'
import type { Action, ItemView } from '#model/plan.ts'
import { connection, job, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const item = (seq: number): ItemView => ({
  ...{ seq, key: `p/${seq}`, size: 1024, source: 0, destination: 0 },
  ...{ action: 'delete-version', conflict: false, state: 'planned' },
})

async function open(versioning: Versioning = 'enabled') {
  let made = 0
  const host = PLAIN_HOST
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a')],
    'jobs.list': () => [],
    'jobs.create': ({ spec: { kind } }) =>
      job(`${++made}`, { kind, draft: true, status: { is: 'planning' } }),
    'jobs.remove': () => undefined,
    'jobs.start': ({ id }) => job(id, { revision: 9 }),
    'jobs.items': ({ limit }) => ({ items: [1, 2, 3, 4].slice(0, limit).map(item), total: 4 }),
    'jobs.failures': () => [],
    'buckets.properties': () => ({ versioning }),
    'objects.list': () => ({ prefixes: [], objects: [] }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  app.commands.add(historyCommands(app))
  app.pane.go({ connection: 'a', bucket: 'b', prefix: 'p/' })
  await app.buckets.learn({ connection: 'a', bucket: 'b', prefix: '' })
  renderInApp(PourSheet, app)
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  /** The core has planned a draft whole. */
  const plan = (id: string, action: Action, items: number) => {
    const count = { items, bytes: items * 1024 }
    const counts = tally({ listed: count, planned: { ...tally().planned, [action]: count } })
    const { kind } = app.jobs.byId.get(id) ?? job(id)
    app.jobs.apply([job(id, { kind, draft: true, revision: 2, status: { is: 'ready' }, tally: counts })])
  }
  return { app, asked, plan }
}

test('a purge says what it frees, follows its rule, and asks once more with the count', async () => {
  const { app, asked, plan } = await open()
  expect(app.commands.run('purge')).toBe(true)
  await screen.findByRole('heading', { name: 'Purge old versions' })
  await fireEvent.input(screen.getByRole('textbox', { name: /^Days/ }), { target: { value: '7' } })
  await fireEvent.input(screen.getByRole('textbox', { name: /^Older versions/ }), {
    target: { value: 'two' },
  })
  await waitFor(() => expect(app.sheets.pour.jobId).toBe('2'))
  plan('2', 'delete-version', 5)
  expect(
    (await screen.findByText('5 versions would be deleted for good.')).parentElement?.textContent,
  ).toMatch(/frees 5.0 KiB/)
  await fireEvent.click(screen.getByRole('button', { name: /^Purge…/ }))
  expect(asked('jobs.start')).toEqual([])
  await fireEvent.click(await screen.findByRole('button', { name: 'Purge 5 versions' }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '2', when: 'now', stale: 'ask' }]))
  expect(asked('jobs.create').at(-1)).toMatchObject({
    spec: {
      kind: 'delete',
      purge: { olderThanDays: 7, keep: 0, loneMarkers: true },
      sources: [{ select: [{ kind: 'prefix', prefix: 'p/' }], versions: { take: 'all' } }],
    },
  })
})

test('a rewind starts as it is planned, and asks only where it deletes', async () => {
  const { app, asked, plan } = await open()
  app.commands.run('rewind')
  await screen.findByRole('heading', { name: 'Bring back' })
  await fireEvent.click(screen.getByRole('radio', { name: 'Delete by a marker' }))
  await waitFor(() => expect(app.sheets.pour.jobId).toBe('2'))
  plan('2', 'delete', 3)
  await fireEvent.click(await screen.findByRole('button', { name: /^Bring back/ }))
  await screen.findByText('Delete 3 objects that came later?')
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await fireEvent.click(screen.getByRole('radio', { name: 'What was deleted' }))
  await waitFor(() => expect(app.sheets.pour.jobId).toBe('3'))
  plan('3', 'delete-version', 4)
  expect(await screen.findByText('Delete markers removed')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: /^Bring back/ }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: '3', when: 'now', stale: 'ask' }]))
  expect(asked('jobs.create').at(-1)).toMatchObject({ spec: { kind: 'rewind', to: { is: 'undelete' } } })
})

test('where a bucket keeps no versions, nothing of it can be asked for', async () => {
  const { app } = await open('off')
  for (const id of ['toggle-versions', 'as-of', 'rewind', 'undelete', 'purge'])
    expect(app.commands.get(id)?.when()).toBe('b keeps no versions.')
})
