import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile, PourSpec } from '#model/spec.ts'
import { Paces } from '../../main/jobs/run/paces.ts'
import { CEPH_16_HABITS, MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { itemFor, planByHand } from './by-hand.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 2 })
  for (const bucket of ['to-2', 'to-3']) world.s3.makeBucket(bucket)
})
afterEach(() => world.end())

type Destinations = NonNullable<Extract<JobFile, { destinations: unknown }>['destinations']>
const place = (bucket: string, more = {}): Destinations[0] => ({
  ...{ connection: CONNECTION, bucket, prefix: 'z/' },
  ...more,
})
const THREE: Destinations = [place('to'), place('to-2'), place('to-3')]

describe('a job of several legs', () => {
  test('one source goes to three destinations: each object once to each, listed once', async () => {
    world.s3.giveMany('from', 'a/', 300, 10)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { destinations: THREE }), { draft: false })
    const done = await world.settle(jobs, id)
    expect(done.tally.copied).toEqual({ items: 900, bytes: 9000 })
    for (const bucket of ['to', 'to-2', 'to-3']) expect(world.s3.keys(bucket)).toHaveLength(300)
    expect(jobs.get(id).requests).toMatchObject({ ListObjectsV2: 4, CopyObject: 900 })
    expect(jobs.items(id, 'all', 0, 3).items.map(({ destination }) => destination)).toEqual([0, 1, 2])
    await world.seams.finish(jobs.close())
  })

  test('another connection among them is relayed to, and counted with the others', async () => {
    const there = new MemoryS3({ seams: world.seams, latency: 2 })
    there.makeBucket('far')
    const far = new MemoryStorage(there)
    world.s3.giveMany('from', 'a/', 20, 10)
    const connection = {
      ...CONNECTION,
      id: 'far',
      config: { ...CONNECTION.config, endpoint: 'http://far.test' },
    }
    const destinations: Destinations = [place('to'), place('far', { connection })]
    const asked: unknown[] = []
    const jobs = await world.open({
      openStorage: ({ id }, access) => {
        asked.push([id, access])
        return Promise.resolve(id === 'far' ? far : world.storage)
      },
    })
    const { id } = jobs.create(pour('copy', { destinations }), { draft: false })
    expect((await world.settle(jobs, id)).tally.copied.items).toBe(40)
    expect(there.keys('far')).toHaveLength(20)
    expect(jobs.get(id).requests).toMatchObject({ CopyObject: 20, GetObject: 20, PutObject: 20 })
    // Each place once, however many legs go through it.
    expect(asked).toEqual([
      ['here', { owner: undefined, requesterPays: false }],
      ['far', { owner: undefined, requesterPays: false }],
    ])
    await world.seams.finish(jobs.close())
  })

  test('a place is asked as its own access says', async () => {
    world.s3.giveMany('from', 'a/', 2)
    const asked: unknown[] = []
    const jobs = await world.open({
      openStorage: (_, access) => {
        asked.push(access)
        return Promise.resolve(world.storage)
      },
    })
    const source = { ...pour('copy').sources[0], owner: '111122223333', requesterPays: true }
    const { id } = jobs.create(pour('copy', { sources: [source], destinations: THREE }), { draft: false })
    await world.settle(jobs, id)
    expect(asked).toEqual([
      { owner: '111122223333', requesterPays: true },
      { owner: undefined, requesterPays: false },
    ])
    await world.seams.finish(jobs.close())
  })

  test('several sources go to several destinations, each from its own bucket', async () => {
    world.s3.giveMany('from', 'a/', 10)
    world.s3.giveMany('to-3', 'b/x', 10)
    const [source] = pour('copy').sources
    const other: PourSpec['sources'][0] = {
      ...source,
      ...{ bucket: 'to-3', base: 'b/', select: [{ kind: 'prefix', prefix: 'b/' }] },
    }
    const jobs = await world.open()
    const spec = pour('copy', { sources: [source, other], destinations: [place('to'), place('to-2')] })
    const { id } = jobs.create(spec, { draft: false })
    expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(40)
    for (const bucket of ['to', 'to-2']) {
      expect(world.s3.keys(bucket)).toHaveLength(20)
      expect(world.s3.keys(bucket)).toContain('z/x00009')
    }
    await world.seams.finish(jobs.close())
  })

  test('a move to several: the source goes once all copies stand, and not where one failed', async () => {
    world.s3.giveMany('from', 'a/', 40)
    world.s3.faults.add({
      ...{ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/00007', times: 1 },
    })
    const items = world.s3.keys('from').flatMap((key, n) => {
      const version = world.s3.current('from', key)
      if (!version) throw new Error('it was just given')
      return [0, 1, 2].map((leg) => itemFor(version, { leg, after: leg === 0 ? undefined : 3 * n + leg }))
    })
    const id = planByHand(world, pour('move', { destinations: THREE }), items)
    const jobs = await world.open()
    const done = await world.settle(jobs, id)
    expect(done.tally).toMatchObject({ moved: { items: 39 }, copied: { items: 78 }, failed: { items: 3 } })
    expect(world.s3.keys('from')).toEqual(['a/00007'])
    for (const { key, at } of world.s3.mutations({ operation: 'DeleteObject' })) {
      const copies = world.s3.log.filter((entry) => entry.key === `z/${key.slice(2)}` && entry.at <= at)
      expect(copies).toHaveLength(3)
    }
    jobs.retry(id)
    expect((await world.settle(jobs, id, 'finished')).tally.moved.items).toBe(40)
    expect(world.s3.keys('from')).toEqual([])
    await world.seams.finish(jobs.close())
  })
})

describe('the paces of a job', () => {
  const limits = (concurrency: number | undefined, buckets: readonly string[]): [number, number] => {
    const [first, ...others] = buckets.map((bucket) => place(bucket))
    if (first === undefined) throw new Error('at least one')
    const spec = pour('copy', { destinations: [first, ...others], ...(concurrency && { concurrency }) })
    const paces = new Paces(world.seams).forJob(spec)
    return [paces.length, new Set(paces).size]
  }
  test.each([
    { concurrency: undefined, buckets: ['to'], legs: 1, paces: 1 },
    { concurrency: 10, buckets: ['to', 'to-2', 'to-3'], legs: 3, paces: 3 },
    { concurrency: 10, buckets: ['to', 'to', 'to-3'], legs: 3, paces: 2 },
    // Fewer requests at once than buckets: they take turns.
    { concurrency: 2, buckets: ['to', 'to-2', 'to-3'], legs: 3, paces: 1 },
  ])('$concurrency at once, to $buckets', ({ concurrency, buckets, legs, paces }) => {
    expect(limits(concurrency, buckets)).toEqual([legs, paces])
  })

  test('no more are in flight than the job asks for, however many buckets it writes to', async () => {
    world.s3.giveMany('from', 'a/', 100)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { destinations: THREE, concurrency: 2 }), { draft: true })
    await world.settle(jobs, id)
    world.s3.mostInFlight = 0
    jobs.start(id, 'now')
    await world.settle(jobs, id, 'finished')
    expect(world.s3.mostInFlight).toBe(2)
    await world.seams.finish(jobs.close())
  })
})

describe('weak guards are in the notes', () => {
  test('of a job that ran, once', async () => {
    const weak = makeWorld(2, { habits: CEPH_16_HABITS })
    weak.s3.giveMany('from', 'a/', 5)
    const jobs = await weak.open()
    const { id } = jobs.create(pour('copy', { conflict: 'skip' }), { draft: false })
    await weak.settle(jobs, id)
    expect(jobs.get(id).notes).toHaveLength(2)
    await weak.seams.finish(jobs.close())
    weak.end()
  })
})
