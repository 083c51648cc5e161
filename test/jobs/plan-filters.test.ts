import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Storage } from '../../main/engine/storage.ts'
import { specOf } from '../helpers/specs.ts'
import { brief, edit, from, planOf, to } from './planned.ts'
import { deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'
import { DecantError } from '#model/failure.ts'
import type { Filter } from '#model/filter.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { ItemView } from '#model/plan.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'

/** An edit asks once whether there are ACLs, so that it can say what it will send. */
const OF_BUCKET = { GetBucketOwnershipControls: 1 }

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

const keys = (items: readonly ItemView[]): string[] => items.map(({ key }) => key)
const toClass = (value: string): SomeProperties =>
  ({ storageClass: { policy: 'set', value } }) as SomeProperties

describe('what does not pass the filter is counted and no item', () => {
  beforeEach(() => {
    world.s3.give('from', 'a/1.log', { size: 10 })
    world.s3.give('from', 'a/2.txt', { size: 20, storageClass: 'STANDARD_IA' })
    world.s3.give('from', 'a/b/3.log', { size: 30, tags: { keep: 'yes' } })
    world.s3.give('from', 'a/b/4.txt', { size: 40, tags: { keep: 'no' }, metadata: { by: 'me' } })
  })

  test.each<[string, Partial<Filter>, string[], Record<string, number>]>([
    ['by a name', { include: [{ kind: 'glob', glob: '*.log' }] }, ['a/1.log', 'a/b/3.log'], {}],
    ['by a path', { exclude: [{ kind: 'glob', glob: 'a/b/**' }] }, ['a/1.log', 'a/2.txt'], {}],
    ['by size', { minSize: 20, maxSize: 30 }, ['a/2.txt', 'a/b/3.log'], {}],
    ['by class', { storageClasses: ['STANDARD_IA'] }, ['a/2.txt'], {}],
    ['by a tag', { tags: [{ name: 'keep', value: 'yes' }] }, ['a/b/3.log'], { GetObjectTagging: 4 }],
    [
      'by a tag, asked only where nothing else decides',
      { tags: [{ name: 'keep' }], minSize: 30 },
      ['a/b/3.log', 'a/b/4.txt'],
      { GetObjectTagging: 2 },
    ],
    ['by metadata', { metadata: [{ name: 'by' }] }, ['a/b/4.txt'], { HeadObject: 4 }],
    ['by encryption', { encryption: ['SSE-KMS'] }, [], { HeadObject: 4 }],
    [
      'by a HEAD and tags',
      { encryption: ['SSE-S3'], tags: [{ name: 'keep' }] },
      ['a/b/3.log', 'a/b/4.txt'],
      { HeadObject: 4, GetObjectTagging: 4 },
    ],
  ])('%s', async (_name, filter, expected, asked) => {
    const { items, snapshot, requests } = await planOf(world, pour('copy', { filter }))
    expect(keys(items)).toEqual(expected)
    const { tally } = snapshot
    expect(tally.filtered.items).toBe(4 - expected.length)
    expect(tally.filtered.bytes + tally.listed.bytes).toBe(100)
    // Where nothing is taken, nobody asks what stands at the destination.
    expect(requests).toEqual({ ListObjectsV2: expected.length > 0 ? 2 : 1, ...asked })
  })

  test('of chosen objects too', async () => {
    const select = ['a/1.log', 'a/2.txt'].map((key) => ({ kind: 'object' as const, key }))
    const spec = pour('copy', {
      sources: [from('from', 'a/', { select })],
      filter: { include: [{ kind: 'glob', glob: '*.log' }] },
    })
    const { items, snapshot } = await planOf(world, spec)
    expect(keys(items)).toEqual(['a/1.log'])
    expect(snapshot.tally.filtered).toEqual({ items: 1, bytes: 20 })
  })

  test('a chosen one that may not be read is refused alone', async () => {
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'HeadObject', key: 'a/1.log' })
    const select = ['a/1.log', 'a/2.txt'].map((key) => ({ kind: 'object' as const, key }))
    const { items } = await planOf(world, pour('copy', { sources: [from('from', 'a/', { select })] }))
    expect(items.map(brief)).toEqual(['a/1.log → z/1.log refuse access-denied', 'a/2.txt → z/2.txt copy'])
  })

  test('one that is being read when the draft is started is read again, and not refused', async () => {
    const select = [{ kind: 'object' as const, key: 'a/1.log' }]
    // As the wire says of a request whose signal is aborted.
    const message = 'It was cancelled.'
    const cancelled = new DecantError({ code: 'cancelled', reach: 'item', message })
    const head = world.storage.headObject.bind(world.storage)
    let isFirst = true
    const headObject: Storage['headObject'] = (request, signal) => {
      if (!isFirst) return head(request, signal)
      isFirst = false
      jobs.start(id, 'now')
      return Promise.reject(cancelled)
    }
    Object.assign(world.storage, { headObject })
    const jobs = await world.open()
    const spec = { ...deletion(), sources: [from('from', 'a/', { select })] } as JobSpec
    const { id } = jobs.create(specOf(spec), { draft: true })
    const { tally } = await world.settle(jobs, id, 'finished')
    expect(isFirst).toBe(false)
    expect(tally).toMatchObject({ deleted: { items: 1 }, failed: { items: 0 } })
    await world.seams.finish(jobs.close())
  })

  test('of a delete', async () => {
    const spec = { ...deletion(), filter: { ...NOTHING, minSize: 30 } }
    const { items } = await planOf(world, spec)
    expect(items.map(brief)).toEqual(['a/b/3.log → delete', 'a/b/4.txt → delete'])
  })

  test('where the tags may not be read, the object is refused, and says why', async () => {
    world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'GetObjectTagging' })
    const { items } = await planOf(world, pour('copy', { filter: { tags: [{ name: 'keep' }] } }))
    expect(items.every(({ failure }) => failure?.code === 'access-denied')).toBe(true)
  })
})

const NOTHING: Filter = {
  ...{ include: [], exclude: [], storageClasses: [], encryption: [], tags: [], metadata: [], versions: [] },
}

describe('rules for properties', () => {
  test('each object remembers those that it matched; a later one outdoes an earlier one', async () => {
    world.s3.give('from', 'a/1.log', { size: 10 })
    world.s3.give('from', 'a/2.log', { size: 2000 })
    world.s3.give('from', 'a/3.txt', { size: 2000 })
    const rules = [
      { when: { include: [{ kind: 'glob' as const, glob: '*.log' }] }, properties: toClass('STANDARD_IA') },
      { when: { minSize: 1000 }, properties: toClass('ONEZONE_IA') },
    ]
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy', { rules }), { draft: false })
    await world.settle(jobs, id, 'finished')
    await world.seams.finish(jobs.close())
    const classes = world.s3.keys('to').map((key) => world.s3.current('to', key)?.storageClass)
    expect(classes).toEqual(['STANDARD_IA', 'ONEZONE_IA', 'ONEZONE_IA'])
  })

  test('a rule by tag asks for the tags of those whose listing does not decide', async () => {
    world.s3.give('from', 'a/1.log', { tags: { cold: '' } })
    world.s3.give('from', 'a/2.log')
    world.s3.give('from', 'a/3.txt')
    const when = { include: [{ kind: 'glob' as const, glob: '*.log' }], tags: [{ name: 'cold' }] }
    const { items, requests } = await planOf(
      world,
      edit({ rules: [{ when, properties: toClass('STANDARD_IA') }] }),
    )
    expect(items.map(brief)).toEqual([
      'a/1.log → rewrite',
      'a/2.log → skip nothing-to-do',
      'a/3.txt → skip nothing-to-do',
    ])
    expect(requests).toEqual({ ListObjectsV2: 1, GetObjectTagging: 2, ...OF_BUCKET })
  })
})

describe('edits', () => {
  const tagged: SomeProperties = { tags: { policy: 'change', set: { k: 'v' }, remove: [] } }
  const kms = (keyId: string): SomeProperties => ({
    encryption: { policy: 'set', value: { kind: 'SSE-KMS', keyId } },
  })
  test.each<[string, SomeProperties, string[]]>([
    ['nothing', {}, ['skip nothing-to-do', 'skip nothing-to-do', 'skip nothing-to-do']],
    ['tags', tagged, ['in-place', 'in-place', 'in-place']],
    [
      'headers',
      { headers: { policy: 'change', set: { contentType: 'text/css' }, remove: [] } },
      ['rewrite', 'rewrite', 'refuse archived'],
    ],
    ['a class', toClass('STANDARD_IA'), ['rewrite', 'skip nothing-to-do', 'refuse archived']],
    [
      'a class that it has, and tags',
      { ...toClass('STANDARD_IA'), ...tagged },
      ['rewrite', 'in-place', 'refuse archived'],
    ],
    [
      'a KMS key',
      kms('arn:aws:kms:eu-west-1:111111111111:key/x'),
      ['re-encrypt', 're-encrypt', 're-encrypt'],
    ],
    ['a KMS alias', kms('alias/x'), ['rewrite', 'rewrite', 'refuse archived']],
    [
      'a KMS key and a class',
      { ...kms('arn:aws:kms:eu-west-1:111111111111:key/x'), ...toClass('GLACIER_IR') },
      ['rewrite', 'rewrite', 'refuse archived'],
    ],
  ])('%s: the way of each is planned', async (_name, properties, expected) => {
    world.s3.give('from', 'a/1')
    world.s3.give('from', 'a/2', { storageClass: 'STANDARD_IA' })
    world.s3.give('from', 'a/3', { storageClass: 'GLACIER' })
    const { items, requests } = await planOf(world, edit({ properties }))
    expect(
      items.map(({ action, skipReason, failure }) =>
        [action, skipReason ?? failure?.code].filter(Boolean).join(' '),
      ),
    ).toEqual(expected)
    expect(requests).toEqual({ ListObjectsV2: 1, ...OF_BUCKET })
  })

  test('an older version is not rewritten, for it would become the current one', async () => {
    world.s3.bucket('from').versioning = 'enabled'
    world.s3.give('from', 'a/1')
    world.s3.give('from', 'a/1', { seed: 'younger' })
    const sources: JobFile['sources'] = [from('from', 'a/', { versions: { take: 'all' } })]
    const rewritten = await planOf(world, edit({ sources, properties: toClass('STANDARD_IA') }))
    expect(rewritten.items.map(brief)).toEqual(['a/1 → refuse not-possible', 'a/1 → rewrite'])
    const inPlace = await planOf(world, edit({ sources, properties: tagged }))
    expect(inPlace.items.map(brief)).toEqual(['a/1 → in-place', 'a/1 → in-place'])
  })
})

describe('archives', () => {
  test('what lies there is asked for where the job says so; restored ones are copied at once', async () => {
    world.s3.give('from', 'a/1', { storageClass: 'GLACIER' })
    world.s3.give('from', 'a/2', { storageClass: 'GLACIER_IR' })
    world.s3.give('from', 'a/3', { storageClass: 'INTELLIGENT_TIERING' })
    world.s3.give('from', 'a/4', { storageClass: 'DEEP_ARCHIVE' })
    const restore = { do: 'restore', tier: 'Bulk', days: 1 } as const
    const { items, requests } = await planOf(world, pour('copy', { archived: restore }))
    expect(items.map(brief)).toEqual([
      'a/1 → z/1 restore-then-copy',
      'a/2 → z/2 copy',
      'a/3 → z/3 copy',
      'a/4 → z/4 restore-then-copy',
    ])
    // Which tier an Intelligent-Tiering object lies in only a HEAD tells.
    expect(requests).toEqual({ ListObjectsV2: 2, HeadObject: 1 })
    const refused = await planOf(world, pour('copy'))
    expect(refused.items.map(({ failure }) => failure?.code)).toEqual([
      'archived',
      undefined,
      undefined,
      'archived',
    ])
    expect(refused.requests).toEqual({ ListObjectsV2: 2 })
  })

  test('a tier that an archive does not have is refused by name', async () => {
    world.s3.give('from', 'a/1', { storageClass: 'DEEP_ARCHIVE' })
    const archived = { do: 'restore', tier: 'Expedited', days: 1 } as const
    const { items } = await planOf(world, pour('copy', { archived, destinations: [to('to', 'z/')] }))
    expect(items[0]?.failure).toMatchObject({ code: 'not-possible', property: 'archived.tier' })
  })
})
