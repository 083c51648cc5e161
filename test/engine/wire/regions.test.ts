import { createServer, request as httpRequest } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointConfig } from '#model/connection.ts'
import { systemSeams } from '#model/seams.ts'
import { openSdkStorage } from '../../../main/engine/sdk/sdk-storage.ts'
import type { Storage } from '../../../main/engine/storage.ts'
import { TIMEOUTS } from '../../../main/engine/wire/patience.ts'
import { networkFrom } from '../../../main/engine/wire/network.ts'
import { openWireStorage } from '../../../main/engine/wire/wire-storage.ts'
import { inProcessPlayground, type TestPlayground } from '../../helpers/playground.ts'

/** The names of AWS, led to a playground by a proxy that changes nothing. */
let playground: TestPlayground
let proxy: Server
const asked: string[] = []
beforeAll(async () => {
  playground = await inProcessPlayground()
  await playground.admin.seed({ bucket: 'near', region: 'us-east-1', count: 2 })
  await playground.admin.seed({ bucket: 'far', region: 'eu-west-3', count: 2 })
  const { port } = new URL(playground.endpoint)
  proxy = createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? '')
    asked.push(`${request.method} ${host}`)
    const on = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: pathname + search,
        method: request.method,
        headers: { ...request.headers, host },
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.rawHeaders)
        answer.pipe(response)
      },
    )
    request.pipe(on)
  })
  proxy.listen(0, '127.0.0.1')
  await new Promise((resolve) => proxy.once('listening', resolve))
})
const open: Storage[] = []
afterEach(async () => {
  open.splice(0).forEach((storage) => storage.close())
  asked.length = 0
  await playground.admin.regions('any')
})
afterAll(async () => {
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
  await playground.stop()
})

function aws(addressing: 'path' | 'virtual' = 'path', more: Partial<EndpointConfig> = {}): Storage {
  const network = networkFrom({ HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` })
  const storage = openWireStorage({
    config: {
      endpoint: 'http://s3.us-east-1.amazonaws.com',
      region: 'us-east-1',
      addressing,
      credentials: { kind: 'environment' },
      ...more,
    },
    credentials: () => Promise.resolve(playground),
    seams: systemSeams,
    network: () => network,
    timeouts: TIMEOUTS,
  })
  open.push(storage)
  return storage
}
const far = { bucket: 'far', prefix: '' }

describe('a bucket in another Region', () => {
  it.each(['redirect', 'malformed'] as const)('is found by one request more, once (%s)', async (answer) => {
    await playground.admin.regions(answer)
    const storage = aws('virtual')
    for (let at = 0; at < 3; at++) expect((await storage.listObjects(far)).objects).toHaveLength(2)
    expect(asked).toEqual([
      'GET far.s3.us-east-1.amazonaws.com',
      ...Array.from({ length: 3 }, () => 'GET far.s3.eu-west-3.amazonaws.com'),
    ])
    expect((await storage.listObjects({ bucket: 'near', prefix: '' })).objects).toHaveLength(2)
    expect(storage.requests).toEqual({ ListObjectsV2: 5 })
  })

  it('is asked for by a HEAD of the bucket where the redirect does not tell, once', async () => {
    await playground.admin.regions('bare')
    const storage = aws()
    const { key } = (await storage.listObjects(far)).objects[0]!
    await storage.headObject({ bucket: 'far', key })
    expect(storage.requests).toEqual({ ListObjectsV2: 2, HeadBucket: 1, HeadObject: 1 })
  })

  it('is known from the list of buckets, and costs nothing then', async () => {
    await playground.admin.regions('redirect')
    const storage = aws()
    expect((await storage.listBuckets()).map(({ name, region }) => [name, region])).toEqual([
      ['far', 'eu-west-3'],
      ['near', 'us-east-1'],
    ])
    await storage.listObjects(far)
    expect(storage.requests).toEqual({ ListBuckets: 1, ListObjectsV2: 1 })
  })

  it('is copied into and out of at the Region of the destination', async () => {
    await playground.admin.regions('redirect')
    const storage = aws()
    const { key } = (await storage.listObjects({ bucket: 'near', prefix: '' })).objects[0]!
    asked.length = 0
    const copy = (bucket: string, from: string, name: string) =>
      storage.copyObject({ bucket, key: name, source: { bucket: from, key }, storageClass: undefined })
    await copy('far', 'near', 'a')
    await copy('far', 'near', 'b')
    await copy('near', 'far', 'c').catch(() => {})
    expect(asked.map((line) => line.replace(/\.amazonaws\.com$/, ''))).toEqual([
      'PUT s3.us-east-1',
      'PUT s3.eu-west-3',
      'PUT s3.eu-west-3',
      'PUT s3.us-east-1',
    ])
  })

  it('takes a stream that is begun anew: half of the first is gone', async () => {
    await playground.admin.regions('redirect')
    const storage = aws()
    const body = async function* () {
      yield Buffer.from('hello')
    }
    const put = () => storage.putObject({ bucket: 'far', key: 'streamed', body: body(), size: 5 })
    await expect(put()).rejects.toMatchObject({ failure: { code: 'wrong-region', reach: 'attempt' } })
    await put()
    expect((await storage.headObject({ bucket: 'far', key: 'streamed' })).size).toBe(5)
  })

  it('of a server that is not AWS is signed for, and its address stays', async () => {
    await playground.admin.regions('malformed')
    const storage = aws('path', { endpoint: playground.endpoint })
    await storage.listObjects(far)
    await storage.listObjects(far)
    expect(storage.requests).toEqual({ ListObjectsV2: 3 })
    expect(asked).toEqual([])
  })
})

describe('a public bucket', () => {
  it.each([
    ['wire', openWireStorage],
    ['sdk', openSdkStorage],
  ] as const)('is listed and read unsigned (%s), and nothing else is', async (_name, opens) => {
    await playground.admin.seed({ bucket: 'public', key: 'a b.txt', text: 'hello' })
    await playground.admin.access({ bucket: 'public', account: 'everybody', list: true, read: true })
    const network = networkFrom({})
    const storage = opens({
      config: {
        endpoint: playground.endpoint,
        region: 'us-east-1',
        addressing: 'path',
        credentials: { kind: 'anonymous' },
      },
      credentials: () => Promise.reject(new Error('nobody asks')),
      seams: systemSeams,
      network: () => network,
      timeouts: TIMEOUTS,
    })
    open.push(storage)
    expect((await storage.listObjects({ bucket: 'public', prefix: '' })).objects).toMatchObject([
      { key: 'a b.txt' },
    ])
    expect((await storage.headObject({ bucket: 'public', key: 'a b.txt' })).size).toBe(5)
    const denied = {
      failure: { code: 'access-denied', message: expect.stringMatching(/^Without keys nobody/) as string },
    }
    await expect(storage.listObjects({ bucket: 'near', prefix: '' })).rejects.toMatchObject(denied)
    await expect(storage.putTags({ bucket: 'public', key: 'a b.txt', tags: {} })).rejects.toMatchObject(
      denied,
    )
    await expect(storage.listBuckets()).rejects.toMatchObject({ failure: { code: 'access-denied' } })
  })
})
