import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test, vi } from 'vitest'
import type { ConnectionView, FoundProfile } from '#contract/connection-answers.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { browseCommands } from '../../../renderer/state/browse-commands.ts'
import { windowCommands } from '../../../renderer/state/window-commands.ts'
import ImportDialog from '../../../renderer/views/connections/ImportDialog.svelte'
import FirstRun from '../../../renderer/views/shell/FirstRun.svelte'
import JobStrip from '../../../renderer/views/shell/JobStrip.svelte'
import Palette from '../../../renderer/views/shell/Palette.svelte'
import { connection, job } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

async function open(connections: ConnectionView[] = [connection('a')], profiles: FoundProfile[] = []) {
  const host = PLAIN_HOST
  let known = connections
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => known,
    'connections.profiles': () => profiles,
    'connections.elsewhere': () => [],
    'playground.pace': () => undefined,
    'sso.sessions': () => [],
    'connections.import': () => (known = [connection('imported')]),
    'playground.open': () => {
      known = [connection('playground', { provider: 'playground' })]
      return known[0]!
    },
    'buckets.list': () => [{ name: 'logs' }, { name: 'backups' }],
    'objects.list': () => ({ prefixes: [], objects: [] }),
    'jobs.list': () => [],
    'jobs.pause': ({ id }) => job(id, { revision: 2, status: { is: 'paused', reason: 'user', since: 0 } }),
    'jobs.cancel': ({ id }) => job(id, { revision: 3, status: { is: 'cancelled' } }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  app.commands.add([...browseCommands(app), ...windowCommands(app)])
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked }
}

test('the palette finds commands and places, and goes there by keyboard', async () => {
  const { app } = await open()
  app.pane.go({ connection: 'a', bucket: '', prefix: '' })
  await waitFor(() => expect(app.pane.rows).toHaveLength(2))
  renderInApp(Palette, app)
  app.router.open({ is: 'palette' })
  const field = await screen.findByRole('combobox')
  await fireEvent.input(field, { target: { value: 'back' } })
  expect(screen.getAllByRole('option').map((option) => option.textContent?.trim())).toEqual([
    'Back Alt ←',
    'backups a',
  ])
  await fireEvent.keyDown(field, { key: 'ArrowDown' })
  await fireEvent.keyDown(field, { key: 'Enter' })
  expect(app.pane.place).toEqual({ connection: 'a', bucket: 'backups', prefix: '' })
  expect(app.router.overlay).toBeUndefined()
})

test('a typed path is a place, and what is nowhere is said', async () => {
  const { app } = await open()
  renderInApp(Palette, app)
  app.router.open({ is: 'palette' })
  const field = await screen.findByRole('combobox')
  await fireEvent.input(field, { target: { value: 'xyzzy' } })
  expect(screen.getByText(/Nothing is called “xyzzy”/)).toBeTruthy()
  await fireEvent.input(field, { target: { value: 's3://shared/in' } })
  await fireEvent.click(screen.getByRole('option'))
  expect(app.pane.place).toEqual({ connection: 'a', bucket: 'shared', prefix: 'in/' })
})

test('the first run offers only what works', async () => {
  const { app } = await open([])
  renderInApp(FirstRun, app)
  await screen.findByText(/Nothing was found/)
  // This window has no screen for connections.
  expect(screen.queryByRole('button', { name: /Add a connection/ })).toBeNull()
})

test('4 opens the playground, in both panes', async () => {
  const { app } = await open([])
  renderInApp(FirstRun, app)
  await fireEvent.keyDown(window, { key: '4' })
  const buckets = { connection: 'playground', bucket: '', prefix: '' }
  await waitFor(() => expect(app.panes.map((pane) => pane.place)).toEqual([buckets, buckets]))
  expect(app.session.settings.welcomed).toBe(true)
})

test('3 begins the tour, which is left and found again in the palette', async () => {
  const { app } = await open([])
  renderInApp(FirstRun, app)
  await fireEvent.keyDown(window, { key: '3' })
  await waitFor(() => expect(app.pane.place?.connection).toBe('playground'))
  expect(app.tour.hint).toBe('open-left')
  app.tour.leave()
  expect(app.commands.available().map(({ id }) => id)).toContain('resume-tour')
  await app.tour.resume()
  expect(app.session.settings.tour).toMatchObject({ state: 'on', step: 1 })
})

test('what was found is imported, as far as it is chosen', async () => {
  const found: FoundProfile[] = [
    { name: 'default', kind: 'keys', imported: false },
    { name: 'ci', kind: 'role', imported: false },
    { name: 'old', kind: 'keys', imported: true },
  ]
  const { app, asked } = await open([], found)
  renderInApp(FirstRun, app)
  renderInApp(ImportDialog, app)
  await fireEvent.click(await screen.findByRole('button', { name: 'Import…' }))
  await screen.findByRole('button', { name: 'Import 2 connections' })
  await fireEvent.click(screen.getByRole('checkbox', { name: 'ci' }))
  await fireEvent.click(screen.getByRole('button', { name: 'Import 1 connection' }))
  await waitFor(() => expect(asked('connections.import')).toEqual([{ profiles: ['default'] }]))
  expect(app.connections.all.map(({ id }) => id)).toEqual(['imported'])
})

test('the strip has three lines, then says how many more; pausing is a click, cancelling is asked', async () => {
  const { app, asked } = await open()
  renderInApp(JobStrip, app)
  app.jobs.apply(['1', '2', '3', '4'].map((id) => job(id, { title: `Copy ${id} to b` })))
  await waitFor(() => expect(screen.getAllByRole('progressbar')).toHaveLength(3))
  expect(screen.getByText('and 1 more')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Pause: Copy 1 to b' }))
  await vi.waitFor(() => expect(asked('jobs.pause')).toEqual([{ id: '1' }]))
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel: Copy 2 to b' }))
  expect(asked('jobs.cancel')).toEqual([])
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel the job' }))
  await waitFor(() => expect(asked('jobs.cancel')).toEqual([{ id: '2' }]))
})
