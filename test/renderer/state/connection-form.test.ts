import { expect, test } from 'vitest'
import type { ConnectionTest, ConnectionView } from '#contract/methods.ts'
import { ConnectionForm } from '../../../renderer/state/connection-form.svelte.ts'
import { connection } from './build.ts'
import { fakeClient } from './fake-client.ts'

const PASSED: ConnectionTest = { ok: true, steps: [], seconds: 0.1 }

function open(saved?: ConnectionView) {
  const fake = fakeClient({
    'connections.test': () => PASSED,
    'connections.save': ({ connection: draft }) => connection(draft.id ?? 'new'),
  })
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { form: new ConnectionForm(fake.client, saved, 2), asked }
}

test('what is missing is said once one tries to go on, and nothing is sent', async () => {
  const { form, asked } = open()
  expect(form.tried).toBe(false)
  form.choose('ceph')
  expect(await form.save()).toBeUndefined()
  expect(form.tried).toBe(true)
  expect(Object.keys(form.errors).sort()).toEqual(['accessKeyId', 'endpoint', 'name', 'secretAccessKey'])
  expect(asked('connections.save')).toEqual([])
})

test('a preset fills in what was not typed by hand', () => {
  const { form } = open()
  form.choose('b2')
  expect(form).toMatchObject({ region: 'us-west-004', addressing: 'path' })
  form.endpoint = 'https://s3.eu-central-003.backblazeb2.com'
  form.choose('other')
  expect(form.endpoint).toBe('https://s3.eu-central-003.backblazeb2.com')
  expect(form.region).toBe('us-east-1')
})

test('the secret is sent, and only where one was typed', async () => {
  const { form, asked } = open()
  Object.assign(form, { name: ' lake ', accessKeyId: 'AKIA', secretAccessKey: 'shh' })
  await form.save()
  const kept = connection('a', { credentials: { kind: 'keys', accessKeyId: 'AKIA' } })
  const again = open(kept)
  again.form.name = 'renamed'
  await again.form.save()
  expect(asked('connections.save')).toMatchObject([
    { connection: { name: 'lake' }, secret: { accessKeyId: 'AKIA', secretAccessKey: 'shh' } },
  ])
  const [sent] = again.asked('connections.save')
  expect(sent).toMatchObject({ connection: { id: 'a', name: 'renamed' } })
  expect(sent).not.toHaveProperty('secret')
})

test('a space that a paste left is seen, and taken away by one click', () => {
  const { form } = open()
  Object.assign(form, { accessKeyId: 'AKIA', secretAccessKey: 'shh ' })
  expect(form.strays).toBe(true)
  form.removeStrays()
  expect(form.strays).toBe(false)
  expect(form.secretAccessKey).toBe('shh')
})

test('a test is about what was tested: a change since then is seen', async () => {
  const { form } = open()
  Object.assign(form, { name: 'lake', accessKeyId: 'AKIA', secretAccessKey: 'shh' })
  await form.tryOut()
  expect(form.testIsCurrent).toBe(true)
  form.region = 'eu-central-1'
  expect(form.testIsCurrent).toBe(false)
})

test('what only the person knows of a preset must be put in', () => {
  const { form } = open()
  form.choose('r2')
  expect(form.errors.endpoint).toMatch(/in the place of/)
})
