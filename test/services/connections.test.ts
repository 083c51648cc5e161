import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionDraft } from '#contract/drafts.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createConnections, type Connections } from '../../main/services/connections.ts'
import { objectDetails } from '../../main/services/objects.ts'
import { bucketProperties, createFolder, listPage } from '../../main/services/places.ts'
import { openSettings, type SettingsStore } from '../../main/services/settings.ts'
import { openKeys } from '../../main/services/keys.ts'
import { createStorages, type Storages } from '../../main/services/storages.ts'
import { hostDouble, type HostDouble } from '../helpers/host-double.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
beforeAll(async () => {
  playground = await inProcessPlayground()
  await playground.admin.seed({ bucket: 'one', count: 3, prefix: 'a/' })
  await playground.admin.seed({ bucket: 'one', key: 'top.txt', text: 'top', tags: { colour: 'red' } })
})
afterAll(() => playground.stop())

interface Stage {
  readonly host: HostDouble
  readonly settings: SettingsStore
  readonly storages: Storages
  readonly connections: Connections
  readonly saved: string[]
  readonly users: Map<string, string[]>
}
const open: Storages[] = []
afterEach(() => open.splice(0).forEach((storages) => storages.close()))

async function stage(env: NodeJS.ProcessEnv = {}): Promise<Stage> {
  const { endpoint, adminEndpoint, accessKeyId, secretAccessKey } = playground
  const host = hostDouble(async () => ({ endpoint, adminEndpoint, accessKeyId, secretAccessKey }))
  const settings = await openSettings(host.port)
  const keys = openKeys({ host: host.port, settings: settings.current, seams: systemSeams, env })
  const storages = createStorages({
    host: host.port,
    settings: settings.current,
    seams: systemSeams,
    createStorage,
    sources: keys.sources,
  })
  open.push(storages)
  const saved: string[] = []
  const users = new Map<string, string[]>()
  const connections = createConnections({
    host: host.port,
    settings,
    storages,
    seams: systemSeams,
    env,
    usedBy: (id) => users.get(id) ?? [],
    saved: (id) => saved.push(id),
  })
  return { host, settings, storages, connections, saved, users }
}

function draft(
  changes: Partial<ConnectionDraft['connection']> = {},
  secretAccessKey?: string,
): ConnectionDraft {
  const { endpoint, accessKeyId } = playground
  return {
    connection: {
      name: 'Mine',
      provider: 'other',
      color: 1,
      readOnly: false,
      endpoint,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'keys', accessKeyId },
      ...changes,
    },
    ...(secretAccessKey !== undefined && { secret: { accessKeyId, secretAccessKey } }),
  }
}

describe('a connection', () => {
  it('forgets what a probe saw of its endpoint once it leads elsewhere, or is removed', async () => {
    const { connections, settings } = await stage()
    const { id } = await connections.save(draft({}, playground.secretAccessKey))
    const remember = () =>
      settings.update((current) => ({
        ...current,
        probes: { [id]: { at: 1, bucket: 'b', habits: { checksums: true } } },
      }))
    await remember()
    await connections.save(draft({ id, name: 'Renamed' }))
    expect(settings.current().probes[id]).toBeDefined()
    await connections.save(draft({ id, endpoint: 'http://127.0.0.1:1' }))
    expect(settings.current().probes).toEqual({})
    await remember()
    await connections.remove(id)
    expect(settings.current().probes).toEqual({})
  })

  it('is saved, its key apart from it', async () => {
    const { connections, host, saved } = await stage()
    const { id } = await connections.save(draft({}, playground.secretAccessKey))
    expect(host.secrets.get(id)).toMatchObject({ secretAccessKey: playground.secretAccessKey })
    expect(JSON.stringify([host.file, connections.list()])).not.toContain(playground.secretAccessKey)
    expect(saved).toEqual([id])
    const again = await connections.save(draft({ id, name: 'Renamed', color: 2 }))
    expect(connections.list()).toEqual([again])
    expect(again).toMatchObject({ id, name: 'Renamed', state: 'unknown' })
  })

  it('is refused where it cannot be right', async () => {
    const { connections, host } = await stage()
    const refused = (given: ConnectionDraft, sentence: string): Promise<void> =>
      expect(connections.save(given)).rejects.toThrow(sentence)
    await refused(draft(), 'The keys of the connection "Mine" are not here')
    await refused(
      { ...draft(), secret: { accessKeyId: 'else', secretAccessKey: 's' } },
      'type the secret access key that belongs',
    )
    await refused(draft({ endpoint: undefined }, 's'), 'connection.endpoint: ')
    await refused(draft({ provider: 'playground' }, 's'), 'there is one playground')
    await refused(draft({ id: 'nobody' }, 's'), 'there is none with the id "nobody"')
    expect(connections.list()).toEqual([])
    expect(host.secrets.size).toBe(0)
  })

  it('is not removed while a job needs it, and leaves no key behind', async () => {
    const { connections, host, settings, users } = await stage()
    const { id } = await connections.save(draft({}, 's'))
    await settings.update((current) => ({
      ...current,
      pinned: [{ connection: id, bucket: 'one', prefix: '' }],
    }))
    users.set(id, ['Copy a/ to two'])
    await expect(connections.remove(id)).rejects.toThrow(
      '"Mine" is used by a job that is not finished: Copy a/',
    )
    users.clear()
    await connections.remove(id)
    expect(connections.list()).toEqual([])
    expect(settings.current().pinned).toEqual([])
    expect(host.secrets.size).toBe(0)
  })

  it('tells how it is doing, learnt from calls', async () => {
    const { connections } = await stage()
    const states: (string | undefined)[] = []
    connections.onChange((list) => states.push(list[0]?.state))
    const { id } = await connections.save(draft({}, playground.secretAccessKey))
    const list = (): Promise<unknown> => connections.use(id, (storage) => storage.listBuckets())
    await list()
    await playground.admin.offline(true)
    await expect(list()).rejects.toMatchObject({ failure: { code: 'connection' } })
    await playground.admin.offline(false)
    await list()
    await connections.save(draft({ id }, 'wrong'))
    await expect(list()).rejects.toMatchObject({ failure: { code: 'signature' } })
    await expect(connections.use(id, (storage) => storage.headBucket('nowhere'))).rejects.toThrow()
    expect(states).toEqual(['unknown', 'ready', 'offline', 'ready', 'unknown', 'sign-in'])
    expect(connections.list()[0]?.failure?.message).toBeTruthy()
  })

  it('that is read-only lets nothing be written', async () => {
    const { connections } = await stage()
    const { id } = await connections.save(draft({ readOnly: true }, playground.secretAccessKey))
    const signal = new AbortController().signal
    const make = connections.use(id, (storage) =>
      createFolder(storage, { bucket: 'one', prefix: 'x/' }, signal),
    )
    await expect(make).rejects.toMatchObject({ failure: { code: 'read-only' } })
    expect(await connections.use(id, (storage) => storage.listBuckets())).toHaveLength(1)
  })

  it('of a spec counts for less than the one that is saved under its id', async () => {
    const { connections, storages } = await stage()
    const { id } = await connections.save(draft({}, playground.secretAccessKey))
    const storage = await storages.open({
      id,
      config: { ...draft().connection, endpoint: 'http://127.0.0.1:1' },
    })
    expect(await storage.listBuckets()).toHaveLength(1)
  })

  it('whose role was taken elsewhere uses the keys that were lent, until they end', async () => {
    const { storages } = await stage({ AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' })
    const { endpoint, region, addressing } = draft().connection
    const credentials = {
      kind: 'role',
      roleArn: 'arn:aws:iam::123456789012:role/R',
      base: { kind: 'environment' },
      mfaSerial: 'the-device',
    } as const
    const ref = { id: 'cli-1', config: { endpoint, region, addressing, credentials } }
    storages.lend(ref.id, await playground.admin.session())
    const storage = await storages.open(ref)
    expect(await storage.listBuckets()).toHaveLength(1)
    await playground.admin.endSessions()
    await expect(storage.listBuckets()).rejects.toMatchObject({
      failure: { code: 'credentials-missing', message: expect.stringContaining('the-device') as string },
    })
  })

  it('to the playground is made by opening it, once', async () => {
    const { connections } = await stage()
    const first = await connections.openPlayground()
    expect(await connections.openPlayground()).toEqual(first)
    expect(connections.list()).toEqual([first])
    expect(first).toMatchObject({ id: 'playground', color: 6, endpoint: playground.endpoint })
    expect(await connections.use('playground', (storage) => storage.listBuckets())).toHaveLength(1)
    await expect(
      connections.save({ connection: { ...draft().connection, id: 'playground' } }),
    ).rejects.toThrow('there is one playground')
  })
})

describe('a place', () => {
  it('is listed, looked into and added to', async () => {
    const { connections } = await stage()
    await connections.openPlayground()
    const { signal } = new AbortController()
    const use = <T>(act: Parameters<typeof connections.use<T>>[1]): Promise<T> =>
      connections.use('playground', act)
    const listed = (prefix: string) => use((storage) => listPage(storage, { bucket: 'one', prefix }, signal))
    const top = await listed('')
    expect(top).toMatchObject({ prefixes: ['a/'], objects: [{ key: 'top.txt', size: 3 }], next: undefined })
    const keys = { list: () => [], find: () => Promise.reject(new Error('no keys')) }
    const details = await use((storage) =>
      objectDetails(storage, keys, { bucket: 'one', key: 'top.txt' }, signal),
    )
    expect(details).toMatchObject({ head: { key: 'top.txt', size: 3 }, tags: { colour: 'red' } })
    expect(await use((storage) => bucketProperties(storage, 'one', signal))).toMatchObject({
      versioning: 'off',
    })

    const make = (prefix: string) =>
      use((storage) => createFolder(storage, { bucket: 'one', prefix }, signal))
    await make('new/')
    expect((await listed('')).prefixes).toEqual(['a/', 'new/'])
    expect((await listed('new/')).objects).toEqual([])
    await expect(make('new/')).rejects.toMatchObject({ failure: { code: 'destination-exists' } })
    await expect(make('a/')).rejects.toMatchObject({ failure: { code: 'destination-exists' } })
  })
})
