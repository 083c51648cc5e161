import { createServer as createHttp } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionTest, ConnectionTestStep } from '#contract/connection-answers.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { networkFrom, type Network } from '../../main/engine/wire/network.ts'
import { testConnection } from '../../main/services/connection-test.ts'
import type { Trial } from '../../main/services/connection-trial.ts'
import { openKeys } from '../../main/services/keys.ts'
import { openSettings } from '../../main/services/settings.ts'
import { createStorages } from '../../main/services/storages.ts'
import { makeCertificate, type CertificateRequest } from '../helpers/certificates.ts'
import { hostDouble } from '../helpers/host-double.ts'
import { inProcessPlayground, type TestAccount, type TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let guest: TestAccount
beforeAll(async () => {
  playground = await inProcessPlayground()
  await playground.admin.seed({ bucket: 'one', count: 3, prefix: 'a/' })
  await playground.admin.seed({ bucket: 'two', count: 1 })
  guest = await playground.admin.account('guest')
})
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await playground.admin.clearFaults()
  for (const close of closers.splice(0)) await close()
})
afterAll(() => playground.stop())

function trial(changes: Partial<Trial['connection']> = {}, more: Partial<Trial> = {}): Trial {
  const { endpoint, accessKeyId, secretAccessKey } = playground
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
    secret: { accessKeyId, secretAccessKey },
    write: false,
    ...more,
  }
}

async function tested(given: Trial, network: Network = networkFrom({})): Promise<ConnectionTest> {
  const host = hostDouble()
  const settings = await openSettings(host.port)
  const { sources } = openKeys({ seams: systemSeams, env: {} })
  const storages = createStorages({
    ...{ host: host.port, settings: settings.current, seams: systemSeams, createStorage, sources },
    network: () => network,
  })
  const needs = { seams: systemSeams, storages, network: { current: () => network } }
  return testConnection(needs, given, new AbortController().signal)
}

const statesOf = ({ steps }: ConnectionTest): string =>
  steps.map(({ step, state }) => `${step} ${state}`).join(', ')
const stepOf = (test: ConnectionTest, name: ConnectionTestStep['step']): ConnectionTestStep => {
  const found = test.steps.find(({ step }) => step === name)
  if (!found) throw new Error(`no step ${name}`)
  return found
}
async function failedStep(given: Trial, network?: Network): Promise<ConnectionTestStep> {
  const test = await tested(given, network)
  const failed = test.steps.filter(({ state }) => state === 'failed')
  expect([test.ok, failed.length]).toEqual([false, 1])
  expect(failed[0]?.hint).toBeTruthy()
  return failed[0]!
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => void sockets.add(socket.on('error', () => {})))
  }
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

async function secureServer(
  request: CertificateRequest,
  answer: RequestListener = (_, r) => r.end(),
): Promise<string> {
  return `https://localhost:${await listening(createHttps(makeCertificate(request), answer))}`
}

describe('the test of a connection', () => {
  it('passes step by step', async () => {
    const test = await tested(trial())
    expect(statesOf(test)).toBe(
      'dns passed, tls not-needed, clock passed, server passed, signature passed, list passed, read not-needed, write not-needed',
    )
    expect(test.ok).toBe(true)
    expect(stepOf(test, 'list').detail).toBe('2 buckets can be seen.')
  })

  it('tries list, read and write in a bucket, and leaves nothing', async () => {
    const before = await playground.admin.counters()
    const test = await tested(trial({}, { bucket: 'one', prefix: 'a/', write: true }))
    expect(statesOf(test)).toMatch(/list passed, read passed, write passed$/)
    expect(stepOf(test, 'read').detail).toMatch(/^a\/.* can be read\.$/)
    expect(stepOf(test, 'write').detail).toMatch(/a\/\.decant-test-.* aborted: nothing is left of it/)
    const after = await playground.admin.counters()
    const sent = (name: 'ListBuckets' | 'ListObjectsV2' | 'HeadObject'): number =>
      (after.requests[name] ?? 0) - (before.requests[name] ?? 0)
    expect([sent('ListBuckets'), sent('ListObjectsV2'), sent('HeadObject')]).toEqual([0, 1, 1])
    const log = await playground.admin.log()
    expect(log.slice(-2).map(({ op }) => op)).toEqual(['CreateMultipartUpload', 'AbortMultipartUpload'])
  })

  it('writes nothing through a connection that is read-only', async () => {
    const test = await tested(trial({ readOnly: true }, { bucket: 'one', write: true }))
    expect(stepOf(test, 'write')).toMatchObject({
      state: 'not-needed',
      detail: expect.stringContaining('read-only') as string,
    })
  })
})

describe('it names the way there that fails', () => {
  it('a name that is not known', async () => {
    expect(await failedStep(trial({ endpoint: 'http://nowhere.invalid' }))).toMatchObject({
      step: 'dns',
      detail: 'nowhere.invalid has no address: the name is not known.',
    })
  })

  it('a port that refuses', async () => {
    const test = await tested(trial({ endpoint: 'http://127.0.0.1:1' }))
    expect(stepOf(test, 'tls')).toMatchObject({
      state: 'failed',
      detail: '127.0.0.1:1 refuses the connection.',
    })
    expect(stepOf(test, 'write').state).toBe('not-reached')
  })

  it('plain HTTP at a port that was said to speak TLS', async () => {
    const endpoint = playground.endpoint.replace('http:', 'https:')
    expect(await failedStep(trial({ endpoint }))).toMatchObject({
      step: 'tls',
      hint: expect.stringContaining('begin the endpoint with http://') as string,
    })
  })

  it('TLS at a port that was said to speak plain HTTP', async () => {
    const endpoint = (await secureServer({})).replace('https:', 'http:')
    expect(await failedStep(trial({ endpoint }))).toMatchObject({
      step: 'clock',
      hint: 'This port speaks TLS: begin the endpoint with https://.',
    })
  })

  const authority = makeCertificate({ authority: true, name: 'Nobody CA' })
  it.each([
    ['signed itself', {}, /signed itself/, /trust this one certificate/, 'CN=test'],
    ['of an unknown authority', { by: authority }, /unknown authority/, /name its authority/, 'CN=Nobody CA'],
    ['another name', { names: ['else.test'] }, /signed itself/, /trust this one/, 'CN=test'],
  ] as const)('a certificate that is %s, and shows it', async (_words, request, detail, hint, issuer) => {
    const step = await failedStep(trial({ endpoint: await secureServer(request) }))
    expect(step).toMatchObject({
      step: 'tls',
      detail: expect.stringMatching(detail) as string,
      hint: expect.stringMatching(hint) as string,
      certificate: {
        subject: 'CN=test',
        issuer,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    })
    expect(step.certificate?.validTo).toBeGreaterThan(Date.now())
  })

  it('a certificate that is trusted passes, and another in its place is named', async () => {
    const endpoint = await secureServer({})
    const { certificate } = await failedStep(trial({ endpoint }))
    const trusted = await tested(trial({ endpoint, trustedCertificate: certificate?.fingerprint }))
    expect(stepOf(trusted, 'tls')).toMatchObject({
      state: 'passed',
      detail: expect.stringContaining('that this connection trusts') as string,
    })
    const other = trial({ endpoint: await secureServer({}), trustedCertificate: certificate?.fingerprint })
    expect(await failedStep(other)).toMatchObject({
      step: 'tls',
      detail: expect.stringContaining('another certificate') as string,
      hint: expect.stringContaining('Compare the new fingerprint') as string,
    })
  })

  it('a proxy that wants a password, and one that is not there', async () => {
    const port = await listening(createHttp((_request, response) => response.writeHead(407).end()))
    const through = (at: number): Network => ({
      ...networkFrom({}),
      ...{ httpProxy: `http://127.0.0.1:${at}`, httpsProxy: `http://127.0.0.1:${at}`, from: 'settings' },
    })
    const test = await tested(trial({ endpoint: 'http://s3.example.test' }), through(port))
    expect(statesOf(test)).toMatch(/^dns not-needed, tls not-needed, clock failed/)
    expect(stepOf(test, 'clock').detail).toMatch(/wants a user name and a password/)
    const dead = await failedStep(trial({ endpoint: 'https://s3.example.test' }), through(1))
    expect(dead).toMatchObject({
      step: 'tls',
      detail: expect.stringMatching(/^The proxy 127.0.0.1:1 refuses/) as string,
      hint: 'Look at the proxy in the settings, under Network.',
    })
  })

  it('a clock that is off by an hour', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    const port = await listening(createHttp((_request, response) => response.writeHead(200, { date }).end()))
    expect(await failedStep(trial({ endpoint: `http://127.0.0.1:${port}` }))).toMatchObject({
      step: 'clock',
      detail: expect.stringContaining('60 minutes apart') as string,
      hint: expect.stringContaining('Set the clock') as string,
    })
  })

  it.each([200, 302, 403, 404])('a console that answers a page (%i)', async (status) => {
    const page = '<!DOCTYPE html>\n<html><head><title>Console</title></head><body>Sign in</body></html>'
    const answer: RequestListener = (_request, response) =>
      response.writeHead(status, { 'content-type': 'text/html', location: '/login' }).end(page)
    const port = await listening(createHttp(answer))
    expect(await failedStep(trial({ endpoint: `http://127.0.0.1:${port}` }))).toMatchObject({
      step: 'server',
      detail: expect.stringContaining('it is a web page') as string,
      hint: expect.stringContaining('not the console') as string,
    })
  })

  it('a server that says nothing of HTTP', async () => {
    const server = createTcp((socket) => {
      socket.on('error', () => {})
      socket.end('220 mail.example.test ESMTP\r\n')
    })
    expect((await failedStep(trial({ endpoint: `http://127.0.0.1:${await listening(server)}` }))).step).toBe(
      'clock',
    )
  })
})

describe('it names who we are, where that is wrong', () => {
  it.each([
    ['qqqq', 'Type the secret access key again'],
    ['qqqq ', 'ends in a space'],
    [' qqqq', 'begins with a space'],
    ['qq qq', 'a space or a line break within'],
    ['"qqqq"', 'stands in quotes'],
  ])('the secret %j, and says what is wrong', async (secretAccessKey, hint) => {
    const secret = { accessKeyId: playground.accessKeyId, secretAccessKey }
    const step = await failedStep(trial({}, { secret }))
    expect(step).toMatchObject({ step: 'signature', hint: expect.stringContaining(hint) as string })
    expect(JSON.stringify(step)).not.toContain('qq')
  })

  it('a key id that nobody knows', async () => {
    const given = trial(
      { credentials: { kind: 'keys', accessKeyId: 'NOBODY' } },
      { secret: { accessKeyId: 'NOBODY', secretAccessKey: 's' } },
    )
    expect(await failedStep(given)).toMatchObject({
      step: 'signature',
      hint: expect.stringContaining('does not know this access key id') as string,
    })
  })

  it('another Region than the server wants', async () => {
    const answer: RequestListener = (request, response) =>
      request.method === 'HEAD'
        ? response.writeHead(200).end()
        : response
            .writeHead(400, { 'content-type': 'application/xml' })
            .end(
              '<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-west-3</Region></Error>',
            )
    const port = await listening(createHttp(answer))
    expect(await failedStep(trial({ endpoint: `http://127.0.0.1:${port}` }))).toMatchObject({
      step: 'server',
      detail: expect.stringContaining('The server names eu-west-3.') as string,
      hint: 'Set the Region that the server names.',
    })
  })
})

describe('it names the right that is missing', () => {
  const asGuest = (more: Partial<Trial>, changes: Partial<Trial['connection']> = {}): Trial => {
    const { accessKeyId, secretAccessKey } = guest
    return trial(
      { credentials: { kind: 'keys', accessKeyId }, ...changes },
      { secret: { accessKeyId, secretAccessKey }, ...more },
    )
  }
  const allow = (rights: object): Promise<void> =>
    playground.admin.access({ bucket: 'one', account: 'guest', ...rights })

  it('to list the buckets, unless a place is known that can be listed', async () => {
    await playground.admin.faults({ op: 'ListBuckets', do: 'error', code: 'AccessDenied' })
    const step = await failedStep(trial())
    expect(step).toMatchObject({
      step: 'list',
      hint: expect.stringContaining('s3:ListAllMyBuckets') as string,
    })
    expect((await tested(trial({ places: [{ bucket: 'one', prefix: 'a/' }] }))).ok).toBe(true)
  })

  it('to list, to read or to write; each is tried for itself', async () => {
    await allow({ write: true })
    const writesOnly = await tested(asGuest({ bucket: 'one', write: true }))
    expect(statesOf(writesOnly)).toMatch(/signature passed, list failed, read not-reached, write passed$/)
    expect(stepOf(writesOnly, 'list').hint).toContain('s3:ListBucket on one')
    await allow({ list: true, write: true })
    const noRead = await tested(asGuest({ bucket: 'one', prefix: 'a/', write: true }))
    expect(statesOf(noRead)).toMatch(/list passed, read failed, write passed$/)
    expect(stepOf(noRead, 'read').hint).toContain('s3:GetObject on one/a/')
    await allow({ list: true, read: true })
    const noWrite = await tested(asGuest({ bucket: 'one', write: true }))
    expect(statesOf(noWrite)).toMatch(/list passed, read passed, write failed$/)
    expect(stepOf(noWrite, 'write').hint).toContain('s3:PutObject on one')
    await allow({ list: true, read: true, write: true, deny: ['AbortMultipartUpload'] })
    const noAbort = stepOf(await tested(asGuest({ bucket: 'one', write: true })), 'write')
    expect(noAbort.hint).toMatch(/s3:AbortMultipartUpload on one\. The upload .* is still there\.$/)
  })

  it('of nobody, who has no keys', async () => {
    const nobody = { credentials: { kind: 'anonymous' } } as const
    const test = await tested(trial(nobody))
    expect(statesOf(test)).toMatch(/server not-needed, signature not-needed, list failed, read not-needed/)
    expect(stepOf(test, 'list').hint).toContain('Name a bucket')
    const denied = await failedStep(trial(nobody, { bucket: 'one' }))
    expect(denied.detail).toMatch(/^Without keys nobody may do ListObjectsV2/)
  })
})
