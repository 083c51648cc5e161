import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { closeAll, wireTo } from './stub-server.ts'
import type { WireTestOptions } from './stub-server.ts'

/** Servers that speak HTTP by hand, badly where a test wants it. */
let server: Server | undefined
const sockets = new Set<Socket>()
afterEach(async () => {
  closeAll()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

/** Answers what comes, request by request; `at` counts them over all connections from 0. */
async function start(answer: (socket: Socket, at: number, request: string) => void): Promise<string> {
  let count = 0
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const request = bytes.toString('latin1')
      if (request.includes(' HTTP/1.1\r\n')) answer(socket, count++, request)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server?.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const LIST = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
const page = (headers = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${LIST.length}\r\n${headers}\r\n${LIST}`
const list = { bucket: 'b', prefix: '' }
const nothing = { objects: [], prefixes: [] }

it('a connection that the server closes after an answer is not used again', async () => {
  const url = await start((socket) => socket.end(page('Connection: close\r\n')))
  const storage = wireTo(url)
  for (let at = 0; at < 3; at++) expect(await storage.listObjects(list)).toEqual(nothing)
  expect(sockets.size).toBe(3)
})

it('a connection that the server dropped while it rested is not used again', async () => {
  const url = await start((socket) => socket.write(page()))
  const storage = wireTo(url)
  await storage.listObjects(list)
  const [first] = sockets
  const gone = new Promise((resolve) => first?.once('close', resolve))
  first?.end()
  await gone
  await expect.poll(() => storage.listObjects(list).then(() => sockets.size)).toBe(2)
})

it('a connection that rested for as long as the server keeps one is not used again', async () => {
  const url = await start((socket) => socket.write(page('Keep-Alive: timeout=5\r\n')))
  let now = Date.now()
  const options: WireTestOptions = { seams: { ...systemSeams, now: () => now } }
  const storage = wireTo(url, options)
  await storage.listObjects(list)
  now += 3_900
  await storage.listObjects(list)
  expect(sockets.size).toBe(1)
  now += 4_100
  await storage.listObjects(list)
  expect(sockets.size).toBe(2)
})

it('words that nobody asked for end the connection, and are nobody’s answer', async () => {
  const url = await start((socket, at) => socket.write(at === 0 ? page() + page() : page()))
  const storage = wireTo(url)
  expect(await storage.listObjects(list)).toEqual(nothing)
  expect(await storage.listObjects(list)).toEqual(nothing)
  expect(sockets.size).toBe(2)
})

it('an answer before the question is through is taken, and the connection left', async () => {
  const error = '<Error><Code>EntityTooLarge</Code><Message>m</Message></Error>'
  const url = await start((socket) => {
    socket.pause()
    socket.write(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${error.length}\r\n\r\n${error}`)
  })
  const storage = wireTo(url)
  const body = Buffer.alloc(64 * 1024 * 1024)
  await expect(storage.putObject({ bucket: 'b', key: 'k', body, size: body.length })).rejects.toMatchObject({
    failure: { code: 'too-large', reach: 'item' },
  })
})

it.each([
  ['in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ['in the body', `HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n${LIST}`],
  ['in a chunk', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<List`],
  ['before a byte', ''],
])('an answer that breaks off %s is a broken connection', async (_where, text) => {
  const url = await start((socket) => socket.end(text))
  await expect(wireTo(url).listObjects(list)).rejects.toMatchObject({
    failure: { code: 'connection', reach: 'attempt' },
  })
})

it('what is not HTTP is a bad answer', async () => {
  const url = await start((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'))
  await expect(wireTo(url).listObjects(list)).rejects.toMatchObject({
    failure: { code: 'bad-answer', reach: 'attempt' },
  })
})

it('a server that is silent times out by the clock of the seams', async () => {
  const url = await start(() => {})
  let now = Date.now()
  const pending: (() => void)[] = []
  const seams = {
    ...systemSeams,
    now: () => now,
    after: (_ms: number, act: () => void) => {
      pending.push(act)
      return () => {}
    },
  }
  const failed = expect(wireTo(url, { seams }).listObjects(list)).rejects.toMatchObject({
    failure: { code: 'timeout', reach: 'attempt' },
  })
  await expect.poll(() => sockets.size).toBe(1)
  for (let second = 0; second < 100; second++) {
    now += 1000
    pending.splice(0).forEach((act) => act())
    await new Promise((resolve) => setImmediate(resolve))
  }
  await failed
})

it('a header that would begin another is refused before it is sent', async () => {
  const url = await start((socket) => socket.write(page()))
  const put = wireTo(url).putObject({
    bucket: 'b',
    key: 'k',
    body: Buffer.from('x'),
    size: 1,
    metadata: { a: 'x\r\nx-amz-acl: public-read' },
  })
  await expect(put).rejects.toMatchObject({ failure: { code: 'invalid-request', reach: 'item' } })
})

it('many wait while their connections are made, and one that is cancelled is gone at once', async () => {
  const url = await start((socket) => socket.write(page()))
  const storage = wireTo(url)
  const controller = new AbortController()
  const cancelled = storage.listObjects(list, controller.signal)
  const others = [1, 2, 3].map(() => storage.listObjects(list))
  controller.abort()
  await expect(cancelled).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(await Promise.all(others)).toEqual([nothing, nothing, nothing])
})
