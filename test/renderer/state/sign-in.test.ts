import { expect, test } from 'vitest'
import type { ConnectionView, SsoSession } from '#contract/connection-answers.ts'
import { DecantError } from '#model/failure.ts'
import { Connections } from '../../../renderer/state/connections.svelte.ts'
import { Notices, type Notice } from '../../../renderer/state/notices.ts'
import { SignIns } from '../../../renderer/state/sign-in.svelte.ts'
import { connection, job } from './build.ts'
import { fakeClient } from './fake-client.ts'

const PORTAL = { startUrl: 'https://acme.awsapps.com/start', region: 'eu-central-1' }
const WAITING: SsoSession = { ...PORTAL, state: 'waiting', userCode: 'ABCD-EFGH', page: 'https://x.test/?c' }

async function open(view: ConnectionView) {
  const fake = fakeClient({
    'connections.list': () => [view],
    'connections.signIn': ({ code }) => {
      if (code === '123456') return { ...view, state: 'ready' }
      throw new DecantError({ code: 'access-denied', reach: 'item', message: 'The code is not right.' })
    },
    'sso.signIn': () => WAITING,
    'sso.cancel': () => ({ ...PORTAL, state: 'signed-out' }),
  })
  const notices = new Notices()
  const said: Notice[] = []
  notices.on((notice) => said.push(notice))
  const connections = new Connections(fake.client)
  await connections.load()
  const asked = (method: string) => fake.asked.filter((call) => call.method === method)
  return { ...fake, asked, said, signIn: new SignIns(fake.client, connections, notices) }
}

const byCode = connection('a', {
  state: 'sign-in',
  signIn: { by: 'code', serial: 'arn:aws:iam::123456789012:mfa/me' },
})
const byBrowser = connection('a', { state: 'sign-in', signIn: { by: 'browser', ...PORTAL } })

test('a wrong code is said in the dialog, which stays; the right one closes it', async () => {
  const { signIn, said } = await open(byCode)
  signIn.begin('a')
  expect(await signIn.code('000000')).toBe(false)
  expect(signIn.failure?.message).toBe('The code is not right.')
  expect(signIn.asked?.by).toBe('code')
  expect(await signIn.code('123456')).toBe(true)
  expect(signIn.asked).toBeUndefined()
  expect(said.map(({ title }) => title)).toEqual(['a is signed in.'])
})

test('the browser dialog waits, and closes by itself once somebody is signed in', async () => {
  const { signIn, tell, said } = await open(byBrowser)
  signIn.begin('a')
  await expect.poll(() => signIn.session(PORTAL).userCode).toBe('ABCD-EFGH')
  tell('sso.changed', { sessions: [{ ...PORTAL, state: 'signed-in' }] })
  expect(signIn.asked).toBeUndefined()
  expect(said).toMatchObject([{ kind: 'done', title: 'Signed in at acme.awsapps.com.' }])
})

test('closing the dialog gives up what waits, and nothing else', async () => {
  const { signIn, asked, tell } = await open(byBrowser)
  signIn.begin('a')
  await expect.poll(() => signIn.session(PORTAL).state).toBe('waiting')
  signIn.close()
  await expect.poll(() => signIn.session(PORTAL).state).toBe('signed-out')
  expect(asked('sso.cancel')).toHaveLength(1)
  signIn.begin('a')
  await expect.poll(() => signIn.session(PORTAL).state).toBe('waiting')
  const failure = { code: 'access-denied', reach: 'item', message: 'It was denied.' } as const
  tell('sso.changed', { sessions: [{ ...PORTAL, state: 'signed-out', failure }] })
  signIn.close()
  expect(asked('sso.cancel')).toHaveLength(1)
})

test('a portal is the same with and without a slash at its end', async () => {
  const { signIn, tell } = await open(byBrowser)
  tell('sso.changed', { sessions: [WAITING] })
  expect(signIn.session({ ...PORTAL, startUrl: `${PORTAL.startUrl}/` }).state).toBe('waiting')
})

test('a job that waits for somebody is told once a wait, with the way in', async () => {
  const { signIn, said } = await open(byCode)
  const paused = job('1', { status: { is: 'paused', reason: 'credentials', since: 0 } })
  signIn.watch([paused])
  signIn.watch([paused])
  expect(said).toMatchObject([{ title: 'Waits for a sign-in: Copy 1', action: { label: 'Sign in' } }])
  said[0]?.action?.run()
  expect(signIn.asked).toMatchObject({ by: 'code', connection: 'a' })
  signIn.watch([job('1')])
  signIn.watch([paused])
  expect(said).toHaveLength(2)
})

test('a job whose connection leads elsewhere is told as that, and nobody is asked to sign in', async () => {
  const { signIn, said } = await open(byCode)
  const failure = { code: 'connection-changed', reach: 'job', message: 'It leads elsewhere.' } as const
  signIn.watch([job('1', { status: { is: 'paused', reason: 'credentials', since: 0, failure } })])
  expect(said).toMatchObject([{ title: 'Waits for its connection: Copy 1', detail: failure.message }])
  expect(said[0]?.action).toBeUndefined()
})
