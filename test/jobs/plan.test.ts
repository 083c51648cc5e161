import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import type { PourSpec, Selection } from '#model/spec.ts'
import { S3_LIMITS } from '#model/object.ts'
import { toSegments } from '../../main/engine/listing/segments.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const prefix = (name: string): Selection => ({ kind: 'prefix', prefix: name })
const object = (key: string, versionId?: string): Selection => ({
  kind: 'object',
  key,
  ...(versionId !== undefined && { versionId }),
})

describe('selections: overlapping ones are planned once, in key order', () => {
  test.each<[string, Selection[], string[]]>([
    ['one prefix', [prefix('a/')], ['a/']],
    ['a prefix below another', [prefix('a/b/'), prefix('a/')], ['a/']],
    ['the same twice', [prefix('a/'), prefix('a/')], ['a/']],
    ['an object below a prefix', [object('a/1'), prefix('a/')], ['a/']],
    ['an object beside it', [prefix('a/'), object('A')], ['A', 'a/']],
    ['the whole bucket', [prefix('a/'), prefix('')], ['']],
    ['a version below a prefix', [prefix('a/'), object('a/1', 'v1')], ['a/', 'a/1@v1']],
    ['two versions of a key', [object('a', 'v1'), object('a', 'v2'), object('a', 'v1')], ['a@v1', 'a@v2']],
    ['UTF-8 order, not UTF-16', [object('\u{1F600}'), object('\uFF61')], ['\uFF61', '\u{1F600}']],
  ])('%s', (_name, select, expected) => {
    const segments = toSegments(select)
    const names = segments.map((segment) =>
      segment.kind === 'prefix'
        ? segment.prefix
        : segment.key + (segment.versionId === undefined ? '' : `@${segment.versionId}`),
    )
    expect(names).toEqual(expected)
  })
})

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

/** The plan of a spec, and the requests that it took. */
async function plan(
  spec: PourSpec,
  copyLimit?: number,
): Promise<{ items: ItemView[]; requests: Record<string, number> }> {
  const jobs = await world.open({ copyLimit })
  const { id } = jobs.create(spec, { draft: true })
  const { status } = await world.settle(jobs, id)
  expect(status).toEqual({ is: 'ready' })
  const { items } = jobs.items(id, 'all', 0, 500)
  const { requests } = jobs.get(id)
  await world.seams.finish(jobs.close())
  return { items, requests }
}

const brief = ({ key, action, skipReason, failure, conflict }: ItemView): string =>
  [key, action, skipReason ?? failure?.code, conflict ? 'conflict' : undefined].filter(Boolean).join(' ')

test('what stands at the destination decides, and both sides are listed once', async () => {
  world.s3.giveMany('from', 'a/', 4)
  world.s3.give('to', 'z/00001', { seed: 'other' })
  world.s3.give('to', 'z/00001x')
  world.s3.give('to', 'z/00003', { seed: 'other' })
  const overwrite = await plan(pour('copy', { conflict: 'overwrite' }))
  expect(overwrite.items.map(brief)).toEqual([
    'a/00000 copy',
    'a/00001 copy conflict',
    'a/00002 copy',
    'a/00003 copy conflict',
  ])
  // Whether what is written over would be gone for good depends on it.
  expect(overwrite.requests).toEqual({ ListObjectsV2: 2, GetBucketVersioning: 1 })
  const skip = await plan(pour('copy', { conflict: 'skip' }))
  expect(skip.items.map(brief)).toEqual([
    'a/00000 copy',
    'a/00001 skip exists',
    'a/00002 copy',
    'a/00003 skip exists',
  ])
})

test('2,500 objects against a crowded destination: as many pages as there are', async () => {
  world.s3.giveMany('from', 'a/', 2500)
  world.s3.giveMany('to', 'z/', 2500)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { conflict: 'skip' }), { draft: true })
  const ready = await world.settle(jobs, id)
  expect(ready.tally.skipped.exists.items).toBe(2500)
  expect(jobs.get(id).requests['ListObjectsV2']).toBeLessThanOrEqual(7)
  await world.seams.finish(jobs.close())
})

test('a few objects far apart jump over what lies between', async () => {
  world.s3.giveMany('to', 'z/', 20_000)
  world.s3.give('from', 'a/00000')
  world.s3.give('from', 'a/19999')
  const { items, requests } = await plan(pour('copy', { conflict: 'skip' }))
  expect(items.map(brief)).toEqual(['a/00000 skip exists', 'a/19999 skip exists'])
  expect(requests['ListObjectsV2']).toBeLessThanOrEqual(4)
})

test('large ones go by parts, other endpoints through this machine', async () => {
  world.s3.give('from', 'a/big', { size: 101 })
  world.s3.give('from', 'a/small', { size: 100 })
  expect((await plan(pour('copy'), 100)).items.map(brief)).toEqual(['a/big copy-parts', 'a/small copy'])
  const spec = pour('copy')
  const elsewhere = { ...CONNECTION, config: { ...CONNECTION.config, endpoint: 'http://other.example' } }
  const there: PourSpec = { ...spec, destinations: [{ ...spec.destinations[0], connection: elsewhere }] }
  expect((await plan(there)).items.map(brief)).toEqual(['a/big relay', 'a/small relay'])
})

test('an object is never copied onto itself (invariant 2)', async () => {
  world.s3.giveMany('from', 'a/', 2)
  const spec = pour('move')
  const onto: PourSpec = {
    ...spec,
    destinations: [{ ...spec.destinations[0], bucket: 'from', prefix: 'a/' }],
  }
  const { items } = await plan(onto)
  expect(items.map(brief)).toEqual(['a/00000 skip same-object', 'a/00001 skip same-object'])
})

test('a copy into its own source does not copy what it makes', async () => {
  world.s3.giveMany('from', 'a/', 3)
  const spec = pour('copy')
  const jobs = await world.open()
  const into: PourSpec = {
    ...spec,
    destinations: [{ ...spec.destinations[0], bucket: 'from', prefix: 'a/new/' }],
  }
  const { id } = jobs.create(into, { draft: false })
  expect((await world.settle(jobs, id)).tally.copied.items).toBe(3)
  expect(world.s3.keys('from')).toHaveLength(6)
  await world.seams.finish(jobs.close())
})

test('what cannot be copied is refused with its reason', async () => {
  const long = 'x'.repeat(S3_LIMITS.keyBytes - 2)
  world.s3.give('from', `a/${long}`)
  world.s3.give('from', 'a/frozen', { storageClass: 'DEEP_ARCHIVE' })
  const spec = pour('copy', { conflict: 'fail' })
  world.s3.give('to', 'zzz/there')
  world.s3.give('from', 'a/there')
  const { items } = await plan({ ...spec, destinations: [{ ...spec.destinations[0], prefix: 'zzz/' }] })
  expect(items.map(brief)).toEqual([
    'a/frozen refuse archived',
    'a/there refuse destination-exists',
    `a/${long} refuse key-too-long`,
  ])
})

test('chosen objects are asked about one by one, and a missing one is said', async () => {
  world.s3.giveMany('from', 'a/', 3)
  const spec = pour('copy')
  const select = [object('a/00002'), object('a/00000'), object('a/none')]
  const { items, requests } = await plan({ ...spec, sources: [{ ...spec.sources[0], select }] })
  expect(items.map(brief)).toEqual(['a/00000 copy', 'a/00002 copy', 'a/none refuse source-missing'])
  expect(requests).toEqual({ HeadObject: 6 })
})

test('a selection outside its base is refused by name', async () => {
  const jobs = await world.open()
  const spec = pour('copy')
  const create = (): unknown =>
    jobs.create({ ...spec, sources: [{ ...spec.sources[0], select: [prefix('b/')] }] }, { draft: true })
  expect(create).toThrow('sources.0.select.0.prefix: must begin with sources.0.base ("a/"), not "b/"')
  await world.seams.finish(jobs.close())
})

test('a plan that was interrupted goes on after its last page', async () => {
  world.s3.giveMany('from', 'a/', 5000)
  const slow = makeWorld(1, { latency: 100 })
  slow.s3.giveMany('from', 'a/', 5000)
  const jobs = await slow.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await slow.seams.run(() => jobs.get(id).snapshot.tally.listed.items >= 2000)
  await slow.seams.finish(jobs.close())
  const listed = slow.storage.requests['ListObjectsV2'] ?? 0
  const again = await slow.open()
  const done = await slow.settle(again, id, 'finished')
  expect(done.tally.copied.items).toBe(5000)
  // Five pages of the source in all; at most one was under way when it was interrupted, and one each of the destination.
  // So far away, two looks ahead may meet nothing.
  expect((slow.storage.requests['ListObjectsV2'] ?? 0) - listed).toBeLessThanOrEqual(5 + 2)
  await slow.seams.finish(again.close())
  slow.end()
})

test('a server that does not list in order is asked key by key', async () => {
  world.s3.giveMany('from', 'a/', 5)
  world.s3.give('to', 'z/00003')
  const list = world.storage.listObjects.bind(world.storage)
  world.storage.listObjects = async (request, signal) => {
    const page = await list(request, signal)
    return request.prefix === 'a/' ? { ...page, objects: page.objects.reverse() } : page
  }
  const { items, requests } = await plan(pour('copy', { conflict: 'skip' }))
  expect(items.map(brief).sort()).toEqual([
    'a/00000 copy',
    'a/00001 copy',
    'a/00002 copy',
    'a/00003 skip exists',
    'a/00004 copy',
  ])
  expect(requests['HeadObject']).toBe(5)
})
