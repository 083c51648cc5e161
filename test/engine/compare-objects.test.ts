import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { compareObjects } from '../../main/engine/compare/compare-objects.ts'
import type { CustomerKey } from '../../main/engine/storage.ts'
import type { CompareWork } from '../../main/engine/work.ts'
import type { Given } from '../helpers/memory/server.ts'
import { answeringBoth } from './answering.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

const LIKE: Given = { size: 10, seed: 'same', metadata: { owner: 'ada' }, tags: { team: 'web' } }
const etag = (letter: string, parts?: number): string =>
  letter.repeat(32) + (parts === undefined ? '' : `-${parts}`)

function setUp(source: Given, destination?: Given): World {
  const world = createWorld()
  world.server.give('from', 'a', source)
  if (destination) world.server.give('to', 'a', destination)
  return world
}

function workIn(world: World, level: CompareWork['level']): CompareWork {
  const { source, destination, size, etag: planned } = world.work('a')
  return { source, destination, size, etag: planned, level }
}

function customerKey(letter: string): CustomerKey {
  const key = Buffer.alloc(32, letter)
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}

describe('compareObjects', () => {
  const properties = async (world: World, level: CompareWork['level'], context = world.context) =>
    (await world.finish(compareObjects(workIn(world, level), context))).map(({ property }) => property)

  test.each([
    { level: 'listing', heads: 2, others: 0 },
    { level: 'head', heads: 2, others: 0 },
    { level: 'full', heads: 2, others: 2 },
  ] as const)('$level: two that are alike, by $heads HEADs', async ({ level, heads, others }) => {
    const world = setUp(LIKE, LIKE)
    expect(await properties(world, level)).toEqual([])
    expect(world.context.source.requests['HeadObject']).toBe(heads)
    expect(world.context.source.requests['GetObjectTagging'] ?? 0).toBe(others)
  })

  test('what only a deeper level sees', async () => {
    const world = setUp(LIKE, { ...LIKE, metadata: {}, tags: { team: 'ops' }, storageClass: 'STANDARD_IA' })
    expect(await properties(world, 'listing')).toEqual([])
    expect(await properties(world, 'head')).toEqual(['metadata owner', 'storage class'])
    expect(await properties(world, 'full')).toEqual(['metadata owner', 'storage class', 'tag team'])
  })

  test.each([
    ['nothing there', undefined, ['existence']],
    ['another size', { ...LIKE, size: 11 }, ['size']],
    ['other bytes', { ...LIKE, seed: 'other' }, ['content']],
    ['another layout of the bytes', { ...LIKE, etag: etag('b', 2) }, []],
    ['another encryption', { ...LIKE, etag: etag('b'), encryption: { kind: 'SSE-KMS' } }, []],
  ] as const)('%s', async (_, destination, expected) => {
    const world = setUp(LIKE, destination)
    expect(await properties(world, 'listing')).toEqual(expected)
    const isUnknown = destination !== undefined && 'etag' in destination
    expect(world.notes).toEqual(isUnknown ? [expect.stringContaining('could not be compared')] : [])
  })

  test.each([
    { name: 'the same sizes of parts', sizes: [5, 5], expected: ['content'] },
    { name: 'other sizes of parts', sizes: [5, 6], expected: [] },
    { name: 'a server that does not tell them', sizes: [10, 10], expected: [] },
  ])('as many parts under another ETag, $name: $expected', async ({ sizes, expected }) => {
    const world = setUp({ ...LIKE, etag: etag('a', 2) }, { ...LIKE, etag: etag('b', 2) })
    const real = world.context.source
    const context = answeringBoth(world.context, {
      async headObject(request, signal) {
        const head = await real.headObject(request, signal)
        if (request.part === undefined) return head
        return { ...head, size: sizes[request.bucket === 'from' ? 0 : 1] ?? 0 }
      },
    })
    expect(await properties(world, 'listing', context)).toEqual(expected)
    expect(world.notes).toHaveLength(expected.length === 0 ? 1 : 0)
  })

  test('under customer keys: each side opens with the one of the ring that is its own', async () => {
    const world = createWorld()
    const [ours, theirs] = ['o', 't'].map(customerKey)
    const bytes = { body: Buffer.from('0123456789'), size: 10, metadata: { owner: 'ada' } }
    const give = (bucket: string, key: CustomerKey | undefined, more: object = {}) =>
      world.finish(
        world.context.source.putObject({
          ...{ bucket, key: 'a', ...bytes, ...more },
          encryption: key && { kind: 'SSE-C', key },
        }),
      )
    await give('from', ours)
    await give('to', theirs, { metadata: {} })
    const findKey = (name: string) => Promise.resolve((name === 'ours' ? ours : theirs) as CustomerKey)
    const work = workIn(world, 'head')
    const open = { ...work, source: { ...work.source, customerKeys: ['ours', 'theirs'] } }
    const differences = await world.finish(compareObjects(open, { ...world.context, findKey }))
    expect(differences.map(({ property }) => property)).toEqual(['metadata owner'])
    expect(JSON.stringify(differences)).not.toContain(ours?.key)
    expect(await world.failure(compareObjects(work, world.context))).toMatchObject({ code: 'customer-key' })
  })

  test('a source that is gone, or another than was listed, is no comparison', async () => {
    const world = setUp(LIKE, LIKE)
    const work = workIn(world, 'head')
    world.server.give('from', 'a', { ...LIKE, seed: 'newer' })
    expect(await world.failure(compareObjects(work, world.context))).toMatchObject({ code: 'source-changed' })
    world.server.bucket('from').remove('a', 'null')
    expect(await world.failure(compareObjects(work, world.context))).toMatchObject({ code: 'source-missing' })
  })
})
