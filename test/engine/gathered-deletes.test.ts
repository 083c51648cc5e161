import { describe, expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import { deletedKeys } from '../../main/engine/deletes/deleted-keys.ts'
import { gatheredDeletes } from '../../main/engine/deletes/gathered-deletes.ts'
import type { DeleteResult, Storage } from '../../main/engine/storage.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

interface Scene {
  readonly world: World
  readonly storage: Storage
  /** Deletes these keys at the same time; the ETag is the one that they were given with. */
  delete(...keys: string[]): Promise<PromiseSettledResult<DeleteResult>[]>
}

function createScene(keys: readonly string[], habits = {}): Scene {
  const world = createWorld({ habits, latency: 10 })
  const etags = new Map(keys.map((key) => [key, world.server.give('from', key, { seed: key, size: 2 }).etag]))
  const storage = gatheredDeletes(world.context.source)
  return {
    world,
    storage,
    delete: (...these) =>
      world.finish(
        Promise.allSettled(
          these.map((key) =>
            storage.deleteObject(
              { bucket: 'from', key, ifMatch: etags.get(key) ?? 'none' },
              world.context.signal,
            ),
          ),
        ),
      ),
  }
}

const codesOf = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results.map((result) => {
    if (result.status === 'fulfilled') return 'deleted'
    return result.reason instanceof DecantError ? result.reason.failure.code : String(result.reason)
  })

describe('deletes that are bound to an ETag', () => {
  test('go together while another one is under way', async () => {
    const scene = createScene(['a', 'b', 'c', 'd'])
    expect(codesOf(await scene.delete('a', 'b', 'c', 'd'))).toEqual(Array(4).fill('deleted'))
    expect(scene.world.server.keys('from')).toEqual([])
    expect(scene.storage.requests).toEqual({ DeleteObject: 1, DeleteObjects: 1 })
  })

  test('are at most 1,000 to a request', async () => {
    const keys = Array.from({ length: 2002 }, (_, n) => `k${n}`)
    const scene = createScene(keys)
    expect(new Set(codesOf(await scene.delete(...keys)))).toEqual(new Set(['deleted']))
    expect(scene.storage.requests).toEqual({ DeleteObject: 2, DeleteObjects: 2 })
  })

  test('fail one by one: what changed stays, and says so', async () => {
    const scene = createScene(['a', 'b', 'c', 'd'])
    scene.world.server.give('from', 'c', { seed: 'theirs', size: 3 })
    scene.world.server.faults.add({
      kind: 'AccessDenied',
      when: 'before',
      operation: 'DeleteObject',
      key: 'd',
    })
    const results = await scene.delete('a', 'b', 'c', 'd', 'gone')
    expect(codesOf(results)).toEqual(['deleted', 'deleted', 'source-changed', 'access-denied', 'no-such-key'])
    expect(scene.world.server.keys('from')).toEqual(['c', 'd'])
  })

  test('fail together when nothing answers, each with an error of its own', async () => {
    const scene = createScene(['a', 'b', 'c'])
    scene.world.server.faults.add({ kind: 'connection', when: 'after', operation: 'DeleteObjects' })
    const results = await scene.delete('a', 'b', 'c')
    expect(codesOf(results)).toEqual(['deleted', 'connection', 'connection'])
    const [, second, third] = results.map((result) =>
      result.status === 'rejected' ? result.reason : undefined,
    )
    expect(second).not.toBe(third)
    // Who catches it looks: they are gone.
    expect(scene.world.server.keys('from')).toEqual([])
  })

  test('tell the markers that they made', async () => {
    const scene = createScene(['a', 'b', 'c'])
    scene.world.server.bucket('from').versioning = 'enabled'
    const results = await scene.delete('a', 'b', 'c')
    const markers = ['a', 'b', 'c'].map(
      (key) => scene.world.server.bucket('from').versions(key)[0]?.versionId,
    )
    expect(results.map((result) => result.status === 'fulfilled' && result.value.versionId)).toEqual(markers)
  })

  test('go alone where XML cannot carry the key', async () => {
    const scene = createScene(['a', 'b', 'c\u0001', 'd'])
    expect(codesOf(await scene.delete('a', 'b', 'c\u0001', 'd'))).toEqual(Array(4).fill('deleted'))
    expect(scene.storage.requests).toEqual({ DeleteObject: 2, DeleteObjects: 1 })
  })

  test('go alone where the endpoint ignores the ETags, or a version is named', async () => {
    const ceph = createScene(['a', 'b', 'c'], CEPH_16_HABITS)
    await ceph.delete('a', 'b', 'c')
    expect(ceph.storage.requests).toEqual({ DeleteObject: 3 })
    const scene = createScene(['a', 'b'])
    const version = (key: string): Promise<DeleteResult> =>
      scene.storage.deleteObject({ bucket: 'from', key, versionId: 'null' })
    await scene.world.finish(Promise.all(['a', 'b'].map(version)))
    expect(scene.storage.requests).toEqual({ DeleteObject: 2 })
  })

  test('what was given up before it left is not sent', async () => {
    const scene = createScene(['a', 'b', 'c'])
    const stopped = new AbortController()
    const { etag } = scene.world.server.give('from', 'b', { seed: 'b', size: 2 })
    const first = scene.delete('a', 'c')
    const refused = scene.storage.deleteObject({ bucket: 'from', key: 'b', ifMatch: etag }, stopped.signal)
    stopped.abort(new Error('stopped'))
    await expect(Promise.all([refused, first])).rejects.toThrow('stopped')
    await first
    expect(scene.world.server.keys('from')).toEqual(['b'])
  })
})

describe('what an answer to DeleteObjects says of each key', () => {
  const request = { bucket: 'b', objects: [{ key: 'k', ifMatch: 'e' }] }
  test.each([
    ['PreconditionFailed', 'destination-changed', 412],
    ['AccessDenied', 'access-denied', 403],
    ['NoSuchKey', 'no-such-key', 404],
    ['InternalError', 'server-error', 500],
    ['SlowDown', 'slow-down', 503],
    ['Unheard', 'invalid-request', 400],
  ])('%s is %s', (code, ours, status) => {
    const [one] = deletedKeys(request, [{ key: 'k', is: 'refused', code, message: 'no' }])
    expect(one).toBeInstanceOf(DecantError)
    expect((one as DecantError).failure).toMatchObject({ code: ours, s3: { status, code } })
  })

  test('a key that it leaves out is in doubt', () => {
    const other = { key: 'other', is: 'deleted', result: { deleteMarker: false } } as const
    const [one] = deletedKeys(request, [other])
    expect((one as DecantError).failure).toMatchObject({ code: 'bad-answer', reach: 'attempt' })
  })
})
