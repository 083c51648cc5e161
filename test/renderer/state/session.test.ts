import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { Notices } from '../../../renderer/state/notices.ts'
import { Session } from '../../../renderer/state/session.svelte.ts'
import { fakeClient } from './fake-client.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

test('a settings file that was set aside is said once, also when the core comes back', async () => {
  const host = PLAIN_HOST
  const notice = 'The settings file could not be read. It is kept as settings.broken-1.json.'
  const { client } = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host, notice }),
    'settings.get': () => DEFAULT_SETTINGS,
  })
  const notices = new Notices()
  const said: string[] = []
  notices.on(({ title }) => said.push(title))
  const session = new Session(client, notices)
  await session.load()
  await session.load()
  expect(said).toEqual([notice])
})
