import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile, PourSpec } from '#model/spec.ts'
import { carryOutOf, from, to } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

// Ways in which a job that does what it was told could still lose what nobody meant to lose.

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

function held(bucket: string, key: string): string | undefined {
  return world.s3.current(bucket, key)?.content.digest
}

describe('a failed item that is tried again', () => {
  test('does not take a name that another object of the job has', async () => {
    world.s3.give('from', 'a/x/1', { seed: 'one', size: 10 })
    world.s3.give('from', 'a/y/1', { seed: 'two', size: 10 })
    const one = held('from', 'a/x/1')
    const jobs = await world.open()
    const spec = pour('move', { names: [{ rule: 'flatten', separator: '' }] })
    const { id } = jobs.create(spec, { draft: false })
    expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({
      moved: { items: 1 },
      failed: { items: 1 },
    })
    expect(held('to', 'z/1')).toBe(one)
    jobs.retry(id)
    const again = await world.settle(jobs, id, 'finished')
    expect(held('to', 'z/1')).toBe(one)
    expect(again.tally.failed.items).toBe(1)
    expect(jobs.failures(id)[0]?.code).toBe('name-taken')
    await world.seams.finish(jobs.close())
  })

  test('does not delete a source that is not at all destinations', async () => {
    world.s3.makeBucket('also')
    world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
    world.s3.give('to', 'z/1', { seed: 'other', size: 10 })
    const spec = pour('move', { conflict: 'skip', destinations: [to('to', 'z/'), to('also', 'z/')] })
    const jobs = await world.open()
    const { id } = jobs.create(spec, { draft: false })
    await world.settle(jobs, id, 'finished')
    expect(world.s3.keys('from')).toEqual(['a/1'])
    jobs.retry(id)
    await world.settle(jobs, id, 'finished')
    expect(world.s3.keys('from')).toEqual(['a/1'])
    await world.seams.finish(jobs.close())
  })
})

test.each(['copy', 'move'] as const)(
  'a %s whose look at its copy was denied is not stopped by that copy when it is tried again',
  async (kind) => {
    world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
    const one = held('from', 'a/1')
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'HeadObject', key: 'z/1', nth: 1 })
    const jobs = await world.open()
    const { id } = jobs.create(pour(kind, { verify: 'head', conflict: 'skip' }), { draft: false })
    expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({ failed: { items: 1 } })
    expect(held('to', 'z/1')).toBe(one)
    jobs.retry(id)
    const { tally } = await world.settle(jobs, id, 'finished')
    expect(kind === 'move' ? tally.moved : tally.copied).toMatchObject({ items: 1 })
    // Its copy is not made once more.
    expect(jobs.get(id).requests.CopyObject).toBe(1)
    expect(held('to', 'z/1')).toBe(one)
    expect(world.s3.keys('from')).toEqual(kind === 'move' ? [] : ['a/1'])
    await world.seams.finish(jobs.close())
  },
)

describe.each(['copy', 'move'] as const)('a %s whose look at its copy failed for good', (kind) => {
  test.each(['server-error', 'slow-down', 'timeout', 'connection', 'bad-answer', 'InvalidRequest'] as const)(
    'by %s is not stopped by that copy when it is tried again',
    async (fault) => {
      world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
      const one = held('from', 'a/1')
      let isDown = true
      const during = (): boolean => isDown
      world.s3.faults.add({ kind: fault, when: 'before', operation: 'HeadObject', key: 'z/1', during })
      const jobs = await world.open()
      const { id } = jobs.create(pour(kind, { verify: 'head', conflict: 'skip' }), { draft: false })
      expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({ failed: { items: 1 } })
      expect(held('to', 'z/1')).toBe(one)
      isDown = false
      jobs.retry(id)
      const { tally } = await world.settle(jobs, id, 'finished')
      expect(kind === 'move' ? tally.moved : tally.copied).toMatchObject({ items: 1 })
      expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(1)
      expect(held('to', 'z/1')).toBe(one)
      expect(world.s3.keys('from')).toEqual(kind === 'move' ? [] : ['a/1'])
      await world.seams.finish(jobs.close())
    },
  )
})

test('an object whose tags could not be read passes no filter when it is tried again', async () => {
  world.s3.give('from', 'a/1', { tags: { env: 'prod' } })
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'GetObjectTagging', nth: 1 })
  const jobs = await world.open()
  const { id } = jobs.create(pour('move', { filter: { tags: [{ name: 'env', value: 'test' }] } }), {
    draft: false,
  })
  expect((await world.settle(jobs, id, 'finished')).tally.failed.items).toBe(1)
  jobs.retry(id)
  await world.settle(jobs, id, 'finished')
  expect(world.s3.keys('from')).toEqual(['a/1'])
  await world.seams.finish(jobs.close())
})

describe('a mirror', () => {
  const mirror = (more: Partial<JobFile>) => pour('copy', { deleteExtra: true, ...more } as Partial<JobFile>)

  test('into a place around its source leaves the source alone', async () => {
    world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
    world.s3.give('from', 'a/left.log', { seed: 'two', size: 10 })
    await expect(carryOutOf(world, mirror({ destinations: [to('from', '')] }))).rejects.toThrow('deleteExtra')
    expect(world.s3.keys('from')).toEqual(['a/1', 'a/left.log'])
  })

  test('of nothing deletes nothing', async () => {
    world.s3.give('from', 'a/1')
    world.s3.give('to', 'z/1')
    const { snapshot } = await carryOutOf(world, mirror({ sources: [from('from', 'typo/')] }))
    expect(world.s3.keys('to')).toEqual(['z/1'])
    expect(snapshot.status).toMatchObject({ is: 'failed', failure: { code: 'not-possible' } })
  })

  test('deletes nothing while a copy failed, and does so once that was tried again', async () => {
    world.s3.give('from', 'a/new-name', { seed: 'one', size: 10 })
    world.s3.give('to', 'z/old-name', { seed: 'one', size: 10 })
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', nth: 1 })
    const jobs = await world.open()
    const { id } = jobs.create(mirror({}), { draft: false })
    const first = await world.settle(jobs, id, 'finished')
    expect(world.s3.keys('to')).toEqual(['z/old-name'])
    expect(first.tally).toMatchObject({ failed: { items: 2 }, deleted: { items: 0 } })
    expect(jobs.failures(id).map(({ code }) => code)).toEqual(['access-denied', 'previous-failed'])
    jobs.retry(id)
    const again = await world.settle(jobs, id, 'finished')
    expect(world.s3.keys('to')).toEqual(['z/new-name'])
    expect(again.tally).toMatchObject({ failed: { items: 0 }, copied: { items: 1 }, deleted: { items: 1 } })
    await world.seams.finish(jobs.close())
  })

  test('a deletion that fails holds back no other', async () => {
    world.s3.give('from', 'a/1')
    world.s3.giveMany('to', 'z/extra-', 3)
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject', nth: 1 })
    const { snapshot } = await carryOutOf(world, mirror({}))
    expect(snapshot.tally).toMatchObject({ failed: { items: 1 }, deleted: { items: 2 } })
  })
})

describe('names that change places', () => {
  const swap: Partial<JobFile> = {
    sources: [from('from', 'a/')],
    destinations: [to('from', 'a/')],
    names: [
      { rule: 'replace', find: '^1$', with: '~' },
      { rule: 'replace', find: '^2$', with: '1' },
      { rule: 'replace', find: '^~$', with: '2' },
    ],
  }

  test('into an archive', async () => {
    world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
    world.s3.give('from', 'a/2', { seed: 'two', size: 10 })
    const [one, two] = [held('from', 'a/1'), held('from', 'a/2')]
    const properties = { storageClass: { policy: 'set', value: 'GLACIER' } } as const
    const { snapshot } = await carryOutOf(world, pour('move', { ...swap, properties } as Partial<JobFile>))
    expect(snapshot.tally.failed.items).toBe(0)
    expect([held('from', 'a/1'), held('from', 'a/2')]).toEqual([two, one])
    expect(world.s3.current('from', 'a/2')?.storageClass).toBe('GLACIER')
  })

  test('what somebody writes meanwhile is not written over', async () => {
    world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
    world.s3.give('from', 'a/2', { seed: 'two', size: 10 })
    const jobs = await world.open()
    const { id } = jobs.create(pour('move', swap), { draft: false })
    await world.seams.run(() => world.s3.keys('from').some((key) => key.includes('.decant-')))
    const { etag } = world.s3.give('from', 'a/1', { seed: 'new', size: 10 })
    const done = await world.settle(jobs, id, 'finished')
    const kept = world.s3.keys('from').map((key) => world.s3.current('from', key)?.etag)
    expect(kept).toContain(etag)
    expect(done.tally.failed.items).toBeGreaterThan(0)
    await world.seams.finish(jobs.close())
  })

  test.each(['fails', 'is cancelled'] as const)(
    'a job that %s half-way names what is left aside',
    async (how) => {
      world.s3.give('from', 'a/1', { seed: 'one', size: 10 })
      world.s3.give('from', 'a/2', { seed: 'two', size: 10 })
      const one = held('from', 'a/1')
      const jobs = await world.open()
      const fault = { when: 'before', operation: 'CopyObject', key: 'a/2' } as const
      world.s3.faults.add({ kind: how === 'fails' ? 'AccessDenied' : 'SlowDown', ...fault })
      const { id } = jobs.create(pour('move', swap), { draft: false })
      if (how === 'is cancelled') {
        await world.seams.run(() => world.s3.current('from', 'a/2') === undefined)
        jobs.cancel(id)
      }
      const done = await world.settle(jobs, id, 'finished')
      expect(done.status.is).toBe(how === 'fails' ? 'completed' : 'cancelled')
      const aside = world.s3.keys('from').find((key) => held('from', key) === one) ?? ''
      expect(aside).toContain('.decant-')
      expect(jobs.get(id).notes.join()).toContain(aside)
      world.s3.faults.clear()
      if (how === 'fails') {
        jobs.retry(id)
        await world.settle(jobs, id, 'finished')
        expect(held('from', 'a/2')).toBe(one)
        expect(jobs.get(id).notes.join()).not.toContain(aside)
      }
      await world.seams.finish(jobs.close())
    },
  )
})

describe('a history that is moved', () => {
  const history: Partial<JobFile> = { sources: [from('from', 'a/', { versions: { take: 'all' } })] }
  beforeEach(() => {
    world.s3.makeBucket('from', 'enabled')
    for (const seed of ['one', 'two', 'three']) world.s3.give('from', 'a/1', { seed, size: 10 })
  })
  const total = () =>
    new Set(
      ['from', 'to'].flatMap((bucket) =>
        ['a/1', 'z/1'].flatMap((key) =>
          world.s3
            .bucket(bucket)
            .versions(key)
            .map((v) => v.content.digest),
        ),
      ),
    ).size

  test('keeps one name, also where names are made from dates', async () => {
    world.s3.makeBucket('to', 'enabled')
    for (const [at, seed] of ['2024-05-01', '2025-05-01'].entries())
      world.s3.give('from', 'a/2', { seed: `v${at}`, lastModified: Date.parse(seed) })
    world.s3.give('to', 'z/2024/2', { seed: 'theirs' })
    const names: JobFile = pour('move', {
      ...history,
      names: [{ rule: 'template', text: '{yyyy}/{key}' }],
      conflict: 'skip',
      filter: { include: [{ kind: 'glob', glob: '2' }] },
    })
    await carryOutOf(world, names as PourSpec)
    expect(world.s3.bucket('to').versions('z/2024/2')).toHaveLength(1)
    expect(world.s3.bucket('to').versions('z/2025/2')).toHaveLength(2)
  })

  test('to a bucket of which nobody tells whether it keeps versions', async () => {
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'GetBucketVersioning' })
    const { snapshot } = await carryOutOf(world, pour('move', history))
    expect(total()).toBe(3)
    expect(snapshot.tally.failed.items).toBeGreaterThan(0)
  })

  test('a marker that comes first is written only where versions are kept', async () => {
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/2' }))
    world.s3.give('to', 'z/2', { seed: 'theirs' })
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'GetBucketVersioning', nth: 1 })
    await carryOutOf(world, pour('copy', history))
    expect(world.s3.keys('to')).toContain('z/2')
  })

  test('to a bucket whose versioning is suspended meanwhile', async () => {
    world.s3.makeBucket('to', 'enabled')
    const jobs = await world.open()
    const { id } = jobs.create(pour('move', history), { draft: true })
    await world.settle(jobs, id)
    world.s3.makeBucket('to', 'suspended')
    jobs.start(id, 'now')
    await world.settle(jobs, id, 'finished')
    expect(total()).toBe(3)
    await world.seams.finish(jobs.close())
  })
})
