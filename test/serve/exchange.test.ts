import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanName, openExchange, type Exchange } from '../../main/serve/exchange.ts'
import { sendDownload } from '../../main/serve/exchange-http.ts'
import { servePage, type PageServer } from '../../main/serve/http.ts'
import { readZip } from '../helpers/zip.ts'

const TOKEN = 'right'
const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'decant-exchange-')))
const fetched: string[] = []
let exchange: Exchange
let page: PageServer

beforeAll(async () => {
  exchange = openExchange(dir, [], Date.now)
  page = await servePage({
    root: dir,
    token: TOKEN,
    port: 0,
    files: { find: () => undefined },
    texts: { take: () => undefined },
    exchange: { exchange, token: TOKEN, fetched: (folder) => void fetched.push(folder) },
  })
})
afterAll(() => {
  page.server.close()
  page.server.closeAllConnections()
  rmSync(dir, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: Buffer
  readonly headers: http.IncomingHttpHeaders
}

const ours = (): Record<string, string> => ({
  origin: `http://127.0.0.1:${page.port}`,
  'x-decant-token': TOKEN,
})

/** By hand, as fetch lets nobody choose Host and Origin. */
function ask(
  method: string,
  target: string,
  headers: Readonly<Record<string, string | number>> = ours(),
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: page.port, method, path: target, headers, agent: false }
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks),
          headers: response.headers,
        }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function begin(): Promise<{ id: string; folder: string }> {
  const { body } = await ask('POST', '/uploads', ours(), JSON.stringify({ files: 1, bytes: 10 }))
  return JSON.parse(body.toString()) as { id: string; folder: string }
}
const put = (id: string, name: string, body: string | Buffer): Promise<Answer> =>
  ask('PUT', `/uploads/${id}?name=${encodeURIComponent(name)}&modified=1600000000000`, ours(), body)
const sentence = ({ body }: Answer): string => (JSON.parse(body.toString()) as { message: string }).message

describe('what a browser sends', () => {
  it('lies in a folder of its own, with its path and its date, byte for byte', async () => {
    const { id, folder } = await begin()
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251))
    expect((await put(id, 'photos/2026/ä b.bin', bytes)).status).toBe(200)
    expect((await put(id, 'photos/empty', '')).status).toBe(200)
    const file = path.join(folder, 'photos/2026/ä b.bin')
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(statSync(file).mtimeMs).toBe(1_600_000_000_000)
    expect(statSync(path.join(folder, 'photos/empty')).size).toBe(0)
    // Sent again, as after an answer that was lost, it takes its own place.
    expect((await put(id, 'photos/empty', 'now')).status).toBe(200)
    expect(path.dirname(folder)).toBe(exchange.uploads)
    expect((await ask('DELETE', `/uploads/${id}`)).status).toBe(200)
    expect(readdirSync(exchange.uploads)).toEqual(['.arriving'])
    expect(sentence(await put(id, 'late', 'x'))).toBe('This transfer is over. Drop the files once more.')
  })

  it.each<[string, () => Record<string, string>, number]>([
    ['another page', () => ({ ...ours(), origin: 'http://evil.example' }), 403],
    ['no page at all', () => ({ 'x-decant-token': TOKEN }), 403],
    ['a page that the browser says is foreign', () => ({ ...ours(), 'sec-fetch-site': 'cross-site' }), 403],
    ['another name for this machine', () => ({ ...ours(), host: 'evil.example' }), 403],
    ['no token', () => ({ origin: ours()['origin'] ?? '' }), 401],
    ['a wrong token', () => ({ ...ours(), 'x-decant-token': 'wrong' }), 401],
  ])('is refused from %s', async (_who, headers, status) => {
    expect((await ask('POST', '/uploads', headers(), '{"files":0,"bytes":0}')).status).toBe(status)
    const { id, folder } = await begin()
    expect((await ask('PUT', `/uploads/${id}?name=a`, headers(), 'a')).status).toBe(status)
    expect((await ask('DELETE', `/uploads/${id}`, headers())).status).toBe(status)
    expect(readdirSync(folder)).toEqual([])
  })

  it('is asked about by no preflight, and takes no token from the address', async () => {
    expect((await ask('OPTIONS', '/uploads')).status).toBe(404)
    const preflight = { origin: 'http://evil.example', 'access-control-request-method': 'PUT' }
    const answer = await ask('OPTIONS', '/uploads', preflight)
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined])
    const bare = { origin: ours()['origin'] ?? '' }
    expect((await ask('POST', `/uploads?token=${TOKEN}`, bare, '{}')).status).toBe(401)
  })

  it.each(['', '/', '../a', 'a/../../b', 'a//b', './a', 'a/', '/etc/passwd', 'a\0b', '..'])(
    'is no file under the name %j',
    async (name) => {
      expect(() => cleanName(name)).toThrow('is no path below a folder')
      const { id, folder } = await begin()
      expect((await put(id, name, 'x')).status).toBe(400)
      expect(readdirSync(folder)).toEqual([])
      expect(readdirSync(path.dirname(dir))).not.toContain('a')
    },
  )

  it('is a file or a folder, and as long as was said', async () => {
    const { id } = await begin()
    await put(id, 'a', '1')
    expect(sentence(await put(id, 'a/b', '2'))).toBe('“a/b” is the name of both a file and a folder.')
    expect(sentence(await put(id, 'x'.repeat(300), '2'))).toContain('longer name than the disk')
    expect((await ask('POST', '/uploads', ours(), '{"files":-1}')).status).toBe(400)
    const huge = await ask('POST', '/uploads', ours(), JSON.stringify({ files: 1, bytes: 2 ** 52 }))
    expect(huge.status).toBe(507)
    expect(sentence(huge)).toMatch(/^These files need [\d,]+ MiB, and [\d,]+ MiB are free/)
  })

  it('leaves nothing behind where it breaks off, and goes on with the next try', async () => {
    const { id, folder } = await begin()
    const broken = new Promise<void>((resolve) => {
      const request = http.request({
        host: '127.0.0.1',
        port: page.port,
        method: 'PUT',
        path: `/uploads/${id}?name=big`,
        headers: { ...ours(), 'content-length': 1_000_000 },
        agent: false,
      })
      request.on('error', () => resolve())
      request.write(Buffer.alloc(100_000))
      const piece = setInterval(() => {
        if (readdirSync(path.join(exchange.uploads, '.arriving')).length === 0) return
        clearInterval(piece)
        request.destroy()
      }, 5)
    })
    await broken
    await expect.poll(() => readdirSync(path.join(exchange.uploads, '.arriving'))).toEqual([])
    expect(readdirSync(folder)).toEqual([])
    expect((await put(id, 'big', 'whole')).status).toBe(200)
    expect(readFileSync(path.join(folder, 'big'), 'utf8')).toBe('whole')
  })
})

describe('what a browser fetches', () => {
  const at = (folder: string): string => `/downloads/${path.basename(folder)}?token=${TOKEN}`

  it('is the one file that came', async () => {
    const folder = await exchange.newDownload()
    mkdirSync(path.join(folder, 'deep'))
    writeFileSync(path.join(folder, 'deep/ä.txt'), 'hello')
    const { body, headers } = await ask('GET', at(folder), {})
    expect(body.toString()).toBe('hello')
    expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('ä.txt')}`)
    await expect.poll(() => fetched, { timeout: 20_000 }).toContain(folder)
  })

  it.each(['', 'hello'])('was fetched, though whoever has the last byte of %j goes at once', async (text) => {
    const folder = await exchange.newDownload()
    writeFileSync(path.join(folder, 'one'), text)
    let left = text.length
    const response = new Writable({
      write(chunk: Buffer, _encoding, written) {
        written()
        if ((left -= chunk.length) === 0) setImmediate(() => this.destroy())
      },
    })
    const told: string[] = []
    const routes = { exchange, token: TOKEN, fetched: (one: string) => void told.push(one) }
    const closed = once(response, 'close')
    await sendDownload(
      Object.assign(response, { writeHead: () => {} }) as unknown as http.ServerResponse,
      path.basename(folder),
      routes,
    )
    await closed
    expect(told).toEqual([folder])
  })

  it('is a zip of several, each byte for byte', async () => {
    const folder = await exchange.newDownload()
    const files = new Map<string, Buffer>([['top/empty', Buffer.alloc(0)]])
    for (let at = 0; at < 60; at++) files.set(`top/${at % 7}/ü ${at}.bin`, Buffer.alloc(at * 997, `${at} `))
    for (const [name, bytes] of files) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), bytes)
    }
    const { body, headers } = await ask('GET', at(folder), {})
    expect(headers['content-disposition']).toContain('top.zip')
    const inside = readZip(body)
    expect([...inside.keys()].sort()).toEqual([...files.keys()].sort())
    for (const [name, bytes] of files) expect(inside.get(name)?.equals(bytes)).toBe(true)
  })

  it.each<[string, (folder: string) => string, Record<string, string>, number]>([
    ['without a token', (folder) => `/downloads/${path.basename(folder)}`, {}, 401],
    ['with a wrong token', (folder) => `/downloads/${path.basename(folder)}?token=x`, {}, 401],
    ['by another name for this machine', at, { host: 'evil.example' }, 403],
    ['by a path', () => `/downloads/..%2fuploads?token=${TOKEN}`, {}, 404],
    ['by a step up', () => `/downloads/../settings.json?token=${TOKEN}`, {}, 404],
    ['where nothing lies', () => `/downloads/${'0'.repeat(32)}?token=${TOKEN}`, {}, 404],
  ])('is refused %s', async (_how, target, headers, status) => {
    const folder = await exchange.newDownload()
    writeFileSync(path.join(folder, 'a'), 'secret')
    const answer = await ask('GET', target(folder), headers)
    expect(answer.status).toBe(status)
    expect(answer.body.toString()).not.toContain('secret')
  })
})
