import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { toFailure } from '#model/failure.ts'
import { fingerprintOf } from '../../../main/engine/wire/dialer.ts'
import { networkFrom } from '../../../main/engine/wire/network.ts'
import type { Network } from '../../../main/engine/wire/network.ts'
import { X509Certificate } from 'node:crypto'
import { makeCertificate } from '../../helpers/certificates.ts'
import type { CertificateRequest } from '../../helpers/certificates.ts'
import { closeAll, emptyList, startStub, wireTo } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const list = { bucket: 'bucket', prefix: '' }
const nothing = { objects: [], prefixes: [] }
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  closeAll()
  for (const close of closers.splice(0)) await close()
})

async function stubbed(tls?: CertificateRequest): Promise<Stub & { cert: string }> {
  const pair = tls ? makeCertificate(tls) : undefined
  const stub = await startStub((_request, response) => emptyList(response), pair)
  closers.push(stub.close)
  return { ...stub, cert: pair?.cert ?? '' }
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

/** A proxy that leads every name to 127.0.0.1; with `login`, only who says it. */
async function httpProxy(
  login?: string,
  tls?: { cert: string; key: string },
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const http = createHttpServer((_request, response) => response.writeHead(407).end('who are you?'))
  http.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '')
    const given = String(request.headers['proxy-authorization'] ?? '').replace('Basic ', '')
    if (login !== undefined && Buffer.from(given, 'base64').toString() !== login) {
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
    }
    if (request.url?.startsWith('forbidden.')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const on = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(on).pipe(socket)
    })
    on.on('error', () => socket.destroy())
    socket.on('error', () => on.destroy())
  })
  if (!tls) return { port: await listening(http), asked }
  const secure = createTlsServer(tls, (socket) => http.emit('connection', socket))
  return { port: await listening(secure), asked }
}

/** SOCKS 5 (RFC 1928, 1929) as far as a client needs it. */
async function socksProxy(
  login?: readonly [user: string, password: string],
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((socket) => {
    let step: 'hello' | 'login' | 'connect' | 'through' = 'hello'
    socket.on('error', () => {})
    socket.on('data', (data: Buffer) => {
      if (step === 'hello') {
        step = login ? 'login' : 'connect'
        socket.write(Buffer.from([5, login ? 2 : 0]))
      } else if (step === 'login') {
        const user = data.subarray(2, 2 + (data[1] ?? 0)).toString()
        const password = data.subarray(3 + (data[1] ?? 0)).toString()
        const right = user === login?.[0] && password === login[1]
        step = 'connect'
        socket.write(Buffer.from([1, right ? 0 : 1]))
        if (!right) socket.end()
      } else if (step === 'connect') {
        step = 'through'
        const name =
          data[3] === 3 ? data.subarray(5, 5 + (data[4] ?? 0)).toString() : [...data.subarray(4, 8)].join('.')
        const port = data.readUInt16BE(data.length - 2)
        asked.push(`${name}:${port}`)
        const on = connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
          socket.pipe(on).pipe(socket)
        })
        on.on('error', () => socket.destroy())
      }
    })
  })
  return { port: await listening(server), asked }
}

const through = (url: string, more: Partial<Network> = {}): Network => ({
  ...networkFrom({}),
  httpProxy: url,
  httpsProxy: url,
  from: 'settings',
  ...more,
})

const failed = (asked: Promise<unknown>): Promise<Failure> =>
  asked.then(() => Promise.reject(new Error('it worked')), toFailure)

describe('a proxy', () => {
  it('that wants a password is a failure of the job that says where to give it, until it is given', async () => {
    const [stub, proxy] = [await stubbed({ names: ['s3.example.test'] }), await httpProxy('me:p@ss')]
    const at = `https://s3.example.test:${stub.port}`
    const asks = await failed(
      wireTo(at, { network: through(`http://127.0.0.1:${proxy.port}`) }).listObjects(list),
    )
    expect(asks).toMatchObject({ code: 'connection', reach: 'job', property: 'proxy' })
    expect(asks.message).toBe(
      `The proxy 127.0.0.1:${proxy.port} wants a user name and a password: give them in the settings, under Network.`,
    )
    const wrong = wireTo(at, { environment: { HTTPS_PROXY: `http://me:no@127.0.0.1:${proxy.port}` } })
    expect((await failed(wrong.listObjects(list))).message).toMatch(
      /refuses the user name or the password: give them in HTTPS_PROXY/,
    )
    const trustedCertificate = fingerprintOf(new X509Certificate(stub.cert).fingerprint256) ?? ''
    const right = wireTo(at, {
      network: through(`http://me:p%40ss@127.0.0.1:${proxy.port}`),
      trustedCertificate,
    })
    expect(await right.listObjects(list)).toEqual(nothing)
  })

  it('that wants a password for plain requests says the same', async () => {
    const proxy = await httpProxy()
    const storage = wireTo('http://s3.example.test:9', { network: through(`http://127.0.0.1:${proxy.port}`) })
    expect(await failed(storage.listObjects(list))).toMatchObject({
      reach: 'job',
      property: 'proxy',
      message: expect.stringContaining('wants a user name and a password') as string,
    })
  })

  it('that is not there, or does not lead there, is named', async () => {
    const gone = await startStub(() => {})
    await gone.close()
    const dead = wireTo('https://s3.example.test', { network: through(`http://127.0.0.1:${gone.port}`) })
    expect(await failed(dead.listObjects(list))).toMatchObject({
      code: 'connection',
      reach: 'attempt',
      property: 'proxy',
      message: `The proxy 127.0.0.1:${gone.port} refuses the connection. It is named in the settings, under Network.`,
    })
    const proxy = await httpProxy()
    const forbidden = wireTo('https://forbidden.test', { network: through(`http://127.0.0.1:${proxy.port}`) })
    expect((await failed(forbidden.listObjects(list))).message).toBe(
      `The proxy 127.0.0.1:${proxy.port} does not lead to forbidden.test:443: it answered 403.`,
    )
  })

  it('over TLS is trusted as any server is', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'decant-proxy-'))
    closers.push(() => rmSync(directory, { recursive: true, force: true }))
    const tls = makeCertificate({ names: ['localhost', 's3.example.test'] })
    const file = path.join(directory, 'ca.pem')
    writeFileSync(file, tls.cert)
    const stub = await startStub((_request, response) => emptyList(response), tls)
    closers.push(stub.close)
    const proxy = await httpProxy(undefined, tls)
    const at = `https://s3.example.test:${stub.port}`
    const known = wireTo(at, { network: through(`https://localhost:${proxy.port}`, { caFiles: [file] }) })
    expect(await known.listObjects(list)).toEqual(nothing)
    expect(proxy.asked).toEqual([`s3.example.test:${stub.port}`])
    const unknown = wireTo(at, { network: through(`https://localhost:${proxy.port}`) })
    expect((await failed(unknown.listObjects(list))).message).toMatch(
      /^The proxy localhost:\d+ shows a certificate/,
    )
  })

  it('of SOCKS 5 leads names that it looks up itself (socks5h), with a password, to plain servers too', async () => {
    const [stub, proxy] = [await stubbed(), await socksProxy(['me', 'p@ss'])]
    const at = `http://s3.example.test:${stub.port}`
    const storage = wireTo(at, { network: through(`socks5h://me:p%40ss@127.0.0.1:${proxy.port}`) })
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(proxy.asked).toEqual([`s3.example.test:${stub.port}`])
    expect(stub.asked[0]?.url).toMatch(/^\/bucket\?/)
    const wrong = wireTo(at, { network: through(`socks5h://me:no@127.0.0.1:${proxy.port}`) })
    expect(await failed(wrong.listObjects(list))).toMatchObject({
      reach: 'job',
      message: expect.stringContaining('refuses the user name or the password') as string,
    })
    const looked = wireTo(at, { network: through(`socks5://127.0.0.1:${proxy.port}`) })
    expect((await failed(looked.listObjects(list))).message).toMatch(/s3\.example\.test.* has no address/)
  })

  it('that is taken away or put in changes the way of the next request', async () => {
    const [stub, proxy] = [await stubbed(), await socksProxy()]
    let network = through(`socks5h://127.0.0.1:${proxy.port}`, { noProxy: ['*'] })
    const storage = wireTo(`http://b.localhost.test:${stub.port}`, { networkNow: () => network })
    await failed(storage.listObjects(list))
    network = through(`socks5h://127.0.0.1:${proxy.port}`)
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(stub.connections()).toBe(1)
    network = { ...network }
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(stub.connections()).toBe(2)
  })
})

describe('a certificate', () => {
  const certificateOf = (stub: { cert: string }): string =>
    fingerprintOf(new X509Certificate(stub.cert).fingerprint256) ?? ''

  it.each([
    [
      'signed itself',
      {},
      /signed itself; to trust it, name it in AWS_CA_BUNDLE or in the settings, or trust this one/,
    ],
    [
      'of an unknown authority',
      { by: makeCertificate({ authority: true, name: 'ca' }) },
      /of an unknown authority/,
    ],
  ] as const)('that is %s is refused in words that say what to do', async (_words, request, words) => {
    const stub = await stubbed(request)
    const failure = await failed(wireTo(`https://localhost:${stub.port}`).listObjects(list))
    expect(failure).toMatchObject({ code: 'connection', property: 'certificate' })
    expect(failure.message).toMatch(words)
    expect(stub.asked).toEqual([])
  })

  it.each([
    ['has expired', { from: -20, to: -10 }, /has expired/],
    ['is not valid yet', { from: 10, to: 20 }, /is not valid yet; set the clock/],
    ['is for another name', { names: ['else.test'] }, /for another name/],
  ] as const)('of a known authority that %s is refused, and named', async (_words, request, words) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'decant-ca-'))
    closers.push(() => rmSync(directory, { recursive: true, force: true }))
    const authority = makeCertificate({ authority: true, name: 'ca' })
    writeFileSync(path.join(directory, 'ca.pem'), authority.cert)
    const stub = await stubbed({ ...request, by: authority })
    const network = { ...networkFrom({}), caFiles: [path.join(directory, 'ca.pem')] }
    expect(
      (await failed(wireTo(`https://localhost:${stub.port}`, { network }).listObjects(list))).message,
    ).toMatch(words)
  })

  it('that is trusted by its fingerprint passes, and no other does: nothing is sent to it', async () => {
    const [mine, other] = [await stubbed({ names: ['else.test'] }), await stubbed({})]
    const trustedCertificate = certificateOf(mine)
    const storage = wireTo(`https://localhost:${mine.port}`, { trustedCertificate })
    expect(await storage.listObjects(list)).toEqual(nothing)
    const failure = await failed(
      wireTo(`https://localhost:${other.port}`, { trustedCertificate }).listObjects(list),
    )
    expect(failure).toMatchObject({ property: 'certificate' })
    expect(failure.message).toMatch(/another certificate than the one that this connection trusts/)
    expect(other.asked).toEqual([])
  })

  it('a file that holds none is refused by name', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'decant-ca-'))
    closers.push(() => rmSync(directory, { recursive: true, force: true }))
    const file = path.join(directory, 'notes.txt')
    writeFileSync(file, 'nothing of the kind')
    const network = { ...networkFrom({}), caFiles: [file] }
    expect(await failed(wireTo('https://localhost:9', { network }).listObjects(list))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('holds no certificate') as string,
    })
  })
})

describe('nobody', () => {
  it('signs nothing, and is told so where it is denied', async () => {
    const stub = await startStub((request, response) => {
      if (request.url?.startsWith('/open')) emptyList(response)
      else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
    })
    closers.push(stub.close)
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      config: { credentials: { kind: 'anonymous' } },
      credentials: () => Promise.reject(new Error('nobody asks')),
    })
    expect(await storage.listObjects({ bucket: 'open', prefix: '' })).toEqual(nothing)
    expect(stub.asked[0]?.headers).not.toHaveProperty('authorization')
    expect((await failed(storage.listObjects({ bucket: 'shut', prefix: '' }))).message).toMatch(
      /^Without keys nobody may do ListObjectsV2 on /,
    )
  })
})
