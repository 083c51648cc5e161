import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptSecret } from '#model/connection.ts'
import { toFailure } from '#model/failure.ts'
import { systemSeams, type Seams } from '#model/seams.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'
import { networkFrom } from '../../main/engine/wire/network.ts'
import { openSettings } from '../../main/services/settings.ts'
import { webhookUrl } from '../../main/services/webhook-url.ts'
import type { LentWebhook } from '../../main/services/webhook-environment.ts'
import { signatureHeaders } from '../../main/services/webhook-signature.ts'
import { createWebhooks, lineOf, type Webhooks } from '../../main/services/webhooks.ts'

const EVENT: WebhookEvent = { v: 1, id: 'one', event: 'test', at: '2026-01-02T03:04:05Z' }
const TOKEN = 'tok-2f9c81'
const never = new AbortController().signal

/** Waits take no time, so that three tries are over at once; what is said of time is kept. */
const waits: number[] = []
const seams: Seams = {
  ...systemSeams,
  after: (ms, act) => {
    waits.push(ms)
    return systemSeams.after(ms >= 10_000 ? 300 : Math.min(ms, 5), act)
  },
}

let server: Server
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void
let heard: { url: string | undefined; body: string; event: string | undefined }[]
let headers: IncomingMessage['headers'][]
let webhooks: Webhooks
let open: (environment?: LentWebhook) => Webhooks
let secrets: Map<string, KeptSecret>
let file: unknown

beforeEach(async () => {
  heard = []
  headers = []
  waits.length = 0
  secrets = new Map()
  file = undefined
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      headers.push(request.headers)
      heard.push({ url: request.url, body, event: request.headers['x-decant-event'] as string | undefined })
      answer(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = {
    readSecret: async (id: string) => secrets.get(id),
    writeSecret: async (id: string, secret: KeptSecret) => void secrets.set(id, secret),
    removeSecret: async (id: string) => void secrets.delete(id),
    readSettings: async () => undefined,
    writeSettings: async (settings: unknown) => void (file = settings),
    setSettingsAside: async () => '',
  }
  const network = networkFrom({})
  const settings = await openSettings(host)
  open = (environment) => createWebhooks({ host, settings, seams, network: () => network, environment })
  webhooks = open()
})
afterEach(async () => {
  webhooks.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=${TOKEN}`
const refusal = async (): Promise<string> =>
  webhooks.call('team', EVENT, never).then(
    () => 'heard',
    (error: unknown) => toFailure(error).message,
  )

/** As README says that a receiver checks it. */
function isDecants(secret: string, of: IncomingMessage['headers'], body: string, now: number): boolean {
  const time = String(of['x-decant-timestamp'])
  const wanted = `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`
  return Math.abs(now / 1000 - Number(time)) <= 300 && of['x-decant-signature'] === wanted
}

describe('the signature', () => {
  const SECRET = 'whisper-3c0ffee1'
  const now = Date.now()
  const check = (): boolean => isDecants(SECRET, headers[0] ?? {}, heard[0]?.body ?? '', now)
  beforeEach(() => void (answer = (_request, response) => response.writeHead(200).end()))

  it('is of the time and the body, made anew for each try', async () => {
    answer = (_request, response) => response.writeHead(heard.length < 2 ? 503 : 200).end()
    expect(await webhooks.save('team', url(), SECRET)).toMatchObject({ signed: true })
    expect(await refusal()).toBe('heard')
    expect(check()).toBe(true)
    expect(isDecants(SECRET, headers[1] ?? {}, heard[1]?.body ?? '', now)).toBe(true)
    // Another body, another secret, another time: none of them is Decant's.
    expect(isDecants(SECRET, headers[0] ?? {}, `${heard[0]?.body} `, now)).toBe(false)
    expect(isDecants('another-3c0ffee1', headers[0] ?? {}, heard[0]?.body ?? '', now)).toBe(false)
    expect(isDecants(SECRET, headers[0] ?? {}, heard[0]?.body ?? '', now + 301_000)).toBe(false)
    const later = {
      ...headers[0],
      'x-decant-timestamp': String(Number(headers[0]?.['x-decant-timestamp']) + 1),
    }
    expect(isDecants(SECRET, later, heard[0]?.body ?? '', now)).toBe(false)
  })

  it('is known by its value', () => {
    expect(signatureHeaders('0123456789abcdef', 1_767_323_045_678, '{"v":1}')).toEqual({
      'x-decant-timestamp': '1767323045',
      'x-decant-signature': 'v1=4b28b3aa2d6f29495bba17a949a357ae9f8b15c33d6e9b30aba3f1c7ad6d7d0b',
    })
  })

  it('stands on no call without a secret, and its secret is told to nobody', async () => {
    expect(await webhooks.save('team', url())).toMatchObject({ signed: false })
    await refusal()
    expect(headers[0]).not.toHaveProperty('x-decant-signature')
    const saved = await webhooks.save('team', url(), SECRET)
    expect(JSON.stringify([saved, webhooks.list(), file, await webhooks.test('team', never)])).not.toContain(
      SECRET,
    )
    await expect(webhooks.save('team', url(), 'too short')).rejects.toThrow('secret: must be 16 to 256')
    await expect(webhooks.save('team', url(), 'too short')).rejects.not.toThrow('too short')
  })

  it('is made with what was lent, for a URL that is kept, too', async () => {
    await webhooks.save('team', url())
    webhooks.lend('team', { secret: SECRET })
    expect(await refusal()).toBe('heard')
    expect(check()).toBe(true)
  })
})

it.each<[string, (LentWebhook | undefined)[], LentWebhook]>([
  ['what was lent, before what is kept', [{ url: 'a' }, { url: 'b', secret: 's' }], { url: 'a' }],
  [
    'its own secret',
    [undefined, { url: 'b', secret: 's' }, { url: 'c', secret: 't' }],
    { url: 'b', secret: 's' },
  ],
  ['a secret alone, for any URL', [{ secret: 't' }, { url: 'b', secret: 's' }], { url: 'b', secret: 't' }],
  ['the environment, last', [undefined, undefined, { url: 'c', secret: 't' }], { url: 'c', secret: 't' }],
  ['nothing', [undefined, undefined], {}],
])('is called by %s', (_what, known, line) => {
  expect(lineOf(...known)).toEqual({ url: line.url, secret: line.secret })
})

it('is called where the environment says, by whoever goes on with a job after a kill', async () => {
  answer = (_request, response) => response.writeHead(200).end()
  expect(() => webhooks.check('nobody')).toThrow('no webhook named "nobody"')
  webhooks.close()
  webhooks = open({ url: url(), secret: 'whisper-3c0ffee1' })
  webhooks.check('nobody')
  await webhooks.call('nobody', EVENT, never)
  expect(headers[0]).toHaveProperty('x-decant-signature')
})

describe('the URL', () => {
  it.each([
    ['https://hooks.example.com/x?t=1', true],
    ['http://localhost:8080/', true],
    ['http://127.0.0.1/', true],
    ['http://[::1]:9/', true],
    ['http://hooks.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['https://me:word@hooks.example.com/', false],
    ['ftp://hooks.example.com/', false],
    ['file:///etc/passwd', false],
    [`nothing ${TOKEN}`, false],
  ])('%s: %s', (text, taken) => {
    if (taken) return expect(webhookUrl(text).href).toContain('//')
    const refused = (): unknown => webhookUrl(text)
    expect(refused).toThrow(/^url: /)
    expect(refused).not.toThrow(text.slice(8))
  })
})

it('its URL is a secret: neither the settings nor any answer has it', async () => {
  answer = (_request, response) => response.writeHead(500).end('down')
  const saved = await webhooks.save('team', url())
  expect(saved).toMatchObject({ name: 'team', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) })
  const told = [saved, webhooks.list(), file, await webhooks.test('team', never), await refusal()]
  expect(JSON.stringify(told)).not.toContain(TOKEN)
  expect([...secrets.keys()]).toEqual(['webhook/team'])
  await webhooks.remove('team')
  expect(secrets.size).toBe(0)
  expect(() => webhooks.check('team')).toThrow('the settings have no webhook named "team"')
})

it('is told by one POST of JSON', async () => {
  answer = (_request, response) => response.writeHead(204).end()
  await webhooks.save('team', url())
  expect(await refusal()).toBe('heard')
  expect(heard).toEqual([{ url: `/hook?token=${TOKEN}`, body: JSON.stringify(EVENT), event: 'test' }])
  expect(await webhooks.test('team', never)).toMatchObject({
    ok: true,
    detail: expect.stringContaining('204'),
  })
})

it.each<[string, number, RegExp, typeof answer]>([
  ['fails', 3, /answered 500/, (_request, response) => response.writeHead(500).end()],
  ['fails twice', 3, /heard/, (_request, response) => response.writeHead(heard.length < 3 ? 503 : 200).end()],
  ['refuses', 1, /answered 404/, (_request, response) => response.writeHead(404).end()],
  [
    'points elsewhere',
    1,
    /answered 302: it points elsewhere/,
    (_request, response) => response.writeHead(302, { location: '/other' }).end(),
  ],
  ['hangs', 3, /did not answer within 10 seconds/, () => {}],
  [
    'never ends its answer',
    3,
    /did not answer within 10 seconds/,
    (_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    },
  ],
  [
    'floods',
    1,
    /heard/,
    (_request, response) => {
      response.writeHead(200)
      const flood = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', flood)
      flood()
    },
  ],
  ['breaks off', 3, /connection/, (request) => request.socket.destroy()],
])('a server that %s is asked %i times', async (_what, times, said, how) => {
  answer = how
  await webhooks.save('team', url())
  expect(await refusal()).toMatch(said)
  expect(heard).toHaveLength(times)
  // Ten seconds a try, and a while in between.
  expect(waits.filter((ms) => ms === 10_000)).toHaveLength(times)
  expect(waits.filter((ms) => ms === 5000)).toHaveLength(times === 3 ? 1 : 0)
})
