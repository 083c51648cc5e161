import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FailureCode } from '#model/failure.ts'
import type { Storage } from '../../../main/engine/storage.ts'
import { spawnPlayground } from '../../helpers/playground.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import { CLIENTS, openStorage } from './bench.ts'
import { bytes, failsWith, failureOf, readAll } from './case.ts'

/** What servers and networks do when they do not do what they should. */

let playground: PlaygroundProcess
beforeAll(async () => {
  playground = await spawnPlayground()
})
afterAll(() => playground.stop())

const bucket = 'faults'
const source = { bucket, key: 'source' }
const copy = { bucket, key: 'target', source, storageClass: 'STANDARD' }

describe.each(CLIENTS)('%s storage', (client) => {
  let storage: Storage
  beforeEach(async () => {
    storage = openStorage(client, playground)
    await failureOf(storage.createBucket(bucket))
    await storage.putObject({ ...source, ...bytes('0123456789') })
  })
  afterEach(async () => {
    await playground.admin.clearFaults()
    await playground.admin.release()
    storage.close()
  })

  it.each<[does: '503' | '500' | 'reset' | 'error-body-200' | 'truncated-xml' | 'hang', code: FailureCode]>([
    ['503', 'slow-down'],
    ['500', 'server-error'],
    ['reset', 'connection'],
    ['error-body-200', 'server-error'],
    ['truncated-xml', 'bad-answer'],
    ['hang', 'timeout'],
  ])('a copy that meets %s fails with %s, in this attempt', async (does, code) => {
    await playground.admin.faults({ op: 'CopyObject', do: does, times: 1 })
    // Only who waits for an answer that never comes is in a hurry: on a busy machine others take their time.
    const asking =
      does === 'hang' ? openStorage(client, playground, { idle: 300, copy: 300, connect: 300 }) : storage
    const failure = await failsWith(asking.copyObject(copy), code)
    expect(failure.reach).toBe('attempt')
    if (asking !== storage) asking.close()
    await playground.admin.clearFaults()
    await playground.admin.release()
    await storage.copyObject(copy)
  })

  it.each(['truncated-xml', 'truncated-body'] as const)('half a listing (%s) is no listing', async (does) => {
    await playground.admin.faults({ op: 'ListObjectsV2', do: does })
    const failure = await failsWith(storage.listObjects({ bucket, prefix: '' }), 'bad-answer', 'connection')
    expect(failure.reach).toBe('attempt')
  })

  it('half a body is an error at its end', async () => {
    await playground.admin.faults({ op: 'GetObject', do: 'truncated-body' })
    const { body } = await storage.getObject(source)
    const failure = await failsWith(readAll(body), 'connection')
    expect(failure.reach).toBe('attempt')
  })

  it('a request that hangs ends with its signal', async () => {
    await playground.admin.faults({ op: 'CopyObject', do: 'hang' })
    const patient = openStorage(client, playground)
    const controller = new AbortController()
    const hanging = failsWith(patient.copyObject(copy, controller.signal), 'cancelled')
    await expect.poll(() => patient.requests['CopyObject']).toBe(1)
    controller.abort()
    await hanging
    patient.close()
  })

  it('a server that is away refuses the connection, and is there again when it is back', async () => {
    await playground.admin.offline(true)
    const failure = await failsWith(storage.headBucket(bucket), 'connection')
    expect(failure.reach).toBe('attempt')
    expect(failure.message).toMatch(/127\.0\.0\.1/)
    await playground.admin.offline(false)
    await storage.headBucket(bucket)
  })

  it('as many connections are used as there are requests in flight', async () => {
    await playground.admin.resetCounters()
    const fresh = openStorage(client, playground)
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          fresh.headObject({ bucket, key: at % 2 ? 'source' : 'target' }).catch(() => undefined),
        ),
      )
    }
    const { mostConnectionsOpen, connectionsOpened } = await playground.admin.counters()
    expect(connectionsOpened).toBeLessThanOrEqual(8)
    expect(mostConnectionsOpen).toBeLessThanOrEqual(8 + 1)
    fresh.close()
  })
})
