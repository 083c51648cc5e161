import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest'
import type { Connection } from '#model/connection.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { learnServerTime } from '../../main/engine/pace/server-time.ts'
import { bucketsOf, reach } from '../../main/services/bucket-list.ts'
import { bucketProperties } from '../../main/services/places.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
beforeAll(async () => {
  playground = await inProcessPlayground()
  for (const bucket of ['bbb', 'ddd']) await playground.admin.seed({ bucket, count: 1 })
})
const open: Storage[] = []
afterEach(async () => {
  open.splice(0).forEach((storage) => storage.close())
  await playground.admin.clearFaults()
})
afterAll(() => playground.stop())

function storageOf(
  kind: 'environment' | 'anonymous' = 'environment',
  endpoint = playground.endpoint,
): Storage {
  const storage = createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind } },
    credentials: () => Promise.resolve(playground),
    seams: systemSeams,
    environment: {},
  })
  open.push(storage)
  return storage
}
const { signal } = new AbortController()
const places: Connection['places'] = [
  { bucket: 'ccc', prefix: 'x/' },
  { bucket: 'bbb', prefix: '' },
  { bucket: 'ccc', prefix: 'y/' },
]
const keys = { credentials: { kind: 'environment' } } as const
const nobody = { credentials: { kind: 'anonymous' } } as const
const denied = () => playground.admin.faults({ op: 'ListBuckets', do: 'error', code: 'AccessDenied' })
const names = async (...given: Parameters<typeof bucketsOf>) =>
  (await bucketsOf(...given)).map(({ name }) => name)

describe('the buckets of a connection', () => {
  it('are those that are listed, and those that are known, each once', async () => {
    expect(await names(storageOf(), keys, signal)).toEqual(['bbb', 'ddd'])
    expect(await names(storageOf(), { ...keys, places }, signal)).toEqual(['bbb', 'ccc', 'ddd'])
  })

  it('are those that are known, where none may be listed; without any, the refusal says what to do', async () => {
    await denied()
    expect(await names(storageOf(), { ...keys, places }, signal)).toEqual(['bbb', 'ccc'])
    await expect(bucketsOf(storageOf(), keys, signal)).rejects.toThrow(/Name the buckets that you know/)
  })

  it('of nobody are those that are known, as long as the store is there', async () => {
    const storage = storageOf('anonymous')
    expect(await names(storage, { ...nobody, places }, signal)).toEqual(['bbb', 'ccc'])
    expect(storage.requests).toEqual({ ListObjectsV2: 1 })
    const away = storageOf('anonymous', 'http://127.0.0.1:1')
    await expect(bucketsOf(away, { ...nobody, places }, signal)).rejects.toThrow(/refuses the connection/)
    expect(await names(storageOf('anonymous'), nobody, signal)).toEqual([])
  })
})

describe('who may not see the bucket itself', () => {
  it('reaches the store all the same', async () => {
    await denied()
    await reach(storageOf(), keys, signal)
    await expect(
      reach(storageOf(), { ...keys, places: [{ bucket: 'gone', prefix: '' }] }, signal),
    ).resolves.toBeUndefined()
    await expect(reach(storageOf(undefined, 'http://127.0.0.1:1'), keys, signal)).rejects.toThrow(/refuses/)
  })

  it('learns the server’s time from the refusal, and whether versions are kept', async () => {
    await playground.admin.faults({ op: 'HeadBucket', do: 'error', code: 'AccessDenied' })
    const destination = storageOf()
    const pace = { enter: () => undefined, leave: () => {} } as never
    await learnServerTime({ destination, pace, seams: systemSeams, signal }, 'bbb')
    expect(destination.serverTime).toBeGreaterThan(0)
    expect(await bucketProperties(storageOf(), 'bbb', signal)).toMatchObject({ versioning: 'off' })
  })
})
