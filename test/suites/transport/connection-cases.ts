import { expect } from 'vitest'
import type { SsoSession } from '#contract/connection-answers.ts'
import { BUCKETS } from './stage.ts'
import type { Cases } from './stage.ts'

export const CONNECTION_CASES: Cases<'connections' | 'sso' | 'network' | 'keys' | 'playground'> = {
  'connections.list': async ({ client }) => {
    expect(await client.call('connections.list', {})).toEqual([])
  },
  'connections.save': async (stage) => {
    const { client, playground } = stage
    const { endpoint, accessKeyId, secretAccessKey } = playground
    const saved = await client.call('connections.save', {
      connection: {
        name: 'Suite',
        provider: 'other',
        color: 1,
        readOnly: false,
        endpoint,
        region: 'us-east-1',
        addressing: 'path',
        credentials: { kind: 'keys', accessKeyId },
      },
      secret: { accessKeyId, secretAccessKey },
    })
    stage.connection = saved.id
    expect(JSON.stringify(saved)).not.toContain(secretAccessKey)
  },
  'connections.remove': async ({ client }) => {
    await expect(client.call('connections.remove', { id: 'nobody' })).rejects.toMatchObject({
      failure: { code: 'bad-input' },
    })
  },
  'connections.test': async ({ client, connection }) => {
    const [saved] = await client.call('connections.list', {})
    const { state: _state, failure: _failure, ...draft } = saved!
    expect(draft.id).toBe(connection)
    expect(await client.call('connections.test', { connection: draft })).toMatchObject({ ok: true })
  },
  'connections.signIn': async ({ client, playground, fake }) => {
    const { endpoint } = playground
    fake.keys = () => playground.admin.session()
    const { id } = await client.call('connections.save', {
      connection: {
        ...{ name: 'Role', provider: 'other', color: 2, readOnly: false, region: 'us-east-1' },
        ...{ endpoint, addressing: 'path' },
        credentials: {
          kind: 'role',
          roleArn: 'arn:aws:iam::123456789012:role/Suite',
          base: { kind: 'keys', accessKeyId: 'AKIABASE' },
          mfaSerial: fake.mfaSerial,
        },
      },
      secret: { accessKeyId: 'AKIABASE', secretAccessKey: 'base-secret' },
    })
    await expect(client.call('buckets.list', { connection: id })).rejects.toMatchObject({
      failure: { code: 'credentials-missing' },
    })
    const view = async () => (await client.call('connections.list', {})).find((each) => each.id === id)
    expect(await view()).toMatchObject({ state: 'sign-in', signIn: { by: 'code', serial: fake.mfaSerial } })
    await expect(client.call('connections.signIn', { id, code: '000000' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'code' },
    })
    const signedIn = await client.call('connections.signIn', { id, code: fake.mfaCode })
    expect(signedIn).toMatchObject({ id, state: 'ready' })
    expect(signedIn.signIn).toBeUndefined()
    expect(await client.call('buckets.list', { connection: id })).toHaveLength(BUCKETS.length)
    await client.call('connections.remove', { id })
  },
  'connections.elsewhere': async ({ client }) => {
    expect(Array.isArray(await client.call('connections.elsewhere', {}))).toBe(true)
  },
  'connections.importElsewhere': async ({ client }) => {
    const unknown = client.call('connections.importElsewhere', { ids: ['rclone-nothing'] })
    await expect(unknown).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
  'connections.importFile': async ({ client }) => {
    const text = '[public]\ntype = s3\nprovider = AWS\nregion = eu-west-1\n'
    const [imported] = await client.call('connections.importFile', { name: 'rclone.conf', text })
    expect(imported).toMatchObject({ name: 'public', provider: 'aws', credentials: { kind: 'anonymous' } })
    await client.call('connections.remove', { id: imported!.id })
  },
  'sso.sessions': async ({ client, fake }) => {
    expect(await client.call('sso.sessions', {})).toEqual([{ ...fake.portal, state: 'signed-out' }])
  },
  'sso.signIn': async ({ client, fake }) => {
    const changed = new Promise<readonly SsoSession[]>((resolve) => {
      const off = client.on('sso.changed', ({ sessions }) => {
        off()
        resolve(sessions)
      })
    })
    const waiting = await client.call('sso.signIn', fake.portal)
    expect(waiting).toMatchObject({ ...fake.portal, state: 'waiting', userCode: 'ABCD-EFGH' })
    expect(await changed).toEqual([waiting])
  },
  'sso.cancel': async ({ client, fake }) => {
    expect(await client.call('sso.cancel', fake.portal)).toEqual({ ...fake.portal, state: 'signed-out' })
  },
  'sso.accounts': async ({ client, fake }) => {
    await expect(client.call('sso.accounts', fake.portal)).rejects.toMatchObject({
      failure: { code: 'credentials-missing' },
    })
  },
  'network.proxyPassword': async ({ client }) => {
    const { host } = await client.call('app.info', {})
    const set = client.call('network.proxyPassword', { password: 'geheim' })
    if (host.secrets === 'plain-refused') return void (await expect(set).rejects.toThrow())
    await set
    expect(JSON.stringify(await client.call('settings.get', {}))).not.toContain('geheim')
    await client.call('network.proxyPassword', { password: null })
  },
  'connections.profiles': async ({ client }) => {
    expect(await client.call('connections.profiles', {})).toMatchObject([
      { name: 'suite', kind: 'keys', imported: false },
    ])
  },
  'connections.import': async ({ client }) => {
    const imported = await client.call('connections.import', { profiles: ['suite'] })
    expect(imported).toMatchObject([{ name: 'suite', region: 'eu-west-2' }])
    await client.call('connections.remove', { id: imported[0]!.id })
  },
  'connections.probe': async ({ client, connection }) => {
    const seen = await client.call('connections.probe', { connection, bucket: 'destination' })
    expect(seen).toMatchObject({
      bucket: 'destination',
      habits: { copySourceIfMatch: true, writeConditions: true },
    })
    expect((await client.call('settings.get', {})).probes[connection]).toEqual(seen)
    // It leaves nothing behind.
    const left = { connection, bucket: 'destination', prefix: '.decant' }
    const page = await client.call('objects.list', left)
    expect(page).toMatchObject({ objects: [], prefixes: [] })
  },
  'keys.list': async ({ client }) => {
    expect(await client.call('keys.list', {})).toEqual([])
  },
  'keys.save': async ({ client }) => {
    const key = Buffer.alloc(32, 7).toString('base64')
    const saved = await client.call('keys.save', { name: 'suite', key })
    expect(saved.fingerprint).toMatch(/^[0-9a-f]{16}$/)
    expect(
      JSON.stringify([await client.call('keys.list', {}), await client.call('settings.get', {})]),
    ).not.toContain(key)
    await expect(client.call('keys.save', { name: 'suite' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'name' },
    })
  },
  'keys.remove': async ({ client }) => {
    await client.call('keys.remove', { name: 'suite' })
    expect(await client.call('keys.list', {})).toEqual([])
  },
  'playground.open': async ({ client }) => {
    const view = await client.call('playground.open', {})
    expect(view).toMatchObject({ id: 'playground', provider: 'playground' })
    expect((await client.call('buckets.list', { connection: 'playground' })).length).toBeGreaterThan(0)
  },
  'playground.pace': async ({ client }) => {
    await client.call('playground.pace', { pace: 'slow' })
    await client.call('playground.pace', { pace: 'own' })
  },
}
