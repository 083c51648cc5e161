import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile } from '#model/spec.ts'
import { checkBackup } from '../../main/jobs/checks/backup-check.ts'
import { from, to } from './planned.ts'
import { both, done, fill, poured, undone } from './undo-world.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

const BACKUP = { backup: { prefix: 'kept/' } } as Partial<JobFile>

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

function digest(key: string): string | undefined {
  return world.s3.current('to', key)?.content.digest
}

describe.each(['suspended', 'off'] as const)('a bucket whose versioning is %s', (versioning) => {
  beforeEach(() => {
    world.s3.makeBucket('from', versioning)
    world.s3.makeBucket('to', versioning)
    fill(world.s3, 'from', 'a/', 8)
    fill(world.s3, 'to', 'z/', 5, 'stood')
  })

  test.each(['copy', 'move'] as const)(
    'a %s keeps aside what it writes over, and its undo brings it back',
    async (kind) => {
      const before = both(world.s3)
      const stood = digest('z/3')
      const jobs = await world.open()
      const id = await done(world, jobs, poured(kind, BACKUP))
      expect(jobs.failures(id)).toEqual([])
      expect(digest('kept/z/3')).toBe(stood)
      expect(digest('z/3')).not.toBe(stood)
      expect(digest('kept/z/6')).toBeUndefined()
      expect(jobs.get(id).undo).toEqual({ is: 'yes' })
      const { id: undo } = await undone(world, jobs, id)
      expect(jobs.failures(undo)).toEqual([])
      expect(both(world.s3)).toEqual(before)
      await world.seams.finish(jobs.close())
    },
  )

  test('a backup whose overwrite failed is named by the job, until that has passed', async () => {
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/3' })
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy', BACKUP))
    expect(jobs.get(id).notes).toEqual([
      'kept/z/3 in to is a copy of z/3, which was kept aside there and then not written over: look at both before you delete the copy.',
    ])
    world.s3.faults.clear()
    jobs.retry(id)
    await world.settle(jobs, id, 'finished')
    expect(jobs.get(id)).toMatchObject({ notes: [], snapshot: { tally: { failed: { items: 0 } } } })
    await world.seams.finish(jobs.close())
  })

  test('a backup’s name that is taken is left alone', async () => {
    world.s3.give('to', 'kept/z/3', { size: 77, seed: 'theirs' })
    const before = both(world.s3)
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy', BACKUP))
    expect(world.s3.current('to', 'kept/z/3')?.content.size).toBe(77)
    await undone(world, jobs, id)
    expect(both(world.s3)).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('what somebody wrote over the copy since stays, and its backup with it', async () => {
    const stood = digest('z/3')
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy', BACKUP))
    world.s3.give('to', 'z/3', { size: 77, seed: 'theirs' })
    const { id: undo } = await undone(world, jobs, id)
    expect(jobs.items(undo, 'failed', 0, 9).items.map(({ failure }) => failure?.code)).toEqual([
      'source-changed',
    ])
    expect(world.s3.current('to', 'z/3')?.content.size).toBe(77)
    expect(digest('kept/z/3')).toBe(stood)
    await world.seams.finish(jobs.close())
  })

  test.each([3, 9, 15, 21, 33])(
    'closed after %i requests of each: nothing is lost, and all comes back',
    async (count) => {
      const before = both(world.s3)
      let jobs = await world.open()
      const { id } = jobs.create(poured('copy', { ...BACKUP, concurrency: 2 } as Partial<JobFile>), {
        draft: false,
      })
      await world.seams.run(() => world.s3.log.length > count)
      await world.seams.finish(jobs.close())
      jobs = await world.open()
      await world.settle(jobs, id, 'finished')
      expect(jobs.failures(id)).toEqual([])
      const { id: undo } = jobs.undo(id, { draft: false })
      const sent = world.s3.log.length
      await world.seams.run(() => world.s3.log.length > sent + count)
      await world.seams.finish(jobs.close())
      jobs = await world.open()
      await world.settle(jobs, undo, 'finished')
      expect(jobs.failures(undo)).toEqual([])
      expect(both(world.s3)).toEqual(before)
      await world.seams.finish(jobs.close())
    },
  )
})

test('a large object is kept by parts', async () => {
  const MIB = 1024 ** 2
  world.s3.give('from', 'a/1', { size: 12 * MIB, seed: 'new' })
  world.s3.give('to', 'z/1', {
    size: 13 * MIB,
    seed: 'stood',
    tags: { colour: 'red' },
    metadata: { by: 'hand' },
  })
  const stood = digest('z/1')
  const jobs = await world.open({ copyLimit: 5 * MIB })
  const id = await done(world, jobs, poured('copy', BACKUP))
  expect(jobs.failures(id)).toEqual([])
  expect(digest('kept/z/1')).toBe(stood)
  const { id: undo } = await undone(world, jobs, id)
  expect(jobs.failures(undo)).toEqual([])
  expect(world.s3.current('to', 'z/1')).toMatchObject({ tags: { colour: 'red' }, metadata: { by: 'hand' } })
  expect(digest('z/1')).toBe(stood)
  expect(world.s3.keys('to')).toEqual(['z/1'])
  await world.seams.finish(jobs.close())
})

test('where versions are kept nothing is copied aside', async () => {
  world.s3.makeBucket('to', 'enabled')
  fill(world.s3, 'from', 'a/', 3)
  fill(world.s3, 'to', 'z/', 3, 'stood')
  const jobs = await world.open()
  await done(world, jobs, poured('copy', BACKUP))
  expect(world.s3.keys('to')).toEqual(['z/0', 'z/1', 'z/2'])
  await world.seams.finish(jobs.close())
})

test('what nobody saw in the plan is not written over without a backup', async () => {
  fill(world.s3, 'from', 'a/', 2)
  const jobs = await world.open()
  const { id } = jobs.create(poured('copy', BACKUP), { draft: true })
  await world.settle(jobs, id)
  world.s3.give('to', 'z/1', { size: 77, seed: 'theirs' })
  jobs.start(id, 'now')
  await world.settle(jobs, id, 'finished')
  expect(world.s3.current('to', 'z/1')?.content.size).toBe(77)
  expect(jobs.failures(id)[0]?.code).toBe('destination-exists')
  jobs.retry(id)
  await world.settle(jobs, id, 'finished')
  expect(world.s3.current('to', 'kept/z/1')?.content.size).toBe(77)
  await world.seams.finish(jobs.close())
})

describe('where backups may lie', () => {
  test.each<[string, Partial<JobFile>, string | undefined]>([
    ['beside', { backup: { prefix: 'kept/' } } as Partial<JobFile>, undefined],
    ['nowhere', { backup: { prefix: '' } } as Partial<JobFile>, 'must not be empty'],
    ['below the destination', { backup: { prefix: 'z/kept/' } } as Partial<JobFile>, undefined],
    [
      'below a mirror',
      { backup: { prefix: 'z/kept/' }, deleteExtra: true } as Partial<JobFile>,
      'a mirror deletes',
    ],
    ['above the destination', { backup: { prefix: 'z' } } as Partial<JobFile>, 'must not begin'],
    [
      'in what is read',
      {
        backup: { prefix: 'a/kept/' },
        sources: [from('to', 'a/')],
        destinations: [to('to', 'z/')],
      } as Partial<JobFile>,
      'which the job reads',
    ],
  ])('%s', (_, more, refusal) => {
    const spec = poured('copy', more)
    if (refusal === undefined) expect(() => checkBackup(spec)).not.toThrow()
    else expect(() => checkBackup(spec)).toThrow(refusal)
  })
})
