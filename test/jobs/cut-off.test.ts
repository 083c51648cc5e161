import { cpSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile } from '#model/spec.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1)
})
afterEach(() => world.end())

const SECOND = 1000
const MIB = 1024 ** 2

/** The server does it after half of the time, and answers after the other. */
function delay(operation: string, by: Readonly<Record<string, number>>): void {
  const latency = (of: { readonly operation: string; readonly key?: string }): number =>
    (of.operation === operation ? by[of.key ?? ''] : undefined) ?? 20
  Object.assign(world.s3, { latency })
}

async function cancelAfterASecond(kind: 'copy' | 'move', copyLimit?: number, more: Partial<JobFile> = {}) {
  const jobs = await world.open(copyLimit === undefined ? {} : { copyLimit })
  const { id } = jobs.create(pour(kind, more), { draft: false })
  await world.seams.advance(SECOND)
  jobs.cancel(id)
  const began = world.seams.now()
  const snapshot = await world.settle(jobs, id)
  return { jobs, id, snapshot, took: world.seams.now() - began, notes: jobs.get(id).notes }
}

const LEFT =
  /^Under way when the job was stopped, and not done when it was looked for; the server may still come to it: (.*)\.$/

describe('what a cancel cuts off', () => {
  test('was done and not answered: it is looked for and journaled; what was not done yet is named', async () => {
    world.s3.giveMany('from', 'a/', 3)
    delay('CopyObject', { 'z/00001': 9 * SECOND, 'z/00002': 90 * SECOND })
    const { jobs, snapshot, took, notes } = await cancelAfterASecond('copy')
    expect(snapshot.status.is).toBe('cancelled')
    expect(snapshot.tally.copied.items).toBe(2)
    expect(snapshot.tally.failed.items).toBe(0)
    expect(world.s3.log.map(({ key }) => key)).toEqual(['z/00000', 'z/00001'])
    expect(notes.map((note) => LEFT.exec(note)?.[1])).toEqual(['a/00002'])
    expect(took).toBeLessThanOrEqual(16 * SECOND)
    await world.seams.finish(jobs.close())
  })

  test('of a move is copied, and its source stays', async () => {
    world.s3.giveMany('from', 'a/', 2)
    delay('CopyObject', { 'z/00001': 9 * SECOND })
    const { jobs, id, snapshot, notes } = await cancelAfterASecond('move')
    expect(snapshot.tally.moved.items).toBe(1)
    expect(world.s3.keys('from')).toEqual(['a/00001'])
    expect(world.s3.keys('to')).toEqual(['z/00000', 'z/00001'])
    expect(jobs.items(id, 'all', 0, 9).items[1]).toMatchObject({ state: 'copied' })
    expect(notes.map((note) => LEFT.exec(note)?.[1])).toEqual(['a/00001'])
    await world.seams.finish(jobs.close())
  })

  test('is the completion of an upload: the object is there, and no upload is', async () => {
    world.s3.giveMany('from', 'a/', 1, 50 * MIB)
    delay('CompleteMultipartUpload', { 'z/00000': 1.2 * SECOND })
    const { jobs, snapshot } = await cancelAfterASecond('copy', 20 * MIB)
    expect(snapshot.tally.copied.items).toBe(1)
    expect(world.s3.uploads.size).toBe(0)
    await world.seams.finish(jobs.close())
  })

  test('is one version of several: the same bytes of a later one are not taken for its copy', async () => {
    for (const bucket of ['from', 'to']) world.s3.makeBucket(bucket, 'enabled')
    for (const seed of ['one', 'two', 'one']) world.s3.give('from', 'a/0', { seed, size: 10 })
    delay('CopyObject', { 'z/0': 9 * SECOND })
    const [source] = pour('copy').sources
    const sources: JobFile['sources'] = [{ ...source, versions: { take: 'all' } }]
    const { jobs, id, snapshot, notes } = await cancelAfterASecond('copy', undefined, { sources })
    expect(world.s3.bucket('to').versions('z/0')).toHaveLength(1)
    expect(snapshot.tally.copied.items).toBe(1)
    const { items } = jobs.items(id, 'all', 0, 9)
    expect(items.map(({ state }) => state)).toEqual(['copied', 'planned', 'planned'])
    expect(notes).toEqual([])
    await world.seams.finish(jobs.close())
  })

  test('is a part: nothing is there, and no upload is', async () => {
    world.s3.giveMany('from', 'a/', 1, 50 * MIB)
    delay('UploadPartCopy', { 'z/00000': 90 * SECOND })
    const { jobs, snapshot } = await cancelAfterASecond('copy', 20 * MIB)
    expect(snapshot.tally.copied.items).toBe(0)
    expect(world.s3.keys('to')).toEqual([])
    expect(world.s3.uploads.size).toBe(0)
    await world.seams.finish(jobs.close())
  })

  test('cannot be looked at either: the cancel ends all the same', async () => {
    world.s3.giveMany('from', 'a/', 2)
    delay('CopyObject', { 'z/00001': 9 * SECOND })
    const latency = (of: { readonly operation: string }): number =>
      of.operation === 'CopyObject' ? 90 * SECOND : of.operation === 'HeadObject' ? 3600 * SECOND : 20
    Object.assign(world.s3, { latency })
    const { jobs, snapshot, took } = await cancelAfterASecond('copy')
    expect(snapshot.status.is).toBe('cancelled')
    expect(took).toBeLessThanOrEqual(20 * SECOND)
    await world.seams.finish(jobs.close())
  })
})

/** A process that dies with this storage; the next one has one of its own. */
function mortal(): { readonly storage: MemoryStorage; readonly open: Parameters<World['open']>[0] } {
  const storage = new MemoryStorage(world.s3)
  return { storage, open: { openStorage: () => Promise.resolve(storage) } }
}

/** A directory as a kill leaves it. */
function killed(): string {
  const dir = `${world.dir}-killed`
  dirs.push(dir)
  cpSync(world.dir, dir, { recursive: true })
  return dir
}
const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const UNSEEN =
  /^Under way when the job was stopped, and could not be looked at: it may be done or not: (.*)\.$/

describe('a job that is cancelled while nobody works on it', () => {
  /** Three objects: one is copied and journaled, one is done and not heard of, one is still on its way. */
  async function pausedInDoubt(): Promise<{ jobs: Jobs; id: string }> {
    world.s3.giveMany('from', 'a/', 3)
    delay('CopyObject', { 'z/00001': 9 * SECOND, 'z/00002': 90 * SECOND })
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy'), { draft: false })
    await world.seams.advance(SECOND)
    jobs.pause(id)
    await world.settle(jobs, id)
    expect(jobs.get(id).snapshot.tally.copied.items).toBe(1)
    return { jobs, id }
  }
  const isOver = (jobs: Jobs, id: string) => () => jobs.get(id).snapshot.endedAt !== undefined

  /** Its process is killed a second after the job began; the next one, on the same disk, comes `later`. */
  async function killedAfterASecond(
    later: number,
    copyLimit?: number,
  ): Promise<{ jobs: () => Promise<Jobs>; id: string }> {
    const { storage, open } = mortal()
    const first = await world.open(copyLimit === undefined ? open : { ...open, copyLimit })
    const { id } = first.create(pour('copy'), { draft: false })
    await world.seams.advance(SECOND)
    const dir = killed()
    storage.kill()
    await world.seams.advance(later)
    return { id, jobs: () => world.open({ dir, openStorage: async () => new MemoryStorage(world.s3) }) }
  }

  test('what its pause cut off is looked for and journaled, or named', async () => {
    const { jobs, id } = await pausedInDoubt()
    jobs.cancel(id)
    expect(() => jobs.resume(id)).toThrow('cannot be resumed')
    await world.seams.run(isOver(jobs, id))
    const { snapshot, notes } = jobs.get(id)
    expect(snapshot.status.is).toBe('cancelled')
    expect(snapshot.tally.copied.items).toBe(2)
    expect(notes.map((note) => LEFT.exec(note)?.[1])).toEqual(['a/00002'])
    await world.seams.finish(jobs.close())
  })

  test('where nothing can be looked at it ends soon, and names what is not known', async () => {
    const { jobs, id } = await pausedInDoubt()
    const latency = ({ operation }: { readonly operation: string }): number =>
      operation === 'HeadObject' ? 3600 * SECOND : 20
    Object.assign(world.s3, { latency })
    jobs.cancel(id)
    const began = world.seams.now()
    await world.seams.run(isOver(jobs, id))
    expect(world.seams.now() - began).toBeLessThanOrEqual(15 * SECOND)
    expect(jobs.get(id).notes.map((note) => UNSEEN.exec(note)?.[1])).toEqual(['a/00001, a/00002'])
    await world.seams.finish(jobs.close())
  })

  test('what a process that was killed has left is looked for, once it is cancelled by the next', async () => {
    world.s3.giveMany('from', 'a/', 3)
    delay('CopyObject', { 'z/00001': 3 * SECOND, 'z/00002': 90 * SECOND })
    const { jobs, id } = await killedAfterASecond(SECOND)
    const second = await jobs()
    second.cancel(id)
    await world.seams.run(isOver(second, id))
    expect(second.get(id).snapshot.tally.copied.items).toBe(2)
    expect(second.get(id).notes.map((note) => LEFT.exec(note)?.[1])).toEqual(['a/00002'])
    await world.seams.finish(second.close())
  })

  test.each([
    ['is found', () => undefined, { copied: 1, named: [] }],
    [
      'is named where something else stands there by now',
      () => world.s3.give('to', 'z/00000', { seed: 'another', size: 10 }),
      { copied: 0, named: ['a/00000'] },
    ],
  ])('what an upload completed that was gone when it was to be aborted %s', async (_, meddle, expected) => {
    world.s3.giveMany('from', 'a/', 1, 50 * MIB)
    delay('CompleteMultipartUpload', { 'z/00000': 3 * SECOND })
    const { jobs, id } = await killedAfterASecond(3 * SECOND, 20 * MIB)
    expect(world.s3.keys('to')).toEqual(['z/00000'])
    expect(world.s3.uploads.size).toBe(0)
    meddle()
    const second = await jobs()
    second.cancel(id)
    await world.seams.run(isOver(second, id))
    expect(second.get(id).snapshot.tally.copied.items).toBe(expected.copied)
    expect(second.get(id).notes.map((note) => LEFT.exec(note)?.[1])).toEqual(expected.named)
    await world.seams.finish(second.close())
  })

  test('a cancel whose process is killed in its midst is ended by the next one', async () => {
    world.s3.giveMany('from', 'a/', 3)
    delay('CopyObject', { 'z/00001': 3 * SECOND, 'z/00002': 90 * SECOND })
    const { storage, open } = mortal()
    const first = await world.open(open)
    const { id } = first.create(pour('copy'), { draft: false })
    await world.seams.advance(SECOND)
    first.cancel(id)
    const dir = killed()
    storage.kill()
    await world.seams.advance(SECOND)
    const second = await world.open({ dir, openStorage: async () => new MemoryStorage(world.s3) })
    expect(second.get(id).snapshot.status.is).toBe('cancelled')
    await world.seams.run(isOver(second, id))
    expect(second.get(id).snapshot.tally.copied.items).toBe(2)
    expect(second.get(id).notes.map((note) => LEFT.exec(note)?.[1])).toEqual(['a/00002'])
    const { endedAt } = second.get(id).snapshot
    await world.seams.finish(second.close())
    const third = await world.open({ dir })
    await world.seams.advance(60 * SECOND)
    expect(third.get(id).snapshot.endedAt).toBe(endedAt)
    await world.seams.finish(third.close())
  })
})

test('uploads that cannot be aborted hold a cancel up for a quarter of a minute at most, and go at the next start', async () => {
  world.s3.giveMany('from', 'a/', 16, 50 * MIB)
  delay('UploadPartCopy', {})
  const jobs = await world.open({ copyLimit: 20 * MIB })
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.seams.run(() => world.s3.mutations({ operation: 'UploadPartCopy' }).length > 5)
  const latency = ({ operation }: { readonly operation: string }): number =>
    operation === 'AbortMultipartUpload' ? 3600 * SECOND : 20
  Object.assign(world.s3, { latency })
  jobs.cancel(id)
  const began = world.seams.now()
  await world.settle(jobs, id, 'finished')
  await world.seams.run(() => jobs.get(id).snapshot.endedAt !== undefined)
  expect(world.seams.now() - began).toBeLessThanOrEqual(60 * SECOND)
  expect(jobs.get(id).notes.join()).toContain('could not be aborted: the server did not answer in time.')
  await world.seams.finish(jobs.close())
  Object.assign(world.s3, { latency: () => 20 })
  const next = await world.open({ copyLimit: 20 * MIB })
  await world.seams.run(() => world.s3.uploads.size === 0)
  await world.seams.finish(next.close())
})
