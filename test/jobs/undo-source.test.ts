import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobSpec } from '#model/spec.ts'
import type { JobFile } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import type { Item } from '../../main/jobs/item.ts'
import { needsStanding } from '../../main/jobs/undo/undo-source.ts'
import { localWorld } from './local-world.ts'
import type { LocalWorld } from './local-world.ts'
import { from } from './planned.ts'
import { both, done, fill, poured, undone } from './undo-world.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

type Row = Pick<Item, 'action' | 'history'>
const DELETE: Row = { action: 'delete' }
const VERSION: Row = { action: 'delete-version' }
const MARKER: Row = { action: 'delete-version', history: 'delete-marker' }
const OVER: Row = { action: 'put-over' }

test.each([
  ['copy', 'keep', DELETE, 'source'],
  ['copy', 'keep', VERSION, 'source'],
  ['copy', 'keep', OVER, 'source'],
  ['copy', 'keep', MARKER, 'nothing'],
  ['copy', 'keep', { action: 'put-back' }, 'nothing'],
  ['copy', 'delete', DELETE, 'nothing'],
  ['rewind', 'keep', VERSION, 'source'],
  ['rewind', 'keep', MARKER, 'nothing'],
  ['move', 'keep', { action: 'put-back' }, 'nothing'],
  ['move', 'keep', { action: 'copy' }, 'nothing'],
  ['move', 'keep', OVER, 'put-back'],
  ['move', 'keep', MARKER, 'nothing'],
  ['delete', 'keep', MARKER, 'nothing'],
  ['edit', 'keep', VERSION, 'nothing'],
  ['edit', 'keep', { action: 'rewrite' }, 'nothing'],
] as const)(
  'the undo of a %s (last copies: %s): for %j to go, %s has to stand',
  (what, lastCopies, row, is) => {
    expect(needsStanding({ what, lastCopies }, row as Row)).toBe(is)
  },
)

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
  fill(world.s3, 'from', 'a/', 6)
})
afterEach(() => world.end())

function digest(key: string, bucket = 'to'): string | undefined {
  return world.s3.current(bucket, key)?.content.digest
}

function failures(jobs: Jobs, id: string): unknown[] {
  return jobs
    .items(id, 'failed', 0, 20)
    .items.map(({ key, failure }) => `${key} ${failure?.code}`)
    .sort()
}

/** Of the sources, `a/1` goes and `a/2` gets other bytes. */
async function disturb(): Promise<void> {
  await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/1' }))
  world.s3.give('from', 'a/2', { size: 12, seed: 'theirs' })
}

const LAST = ['z/1 only-copy', 'z/2 only-copy']

describe('the undo of a copy', () => {
  test('keeps what may be the only copy left, by name, and takes the rest back', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    const made = digest('z/1')
    await disturb()
    const { id: undo, job } = await undone(world, jobs, id)
    expect(failures(jobs, undo)).toEqual(LAST)
    expect(job.tally.deleted.items).toBe(4)
    expect(world.s3.keys('to')).toEqual(['z/1', 'z/2'])
    expect(digest('z/1')).toBe(made)
    const sentences = jobs.items(undo, 'failed', 0, 9).items.map(({ failure }) => failure?.message)
    expect(sentences).toEqual([
      'z/2 is kept: from/a/2, of which it is a copy, was written anew since, so it may be the only one left.',
      'z/1 is kept: from/a/1, of which it is a copy, is not there any more, so it may be the only one left.',
    ])
    // Its source is back: so is the way.
    world.s3.give('from', 'a/1', { size: 11, seed: 'first 1' })
    jobs.retry(undo)
    await world.settle(jobs, undo, 'finished')
    expect(failures(jobs, undo)).toEqual(['z/2 only-copy'])
    // Somebody says that it shall go all the same.
    const answered = jobs.create(undoOf(id, jobs.get(id).spec, 'delete'), { draft: false })
    const last = await world.settle(jobs, answered.id, 'finished')
    expect(last.tally).toMatchObject({ failed: { items: 0 }, deleted: { items: 1 } })
    expect(world.s3.keys('to')).toEqual([])
    await world.seams.finish(jobs.close())
  })

  test('says so in its plan, and looks again when its turn comes', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    await disturb()
    const draft = jobs.undo(id, { draft: true })
    await world.settle(jobs, draft.id)
    const { snapshot, failures: groups } = jobs.get(draft.id)
    expect(snapshot.tally.planned).toMatchObject({ refuse: { items: 2 }, delete: { items: 4 } })
    expect(groups).toMatchObject([{ code: 'only-copy', items: 2, retry: 'retry' }])
    expect(failures(jobs, draft.id)).toEqual(LAST)
    expect(jobs.get(draft.id).requests).toMatchObject({ ListObjectsV2: 1 })
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/5' }))
    jobs.start(draft.id, 'now')
    await world.settle(jobs, draft.id, 'finished')
    expect(failures(jobs, draft.id)).toEqual([...LAST, 'z/5 only-copy'])
    expect(world.s3.keys('to')).toEqual(['z/1', 'z/2', 'z/5'])
    await world.seams.finish(jobs.close())
  })

  test('of thousands: the plan lists their sources, and the run asks once for each', async () => {
    world.s3.giveMany('from', 'a/many-', 2400, 5)
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    for (const key of ['a/many-00000', 'a/many-00499', 'a/many-01203', 'a/many-02399'])
      await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key }))
    const draft = jobs.undo(id, { draft: true })
    await world.settle(jobs, draft.id)
    expect(jobs.get(draft.id).snapshot.tally.planned.refuse.items).toBe(4)
    expect(jobs.get(draft.id).requests['ListObjectsV2']).toBeLessThanOrEqual(10)
    jobs.start(draft.id, 'now')
    const job = await world.settle(jobs, draft.id, 'finished')
    expect(job.tally).toMatchObject({ deleted: { items: 2402 }, failed: { items: 4 } })
    // Of the copy and of its source.
    expect(jobs.get(draft.id).requests['HeadObject']).toBe(2 * 2402)
    await world.seams.finish(jobs.close())
  })

  test('looks for a source among the versions of its key, too', async () => {
    world.s3.makeBucket('from', 'enabled')
    fill(world.s3, 'from', 'a/', 6)
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    await disturb()
    const old = world.s3.bucket('from').versions('a/2').at(-1)
    const { id: draft } = jobs.undo(id, { draft: true })
    await world.settle(jobs, draft)
    expect(failures(jobs, draft)).toEqual([])
    world.s3.bucket('from').remove('a/2', old?.versionId ?? '')
    jobs.start(draft, 'now')
    await world.settle(jobs, draft, 'finished')
    expect(failures(jobs, draft)).toEqual(['z/2 only-copy'])
    await world.seams.finish(jobs.close())
  })

  test.each(['enabled', 'off'] as const)(
    'over what stood there (versioning %s): what it wrote may be the last as well',
    async (versioning) => {
      world.s3.makeBucket('to', versioning)
      fill(world.s3, 'to', 'z/', 6, 'stood')
      const stood = digest('z/3')
      const jobs = await world.open()
      const id = await done(world, jobs, poured('copy', { backup: { prefix: 'kept/' } } as Partial<JobFile>))
      const made = [digest('z/1'), digest('z/2')]
      await disturb()
      const { id: undo } = await undone(world, jobs, id)
      expect(failures(jobs, undo)).toEqual(
        versioning === 'enabled' ? LAST : ['kept/z/1 only-copy', 'kept/z/2 only-copy'],
      )
      expect([digest('z/1'), digest('z/2')]).toEqual(made)
      expect(digest('z/3')).toBe(stood)
      expect(digest('kept/z/3')).toBeUndefined()
      await world.seams.finish(jobs.close())
    },
  )

  test('asks for the very version that was copied', async () => {
    world.s3.makeBucket('from', 'enabled')
    world.s3.makeBucket('to', 'enabled')
    fill(world.s3, 'from', 'a/', 3)
    fill(world.s3, 'from', 'a/', 3, 'second')
    const jobs = await world.open()
    const spec = poured('copy', { sources: [from('from', 'a/', { versions: { take: 'all' } })] })
    const id = await done(world, jobs, spec)
    const first = world.s3.bucket('from').versions('a/1').at(-1)
    world.s3.bucket('from').remove('a/1', first?.versionId ?? '')
    const { id: undo } = await undone(world, jobs, id)
    expect(failures(jobs, undo)).toEqual(['z/1 only-copy'])
    expect(
      world.s3
        .bucket('to')
        .versions('z/1')
        .map((one) => one.isDeleteMarker),
    ).toEqual([false])
    expect(world.s3.keys('to')).toEqual(['z/1'])
    await world.seams.finish(jobs.close())
  })

  test('whose sources nobody may look at is kept', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    const before = both(world.s3)
    world.s3.faults.add({
      ...{ kind: 'AccessDenied', when: 'before', operation: 'HeadObject', key: 'a/1' },
    })
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'ListObjectsV2' })
    const draft = jobs.undo(id, { draft: true })
    await world.settle(jobs, draft.id)
    expect(failures(jobs, draft.id)).toEqual([])
    expect(both(world.s3)).toEqual(before)
    jobs.start(draft.id, 'now')
    await world.settle(jobs, draft.id, 'finished')
    expect(failures(jobs, draft.id)).toEqual(['z/1 access-denied'])
    expect(world.s3.keys('to')).toEqual(['z/1'])
    await world.seams.finish(jobs.close())
  })

  test('must name the places that it was copied from, as long as it keeps last copies', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('copy'))
    const { copiedFrom: _, ...unnamed } = undoOf(id, jobs.get(id).spec)
    expect(() => jobs.create(jobSpec.parse(unnamed), { draft: true })).toThrow(
      'copiedFrom: must be the sources',
    )
    await world.seams.finish(jobs.close())
  })
})

test('the undo of a rewind keeps a version that it put on top, where the one below it is gone', async () => {
  world.s3.makeBucket('from', 'enabled')
  const at = world.seams.now()
  for (const key of ['a/1', 'a/2']) {
    world.s3.give('from', key, { size: 5, seed: `${key} old`, lastModified: at - 5000 })
    world.s3.give('from', key, { size: 6, seed: `${key} new`, lastModified: at - 1000 })
  }
  const jobs = await world.open()
  const spec = jobSpec.parse({
    ...{ v: 1, kind: 'rewind', sources: [from('from', 'a/', { versions: { take: 'all' } })] },
    ...{ verify: 'auto', to: { is: 'as-of', at: at - 3000 } },
  })
  const id = await done(world, jobs, spec)
  const back = digest('a/1', 'from')
  const versions = world.s3.bucket('from').versions('a/1')
  world.s3.bucket('from').remove('a/1', versions.at(-1)?.versionId ?? '')
  const { id: undo, job } = await undone(world, jobs, id)
  expect(failures(jobs, undo)).toEqual(['a/1 only-copy'])
  expect(job.tally.deleted.items).toBe(1)
  expect(digest('a/1', 'from')).toBe(back)
  await world.seams.finish(jobs.close())
})

test('the undo of a move puts nothing over what has no source any more', async () => {
  fill(world.s3, 'to', 'z/', 6, 'stood')
  const jobs = await world.open()
  const id = await done(world, jobs, poured('move', { backup: { prefix: 'kept/' } } as Partial<JobFile>))
  const made = digest('z/3')
  // Somebody deletes what has just been moved back.
  const put = world.s3.bucket('from')
  world.s3.faults.add({
    ...{ kind: 'nothing', when: 'before', operation: 'HeadObject', key: 'a/3', nth: 2 },
    act: () => void put.remove('a/3', put.current('a/3')?.versionId ?? ''),
  })
  const { id: undo } = await undone(world, jobs, id)
  expect(failures(jobs, undo)).toEqual(['kept/z/3 only-copy'])
  expect(digest('z/3')).toBe(made)
  await world.seams.finish(jobs.close())
})

describe('with this computer', () => {
  let here: LocalWorld
  beforeEach(async () => {
    here = await localWorld()
  })
  afterEach(() => here.end())
  const FILES = { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d': 'three' }

  async function undoneAfter(way: 'up' | 'down', between: () => unknown) {
    const { id } = await here.run(here.spec('copy', way))
    await between()
    const undo = here.jobs.undo(id, { draft: false })
    const job = await here.jobs.settled(undo.id, 'finished')
    const { items } = here.jobs.items(undo.id, 'failed', 0, 100)
    return { job, failed: items.map(({ key, failure }) => `${key} ${failure?.code}`).sort() }
  }

  test('an upload whose file is gone, or was written anew, is kept', async () => {
    here.give(FILES)
    const { job, failed } = await undoneAfter('up', () => {
      rmSync(path.join(here.folder, 'a.txt'))
      writeFileSync(path.join(here.folder, 'b/d'), 'other')
    })
    expect(failed).toEqual(['a.txt only-copy', 'b/d only-copy'])
    expect(job.tally.deleted.items).toBe(1)
    expect(await here.objects()).toEqual({ 'a.txt': 'one', 'b/d': 'three' })
  })

  test('an upload whose folder is gone is kept, and the job does not wait for it', async () => {
    here.give(FILES)
    const { failed } = await undoneAfter('up', () => rmSync(here.folder, { recursive: true }))
    expect(failed).toEqual(['a.txt only-copy', 'b/c.txt only-copy', 'b/d only-copy'])
    expect(await here.objects()).toEqual(FILES)
  })

  test('a download whose object is gone, or was written anew, is kept', async () => {
    await here.put(FILES)
    const { job, failed } = await undoneAfter('down', async () => {
      await here.store.deleteObject({ bucket: here.bucket, key: 'a.txt' })
      await here.put({ 'b/d': 'other' })
    })
    expect(failed).toEqual(['a.txt only-copy', 'b/d only-copy'])
    expect(job.tally.deleted.items).toBe(1)
    expect(here.files()).toEqual({ 'a.txt': 'one', 'b/d': 'three' })
  })
})
