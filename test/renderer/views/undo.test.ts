import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { FailureGroup, JobDetail, Undoable } from '#model/job.ts'
import type { UndoSpec } from '#model/spec.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import UndoDialog from '../../../renderer/views/dialogs/UndoDialog.svelte'
import { connection, job, spec, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const LAST_COPIES: FailureGroup = {
  ...{ code: 'only-copy', items: 2, exampleKey: 'z/1', retry: 'retry', fix: 'none' },
  example: { code: 'only-copy', reach: 'item', message: 'z/1 is kept: from/a/1 is not there any more.' },
}

async function open(undo: Undoable) {
  const host = PLAIN_HOST
  const done = job('edit-1', { kind: 'edit', title: 'Edit 7 objects', status: { is: 'completed' } })
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a')],
    'jobs.list': () => [done],
    'grids.list': () => [],
    'jobs.create': () => job('u', { kind: 'undo', draft: true, status: { is: 'planning' } }),
    'jobs.start': ({ id }) => job(id, { kind: 'undo', revision: 9 }),
    'jobs.remove': () => undefined,
    'jobs.get': () => ({ failures: [LAST_COPIES] }) as unknown as JobDetail,
  })
  const app = new App(fake.client, 'ctrl')
  const said: string[] = []
  app.notices.on(({ title }) => said.push(title))
  await app.start()
  renderInApp(UndoDialog, app)
  app.sheets.openUndo({ snapshot: done, spec: spec('edit'), undo })
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked, said }
}

test('a job is taken back after its plan was counted, by a job of its own', async () => {
  const { app, asked } = await open({ is: 'partly', why: 'Two versions are gone for good.' })
  expect(await screen.findByText('Two versions are gone for good.')).toBeTruthy()
  expect(asked('jobs.create')).toMatchObject([{ draft: true, spec: { kind: 'undo', of: 'edit-1' } }])
  expect(screen.getByRole('button', { name: 'Undo' }).getAttribute('aria-disabled')).toBe('true')
  const rewrite = { items: 7, bytes: 7 }
  const counts = tally({ listed: rewrite, planned: { ...tally().planned, rewrite } })
  app.jobs.apply([
    job('u', { kind: 'undo', draft: true, revision: 2, status: { is: 'ready' }, tally: counts }),
  ])
  await fireEvent.click(await screen.findByRole('button', { name: 'Undo 7 objects' }))
  await waitFor(() => expect(asked('jobs.start')).toEqual([{ id: 'u', when: 'now' }]))
})

test('what cannot be taken back says why, and Cancel leaves no draft', async () => {
  const { app, asked, said } = await open({ is: 'no', why: 'It changed no object.' })
  expect(said).toEqual(['It changed no object.'])
  expect(asked('jobs.create')).toEqual([])
  app.sheets.openUndo({ snapshot: job('e'), spec: spec('edit'), undo: { is: 'yes' } })
  await waitFor(() => expect(app.sheets.undoing.jobId).toBe('u'))
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(asked('jobs.remove')).toEqual([{ id: 'u' }]))
})

test('what may be the last copy is kept, until somebody says that it goes as well', async () => {
  const { app, asked } = await open({ is: 'no', why: 'Not this one.' })
  app.sheets.openUndo({ snapshot: job('c'), spec: spec('copy'), undo: { is: 'yes' } })
  const refuse = { items: 2, bytes: 2 }
  const counts = tally({ listed: { items: 9, bytes: 9 }, planned: { ...tally().planned, refuse } })
  const ready = { kind: 'undo', draft: true, status: { is: 'ready' }, tally: counts } as const
  await waitFor(() => expect(app.sheets.undoing.jobId).toBe('u'))
  app.jobs.apply([job('u', { ...ready, revision: 2 })])
  expect((await screen.findByText(/z\/1 is kept/)).textContent).toMatch(/^2 like this: z\/1 is kept/)
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Delete the only copies left, too' }))
  await waitFor(() => expect(asked('jobs.create')).toHaveLength(2))
  const [kept, deleted] = asked('jobs.create') as { spec: UndoSpec }[]
  expect(kept?.spec).toMatchObject({
    lastCopies: 'keep',
    copiedFrom: [{ bucket: expect.any(String) as string }],
  })
  expect(deleted?.spec.lastCopies).toBe('delete')
  expect(deleted?.spec.copiedFrom).toBeUndefined()
})
