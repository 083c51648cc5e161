import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Versioning } from '#model/object.ts'
import { from, to } from './planned.ts'
import { both, done, everything, fill, poured, undone } from './undo-world.ts'
import { deletion, makeWorld } from './world.ts'
import type { World } from './world.ts'

const KINDS: readonly Versioning[] = ['enabled', 'suspended', 'off']

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

describe.each(KINDS)('a bucket whose versioning is %s', (versioning) => {
  beforeEach(() => {
    world.s3.makeBucket('from', versioning)
    world.s3.makeBucket('to', versioning)
    fill(world.s3, 'from', 'a/', 20)
    world.s3.give('to', 'z/bystander', { size: 3 })
    world.s3.give('to', 'z/1/below', { size: 3 })
  })

  test.each(['copy', 'move'] as const)('a %s to where nothing stood', async (kind) => {
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, poured(kind))
    expect(both(world.s3)).not.toEqual(before)
    expect(jobs.get(id).undo).toEqual({ is: 'yes' })
    const { id: undo, job } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(job.tally).toMatchObject({
      [kind === 'copy' ? 'deleted' : 'moved']: { items: 20 },
      failed: { items: 0 },
    })
    expect(both(world.s3)).toEqual(before)
    expect(() => jobs.undo(undo, { draft: true })).toThrow('cannot be undone')
    await world.seams.finish(jobs.close())
  })

  test.each(['copy', 'move'] as const)('a %s over what stood there', async (kind) => {
    fill(world.s3, 'to', 'z/', 10, 'stood')
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, poured(kind))
    const { undo: can } = jobs.get(id)
    expect(can.is).toBe(versioning === 'enabled' ? 'yes' : 'partly')
    const after = everything(world.s3, 'to')
    const { id: undo, job } = await undone(world, jobs, id)
    if (versioning === 'enabled') {
      expect(jobs.failures(undo)).toEqual([])
      expect(both(world.s3)).toEqual(before)
    } else {
      expect(job.tally.failed.items).toBe(10)
      const [failure] = jobs.failures(undo)
      expect(failure?.example.message).toMatch(/gone for good/)
      // What was written over stays as the job left it.
      const kept = everything(world.s3, 'to') as { key: string }[]
      for (let n = 0; n < 10; n++) {
        const key = `z/${n}`
        expect(kept.filter((one) => one.key === key)).toEqual(
          (after as { key: string }[]).filter((one) => one.key === key),
        )
      }
      expect(kept.some(({ key }) => key === 'z/15')).toBe(false)
    }
    await world.seams.finish(jobs.close())
  })

  test('what changed since is left and named', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    await world.seams.advance(5000)
    world.s3.give('to', 'z/3', { size: 99, seed: 'theirs' })
    // The same bytes, written once more by somebody else.
    const copy = world.s3.current('to', 'z/4')
    world.s3.give('to', 'z/4', { size: 14, seed: 'first 4', lastModified: world.seams.now() })
    expect(world.s3.current('to', 'z/4')?.etag).toBe(copy?.etag)
    await world.seams.finish(world.storage.deleteObject({ bucket: 'to', key: 'z/5' }))
    const { id: undo, job } = await undone(world, jobs, id)
    expect(world.s3.current('to', 'z/3')?.content.size).toBe(99)
    expect(world.s3.current('to', 'z/4')?.content.size).toBe(14)
    const failed = jobs.items(undo, 'failed', 0, 10).items.map(({ key, failure }) => [key, failure?.code])
    const changed = [
      ['z/4', 'source-changed'],
      ['z/3', 'source-changed'],
    ]
    expect(failed).toEqual(versioning === 'off' ? changed : [['z/5', 'source-changed'], ...changed])
    expect(job.tally.deleted.items).toBe(17)
    await world.seams.finish(jobs.close())
  })

  test('of a move: a new object at the old name keeps its name, and the copy its own', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('move'))
    world.s3.give('from', 'a/3', { size: 99, seed: 'theirs' })
    world.s3.give('to', 'z/4', { size: 98, seed: 'theirs' })
    const { id: undo, job } = await undone(world, jobs, id)
    const failed = jobs.items(undo, 'failed', 0, 10).items.map(({ key, failure }) => [key, failure?.code])
    expect(failed).toEqual([
      ['z/4', 'source-changed'],
      ['z/3', versioning === 'enabled' ? 'destination-changed' : 'destination-exists'],
    ])
    expect(world.s3.current('from', 'a/3')?.content.size).toBe(99)
    expect(world.s3.current('to', 'z/3')?.content.size).toBe(13)
    expect(world.s3.current('to', 'z/4')?.content.size).toBe(98)
    expect(job.tally.moved.items).toBe(18)
    await world.seams.finish(jobs.close())
  })

  test('closed in the middle and opened again', async () => {
    const before = both(world.s3)
    const first = await world.open()
    const id = await done(world, first, poured('move'))
    const { id: undo } = first.undo(id, { draft: false })
    const sent = world.s3.log.length
    await world.seams.run(() => world.s3.log.length > sent + 7)
    await world.seams.finish(first.close())
    const jobs = await world.open()
    await world.settle(jobs, undo, 'finished')
    expect(jobs.failures(undo)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })
})

describe('in a bucket that keeps versions', () => {
  beforeEach(() => {
    world.s3.makeBucket('from', 'enabled')
    world.s3.makeBucket('to', 'enabled')
    fill(world.s3, 'from', 'a/', 12)
  })

  test('a move whose sources are gone for good: their copies are kept, and it says so', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('move'))
    for (const { versionId } of [...world.s3.bucket('from').versions('a/3')])
      await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/3', versionId }))
    const { id: undo, job } = await undone(world, jobs, id)
    const failed = jobs.items(undo, 'failed', 0, 10).items.map(({ key, failure }) => [key, failure?.message])
    expect(failed).toEqual([
      ['z/3', 'a/3 does not come back where it was: none of its versions is left. Its copy is kept.'],
    ])
    expect(world.s3.current('to', 'z/3')?.content.size).toBe(13)
    expect(job.tally.moved.items).toBe(11)
    await world.seams.finish(jobs.close())
  })

  test('a deletion: its markers go', async () => {
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, deletion())
    expect(jobs.get(id).undo).toEqual({ is: 'yes' })
    const { id: undo, job } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(job.tally.deleted.items).toBe(12)
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('a mirror: its copies and its deletions', async () => {
    fill(world.s3, 'to', 'z/', 20, 'stood')
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy', { deleteExtra: true }))
    expect(world.s3.current('to', 'z/15')).toBeUndefined()
    expect(jobs.get(id).undo).toEqual({ is: 'yes' })
    const { id: undo } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('a whole history: its versions and markers, the newest first', async () => {
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/1' }))
    fill(world.s3, 'from', 'a/', 6, 'second')
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/2' }))
    fill(world.s3, 'to', 'z/', 3, 'stood')
    const before = both(world.s3)
    const jobs = await world.open()
    const spec = poured('copy', { sources: [from('from', 'a/', { versions: { take: 'all' } })] })
    const id = await done(world, jobs, spec)
    expect(jobs.failures(id)).toEqual([])
    const { id: undo } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('a move to two places', async () => {
    world.s3.makeBucket('to-2', 'off')
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, poured('move', { destinations: [to('to', 'z/'), to('to-2', 'y/')] }))
    const { id: undo } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    expect(everything(world.s3, 'to-2')).toEqual([])
    await world.seams.finish(jobs.close())
  })
})

describe.each(['enabled', 'off'] as const)('renames in one bucket, versioning %s', (versioning) => {
  const NAMES = [
    { rule: 'prefix', from: 'b/', to: 'c/' },
    { rule: 'prefix', from: 'a/', to: 'b/' },
  ] as const

  test('a chain of names', async () => {
    world.s3.makeBucket('from', versioning)
    fill(world.s3, 'from', 'in/a/', 4, 'a')
    fill(world.s3, 'from', 'in/b/', 4, 'b')
    const before = both(world.s3)
    const jobs = await world.open()
    const spec = poured('move', {
      sources: [from('from', 'in/')],
      destinations: [to('from', 'in/')],
      names: [...NAMES],
    })
    const id = await done(world, jobs, spec)
    expect(jobs.failures(id)).toEqual([])
    expect(world.s3.keys('from')).toContain('in/c/0')
    expect(world.s3.keys('from')).not.toContain('in/a/0')
    const { id: undo } = await undone(world, jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test.each(['copy', 'move'] as const)('names that change places, by a %s', async (kind) => {
    world.s3.makeBucket('from', versioning)
    fill(world.s3, 'from', 'in/a/', 3, 'a')
    fill(world.s3, 'from', 'in/b/', 3, 'b')
    const before = both(world.s3)
    const jobs = await world.open()
    const names = [
      { rule: 'prefix', from: 'b/', to: '#/' },
      { rule: 'prefix', from: 'a/', to: 'b/' },
      { rule: 'prefix', from: '#/', to: 'a/' },
    ] as const
    const spec = poured(kind, {
      sources: [from('from', 'in/')],
      destinations: [to('from', 'in/')],
      names: [...names],
    })
    const id = await done(world, jobs, spec)
    expect(jobs.failures(id)).toEqual([])
    const swapped = both(world.s3)
    expect(swapped).not.toEqual(before)
    const { id: undo, job } = await undone(world, jobs, id)
    if (versioning === 'enabled') {
      expect(jobs.failures(undo)).toEqual([])
      expect(both(world.s3)).toEqual(before)
    } else {
      // Nothing of a cycle is touched where it could not be gone round to its end.
      expect(job.tally.moved.items + job.tally.copied.items + job.tally.deleted.items).toBe(0)
      expect(both(world.s3)).toEqual(swapped)
    }
    await world.seams.finish(jobs.close())
  })
})
