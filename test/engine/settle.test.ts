import { describe, expect, test } from 'vitest'
import { copyObject } from '../../main/engine/copy-object.ts'
import { settleCopy, settleDelete } from '../../main/engine/settle.ts'
import type { DeleteWork, Expectation } from '../../main/engine/work.ts'
import type { Given } from '../helpers/memory/server.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { createWorld } from './world.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'

const MINUTE = 60_000

describe('settleCopy: what stands at the destination, and whose it is', () => {
  const source: Given = { size: 10, seed: 'source' }
  const rows: { name: string; there?: Given; age?: number; remembered?: boolean; done: boolean }[] = [
    { name: 'nothing', done: false },
    { name: 'the same bytes, written since', there: source, age: 0, done: true },
    { name: 'the same bytes, written before', there: source, age: MINUTE, done: false },
    { name: 'the very object of the plan', there: source, age: 0, remembered: true, done: false },
    { name: 'other bytes of that size', there: { size: 10, seed: 'x' }, age: 0, done: false },
    { name: 'another size', there: { size: 11 }, age: 0, done: false },
    { name: 'that size in parts', there: { size: 10, etag: `${'b'.repeat(32)}-2` }, age: 0, done: true },
    {
      name: 'that size under KMS',
      there: { size: 10, etag: 'c'.repeat(32), encryption: { kind: 'SSE-KMS' } },
      age: 0,
      done: true,
    },
  ]
  test.each(rows)('$name: $done', async ({ there, age = 0, remembered, done }) => {
    const world = createWorld()
    world.server.give('from', 'a', source)
    const since = world.seams.now()
    const stands = there && world.server.give('to', 'a', { ...there, lastModified: since - age })
    const expectation: Expectation =
      stands && remembered
        ? { is: 'etag', etag: stands.etag, lastModified: stands.lastModified }
        : { is: 'anything' }
    const settled = await world.finish(
      settleCopy(world.work('a', { expect: expectation }), world.context, since),
    )
    expect(settled.is).toBe(done ? 'done' : 'not-done')
  })

  test('what is found done is verified as far as the work asks for', async () => {
    const world = createWorld()
    world.server.give('from', 'a', { ...source, tags: { team: 'web' } })
    const work = world.work('a', { verify: 'full' })
    const since = world.seams.now()
    world.server.give('to', 'a', source)
    expect(await world.failure(settleCopy(work, world.context, since))).toMatchObject({
      code: 'not-verified',
      property: 'tag team',
    })
  })

  test('tags that the endpoint drops are put there although the copy is not sent again', async () => {
    const world = createWorld({ habits: CEPH_16_HABITS })
    world.server.give('from', 'a', { ...source, tags: { team: 'web' } })
    const tags = { policy: 'set' as const, value: { team: 'ops' } }
    const work = world.work('a', { properties: { ...COPY_DEFAULTS, tags } })
    const since = world.seams.now()
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'PutObjectTagging', nth: 1 })
    expect((await world.failure(copyObject(work, world.context))).code).toBe('access-denied')
    expect((await world.finish(settleCopy(work, world.context, since))).is).toBe('done')
    expect(world.server.current('to', 'a')?.tags).toEqual({ team: 'ops' })
  })

  test('the same for one that came by parts: its tags were owed since it was begun', async () => {
    const world = createWorld({ habits: CEPH_16_HABITS })
    world.server.give('from', 'a', { ...source, tags: { team: 'web' } })
    const since = world.seams.now()
    world.server.give('to', 'a', { ...source, etag: `${'b'.repeat(32)}-2` })
    expect((await world.finish(settleCopy(world.work('a'), world.context, since))).is).toBe('done')
    expect(world.server.current('to', 'a')?.tags).toEqual({ team: 'web' })
  })

  test('an endpoint that is away leaves the question open', async () => {
    const world = createWorld()
    world.server.give('from', 'a', source)
    world.server.offline = true
    expect(await world.failure(settleCopy(world.work('a'), world.context, 0))).toMatchObject({
      code: 'connection',
      reach: 'attempt',
    })
  })
})

describe('settleDelete', () => {
  test.each([
    { versioning: 'off' as const, outcome: { deleteMarker: false } },
    { versioning: 'enabled' as const, outcome: { deleteMarker: true, versionId: 'v00000002' } },
  ])('gone, versioning $versioning', async ({ versioning, outcome }) => {
    const world = createWorld()
    world.server.bucket('from').versioning = versioning
    const { etag, lastModified } = world.server.give('from', 'a', { size: 1 })
    const since = world.seams.now()
    await world.finish(world.context.source.deleteObject({ bucket: 'from', key: 'a' }))
    const settled = settleDelete(
      { bucket: 'from', key: 'a', etag, lastModified, mode: 'marker' },
      world.context,
      since,
    )
    expect(await world.finish(settled)).toEqual({ is: 'done', outcome })
  })

  test('a bucket whose versions must not be listed is settled all the same', async () => {
    const world = createWorld()
    world.server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'ListObjectVersions' })
    const gone: DeleteWork = { bucket: 'from', key: 'a', etag: 'e', lastModified: 0, mode: 'marker' }
    expect(await world.finish(settleDelete(gone, world.context, 0))).toMatchObject({ is: 'done' })
  })

  test('what still stands was not deleted', async () => {
    const world = createWorld()
    const { etag, lastModified } = world.server.give('from', 'a', { size: 1 })
    const work: DeleteWork = { bucket: 'from', key: 'a', etag, lastModified, mode: 'marker' }
    expect(await world.finish(settleDelete(work, world.context, 0))).toEqual({ is: 'not-done' })
  })
})
