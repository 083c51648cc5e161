import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import DeleteBucketDialog from '../../../renderer/views/buckets/DeleteBucketDialog.svelte'
import DeleteDialog from '../../../renderer/views/dialogs/DeleteDialog.svelte'
import NewFolderDialog from '../../../renderer/views/dialogs/NewFolderDialog.svelte'
import RenameDialog from '../../../renderer/views/dialogs/RenameDialog.svelte'
import { connection, job, object, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

async function open() {
  const host = PLAIN_HOST
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a')],
    'jobs.list': () => [],
    'jobs.create': ({ spec }) =>
      job('1', { draft: true, kind: spec.kind, listing: true, status: { is: 'planning' } }),
    'jobs.remove': () => undefined,
    'jobs.start': ({ id }) => job(id, { revision: 9 }),
    'buckets.properties': () => ({ versioning: 'off' }),
    'buckets.holds': () => ({
      ...{ objects: 'none', uploads: 0, moreUploads: false },
      uploadsFailure: { code: 'access-denied', reach: 'item', message: 'The uploads may not be listed.' },
    }),
    'objects.list': () => ({ prefixes: ['sub/'], objects: [object('x.txt')] }),
    'objects.createFolder': () => undefined,
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  app.pane.go({ connection: 'a', bucket: 'b', prefix: '' })
  await waitFor(() => expect(app.pane.rows).toHaveLength(2))
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked }
}

test('a deletion is counted before it can be confirmed', async () => {
  const { app, asked } = await open()
  renderInApp(DeleteDialog, app)
  app.pane.selectAll()
  app.sheets.openDeletion(app.cargoOf(app.pane)!)
  const confirm = await screen.findByRole('button', { name: 'Delete' })
  expect(confirm.getAttribute('aria-disabled')).toBe('true')
  await fireEvent.click(confirm)
  expect(asked('jobs.start')).toEqual([])

  const { planned } = tally()
  const counted = tally({ planned: { ...planned, delete: { items: 1204, bytes: 0 } } })
  app.jobs.apply([
    job('1', { draft: true, kind: 'delete', revision: 2, status: { is: 'ready' }, tally: counted }),
  ])
  expect(await screen.findByRole('heading', { name: 'Delete 1,204 objects?' })).toBeTruthy()
  expect(await screen.findByText(/keeps no versions: what is deleted is gone/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Delete 1,204 objects' }))
  expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now' }])
})

test('a deletion that is not wanted leaves no draft behind', async () => {
  const { app, asked } = await open()
  renderInApp(DeleteDialog, app)
  app.pane.selectAll()
  app.sheets.openDeletion(app.cargoOf(app.pane)!)
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(asked('jobs.remove')).toEqual([{ id: '1' }]))
})

test('a new folder whose name is taken is refused in words, a free one is made', async () => {
  const { app, asked } = await open()
  renderInApp(NewFolderDialog, app)
  app.router.open({ is: 'new-folder', side: 'left' })
  const field = await screen.findByRole('textbox', { name: 'Name' })
  await fireEvent.input(field, { target: { value: 'sub' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Make the folder' }))
  expect(await screen.findByText('“sub” is here already.')).toBeTruthy()
  await fireEvent.input(field, { target: { value: 'new' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Make the folder' }))
  await waitFor(() =>
    expect(asked('objects.createFolder')).toEqual([{ connection: 'a', bucket: 'b', prefix: 'new/' }]),
  )
  await waitFor(() => expect(app.router.overlay).toBeUndefined())
})

test('a rename is planned as a move to the new key', async () => {
  const { app, asked } = await open()
  renderInApp(RenameDialog, app)
  app.pane.moveTo(1, 'only')
  app.router.open({ is: 'rename', side: 'left' })
  const field = await screen.findByRole('textbox', { name: 'New name' })
  expect((field as HTMLInputElement).value).toBe('x.txt')
  await fireEvent.input(field, { target: { value: 'y.txt' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Plan the rename' }))
  await waitFor(() =>
    expect(asked('jobs.create')).toMatchObject([
      {
        draft: true,
        spec: { kind: 'move', sources: [{ base: 'x.txt' }], destinations: [{ prefix: 'y.txt' }] },
      },
    ]),
  )
})

test('a bucket whose unfinished uploads nobody could look for says so before it is deleted', async () => {
  const { app } = await open()
  renderInApp(DeleteBucketDialog, app)
  app.router.open({ is: 'delete-bucket', place: { connection: 'a', bucket: 'b', prefix: '' } })
  expect(await screen.findByText(/could not be looked for: The uploads may not be listed\./)).toBeTruthy()
})
