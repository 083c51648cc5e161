import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VersionSummary } from '#model/object.ts'
import type { ConflictPolicy, JobFile, PourSpec, VersionChoice } from '#model/spec.ts'
import { chooseVersions, decideHistory } from '../../main/jobs/plan/plan-history.ts'
import { specOf } from '../helpers/specs.ts'
import { brief, carryOutOf, from, parity, planOf, to } from './planned.ts'
import { deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
  world.s3.bucket('from').versioning = 'enabled'
  world.s3.bucket('to').versioning = 'enabled'
})
afterEach(() => world.end())

const version = (versionId: string, at: number, more: Partial<VersionSummary> = {}): VersionSummary => ({
  ...{ key: 'k', versionId, size: 1, etag: versionId, lastModified: at, storageClass: 'STANDARD' },
  ...{ isLatest: false, isDeleteMarker: false },
  ...more,
})
const HISTORY = [
  version('v4', 40, { isLatest: true }),
  version('m3', 30, { isDeleteMarker: true }),
  version('v2', 20),
  version('v1', 10),
]

test.each<[string, VersionChoice, string[]]>([
  ['current', { take: 'current' }, ['v4 current']],
  [
    'all, oldest first',
    { take: 'all' },
    ['v1 noncurrent', 'v2 noncurrent', 'm3 delete-marker', 'v4 current'],
  ],
  ['before the first', { take: 'as-of', at: 9 }, []],
  ['at the moment of one', { take: 'as-of', at: 20 }, ['v2 noncurrent']],
  ['between two', { take: 'as-of', at: 29 }, ['v2 noncurrent']],
  ['when it was deleted', { take: 'as-of', at: 35 }, []],
  ['now', { take: 'as-of', at: 99 }, ['v4 current']],
])('%s', (_name, choice, expected) => {
  expect(chooseVersions(HISTORY, choice).map(({ versionId, state }) => `${versionId} ${state}`)).toEqual(
    expected,
  )
})

test.each<[ConflictPolicy, 'object' | 'marker', 'none' | 'older' | 'younger' | 'same', string, string]>([
  ['skip', 'object', 'none', 'absent', 'anything'],
  ['skip', 'object', 'older', 'exists', 'exists'],
  ['overwrite', 'object', 'older', 'anything', 'anything'],
  ['if-newer', 'object', 'older', 'etag', 'anything'],
  ['if-newer', 'object', 'younger', 'not-newer', 'not-newer'],
  ['if-newer', 'marker', 'older', 'etag', 'anything'],
  ['if-newer', 'marker', 'younger', 'not-newer', 'not-newer'],
  ['if-different', 'object', 'same', 'same', 'same'],
  ['if-different', 'object', 'older', 'etag', 'anything'],
  ['if-different', 'marker', 'same', 'etag', 'anything'],
  ['if-different', 'marker', 'none', 'absent', 'anything'],
  ['fail', 'object', 'older', 'destination-exists', 'destination-exists'],
  ['fail', 'marker', 'none', 'absent', 'anything'],
])('%s, the newest a %s, at the destination %s: %s, then %s', (policy, newest, there, first, rest) => {
  const found = {
    ...version('v', 50),
    state: newest === 'marker' ? ('delete-marker' as const) : ('current' as const),
  }
  const standing = {
    ...found,
    lastModified: there === 'younger' ? 60 : 40,
    etag: there === 'same' ? 'v' : 'other',
  }
  const decisions = decideHistory(policy, found, there === 'none' ? undefined : standing)
  const words = [decisions.first, decisions.rest].map((decision) => {
    if (decision.do === 'write') return decision.expect.is
    return decision.do === 'skip' ? decision.reason : decision.failure.code
  })
  expect(words).toEqual([first, rest])
})

/** Gives `a/KEY` a history of `count` versions, with a delete marker after each third. */
async function giveHistory(key: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    world.s3.give('from', `a/${key}`, { seed: `${key} ${n}`, size: 10 })
    if (n % 3 === 2) await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: `a/${key}` }))
  }
}

function historyOf(bucket: string, key: string): string[] {
  return world.s3
    .bucket(bucket)
    .versions(key)
    .map(({ etag, isDeleteMarker }) => (isDeleteMarker ? 'marker' : etag))
}

const everything = { versions: { take: 'all' } } as const

describe('whole histories', () => {
  test('come out in order, markers among them, whatever page they lie on', async () => {
    await giveHistory('few', 5)
    await giveHistory('gone', 3)
    await giveHistory('many', 1300)
    await giveHistory('one', 1)
    const spec = pour('copy', { sources: [from('from', 'a/', everything)], conflict: 'skip' })
    const { items, requests, snapshot } = await planOf(world, spec)
    expect(items.slice(0, 6).map(brief)).toEqual([
      'a/few → z/few copy',
      'a/few → z/few copy',
      'a/few → z/few copy',
      'a/few → z/few mark',
      'a/few → z/few copy',
      'a/few → z/few copy',
    ])
    expect(items.slice(0, 6).map(({ history }) => history)).toEqual([
      ...['noncurrent', 'noncurrent', 'noncurrent', 'delete-marker', 'noncurrent'],
      undefined,
    ])
    expect(requests['ListObjectVersions']).toBe(Math.ceil(snapshot.tally.listed.items / 1000))
    expect(requests['GetBucketVersioning']).toBe(1)
  })

  test('are equal at the destination', async () => {
    await giveHistory('five', 5)
    await giveHistory('gone', 6)
    const spec = pour('copy', { sources: [from('from', 'a/', everything)] })
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.failed.items).toBe(0)
    expect(historyOf('to', 'z/five')).toEqual(historyOf('from', 'a/five'))
    expect(historyOf('to', 'z/gone')).toEqual(historyOf('from', 'a/gone'))
  })

  test('a bucket that keeps no versions is refused as a whole', async () => {
    world.s3.bucket('to').versioning = 'suspended'
    world.s3.give('from', 'a/1')
    const { snapshot } = await planOf(world, pour('copy', { sources: [from('from', 'a/', everything)] }))
    expect(snapshot.status).toMatchObject({
      is: 'failed',
      failure: { code: 'not-possible', property: 'versions' },
    })
  })

  test('one that cannot be copied stops those after it, of its key alone', async () => {
    world.s3.give('from', 'a/1')
    world.s3.give('from', 'a/1', { storageClass: 'GLACIER' })
    world.s3.give('from', 'a/1', { seed: 'now' })
    world.s3.give('from', 'a/2')
    const { items } = await planOf(world, pour('copy', { sources: [from('from', 'a/', everything)] }))
    expect(items.map(brief)).toEqual([
      'a/1 → z/1 copy',
      'a/1 → z/1 refuse archived',
      'a/1 → z/1 refuse previous-failed',
      'a/2 → z/2 copy',
    ])
  })

  test('by their state, also of a delete', async () => {
    await giveHistory('x', 4)
    const sources: JobFile['sources'] = [from('from', 'a/', everything)]
    const filter = { versions: ['noncurrent' as const] }
    const { items, snapshot } = await planOf(world, pour('copy', { sources, filter }))
    expect(items.map(({ history }) => history)).toEqual(['noncurrent', 'noncurrent', 'noncurrent'])
    expect(snapshot.tally.filtered.items).toBe(2)
    const removed = await planOf(world, { ...deletion(), sources: pour('copy', { sources }).sources })
    expect(removed.items.map(({ action }) => action)).toEqual(Array(5).fill('delete'))
  })

  test('of one chosen key, and of a key that is not there', async () => {
    await giveHistory('x', 2)
    world.s3.give('from', 'a/xx')
    const select = ['a/none', 'a/x'].map((key) => ({ kind: 'object' as const, key }))
    const { items } = await planOf(
      world,
      pour('copy', { sources: [from('from', 'a/', { ...everything, select })] }),
    )
    expect(items.map(brief)).toEqual([
      'a/none → z/none refuse source-missing',
      'a/x → z/x copy',
      'a/x → z/x copy',
    ])
  })

  test('a plan that was interrupted goes on behind the last whole key', async () => {
    const slow = makeWorld(1, { latency: 50 })
    world.end()
    world = slow
    slow.s3.bucket('from').versioning = 'enabled'
    slow.s3.bucket('to').versioning = 'enabled'
    for (let n = 0; n < 400; n++)
      for (let v = 0; v < 4; v++) slow.s3.give('from', `a/${1000 + n}`, { seed: `${n} ${v}` })
    const jobs = await slow.open()
    const { id } = jobs.create(pour('copy', { sources: [from('from', 'a/', everything)] }), { draft: false })
    await slow.seams.run(() => jobs.get(id).snapshot.tally.listed.items >= 900)
    await slow.seams.finish(jobs.close())
    const again = await slow.open()
    await slow.settle(again, id, 'finished')
    const { items, total } = again.items(id, 'all', 0, 5000)
    expect(total).toBe(1600)
    expect(new Set(items.map(({ key, versionId }) => `${key} ${versionId}`)).size).toBe(1600)
    await slow.seams.finish(again.close())
  })
})

describe('as of a moment', () => {
  test('an older version is brought back onto its own key; the current one is not touched', async () => {
    world.s3.give('from', 'a/1', { seed: 'then', lastModified: 1000 })
    world.s3.give('from', 'a/1', { seed: 'now', lastModified: 3000 })
    world.s3.give('from', 'a/2', { seed: 'same', lastModified: 1000 })
    world.s3.give('from', 'a/3', { seed: 'later', lastModified: 3000 })
    const spec = pour('copy', {
      sources: [from('from', 'a/', { versions: { take: 'as-of', at: 2000 } })],
      destinations: [to('from', 'a/')],
    })
    const { items } = await planOf(world, spec)
    expect(items.map(brief)).toEqual(['a/1 → a/1 copy', 'a/2 → a/2 skip same-object'])
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.copied.items).toBe(1)
    expect(historyOf('from', 'a/1')).toHaveLength(3)
    expect(historyOf('from', 'a/1')[0]).toBe(historyOf('from', 'a/1')[2])
  })
})

test('a chosen version is brought back onto its key, the current one is itself', async () => {
  const old = world.s3.give('from', 'a/1', { seed: 'then' })
  const now = world.s3.give('from', 'a/1', { seed: 'now' })
  const chosen = (versionId: string): PourSpec =>
    pour('copy', {
      sources: [from('from', 'a/', { select: [{ kind: 'object', key: 'a/1', versionId }] })],
      destinations: [to('from', 'a/')],
    })
  expect((await planOf(world, chosen(old.versionId))).items.map(brief)).toEqual(['a/1 → a/1 copy'])
  expect((await planOf(world, chosen(now.versionId))).items.map(brief)).toEqual([
    'a/1 → a/1 skip same-object',
  ])
})

test('chosen versions are deleted for good, several of one key and a delete marker among them', async () => {
  const ids = ['one', 'two', 'three'].map((seed) => world.s3.give('from', 'a/1', { seed }).versionId)
  const { versionId: marker } = await world.seams.finish(
    world.storage.deleteObject({ bucket: 'from', key: 'a/1' }),
  )
  const select = [ids[0], ids[1], marker].map((versionId) => ({
    ...{ kind: 'object' as const, key: 'a/1' },
    ...(versionId !== undefined && { versionId }),
  }))
  const { snapshot } = await carryOutOf(
    world,
    specOf({ v: 1, kind: 'delete', sources: [from('from', 'a/', { select })] }),
  )
  expect(snapshot.tally.deleted.items).toBe(3)
  expect(
    world.s3
      .bucket('from')
      .versions('a/1')
      .map(({ versionId }) => versionId),
  ).toEqual([ids[2]])
})

test('two versions of one key cannot both become one', async () => {
  const select = ['v1', 'v2'].map((versionId) => ({ kind: 'object' as const, key: 'a/1', versionId }))
  const jobs = await world.open()
  const spec = pour('copy', { sources: [from('from', 'a/', { select })] })
  expect(() => jobs.create(spec, { draft: true })).toThrow(
    'sources.0.select.1.versionId: must be the only one of a/1, beside v1',
  )
  await world.seams.finish(jobs.close())
})

test.each([
  [
    'a move as of a moment',
    pour('move', { sources: [from('from', 'a/', { versions: { take: 'as-of', at: 1 } })] }),
  ],
  ['a comparison of histories', parity({ sources: [from('from', 'a/', everything)] })],
])('%s is refused by name', async (_name, spec) => {
  const jobs = await world.open()
  expect(() => jobs.create(spec, { draft: true })).toThrow('sources.0.versions.take: must be current or')
  await world.seams.finish(jobs.close())
})
