import { expect, test } from 'vitest'
import type { ConnectionTest, ConnectionView } from '#contract/connection-answers.ts'
import { connection as connectionSchema, type CredentialSource } from '#model/connection.ts'
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

test('a preset fills in what was not typed by hand, and an endpoint that holds the Region follows it', () => {
  const { form } = open()
  form.choose('b2')
  expect(form).toMatchObject({
    region: 'us-west-004',
    addressing: 'path',
    endpoint: 'https://s3.us-west-004.backblazeb2.com',
  })
  form.setRegion('eu-central-003')
  expect(form.endpoint).toBe('https://s3.eu-central-003.backblazeb2.com')
  form.endpoint = 'https://s3.mine.example.net'
  form.setRegion('us-west-004')
  form.choose('other')
  expect(form.endpoint).toBe('https://s3.mine.example.net')
  expect(form.region).toBe('us-east-1')
})

test('the secret is sent, and only where one was typed', async () => {
  const { form, asked } = open()
  form.name = ' lake '
  Object.assign(form.keys, { accessKeyId: 'AKIA', secretAccessKey: 'shh' })
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
  const { keys } = form
  Object.assign(keys, { accessKeyId: 'AKIA', secretAccessKey: 'shh ' })
  expect(keys.strays).toBe(true)
  keys.removeStrays()
  expect(keys.strays).toBe(false)
  expect(keys.secretAccessKey).toBe('shh')
})

test('a test is about what was tested: a change since then is seen', async () => {
  const { form } = open()
  form.name = 'lake'
  Object.assign(form.keys, { accessKeyId: 'AKIA', secretAccessKey: 'shh' })
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

const ROLE = {
  kind: 'role',
  roleArn: 'arn:aws:iam::123456789012:role/Archivist',
  base: { kind: 'profile', profile: 'me' },
} as const

const SOURCES: readonly CredentialSource[] = [
  { kind: 'keys', accessKeyId: 'AKIA' },
  { kind: 'profile', profile: 'ci' },
  { kind: 'environment' },
  {
    kind: 'sso',
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-central-1',
    accountId: '123456789012',
    roleName: 'Admin',
  },
  ROLE,
  {
    ...ROLE,
    base: { kind: 'keys', accessKeyId: 'AKIA' },
    externalId: 'ext',
    mfaSerial: 'arn:aws:iam::123456789012:mfa/me',
    sessionName: 'me@here',
    duration: 5400,
  },
  { kind: 'container' },
  { kind: 'instance' },
  { kind: 'anonymous' },
]

test.each(SOURCES)('what is saved of $kind comes back as it was', async (credentials) => {
  const saved = connection('a', {
    credentials,
    places: [
      { bucket: 'logs', prefix: '2026/' },
      { bucket: 'legal', prefix: '' },
    ],
    trustedCertificate: 'ab'.repeat(32),
  })
  const { form, asked } = open(saved)
  expect(form.errors).toEqual({})
  expect(form.changed).toBe(false)
  await form.save()
  const [sent] = asked('connections.save') as [{ connection: unknown }]
  const { state: _state, ...kept } = saved
  expect(connectionSchema.parse(sent.connection)).toEqual(kept)
})

test('what is wrong with whose keys it uses is said beside its field', () => {
  const { form } = open()
  const { keys } = form
  form.name = 'x'
  keys.source = 'sso'
  expect(Object.keys(form.errors).sort()).toEqual(['account', 'ssoRegion', 'startUrl'])
  keys.source = 'role'
  Object.assign(keys, { base: 'keys', mfaSerial: '123', duration: '5', roleArn: 'Archivist' })
  expect(Object.keys(form.errors).sort()).toEqual([
    'accessKeyId',
    'duration',
    'mfaSerial',
    'roleArn',
    'secretAccessKey',
  ])
  keys.source = 'anonymous'
  expect(form.errors).toEqual({})
})

test('rights are tried where it is asked for, never by a write while it is read-only, and a code goes once', async () => {
  const { form, asked } = open(connection('a', { credentials: { ...ROLE, mfaSerial: 'GAHT12345678' } }))
  Object.assign(form, { tryIn: 's3://logs/2026/', tryWrite: true, code: '123456' })
  await form.tryOut()
  form.readOnly = true
  await form.tryOut()
  const [first, second] = asked('connections.test')
  expect(first).toMatchObject({ bucket: 'logs', prefix: '2026/', write: true, code: '123456' })
  expect(second).toMatchObject({ bucket: 'logs', write: false })
  expect(second).not.toHaveProperty('code')
})

test('a certificate is trusted by its fingerprint, and the test begins anew', async () => {
  const { form, asked } = open(connection('a'))
  const fingerprint = 'cd'.repeat(32)
  await form.trust({ fingerprint, subject: 'CN=me', issuer: 'CN=me', validFrom: 0, validTo: 1 })
  expect(asked('connections.test')).toMatchObject([{ connection: { trustedCertificate: fingerprint } }])
  expect(form.changed).toBe(true)
})
