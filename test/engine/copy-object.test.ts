import { describe, expect, test } from 'vitest'
import { copyObject } from '../../main/engine/copy-object.ts'
import type { Expectation } from '../../main/engine/work.ts'
import { isSameContent } from '../helpers/memory/content.ts'
import type { FaultKind } from '../helpers/memory/faults.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import type { World } from './world.ts'
import { createWorld, MIB } from './world.ts'
import { COPY_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'

const RICH = {
  size: 1000,
  headers: { contentType: 'text/css', cacheControl: 'no-cache', contentLanguage: 'de' },
  metadata: { owner: 'ada' },
  tags: { team: 'web' },
  storageClass: 'STANDARD_IA',
}

function arrived(world: World, key: string): boolean {
  const from = world.server.current('from', key)
  const to = world.server.current('to', key)
  return from !== undefined && to !== undefined && isSameContent(from.content, to.content)
}

describe('copyObject', () => {
  test('copies with one request, everything carried over, verified by its answer', async () => {
    const world = createWorld()
    world.server.give('from', 'a', RICH)
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome).toEqual({
      etag: world.server.current('from', 'a')?.etag,
      versionId: undefined,
      verified: 'answer',
      settled: false,
    })
    expect(world.server.current('to', 'a')).toMatchObject({
      headers: RICH.headers,
      metadata: RICH.metadata,
      tags: RICH.tags,
      storageClass: 'STANDARD_IA',
    })
    expect(world.context.source.requests).toEqual({ CopyObject: 1 })
  })

  test.each([
    { verify: 'head' as const, requests: { CopyObject: 1, HeadObject: 1 } },
    { verify: 'full' as const, requests: { CopyObject: 1, HeadObject: 2, GetObjectTagging: 2 } },
  ])('verifies by $verify with as few requests as that takes', async ({ verify, requests }) => {
    const world = createWorld()
    world.server.give('from', 'a', RICH)
    const outcome = await world.finish(copyObject(world.work('a', { verify }), world.context))
    expect(outcome.verified).toBe(verify)
    expect(world.context.source.requests).toEqual(requests)
  })

  test('copies an empty object', async () => {
    const world = createWorld()
    world.server.give('from', 'empty', { size: 0 })
    await world.finish(copyObject(world.work('empty'), world.context))
    expect(arrived(world, 'empty')).toBe(true)
  })

  test('names the version that it made, and the version that it copies', async () => {
    const world = createWorld()
    world.server.bucket('from').versioning = 'enabled'
    world.server.bucket('to').versioning = 'enabled'
    const first = world.server.give('from', 'a', { size: 10, seed: 'first' })
    const work = world.work('a', {
      source: { bucket: 'from', key: 'a', versionId: first.versionId, customerKeys: [] },
    })
    world.server.give('from', 'a', { size: 10, seed: 'second' })
    const outcome = await world.finish(copyObject(work, world.context))
    expect(outcome.versionId).toBe(world.server.current('to', 'a')?.versionId)
    expect(outcome.etag).toBe(first.etag)
  })

  test.each([
    {
      name: 'kept where it is copied',
      verify: 'auto' as const,
      purpose: 'copy' as const,
      arrives: true,
      heads: 1,
    },
    {
      name: 'kept by a move that looks anyway',
      verify: 'full' as const,
      purpose: 'move' as const,
      arrives: true,
      heads: 2,
    },
    {
      name: 'left to the end of a move',
      verify: 'auto' as const,
      purpose: 'move' as const,
      arrives: false,
      heads: 0,
    },
  ])(
    'a website redirect, which S3 alone would lose, is $name',
    async ({ verify, purpose, arrives, heads }) => {
      const world = createWorld()
      const headers = { contentType: 'text/html', websiteRedirect: '/elsewhere' }
      world.server.give('from', 'a', { size: 1, headers, metadata: { kept: 'yes' } })
      const work = world.work('a', { verify, purpose, properties: MOVE_DEFAULTS })
      await world.finish(copyObject(work, world.context))
      const { websiteRedirect: _, ...others } = headers
      expect(world.server.current('to', 'a')).toMatchObject({
        headers: arrives ? headers : others,
        metadata: { kept: 'yes' },
      })
      expect(world.context.source.requests['HeadObject'] ?? 0).toBe(heads)
    },
  )

  test('a multipart object under 5 GiB gets another ETag, which is no mismatch', async () => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 20 * MIB, etag: 'd41d8cd98f00b204e9800998ecf8427e-3' })
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome.verified).toBe('answer')
    expect(outcome.etag).not.toContain('-')
  })

  test('a source under KMS, whose ETag is no digest, is looked at before anything is said', async () => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 5, etag: 'f'.repeat(32), encryption: { kind: 'SSE-KMS' } })
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome.verified).toBe('head')
  })
})

describe('copyObject is refused', () => {
  const stood: Expectation = { is: 'etag', etag: 'e'.repeat(32), lastModified: 0 }
  test.each([
    {
      name: 'the source changed',
      expect: { is: 'anything' } as Expectation,
      before: (world: World) => world.server.give('from', 'a', { size: 10, seed: 'other' }),
      code: 'source-changed',
    },
    {
      name: 'the source changed, and the destination has its condition too',
      expect: { is: 'absent' } as Expectation,
      before: (world: World) => world.server.give('from', 'a', { size: 10, seed: 'other' }),
      code: 'source-changed',
    },
    {
      name: 'the source is gone',
      expect: { is: 'absent' } as Expectation,
      before: (world: World) => world.server.bucket('from').remove('a', 'null'),
      code: 'source-missing',
    },
    {
      name: 'the destination exists by now',
      expect: { is: 'absent' } as Expectation,
      before: (world: World) => world.server.give('to', 'a', { size: 3 }),
      code: 'destination-exists',
    },
    {
      name: 'the destination is another by now',
      expect: stood,
      before: (world: World) => world.server.give('to', 'a', { size: 3 }),
      code: 'destination-changed',
    },
    { name: 'the destination is gone by now', expect: stood, before: () => {}, code: 'destination-changed' },
  ])('$name: $code', async ({ expect: expectation, before, code }) => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 10 })
    const work = world.work('a', { expect: expectation })
    before(world)
    const stands = world.server.current('to', 'a')
    expect(await world.failure(copyObject(work, world.context))).toMatchObject({ code, reach: 'item' })
    expect(world.server.current('to', 'a')).toBe(stands)
  })

  test.each([
    { kind: 'AccessDenied' as const, code: 'access-denied', reach: 'item' },
    { kind: 'ExpiredToken' as const, code: 'credentials-expired', reach: 'job' },
    { kind: 'NoSuchBucket' as const, code: 'no-such-bucket', reach: 'job' },
    { kind: 'InvalidObjectState' as const, code: 'archived', reach: 'item' },
  ])('$kind is not tried again', async ({ kind, code, reach }) => {
    const world = createWorld()
    world.server.give('from', 'a')
    world.server.faults.add({ kind, when: 'before', operation: 'CopyObject' })
    expect(await world.failure(copyObject(world.work('a'), world.context))).toMatchObject({ code, reach })
    expect(world.context.source.requests).toEqual({ CopyObject: 1 })
  })
})

describe('copyObject in doubt', () => {
  const kinds: FaultKind[] = ['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down']
  const policies: Expectation['is'][] = ['absent', 'anything', 'etag']

  test.each(kinds.flatMap((kind) => policies.map((policy) => ({ kind, policy }))))(
    '$kind after the effect ($policy): found done, not sent again',
    async ({ kind, policy }) => {
      const world = createWorld()
      world.server.give('from', 'a', { size: 10 })
      const { server } = world
      const stood = policy === 'absent' ? undefined : server.give('to', 'a', { size: 3, lastModified: 0 })
      const expectation: Expectation =
        policy === 'etag' ? { is: 'etag', etag: stood?.etag ?? '', lastModified: 0 } : { is: policy }
      server.faults.add({ kind, when: 'after', operation: 'CopyObject', nth: 1 })
      const outcome = await world.finish(copyObject(world.work('a', { expect: expectation }), world.context))
      expect(outcome).toMatchObject({ settled: true, verified: 'head' })
      expect(server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
      expect(arrived(world, 'a')).toBe(true)
    },
  )

  test.each(kinds)('%s before the effect: sent again', async (kind) => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 10 })
    world.server.faults.add({ kind, when: 'before', operation: 'CopyObject', times: 3 })
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome.settled).toBe(false)
    expect(world.server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
  })

  test('an identical object that stood there before is not taken for ours', async () => {
    const world = createWorld()
    world.server.give('from', 'a', { size: 10 })
    const { server } = world
    server.give('to', 'a', { size: 10, seed: 'a', lastModified: world.seams.now() - 60_000 })
    server.faults.add({ kind: 'connection', when: 'before', operation: 'CopyObject', nth: 1 })
    await world.finish(world.context.source.headBucket('to'))
    await world.finish(copyObject(world.work('a', { expect: { is: 'anything' } }), world.context))
    expect(server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
  })

  test('in a versioned bucket ours is found below what somebody else wrote on top', async () => {
    const world = createWorld()
    const { server } = world
    server.bucket('to').versioning = 'enabled'
    server.give('from', 'a', { size: 10 })
    server.faults.add({
      kind: 'connection',
      when: 'after',
      operation: 'CopyObject',
      nth: 1,
      act: () => server.give('to', 'a', { size: 99, seed: 'theirs' }),
    })
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome.settled).toBe(true)
    expect(server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
    expect(outcome.versionId).toBe(server.bucket('to').versions('a')[1]?.versionId)
  })

  test('an endpoint that is away is given up soon, and can be told from a cursed request', async () => {
    const world = createWorld()
    world.server.give('from', 'a')
    world.server.offline = true
    const began = world.seams.now()
    const failure = await world.failure(copyObject(world.work('a'), world.context))
    expect(failure).toMatchObject({ code: 'connection', reach: 'attempt' })
    expect(world.seams.now() - began).toBeLessThan(10_000)
  })

  test('a request that fails for ever becomes a failure of its item', async () => {
    const world = createWorld()
    world.server.give('from', 'a')
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: 'CopyObject' })
    const failure = await world.failure(copyObject(world.work('a'), world.context))
    expect(failure).toMatchObject({ code: 'server-error', reach: 'item' })
    expect(failure.message).toContain('8 times')
  })

  test('a stopped job stops waiting', async () => {
    const world = createWorld()
    world.server.give('from', 'a')
    world.server.faults.add({
      kind: 'slow-down',
      when: 'before',
      operation: 'CopyObject',
      act: () => world.stop.abort(),
    })
    expect(await world.failure(copyObject(world.work('a'), world.context))).toMatchObject({
      code: 'cancelled',
    })
    expect(world.context.source.requests).toEqual({ CopyObject: 1 })
  })
})

describe('copyObject through an endpoint that does not keep its word (Ceph 16)', () => {
  const ceph = (): World => createWorld({ habits: CEPH_16_HABITS })

  test('looks before, verifies by HEAD, and looks at the source after', async () => {
    const world = ceph()
    world.server.give('from', 'a', RICH)
    const outcome = await world.finish(copyObject(world.work('a', { verify: 'answer' }), world.context))
    expect(outcome.verified).toBe('head')
    expect(world.context.source.requests).toEqual({ CopyObject: 1, HeadObject: 4 })
  })

  test('a changed source is seen before the copy', async () => {
    const world = ceph()
    world.server.give('from', 'a', { size: 10 })
    const work = world.work('a')
    world.server.give('from', 'a', { size: 10, seed: 'other' })
    expect(await world.failure(copyObject(work, world.context))).toMatchObject({ code: 'source-changed' })
    expect(world.server.log).toEqual([])
  })

  test('a destination that came into being is not written over', async () => {
    const world = ceph()
    world.server.give('from', 'a', { size: 10 })
    world.server.give('to', 'a', { size: 3 })
    expect(await world.failure(copyObject(world.work('a'), world.context))).toMatchObject({
      code: 'destination-exists',
    })
    expect(world.server.log).toEqual([])
  })

  test.each([
    { policy: { policy: 'set' as const, value: { team: 'ops' } }, tags: { team: 'ops' } },
    { policy: { policy: 'drop' as const }, tags: {} },
    { policy: { policy: 'copy' as const }, tags: RICH.tags },
  ])(
    'tags ($policy.policy) stand as they were asked for, although the directive is ignored',
    async ({ policy, tags }) => {
      const world = ceph()
      world.server.give('from', 'a', RICH)
      const properties = { ...COPY_DEFAULTS, tags: policy }
      await world.finish(copyObject(world.work('a', { properties }), world.context))
      expect(world.server.current('to', 'a')?.tags).toEqual(tags)
    },
  )
})

describe('a copy that did not arrive as it was sent', () => {
  test.each([
    { property: 'storage class', spoil: { storageClass: 'STANDARD' } },
    { property: 'size', spoil: { size: 999, storageClass: 'STANDARD_IA' } },
  ])('is not-verified, and names its $property', async ({ property, spoil }) => {
    const world = createWorld()
    world.server.give('from', 'a', RICH)
    const { server } = world
    server.faults.add({
      kind: 'connection',
      when: 'before',
      operation: 'HeadObject',
      nth: 1,
      act: () => server.give('to', 'a', { ...RICH, seed: 'a', ...spoil }),
    })
    const failure = await world.failure(copyObject(world.work('a', { verify: 'head' }), world.context))
    expect(failure).toMatchObject({ code: 'not-verified', property })
  })
})
