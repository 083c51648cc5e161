import { describe, expect, test } from 'vitest'
import { relay } from '../../main/engine/relay.ts'
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
})
