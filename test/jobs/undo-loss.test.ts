import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile } from '#model/spec.ts'
import { done, fill, poured, undone } from './undo-world.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

const BACKUP = { backup: { prefix: 'kept/' } } as Partial<JobFile>

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
  fill(world.s3, 'from', 'a/', 4)
})
afterEach(() => world.end())

function digest(key: string): string | undefined {
  return world.s3.current('to', key)?.content.digest
}

/** The write over `z/1` is refused, and its backup made. */
async function keptOnly(more: Partial<JobFile> = {}) {
  world.s3.give('to', 'z/1', { size: 50, seed: 'stood', metadata: { by: 'hand' } })
  world.s3.faults.add({
    kind: 'server-error',
    when: 'before',
    operation: 'CopyObject',
    key: 'z/1',
  })
  const jobs = await world.open()
  const id = await done(world, jobs, poured('copy', { ...BACKUP, ...more }))
  expect(jobs.items(id, 'failed', 0, 9).items.map(({ key }) => key)).toEqual(['a/1'])
  world.s3.faults.clear()
  return { jobs, id, stood: digest('z/1') }
}

describe('a job and its undo', () => {
  test('never work at the same time, nor do two undos', async () => {
    const jobs = await world.open()
    const id = await done(world, jobs, poured('move'))
    const draft = jobs.undo(id, { draft: true })
    await world.settle(jobs, draft.id)
    const undo = jobs.undo(id, { draft: false })
    jobs.pause(undo.id)
    expect(() => jobs.retry(id)).toThrow(`the job ${undo.id} takes back the same work, and is not over`)
    expect(() => jobs.undo(id, { draft: false })).toThrow('takes back the same work')
    expect(() => jobs.start(draft.id, 'now')).toThrow('takes back the same work')
    expect(() => jobs.schedule(draft.id, world.seams.now() + 60_000)).toThrow('takes back the same work')
    jobs.cancel(undo.id)
    jobs.retry(id)
    expect(() => jobs.start(draft.id, 'now')).toThrow(`the job ${id} is what it takes back`)
    await world.settle(jobs, id, 'finished')
    jobs.start(draft.id, 'now')
    await world.settle(jobs, draft.id, 'finished')
    expect(world.s3.keys('from')).toEqual(['a/0', 'a/1', 'a/2', 'a/3'])
    await world.seams.finish(jobs.close())
  })
})

describe('a backup whose overwrite failed', () => {
  test('is trusted by the next try only while it stands', async () => {
    const { jobs, id, stood } = await keptOnly()
    expect(digest('kept/z/1')).toBe(stood)
    await world.seams.finish(world.storage.deleteObject({ bucket: 'to', key: 'kept/z/1' }))
    jobs.retry(id)
    await world.settle(jobs, id, 'finished')
    expect(jobs.failures(id)).toEqual([])
    expect(digest('kept/z/1')).toBe(stood)
    await undone(world, jobs, id)
    expect(digest('z/1')).toBe(stood)
    await world.seams.finish(jobs.close())
  })
})
