import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { DecantError } from '#model/failure.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import Connections from '../../../renderer/views/connections/Connections.svelte'
import SignInDialog from '../../../renderer/views/dialogs/SignInDialog.svelte'
import JobStrip from '../../../renderer/views/shell/JobStrip.svelte'
import { connection, job } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'

const archive: ConnectionView = connection('a', {
  name: 'Archive',
  state: 'sign-in',
  failure: { code: 'credentials-missing', reach: 'job', message: 'Its role takes a code of the device me.' },
  signIn: { by: 'code', serial: 'arn:aws:iam::123456789012:mfa/me' },
})

async function open() {
  const fake = fakeClient({
    'connections.list': () => [archive],
    'connections.profiles': () => [],
    'connections.elsewhere': () => [],
    'connections.signIn': () => {
      throw new DecantError({ code: 'bad-input', reach: 'item', message: 'no', property: 'code' })
    },
    'connections.importFile': ({ name }) => [connection('r', { name })],
  })
  const app = new App(fake.client, 'ctrl')
  await app.connections.load()
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked }
}

test('a connection that waits for a code says so, and a wrong one is told where it was typed', async () => {
  const { app, asked } = await open()
  renderInApp(Connections, app)
  renderInApp(SignInDialog, app)
  expect(screen.getByText('Needs a code')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in to Archive' }))
  const code = await screen.findByRole('textbox', { name: 'Code' })
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(screen.getByText(/Six digits/)).toBeTruthy()
  await fireEvent.input(code, { target: { value: '000000' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  await screen.findByText(/That code is not accepted/)
  expect(asked('connections.signIn')).toEqual([{ id: 'a', code: '000000' }])
})

test('a job that waits for it has the way in beside it', async () => {
  const { app } = await open()
  renderInApp(JobStrip, app)
  const place = { connection: 'Archive', connectionId: 'a', bucket: 'b', prefix: '' }
  const status = { is: 'paused', reason: 'credentials', since: 0 } as const
  app.jobs.apply([job('1', { status, sources: [place] })])
  await fireEvent.click(await screen.findByRole('button', { name: 'Sign in: Copy 1' }))
  expect(app.signIn.asked).toMatchObject({ by: 'code', connection: 'a' })
})

test('a settings file that is dropped on the screen is imported', async () => {
  const { app, asked } = await open()
  const { container } = renderInApp(Connections, app)
  const files = [new File(['[x]'], 'rclone.conf')]
  await fireEvent.drop(container.querySelector('.card')!, { dataTransfer: { types: ['Files'], files } })
  await waitFor(() => expect(asked('connections.importFile')).toEqual([{ name: 'rclone.conf', text: '[x]' }]))
  await waitFor(() => expect(app.router.route).toEqual({ screen: 'connections', edit: 'r' }))
})
