import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { isOurHost, isOurOrigin } from '../../main/serve/http.ts'
import { serve, type Serving } from '../../main/serve/serve.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'decant-serve-'))
let serving: Serving
let url: URL

beforeAll(async () => {
  writeFileSync(path.join(dir, 'index.html'), '<title>Decant</title>')
  writeFileSync(path.join(dir, 'page.js'), 'export {}')
  serving = await serve({
    dataDir: dir,
    port: 0,
    version: '0',
    folders: [],
    paths: {
      core: path.join(import.meta.dirname, 'fake-core.ts'),
      playground: path.join(dir, 'none'),
      renderer: dir,
    },
  })
  url = new URL(serving.url)
})
afterAll(async () => {
  await serving.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** By hand, as fetch lets nobody choose the Host header. */
function get(
  target: string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: '127.0.0.1', port: url.port, path: target, headers, agent: false },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        )
      },
    )
    request.on('error', reject)
  })
}

function open(target: string, origin: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${url.port}${target}`, { origin })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

describe('the page', () => {
  it('comes to who has the token, with a policy that lets nothing else in', async () => {
    const { status, text, headers } = await get(`/${url.search}`)
    expect([status, text]).toEqual([200, '<title>Decant</title>'])
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' })
  })

  it.each([
    ['/', {}, 401],
    ['/?token=wrong', {}, 401],
    ['/files/abc/report.csv', {}, 401],
    ['/page.js', {}, 200],
    ['/../serve.test.ts', {}, 404],
    ['/%2e%2e/%2e%2e/etc/passwd', {}, 404],
    ['/nothing', {}, 404],
    ['/page.js', { host: 'evil.example' }, 403],
    ['/page.js', { host: '127.0.0.1:1' }, 403],
    ['//', {}, 400],
    ['http://[', {}, 400],
    ['/%', {}, 404],
  ])('%s %j is answered %i', async (target, headers, status) => {
    expect((await get(target, headers)).status).toBe(status)
  })

  it.each([
    ['127.0.0.1:80', true],
    ['localhost:80', true],
    ['[::1]:80', false],
    ['127.0.0.1', false],
    ['127.0.0.1:80.evil.example', false],
    [undefined, false],
  ])('takes %s for its own host: %s', (host, ours) => {
    expect(isOurHost(host, 80)).toBe(ours)
    expect(isOurOrigin(host === undefined ? undefined : `http://${host}`, 80)).toBe(ours)
  })
})

describe('the socket', () => {
  it.each([
    ['no token', '/socket', 'own'],
    ['a wrong token', '/socket?token=x', 'own'],
    ['another page', 'right', 'http://evil.example'],
    ['another path', '/else', 'own'],
    ['what is no address', '//', 'http://evil.example'],
  ])('refuses %s', async (_what, target, origin) => {
    const asked = target === 'right' ? `/socket${url.search}` : target
    await expect(open(asked, origin === 'own' ? url.origin : origin)).rejects.toThrow('403')
  })

  it('refuses a name that leads here, and lives on when who asked hangs up', async () => {
    const host = (name: string): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://127.0.0.1:${url.port}/socket${url.search}`, {
        origin: url.origin,
        headers: { host: name },
      })
      return new Promise((resolve, reject) =>
        socket.once('open', () => resolve(socket)).once('error', reject),
      )
    }
    await expect(host('evil.example')).rejects.toThrow('403')
    await expect(host(`evil.example:${url.port}`)).rejects.toThrow('403')
    for (const target of ['//', '/socket', `/socket${url.search}`]) {
      const raw = connect(Number(url.port), '127.0.0.1')
      raw.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
      raw.resetAndDestroy()
      await once(raw, 'close')
    }
    expect((await get('/page.js')).status).toBe(200)
  })

  it('carries calls, answers and events', async () => {
    const socket = await open(`/socket${url.search}`, url.origin)
    const heard: unknown[] = []
    const both = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        heard.push(JSON.parse((data as Buffer).toString()))
        if (heard.length === 2) resolve()
      }),
    )
    socket.send(JSON.stringify({ type: 'invoke', call: '1', method: 'jobs.list', input: { a: 1 } }))
    await both
    expect(heard).toEqual([
      { type: 'event', event: { topic: 'jobs.changed', payload: { jobs: [], removed: ['a'] } } },
      { type: 'reply', call: '1', reply: { ok: true, value: { method: 'jobs.list', input: { a: 1 } } } },
    ])
    socket.close()
  })

  it.each(['no json', '{"type":"stop"}', '{"type":"invoke","call":1,"method":"x"}', 'null'])(
    'ends at what is no message: %s',
    async (text) => {
      const socket = await open(`/socket${url.search}`, url.origin)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.send(text)
      expect(await closed).toBe(1008)
    },
  )

  it('outlives its core: the call is answered core-lost, and the next one by a new core', async () => {
    const socket = await open(`/socket${url.search}`, url.origin)
    const heard: string[] = []
    socket.on('message', (data) => heard.push((data as Buffer).toString()))
    socket.send(JSON.stringify({ type: 'invoke', call: '1', method: 'app.info', input: {} }))
    await expect.poll(() => heard.join()).toMatch(/"restarting".*"core-lost".*"up"/)
    socket.send(JSON.stringify({ type: 'invoke', call: '2', method: 'jobs.list', input: {} }))
    await expect.poll(() => heard.join()).toContain('"call":"2"')
    socket.close()
  })
})

describe('a finished file', () => {
  it('is given to who has the token, under the name that the person knows', async () => {
    const report = path.join(dir, 'r.csv')
    writeFileSync(report, 'Bucket,Key\n')
    const socket = await open(`/socket${url.search}`, url.origin)
    const reply = new Promise<{ reply: { value: { kind: string; url: string } } }>((resolve) =>
      socket.on('message', (data) => resolve(JSON.parse((data as Buffer).toString()))),
    )
    const input = { path: report, name: 'decant Größe.csv' }
    socket.send(JSON.stringify({ type: 'invoke', call: '1', method: 'jobs.report', input }))
    const { value } = (await reply).reply
    expect(value.kind).toBe('url')
    expect((await get(value.url.replace(/\?.*/, ''))).status).toBe(401)
    const { text, headers } = await get(value.url)
    expect(text).toBe('Bucket,Key\n')
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''decant%20Gr%C3%B6%C3%9Fe.csv")
    socket.close()
  })
})
