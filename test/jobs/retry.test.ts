import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile, JobSpec, VersionChoice } from '#model/spec.ts'
import { specOf } from '../helpers/specs.ts'
import { from } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

test('failures are grouped by cause, and one cause is tried again', async () => {
  world.s3.giveMany('from', 'a/', 100)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', times: 30 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  const first = await world.settle(jobs, id)
  expect(first.status.is).toBe('completed')
  expect(first.tally.failed.items).toBe(30)
  const [group] = jobs.failures(id)
  expect(group).toMatchObject({ code: 'access-denied', items: 30, retry: 'retry' })
  expect(jobs.items(id, 'failed', 0, 500)).toMatchObject({ total: 30 })

  jobs.retry(id, { code: 'access-denied', s3Code: group?.s3Code })
  const second = await world.settle(jobs, id)
  expect(second.tally.failed.items).toBe(0)
  expect(second.tally.copied.items).toBe(100)
  expect(jobs.failures(id)).toEqual([])
  expect(world.s3.log).toHaveLength(100)
  await world.seams.finish(jobs.close())
})

test('a source that changed is planned anew when it is tried again', async () => {
  world.s3.giveMany('from', 'a/', 3, 10)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: true })
  await world.settle(jobs, id)
  world.s3.give('from', 'a/00001', { seed: 'new', size: 25 })
  jobs.start(id, 'now')
  const first = await world.settle(jobs, id, 'finished')
  expect(jobs.failures(id)).toMatchObject([{ code: 'source-changed', items: 1, retry: 'plan-again' }])
  expect(first.tally.copied).toEqual({ items: 2, bytes: 20 })

  jobs.retry(id)
  const second = await world.settle(jobs, id, 'finished')
  expect(second.tally.copied).toEqual({ items: 3, bytes: 45 })
  expect(second.tally.listed).toEqual({ items: 3, bytes: 45 })
  await world.seams.finish(jobs.close())
})

test('a move whose delete was refused keeps its copy, and only deletes when it is tried again', async () => {
  world.s3.giveMany('from', 'a/', 5)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject', times: 2 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('move'), { draft: false })
  const first = await world.settle(jobs, id)
  expect(first.tally).toMatchObject({ moved: { items: 3 }, failed: { items: 2 } })
  jobs.retry(id)
  expect((await world.settle(jobs, id)).tally.moved.items).toBe(5)
  expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(5)
  expect(world.s3.keys('from')).toEqual([])
  await world.seams.finish(jobs.close())
})

test('archived objects are refused by the plan, and taken once they are restored', async () => {
  world.s3.giveMany('from', 'a/', 2)
  const frozen = world.s3.give('from', 'a/frozen', { storageClass: 'GLACIER' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  const first = await world.settle(jobs, id)
  expect(first.tally).toMatchObject({
    copied: { items: 2 },
    failed: { items: 1 },
    planned: { refuse: { items: 1 } },
  })
  expect(jobs.failures(id)).toMatchObject([{ code: 'archived', exampleKey: 'a/frozen' }])
  frozen.restore = { readyAt: 0 }
  jobs.retry(id)
  expect((await world.settle(jobs, id)).tally).toMatchObject({
    copied: { items: 3 },
    planned: { refuse: { items: 0 } },
  })
  await world.seams.finish(jobs.close())
})

test('without failures there is nothing to try again, and the job is completed at once', async () => {
  world.s3.giveMany('from', 'a/', 2)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  jobs.retry(id)
  expect((await world.settle(jobs, id)).tally.copied.items).toBe(2)
  expect(world.s3.log).toHaveLength(2)
  await world.seams.finish(jobs.close())
})

test('a cause without an S3 code means every failure of that kind', async () => {
  world.s3.giveMany('from', 'a/', 10)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', times: 4 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(4)
  jobs.retry(id, { code: 'access-denied', s3Code: 'SomethingElse' })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(4)
  jobs.retry(id, { code: 'access-denied' })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(0)
  await world.seams.finish(jobs.close())
})

test('many are marked in slices: everything else has its turn in between, and the run waits for all of them', async () => {
  world.s3.giveMany('from', 'a/', 3500)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', times: 3500 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(3500)
  const marked = jobs.retry(id)
  expect(marked.status.is).toBe('queued')
  expect(marked.tally.failed.items).toBe(3000)
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({ copied: { items: 3500 }, failed: { items: 0 } })
  expect(world.s3.log).toHaveLength(3500)
  await world.seams.finish(jobs.close())
})

test('a move whose source changed after its copy is not stopped by that copy when it is tried again', async () => {
  world.s3.giveMany('from', 'a/', 3, 10)
  const act = (): void => void world.s3.give('from', 'a/00001', { seed: 'new', size: 25 })
  const key = 'a/00001'
  world.s3.faults.add({ kind: 'nothing', when: 'before', operation: 'DeleteObject', key, nth: 1, act })
  const jobs = await world.open()
  const { id } = jobs.create({ ...pour('move'), conflict: 'skip' }, { draft: false })
  const first = await world.settle(jobs, id, 'finished')
  expect(first.tally).toMatchObject({ moved: { items: 2 }, failed: { items: 1 } })
  expect(jobs.failures(id)).toMatchObject([{ code: 'source-changed' }])

  jobs.retry(id)
  const second = await world.settle(jobs, id, 'finished')
  expect(second.tally).toMatchObject({ moved: { items: 3 }, failed: { items: 0 } })
  expect(world.s3.keys('from')).toEqual([])
  await world.seams.finish(jobs.close())
})

describe('an old version that was archived, and is restored by somebody', () => {
  const copy = (versions: VersionChoice): JobSpec =>
    pour('copy', { sources: [from('from', 'a/', { versions })] as JobFile['sources'] })
  const rewind = (at: number): JobSpec => {
    const sources = [from('from', 'a/', { versions: { take: 'all' } })]
    return specOf<'rewind'>({
      v: 1,
      kind: 'rewind',
      sources,
      verify: 'auto',
      to: { is: 'as-of', at },
    } as never)
  }
  /** Refused, then restored, and tried again: the codes of what failed in the end, and what lies there. */
  async function tryAgain(make: (at: number) => JobSpec, between = (): void => {}): Promise<string[]> {
    for (const bucket of ['from', 'to']) world.s3.bucket(bucket).versioning = 'enabled'
    const old = world.s3.give('from', 'a/1', { seed: 'old', size: 1, storageClass: 'GLACIER' })
    await world.seams.advance(60_000)
    const at = world.seams.now()
    await world.seams.advance(60_000)
    world.s3.give('from', 'a/1', { seed: 'new', size: 10 })
    const jobs = await world.open()
    const { id } = jobs.create(make(at), { draft: false })
    expect((await world.settle(jobs, id, 'finished')).tally.copied.items).toBe(0)
    old.restore = { readyAt: 0 }
    between()
    jobs.retry(id)
    await world.settle(jobs, id, 'finished')
    const codes = jobs.failures(id).map(({ code }) => code)
    await world.seams.finish(jobs.close())
    return codes
  }
  const sizes = (bucket: string, key: string): number[] =>
    world.s3
      .bucket(bucket)
      .versions(key)
      .map(({ content }) => content.size)

  test('is copied as what was current then', async () => {
    expect(await tryAgain((at) => copy({ take: 'as-of', at }))).toEqual([])
    expect(sizes('to', 'z/1')).toEqual([1])
  })

  test('of a history is left where the plan put it', async () => {
    expect(await tryAgain(() => copy({ take: 'all' }))).toEqual(['archived', 'previous-failed'])
    expect(sizes('to', 'z/1')).toEqual([])
  })

  test('is put on top by a rewind', async () => {
    expect(await tryAgain(rewind)).toEqual([])
    expect(sizes('from', 'a/1')).toEqual([1, 10, 1])
  })

  test('is not put by a rewind on top of what came since', async () => {
    const write = (): void => void world.s3.give('from', 'a/1', { seed: 'newer', size: 99 })
    expect(await tryAgain(rewind, write)).toEqual(['destination-changed'])
    expect(sizes('from', 'a/1')).toEqual([99, 10, 1])
  })
})
