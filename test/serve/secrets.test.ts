import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createClient, type Client } from '#contract/client.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { PLAIN_POUR, PLAIN_SOURCE, type PourSpec } from '#model/spec.ts'
import { openWebSocketTransport } from '../../renderer/api/web-socket.ts'
import { decantFor } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { startSource, type RunningProcess } from '../helpers/processes.ts'

/**
 * Planted secrets are looked for in everything that a real run leaves: jobs that succeed, that are refused, and that die
 * with their core. Whole files are read, as bytes, so that it does not matter who wrote them or in which form.
 */

const PLANTED = {
  wrongKey: 'PlantedWrongSecretAccessKey0123456789abcd',
  proxyPassword: 'planted-proxy-password',
  customerKey: Buffer.from('planted-customer-key-of-32-bytes').toString('base64'),
  webhook: 'planted-webhook-path',
  signing: 'planted-signing-secret',
  sessionToken: 'PlantedSessionTokenPlantedSessionToken==',
}

let dir: string
let dataDir: string
let playground: PlaygroundProcess
let serving: RunningProcess
let token: string
let client: Client
/** Everything that the window was told. */
const frames: string[] = []
let close: () => void
let command = ''
const files: string[] = []

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-secrets-'))
  dataDir = path.join(dir, 'data')
  playground = await spawnPlayground()
  await playground.admin.seed({ bucket: 'source', prefix: 'in/', count: 20, pattern: '{n:3}', size: 3 })
  await playground.admin.seed({ bucket: 'destination', key: 'other', text: '' })
  serving = startSource(path.resolve(import.meta.dirname, '../../main/serve.ts'), ['--data-dir', dataDir], {
    env: { PATH: process.env['PATH'], HOME: dir, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    cwd: dir,
  })
  const url = new URL(await serving.line(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/))
  token = url.searchParams.get('token') ?? ''
  const transport = openWebSocketTransport(`ws://${url.host}/socket${url.search}`, (address) => {
    const socket = new WebSocket(address, { origin: url.origin }).on('error', () => {})
    socket.on('message', (data: Buffer) => frames.push(data.toString()))
    return socket
  })
  close = () => transport.close()
  client = createClient(transport)
  const good = await save('good', playground.secretAccessKey)
  const bad = await save('bad', PLANTED.wrongKey)
  await client.call('settings.update', { logLevel: 'debug' })
  await client.call('network.proxyPassword', { password: PLANTED.proxyPassword })
  await client.call('keys.save', { name: 'planted', key: PLANTED.customerKey })
  await client.call('webhooks.save', {
    name: 'hook',
    url: `http://127.0.0.1:1/${PLANTED.webhook}?x=1`,
    secret: PLANTED.signing,
  })
  await client.call('webhooks.test', { name: 'hook' })
  // Refused: at once, in a plan, and for what is no input at all.
  await refused(client.call('buckets.list', { connection: bad.id }))
  await refused(
    client.call('connections.test', { connection: draftOf(bad), secret: keys(PLANTED.wrongKey) } as never),
  )
  await refused(client.call('keys.save', { name: 'x', key: `${PLANTED.customerKey}!` }))
  await refused(client.call('connections.save', { connection: 7, secret: keys(PLANTED.wrongKey) } as never))
  await run(good, 'a/')
  const failed = await run(bad, 'b/')
  const { id } = await run(good, 'a/')
  for (const format of ['csv', 'json', 'html'] as const)
    await keep(client.call('jobs.report', { id, format }))
  await keep(client.call('jobs.record', { id }))
  await refused(client.call('jobs.report', { id: failed.id, format: 'html' }))
  await client.call('templates.save', { name: 'planted', job: id })
  await client.call('jobs.get', { id })
  // The command line hands its keys to this owner; those of the second are wrong.
  const right = decantFor(playground, dataDir)
  command += (await right('copy', 's3://source/in/', 's3://destination/c/', '--json')).output
  const more = { AWS_SECRET_ACCESS_KEY: PLANTED.wrongKey, AWS_SESSION_TOKEN: PLANTED.sessionToken }
  const wrong = decantFor(playground, dataDir, more)
  command += (await wrong('copy', 's3://source/in/', 's3://destination/d/')).output
  await crash()
})

afterAll(async () => {
  close()
  await serving.kill()
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

const keys = (secretAccessKey: string) => ({ accessKeyId: playground.accessKeyId, secretAccessKey })

function save(name: string, secretAccessKey: string): Promise<ConnectionView> {
  return client.call('connections.save', {
    connection: {
      ...{ name, provider: 'other', color: 1, readOnly: false, region: 'us-east-1', addressing: 'path' },
      endpoint: playground.endpoint,
      credentials: { kind: 'keys', accessKeyId: playground.accessKeyId },
    },
    secret: keys(secretAccessKey),
  })
}

function draftOf({ state: _state, failure: _failure, ...draft }: ConnectionView): object {
  return draft
}

/** What comes of it is in the frames; that it fails is not what is tested here. */
async function refused(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => {})
}

async function run(connection: ConnectionView, prefix: string): Promise<{ id: string }> {
  const ref = {
    id: connection.id,
    name: connection.name,
    config: {
      ...{ endpoint: playground.endpoint, region: 'us-east-1', addressing: 'path' as const },
      credentials: { kind: 'keys' as const, accessKeyId: playground.accessKeyId },
    },
  }
  const spec: PourSpec = {
    ...{
      v: 1,
      kind: 'copy',
      conflict: 'overwrite',
      verify: 'head',
      properties: COPY_DEFAULTS,
      deleteExtra: false,
    },
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
    ...PLAIN_POUR,
  }
  const { id } = await client.call('jobs.create', { spec, draft: false })
  const over = ['completed', 'failed', 'paused']
  await vi.waitFor(
    async () => {
      const { status } = (await client.call('jobs.get', { id })).snapshot
      if (!over.includes(status.is)) throw new Error(`it is ${status.is}`)
    },
    { timeout: 60_000, interval: 50 },
  )
  return { id }
}

async function keep(delivering: Promise<{ kind: string; url?: string | undefined }>): Promise<void> {
  const { url = '' } = await delivering
  const at = new URL(url, `http://127.0.0.1:${new URL(await serving.line(/^http/)).port}`)
  const answer = await fetch(at)
  expect(answer.status).toBe(200)
  files.push(Buffer.from(await answer.arrayBuffer()).toString('latin1'))
}

/** The core dies as it does when memory runs out; serve starts another. */
async function crash(): Promise<void> {
  if (process.platform !== 'linux') return
  const children = readFileSync(`/proc/${serving.pid}/task/${serving.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
  const up = new Promise((resolve) =>
    client.on('core.changed', ({ state }) => state === 'up' && resolve(state)),
  )
  process.kill(Number(children[0]), 'SIGABRT')
  await up
}

/** As they are, in hexadecimal, in base64, and as a URL has them. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
  ]
}

function secrets(): string[] {
  return [playground.secretAccessKey, ...Object.values(PLANTED)].flatMap(formsOf)
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

describe('after a run with planted secrets', () => {
  it('none is in a file: journal, settings, logs, reports, records, templates, dumps', () => {
    const found = everyFile(dir)
    expect(found.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['jobs.db', 'settings.json', 'core.log', 'serve.log']),
    )
    for (const file of found) {
      const text = readFileSync(file).toString('latin1')
      for (const secret of [...secrets(), token])
        expect(text.includes(secret), `${file}: ${secret}`).toBe(false)
    }
    expect(files).toHaveLength(4)
    for (const text of files) for (const secret of secrets()) expect(text).not.toContain(secret)
  })

  it('none was said: to the window, to the terminal, by the command line', () => {
    expect(frames.length).toBeGreaterThan(20)
    const [first, ...others] = serving.output().split('\n')
    expect(first).toContain(token)
    for (const said of [frames.join('\n'), others.join('\n'), command])
      for (const secret of secrets()) expect(said.includes(secret), secret).toBe(false)
    expect(others.join('\n')).not.toContain(token)
    expect(command).toContain('"copied":20')
  })

  it.runIf(process.platform !== 'win32')('nobody else can read what is left', () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    for (const name of ['settings.json', 'logs'])
      expect(statSync(path.join(dataDir, name)).mode & 0o077).toBe(0)
  })
})
