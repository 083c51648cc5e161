import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobFile, JobSpec } from '#model/spec.ts'
import { specOf } from '../helpers/specs.ts'
import { CONNECTION, makeWorld } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

function edit(properties: unknown): JobSpec {
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix', prefix: 'a/' }],
    base: 'a/',
  }
  return specOf({ v: 1, kind: 'edit', sources: [source], verify: 'auto', properties } as JobFile)
}

test('a header is changed, everything else is kept, and each object is written once', async () => {
  for (let n = 0; n < 50; n++) {
    world.s3.give('from', `a/${n}`, { size: 9, metadata: { by: 'hand' }, tags: { colour: 'red' } })
  }
  const jobs = await world.open()
  const spec = edit({ headers: { policy: 'change', set: { contentType: 'text/css' } } })
  const { id } = jobs.create(spec, { draft: false })
  const done = await world.settle(jobs, id)
  expect(jobs.failures(id)).toEqual([])
  expect(done.tally).toMatchObject({ edited: { items: 50 }, copied: { items: 0 } })
  expect(world.s3.current('from', 'a/7')).toMatchObject({
    headers: { contentType: 'text/css' },
    metadata: { by: 'hand' },
    tags: { colour: 'red' },
  })
  expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(50)
  expect(jobs.items(id, 'done', 0, 10)).toMatchObject({ total: 50 })
  expect(jobs.items(id, 'done', 0, 1).items[0]).toMatchObject({ state: 'edited', action: 'rewrite' })
  await world.seams.finish(jobs.close())
})

test('what is as asked for already is skipped, and counted as that', async () => {
  world.s3.give('from', 'a/new', { size: 1 })
  world.s3.give('from', 'a/has', { size: 1, tags: { colour: 'red' } })
  const jobs = await world.open()
  const { id } = jobs.create(edit({ tags: { policy: 'change', set: { colour: 'red' } } }), { draft: false })
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({
    edited: { items: 1 },
    skipped: { 'nothing-to-do': { items: 1 } },
    failed: { items: 0 },
  })
  expect(world.s3.mutations({ operation: 'PutObjectTagging' })).toHaveLength(1)
  expect(jobs.items(id, 'skipped', 0, 10)).toMatchObject({ total: 1, items: [{ key: 'a/has' }] })
  expect(jobs.items(id, 'to-do', 0, 10).total).toBe(0)
  await world.seams.finish(jobs.close())
})

test('closed in the middle and opened again, each object is written once', async () => {
  world.s3.giveMany('from', 'a/', 200, 5)
  const first = await world.open()
  const { id } = first.create(edit({ metadata: { policy: 'change', set: { n: '1' } } }), { draft: false })
  await world.seams.run(() => world.s3.log.length > 60)
  await world.seams.finish(first.close())
  const jobs = await world.open()
  expect((await world.settle(jobs, id)).tally.edited.items).toBe(200)
  expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(200)
  await world.seams.finish(jobs.close())
})

test('two places are compared: differences are failed rows that name the property, and nothing is written', async () => {
  for (let n = 0; n < 20; n++) {
    world.s3.give('from', `a/${n}`, { size: 5, metadata: { n: String(n) } })
    if (n !== 3)
      world.s3.give('to', `z/${n}`, { seed: `a/${n}`, size: 5, metadata: { n: n === 5 ? 'x' : String(n) } })
  }
  world.s3.give('to', 'z/more', { size: 1 })
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix', prefix: 'a/' }],
    base: 'a/',
  }
  const destination = { connection: CONNECTION, bucket: 'to', prefix: 'z/' }
  const spec = specOf({
    ...{ v: 1, kind: 'parity', sources: [source], destinations: [destination], compare: 'head' },
  } as JobFile)
  const jobs = await world.open()
  const { id } = jobs.create(spec, { draft: false })
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({ failed: { items: 3 }, skipped: { same: { items: 18 } } })
  const failed = jobs.items(id, 'failed', 0, 10).items
  expect(failed.map(({ key, failure }) => [key, failure?.code, failure?.property])).toEqual([
    ['a/3', 'differs', 'existence'],
    ['a/5', 'differs', 'metadata n'],
    ['z/more', 'differs', 'existence'],
  ])
  expect(world.s3.log).toEqual([])
  await world.seams.finish(jobs.close())
})

test('a mirror deletes what has no source, and only that', async () => {
  world.s3.giveMany('from', 'a/', 5, 2)
  for (const key of ['z/00002', 'z/old', 'other']) world.s3.give('to', key, { size: 7 })
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix', prefix: 'a/' }],
    base: 'a/',
  }
  const destination = { connection: CONNECTION, bucket: 'to', prefix: 'z/' }
  const spec = specOf({
    ...{ v: 1, kind: 'copy', sources: [source], destinations: [destination], conflict: 'if-different' },
    ...{ verify: 'auto', deleteExtra: true },
  } as JobFile)
  const jobs = await world.open()
  const { id } = jobs.create(spec, { draft: false })
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({ copied: { items: 5 }, deleted: { items: 1 }, failed: { items: 0 } })
  expect(world.s3.keys('to')).toEqual(['other', ...[0, 1, 2, 3, 4].map((n) => `z/0000${n}`)])
  await world.seams.finish(jobs.close())
})
