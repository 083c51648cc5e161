import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Client } from '#contract/client.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { ConnectionRef } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import { systemSeams } from '#model/seams.ts'
import { jobSpec, type JobFile, type JobSpec } from '#model/spec.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { openCore, type Core } from '../../main/services/open-core.ts'
import { hostDouble } from '../helpers/host-double.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'
import { openStorage } from '../suites/storage/bench.ts'

/** A connection that leads to another store than it did when a job was made: the same buckets and keys are other objects. */
describe('a connection that leads elsewhere', () => {
  let stores: { readonly playground: TestPlayground; readonly storage: Storage }[]
  let dir: string
  let core: Core
  let client: Client

  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-elsewhere-'))
    const playgrounds = [await inProcessPlayground(), await inProcessPlayground()]
    stores = playgrounds.map((playground) => ({ playground, storage: openStorage('wire', playground) }))
    for (const { storage } of stores) {
      await storage.createBucket('data')
      for (const key of ['a', 'b']) await storage.putObject({ bucket: 'data', key, body: BYTES, size: 3 })
    }
    core = await openCore({
      options: { dataDir: dir, host: 'cli', version: '0' },
      ...{ host: hostDouble().port, seams: systemSeams, createStorage, env: { HOME: dir } },
    })
    client = createClient(core.ownTransport)
  })
  afterEach(async () => {
    await core.close()
    for (const { playground, storage } of stores) {
      storage.close()
      await playground.stop()
    }
    rmSync(dir, { recursive: true, force: true })
  })

  const save = (store: number, id?: string): Promise<ConnectionView> => {
    const { endpoint, accessKeyId, secretAccessKey } = stores[store]!.playground
    return client.call('connections.save', {
      connection: {
        ...{ id, name: 'Store', provider: 'other', color: 1, readOnly: false, region: 'us-east-1' },
        ...{ endpoint, addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
      },
      secret: { accessKeyId, secretAccessKey },
    })
  }
  const refTo = ({ id, name, ...saved }: ConnectionView): ConnectionRef => {
    const { endpoint, region, addressing, credentials } = saved
    return { id, name, config: { endpoint, region, addressing, credentials } }
  }
  const source = (connection: ConnectionRef) => ({
    ...{ connection, bucket: 'data', select: [{ kind: 'prefix', prefix: '' }], base: '' },
  })
  const specOf = (file: object): JobSpec => jobSpec.parse({ v: 1, ...file } as unknown as JobFile)
  const keysIn = async (store: number): Promise<string[]> =>
    (await stores[store]!.storage.listObjects({ bucket: 'data', prefix: '' })).objects.map(({ key }) => key)
  const job = (id: string): JobSnapshot => core.jobs.get(id).snapshot
  const until = (id: string, ...is: JobSnapshot['status']['is'][]): Promise<void> =>
    expect.poll(() => is.includes(job(id).status.is), { timeout: 20_000, interval: 10 }).toBe(true)

  it('carries out no plan there, and goes on with it once it leads back', async () => {
    const connection = await save(0)
    const spec = specOf({ kind: 'delete', sources: [source(refTo(connection))] })
    const { id } = await client.call('jobs.create', { spec, draft: true })
    await until(id, 'ready')
    await save(1, connection.id)
    await client.call('jobs.start', { id, when: 'now' })
    await until(id, 'completed', 'paused', 'failed')
    expect([await keysIn(0), await keysIn(1)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(job(id).status).toMatchObject({
      ...{ is: 'paused', reason: 'credentials' },
      failure: {
        code: 'connection-changed',
        message: expect.stringContaining('"Store" leads to ') as string,
      },
    })
    await save(0, connection.id)
    await until(id, 'completed')
    expect([await keysIn(0), await keysIn(1)]).toEqual([[], ['a', 'b']])
  })

  it('is named by a job that waited for the store to be there again', async () => {
    const { endpoint } = stores[0]!.playground
    const connection = await save(0)
    await stores[0]!.playground.stop()
    const spec = specOf({ kind: 'delete', sources: [source(refTo(connection))] })
    const { id } = await client.call('jobs.create', { spec, draft: false })
    await expect.poll(() => job(id).status, { timeout: 20_000 }).toMatchObject({ reason: 'offline' })
    await save(1, connection.id)
    await expect.poll(() => job(id).status, { timeout: 20_000 }).toMatchObject({ reason: 'credentials' })
    expect(job(id).status).toMatchObject({
      failure: { message: expect.stringContaining(`made for ${endpoint}.`) as string },
    })
    expect(await keysIn(1)).toEqual(['a', 'b'])
  })

  it('makes no object its own copy, whatever a job file says of where it leads', async () => {
    const [from, to] = [await save(0), await save(0)]
    const elsewhere = { ...refTo(to), config: { ...refTo(to).config, endpoint: 'http://s3.example.test' } }
    const spec = specOf({
      ...{ kind: 'move', conflict: 'overwrite', verify: 'head' },
      sources: [source(refTo(from))],
      destinations: [{ connection: elsewhere, bucket: 'data', prefix: '' }],
    })
    const { id } = await client.call('jobs.create', { spec, draft: false })
    await until(id, 'completed', 'paused', 'failed')
    expect(await keysIn(0)).toEqual(['a', 'b'])
    const { tally } = job(id)
    expect([tally.moved.items, tally.deleted.items]).toEqual([0, 0])
  })
})

const BYTES = Buffer.from('abc')
