import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Client } from '#contract/client.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { CredentialSource } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { PLAIN_POUR, PLAIN_SOURCE, type PourSpec } from '#model/spec.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { openKeys } from '../../main/services/keys.ts'
import { openCore, type Core } from '../../main/services/open-core.ts'
import { startFakeAws, type FakeAws, type GivenKeys } from '../helpers/fake-aws.ts'
import { hostDouble, type HostDouble } from '../helpers/host-double.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

const OBJECTS = 1500

/** Keys that end while a job runs: what is in flight is neither lost nor failed, whether others can be had or not. */
describe('keys that expire in the middle of a job', () => {
  let playground: TestPlayground
  let fake: FakeAws
  let dir: string
  let core: Core
  let client: Client
  let env: Record<string, string>
  let host: HostDouble
  let given: GivenKeys[]
  let places = 0

  beforeAll(async () => {
    playground = await inProcessPlayground()
    await playground.admin.seed({ bucket: 'source', prefix: 'a/', count: OBJECTS, pattern: '{n:5}', size: 3 })
    await playground.admin.seed({ bucket: 'destination', key: 'other', text: '' })
  })
  afterAll(() => playground.stop())
  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-mid-job-'))
    mkdirSync(path.join(dir, '.aws'))
    fake = await startFakeAws()
    given = []
    fake.keys = async () => {
      const keys = await playground.admin.session()
      given.push(keys)
      return keys
    }
    host = hostDouble()
    env = { HOME: dir, ...fake.env }
    core = await openCore({
      options: { dataDir: dir, host: 'cli', version: '0' },
      ...{ host: host.port, seams: systemSeams, createStorage, env },
    })
    client = createClient(core.transport)
  })
  afterEach(async () => {
    await core.close()
    await fake.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const save = (credentials: CredentialSource): Promise<ConnectionView> =>
    client.call('connections.save', {
      connection: {
        ...{ name: 'Ends', provider: 'other', color: 1, readOnly: false, region: 'us-east-1' },
        ...{ endpoint: playground.endpoint, addressing: 'path', credentials },
      },
      secret: { accessKeyId: 'AKIABASE', secretAccessKey: 'base-secret' },
    })
  const role = (mfaSerial?: string): CredentialSource => ({
    kind: 'role',
    roleArn: 'arn:aws:iam::123456789012:role/Pourer',
    base: { kind: 'keys', accessKeyId: 'AKIABASE' },
    mfaSerial,
  })
  const copy = ({ id, name, ...saved }: ConnectionView, concurrency = 100): PourSpec => {
    const { endpoint, region, addressing, credentials } = saved
    const connection = { id, name, config: { endpoint, region, addressing, credentials } }
    const select = [{ kind: 'prefix' as const, prefix: 'a/' }]
    return {
      ...{ v: 1, kind: 'copy', ...PLAIN_POUR, conflict: 'overwrite', verify: 'answer', deleteExtra: false },
      ...{ properties: COPY_DEFAULTS, concurrency },
      sources: [{ ...PLAIN_SOURCE, connection, bucket: 'source', select, base: 'a/' }],
      destinations: [{ connection, bucket: 'destination', prefix: `${places++}/`, requesterPays: false }],
    }
  }
  const job = (id: string): JobSnapshot => core.jobs.list().find((each) => each.id === id)!
  const until = (id: string, is: (job: JobSnapshot) => boolean): Promise<void> =>
    expect.poll(() => is(job(id)), { timeout: 30_000, interval: 10 }).toBe(true)
  /** Ends all sessions once a part of the job is done. */
  const endMidway = async (id: string, first = (): void => {}): Promise<void> => {
    await until(id, ({ tally }) => tally.copied.items > OBJECTS / 10)
    first()
    await playground.admin.endSessions()
    expect(job(id).tally.copied.items).toBeLessThan(OBJECTS)
  }
  const done = async (id: string): Promise<void> => {
    await until(id, ({ status }) => status.is === 'completed' || status.is === 'failed')
    const { status, tally } = job(id)
    expect(status.is).toBe('completed')
    expect([tally.copied.items, tally.failed.items]).toEqual([OBJECTS, 0])
  }
  const paused = async (id: string): Promise<void> => {
    await until(id, ({ status }) => status.is === 'paused')
    const { status, tally } = job(id)
    expect(status).toMatchObject({ is: 'paused', reason: 'credentials' })
    expect(tally.failed.items).toBe(0)
  }
  const viewOf = async (id: string): Promise<ConnectionView | undefined> =>
    (await client.call('connections.list', {})).find((connection) => connection.id === id)

  it('are had anew by one question for all that is in flight, and the job goes on', async () => {
    const connection = await save(role())
    const { id } = await client.call('jobs.create', { spec: copy(connection, 1000), draft: false })
    await endMidway(id)
    await done(id)
    // Source and destination are one connection: one at the start, one for all that heard of the end.
    expect(fake.asked).toEqual({ AssumeRole: 2 })
  })

  it('are waited for where they cost a code, and the job goes on when somebody has given it', async () => {
    const connection = await save(role(fake.mfaSerial))
    await client.call('connections.signIn', { id: connection.id, code: fake.mfaCode })
    const { id } = await client.call('jobs.create', { spec: copy(connection), draft: false })
    await endMidway(id)
    await paused(id)
    expect(await viewOf(connection.id)).toMatchObject({
      state: 'sign-in',
      signIn: { by: 'code', serial: fake.mfaSerial },
      failure: { code: 'credentials-expired' },
    })
    await expect(
      client.call('connections.signIn', { id: connection.id, code: '999999' }),
    ).rejects.toMatchObject({ failure: { property: 'code' } })
    await client.call('connections.signIn', { id: connection.id, code: fake.mfaCode })
    await done(id)
    expect(await viewOf(connection.id)).toMatchObject({ state: 'ready' })
    // Neither the keys of the base nor those of the sessions are in the journal, in what was settled or in what was told.
    const secrets = [
      'base-secret',
      ...given.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
    ]
    const kept = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    const told = JSON.stringify([
      host.file,
      await client.call('jobs.get', { id }),
      await viewOf(connection.id),
    ])
    for (const text of [...kept, told]) expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(secrets).toHaveLength(5)
  })

  it('are waited for where the sign-in has ended, and the job goes on when somebody has signed in', async () => {
    const sso = { kind: 'sso', ...fake.portal, accountId: '123456789012', roleName: 'Reader' } as const
    const connection = await save(sso)
    fake.page = ['allowed']
    await client.call('sso.signIn', fake.portal)
    await expect.poll(async () => (await client.call('sso.sessions', {}))[0]?.state).toBe('signed-in')
    const { id } = await client.call('jobs.create', { spec: copy(connection), draft: false })
    await endMidway(id, () => {
      fake.accessToken = undefined
      fake.refreshToken = undefined
    })
    await paused(id)
    expect(await viewOf(connection.id)).toMatchObject({
      state: 'sign-in',
      signIn: { by: 'browser', ...fake.portal },
    })
    // In a terminal, by another program that shares the file.
    const elsewhere = openKeys({ seams: systemSeams, env })
    await elsewhere.sso.signIn(fake.portal)
    await done(id)
    elsewhere.close()
    expect(await viewOf(connection.id)).toMatchObject({ state: 'ready' })
  })

  it('are waited for while nobody can be asked for them, which is no end of the sign-in', async () => {
    const connection = await save(role())
    const { id } = await client.call('jobs.create', { spec: copy(connection), draft: false })
    await until(id, ({ tally }) => tally.copied.items > OBJECTS / 10)
    await fake.offline(true)
    await playground.admin.endSessions()
    await until(id, ({ status }) => status.is === 'paused')
    const { status, tally } = job(id)
    expect(status).toMatchObject({ is: 'paused', reason: 'offline' })
    expect(tally.failed.items).toBe(0)
    await fake.offline(false)
    await client.call('jobs.wake', {})
    await done(id)
  })
})
