import { afterEach, expect, it } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { counted } from '../../main/engine/counted.ts'
import { createStorage, withSdkFor } from '../../main/engine/open-storage.ts'
import { TIMEOUTS } from '../../main/engine/wire/patience.ts'
import { networkFrom } from '../../main/engine/wire/network.ts'
import { closeAll, emptyList, KEYS, startStub, wireTo } from './wire/stub-server.ts'
import type { Stub } from './wire/stub-server.ts'

const NETWORK = networkFrom({})

const stubs: Stub[] = []
afterEach(async () => {
  closeAll()
  for (const stub of stubs.splice(0)) await stub.close()
})

async function stub(): Promise<Stub> {
  const started = await startStub((_request, response) => emptyList(response))
  stubs.push(started)
  return started
}

it('plain buckets go over the wire; the SDK is loaded once, when a rare one is met', async () => {
  const [plain, rare] = [await stub(), await stub()]
  let loaded = 0
  const options = {
    config: { region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } },
    credentials: () => Promise.resolve(KEYS),
    seams: systemSeams,
    network: () => NETWORK,
    timeouts: TIMEOUTS,
  } as const
  const storage = withSdkFor(
    (bucket) => bucket.endsWith('--x-s3'),
    wireTo(`http://127.0.0.1:${plain.port}`),
    options,
    () => {
      loaded += 1
      return Promise.resolve(wireTo(`http://127.0.0.1:${rare.port}`))
    },
  )
  await storage.listObjects({ bucket: 'plain', prefix: '' })
  expect([loaded, plain.asked.length, rare.asked.length]).toEqual([0, 1, 0])
  await Promise.all([1, 2].map(() => storage.listObjects({ bucket: 'fast--use1-az4--x-s3', prefix: '' })))
  expect([loaded, plain.asked.length, rare.asked.length]).toEqual([1, 1, 2])
  expect(storage.requests).toEqual({ ListObjectsV2: 3 })
})

it('what a probe saw of an endpoint counts, through every face of the storage', async () => {
  const [plain, rare] = [await stub(), await stub()]
  const seen = { copySourceIfMatch: true, unknownToUs: true }
  const config = {
    endpoint: `http://127.0.0.1:${plain.port}`,
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'environment' },
  } as const
  const wire = createStorage({
    config,
    credentials: () => Promise.resolve(KEYS),
    seams: systemSeams,
    environment: {},
    habits: seen,
  })
  const options = {
    config,
    credentials: () => Promise.resolve(KEYS),
    seams: systemSeams,
    network: () => NETWORK,
    timeouts: TIMEOUTS,
  }
  const storage = counted(
    withSdkFor(
      (bucket) => bucket === 'rare',
      wire,
      options,
      () => Promise.resolve(wireTo(`http://127.0.0.1:${rare.port}`)),
    ),
  )
  const expected = { ...wire.habits, copySourceIfMatch: true, partSourceIfMatch: false }
  expect(storage.habits).toEqual(expected)
  expect(storage.habits).not.toHaveProperty('unknownToUs')
  // The answer bears a request id: from here on its headers have been judged too.
  await storage.listObjects({ bucket: 'plain', prefix: '' })
  await storage.listObjects({ bucket: 'rare', prefix: '' })
  expect(storage.habits).toEqual(expected)
  wire.close()
})

it('an endpoint of its own is spoken to over the wire alone, whatever its buckets are called', async () => {
  const { port, asked } = await stub()
  const storage = createStorage({
    config: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'environment' },
    },
    credentials: () => Promise.resolve(KEYS),
    seams: systemSeams,
    environment: { HTTP_PROXY: 'http://127.0.0.1:1' },
  })
  await storage.listObjects({ bucket: 'odd--x-s3', prefix: '' })
  expect(asked).toHaveLength(1)
  expect(storage.habits.answersInFull).toBe(false)
  storage.close()
})
