import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compileFieldRules } from '#model/apply-field-rules.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { JobFile } from '#model/spec.ts'
import { compareKeys } from '../../main/engine/names.ts'
import { fateOfGrid } from '../../main/jobs/plan/grid-keeping.ts'
import type { GridPlanRow, GridRows } from '../../main/jobs/plan/grid-rows.ts'
import { editOfRow } from '../../main/jobs/plan/plan-fields.ts'
import { editWay } from '../../main/jobs/plan/plan-edit.ts'
import { carryOutOf, edit, planOf } from './planned.ts'
import { CONNECTION, makeWorld } from './world.ts'
import type { World } from './world.ts'

const rule = (field: string, action: FieldRule['action'], key?: string): FieldRule => ({
  field,
  action,
  where: key === undefined ? {} : { key: { is: 'glob', pattern: key } as never },
})
const CSS = rule('content-type', { do: 'set', value: 'text/css' })
const ROW: GridPlanRow = {
  ...{ key: 'a/b.css', size: 3, etag: 'e', lastModified: 1000, storageClass: 'STANDARD', cells: {} },
  stands: { headers: { contentType: 'text/plain' }, metadata: {}, tags: { a: '1' } },
}

describe('what the plan knows of one row', () => {
  const { stands: _, ...unknown } = ROW
  test.each<[string, GridPlanRow, readonly FieldRule[], object]>([
    ['a rule changes it', ROW, [CSS], { is: 'known', properties: { headers: { policy: 'change' } } }],
    [
      'a cell changes a tag',
      { ...ROW, cells: { 'tag:a': '2' } },
      [],
      { is: 'known', properties: { tags: { policy: 'change' } } },
    ],
    ['what stands there already', { ...ROW, cells: { 'tag:a': '1' } }, [], { is: 'nothing' }],
    ['no rule and no cell', ROW, [], { is: 'nothing' }],
    [
      'a value S3 refuses',
      { ...ROW, cells: { 'x-amz-meta-a': 'b\n' } },
      [],
      { is: 'invalid', failure: { property: 'x-amz-meta-a' } },
    ],
    ['not known', unknown, [CSS], { is: 'unknown', written: new Set(['headers']) }],
    ['not known, and nothing is for it', unknown, [], { is: 'nothing' }],
    [
      'tags not read',
      { ...ROW, stands: { headers: {}, metadata: {} }, cells: { 'tag:a': '1' } },
      [],
      { is: 'unknown' },
    ],
    ['bytes not read', ROW, [rule('content-type', { do: 'type-from-content' })], { is: 'unknown' }],
  ])('%s', (_, row, rules, expected) => {
    expect(editOfRow(row, compileFieldRules(rules), EDIT_DEFAULTS)).toMatchObject(expected)
  })

  test('a property that the job asks for is asked for of all', () => {
    const properties = { ...EDIT_DEFAULTS, storageClass: { policy: 'set', value: 'STANDARD_IA' } } as const
    expect(editOfRow(ROW, compileFieldRules([]), properties)).toEqual({ is: 'known', properties })
  })
})

test('the way of an edit by field rules, where nobody looked: tags alone go in place', () => {
  expect(editWay(EDIT_DEFAULTS, 'STANDARD', new Set(['tags']))).toBe('in-place')
  expect(editWay(EDIT_DEFAULTS, 'STANDARD', new Set(['tags', 'headers']))).toBe('rewrite')
  expect(editWay(EDIT_DEFAULTS, 'STANDARD', new Set())).toBe('nothing')
})

test('what becomes of the grid of a job', () => {
  const [queued, cancelled] = [{ is: 'queued' }, { is: 'cancelled' }] as const
  const cursor = { source: 0, segment: 0 }
  const fate = (
    draft: boolean,
    listing: typeof cursor | undefined,
    status: typeof queued | typeof cancelled,
    gone = false,
  ) => fateOfGrid({ draft, listing, status }, gone)
  expect(fate(true, undefined, queued)).toBe('keep')
  expect(fate(true, undefined, queued, true)).toBe('dropped')
  expect(fate(false, undefined, queued)).toBe('planned')
  expect(fate(false, undefined, queued, true)).toBe('planned')
  expect(fate(false, cursor, queued)).toBe('keep')
  expect(fate(false, cursor, cancelled)).toBe('dropped')
  expect(fate(false, cursor, queued, true)).toBe('dropped')
})

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

/** Grids as tests hold them: in memory, and what they were told. */
function gridOfRows(rows: readonly GridPlanRow[], told: string[] = []): GridRows {
  const sorted = [...rows].sort((left, right) => compareKeys(left.key, right.key))
  return {
    find: (id) =>
      id === 'g'
        ? { connection: CONNECTION.id, bucket: 'from', base: 'a/', rows: rows.length, listing: false }
        : undefined,
    page: (_, after, limit) =>
      Promise.resolve(
        sorted.filter(({ key }) => after === undefined || compareKeys(key, after) > 0).slice(0, limit),
      ),
    keep: () => void told.push('kept'),
    release: (_, __, because) => void told.push(because),
  }
}

/** The rows of everything in `from`, as a grid that read it would have them. */
function rowsOf(cells: (n: number) => GridPlanRow['cells'] = () => ({})): GridPlanRow[] {
  return world.s3.keys('from').map((key, n) => {
    const { content, etag, lastModified, storageClass, headers, metadata, tags } = world.s3.current(
      'from',
      key,
    )!
    const stands = { headers, metadata, tags }
    return { key, size: content.size, etag, lastModified, storageClass, cells: cells(n), stands }
  })
}

const fromGrid = (more: Partial<Extract<JobFile, { kind: 'edit' }>> = {}) =>
  edit({ changes: { from: 'grid', id: 'g' }, ...more })

describe('an edit that is planned from a grid', () => {
  test('is planned in slices, with no request for any object, and only what would be changed', async () => {
    world.s3.giveMany('from', 'a/', 1000, 4)
    const rows = rowsOf((n) =>
      n % 100 === 0 ? { 'tag:seen': 'yes' } : n % 100 === 1 ? { 'cache-control': 'no-store' } : {},
    )
    const plan = await planOf(world, fromGrid(), { gridRows: gridOfRows(rows) })
    // What it asks is about the bucket, once.
    expect(plan.requests).toEqual({ GetBucketOwnershipControls: 1 })
    expect(plan.snapshot.tally.planned).toMatchObject({
      'in-place': { items: 10 },
      rewrite: { items: 10 },
      skip: { items: 0 },
    })
  })

  test('writes the cells of each row and what the rules make, and nothing else', async () => {
    for (let n = 0; n < 5; n++) world.s3.give('from', `a/${n}`, { size: 3, metadata: { by: 'hand' } })
    const told: string[] = []
    const rows = rowsOf((n) => (n === 2 ? { 'x-amz-meta-by': 'cell' } : n === 4 ? { 'tag:x': 'y' } : {}))
    const done = await carryOutOf(world, fromGrid(), { gridRows: gridOfRows(rows, told) })
    expect(done.snapshot.tally).toMatchObject({ edited: { items: 2 }, failed: { items: 0 } })
    expect(world.s3.current('from', 'a/2')?.metadata).toEqual({ by: 'cell' })
    expect(world.s3.current('from', 'a/4')).toMatchObject({ tags: { x: 'y' }, metadata: { by: 'hand' } })
    expect(world.s3.log.map(({ operation, key }) => `${operation} ${key}`).sort()).toEqual([
      'CopyObject a/2',
      'PutObjectTagging a/4',
    ])
    expect(told.at(0)).toBe('kept')
    expect(told.at(-1)).toBe('planned')
  })

  test('is bound to what the person saw', async () => {
    world.s3.give('from', 'a/1', { size: 3 })
    const rows = rowsOf(() => ({ 'cache-control': 'no-store' }))
    world.s3.give('from', 'a/1', { size: 4, seed: 'other' })
    const done = await carryOutOf(world, fromGrid(), { gridRows: gridOfRows(rows) })
    expect(done.items[0]).toMatchObject({ state: 'failed', failure: { code: 'source-changed' } })
    // Tried again by a person, its own cells are written to what stands there now.
    const jobs = await world.open({ gridRows: gridOfRows(rows) })
    const [{ id } = { id: '' }] = jobs.list()
    jobs.retry(id)
    expect((await world.settle(jobs, id, 'finished')).tally).toMatchObject({
      edited: { items: 1 },
      failed: { items: 0 },
    })
    expect(world.s3.current('from', 'a/1')).toMatchObject({ headers: { cacheControl: 'no-store' } })
    await world.seams.finish(jobs.close())
  })

  test('goes on after its last slice when the process ends', async () => {
    world.s3.giveMany('from', 'a/', 1000, 4)
    const rows = rowsOf(() => ({ 'tag:seen': 'yes' }))
    const grid = gridOfRows(rows)
    const asked: (string | undefined)[] = []
    const gridRows: GridRows = {
      ...grid,
      page: (id, after, limit, wanted) => {
        asked.push(after)
        return grid.page(id, after, limit, wanted)
      },
    }
    const first = await world.open({ gridRows })
    const { id } = first.create(fromGrid(), { draft: false })
    await world.seams.run(() => asked.length === 2)
    await world.seams.finish(first.close())
    const jobs = await world.open({ gridRows })
    const done = await world.settle(jobs, id, 'finished')
    expect(done.tally).toMatchObject({ edited: { items: 1000 }, listed: { items: 1000 } })
    expect(asked.filter((after) => after === undefined)).toHaveLength(1)
    expect(world.s3.mutations({ operation: 'PutObjectTagging' })).toHaveLength(1000)
    await world.seams.finish(jobs.close())
  })

  test('what a grid cannot do is refused before it is planned', async () => {
    world.s3.give('from', 'a/1', { size: 3 })
    const jobs = await world.open({ gridRows: gridOfRows(rowsOf()) })
    const make = (more: Parameters<typeof fromGrid>[0]) => () => jobs.create(fromGrid(more), { draft: true })
    expect(make({ changes: { from: 'grid', id: 'none' } })).toThrow('there is no metadata grid "none" here')
    expect(
      make({
        sources: [
          { connection: CONNECTION, bucket: 'to', select: [{ kind: 'prefix', prefix: '' }], base: '' },
        ],
      }),
    ).toThrow('is of from, not of to')
    expect(make({ rules: [{ when: { versions: ['current'] } as never, properties: {} }] })).toThrow(
      'rules: must be empty',
    )
    await world.seams.finish(jobs.close())
  })
})
