import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VersionSummary } from '#model/object.ts'
import { purgeRule } from '#model/spec.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import { bareMarkers, choosePurged } from '../../main/jobs/plan/choose-purged.ts'
import { checkSpec } from '../../main/jobs/checks/spec-check.ts'
import { specOf } from '../helpers/specs.ts'
import { brief, carryOutOf, from, planOf } from './planned.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

const DAY = 24 * 3600 * 1000
const NOW = 100 * DAY

/** `v3@50`: made on day 50; `m…`: a delete marker; the first one is on top. */
function history(text: string): VersionSummary[] {
  return text.split(' ').map((word, index) => {
    const [versionId = '', day] = word.split('@')
    const isDeleteMarker = versionId.startsWith('m')
    const lastModified = Number(day) * DAY
    const size = isDeleteMarker ? 0 : 1
    return {
      ...{ key: 'k', versionId, size, etag: versionId, lastModified, storageClass: 'STANDARD' },
      ...{ isLatest: index === 0, isDeleteMarker },
    }
  })
}

const ids = (versions: readonly VersionSummary[]): string => versions.map((one) => one.versionId).join(' ')

describe('what goes of a history, on day 100', () => {
  test.each([
    ['v1@1', {}, ''],
    ['m1@1', {}, ''],
    ['v3@99 v2@98 v1@97', {}, 'v2 v1'],
    // Ceph lists by the millisecond what its Date header rounds down to the second.
    ['v3@100.2 v2@100.1 v1@97', {}, 'v2 v1'],
    ['v3@100.2 v2@100.1 v1@97', { keep: 1 }, 'v1'],
    // Since the next newer one was made, not since they were.
    ['v3@99 v2@60 v1@50', { olderThanDays: 30 }, 'v1'],
    ['v3@70 v2@60 v1@50', { olderThanDays: 30 }, 'v2 v1'],
    ['v3@71 v2@60 v1@50', { olderThanDays: 30 }, 'v1'],
    ['v4@9 v3@8 v2@7 v1@6', { keep: 2 }, 'v1'],
    ['v4@9 v3@8 v2@7 v1@6', { keep: 3 }, ''],
    // Both must hold.
    ['v4@99 v3@98 v2@7 v1@6', { keep: 1, olderThanDays: 30 }, 'v1'],
    ['v4@99 v3@98 v2@97 v1@6', { keep: 0, olderThanDays: 30 }, ''],
    // What is hidden by a marker is an older version too.
    ['m9@9 v2@8 v1@7', {}, 'v2 v1'],
    ['m9@9 v2@8 v1@7', { keep: 1 }, 'v1'],
    // Markers go with the others, and do not count.
    ['v4@9 m3@8 v2@7 m1@6', {}, 'm3 v2 m1'],
    ['v4@9 m3@8 v2@7 m1@6 v0@5', { keep: 1 }, 'm1 v0'],
    ['m9@9 m8@8 m7@7', {}, 'm8 m7'],
    ['v2@9 null@8 v1@7', {}, 'null v1'],
  ])('%s by %j: %s', (versions, rule, expected) => {
    const rows = history(versions)
    const whole = choosePurged(rows, purgeRule.parse(rule), NOW)
    expect(ids(whole.purged)).toBe(expected)
    // In however many pages.
    const paged: VersionSummary[] = []
    let { soFar } = choosePurged([], purgeRule.parse(rule), NOW)
    for (const row of rows) {
      const page = choosePurged([row], purgeRule.parse(rule), NOW, soFar)
      paged.push(...page.purged)
      soFar = page.soFar
    }
    expect(ids(paged)).toBe(expected)
  })

  test.each([
    ['m1@9', 'm1'],
    ['m3@9 m2@8', 'm3 m2'],
    ['m3@9 v2@8', ''],
    ['m3@9 v2@8 m1@7', 'm1'],
    ['v3@9 m2@8', 'm2'],
  ])('of %s nothing stays under %s', (versions, expected) => {
    const rows = history(versions)
    expect(ids(bareMarkers(rows))).toBe(expected)
    let paged: readonly VersionSummary[] = []
    for (const row of rows) paged = bareMarkers([row], paged)
    expect(ids(paged)).toBe(expected)
  })
})

let world: World
beforeEach(() => {
  world = makeWorld()
  world.s3.bucket('from').versioning = 'enabled'
})
afterEach(() => world.end())

function purge(rule: object = {}, more: object = {}, place: object = {}): JobSpec {
  const sources = [from('from', 'a/', { versions: { take: 'all' }, ...place })] as JobFile['sources']
  return specOf<'delete'>({ v: 1, kind: 'delete', sources, purge: rule, ...more })
}

const remove = (key: string, versionId?: string): Promise<unknown> =>
  world.seams.finish(world.storage.deleteObject({ bucket: 'from', key, versionId }))

/** What is left of a key: sizes, `-` for a marker. */
const left = (key: string): string =>
  world.s3
    .bucket('from')
    .versions(key)
    .map(({ isDeleteMarker, content }) => (isDeleteMarker ? '-' : content.size))
    .join(' ')

describe('a purge', () => {
  test('deletes old versions by their id, says what is freed, and leaves what is current', async () => {
    for (const size of [1, 2, 3]) world.s3.give('from', 'a/1', { size, seed: `${size}` })
    for (const size of [10, 20]) world.s3.give('from', 'a/2', { size, seed: `${size}` })
    await remove('a/2')
    world.s3.give('from', 'b/1', { size: 5 })
    world.s3.give('from', 'b/1', { size: 6, seed: 'x' })
    const planned = await planOf(world, purge())
    expect(planned.items.map(brief)).toEqual(Array(4).fill(expect.stringContaining('delete-version')))
    expect(planned.snapshot.tally.planned['delete-version']).toEqual({ items: 4, bytes: 33 })
    const { snapshot, requests } = await carryOutOf(world, purge())
    expect(snapshot.tally.deleted).toEqual({ items: 4, bytes: 33 })
    expect([left('a/1'), left('a/2'), left('b/1')]).toEqual(['3', '-', '6 5'])
    expect(requests).toMatchObject({ ListObjectVersions: 1, HeadObject: 4, DeleteObject: 4 })
  })

  test('tells its requests before it sends them', async () => {
    for (const size of [1, 2, 3]) world.s3.give('from', 'a/1', { size, seed: `${size}` })
    const jobs = await world.open()
    const { id } = jobs.create(purge(), { draft: true })
    await world.settle(jobs, id)
    const { expected, requests: planning } = jobs.get(id)
    expect(expected).toEqual({ is: 'exact', requests: { HeadObject: 2, DeleteObject: 2 } })
    jobs.start(id, 'now')
    await world.settle(jobs, id, 'finished')
    expect(jobs.get(id).requests).toEqual({ ...planning, ...expected?.requests })
    await world.seams.finish(jobs.close())
  })

  test('takes markers under which nothing is left, after what was under them', async () => {
    world.s3.give('from', 'a/1', { size: 1 })
    await remove('a/1')
    await remove('a/1')
    world.s3.give('from', 'a/2', { size: 2 })
    await remove('a/2')
    world.s3.give('from', 'a/3', { size: 3 })
    const { snapshot } = await carryOutOf(world, purge({ loneMarkers: true }))
    expect(snapshot.tally).toMatchObject({ deleted: { items: 5, bytes: 3 }, failed: { items: 0 } })
    expect(world.s3.bucket('from').keys()).toEqual(['a/3'])
  })

  test('leaves a marker whose versions the filter, the rule or a lock keep', async () => {
    for (const size of [1, 9]) world.s3.give('from', 'a/filter', { size, seed: `${size}` })
    await remove('a/filter')
    world.s3.give('from', 'a/lock', { size: 9, seed: 'x' })
    world.s3.give('from', 'a/lock', { size: 9, legalHold: 'ON' })
    await remove('a/lock')
    const bySize = purge({ loneMarkers: true }, { filter: { minSize: 5 } })
    const { items } = await carryOutOf(world, bySize)
    expect([left('a/filter'), left('a/lock')]).toEqual(['- 1', '- 9'])
    expect(items.flatMap(({ failure }) => failure ?? [])).toMatchObject([
      {
        code: 'not-possible',
        property: 'legalHold',
        message: expect.stringMatching(
          /^Version v\d+ of a\/lock was not deleted: it is under a legal hold\.$/,
        ) as string,
      },
    ])
    const again = await carryOutOf(world, purge({ loneMarkers: true }))
    expect(again.items.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      undefined,
      'not-possible',
      'previous-failed',
    ])
    expect(left('a/lock')).toBe('- 9')
  })

  test('names a retention and its end', async () => {
    const until = world.seams.now() + 30 * DAY
    world.s3.give('from', 'a/1', { size: 1, retention: { mode: 'COMPLIANCE', until } })
    world.s3.give('from', 'a/1', { size: 2, seed: 'x' })
    const { items } = await carryOutOf(world, purge())
    expect(items[0]?.failure).toMatchObject({
      property: 'retention',
      message: expect.stringContaining('it is locked (COMPLIANCE) until 20') as string,
    })
    expect(left('a/1')).toBe('2 1')
  })

  test('a long history is planned page by page, the plan goes on within it, and each version goes once', async () => {
    for (let n = 0; n < 2500; n++) world.s3.give('from', 'a/long', { size: 1, seed: `${n}` })
    world.s3.give('from', 'a/next', { size: 1 })
    await remove('a/long')
    const first = await world.open()
    let closed: Promise<void> | undefined
    world.s3.faults.add({
      ...{ kind: 'slow-down', when: 'before', operation: 'ListObjectVersions', nth: 3 },
      act: () => (closed = first.close()),
    })
    const { id } = first.create(purge({ keep: 2, loneMarkers: true }), { draft: false })
    await world.seams.run(() => closed !== undefined)
    await world.seams.finish(closed ?? Promise.resolve())
    world.s3.faults.clear()
    const jobs = await world.open()
    const done = await world.settle(jobs, id, 'finished')
    expect(jobs.get(id).requests['ListObjectVersions']).toBe(4)
    expect(done.tally).toMatchObject({ listed: { items: 2498 }, deleted: { items: 2498 } })
    expect(left('a/long')).toBe('- 1 1')
    await world.seams.finish(jobs.close())
  })

  test('a chosen key that is not there is told, its namesakes are left', async () => {
    world.s3.give('from', 'a/1x', { size: 1 })
    world.s3.give('from', 'a/1x', { size: 2, seed: 'x' })
    const select = [{ kind: 'object', key: 'a/1' }]
    const { items } = await carryOutOf(world, purge({}, {}, { select }))
    expect(items.map(brief)).toEqual(['a/1 → refuse source-missing'])
    expect(left('a/1x')).toBe('2 1')
  })

  describe('never loses what has become current since it was planned', () => {
    test.each([
      ['by an undelete', 'marker'],
      ['by deleting the version above', 'object'],
    ] as const)('%s', async (_name, above) => {
      world.s3.give('from', 'a/1', { size: 7 })
      if (above === 'marker') await remove('a/1')
      else world.s3.give('from', 'a/1', { size: 8, seed: 'x' })
      const top = world.s3.bucket('from').versions('a/1')[0]?.versionId ?? ''
      // Not before it has begun: the last moment at which it can be seen.
      world.s3.faults.add({
        ...{ kind: 'nothing', when: 'before', operation: 'HeadObject', times: 1 },
        act: () => world.s3.bucket('from').remove('a/1', top),
      })
      const { items } = await carryOutOf(world, purge({ loneMarkers: true }))
      expect(items[0]?.failure).toMatchObject({
        code: 'source-changed',
        message: expect.stringContaining('it is the current one by now') as string,
      })
      expect(world.s3.current('from', 'a/1')?.content.size).toBe(7)
    })

    test('a null version that was written over, and one that took the place of a null marker', async () => {
      const bucket = world.s3.bucket('from')
      bucket.versioning = 'suspended'
      world.s3.give('from', 'a/object', { size: 1, lastModified: 1000 })
      await remove('a/marker')
      bucket.versioning = 'enabled'
      world.s3.give('from', 'a/object', { size: 2, seed: 'x' })
      world.s3.give('from', 'a/marker', { size: 3, seed: 'x' })
      const jobs = await world.open()
      const { id } = jobs.create(purge(), { draft: true })
      expect((await world.settle(jobs, id)).tally.planned['delete-version'].items).toBe(2)
      bucket.versioning = 'suspended'
      for (const key of ['a/object', 'a/marker']) world.s3.give('from', key, { size: 9, seed: 'new' })
      bucket.versioning = 'enabled'
      for (const key of ['a/object', 'a/marker']) world.s3.give('from', key, { size: 10, seed: 'newer' })
      jobs.start(id, 'now')
      const done = await world.settle(jobs, id, 'finished')
      expect(done.tally.failed.items).toBe(2)
      expect([left('a/object'), left('a/marker')]).toEqual(['10 9 2', '10 9 3'])
      await world.seams.finish(jobs.close())
    })
  })

  test.each([
    [{ versions: { take: 'current' } }, 'sources.0.versions.take: must be all in a purge, not current'],
    [{ versions: { take: 'as-of', at: 5 } }, 'must be'],
    [
      { select: [{ kind: 'object', key: 'a/1', versionId: 'v' }] },
      'sources.0.select.0.versionId: must not be given in a purge',
    ],
  ])('of %j is refused', (place, message) => {
    expect(() => checkSpec(purge({}, {}, place))).toThrow(message)
  })
})
