import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile, PourSpec } from '#model/spec.ts'
import { ODD_KEYS } from '../suites/storage/object-cases.ts'
import { brief, carryOutOf, from, planOf, to } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

/** A job within the bucket `from`, from `a/` to `a/`, names by rules. */
function within(kind: 'copy' | 'move', more: Partial<JobFile>): PourSpec {
  return pour(kind, { sources: [from('from', 'a/')], destinations: [to('from', 'a/')], ...more })
}

/** Each name gets the one that `names` says. */
function swapping(names: Readonly<Record<string, string>>): Partial<JobFile> {
  const marked = Object.entries(names).map(([old, now]) => ({
    rule: 'replace' as const,
    find: `^${old}$`,
    with: `<${now}`,
  }))
  return { names: [...marked, { rule: 'replace', find: '^<', with: '' }] }
}

/** What each key holds, by the name under which it was put there. */
function contents(bucket: string): Record<string, string | undefined> {
  const digests = new Map(SEEDS.map((seed) => [digestOf(seed), seed]))
  return Object.fromEntries(
    world.s3.keys(bucket).map((key) => [key, digests.get(world.s3.current(bucket, key)?.etag ?? '')]),
  )
}

const SEEDS = ['one', 'two', 'three', 'four']
function digestOf(seed: string): string {
  if (!world.s3.buckets.has('digests')) world.s3.makeBucket('digests')
  return world.s3.give('digests', seed, { seed, size: 10 }).etag
}

const give = (key: string, seed: string): unknown => world.s3.give('from', key, { seed, size: 10 })

test('names by rules, each in its place', async () => {
  world.s3.give('from', 'a/x/Photo.JPG')
  world.s3.give('from', 'a/plain')
  const names: JobFile = pour('copy', {
    names: [
      { rule: 'flatten', separator: '_' },
      { rule: 'case', to: 'lower' },
    ],
  })
  const { items, requests } = await planOf(world, names as PourSpec)
  expect(items.map(brief)).toEqual(['a/plain → z/plain copy', 'a/x/Photo.JPG → z/x_photo.jpg copy'])
  expect(requests).toEqual({ ListObjectsV2: 2 })
  const { snapshot } = await carryOutOf(world, names as PourSpec)
  expect(snapshot.tally.copied.items).toBe(2)
  expect(world.s3.keys('to')).toEqual(['z/plain', 'z/x_photo.jpg'])
})

test('renamed ones meet what stands under their new names, for a listing a page', async () => {
  world.s3.giveMany('from', 'a/', 1500)
  for (let n = 0; n < 1500; n += 2) world.s3.give('to', `z/n-${String(n).padStart(5, '0')}`)
  const spec = pour('copy', { conflict: 'skip', names: [{ rule: 'prefix', from: '', to: 'n-' }] })
  const { snapshot, requests } = await planOf(world, spec)
  expect(snapshot.tally.skipped.exists.items).toBe(750)
  expect(requests['ListObjectsV2']).toBeLessThanOrEqual(6)
  expect(requests['HeadObject']).toBeUndefined()
})

test('names that lie far apart are asked for one by one', async () => {
  world.s3.giveMany('from', 'a/', 40)
  world.s3.giveMany('to', 'z/', 40)
  for (let n = 0; n < 40; n++) world.s3.giveMany('to', `z/${String(n).padStart(5, '0')}/`, 1100)
  const spec = pour('copy', { conflict: 'skip', names: [{ rule: 'case', to: 'lower' }] })
  const { snapshot, requests } = await planOf(world, spec)
  expect(snapshot.tally.skipped.exists.items).toBe(40)
  expect(requests['ListObjectsV2']).toBeLessThanOrEqual(6)
  expect(requests['HeadObject']).toBe(40)
})

describe('two objects with one name', () => {
  test('the first in the order of the plan keeps it', async () => {
    world.s3.give('from', 'a/x/1')
    world.s3.give('from', 'a/y/1')
    world.s3.give('from', 'a/y/2')
    const { items } = await planOf(world, pour('copy', { names: [{ rule: 'flatten', separator: '' }] }))
    expect(items.map(brief)).toEqual([
      'a/x/1 → z/1 copy',
      'a/y/1 → z/1 refuse name-taken',
      'a/y/2 → z/2 copy',
    ])
    expect(items[1]?.failure?.message).toContain('a/x/1')
  })

  test('across sources, and pages', async () => {
    world.s3.makeBucket('more')
    world.s3.giveMany('from', 'a/', 1200)
    world.s3.giveMany('more', 'b/', 1300)
    const spec = pour('copy', { sources: [from('from', 'a/'), from('more', 'b/')] })
    const { snapshot, items, requests } = await planOf(world, spec)
    expect(snapshot.tally.planned.copy.items).toBe(1300)
    expect(snapshot.tally.failed.items).toBe(1200)
    expect(items.slice(1200).map(({ source }) => source)).toEqual(Array(1300).fill(1))
    expect(requests['ListObjectsV2']).toBeLessThanOrEqual(6)
  })

  test('two destinations in one bucket', async () => {
    world.s3.giveMany('from', 'a/', 1)
    world.s3.give('from', 'a/y/00000')
    const spec = pour('copy', { destinations: [to('to', 'z/'), to('to', 'z/y/')] })
    const { items } = await planOf(world, spec)
    expect(items.map(brief)).toEqual([
      'a/00000 → z/00000 copy',
      'a/00000 → z/y/00000 copy',
      'a/y/00000 → z/y/00000 refuse name-taken',
      'a/y/00000 → z/y/y/00000 copy',
    ])
  })

  test('a name is no name', async () => {
    world.s3.give('from', 'a/x')
    const names: Partial<JobFile> = { names: [{ rule: 'replace', find: '.*', with: '', every: false }] }
    const { items } = await planOf(world, pour('copy', names))
    expect(items.map(brief)).toEqual(['a/x → refuse bad-input'])
    expect(items[0]?.failure?.message).toBe('Its key at the destination would be empty.')
  })
})

describe('names given to one another within a bucket', () => {
  test('a swap goes through a key of its own', async () => {
    give('a/1', 'one')
    give('a/2', 'two')
    const spec = within('move', swapping({ 1: '2', 2: '1' }))
    const { items } = await planOf(world, spec)
    expect(items.map(({ action }) => action)).toEqual(['set-aside', 'copy', 'bring-back'])
    const done = await carryOutOf(world, spec)
    expect(done.snapshot.tally.failed.items).toBe(0)
    expect(contents('from')).toEqual({ 'a/1': 'two', 'a/2': 'one' })
  })

  test.each(['move', 'copy'] as const)('a cycle of three, a %s', async (kind) => {
    give('a/1', 'one')
    give('a/2', 'two')
    give('a/3', 'three')
    give('a/4', 'four')
    const { snapshot } = await carryOutOf(world, within(kind, swapping({ 1: '2', 2: '3', 3: '1' })))
    expect(snapshot.tally.failed.items).toBe(0)
    expect(contents('from')).toEqual({ 'a/1': 'three', 'a/2': 'one', 'a/3': 'two', 'a/4': 'four' })
  })

  test('a chain is carried out from its end', async () => {
    give('a/1', 'one')
    give('a/2', 'two')
    give('a/3', 'three')
    const spec = within('move', { ...swapping({ 1: '2', 2: '3', 3: '4' }), conflict: 'skip' })
    const { items } = await planOf(world, spec)
    expect(items.map(brief)).toEqual(['a/3 → a/4 copy', 'a/2 → a/3 copy', 'a/1 → a/2 copy'])
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.moved.items).toBe(3)
    expect(contents('from')).toEqual({ 'a/2': 'one', 'a/3': 'two', 'a/4': 'three' })
  })

  test('where the last of a chain stays, the policy holds for the one before it', async () => {
    give('a/1', 'one')
    give('a/2', 'two')
    give('a/3', 'three')
    give('a/4', 'four')
    const spec = within('move', { ...swapping({ 1: '2', 2: '3', 3: '4' }), conflict: 'skip' })
    const { items } = await planOf(world, spec)
    expect(items.map(brief).sort()).toEqual([
      'a/1 → a/2 skip exists',
      'a/2 → a/3 skip exists',
      'a/3 → a/4 skip exists',
      'a/4 → a/4 skip same-object',
    ])
  })

  test('what stands under a name and stays keeps it, whatever the policy', async () => {
    give('a/1', 'one')
    give('a/2', 'two')
    const { items } = await planOf(world, within('move', { ...swapping({ 1: '2' }), conflict: 'overwrite' }))
    expect(items.map(brief).sort()).toEqual(['a/1 → a/2 refuse name-taken', 'a/2 → a/2 skip same-object'])
  })

  test('a copy skips what exists, and swaps nothing', async () => {
    give('a/1', 'one')
    give('a/2', 'two')
    const { items } = await planOf(
      world,
      within('copy', { ...swapping({ 1: '2', 2: '1' }), conflict: 'skip' }),
    )
    expect(items.map(brief)).toEqual(['a/1 → a/2 skip exists', 'a/2 → a/1 skip exists'])
  })

  test('a folder moved into itself loses nothing', async () => {
    give('a/1', 'one')
    give('a/n/1', 'two')
    give('a/n/n/1', 'three')
    const spec = pour('move', { sources: [from('from', 'a/')], destinations: [to('from', 'a/n/')] })
    const { snapshot } = await carryOutOf(world, spec)
    expect(snapshot.tally.moved.items).toBe(3)
    expect(contents('from')).toEqual({ 'a/n/1': 'one', 'a/n/n/1': 'two', 'a/n/n/n/1': 'three' })
  })

  test('hundreds of chains and swaps at once come out right', async () => {
    const count = 600
    for (let n = 0; n < count; n++) world.s3.give('from', `a/${n}`, { seed: `seed ${n}`, size: 10 })
    const before = new Map(world.s3.keys('from').map((key) => [key, world.s3.current('from', key)?.etag]))
    // 0…599 all change places: x ↔ y where only the last digit's parity differs.
    const even = [0, 2, 4, 6, 8].map((digit) => ({ find: `${digit}$`, with: `<${digit + 1}` }))
    const odd = [1, 3, 5, 7, 9].map((digit) => ({ find: `(^|[^<])${digit}$`, with: `$1${digit - 1}` }))
    const rules = [...even, ...odd, { find: '<', with: '' }].map((rule) => ({
      rule: 'replace' as const,
      ...rule,
    }))
    const { snapshot } = await carryOutOf(world, within('move', { names: rules }))
    expect(snapshot.tally.failed.items).toBe(0)
    expect(snapshot.tally.planned['set-aside'].items).toBe(count / 2)
    for (const [key, etag] of before) {
      const digit = Number(key.at(-1))
      const now = key.slice(0, -1) + String(digit % 2 === 0 ? digit + 1 : digit - 1)
      expect(world.s3.current('from', now)?.etag).toBe(etag)
    }
    expect(world.s3.keys('from')).toHaveLength(count)
  })

  test('a chain longer than a batch is planned from its end, one after the other', async () => {
    const count = 530
    for (let n = 1; n <= count; n++) give(`a/${'x'.repeat(n)}`, `seed ${n}`)
    give('a/0', 'beside')
    const names = [{ rule: 'replace' as const, find: '^x', with: 'xx', every: false }]
    const { items } = await planOf(world, within('move', { names, conflict: 'skip' }))
    expect(items[0]).toMatchObject({ key: 'a/0', skipReason: 'same-object' })
    expect(items.slice(1).map(({ key }) => key.length - 2)).toEqual(
      Array.from({ length: count }, (_, n) => count - n),
    )
    expect(items.slice(1).every(({ action, conflict }) => action === 'copy' && !conflict)).toBe(true)
  })

  test('a cycle of ten', async () => {
    const key = (n: number): string => `a/${'0'.repeat(n)}1${'0'.repeat(9 - n)}`
    const etags = Array.from(
      { length: 10 },
      (_, n) => world.s3.give('from', key(n), { seed: `round ${n}` }).etag,
    )
    const names = [{ rule: 'replace' as const, find: '^([01])(.*)$', with: '$2$1' }]
    const { snapshot } = await carryOutOf(world, within('move', { names, conflict: 'skip' }))
    expect(snapshot.tally.failed.items).toBe(0)
    etags.forEach((etag, n) => expect(world.s3.current('from', key((n + 9) % 10))?.etag).toBe(etag))
    expect(world.s3.keys('from')).toHaveLength(10)
  })

  test('stopped after any write, nothing is lost, and what goes on ends it', async () => {
    for (let stopAfter = 1; stopAfter <= 7; stopAfter++) {
      world.end()
      world = makeWorld(stopAfter, { latency: 20 })
      give('a/1', 'one')
      give('a/2', 'two')
      give('a/3', 'three')
      const jobs = await world.open()
      const spec = within('move', { ...swapping({ 1: '2', 2: '3', 3: '1' }), conflict: 'fail' })
      const { id } = jobs.create(spec, { draft: false })
      await world.seams.run(
        () => world.s3.log.length >= stopAfter || jobs.get(id).snapshot.endedAt !== undefined,
      )
      await world.seams.finish(jobs.close())
      const kept = new Set(Object.values(contents('from')))
      for (const seed of ['one', 'two', 'three']) expect(kept).toContain(seed)
      const again = await world.open()
      const { tally } = await world.settle(again, id, 'finished')
      await world.seams.finish(again.close())
      expect(tally.failed.items).toBe(0)
      expect(contents('from')).toEqual({ 'a/1': 'three', 'a/2': 'one', 'a/3': 'two' })
    }
  })

  test('a folder of many pages moved into itself, none of which crosses', async () => {
    const count = 1100
    const name = (n: number): string => String(n).padStart(5, '0')
    for (let n = 0; n < count; n++) world.s3.give('from', `a/${name(n)}`, { seed: `seed ${n}`, size: 10 })
    const etags = world.s3.keys('from').map((key) => world.s3.current('from', key)?.etag)
    const spec = pour('move', {
      sources: [from('from', 'a/')],
      destinations: [to('from', 'a/')],
      names: [{ rule: 'replace', find: '^', with: 'a/', every: false }],
    })
    const first = await carryOutOf(world, spec)
    expect(first.snapshot.tally.moved.items).toBe(count)
    expect(world.s3.keys('from').map((key) => world.s3.current('from', key)?.etag)).toEqual(etags)
  })
})

test.each(ODD_KEYS.map((key) => [key]))('the odd key %j goes through names that leave it', async (key) => {
  const short = key.slice(0, 1000)
  world.s3.give('from', short, { seed: 'odd', size: 10 })
  const spec = pour('copy', {
    sources: [from('from', '')],
    destinations: [to('to', '')],
    names: [{ rule: 'template', text: '{dir}{stem}{ext}' }],
    deleteExtra: true,
    filter: { exclude: [{ kind: 'glob', glob: 'none/**' }] },
  })
  const { snapshot } = await carryOutOf(world, spec)
  expect(snapshot.tally.copied.items).toBe(1)
  expect(world.s3.keys('to')).toEqual([short])
})
