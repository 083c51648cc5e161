import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PourSpec } from '#model/spec.ts'
import { afterPrevious } from '../../main/jobs/plan/chain.ts'
import { JOURNAL_STATES } from '../../main/jobs/item.ts'
import type { PlannedItem } from '../../main/jobs/item.ts'
import type { StoredVersion } from '../helpers/memory/bucket.ts'
import { historyOf, itemFor, planByHand } from './by-hand.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 5 })
  world.s3.makeBucket('from', 'enabled')
  world.s3.makeBucket('to', 'enabled')
})
afterEach(() => world.end())

test('an item goes once the one before it is done, and fails with it', () => {
  expect(Object.fromEntries(JOURNAL_STATES.map((state) => [state, afterPrevious({ state })]))).toEqual({
    ...{ copied: 'goes', moved: 'goes', deleted: 'goes', edited: 'goes', skipped: 'goes', failed: 'fails' },
    ...{ planned: 'later', again: 'later', restoring: 'later', 'copied-not-deleted': 'later' },
  })
  expect(afterPrevious(undefined)).toBe('fails')
  const left = { state: 'skipped', skipReason: 'left' } as const
  expect(afterPrevious(left)).toBe('goes')
  expect(afterPrevious({ ...left, failure: { code: 'timeout', reach: 'item', message: '' } })).toBe('fails')
})

/** Equal contents among them, so that a copy in doubt is told from an older one by its place alone. */
async function writeHistory(key: string, contents: readonly (string | null)[]): Promise<StoredVersion[]> {
  for (const seed of contents) {
    if (seed === null) await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key }))
    else world.s3.give('from', key, { seed, size: 10 })
  }
  return [...world.s3.bucket('from').versions(key)].reverse()
}

const CONTENTS = ['one', 'two', null, 'one', null, 'one', 'one']

/** Oldest first: what each version holds. */
function contentsAt(bucket: string, key: string): (string | null)[] {
  return [...world.s3.bucket(bucket).versions(key)]
    .reverse()
    .map((version) => (version.isDeleteMarker ? null : version.content.digest))
}

const HISTORY: Pick<PourSpec, 'sources'> = {
  sources: [{ ...pour('copy').sources[0], versions: { take: 'all' } }],
}

async function planHistories(kind: 'copy' | 'move', keys: readonly string[]): Promise<string> {
  const items: PlannedItem[] = []
  for (const key of keys) items.push(...historyOf(await writeHistory(key, CONTENTS), items.length + 1))
  // Only what the job does is of interest.
  world.s3.log.length = 0
  return planByHand(world, pour(kind, HISTORY), items)
}

describe('a history', () => {
  const keys = Array.from({ length: 60 }, (_, n) => `a/${String(n).padStart(3, '0')}`)

  test('is copied oldest first, markers among it, across batches, many keys at once', async () => {
    const id = await planHistories('copy', keys)
    const jobs = await world.open()
    const done = await world.settle(jobs, id)
    expect(done.status).toEqual({ is: 'completed' })
    expect(done.tally.copied.items).toBe(keys.length * CONTENTS.length)
    for (const key of keys) {
      expect(contentsAt('to', `z/${key.slice(2)}`)).toEqual(contentsAt('from', key))
    }
    expect(world.s3.mostInFlight).toBeGreaterThan(20)
    await world.seams.finish(jobs.close())
  })

  test('is moved: every version goes by its id, and nothing of the key is left', async () => {
    const before = CONTENTS.length
    const id = await planHistories('move', keys.slice(0, 3))
    const wanted = contentsAt('from', 'a/000')
    const jobs = await world.open()
    const done = await world.settle(jobs, id)
    expect(done.tally.moved.items).toBe(3 * before)
    expect(world.s3.bucket('from').isEmpty).toBe(true)
    expect(contentsAt('to', 'z/000')).toEqual(wanted)
    await world.seams.finish(jobs.close())
  })

  test('one version fails: those after it fail, naming it, and all go when it is tried again', async () => {
    const id = await planHistories('copy', ['a/000', 'a/001'])
    const second = world.s3.bucket('from').versions('a/000').at(-2)
    world.s3.faults.add({
      kind: 'AccessDenied',
      when: 'before',
      operation: 'CopyObject',
      key: 'z/000',
      nth: 2,
    })
    const jobs = await world.open()
    const first = await world.settle(jobs, id)
    expect(first.tally).toMatchObject({ copied: { items: 8 }, failed: { items: 6 } })
    const groups = jobs.failures(id)
    expect(groups).toMatchObject([
      { code: 'previous-failed', items: 5 },
      { code: 'access-denied', items: 1 },
    ])
    expect(groups[0]?.example.message).toContain(`version ${second?.versionId} of a/000`)
    jobs.retry(id)
    expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({
      copied: { items: 14 },
      failed: { items: 0 },
    })
    expect(contentsAt('to', 'z/000')).toEqual(contentsAt('from', 'a/000'))
    await world.seams.finish(jobs.close())
  })

  test('paused in the middle, it goes on where it was', async () => {
    const id = await planHistories('copy', keys)
    const jobs = await world.open()
    await world.seams.run(() => world.s3.log.length > 50)
    jobs.pause(id)
    await world.settle(jobs, id)
    expect(world.s3.log.length).toBeLessThan(keys.length * CONTENTS.length)
    jobs.resume(id)
    await world.settle(jobs, id, 'finished')
    for (const key of keys) {
      expect(contentsAt('to', `z/${key.slice(2)}`)).toEqual(contentsAt('from', key))
    }
    expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(keys.length * 5)
    await world.seams.finish(jobs.close())
  })

  test('cancelled in the middle, it sends nothing more', async () => {
    const id = await planHistories('copy', keys)
    const jobs = await world.open()
    await world.seams.run(() => world.s3.log.length > 50)
    jobs.cancel(id)
    expect((await world.settle(jobs, id)).status.is).toBe('cancelled')
    const sent = world.s3.log.length
    await world.seams.advance(10_000)
    expect(world.s3.log).toHaveLength(sent)
    await world.seams.finish(jobs.close())
  })
})

describe('names that change places', () => {
  /** a → b, b → c, c → a, as the planner orders it. */
  function planCycle(kind: 'copy' | 'move'): string {
    world.s3.makeBucket('from', 'off')
    const [a, b, c] = ['a', 'b', 'c'].map((name) =>
      world.s3.give('from', `a/${name}`, { seed: name, size: 5 }),
    )
    if (!a || !b || !c) throw new Error('they were just given')
    const place = { ...pour(kind).destinations[0], bucket: 'from', prefix: 'a/' }
    const aside = 'a/.decant-aside-1'
    const spec = pour(kind, { destinations: [place], names: [{ rule: 'replace', find: 'x', with: 'y' }] })
    return planByHand(world, spec, [
      itemFor(a, { action: 'set-aside', target: aside }),
      itemFor(c, { target: 'a/a', after: 1 }),
      itemFor(b, { target: 'a/c', after: 2 }),
      itemFor(a, { key: aside, action: 'bring-back', target: 'a/b', after: 3 }),
    ])
  }
  const digest = (name: string): string | undefined => world.s3.current('from', `a/${name}`)?.content.digest

  test.each(['copy', 'move'] as const)('a cycle of three, as a %s', async (kind) => {
    const id = planCycle(kind)
    const [a, b, c] = ['a', 'b', 'c'].map(digest)
    const jobs = await world.open()
    const done = await world.settle(jobs, id)
    expect(jobs.failures(id)).toEqual([])
    expect(done.status).toEqual({ is: 'completed' })
    expect([digest('a'), digest('b'), digest('c')]).toEqual([c, a, b])
    expect(world.s3.keys('from')).toEqual(['a/a', 'a/b', 'a/c'])
    await world.seams.finish(jobs.close())
  })

  test('nothing is lost when a step of it fails', async () => {
    const id = planCycle('move')
    const all = ['a', 'b', 'c'].map(digest)
    world.s3.faults.add({
      kind: 'AccessDenied',
      when: 'before',
      operation: 'CopyObject',
      key: 'a/c',
      times: 1,
    })
    const jobs = await world.open()
    await world.settle(jobs, id)
    const held = world.s3.keys('from').map((key) => world.s3.current('from', key)?.content.digest)
    for (const one of all) expect(held).toContain(one)
    jobs.retry(id)
    await world.settle(jobs, id, 'finished')
    expect([digest('a'), digest('b'), digest('c')]).toEqual([all[2], all[0], all[1]])
    expect(world.s3.keys('from')).toEqual(['a/a', 'a/b', 'a/c'])
    await world.seams.finish(jobs.close())
  })
})
