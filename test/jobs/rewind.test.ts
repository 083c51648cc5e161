import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VersionSummary } from '#model/object.ts'
import type { JobFile, JobSpec, RewindSpec } from '#model/spec.ts'
import { decideRewind } from '../../main/jobs/plan/decide-rewind.ts'
import { whyNotOnTop } from '../../main/jobs/checks/keeps-versions.ts'
import { checkSpec } from '../../main/jobs/checks/spec-check.ts'
import { specOf } from '../helpers/specs.ts'
import { brief, carryOutOf, from, planOf } from './planned.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

/** `v3@50`: made at 50; `m…`: a delete marker; the first one is on top. */
function history(text: string): VersionSummary[] {
  return text.split(' ').map((word, index) => {
    const [versionId = '', at] = word.split('@')
    const isDeleteMarker = versionId.startsWith('m')
    return {
      ...{
        key: 'k',
        versionId,
        size: 1,
        etag: versionId,
        lastModified: Number(at),
        storageClass: 'STANDARD',
      },
      ...{ isLatest: index === 0, isDeleteMarker },
    }
  })
}

const keep = (at: number): RewindSpec['to'] => ({ is: 'as-of', at, later: 'keep' })
const drop = (at: number): RewindSpec['to'] => ({ is: 'as-of', at, later: 'delete' })
const UNDELETE = { is: 'undelete' } as const

test.each<[string, RewindSpec['to'], string]>([
  // It is current now.
  ['v1@10', keep(10), 'nothing'],
  ['v1@10', keep(99), 'nothing'],
  ['m2@20 v1@10', keep(20), 'nothing'],
  // Only delete markers are above it.
  ['m2@20 v1@10', keep(19), 'uncover m2'],
  ['m3@30 m2@20 v1@10', keep(15), 'uncover m3 m2'],
  // Anything else is above it.
  ['v2@20 v1@10', keep(19), 'copy v1 over v2'],
  ['v3@30 v2@20 v1@10', keep(20), 'copy v2 over v3'],
  ['m3@30 v2@20 v1@10', keep(15), 'copy v1 over nothing'],
  ['m3@30 v2@20 v1@10', keep(25), 'uncover m3'],
  ['v3@30 m2@20 v1@10', keep(15), 'copy v1 over v3'],
  // It was not there.
  ['v2@20', keep(10), 'nothing'],
  ['v2@20', drop(10), 'delete v2'],
  ['m3@30 v2@20', drop(10), 'nothing'],
  ['v3@30 m2@20 v1@10', keep(20), 'nothing'],
  ['v3@30 m2@20 v1@10', drop(20), 'delete v3'],
  ['v3@30 m2@20 v1@10', drop(30), 'nothing'],
  // Undelete.
  ['v1@10', UNDELETE, 'nothing'],
  ['m2@20 v1@10', UNDELETE, 'uncover m2'],
  ['m4@40 m3@30 v2@20 m1@10 v0@5', UNDELETE, 'uncover m4 m3'],
  ['m2@20 m1@10', UNDELETE, 'nothing'],
])('%s, back to %j: %s', (versions, to, expected) => {
  const rewound = decideRewind(history(versions), to)
  const words = {
    nothing: () => '',
    uncover: () => rewound.do === 'uncover' && rewound.markers.map(({ versionId }) => versionId).join(' '),
    copy: () =>
      rewound.do === 'copy' && `${rewound.version.versionId} over ${rewound.over?.versionId ?? 'nothing'}`,
    delete: () => rewound.do === 'delete' && rewound.current.versionId,
  }[rewound.do]()
  expect(`${rewound.do} ${words}`.trim()).toBe(expected)
})

test.each([
  ['enabled', undefined],
  ['suspended', 'The versioning of b is suspended'],
  ['off', 'The versioning of b is off'],
  [undefined, 'The versioning of b may not be read'],
] as const)('on top of a key where versioning is %s: %s', (versioning, why) => {
  expect(whyNotOnTop('b', versioning)?.message.split(':')[0]).toBe(why)
})

let world: World
beforeEach(() => {
  world = makeWorld()
  world.s3.bucket('from').versioning = 'enabled'
})
afterEach(() => world.end())

function rewind(to: object, more: object = {}): JobSpec {
  const sources = [from('from', 'a/', { versions: { take: 'all' } })] as JobFile['sources']
  return specOf<'rewind'>({ v: 1, kind: 'rewind', sources, verify: 'auto', to, ...more } as never)
}

const asOf = (at: number, more: object = {}, rest: object = {}): JobSpec =>
  rewind({ is: 'as-of', at, ...more }, rest)
const UNDELETED = rewind(UNDELETE)

const remove = (key: string): Promise<unknown> =>
  world.seams.finish(world.storage.deleteObject({ bucket: 'from', key }))

/** A key's history: sizes, `-` for a marker. */
const standing = (key: string): string =>
  world.s3
    .bucket('from')
    .versions(key)
    .map(({ isDeleteMarker, content }) => (isDeleteMarker ? '-' : content.size))
    .join(' ')

const give = (key: string, size: number, more: object = {}): void =>
  void world.s3.give('from', key, { size, seed: `${key} ${size}`, ...more })

/** The moment between what is given before and after. */
async function moment(): Promise<number> {
  await world.seams.advance(60_000)
  const at = world.seams.now()
  await world.seams.advance(60_000)
  return at
}

describe('a rewind', () => {
  test('brings each key back, on top, and maps old versions to new ones', async () => {
    const properties = { metadata: { who: 'then' }, tags: { a: 'b' }, headers: { cacheControl: 'no-cache' } }
    give('a/changed', 1, { ...properties, storageClass: 'STANDARD_IA' })
    give('a/deleted', 2)
    give('a/same', 3)
    give('a/changed and deleted', 4)
    const at = await moment()
    give('a/changed', 10)
    give('a/changed and deleted', 40)
    give('a/later', 5)
    for (const key of ['a/deleted', 'a/deleted', 'a/changed and deleted']) await remove(key)
    const planned = await planOf(world, asOf(at))
    expect(planned.items.map(brief)).toEqual([
      'a/changed → copy',
      'a/changed and deleted → copy',
      ...Array<string>(2).fill('a/deleted → delete-version'),
      'a/later → skip nothing-to-do',
      'a/same → skip nothing-to-do',
    ])
    const old = world.s3.bucket('from').versions('a/changed')[1]?.versionId
    const { items, snapshot } = await carryOutOf(world, asOf(at, { later: 'delete' }))
    expect(snapshot.tally).toMatchObject({
      copied: { items: 2 },
      deleted: { items: 3 },
      failed: { items: 0 },
    })
    expect(standing('a/changed')).toBe('1 10 1')
    expect(standing('a/changed and deleted')).toBe('4 - 40 4')
    expect(standing('a/deleted')).toBe('2')
    expect(standing('a/later')).toBe('- 5')
    expect(world.s3.current('from', 'a/changed')).toMatchObject({
      ...properties,
      storageClass: 'STANDARD_IA',
    })
    expect(items[0]).toMatchObject({
      versionId: old,
      newVersionId: world.s3.current('from', 'a/changed')?.versionId,
    })
    expect(items.find(({ key }) => key === 'a/later')?.newVersionId).toMatch(/^v/)
  })

  test('undeletes what is deleted and nothing else', async () => {
    give('a/1', 1)
    give('a/2', 2)
    await remove('a/2')
    await remove('a/2')
    await remove('a/never')
    const { snapshot } = await carryOutOf(world, UNDELETED)
    expect(snapshot.tally).toMatchObject({ listed: { items: 2 }, deleted: { items: 2 } })
    expect([standing('a/1'), standing('a/2'), standing('a/never')]).toEqual(['1', '2', '-'])
  })

  test('leaves what was changed since it was planned', async () => {
    give('a/changed', 1)
    give('a/deleted', 2)
    give('a/gone', 3)
    const at = await moment()
    give('a/changed', 10)
    give('a/gone', 30)
    give('a/later', 5)
    await remove('a/deleted')
    await remove('a/gone')
    const jobs = await world.open()
    const { id } = jobs.create(asOf(at, { later: 'delete' }), { draft: true })
    await world.settle(jobs, id)
    for (const key of ['a/changed', 'a/deleted', 'a/gone', 'a/later']) give(key, 99)
    jobs.start(id, 'now')
    const done = await world.settle(jobs, id, 'finished')
    const codes = jobs.items(id, 'failed', 0, 10).items.map(({ key, failure }) => `${key} ${failure?.code}`)
    expect(codes).toEqual([
      'a/changed destination-changed',
      'a/deleted source-changed',
      'a/gone destination-exists',
      'a/later source-changed',
    ])
    expect(done.tally.failed.items).toBe(4)
    expect(standing('a/changed')).toBe('99 10 1')
    expect(standing('a/deleted')).toBe('99 - 2')
    expect(standing('a/gone')).toBe('99 - 30 3')
    expect(standing('a/later')).toBe('99 5')
    await world.seams.finish(jobs.close())
  })

  test('refuses a bucket without versions, and to write where a version would be lost', async () => {
    world.s3.bucket('from').versioning = 'off'
    expect((await planOf(world, UNDELETED)).snapshot.status).toMatchObject({
      is: 'failed',
      failure: { code: 'not-possible', message: expect.stringContaining('from keeps no versions') as string },
    })
    world.s3.bucket('from').versioning = 'enabled'
    give('a/1', 1)
    give('a/2', 2)
    const at = await moment()
    give('a/1', 10)
    await remove('a/2')
    world.s3.bucket('from').versioning = 'suspended'
    const { items } = await carryOutOf(world, asOf(at))
    expect(items.map(brief)).toEqual(['a/1 → refuse not-possible', 'a/2 → delete-version'])
    expect([standing('a/1'), standing('a/2')]).toEqual(['10 1', '2'])
  })

  test('refuses to write where versioning was suspended after the plan', async () => {
    give('a/1', 1)
    const at = await moment()
    give('a/1', 10)
    const jobs = await world.open()
    const { id } = jobs.create(asOf(at), { draft: true })
    await world.settle(jobs, id)
    world.s3.bucket('from').versioning = 'suspended'
    jobs.start(id, 'now')
    expect((await world.settle(jobs, id, 'finished')).tally.failed.items).toBe(1)
    expect(standing('a/1')).toBe('10 1')
    await world.seams.finish(jobs.close())
  })

  test('names what is archived, or restores it first', async () => {
    give('a/1', 1, { storageClass: 'GLACIER' })
    const at = await moment()
    give('a/1', 10)
    const { items } = await planOf(world, asOf(at))
    expect(items.map(brief)).toEqual(['a/1 → refuse archived'])
    const archived = { do: 'restore', tier: 'Expedited', days: 1 }
    const jobs = await world.open()
    const { id } = jobs.create(asOf(at, {}, { archived }), { draft: false })
    const done = await world.settle(jobs, id, 'finished')
    expect(done.tally.copied.items).toBe(1)
    expect(standing('a/1')).toBe('1 10 1')
    expect(world.s3.current('from', 'a/1')?.storageClass).toBe('GLACIER')
    await world.seams.finish(jobs.close())
  })

  test('settles what was in doubt: no second version is made', async () => {
    for (const key of ['a/1', 'a/2', 'a/3']) give(key, 1)
    const at = await moment()
    for (const key of ['a/1', 'a/2', 'a/3']) give(key, 10)
    world.s3.faults.add({ kind: 'connection', when: 'after', operation: 'CopyObject', times: 3 })
    const { snapshot } = await carryOutOf(world, asOf(at))
    expect(snapshot.tally.copied.items).toBe(3)
    for (const key of ['a/1', 'a/2', 'a/3']) expect(standing(key)).toBe('1 10 1')
  })

  test('a filter is asked about what a key is brought back to', async () => {
    give('a/1.txt', 1)
    give('a/2.bin', 2)
    for (const key of ['a/1.txt', 'a/2.bin']) await remove(key)
    const { snapshot } = await carryOutOf(world, rewind(UNDELETE, { filter: { minSize: 2 } }))
    expect(snapshot.tally).toMatchObject({ deleted: { items: 1 }, filtered: { items: 1 } })
    expect([standing('a/1.txt'), standing('a/2.bin')]).toEqual(['- 1', '2'])
  })

  test('takes all versions and no chosen one', () => {
    const current = rewind(UNDELETE, { sources: [from('from', 'a/')] })
    expect(() => checkSpec(current)).toThrow('sources.0.versions.take: must be all in a rewind, not current')
  })
})
