import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readPlain } from '../../main/playground/plain-request.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawRequest } from '../helpers/raw-s3.ts'

function read(text: string): ReturnType<typeof readPlain> {
  return readPlain(Buffer.from(text, 'latin1'))
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}

describe('a plain request', () => {
  test('has its names in lower case, its values without the blanks around them, and where its body is', () => {
    const head =
      'PUT /b/k?x=1 HTTP/1.1\r\nHost:a\r\nX-Amz-Meta-A: \t\xc4 b \r\nEmpty:\r\nContent-Length: 5\r\n\r\n'
    expect(read(`${head}hello`)).toEqual({
      method: 'PUT',
      url: '/b/k?x=1',
      headers: { host: 'a', 'x-amz-meta-a': '\xc4 b', empty: '', 'content-length': '5' },
      end: head.length,
      bodyBytes: 5,
    })
  })

  const heads: readonly [string, boolean][] = [
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', true],
    ['GET / HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n', true],
    ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n', true],
    ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n', false],
    ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n', false],
    ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', false],
    ['PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', false],
    ['PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\n__proto__: x\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nconstructor: x\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\n', false],
    ['GET / HTTP/1.1\r\n\r\n', false],
    ['GET / HTTP/1.0\r\nHost: a\r\n\r\n', false],
    ['get / HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['PATCH / HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET /\xc4 HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: b\x00c\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n', false],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(16_384)}\r\n\r\n`, false],
    ['\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n', false],
    ['GET / HTTP/1.1\nHost: a\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: a\r\nX-\xc4: b\r\n\r\n', false],
  ]
  test.each(heads.map(([text, isPlain]) => [shown(text), isPlain, text] as const))(
    'is %s: %s',
    (_shown, isPlain, text) => expect(read(text) !== undefined).toBe(isPlain),
  )
})

let playground: TestPlayground
let raw: RawS3
const sockets: Socket[] = []

beforeAll(async () => {
  playground = await inProcessPlayground()
  raw = new RawS3(playground)
  await playground.admin.seed({ bucket: 'plain', key: 'k', text: 'hello' })
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await playground.admin.clearFaults()
})

afterAll(async () => {
  raw.close()
  await playground.stop()
})

/** One connection, and all that came over it. */
class Wire {
  readonly socket: Socket
  readonly #chunks: Buffer[] = []
  length = 0

  constructor() {
    this.socket = connect(Number(raw.port), '127.0.0.1')
    sockets.push(this.socket)
    this.socket.on('data', (bytes) => {
      this.#chunks.push(bytes)
      this.length += bytes.length
    })
    this.socket.on('error', () => {})
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('latin1')
  }

  forget(): void {
    this.#chunks.length = 0
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** The answers so far, once there are `count` of them and each is whole. */
  async answers(count: number): Promise<readonly string[]> {
    for (;;) {
      const answers = this.text.split(/(?=HTTP\/1\.1 )/)
      if (answers.length >= count && answers.every(isWhole)) return answers
      await once(this.socket, 'data')
    }
  }

  async statuses(count: number): Promise<readonly string[]> {
    return (await this.answers(count)).map((answer) => answer.slice(9, 12))
  }

  async closed(): Promise<void> {
    if (this.socket.closed) return
    await new Promise((resolve) => this.socket.once('close', resolve))
  }
}

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n')
  return body !== undefined && body.length >= Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0)
}

/** An answer without what differs from one to the next. */
function steady(text = ''): string {
  return text.replaceAll(/(Date: |request-id: |RequestId>|LastModified>)[^\r<]+/g, '$1')
}

/** The request's bytes, signed; `more` are header lines that are not. */
function wired(request: RawRequest, more: readonly string[] = []): string {
  const body = String(request.body ?? '')
  const lines = Object.entries(raw.sign(request)).map(([name, value]) => `${name}: ${value}`)
  const length = request.body === undefined ? [] : [`Content-Length: ${body.length}`]
  return `${request.method} ${request.path} HTTP/1.1\r\n${[...lines, ...length, ...more].join('\r\n')}\r\n\r\n${body}`
}

const GET: RawRequest = { method: 'GET', path: '/plain/k' }
const PUT: RawRequest = { method: 'PUT', path: '/plain/new', body: 'a body' }
/** What makes a request one for node:http, which the connection then stays with. */
const GIVEN_AWAY = ['TE: trailers']

describe('a connection', () => {
  test.each<RawRequest>([
    GET,
    PUT,
    { method: 'GET', path: '/plain/missing' },
    { method: 'GET', path: '/plain/k', headers: { range: 'bytes=1-2' } },
    { method: 'GET', path: '/plain/k', headers: { 'if-none-match': '*' } },
    { method: 'GET', path: '/plain?list-type=2&prefix=none' },
    { method: 'PUT', path: '/plain/copy', headers: { 'x-amz-copy-source': '/plain/k' } },
    { method: 'DELETE', path: '/plain/missing' },
    { method: 'PUT', path: '/plain/new', body: 'x', payload: 'f'.repeat(64) },
  ])('says the same by itself and by node:http: $method $path', async (request) => {
    const wire = new Wire()
    wire.send(wired(request))
    await wire.answers(1)
    wire.send(wired(request, GIVEN_AWAY))
    const [plain, given] = await wire.answers(2)
    expect(steady(plain)).toBe(steady(given))
    expect(plain).toContain('Keep-Alive: timeout=60')
  })

  test('says the same of a HEAD', async () => {
    const wire = new Wire()
    const request = { method: 'HEAD', path: '/plain/k' }
    wire.send(wired(request) + wired(request) + wired(request, GIVEN_AWAY) + wired(PUT))
    while (!wire.text.includes('x-amz-checksum-type')) await once(wire.socket, 'data')
    const [first, second, third, put] = wire.text.split(/(?=HTTP\/1\.1 )/).map(steady)
    expect([second, third]).toEqual([first, first])
    expect(first).toMatch(/Content-Length: 5\r\n[^]*\r\n\r\n$/)
    expect(put?.slice(9, 12)).toBe('200')
  })

  test('answers what is sent in one go one by one, and in order', async () => {
    const wire = new Wire()
    const paths = Array.from({ length: 40 }, (_, index) => `/plain/in-a-row-${index}`)
    wire.send(paths.map((path) => wired({ method: 'PUT', path, body: path })).join(''))
    expect(new Set(await wire.statuses(40))).toEqual(new Set(['200']))
    wire.forget()
    wire.send(paths.map((path) => wired({ method: 'GET', path })).join(''))
    const bodies = (await wire.answers(40)).map((answer) => answer.split('\r\n\r\n')[1])
    expect(bodies).toEqual(paths)
  })

  test('takes a request that comes in pieces, wherever it is cut', async () => {
    const text = wired(PUT)
    for (const cut of [1, 30, text.indexOf('\r\n\r\n') + 2, text.length - 6, text.length - 1]) {
      const wire = new Wire()
      wire.send(text.slice(0, cut))
      await once(wire.socket, 'connect')
      await new Promise((resolve) => setImmediate(resolve))
      await raw.send(GET)
      wire.send(text.slice(cut))
      expect(await wire.statuses(1)).toEqual(['200'])
      wire.send(wired(GET))
      expect(await wire.statuses(2)).toEqual(['200', '200'])
    }
  })

  test('is given to node:http with what is not plain, also behind a request that is not answered yet', async () => {
    const wire = new Wire()
    await playground.admin.faults({ do: 'slow', ms: 30 })
    const chunked = `${wired({ ...GET, method: 'PUT', path: '/plain/c', payload: 'UNSIGNED-PAYLOAD' }, [
      'Transfer-Encoding: chunked',
    ])}5\r\nhello\r\n0\r\n\r\n`
    wire.send(wired(GET) + chunked + wired(GET))
    expect(await wire.statuses(3)).toEqual(['200', '200', '200'])
    expect((await raw.send({ method: 'GET', path: '/plain/c' })).text).toBe('hello')
  })

  test('says that it will go on, to who waits for it', async () => {
    const wire = new Wire()
    const text = wired(PUT, ['Expect: 100-continue'])
    wire.send(text.slice(0, -6))
    expect(await wire.statuses(1)).toEqual(['100'])
    wire.send(text.slice(-6))
    expect(await wire.statuses(2)).toEqual(['100', '200'])
  })

  const wrong: readonly [string, string][] = [
    ['GET / HTTP/1.1\r\nno header\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\n\r\n', '400'],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ]
  test.each(wrong.map(([text, status]) => [status, shown(text), text] as const))(
    'is answered %s to %s',
    async (status, _shown, text) => {
      const wire = new Wire()
      wire.send(wired(GET))
      await wire.answers(1)
      wire.send(text)
      await wire.closed()
      expect(wire.text.split(/(?=HTTP\/1\.1 )/)[1]?.slice(9, 12)).toBe(status)
    },
  )

  test('passes over a body that nobody wanted, and goes on', async () => {
    const wire = new Wire()
    const refused = wired({ method: 'PUT', path: '/no-such-bucket/k', body: 'y'.repeat(200_000), skew: 3600 })
    wire.send(refused.slice(0, 1000))
    expect(await wire.statuses(1)).toEqual(['403'])
    wire.send(refused.slice(1000))
    wire.send(wired(GET))
    expect(await wire.statuses(2)).toEqual(['403', '200'])
  })

  test('of a client that goes away amid its body keeps nothing', async () => {
    await playground.admin.resetCounters()
    const wire = new Wire()
    wire.send(wired({ ...PUT, path: '/plain/half' }).slice(0, -1))
    await once(wire.socket, 'connect')
    while ((await playground.admin.counters()).inFlight === 0);
    wire.socket.destroy()
    while ((await playground.admin.counters()).inFlight > 0);
    expect((await raw.send({ method: 'HEAD', path: '/plain/half' })).status).toBe(404)
    const { connectionsOpen, requests } = await playground.admin.counters()
    expect(requests).toMatchObject({ PutObject: 1, HeadObject: 1 })
    expect(connectionsOpen).toBeLessThanOrEqual(8)
  })

  test('is closed when its client says that it sends no more', async () => {
    const wire = new Wire()
    wire.send(wired(GET))
    await wire.answers(1)
    wire.socket.end()
    await wire.closed()
    expect(await wire.statuses(1)).toEqual(['200'])
  })

  test('is broken off by a fault, with half of an answer or with none', async () => {
    await playground.admin.faults(
      { op: 'GetObject', do: 'truncated-body' },
      { op: 'HeadObject', do: 'reset' },
    )
    const [cut, reset] = [new Wire(), new Wire()]
    const next = wired({ method: 'PUT', path: '/plain/after-the-end', body: 'x' })
    cut.send(wired(GET) + next)
    reset.send(wired({ method: 'HEAD', path: '/plain/k' }) + next)
    await Promise.all([cut.closed(), reset.closed()])
    await playground.admin.clearFaults()
    expect((await raw.send({ method: 'HEAD', path: '/plain/after-the-end' })).status).toBe(404)
    expect(cut.text).toMatch(/Content-Length: 5\r\n[^]*\r\n\r\nhe$/)
    expect(reset.text).toBe('')
  })

  test('lets a request go on that hung, or takes it along when its client goes', async () => {
    await playground.admin.faults({ op: 'GetObject', do: 'hang' })
    const [stays, goes] = [new Wire(), new Wire()]
    stays.send(wired(GET))
    goes.send(wired(GET))
    while ((await playground.admin.counters()).inFlight < 2);
    const { connectionsOpen } = await playground.admin.counters()
    goes.socket.destroy()
    while ((await playground.admin.counters()).connectionsOpen >= connectionsOpen);
    expect((await playground.admin.counters()).inFlight).toBe(1)
    expect(await playground.admin.release()).toBe(1)
    expect(await stays.statuses(1)).toEqual(['200'])
  })

  test('is broken off when the port is closed', async () => {
    const wire = new Wire()
    wire.send(wired(GET))
    await wire.answers(1)
    await playground.admin.offline(true)
    await wire.closed()
    await playground.admin.offline(false)
    expect((await raw.send(GET)).status).toBe(200)
  })

  test('holds back who sends on without reading', async () => {
    const wire = new Wire()
    const size = 8 * 1024 * 1024
    const large = { method: 'PUT', path: '/plain/large', headers: { 'x-decant-synthetic': `${size};1` } }
    expect((await raw.send(large)).status).toBe(200)
    wire.send(wired({ method: 'GET', path: '/plain/large' }) + wired(GET))
    wire.socket.pause()
    await raw.send(GET)
    wire.socket.resume()
    while (wire.length < size) await once(wire.socket, 'data')
    const [first = '', second] = await wire.answers(2)
    expect(first.length - first.indexOf('\r\n\r\n') - 4).toBe(size)
    expect(second?.slice(9, 12)).toBe('200')
  })
})
