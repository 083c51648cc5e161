import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Properties, SomeProperties } from '#model/properties.ts'
import { COPY_DEFAULTS, needsTraits } from '#model/properties.ts'
import type { JobFile, PourSpec } from '#model/spec.ts'
import { impossibleIn } from '../../main/engine/bucket-limits.ts'
import { bookkeepingFor } from '../../main/jobs/plan/bookkeeping.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { brief, carryOutOf, edit, from, parity, planOf, to } from './planned.ts'
import { CONNECTION, deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

const properties = (more: SomeProperties): Properties => ({ ...COPY_DEFAULTS, ...more }) as Properties
const LOCK: SomeProperties = { retention: { policy: 'set', value: { mode: 'GOVERNANCE', until: 1e13 } } }
const HOLD: SomeProperties = { legalHold: { policy: 'set', value: 'ON' } }
const acl = (name: 'private' | 'public-read' | 'bucket-owner-full-control'): SomeProperties => ({
  acl: { policy: 'set', value: { kind: 'canned', acl: name } },
})
const CUSTOMER: SomeProperties = { encryption: { policy: 'set', value: { kind: 'SSE-C', key: 'ring' } } }
const toClass = (value: 'EXPRESS_ONEZONE' | 'STANDARD'): SomeProperties => ({
  storageClass: { policy: 'set', value },
})
const EXPRESS = 'fast--euw1-az1--x-s3'

test.each<[string, SomeProperties, Parameters<typeof impossibleIn>[1], string | undefined]>([
  ['b', {}, { objectLock: false, ownership: 'enforced', blocksCustomerKeys: true }, undefined],
  ['b', LOCK, { objectLock: false }, 'retention'],
  ['b', LOCK, { objectLock: true }, undefined],
  ['b', LOCK, {}, undefined],
  ['b', HOLD, { objectLock: false }, 'legalHold'],
  ['b', acl('public-read'), { ownership: 'enforced' }, 'acl'],
  ['b', acl('private'), { ownership: 'enforced' }, 'acl'],
  ['b', acl('bucket-owner-full-control'), { ownership: 'enforced' }, undefined],
  ['b', acl('public-read'), { ownership: 'acls' }, undefined],
  ['b', CUSTOMER, { blocksCustomerKeys: true }, 'encryption'],
  ['b', CUSTOMER, { blocksCustomerKeys: false }, undefined],
  ['b', toClass('EXPRESS_ONEZONE'), {}, 'storageClass'],
  [EXPRESS, toClass('EXPRESS_ONEZONE'), {}, undefined],
  [EXPRESS, toClass('STANDARD'), {}, 'storageClass'],
])('in %s, asked for %j, allowed %j: refused for %s', (bucket, asked, traits, property) => {
  expect(impossibleIn(bucket, traits, properties(asked))?.property).toBe(property)
})

test.each<[SomeProperties, boolean]>([
  [{}, false],
  [LOCK, true],
  [HOLD, true],
  [acl('private'), true],
  [CUSTOMER, true],
  [toClass('EXPRESS_ONEZONE'), false],
  [{ acl: { policy: 'copy' }, retention: { policy: 'copy' } }, false],
])('%j asks what the bucket allows: %s', (asked, expected) => {
  expect(needsTraits(asked)).toBe(expected)
})

describe('what the bucket cannot hold is found in the plan', () => {
  test('for the whole job where no object could have it', async () => {
    world.s3.giveMany('from', 'a/', 3)
    const { snapshot, requests } = await planOf(world, pour('copy', { properties: properties(LOCK) }))
    expect(snapshot.status).toMatchObject({
      is: 'failed',
      failure: { code: 'not-possible', property: 'retention' },
    })
    expect(requests).toEqual({
      GetBucketVersioning: 1,
      GetObjectLockConfiguration: 1,
      GetBucketOwnershipControls: 1,
      GetBucketEncryption: 1,
    })
  })

  test('object by object where a rule asks for it', async () => {
    world.s3.giveMany('from', 'a/', 2)
    world.s3.give('from', 'a/x.log')
    const when = { include: [{ kind: 'glob' as const, glob: '*.log' }] }
    const { items } = await planOf(world, pour('copy', { rules: [{ when, properties: acl('public-read') }] }))
    expect(items.map(brief)).toEqual([
      'a/00000 → z/00000 copy',
      'a/00001 → z/00001 copy',
      'a/x.log → z/x.log refuse not-possible',
    ])
    expect(items[2]?.failure?.property).toBe('acl')
  })

  test('of an edit, where it stands', async () => {
    world.s3.giveMany('from', 'a/', 1)
    const { snapshot } = await planOf(world, edit({ properties: acl('public-read') }))
    expect(snapshot.status).toMatchObject({ failure: { code: 'not-possible', property: 'acl' } })
  })

  test('a customer key that is not in the ring', async () => {
    world.s3.giveMany('from', 'a/', 1)
    const { snapshot } = await planOf(world, pour('copy', { properties: properties(CUSTOMER) }))
    expect(snapshot.status).toMatchObject({ failure: { code: 'customer-key' } })
  })
})

const within = (base: string, prefix: string): Partial<JobFile> => ({
  sources: [from('from', base)],
  destinations: [to('from', prefix)],
})
test.each<[string, ReturnType<typeof bookkeepingFor>, Parameters<typeof bookkeepingFor>[0]]>([
  ['a plain copy', { targets: false, sources: false, extras: false }, pour('copy')],
  ['a delete', { targets: false, sources: false, extras: false }, deletion()],
  ['an edit', { targets: false, sources: false, extras: false }, edit({})],
  [
    'several sources',
    { targets: true, sources: false, extras: false },
    pour('copy', { sources: [from('from', 'a/'), from('from', 'b/')] }),
  ],
  [
    'several buckets',
    { targets: false, sources: false, extras: false },
    pour('copy', { destinations: [to('to', ''), to('more', '')] }),
  ],
  [
    'one bucket twice',
    { targets: true, sources: false, extras: false },
    pour('copy', { destinations: [to('to', 'x/'), to('to', 'y/')] }),
  ],
  [
    'rules for names',
    { targets: true, sources: false, extras: false },
    pour('copy', { names: [{ rule: 'case', to: 'lower' }] }),
  ],
  ['a mirror', { targets: true, sources: false, extras: true }, pour('copy', { deleteExtra: true })],
  ['a comparison', { targets: true, sources: false, extras: true }, parity({})],
  ['a folder renamed', { targets: false, sources: false, extras: false }, pour('move', within('a/', 'z/'))],
  [
    'a folder into itself',
    { targets: true, sources: true, extras: false },
    pour('move', within('a/', 'a/n/')),
  ],
  ['out of itself', { targets: true, sources: true, extras: false }, pour('move', within('a/n/', 'a/'))],
  [
    'names within a bucket',
    { targets: true, sources: true, extras: false },
    pour('move', { ...within('a/', 'z/'), names: [{ rule: 'case', to: 'lower' }] }),
  ],
])('%s keeps count of %j', (_name, expected, spec) => {
  expect(bookkeepingFor(spec)).toEqual(expected)
})

describe('mirrors', () => {
  const mirror = (more: Partial<JobFile> = {}): PourSpec =>
    pour('copy', { conflict: 'if-different', deleteExtra: true, ...more })

  test('what has no source is deleted, and nothing outside', async () => {
    world.s3.giveMany('from', 'a/', 1100)
    world.s3.giveMany('to', 'z/', 1100)
    for (let n = 0; n < 1100; n++) world.s3.give('to', `z/${String(n).padStart(5, '0')}x`)
    world.s3.give('to', 'y/1')
    world.s3.give('to', 'zz')
    const { snapshot, items } = await planOf(world, mirror())
    expect(snapshot.tally.planned['delete-extra'].items).toBe(1100)
    expect(items.at(-1)).toMatchObject({ action: 'delete-extra', destinationKey: 'z/01099x' })
    const done = await carryOutOf(world, mirror())
    expect(done.snapshot.tally.deleted.items).toBe(1100)
    expect(world.s3.keys('to')).toHaveLength(1102)
  })

  test('only where the selected folders go', async () => {
    world.s3.give('from', 'a/b/1')
    world.s3.give('to', 'z/b/2')
    world.s3.give('to', 'z/c/1')
    const select = [{ kind: 'prefix' as const, prefix: 'a/b/' }]
    const { items } = await planOf(world, mirror({ sources: [from('from', 'a/', { select })] }))
    expect(items.map(brief)).toEqual(['a/b/1 → z/b/1 copy', 'z/b/2 → z/b/2 delete-extra'])
  })

  test('what the filter leaves is left alone, on both sides', async () => {
    world.s3.give('from', 'a/1.tmp')
    world.s3.give('from', 'a/2.txt')
    for (const key of ['1.tmp', '2.txt', '3.tmp', '4.txt'])
      world.s3.give('to', `z/${key}`, { seed: `a/${key}` })
    const filter = { exclude: [{ kind: 'glob' as const, glob: '*.tmp' }] }
    const { items } = await planOf(world, mirror({ filter }))
    expect(items.map(brief)).toEqual(['a/2.txt → z/2.txt skip same', 'z/4.txt → z/4.txt delete-extra'])
    const byTag = await planOf(world, mirror({ filter: { tags: [{ name: 'x' }] } }))
    expect(byTag.items).toEqual([])
  })

  test('of several sources into one place, and to several places', async () => {
    world.s3.makeBucket('third')
    world.s3.give('from', 'a/1')
    world.s3.give('from', 'b/2')
    for (const bucket of ['to', 'third']) for (const key of ['1', '2', '3']) world.s3.give(bucket, `z/${key}`)
    const spec = mirror({
      sources: [from('from', 'a/'), from('from', 'b/')],
      destinations: [to('to', 'z/'), to('third', 'z/')],
    })
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.planned['delete-extra'].items).toBe(2)
    for (const bucket of ['to', 'third']) expect(world.s3.keys(bucket)).toEqual(['z/1', 'z/2'])
  })

  test('stopped while it looks for them, none is planned twice', async () => {
    world.end()
    world = makeWorld(1, { latency: 50 })
    world.s3.give('from', 'a/1')
    world.s3.giveMany('to', 'z/', 3000)
    const jobs = await world.open()
    const { id } = jobs.create(mirror(), { draft: false })
    await world.seams.run(() => jobs.get(id).snapshot.tally.planned['delete-extra'].items >= 1000)
    await world.seams.finish(jobs.close())
    const again = await world.open()
    const { tally } = await world.settle(again, id, 'finished')
    expect(tally.deleted.items).toBe(3000)
    expect(tally.failed.items).toBe(0)
    expect(world.s3.keys('to')).toEqual(['z/1'])
    await world.seams.finish(again.close())
  })

  test.each<[string, Partial<JobFile>, string]>([
    ['into its own source', within('a/', 'a/n/'), 'deleteExtra: must be false'],
    [
      'of a part, with rules for names',
      {
        sources: [from('from', '', { select: [{ kind: 'prefix', prefix: 'a/' }] })],
        names: [{ rule: 'case', to: 'lower' }],
      },
      'sources.0.select: must name no other prefix',
    ],
  ])('%s is refused by name', async (_name, more, sentence) => {
    const jobs = await world.open()
    expect(() => jobs.create(mirror(more), { draft: true })).toThrow(sentence)
    await world.seams.finish(jobs.close())
  })
})

describe('comparisons', () => {
  test('by the listings alone where they tell, what is missing or too many on either side included', async () => {
    world.s3.give('from', 'a/1', { size: 1 })
    world.s3.give('from', 'a/2', { size: 1 })
    world.s3.give('from', 'a/3', { size: 1 })
    world.s3.give('to', 'z/1', { seed: 'a/1', size: 1 })
    world.s3.give('to', 'z/2', { seed: 'a/2', size: 2 })
    world.s3.give('to', 'z/4')
    const { items, requests } = await planOf(world, parity({}))
    const told = items.map(({ key, action, skipReason, failure }) =>
      [key, action, skipReason ?? failure?.property].join(' '),
    )
    expect(told).toEqual([
      'a/1 compare same',
      'a/2 compare size',
      'a/3 compare existence',
      'z/4 compare existence',
    ])
    expect(requests).toEqual({ ListObjectsV2: 3 })
    const heads = await planOf(world, parity({ compare: 'head' }))
    expect(heads.items.map(({ state }) => state)).toEqual(['planned', 'planned', 'failed', 'failed'])
  })
})

describe('several destinations', () => {
  test('each source is listed once; a move deletes after the last copy', async () => {
    world.s3.makeBucket('third')
    world.s3.giveMany('from', 'a/', 3)
    const spec = pour('move', { destinations: [to('to', 'z/'), to('third', 'y/')] })
    const { items, requests } = await planOf(world, spec)
    expect(items.map(brief).slice(0, 3)).toEqual([
      'a/00000 → z/00000 copy',
      'a/00000 → y/00000 copy',
      'a/00001 → z/00001 copy',
    ])
    expect(requests).toEqual({ ListObjectsV2: 3 })
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.failed.items).toBe(0)
    expect(world.s3.keys('from')).toEqual([])
    expect(world.s3.keys('to')).toHaveLength(3)
    expect(world.s3.keys('third')).toHaveLength(3)
  })

  test('what is not copied everywhere stays at the source', async () => {
    world.s3.makeBucket('third')
    world.s3.giveMany('from', 'a/', 2)
    world.s3.give('to', 'z/00001')
    const spec = pour('move', { destinations: [to('to', 'z/'), to('third', 'z/')], conflict: 'skip' })
    const { items } = await planOf(world, spec)
    expect(items.map(brief)).toEqual([
      'a/00000 → z/00000 copy',
      'a/00000 → z/00000 copy',
      'a/00001 → z/00001 skip exists',
      'a/00001 → z/00001 refuse previous-failed',
    ])
    await carryOutOf(world, spec)
    expect(world.s3.keys('from')).toEqual(['a/00001'])
  })
})

describe('one store, two connections', () => {
  const other = {
    ...CONNECTION,
    id: 'other',
    config: { ...CONNECTION.config, credentials: { kind: 'profile' as const, profile: 'other' } },
  }
  const spec = (): PourSpec => pour('copy', { destinations: [{ ...to('to', 'z/'), connection: other }] })

  test.each([
    ['can read the source', false, 'copy'],
    ['may not', true, 'relay'],
  ])('the destination’s %s', async (_name, denied, action) => {
    world.s3.giveMany('from', 'a/', 3)
    const there = new MemoryStorage(world.s3)
    let probes = 0
    const head = there.headObject.bind(there)
    there.headObject = (request, signal) => {
      probes += 1
      return head(denied ? { ...request, key: 'none' } : request, signal)
    }
    const openStorage = ({ id }: { id: string }): Promise<MemoryStorage> =>
      Promise.resolve(id === 'other' ? there : world.storage)
    const { items } = await planOf(world, spec(), { openStorage })
    expect(items.map((item) => item.action)).toEqual([action, action, action])
    expect(probes).toBe(1)
  })
})
