import { describe, expect, test } from 'vitest'
import { relay } from '../../main/engine/relay.ts'
import { settleCopy } from '../../main/engine/settle.ts'
import type { GetObject, ObjectBody, PartResult, UploadPart } from '../../main/engine/storage.ts'
import { isSameContent } from '../helpers/memory/content.ts'
import type { FaultKind } from '../helpers/memory/faults.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import type { World } from './world.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'
import { MOVE_DEFAULTS } from '#model/properties.ts'

const RICH = {
  size: 200_000,
  headers: { contentType: 'text/css', contentEncoding: 'gzip', websiteRedirect: '/x' },
  metadata: { owner: 'ada' },
  tags: { team: 'web' },
  storageClass: 'STANDARD_IA',
}

/** Two stores that know nothing of each other. */
function twoStores() {
  const world = createWorld()
  const there = new MemoryS3({ seams: world.seams, latency: 10 })
  there.makeBucket('to')
  world.server.give('from', 'a', RICH)
  const work: World['work'] = (key, more) => world.work(key, { properties: MOVE_DEFAULTS, ...more })
  return { ...world, work, there, context: { ...world.context, destination: new MemoryStorage(there) } }
}

describe('relay of a whole object', () => {
  test('streams a GET into a PUT, with every property', async () => {
    const { server, there, context, work, finish } = twoStores()
    const outcome = await finish(relay(work('a'), context, new MemoryJournal()))
    const { headers, metadata, tags, storageClass } = RICH
    const from = server.current('from', 'a')
    const to = there.current('to', 'a')
    expect(to).toMatchObject({ headers, metadata, tags, storageClass })
    expect(from && to && isSameContent(from.content, to.content)).toBe(true)
    expect(outcome).toMatchObject({ verified: 'answer', settled: false })
    expect(context.destination.requests).toEqual({ PutObject: 1 })
  })

  test('an empty object', async () => {
    const { server, there, context, work, finish } = twoStores()
    server.give('from', 'empty', { size: 0 })
    await finish(relay(work('empty'), context, new MemoryJournal()))
    expect(there.current('to', 'empty')?.content.size).toBe(0)
  })

  test.each([
    { name: 'of several parts', etag: `${'a'.repeat(32)}-2` },
    { name: 'whose ETag is no digest', etag: 'a'.repeat(32) },
  ])('an object $name is verified by the digest of what was sent', async ({ etag }) => {
    const { server, there, context, work, finish } = twoStores()
    server.give('from', 'm', { size: 3 * MIB, etag })
    const outcome = await finish(relay(work('m'), context, new MemoryJournal()))
    expect(outcome).toMatchObject({ verified: 'answer', etag: there.current('to', 'm')?.etag })
  })

  test('an object whose ETag is no digest is found when its relay is in doubt', async () => {
    const { server, there, context, work, finish } = twoStores()
    server.give('from', 'm', { size: 1000, etag: 'a'.repeat(32) })
    there.faults.add({ kind: 'connection', when: 'after', operation: 'PutObject', nth: 1 })
    expect(await finish(relay(work('m'), context, new MemoryJournal()))).toMatchObject({ settled: true })
    expect(there.mutations({ operation: 'PutObject' })).toHaveLength(1)
  })

  test.each<FaultKind>(['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down'])(
    '%s after the PUT: found done, not sent again',
    async (kind) => {
      const { there, context, work, finish } = twoStores()
      there.faults.add({ kind, when: 'after', operation: 'PutObject', nth: 1 })
      expect(await finish(relay(work('a'), context, new MemoryJournal()))).toMatchObject({ settled: true })
      expect(there.mutations({ operation: 'PutObject' })).toHaveLength(1)
    },
  )

  test.each(['GetObject', 'PutObject'])('a broken %s is tried again', async (operation) => {
    const { server, there, context, work, finish } = twoStores()
    for (const one of [server, there])
      one.faults.add({ kind: 'connection', when: 'before', operation, times: 2 })
    await finish(relay(work('a'), context, new MemoryJournal()))
    expect(there.mutations({ operation: 'PutObject' })).toHaveLength(1)
  })

  test('a changed source is source-changed', async () => {
    const { server, there, context, work, failure } = twoStores()
    const planned = work('a')
    server.give('from', 'a', { ...RICH, seed: 'other' })
    expect((await failure(relay(planned, context, new MemoryJournal()))).code).toBe('source-changed')
    expect(there.log).toEqual([])
  })

  test('a destination that came into being is not written over', async () => {
    const { there, context, work, failure } = twoStores()
    there.give('to', 'a', { size: 1 })
    expect((await failure(relay(work('a'), context, new MemoryJournal()))).code).toBe('destination-exists')
    expect(there.log).toEqual([])
  })

  test('a source that is gone is source-missing', async () => {
    const { server, context, work, failure } = twoStores()
    const planned = work('a', { properties: { ...MOVE_DEFAULTS, tags: { policy: 'drop' } } })
    server.bucket('from').remove('a', 'null')
    expect((await failure(relay(planned, context, new MemoryJournal()))).code).toBe('source-missing')
  })

  test('a source that goes between its GET and its tags is source-missing, and nothing is said of the destination', async () => {
    const { server, there, context, work, failure } = twoStores()
    const act = (): void => server.bucket('from').remove('a', 'null')
    server.faults.add({ kind: 'nothing', when: 'after', operation: 'GetObject', key: 'a', act })
    const planned = work('a', { expect: { is: 'absent' } })
    expect((await failure(relay(planned, context, new MemoryJournal()))).code).toBe('source-missing')
    expect(there.log).toEqual([])
  })

  test('a source that is written anew between its GET and its tags lends them to nobody', async () => {
    const { server, there, context, work, failure } = twoStores()
    const act = (): void => void server.give('from', 'a', { size: 20, tags: { colour: 'white' } })
    server.faults.add({ kind: 'nothing', when: 'after', operation: 'GetObject', key: 'a', act })
    const planned = work('a', { expect: { is: 'absent' } })
    expect((await failure(relay(planned, context, new MemoryJournal()))).code).toBe('source-changed')
    expect(there.log).toEqual([])
  })
})

/** A store on whose way there some parts are spoilt: their ETag is that of other bytes. */
class SpoiltStorage extends MemoryStorage {
  spoilt = 0
  override async uploadPart(request: UploadPart, signal?: AbortSignal): Promise<PartResult> {
    const result = await super.uploadPart(request, signal)
    if (this.spoilt-- <= 0) return result
    return { ...result, etag: 'b'.repeat(32) }
  }
}

describe('relay by parts: what arrived is compared with what was read', () => {
  test.each([
    { spoilt: 1, fails: false },
    { spoilt: 2, fails: true },
  ])('$spoilt times another MD5: fails $fails', async ({ spoilt, fails }) => {
    const { server, there, context, work, finish, failure } = twoStores()
    server.give('from', 'm', { size: 3 * MIB })
    const destination = new SpoiltStorage(there)
    destination.spoilt = spoilt
    const relayed = relay(work('m'), { ...context, destination }, new MemoryJournal(), MIB)
    if (fails) {
      expect(await failure(relayed)).toMatchObject({ code: 'not-verified', property: 'part 1' })
      expect(there.current('to', 'm')).toBeUndefined()
    } else {
      await finish(relayed)
      expect(destination.requests['UploadPart']).toBe(2)
    }
    expect(there.uploads.size).toBe(0)
  })
})

/** A store that says so when an object has no tags. */
class CountingStorage extends MemoryStorage {
  override async getObject(request: GetObject, signal?: AbortSignal): Promise<ObjectBody> {
    const { head, body } = await super.getObject(request, signal)
    return { head: { ...head, tagCount: head.tagCount ?? 0 }, body }
  }
}

test('tags are not asked for where the GET says that there are none', async () => {
  const { server, context, work, finish } = twoStores()
  server.give('from', 'b', { size: 10 })
  const source = new CountingStorage(server)
  await finish(relay(work('b'), { ...context, source }, new MemoryJournal()))
  expect(source.requests).toMatchObject({ GetObject: 1 })
  expect(source.requests).not.toHaveProperty('GetObjectTagging')
})

test('a relay in doubt gets the annotations that it still owed', async () => {
  const { server, there, context, work, finish } = twoStores()
  const annotations = new Map([['note', new Uint8Array([1])]])
  const { etag } = server.give('from', 'b', { size: 10, annotations })
  const since = there.seams.now()
  there.give('to', 'b', { size: 10, seed: 'b', etag })
  await finish(settleCopy(work('b'), context, since, 'relay'))
  expect(there.current('to', 'b')?.annotations).toEqual(annotations)
})
