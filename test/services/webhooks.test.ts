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
import { createWebhooks, type Webhooks } from '../../main/services/webhooks.ts'

const EVENT: WebhookEvent = { v: 1, event: 'test', at: '2026-01-02T03:04:05Z' }
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
let webhooks: Webhooks
let secrets: Map<string, KeptSecret>
let file: unknown

beforeEach(async () => {
  heard = []
  waits.length = 0
  secrets = new Map()
  file = undefined
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
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
  webhooks = createWebhooks({ host, settings: await openSettings(host), seams, network: () => network })
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
