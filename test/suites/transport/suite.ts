import { COPY_DEFAULTS } from '#model/properties.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient, type Client } from '#contract/client.ts'
import { methods, type MethodName, type SsoSession } from '#contract/methods.ts'
import type { Transport } from '#contract/transport.ts'
import { TAKE_ALL } from '#model/filter.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { ManifestAt } from '#model/manifest.ts'
import type { ScanOf, ScanSnapshot } from '#model/scan.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { type PourSpec } from '#model/spec.ts'
import { RawS3 } from '../../helpers/raw-s3.ts'
import { startFakeAws, type FakeAws } from '../../helpers/fake-aws.ts'
import { spawnPlayground, type PlaygroundProcess } from '../../helpers/playground.ts'
import { specOf } from '../../helpers/specs.ts'
import { PLAIN_POUR, PLAIN_SOURCE } from '#model/spec.ts'

/** A transport to a core of its own, which works in `dataDir`. */
export interface OpenedTransport {
  readonly transport: Transport
  /** What a delivered file came to: its text, from wherever the host put it. */
  readDelivered(file: { kind: string; path?: string; url?: string }): Promise<string>
  close(): Promise<void>
  /** Who is at this end; a window where nothing is said. */
  readonly caller?: 'person'
}

export const VERSION = '0.0.1-test'
const main = path.resolve(import.meta.dirname, '../../../main')
/** The unbuilt entries; there is no page in this suite. */
export const ENTRIES = {
  core: path.join(main, 'core.ts'),
  playground: path.join(main, 'playground/process.ts'),
  renderer: import.meta.dirname,
}
export type OpenTransport = (dataDir: string) => Promise<OpenedTransport>

interface Stage {
  readonly client: Client
  readonly transport: Transport
  readonly playground: PlaygroundProcess
  readonly fake: FakeAws
  readonly opened: OpenedTransport
  /** Of the connection and the jobs that the cases make, in the order of the contract. */
  connection: string
  draft: string
  job: string
  grid: string
  scan: string
  manifest: ManifestAt
}

const BUCKETS = ['source', 'destination', 'kept'] as const

function spec({ connection, playground }: Stage, prefix: string): PourSpec {
  const { endpoint, accessKeyId } = playground
  const config = {
    endpoint,
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'keys', accessKeyId },
  } as const
  const ref = { id: connection, name: 'Suite', config }
  return {
    v: 1,
    kind: 'copy',
    sources: [
      {
        ...PLAIN_SOURCE,
        connection: ref,
        bucket: 'source',
        select: [{ kind: 'prefix', prefix: 'in/' }],
        base: 'in/',
      },
    ],
    destinations: [{ connection: ref, bucket: 'destination', prefix, requesterPays: false }],
    conflict: 'skip',
    verify: 'auto',
    properties: COPY_DEFAULTS,
    ...PLAIN_POUR,
    deleteExtra: false,
  }
}

/** Resolves when the job is as the test wants it; asked for, not only listened to, so that no event can be missed. */
async function jobThat(
  { client }: Stage,
  id: string,
  is: (job: JobSnapshot) => boolean,
): Promise<JobSnapshot> {
  let latest: JobSnapshot | undefined
  await expect
    .poll(
      async () => {
        latest = (await client.call('jobs.get', { id })).snapshot
        return is(latest)
      },
      { timeout: 30_000 },
    )
    .toBe(true)
  return latest!
}

/** One for each method of the contract: a forgotten one does not compile. They run in this order, on one core. */
const CASES: Record<MethodName, (stage: Stage) => Promise<void>> = {
  'app.info': async ({ client }) => {
    const info = await client.call('app.info', {})
    expect(info.version).toBe(VERSION)
    expect(['desktop', 'serve', 'cli']).toContain(info.host.kind)
  },
  'logs.show': async ({ client }) => {
    const shown = await client.call('logs.show', {})
    expect(path.basename(shown.path)).toBe('logs')
    // Of these hosts none has a file manager.
    expect(shown.opened).toBe(false)
  },
  'settings.get': async ({ client }) => {
    expect((await client.call('settings.get', {})).v).toBe(1)
  },
  'settings.update': async ({ client }) => {
    const changed = new Promise((resolve) =>
      client.on('settings.changed', ({ settings }) => resolve(settings.theme)),
    )
    expect((await client.call('settings.update', { theme: 'dark' })).theme).toBe('dark')
    expect(await changed).toBe('dark')
    expect((await client.call('settings.get', {})).theme).toBe('dark')
  },
  'updates.state': async ({ client }) => {
    expect(await client.call('updates.state', {})).toEqual({ is: 'unknown' })
  },
  'updates.check': async ({ client }) => {
    const asked = client.call('updates.check', {})
    await expect(asked).rejects.toMatchObject({ failure: { code: 'not-supported' } })
  },
  'updates.open': async ({ client }) => {
    const asked = client.call('updates.open', {})
    await expect(asked).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
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
  'buckets.list': async ({ client, connection }) => {
    const buckets = await client.call('buckets.list', { connection })
    expect(buckets.map(({ name }) => name).sort()).toEqual([...BUCKETS].sort())
  },
  'buckets.properties': async ({ client, connection }) => {
    expect(await client.call('buckets.properties', { connection, bucket: 'source' })).toMatchObject({
      versioning: 'off',
    })
  },
  'buckets.create': async ({ client, connection }) => {
    const made = {
      connection,
      bucket: 'made-here',
      versioning: true,
      encryption: { kind: 'SSE-S3' },
    } as const
    await client.call('buckets.create', made)
    const part = { connection, bucket: 'made-here', part: 'versioning' } as const
    expect((await client.call('buckets.part', part)).found).toEqual({ is: 'known', value: 'enabled' })
    await expect(client.call('buckets.create', made)).rejects.toMatchObject({
      failure: { code: 'destination-exists', property: 'bucket' },
    })
    await expect(client.call('buckets.create', { ...made, bucket: 'Made' })).rejects.toMatchObject({
      failure: { code: 'bad-input', message: 'bucket: must be in lower case, not "Made"' },
    })
  },
  'buckets.delete': async ({ client, connection }) => {
    const gone = { connection, bucket: 'made-here', confirm: 'made-her' }
    await expect(client.call('buckets.delete', gone)).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'confirm' },
    })
    await client.call('buckets.delete', { ...gone, confirm: 'made-here' })
    const full = { connection, bucket: 'source', confirm: 'source' }
    await expect(client.call('buckets.delete', full)).rejects.toMatchObject({
      failure: { code: 'not-possible', message: expect.stringContaining('empty it first') as string },
    })
  },
  'buckets.holds': async ({ client, connection }) => {
    const holds = { objects: 'current', uploads: 0, moreUploads: false }
    expect(await client.call('buckets.holds', { connection, bucket: 'source' })).toEqual(holds)
  },
  'buckets.part': async ({ client, connection }) => {
    const at = { connection, bucket: 'source' }
    expect(await client.call('buckets.part', { ...at, part: 'policy' })).toEqual({
      part: 'policy',
      found: { is: 'none' },
    })
    expect(await client.call('buckets.part', { ...at, part: 'ownership' })).toEqual({
      part: 'ownership',
      found: { is: 'known', value: 'BucketOwnerEnforced' },
    })
  },
  'buckets.change': async ({ client, connection }) => {
    const at = { connection, bucket: 'source' }
    await client.call('buckets.change', { ...at, change: { part: 'tags', to: { team: 'web' } } })
    expect((await client.call('buckets.part', { ...at, part: 'tags' })).found).toEqual({
      is: 'known',
      value: { team: 'web' },
    })
  },
  'scans.start': async (stage) => {
    const { client, connection } = stage
    const place = { connection, bucket: 'kept', prefix: '' }
    const changed = new Promise<ScanSnapshot>((resolve) => {
      const off = client.on('scans.changed', ({ scans }) => {
        const done = scans.find(({ state }) => state.is === 'done')
        if (done === undefined) return
        off()
        resolve(done)
      })
    })
    const { id } = await client.call('scans.start', { ...place, what: { of: 'usage', versions: true } })
    const done = await changed
    expect(done).toMatchObject({ id, listed: { items: 1001 }, requests: { ListObjectVersions: 2 } })
    expect(done.usage?.deleteMarkers).toBe(1)
    const what: ScanOf = {
      of: 'search',
      filter: { ...TAKE_ALL, include: [{ kind: 'glob', glob: '*ä*' }] },
    }
    stage.scan = (await client.call('scans.start', { ...place, bucket: 'source', what })).id
  },
  'scans.get': async ({ client, scan: id }) => {
    await expect
      .poll(async () => (await client.call('scans.get', { id })).state.is, { timeout: 10_000 })
      .toBe('done')
    expect(await client.call('scans.get', { id })).toMatchObject({
      listed: { items: 20 },
      found: { items: 1 },
    })
  },
  'scans.rows': async ({ client, scan: id }) => {
    const page = await client.call('scans.rows', { id, offset: 0, limit: 10 })
    expect(page).toMatchObject({ total: 1, rows: [{ is: 'object', n: 0, object: { key: 'in/ä +.txt' } }] })
  },
  'scans.stop': async ({ client, scan: id }) => {
    expect((await client.call('scans.stop', { id })).state.is).toBe('done')
  },
  'scans.close': async ({ client, scan: id }) => {
    await client.call('scans.close', { id })
    await expect(client.call('scans.get', { id })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'uploads.abort': async ({ client, connection, playground }) => {
    const place = { connection, bucket: 'destination', prefix: '' }
    await playground.admin.seed({
      ...{ bucket: 'destination', key: 'big', size: 9_000_000 },
      unfinishedSince: '2026-01-01T00:00:00Z',
    })
    const { id } = await client.call('scans.start', { ...place, what: { of: 'uploads' } })
    await expect
      .poll(async () => (await client.call('scans.get', { id })).state.is, { timeout: 10_000 })
      .toBe('done')
    expect(await client.call('scans.rows', { id, offset: 0, limit: 5 })).toMatchObject({
      rows: [{ upload: { key: 'big', state: 'there', parts: { items: 2, bytes: 9_000_000 } } }],
    })
    expect(await client.call('uploads.abort', { id, which: { olderThanDays: 7 } })).toMatchObject({
      aborted: { items: 1, bytes: 9_000_000 },
      used: [],
      failed: 0,
    })
    expect(await client.call('buckets.holds', { connection, bucket: 'destination' })).toMatchObject({
      uploads: 0,
    })
  },
  'objects.list': async ({ client, connection }) => {
    const page = await client.call('objects.list', { connection, bucket: 'source', prefix: 'in/' })
    expect(page.objects).toHaveLength(20)
    expect(page.next).toBeUndefined()
  },
  'objects.details': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    expect(await client.call('objects.details', object)).toMatchObject({
      head: { size: 4, metadata: { who: 'suite' } },
      tags: { a: 'b' },
    })
  },
  'objects.acl': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    const { owner, grants } = await client.call('objects.acl', object)
    expect(grants).toEqual([{ grantee: { kind: 'account', id: owner }, permission: 'FULL_CONTROL' }])
  },
  'objects.preview': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    const preview = await client.call('objects.preview', object)
    expect(preview).toMatchObject({ is: 'text', format: 'text', text: 'text', whole: true })
  },
  'objects.link': async ({ client, connection, opened }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt', expires: 3600 }
    const host = (await client.call('app.info', {})).host.kind
    if (host === 'cli') {
      await expect(client.call('objects.link', object)).rejects.toMatchObject({
        failure: { code: 'not-supported' },
      })
      return
    }
    const made = await client.call('objects.link', object)
    expect(made).toMatchObject({ endsWith: 'time', until: expect.any(Number) as number })
    // Invariant 9: the window hears nothing of the link.
    expect(JSON.stringify(made)).not.toContain('X-Amz')
    if (made.kind !== 'once') return
    const link = await opened.readDelivered(made)
    expect(await (await fetch(link)).text()).toBe('text')
    expect(await opened.readDelivered(made)).not.toContain('X-Amz')
  },
  'objects.createFolder': async ({ client, connection }) => {
    const folder = { connection, bucket: 'destination', prefix: 'neu/' }
    await client.call('objects.createFolder', folder)
    await expect(client.call('objects.createFolder', folder)).rejects.toMatchObject({
      failure: { code: 'destination-exists' },
    })
  },
  'versions.list': async ({ client, connection }) => {
    const place = { connection, bucket: 'kept', prefix: '' }
    const folder = await client.call('versions.list', { ...place, delimited: true })
    expect(folder).toEqual({ prefixes: ['old/'], versions: [], next: undefined })
    // 997 keys of one version, then a delete marker and three versions: the page ends among them.
    const first = await client.call('versions.list', { ...place, delimited: false })
    const rest = await client.call('versions.list', { ...place, delimited: false, next: first.next })
    const rows = [...first.versions, ...rest.versions]
    expect([first.versions.length, rest.versions.length, rest.next]).toEqual([1000, 1, undefined])
    expect(rows[0]).toMatchObject({ key: 'old/a-000', isDeleteMarker: false, isLatest: true, size: 1024 })
    expect(rows.slice(997)).toMatchObject([
      { key: 'old/ä', isDeleteMarker: true, isLatest: true, size: 0 },
      { isDeleteMarker: false, isLatest: false, size: 3, storageClass: 'STANDARD_IA' },
      { size: 2 },
      { key: 'old/ä', size: 1 },
    ])
    expect(new Set(rows.map(({ versionId }) => versionId)).size).toBe(1001)
    await expect(
      client.call('versions.list', { ...place, delimited: false, next: 'no token' }),
    ).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
  'grids.open': async (stage) => {
    const { client, connection } = stage
    const changed = new Promise<string | undefined>((resolve) => {
      const off = client.on('grids.changed', ({ grids }) => {
        if (grids[0]?.listing !== false) return
        off()
        resolve(grids[0].id)
      })
    })
    const select = [{ kind: 'prefix', prefix: 'in/' }] as const
    const opened = await client.call('grids.open', {
      ...{ connection, bucket: 'source', base: 'in/', select: [...select] },
    })
    expect(opened).toMatchObject({ connection, bucket: 'source', base: 'in/', planned: false })
    stage.grid = opened.id
    expect(await changed).toBe(opened.id)
  },
  'grids.list': async ({ client, grid }) => {
    expect(await client.call('grids.list', {})).toMatchObject([{ id: grid, rows: 20 }])
  },
  'grids.get': async ({ client, grid: id }) => {
    expect(await client.call('grids.get', { id })).toMatchObject({ id, rows: 20, known: 0 })
    await expect(client.call('grids.get', { id: 'none' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'grids.rows': async ({ client, grid: id }) => {
    const window = { id, view: 'all', offset: 19, limit: 10 } as const
    const page = await client.call('grids.rows', window)
    expect(page).toMatchObject({ total: 20, rows: [{ n: 20, key: 'in/ä +.txt', state: 'unknown' }] })
    await expect
      .poll(async () => (await client.call('grids.rows', window)).rows[0])
      .toMatchObject({ state: 'known', before: { 'x-amz-meta-who': 'suite', 'tag:a': 'b' }, cells: [] })
    // Only what was looked at was read.
    const { requests } = await client.call('grids.get', { id })
    expect(requests).toEqual({ ListObjectsV2: 1, HeadObject: 1, GetObjectTagging: 1 })
  },
  'grids.setRules': async ({ client, grid: id }) => {
    const rules = [
      { field: 'cache-control', action: { do: 'set', value: 'no-cache' } },
      { field: 'tag:a', where: { value: { is: 'present' } }, action: { do: 'remove' } },
    ] as const
    expect(await client.call('grids.setRules', { id, rules: [...rules] })).toMatchObject({ canUndo: true })
    await expect
      .poll(() => client.call('grids.get', { id }))
      .toMatchObject({ counting: false, cellsByRule: [1, 1], changedRows: 1 })
  },
  'grids.edit': async ({ client, grid: id }) => {
    const edit = { id, at: { view: 'all', from: 0, to: 19 }, field: 'expires', value: 'never' } as const
    expect(await client.call('grids.edit', edit)).toMatchObject({ cellsByHand: 20, invalidCells: 20 })
    const back = { id, at: { rows: [1, 20] }, field: 'expires' }
    expect(await client.call('grids.edit', back)).toMatchObject({ cellsByHand: 18, invalidRows: 18 })
    await expect(client.call('grids.edit', { ...back, field: 'Expires' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'field' },
    })
  },
  'grids.paste': async ({ client, grid: id }) => {
    const paste = {
      id,
      view: 'all',
      from: 18,
      fields: ['tag:b', 'tag:c'],
      text: 'one\ttwo\nthree\nfour',
    } as const
    const pasted = await client.call('grids.paste', { ...paste, fields: [...paste.fields] })
    expect(pasted).toMatchObject({ cells: 3, rows: 2, failed: 1, problems: [{ line: 3 }] })
  },
  'grids.import': async ({ client, grid: id }) => {
    const first = { id, text: 'key,cache-control\nin/', first: true, last: false }
    expect(await client.call('grids.import', first)).toBeUndefined()
    const last = { id, text: 'ä +.txt,private\nno,no\n', first: false, last: true }
    expect(await client.call('grids.import', last)).toMatchObject({ cells: 1, rows: 1, failed: 1 })
    await expect(
      client.call('grids.import', { ...first, text: 'key,Expires\n', last: true }),
    ).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        message: expect.stringContaining('"Expires" (expires is meant?)') as string,
      },
    })
  },
  'grids.export': async ({ client, grid: id, opened }) => {
    const delivered = await client.call('grids.export', { id, view: 'changed' })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines[0]).toBe(
      'key,etag,size,last-modified,storage-class,content-type,cache-control,expires,x-amz-meta-who,tag:a,tag:b,tag:c',
    )
    expect(lines.at(-1)).toMatch(
      /^in\/ä \+\.txt,[0-9a-f]{32},4,[^,]*,STANDARD,[^,]*,private,,suite,\(none\),three,$/,
    )
  },
  'grids.ahead': async ({ client, grid: id }) => {
    expect(await client.call('grids.ahead', { id, on: true })).toMatchObject({ ahead: true })
    await expect
      .poll(() => client.call('grids.get', { id }))
      .toMatchObject({ known: 20, cellsByRule: [19, 1] })
    expect(await client.call('grids.ahead', { id, on: false })).toMatchObject({ ahead: false })
  },
  'grids.undo': async ({ client, grid: id }) => {
    expect(await client.call('grids.undo', { id })).toMatchObject({ cellsByRule: [20, 1], canRedo: true })
  },
  'grids.redo': async ({ client, grid: id }) => {
    expect(await client.call('grids.redo', { id })).toMatchObject({ cellsByRule: [19, 1], canRedo: false })
    await expect(client.call('grids.redo', { id })).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
  'grids.close': async ({ client, grid: id }) => {
    await client.call('grids.close', { id })
    expect(await client.call('grids.list', {})).toEqual([])
  },
  'files.place': async ({ client }) => {
    // Nothing was dropped here: the window may not even ask whether a file is there.
    await expect(client.call('files.place', { paths: [import.meta.filename] })).rejects.toMatchObject({
      failure: { code: 'bad-input', message: expect.stringContaining('neither dropped here nor chosen') },
    })
  },
  'files.choose': async ({ client }) => {
    // Where there is no dialog, and nobody to answer one, nothing is chosen.
    expect(await client.call('files.choose', { for: 'upload-files' })).toBeUndefined()
  },
  'files.reveal': async ({ client }) => {
    await expect(client.call('files.reveal', { path: import.meta.dirname })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'path' },
    })
  },
  'jobs.list': async ({ client }) => {
    expect(await client.call('jobs.list', {})).toEqual([])
  },
  'jobs.get': async ({ client }) => {
    await expect(client.call('jobs.get', { id: 'nobody' })).rejects.toMatchObject({
      failure: { code: 'bad-input' },
    })
  },
  'jobs.create': async (stage) => {
    const made = await stage.client.call('jobs.create', { spec: spec(stage, 'out/'), draft: true })
    stage.draft = made.id
    const planned = await jobThat(stage, made.id, ({ status }) => status.is === 'ready')
    expect(planned.tally.planned.copy.items).toBe(20)
    const whole = spec(stage, '')
    const folder = { ...whole.destinations[0], connection: LOCAL_CONNECTION, bucket: import.meta.dirname }
    const down: PourSpec = { ...whole, destinations: [folder] }
    const asked = stage.client.call('jobs.create', { spec: down, draft: true })
    // A window wrote anywhere otherwise; whoever comes through the owner's door is the person.
    if (stage.opened.caller === 'person') {
      await stage.client.call('jobs.remove', { id: (await asked).id })
    } else {
      const message = expect.stringContaining('neither dropped here nor chosen') as string
      await expect(asked).rejects.toMatchObject({ failure: { code: 'bad-input', message } })
    }
  },
  'jobs.start': async (stage) => {
    const changed = new Promise<void>((resolve) =>
      stage.client.on('jobs.changed', ({ jobs }) => {
        if (jobs.some(({ id, status }) => id === stage.draft && status.is === 'completed')) resolve()
      }),
    )
    stage.job = (await stage.client.call('jobs.start', { id: stage.draft, when: 'now' })).id
    await changed
    const done = await jobThat(stage, stage.job, ({ status }) => status.is === 'completed')
    expect(done.tally.copied.items).toBe(20)
    const equal = await stage.playground.admin.compare(
      { bucket: 'source', prefix: 'in/' },
      { bucket: 'destination', prefix: 'out/' },
    )
    expect(equal).toMatchObject({ equal: true, compared: 20 })
  },
  'jobs.keep': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'kept/'), draft: true })
    expect(await stage.client.call('jobs.keep', { id })).toMatchObject({ id, draft: false })
    stage.draft = id
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect((await stage.client.call('jobs.get', { id })).freshness).toMatchObject({ changed: 0, added: 0 })
  },
  'jobs.refresh': async (stage) => {
    const { client, playground, draft: id } = stage
    await playground.admin.seed({ bucket: 'destination', key: 'kept/ä +.txt', text: 'since' })
    expect((await client.call('jobs.refresh', { id })).status).toEqual({ is: 'planning' })
    const looked = await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect(looked.tally.skipped.exists.items).toBe(1)
    expect((await client.call('jobs.get', { id })).freshness).toMatchObject({ changed: 1, added: 0, gone: 0 })
  },
  'jobs.answer': async (stage) => {
    const { client, draft: id } = stage
    const query = { taken: true as const, text: 'Ä +' }
    const { items } = await client.call('jobs.items', { id, ...query, offset: 0, limit: 1 })
    expect(items).toMatchObject([{ key: 'in/ä +.txt', anew: 'changed', skipReason: 'exists' }])
    await client.call('jobs.answer', { id, which: { query }, answer: 'overwrite' })
    const answered = await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect(answered.tally).toMatchObject({ conflicts: 1, planned: { copy: { items: 20 } } })
    await client.call('jobs.remove', { id })
  },
  'jobs.pause': async (stage) => {
    await stage.playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'slow/'), draft: false })
    stage.draft = id
    await jobThat(stage, id, ({ status }) => status.is === 'running')
    await stage.client.call('jobs.pause', { id })
    await stage.playground.admin.clearFaults()
    await stage.playground.admin.release()
    const paused = await jobThat(stage, id, ({ status }) => status.is === 'paused')
    expect(paused.status).toMatchObject({ is: 'paused', reason: 'user' })
  },
  'jobs.resume': async (stage) => {
    await stage.client.call('jobs.resume', { id: stage.draft })
    await jobThat(stage, stage.draft, ({ status }) => status.is === 'completed')
  },
  'jobs.cancel': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'never/'), draft: true })
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    await stage.client.call('jobs.cancel', { id })
    await jobThat(stage, id, ({ status }) => status.is === 'cancelled')
    stage.draft = id
  },
  'jobs.remove': async (stage) => {
    const { client, draft: id } = stage
    await client.call('jobs.remove', { id })
    expect((await client.call('jobs.list', {})).map((job) => job.id)).not.toContain(id)
  },
  'jobs.retry': async (stage) => {
    const { client, playground } = stage
    await playground.admin.faults({
      op: 'CopyObject',
      key: 'sad/ä +.txt',
      do: 'error',
      code: 'AccessDenied',
    })
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'sad/'), draft: false })
    const sad = await jobThat(stage, id, ({ status }) => status.is === 'completed')
    expect(sad.tally.failed.items).toBe(1)
    await playground.admin.clearFaults()
    const [group] = await client.call('jobs.failures', { id })
    expect(group).toMatchObject({ code: 'access-denied', items: 1, exampleKey: 'in/ä +.txt' })
    await client.call('jobs.retry', { id, code: 'access-denied', s3Code: 'AccessDenied CopyObject' })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.failed.items === 0)
  },
  'jobs.leave': async (stage) => {
    const { client, playground } = stage
    await playground.admin.faults({
      ...{ op: 'CopyObject', key: 'left/ä +.txt', do: 'error', code: 'AccessDenied' },
    })
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'left/'), draft: false })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.failed.items === 1)
    await playground.admin.clearFaults()
    const left = await client.call('jobs.leave', { id, code: 'access-denied' })
    expect(left.tally).toMatchObject({ failed: { items: 0 }, skipped: { left: { items: 1 } } })
  },
  'jobs.rights': async (stage) => {
    const { client } = stage
    const { snapshot } = await client.call('jobs.get', { id: stage.job })
    const { missing, denies, needed } = await client.call('jobs.rights', { id: snapshot.id })
    expect({ missing, denies }).toEqual({ missing: [], denies: 'none' })
    expect(JSON.parse(needed)).toMatchObject({ Version: '2012-10-17' })
  },
  'jobs.move': async (stage) => {
    const { client, playground } = stage
    const { jobsAtOnce } = await client.call('settings.get', {})
    await client.call('settings.update', { jobsAtOnce: 1 })
    await playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
    const create = async (): Promise<string> =>
      (await client.call('jobs.create', { spec: spec(stage, 'queued/'), draft: false })).id
    const running = await create()
    await jobThat(stage, running, ({ status }) => status.is === 'running')
    const [one, two] = [await create(), await create()]
    await jobThat(stage, two, ({ queuePlace }) => queuePlace === 2)
    expect(await client.call('jobs.move', { id: two, before: one })).toMatchObject({ queuePlace: 1 })
    await expect(client.call('jobs.move', { id: one, before: running })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'before' },
    })
    for (const id of [one, two, running]) await client.call('jobs.cancel', { id })
    await playground.admin.clearFaults()
    await playground.admin.release()
    await jobThat(stage, running, ({ status }) => status.is === 'cancelled')
    await client.call('settings.update', { jobsAtOnce })
  },
  'jobs.priority': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'rank/'), draft: true })
    stage.draft = id
    expect(await stage.client.call('jobs.priority', { id, priority: 75 })).toMatchObject({ priority: 75 })
  },
  'jobs.schedule': async (stage) => {
    const { client, draft: id } = stage
    const at = Date.now() + 86_400_000
    expect(await client.call('jobs.schedule', { id, at })).toMatchObject({
      ...{ draft: false, priority: 75, startAt: at },
      status: { is: 'paused', reason: 'schedule' },
    })
    await client.call('jobs.schedule', { id, at: null })
    await jobThat(stage, id, ({ status }) => status.is === 'completed')
  },
  'jobs.budget': async (stage) => {
    const { client } = stage
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'dear/'), draft: true })
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    await client.call('jobs.budget', { id, budget: { requests: 3 } })
    await expect(client.call('jobs.budget', { id, budget: { usd: 1 } })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'budget.usd' },
    })
    await client.call('jobs.start', { id, when: 'now' })
    await jobThat(stage, id, ({ status }) => status.is === 'paused' && status.reason === 'budget')
    await expect(client.call('jobs.resume', { id })).rejects.toMatchObject({ failure: { code: 'budget' } })
    await client.call('jobs.budget', { id, budget: null })
    await client.call('jobs.resume', { id })
    await jobThat(stage, id, ({ status }) => status.is === 'completed')
  },
  'jobs.undo': async (stage) => {
    const { client } = stage
    const copy = await client.call('jobs.create', { spec: spec(stage, 'undone/'), draft: false })
    await jobThat(stage, copy.id, ({ status }) => status.is === 'completed')
    const back = await client.call('jobs.undo', { id: copy.id, draft: false })
    await jobThat(
      stage,
      back.id,
      ({ status, tally }) => status.is === 'completed' && tally.deleted.items === 20,
    )
    await expect(client.call('jobs.undo', { id: back.id, draft: true })).rejects.toMatchObject({
      failure: { code: 'not-possible', property: 'of' },
    })
    const { sources } = spec(stage, 'unused/')
    const headers = { policy: 'change', set: { cacheControl: 'no-store' } } as const
    const select = [{ kind: 'object', key: 'in/ä +.txt' }] as const
    const edit = specOf<'edit'>({
      ...{ v: 1, kind: 'edit', sources: [{ ...sources[0], select: [...select] }], verify: 'auto' },
      properties: { headers },
    })
    const { id } = await client.call('jobs.create', { spec: edit, draft: false })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.edited.items === 1)
    expect((await client.call('jobs.get', { id })).undo).toEqual({ is: 'yes' })
    const undo = await client.call('jobs.undo', { id, draft: false })
    expect(undo).toMatchObject({ kind: 'undo', title: 'Undo the edit of in/ä +.txt in source' })
    await jobThat(
      stage,
      undo.id,
      ({ status, tally }) => status.is === 'completed' && tally.edited.items === 1,
    )
    const { items } = await client.call('jobs.items', { id: undo.id, filter: 'done', offset: 0, limit: 10 })
    expect(items).toMatchObject([{ key: 'in/ä +.txt', changed: ['headers'] }])
  },
  'jobs.items': async ({ client, job: id }) => {
    const page = await client.call('jobs.items', { id, filter: 'done', offset: 15, limit: 10 })
    expect(page.total).toBe(20)
    expect(page.items).toHaveLength(5)
  },
  'jobs.failures': async ({ client, job: id }) => {
    expect(await client.call('jobs.failures', { id })).toEqual([])
  },
  'jobs.report': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.report', { id, format: 'csv' })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines[0]).toContain('Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage')
    expect(lines).toHaveLength(21)
  },
  'jobs.plan': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.plan', { id, query: { text: 'ä +' } })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('seq,action,skip-reason,source-bucket,key,version-id,destination-bucket')
    expect(lines[1]).toContain('copy,,source,in/ä +.txt,,destination,out/ä +.txt,')
  },
  'jobs.manifest': async ({ client, job: id, opened }) => {
    const file = await client.call('jobs.manifest', { id, query: { filter: 'done' } })
    const lines = (await opened.readDelivered(file)).trimEnd().split('\n')
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatch(/^source,in\/[^,]+$/)
    const none = client.call('jobs.manifest', { id, query: { filter: 'failed' } })
    await expect(none).rejects.toThrow('no such object')
  },
  'jobs.badRows': async ({ client, job: id }) => {
    await expect(client.call('jobs.badRows', { id })).rejects.toThrow('no row of its manifest')
  },
  'jobs.record': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.record', { id })
    expect(delivered.kind).not.toBe('cancelled')
    expect((await opened.readDelivered(delivered)).length).toBeGreaterThan(100)
  },
  'jobs.importRecord': async ({ client }) => {
    await expect(
      client.call('jobs.importRecord', { id: 'one', text: '{"decantRecord":9}\n', last: true }),
    ).rejects.toThrow('written by a newer Decant')
  },
  'jobs.command': async ({ client, job: id }) => {
    const { lines, loses } = await client.call('jobs.command', { id })
    expect(lines.join(' ')).toMatch(/aws s3 cp s3:\/\/source\//)
    expect(loses).not.toEqual([])
  },
  'jobs.wake': async ({ client }) => {
    await client.call('jobs.wake', {})
  },
  'jobs.file': async (stage) => {
    const file = await stage.client.call('jobs.file', { id: stage.job })
    expect(file).toEqual(spec(stage, 'out/'))
  },
  'manifests.keep': async (stage) => {
    const keep = (text: string, last: boolean) =>
      stage.client.call('manifests.keep', { id: 'suite', name: 'a manifest.csv', text, last })
    expect(await keep('source,in/000', false)).toBeUndefined()
    const at = await keep('00\nsource,in/%zz\nsource,in/00001\n', true)
    expect(at).toMatchObject({ is: 'file', path: expect.stringContaining('manifests') })
    stage.manifest = at!
  },
  'manifests.inspect': async (stage) => {
    const { client, manifest, opened } = stage
    expect(await client.call('manifests.inspect', { at: manifest })).toMatchObject({
      ...{ format: 'batch', rows: 2, bad: 1, versions: false },
      buckets: [{ bucket: 'source', rows: 2 }],
      firstBad: [{ line: 2, reason: expect.stringContaining('%zz') }],
    })
    const file = path.join(import.meta.dirname, 'suite.ts')
    const elsewhere = client.call('manifests.inspect', { at: { is: 'file', path: file } })
    if (opened.caller === 'person') await elsewhere
    else await expect(elsewhere).rejects.toThrow('neither dropped here nor chosen')
    const keys = { at: manifest, format: 'batch', look: 'plan' } as const
    const job = await client.call('jobs.create', {
      spec: { ...spec(stage, 'by/'), manifest: keys },
      draft: true,
    })
    const { snapshot } = await jobThat(stage, job.id, ({ status }) => status.is === 'ready').then(() =>
      client.call('jobs.get', { id: job.id }),
    )
    expect(snapshot.tally.listed.items).toBe(2)
    const bad = await opened.readDelivered(await client.call('jobs.badRows', { id: job.id }))
    expect(bad).toMatch(/^Line,Reason,Row\r\n2,".*%zz/)
    await client.call('jobs.remove', { id: job.id })
  },
  'manifests.make': async ({ client, connection, opened }) => {
    const select = [{ kind: 'prefix' as const, prefix: 'in/' }]
    const file = await client.call('manifests.make', { connection, bucket: 'source', select })
    const lines = (await opened.readDelivered(file)).trimEnd().split('\n')
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatch(/^source,in\/[^,]+$/)
  },
  'templates.list': async ({ client }) => {
    expect(await client.call('templates.list', {})).toEqual([])
  },
  'templates.save': async ({ client, job }) => {
    const saved = await client.call('templates.save', { name: ' Weekly ', job })
    expect(saved).toMatchObject({ name: 'Weekly', kind: 'copy' })
    expect(await client.call('templates.save', { name: 'Weekly', job })).toMatchObject({ id: saved.id })
    expect((await client.call('templates.list', {})).map(({ id }) => id)).toEqual([saved.id])
  },
  'templates.spec': async (stage) => {
    const [template] = await stage.client.call('templates.list', {})
    const saved = await stage.client.call('templates.spec', { id: template?.id ?? '' })
    expect(saved).toEqual(spec(stage, 'out/'))
  },
  'templates.remove': async ({ client }) => {
    const [template] = await client.call('templates.list', {})
    const id = template?.id ?? ''
    await client.call('templates.remove', { id })
    expect(await client.call('templates.list', {})).toEqual([])
    await expect(client.call('templates.remove', { id })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'webhooks.list': async ({ client }) => {
    expect(await client.call('webhooks.list', {})).toEqual([])
  },
  'webhooks.save': async ({ client }) => {
    const secret = 'sixteen letters.'
    await expect(
      client.call('webhooks.save', { name: 'team', url: 'http://example.com/x', secret }),
    ).rejects.toThrow(/^url: must begin with https:/)
  },
  'webhooks.remove': async ({ client }) => {
    await client.call('webhooks.remove', { name: 'team' })
    expect(await client.call('webhooks.list', {})).toEqual([])
  },
  'webhooks.test': async ({ client }) => {
    await expect(client.call('webhooks.test', { name: 'nobody' })).rejects.toThrow(
      'the settings have no webhook named "nobody"',
    )
  },
  'prices.get': async ({ client }) => {
    const { source, problem } = await client.call('prices.get', {})
    expect([source, problem]).toEqual(['built-in', undefined])
  },
  'prices.edit': async ({ client }) => {
    const edited = await client.call('prices.edit', {})
    expect([edited.source, edited.problem]).toEqual(['own', undefined])
    expect(JSON.parse(readFileSync(edited.path, 'utf8'))).toMatchObject({ v: 1, date: edited.date })
  },
}

/** The AWS files of this suite, for the core that it starts, in whatever process. */
function stubAwsFiles(dir: string, { portal: { startUrl, region }, env }: FakeAws): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const files = {
    config: `[profile suite]\nregion = eu-west-2\n[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = ${region}\n`,
    credentials: '[suite]\naws_access_key_id = a\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text)
  vi.stubEnv('AWS_CONFIG_FILE', path.join(dir, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(dir, 'credentials'))
}

/** A bucket that keeps versions: 1,001 rows, the last four of one key. */
async function seedVersions(playground: PlaygroundProcess): Promise<void> {
  const bucket = 'kept'
  await playground.admin.seed({
    ...{ bucket, versioning: 'Enabled', count: 997 },
    ...{ prefix: 'old/', pattern: 'a-{n:3}' },
  })
  for (const text of ['1', '22', '333']) {
    await playground.admin.seed({ bucket, key: 'old/ä', text, storageClass: 'STANDARD_IA' })
  }
  const raw = new RawS3(playground)
  await raw.send({ method: 'DELETE', path: '/kept/old/%C3%A4' })
  raw.close()
}

/** Every method over one transport, and what a transport itself must do. */
export function transportSuite(name: string, open: OpenTransport): void {
  describe(`the contract over ${name}`, () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-transport-'))
    const stage = {
      connection: '',
      draft: '',
      job: '',
      grid: '',
      manifest: { is: 'file', path: '/' },
      scan: '',
    } as Stage

    beforeAll(async () => {
      const fake = await startFakeAws()
      stubAwsFiles(dataDir, fake)
      const playground = await spawnPlayground()
      await playground.admin.seed({ bucket: 'source', count: 19, prefix: 'in/' })
      await playground.admin.seed({
        bucket: 'source',
        key: 'in/ä +.txt',
        text: 'text',
        metadata: { who: 'suite' },
        tags: { a: 'b' },
      })
      await playground.admin.seed({ bucket: 'destination', key: 'other', text: '' })
      await seedVersions(playground)
      const opened = await open(dataDir)
      const { transport } = opened
      Object.assign(stage, { playground, fake, opened, transport, client: createClient(transport) })
    })
    afterAll(async () => {
      await stage.opened.close()
      await stage.playground.stop()
      await stage.fake.stop()
      rmSync(dataDir, { recursive: true, force: true })
      vi.unstubAllEnvs()
    })

    it('has a case for each method', () => {
      expect(Object.keys(CASES)).toEqual(Object.keys(methods))
    })

    for (const [method, run] of Object.entries(CASES)) it(`carries ${method}`, () => run(stage))

    it('answers what is no method, and input that is none, as data', async () => {
      expect(await stage.transport.invoke('no.such', {}, 'x1')).toMatchObject({
        ok: false,
        failure: { code: 'bad-input', message: expect.stringContaining('"no.such"') as string },
      })
      expect(await stage.transport.invoke('jobs.get', { id: 5 }, 'x2')).toMatchObject({
        ok: false,
        failure: { code: 'bad-input', property: 'id' },
      })
    })

    it('cancels a call that hangs', async () => {
      await stage.playground.admin.faults({ op: 'ListBuckets', do: 'hang', when: 'before' })
      const aborter = new AbortController()
      const call = stage.client.call(
        'buckets.list',
        { connection: stage.connection },
        { signal: aborter.signal },
      )
      await expect.poll(async () => (await stage.playground.admin.counters()).inFlight).toBeGreaterThan(0)
      aborter.abort()
      await expect(call).rejects.toMatchObject({ failure: { code: 'cancelled' } })
      await stage.playground.admin.clearFaults()
      await stage.playground.admin.release()
    })

    it('keeps the key out of everything it wrote', async () => {
      const { secretAccessKey } = stage.playground
      expect(readFileSync(path.join(dataDir, 'settings.json'), 'utf8')).not.toContain(secretAccessKey)
      expect(readFileSync(path.join(dataDir, 'jobs.db')).includes(secretAccessKey)).toBe(false)
    })
  })
}
