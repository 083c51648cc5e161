import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { networkFrom, proxyFor } from '../../../main/engine/wire/network.ts'
import { addressOf, pathOf } from '../../../main/engine/wire/endpoint.ts'
import { makeCertificate } from '../../helpers/certificates.ts'
import { closeAll, emptyList, startStub, wireTo } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const list = { bucket: 'bucket', prefix: '' }
const nothing = { objects: [], prefixes: [] }

describe('the address of a bucket', () => {
  const at = (endpoint: string | undefined, addressing: 'path' | 'virtual', bucket?: string) =>
    addressOf(
      {
        ...(endpoint !== undefined && { endpoint }),
        region: 'eu-central-1',
        addressing,
        credentials: { kind: 'environment' },
      },
      networkFrom({}),
      'eu-central-1',
      bucket,
    )

  it.each([
    [undefined, 'virtual', 'b-1', 'b-1.s3.eu-central-1.amazonaws.com', '/k%20k', 443],
    [undefined, 'path', 'b-1', 's3.eu-central-1.amazonaws.com', '/b-1/k%20k', 443],
    [undefined, 'virtual', 'with.dots', 's3.eu-central-1.amazonaws.com', '/with.dots/k%20k', 443],
    [undefined, 'virtual', 'Capital', 's3.eu-central-1.amazonaws.com', '/Capital/k%20k', 443],
    ['http://127.0.0.1:9000', 'path', 'b-1', '127.0.0.1:9000', '/b-1/k%20k', 9000],
    ['https://s3.example.test/gate/', 'path', 'b-1', 's3.example.test', '/gate/b-1/k%20k', 443],
    ['http://s3.localhost:7480', 'virtual', 'b-1', 'b-1.s3.localhost:7480', '/k%20k', 7480],
    ['http://[::1]:9000', 'path', 'b-1', '[::1]:9000', '/b-1/k%20k', 9000],
  ] as const)('%s, %s style, %s', (endpoint, addressing, bucket, host, key, port) => {
    const address = at(endpoint, addressing, bucket)
    expect(address.host).toBe(host)
    expect(address.target.port).toBe(port)
    expect(pathOf(address, 'k k')).toBe(key)
  })

  it.each([
    ['https://s3.us-east-1.amazonaws.com', 's3.eu-west-3.amazonaws.com'],
    ['https://s3.amazonaws.com', 's3.eu-west-3.amazonaws.com'],
    ['https://s3-us-west-2.amazonaws.com', 's3-eu-west-3.amazonaws.com'],
    ['https://s3-fips.dualstack.us-east-2.amazonaws.com', 's3-fips.dualstack.eu-west-3.amazonaws.com'],
    ['https://s3-accelerate.amazonaws.com', 's3-accelerate.amazonaws.com'],
    [
      'https://bucket.vpce-1-2.s3.us-east-1.vpce.amazonaws.com',
      'bucket.vpce-1-2.s3.us-east-1.vpce.amazonaws.com',
    ],
    ['https://s3.us-east-1.example.test', 's3.us-east-1.example.test'],
  ])('%s leads to a bucket in another Region by %s', (endpoint, host) => {
    const config = {
      endpoint,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'environment' },
    } as const
    expect(addressOf(config, networkFrom({}), 'eu-west-3', 'b-1').host).toBe(host)
    expect(addressOf(config, networkFrom({}), 'us-east-1', 'b-1').host).toBe(new URL(endpoint).host)
  })

  it('of the service itself', () => {
    const address = at(undefined, 'virtual')
    expect([address.host, pathOf(address, undefined)]).toEqual(['s3.eu-central-1.amazonaws.com', '/'])
  })
})

describe('the proxy', () => {
  const network = networkFrom({
    HTTPS_PROXY: 'http://proxy.test:3128',
    http_proxy: 'plain.test:8080',
    NO_PROXY: 'internal.test, .corp.test,other.test:444 fd00::1,[fd00::2]:444',
  })
  it.each([
    [true, 's3.amazonaws.com', 443, 'proxy.test:3128'],
    [false, 's3.example.test', 80, 'plain.test:8080'],
    [true, 'internal.test', 443, undefined],
    [true, 'a.internal.test', 443, undefined],
    [true, 'b.corp.test', 443, undefined],
    [true, 'other.test', 443, 'proxy.test:3128'],
    [true, 'other.test', 444, undefined],
    [true, 'fd00::1', 443, undefined],
    [true, 'fd00::2', 443, 'proxy.test:3128'],
    [true, 'fd00::2', 444, undefined],
    [false, 'localhost', 9000, undefined],
    [false, '127.0.0.1', 9000, undefined],
    [false, '::1', 9000, undefined],
    [false, 'b.localhost', 9000, undefined],
  ])('secure %s, %s:%i → %s', (secure, host, port, expected) => {
    expect(proxyFor({ secure, host, port }, network)?.host).toBe(expected)
  })

  it('* means none at all', () => {
    const none = networkFrom({ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' })
    expect(proxyFor({ secure: true, host: 'x.test', port: 443 }, none)).toBeUndefined()
  })

  it('that is no URL is bad input, by name', () => {
    const bad = networkFrom({ HTTPS_PROXY: 'ftp://p:1' })
    expect(() => proxyFor({ secure: true, host: 'x.test', port: 443 }, bad)).toThrow(/HTTPS_PROXY/)
  })
})

/** A proxy that leads every name to 127.0.0.1 and remembers what it was asked. */
async function startProxy(): Promise<{
  server: Server
  port: number
  asked: string[]
  sockets: Set<Socket>
}> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    const { port, pathname, search } = new URL(request.url ?? '')
    const { 'proxy-authorization': _own, ...headers } = request.headers
    const on = {
      host: '127.0.0.1',
      port,
      path: pathname + search,
      method: request.method,
      headers,
      agent: false,
    }
    httpRequest(on as object, (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    }).end()
  })
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`)
    const on = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(on).pipe(socket)
    })
    for (const each of [on, socket]) each.on('error', () => {})
    sockets.add(on).add(socket)
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { server, port: (server.address() as AddressInfo).port, asked, sockets }
}

describe('the way out', () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>
  let stub: Stub | undefined
  beforeAll(async () => {
    proxy = await startProxy()
  })
  afterEach(async () => {
    closeAll()
    proxy.asked.length = 0
    await stub?.close()
    stub = undefined
  })
  afterAll(async () => {
    for (const socket of proxy.sockets) socket.destroy()
    proxy.server.closeAllConnections()
    await new Promise((resolve) => proxy.server.close(resolve))
  })

  it('a plain request goes to the proxy whole, with its password', async () => {
    stub = await startStub((_request, response) => emptyList(response))
    const environment = { HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}` }
    const storage = wireTo(`http://s3.example.test:${stub.port}`, { environment })
    expect(await storage.listObjects(list)).toEqual(nothing)
    const basic = Buffer.from('me:p@ss').toString('base64')
    expect(proxy.asked).toHaveLength(1)
    expect(proxy.asked[0]).toContain(`GET http://s3.example.test:${stub.port}/bucket?`)
    expect(proxy.asked[0]).toContain(`Basic ${basic}`)
    expect(stub.asked[0]?.headers.host).toBe(`s3.example.test:${stub.port}`)
  })

  it('connections are kept: one for a hundred requests in turn, none more than are in flight', async () => {
    stub = await startStub((_request, response) => emptyList(response))
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    for (let at = 0; at < 100; at++) await storage.listObjects(list)
    expect(stub.connections()).toBe(1)
    for (let round = 0; round < 5; round++) {
      await Promise.all([1, 2, 3, 4].map(() => storage.listObjects(list)))
    }
    expect(stub.connections()).toBeLessThanOrEqual(4)
  })

  it('nobody listens: connection, in this attempt, in words that name the server', async () => {
    const gone = await startStub(() => {})
    await gone.close()
    const storage = wireTo(`http://127.0.0.1:${gone.port}`)
    await expect(storage.listObjects(list)).rejects.toMatchObject({
      failure: {
        code: 'connection',
        reach: 'attempt',
        message: `127.0.0.1:${gone.port} refuses the connection.`,
      },
    })
  })

  it('a name that is not known: connection', async () => {
    const storage = wireTo('http://no-such-host.invalid:9')
    await expect(storage.listObjects(list)).rejects.toMatchObject({ failure: { code: 'connection' } })
  })

  describe('TLS', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'decant-tls-'))
    const file = path.join(directory, 'cert.pem')
    const tls = makeCertificate({ names: ['localhost', 's3.example.test'] })
    writeFileSync(file, tls.cert)
    afterAll(() => rmSync(directory, { recursive: true, force: true }))

    it('an authority that nobody knows is refused, and said how to trust', async () => {
      stub = await startStub((_request, response) => emptyList(response), tls)
      const storage = wireTo(`https://localhost:${stub.port}`)
      await expect(storage.listObjects(list)).rejects.toMatchObject({
        failure: { code: 'connection', message: expect.stringContaining('AWS_CA_BUNDLE') as string },
      })
    })

    it('AWS_CA_BUNDLE is trusted, and connections are kept', async () => {
      stub = await startStub((_request, response) => emptyList(response), tls)
      const storage = wireTo(`https://localhost:${stub.port}`, {
        environment: { AWS_CA_BUNDLE: file },
      })
      for (let at = 0; at < 5; at++) expect(await storage.listObjects(list)).toEqual(nothing)
      expect(stub.connections()).toBe(1)
    })

    it('TLS goes through the proxy by a tunnel', async () => {
      stub = await startStub((_request, response) => emptyList(response), tls)
      const storage = wireTo(`https://s3.example.test:${stub.port}`, {
        environment: { AWS_CA_BUNDLE: file, https_proxy: `http://127.0.0.1:${proxy.port}` },
      })
      expect(await storage.listObjects(list)).toEqual(nothing)
      expect(proxy.asked).toEqual([`CONNECT s3.example.test:${stub.port}`])
    })

    it('a bundle that cannot be read is bad input', async () => {
      stub = await startStub((_request, response) => emptyList(response), tls)
      const storage = wireTo(`https://localhost:${stub.port}`, {
        environment: { AWS_CA_BUNDLE: '/no/such.pem' },
      })
      await expect(storage.listObjects(list)).rejects.toMatchObject({
        failure: { code: 'bad-input', property: 'caFiles' },
      })
    })
  })
})
