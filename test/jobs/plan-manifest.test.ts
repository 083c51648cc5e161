/** Keys from a manifest instead of a listing: what is planned, what is asked for it, and what comes of it. */
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobSpec } from '#model/spec.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import { checkSpec } from '../../main/jobs/checks/spec-check.ts'
import { brief, carryOutOf, edit, from, planOf, to } from './planned.ts'
import { deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

type Given = NonNullable<JobFile['manifest']>

/** The same job, its keys from this text. */
function by(spec: JobSpec, text: string, more: Partial<Given> = {}): JobSpec {
  const file = path.join(world.dir, 'manifest.csv')
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
  return jobSpec.parse({ ...spec, manifest: { at: { is: 'file', path: file }, format: 'batch', ...more } })
}

const rows = (keys: readonly string[], bucket = 'from'): string =>
  keys.map((key) => `${bucket},${encodeURIComponent(key)}\n`).join('')

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `a/${String(n).padStart(4, '0')}`)

test('only what it names is planned: rows that are not there, not selected, or twice say so, nonsense is named by line', async () => {
  for (const key of ['a/x', 'a/y', 'a/not named', 'b/elsewhere']) world.s3.give('from', key)
  world.s3.give('to', 'z/y')
  const text = `${rows(['a/x', 'a/y', 'a/gone', 'b/elsewhere', 'a/x'])}from,%zz\n${rows(['a/x'], 'other')}`
  const jobs = await world.open()
  const { id } = jobs.create(by(pour('copy', { conflict: 'fail' }), text), { draft: true })
  const { tally } = await world.settle(jobs, id)
  expect(jobs.items(id, 'all', 0, 100).items.map(brief)).toEqual([
    'a/x → z/x copy',
    'a/y → z/y refuse destination-exists',
    'a/gone → z/gone refuse source-missing',
    'a/x → z/x refuse name-taken',
  ])
  expect(tally.filtered.items).toBe(1)
  const { manifest, notes, log } = jobs.get(id)
  expect(manifest).toMatchObject({ rows: 5, bad: 2, firstBad: [{ line: 6 }, { line: 7 }] })
  const side = path.join(world.dir, 'manifests', `bad-${id}.csv`)
  expect(readFileSync(side, 'utf8')).toMatch(
    /^Line,Reason,Row\r\n6,".*%zz.*",".*%zz"\r\n7,".*""other"".*","other,a\/x"\r\n$/,
  )
  expect(notes.join()).toContain(side)
  expect(log.map((entry) => entry.text).join()).toContain(side)
  await world.seams.finish(jobs.close())
})

test('it is looked up by listing along where keys lie close, by HEADs where they do not', async () => {
  const keys = names(1500)
  for (const key of keys) world.s3.give('from', key)
  const dense = await planOf(world, by(pour('copy'), rows(keys)))
  expect(dense.items).toHaveLength(1500)
  expect(dense.items.every(({ action }) => action === 'copy')).toBe(true)
  expect(dense.requests['HeadObject']).toBeUndefined()
  expect(dense.requests['ListObjectsV2']).toBeLessThanOrEqual(6)
  const sparse = await planOf(world, by(pour('copy'), rows(keys.filter((_, n) => n % 400 === 0))))
  expect(sparse.items.map(({ key }) => key)).toEqual(['a/0000', 'a/0400', 'a/0800', 'a/1200'])
  expect(sparse.requests['HeadObject']).toBeGreaterThan(0)
})

test('versions are meant by their ids', async () => {
  world.s3.makeBucket('kept', { versioning: 'enabled' })
  const first = world.s3.give('kept', 'a/x', { seed: 'one', size: 3 })
  world.s3.give('kept', 'a/x', { seed: 'two', size: 4 })
  const spec = pour('copy', { sources: [from('kept', 'a/')] })
  await carryOutOf(world, by(spec, `kept,a/x,${first.versionId}\n`))
  expect(world.s3.current('to', 'z/x')?.etag).toBe(first.etag)
  const both = `kept,a/x,${first.versionId}\nkept,a/x,\n`
  const { items } = await planOf(world, by({ ...deletion(), sources: spec.sources } as JobSpec, both))
  expect(items.map(({ action }) => action)).toEqual(['delete', 'delete'])
})

describe('looked at when they are sent', () => {
  test('nothing is asked for the plan, and each object is looked at before it goes', async () => {
    for (const key of ['a/x', 'a/y']) world.s3.give('from', key)
    world.s3.give('to', 'z/y')
    const spec = by(pour('copy', { conflict: 'skip' }), rows(['a/x', 'a/y', 'a/gone']), { look: 'send' })
    const plan = await planOf(world, spec)
    expect(Object.keys(plan.requests).filter((name) => name !== 'HeadBucket')).toEqual([])
    expect(plan.items.map(({ state }) => state)).toEqual(['planned', 'planned', 'planned'])
    const { snapshot, items } = await carryOutOf(world, spec)
    expect(snapshot.tally.copied.items).toBe(1)
    expect(items.map(brief)).toEqual([
      'a/x → z/x copy',
      'a/y → z/y skip exists',
      'a/gone → z/gone refuse source-missing',
    ])
  })

  test.each<[string, () => JobSpec]>([
    ['delete', () => deletion()],
    ['edit', () => edit({ properties: { storageClass: { policy: 'set', value: 'STANDARD_IA' } } as never })],
    ['move', () => pour('move')],
  ])('%s', async (kind, spec) => {
    for (const key of ['a/x', 'a/y']) world.s3.give('from', key)
    const { snapshot } = await carryOutOf(world, by(spec(), rows(['a/x']), { look: 'send' }))
    expect(snapshot.tally.failed.items).toBe(0)
    const left = world.s3.keys('from')
    expect(left).toEqual(kind === 'edit' ? ['a/x', 'a/y'] : ['a/y'])
    if (kind === 'edit') expect(world.s3.current('from', 'a/x')?.storageClass).toBe('STANDARD_IA')
  })
})

test('keys that are not in order: the second of two is found, however far apart', async () => {
  const keys = names(2500)
  for (const key of keys) world.s3.give('from', key)
  const text = rows([...keys, 'a/0003'])
  for (const look of ['plan', 'send'] as const) {
    const { items } = await planOf(world, by(pour('copy'), text, { look }))
    expect(items.filter(({ failure }) => failure?.code === 'name-taken').map(({ seq }) => seq)).toEqual([
      2501,
    ])
  }
})

test('rows of our own: another name, another destination, options of their own', async () => {
  world.s3.makeBucket('second')
  for (const key of ['a/x', 'a/y']) world.s3.give('from', key)
  const spec = pour('copy', { destinations: [to('to', 'z/'), to('second', '')] })
  const text =
    'bucket,key,target-bucket,target-key,content-type,tag:t,storage-class\n' +
    'from,a/x,to,new/x,text/css,1,STANDARD_IA\nfrom,a/y,,,,,\nfrom,a/y,nowhere,,,,\n'
  for (const look of ['plan', 'send'] as const) {
    const { items, snapshot } = await carryOutOf(world, by(spec, text, { format: 'decant', look }))
    expect(snapshot.tally.failed.items).toBe(0)
    expect(items.map(({ key, destinationKey }) => [key, destinationKey])).toEqual([
      ['a/x', 'new/x'],
      ['a/y', 'z/y'],
      ['a/y', 'y'],
    ])
    const made = world.s3.current('to', 'new/x')
    expect(made).toMatchObject({ storageClass: 'STANDARD_IA', headers: { contentType: 'text/css' } })
    expect(made?.tags).toEqual({ t: '1' })
    expect(world.s3.current('to', 'z/y')?.storageClass).toBe('STANDARD')
  }
})

test('a row that names its destination goes to no bucket of that name in another store', async () => {
  const there = to('to', 'z/')
  const config = { ...there.connection.config, endpoint: 'http://far.example:9000' }
  const far = { ...there, connection: { ...there.connection, id: 'far', config } }
  for (const key of ['a/x', 'a/y']) world.s3.give('from', key)
  const spec = pour('copy', { destinations: [there, to('to', 'also/'), far] })
  const text = 'bucket,key,target-bucket\nfrom,a/x,to\nfrom,a/y,\n'
  const planned = await planOf(world, by(spec, text, { format: 'decant' }))
  expect(planned.items.map(({ key, destinationKey }) => [key, destinationKey])).toEqual([
    ['a/y', 'z/y'],
    ['a/y', 'also/y'],
    ['a/y', 'z/y'],
  ])
  expect(planned.snapshot.tally.listed.items).toBe(3)
  const here = pour('copy', { destinations: [there, to('to', 'also/')] })
  expect((await planOf(world, by(here, text, { format: 'decant' }))).items).toHaveLength(4)
})

test('an edit takes the cells of each row', async () => {
  for (const key of ['a/x', 'a/y']) world.s3.give('from', key)
  const text = 'bucket,key,content-type\nfrom,a/x,text/css\nfrom,a/y,text/html\n'
  const { snapshot } = await carryOutOf(world, by(edit({}), text, { format: 'decant' }))
  expect(snapshot.tally.edited.items).toBe(2)
  expect(world.s3.current('from', 'a/y')?.headers.contentType).toBe('text/html')
})

test('a manifest that is another one by now stops the job, and says so', async () => {
  for (const key of names(10)) world.s3.give('from', key)
  const spec = by(pour('copy'), rows(names(10)))
  const jobs = await world.open()
  const { id } = jobs.create(spec, { draft: false })
  jobs.pause(id)
  await world.settle(jobs, id)
  await world.seams.finish(jobs.close())
  const again = await world.open()
  const file = path.join(world.dir, 'manifest.csv')
  again.resume(id)
  await world.settle(again, id, 'finished')
  const { id: second } = again.create(spec, { draft: true })
  await world.settle(again, second)
  utimesSync(file, 1, 1)
  // A whole plan needs the file no more.
  again.start(second, 'now')
  expect((await world.settle(again, second, 'finished')).status.is).toBe('completed')
  await world.seams.finish(again.close())
})

describe('what it cannot be put together with', () => {
  test.each<[string, () => unknown, Partial<Given>, string]>([
    ['a mirror', () => pour('copy', { deleteExtra: true } as never), {}, 'deleteExtra'],
    [
      'all versions',
      () => pour('copy', { sources: [from('from', 'a/', { versions: { take: 'all' } })] }),
      {},
      'versions',
    ],
    [
      'two sources in one bucket',
      () => pour('copy', { sources: [from('from', 'a/'), from('from', 'b/')] }),
      {},
      'sources.1.bucket',
    ],
    [
      'names, unseen',
      () => pour('copy', { names: [{ rule: 'case', to: 'lower' }] }),
      { look: 'send' },
      'names',
    ],
    [
      'a bucket within itself, unseen',
      () => pour('copy', { destinations: [to('from', 'a/b/')] }),
      { look: 'send' },
      'manifest.look',
    ],
    [
      'a purge',
      () => ({
        ...deletion(),
        purge: { keep: 1 },
        sources: [from('from', 'a/', { versions: { take: 'all' } })],
      }),
      {},
      'manifest',
    ],
  ])('%s', (_, spec, more, property) => {
    expect(() => checkSpec(by(spec() as JobSpec, '', more))).toThrow(property)
  })
})
