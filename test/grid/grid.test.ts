import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FieldRule } from '#model/field-rules.ts'
import type { GridSnapshot } from '#model/grid.ts'
import { countOf, evaluate } from '../../main/grid/evaluate.ts'
import type { Grid } from '../../main/grid/grid.ts'
import { gridPath } from '../../main/grid/grid-file.ts'
import { known, listed, makeGridWorld, object, prefix, until } from './world.ts'
import type { GridWorld } from './world.ts'

const RULES: FieldRule[] = [
  { field: 'cache-control', where: {}, action: { do: 'set', value: 'no-cache' } },
  {
    field: 'content-type',
    where: { key: { kind: 'glob', glob: '**.html' } },
    action: { do: 'type-from-extension' },
  },
  {
    field: 'x-amz-meta-team',
    where: { value: { is: 'present' } },
    action: { do: 'rename', to: 'x-amz-meta-owner' },
  },
  // Refused by S3: the cell is marked.
  {
    field: 'tag:a&b',
    where: { key: { kind: 'glob', glob: 'many/001*.html' } },
    action: { do: 'set', value: 'x' },
  },
]

type Counts = Pick<
  GridSnapshot,
  | 'rows'
  | 'known'
  | 'unreadable'
  | 'cellsByRule'
  | 'cellsByHand'
  | 'changedCells'
  | 'changedRows'
  | 'invalidCells'
  | 'invalidRows'
>

/** What a pass over all rows counts; nothing of it is what the grid counted. */
function counted(grid: Grid): Counts & { fields: Record<string, number> } {
  const { store } = grid
  const counts = {
    ...{ rows: 0, known: 0, unreadable: 0, cellsByHand: 0, changedCells: 0, changedRows: 0 },
    ...{ invalidCells: 0, invalidRows: 0, cellsByRule: store.state.rules.map(() => 0) },
  }
  const fields: Record<string, number> = {}
  for (let after = 0; ;) {
    const page = store.rows.after('all', after, 500)
    for (const row of page) {
      after = row.n
      counts.rows++
      if (row.state !== 'unknown') counts[row.state]++
      const shown = evaluate(grid.rules, row)
      const { cells, invalid, byHand, byRule, gets } = countOf(shown)
      counts.changedCells += cells
      counts.invalidCells += invalid
      counts.cellsByHand += byHand
      if (cells > 0) counts.changedRows++
      if (invalid > 0) counts.invalidRows++
      for (const [rule, count] of Object.entries(byRule))
        counts.cellsByRule[Number(rule)] = (counts.cellsByRule[Number(rule)] ?? 0) + count
      for (const field of [...Object.keys(shown.before), ...gets]) fields[field] = (fields[field] ?? 0) + 1
    }
    if (page.length === 0) return { ...counts, fields }
  }
}

function expectCounted(grid: Grid): GridSnapshot {
  const { fields, ...counts } = counted(grid)
  const snapshot = grid.snapshot()
  expect(snapshot).toMatchObject(counts)
  expect(Object.fromEntries(snapshot.fields.map(({ field, rows }) => [field, rows]))).toEqual(fields)
  expect(grid.window('changed', 0, 1).total).toBe(counts.changedRows)
  for (const view of ['changed', 'invalid'] as const) {
    const total = grid.store.total(view)
    const at = Math.floor(total / 2)
    const all = grid.store.rows.after(view, 0, 1_000_000).map(({ n }) => n)
    expect(all).toHaveLength(total)
    expect(grid.store.at(view, at, 5)).toEqual(all.slice(at, at + 5))
  }
  return snapshot
}

describe('a grid', () => {
  let world: GridWorld
  beforeAll(async () => {
    world = await makeGridWorld()
    const { admin } = world.playground
    const many = { bucket: 'bucket', prefix: 'many/', count: 1000, size: 10 }
    await admin.seed({ ...many, pattern: '{n:5}.html' })
    await admin.seed({ ...many, pattern: '{n:5}.png', headers: { 'content-type': 'image/png' } })
    await admin.seed({ ...many, pattern: '{n:5}.txt', metadata: { team: 'sea', note: '' } })
    await admin.seed({ ...many, pattern: '{n:5}.zip', tags: { kind: 'log', empty: '' } })
    await admin.seed({
      bucket: 'bucket',
      key: 'odd/ä "x", y;\t\n.txt',
      text: 'a',
      metadata: { a: '(none)', b: '=1+1' },
    })
    await admin.seed({ bucket: 'bucket', key: 'odd/', text: '' })
    await admin.seed({ bucket: 'bucket', key: 'odd/z', text: 'z', tags: { t: ' two  spaces ' } })
  })
  afterAll(() => world.close())

  it('lists prefixes and chosen objects in key order, each once, and reads the chosen ones with it', async () => {
    const grid = await listed(
      world.open([object('odd/z'), prefix('many/0000'), object('gone'), prefix('many/00001')]),
    )
    const { rows } = grid.window('all', 0, 500)
    const keys = rows.map(({ key }) => key)
    expect(keys).toEqual([...keys].sort())
    expect(rows).toHaveLength(40 + 2)
    expect(rows.map(({ n }) => n)).toEqual(keys.map((_key, index) => index + 1))
    expect(rows.find(({ key }) => key === 'odd/z')).toMatchObject({
      state: 'known',
      before: { 'tag:t': ' two  spaces ' },
    })
    expect(rows.find(({ key }) => key === 'gone')).toMatchObject({
      state: 'unreadable',
      failure: { code: 'source-missing', message: 'gone is no longer there.' },
    })
    await world.grids.remove(grid.id)
    expect(() => statSync(gridPath(world.dir, grid.id))).toThrow()
  })

  it('reads what is looked at, the newest window first, and drops what of older ones was not sent', async () => {
    const grid = await listed(world.open([prefix('many/')]))
    expect(grid.snapshot()).toMatchObject({ rows: 4000, known: 0, requests: { ListObjectsV2: 4 } })
    grid.window('all', 0, 500)
    grid.window('all', 3900, 10)
    await until(grid, ({ known: read }) => read >= 10)
    await grid.reader.idle()
    expect(grid.window('all', 3900, 10).rows.every(({ state }) => state === 'known')).toBe(true)
    // Those that were under way when the second window came, and those of the second.
    const { known: read, requests } = grid.snapshot()
    expect(read).toBeLessThan(120)
    expect(requests['HeadObject']).toBe(read)
    await world.grids.remove(grid.id)
  })

  it('counts as a pass over all rows would: read ahead, by rules, by hand, undone, restarted', async () => {
    let grid = await listed(world.open([prefix('many/')]))
    await grid.setRules(RULES)
    await grid.edit({ view: 'all', from: 10, to: 29 }, 'tag:hand', 'yes')
    expectCounted(grid)
    await known(grid)
    const read = expectCounted(grid)
    expect(read).toMatchObject({ known: 4000, cellsByHand: 20, cellsByRule: [4000, 1000, 2000, 100] })
    expect(read).toMatchObject({ invalidCells: 100, invalidRows: 100 })
    // Of those without tags nothing more was asked.
    expect(read.requests).toEqual({ ListObjectsV2: 4, HeadObject: 4000, GetObjectTagging: 1000 })

    await grid.setRules(RULES.slice(1, 3))
    expect(grid.snapshot().counting).toBe(true)
    await grid.counted()
    expect(expectCounted(grid)).toMatchObject({ counting: false, cellsByRule: [1000, 2000], invalidCells: 0 })

    const before = grid.snapshot()
    await grid.edit({ view: 'changed', from: 0, to: 1499 }, 'cache-control', 'max-age=60')
    expect(expectCounted(grid).cellsByHand).toBe(1520)
    await grid.undo()
    expect(expectCounted(grid)).toMatchObject({ changedCells: before.changedCells, canRedo: true })
    await grid.redo()
    expect(expectCounted(grid).cellsByHand).toBe(1520)
    await grid.undo()
    await grid.undo()
    await grid.counted()
    expect(expectCounted(grid)).toMatchObject({ rules: RULES, cellsByRule: read.cellsByRule })

    const { id } = grid
    await world.reopen()
    grid = world.grids.find(id)
    const { revision: _revision, ...again } = grid.snapshot()
    expect(read).toMatchObject({ rows: again.rows, known: again.known, requests: again.requests })
    expectCounted(grid)
    await grid.redo()
    await grid.counted()
    expect(expectCounted(grid).rules).toEqual(RULES.slice(1, 3))
    await world.grids.remove(id)
  })

  it('says what stops it, goes on when it is asked to, and marks what alone cannot be read', async () => {
    const { admin } = world.playground
    const denied = { do: 'error', code: 'AccessDenied' } as const
    await admin.faults({ ...denied, op: 'ListObjectsV2' }, { ...denied, op: 'HeadObject', key: 'odd/z' })
    const grid = world.open([prefix('odd/')])
    expect(await until(grid, ({ failure }) => failure !== undefined)).toMatchObject({
      ...{ listing: false, rows: 0, failure: { code: 'access-denied' } },
    })
    // Just now: whoever only looks does not make it ask again.
    grid.window('all', 0, 10)
    expect(grid.snapshot().failure).toBeDefined()
    await admin.clearFaults()
    await admin.faults({ ...denied, op: 'HeadObject', key: 'odd/z' })
    grid.goOn()
    await known(grid)
    expect(grid.snapshot()).toMatchObject({ rows: 3, known: 2, unreadable: 1 })
    expect(grid.snapshot().failure).toBeUndefined()
    expect(grid.window('all', 1, 1).rows).toMatchObject([
      { key: 'odd/z', state: 'unreadable', failure: { code: 'access-denied' }, before: {}, cells: [] },
    ])
    await admin.clearFaults()
    grid.ahead(true)
    await until(grid, ({ known: read }) => read === 3)
    expectCounted(grid)
    await world.grids.remove(grid.id)
  })

  it('reads first bytes where a rule asks for them, and of no others', async () => {
    const { admin } = world.playground
    await admin.seed({ bucket: 'bucket', key: 'bytes/a', text: '<!doctype html><p>' })
    await admin.seed({ bucket: 'bucket', key: 'bytes/b', text: '{"a": 1}' })
    await admin.seed({ bucket: 'bucket', key: 'bytes/c', text: 'words' })
    const grid = await known(world.open([prefix('bytes/')]))
    const key = { kind: 'glob', glob: '**/[ac]' } as const
    await grid.setRules([{ field: 'content-type', where: { key }, action: { do: 'type-from-content' } }])
    await until(grid, ({ changedCells }) => changedCells === 1)
    await grid.reader.idle()
    expect(grid.window('all', 0, 3).rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
      ...[['text/html'], [], []],
    ])
    // Both of the rule were read once more, with their bytes; nothing is asked again.
    expect(grid.snapshot().requests).toEqual({ ListObjectsV2: 1, HeadObject: 5, GetObject: 2 })
    expectCounted(grid)
    await world.grids.remove(grid.id)
  })

  it('exports what it imports: a round trip changes nothing', async () => {
    const grid = await known(world.open([prefix('odd/'), prefix('many/0000')]))
    await grid.setRules(RULES.slice(1, 3))
    await grid.edit({ rows: [1] }, 'tag:hand', '')
    await grid.edit({ rows: [2] }, 'x-amz-meta-x', '\\(empty)')
    // A header byte that is no UTF-8, which no table can hold.
    await grid.edit({ rows: [2] }, 'x-amz-meta-raw', '\udcff')
    await grid.counted()
    const file = path.join(world.dir, 'out.csv')
    await grid.writeCsv('all', file)
    const text = readFileSync(file, 'utf8')
    const before = grid.snapshot()
    // Cut anywhere, also between the halves of a character.
    const cut = text.indexOf('ä')
    expect(await grid.import(text.slice(0, cut), true, false)).toBeUndefined()
    const result = await grid.import(text.slice(cut), false, true)
    expect(result).toEqual({ cells: 0, rows: 0, failed: 0, problems: [] })
    expect({ ...grid.snapshot(), revision: 0 }).toEqual({ ...before, revision: 0 })

    // Into a grid without the edits, the same table makes them.
    const fresh = await known(world.open([prefix('odd/'), prefix('many/0000')]))
    const made = await fresh.import(text, true, true)
    expect(made).toMatchObject({ cells: before.changedCells, failed: 0 })
    expect(expectCounted(fresh)).toMatchObject({
      changedCells: before.changedCells,
      cellsByHand: before.changedCells,
    })
    await fresh.undo()
    expect(expectCounted(fresh).changedCells).toBe(0)
  })

  it('takes back what could be a formula, and shows none to a spreadsheet', async () => {
    const keys = ['=1+1', '\\=1+1', '@x', '-SUM(A1)']
    for (const key of keys)
      await world.playground.admin.seed({ bucket: 'bucket', key, text: '', metadata: { sum: '=2+2' } })
    const grid = await known(world.open(keys.map(object)))
    await grid.edit({ rows: [1, 2] }, 'x-amz-meta-sum', '+3')
    await grid.counted()
    const file = path.join(world.dir, 'formulas.csv')
    await grid.writeCsv('all', file)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/(^|[,"])[=+@-]/m)
    expect(await grid.import(text, true, true)).toEqual({ cells: 0, rows: 0, failed: 0, problems: [] })
    const fresh = await known(world.open(keys.map(object)))
    expect(await fresh.import(text, true, true)).toMatchObject({ cells: 2, failed: 0 })
    // As they stand, too, as others write tables.
    expect(await fresh.import('key,x-amz-meta-sum\n=1+1,=9\n', true, true)).toMatchObject({
      cells: 1,
      failed: 0,
    })
  })

  it('refuses a table that is none, and lines that do not fit', async () => {
    const grid = await known(world.open([prefix('odd/')]))
    const refusal = (text: string): Promise<string> =>
      grid.import(text, true, true).then(
        () => 'taken',
        (error: Error) => error.message,
      )
    expect(await refusal('key,Cache-Control,X-Amz-Meta-Who,colour\n')).toBe(
      'text: These columns are no fields: "Cache-Control" (cache-control is meant?), "X-Amz-Meta-Who" (x-amz-meta-who is meant?), "colour". S3 keeps the names of metadata in lower case.',
    )
    expect(await refusal('cache-control\nx\n')).toContain('There is no column key')
    expect(await refusal('key,etag,key\n')).toContain('"key" is there twice')
    expect(await refusal('key,etag\n"odd/z,x\n')).toContain('no table that can be read')
    expect(await refusal('')).toContain('There is no column key')
    const lines = [
      'key;etag;tag:new',
      'odd/z;other;1',
      'none;;1',
      'odd/;;1;2',
      ';;1',
      'odd/z;;(none)',
      'odd/;;one',
      'odd/;;two',
    ]
    const result = await grid.import(lines.join('\r\n'), true, true)
    expect(result).toEqual({
      cells: 1,
      rows: 1,
      failed: 5,
      problems: [
        { line: 2, message: 'odd/z changed since it was exported: its ETag is another one.' },
        { line: 3, message: '"none" is not in the grid.' },
        { line: 4, message: 'It has 4 columns, and the heading 3.' },
        { line: 5, message: 'It has no key.' },
        { line: 8, message: 'odd/ stands in line 7 already.' },
      ],
    })
    expectCounted(grid)
  })

  it('pastes from a place on, and says what does not fit', async () => {
    const grid = await known(world.open([prefix('odd/')]))
    const fields = ['content-type', 'tag:a']
    const result = await grid.paste('all', 1, fields, 'text/plain\tone\r\n\t"two ""x"""\r\na\tb\r\n')
    expect(result).toMatchObject({ cells: 3, rows: 2, failed: 1, problems: [{ line: 3 }] })
    const { rows } = grid.window('all', 0, 10)
    expect(rows.map(({ cells }) => cells.map(({ field, value }) => [field, value]))).toEqual([
      [],
      [
        ['content-type', 'text/plain'],
        ['tag:a', 'one'],
      ],
      [['tag:a', 'two "x"']],
    ])
    expect(await grid.paste('all', 0, ['tag:a'], 'x\ty\n')).toMatchObject({ rows: 0, failed: 1 })
  })

  it('takes no edits from a job that reads from it, and goes with that job when it was closed', async () => {
    const grid = await known(world.open([prefix('odd/')]))
    await grid.edit({ rows: [2] }, 'tag:new', '1')
    expect(await grid.planRows(undefined, 10, [])).toMatchObject([
      { key: 'odd/z', cells: { 'tag:new': '1' } },
    ])
    grid.keep('job')
    await expect(grid.edit({ rows: [3] }, 'tag:new', '2')).rejects.toThrow('takes no more edits')
    world.grids.release(grid.id, 'job', 'dropped')
    await grid.edit({ rows: [2] }, 'tag:new', '2')
    grid.keep('job')
    await world.grids.remove(grid.id)
    expect(world.grids.snapshot(grid.id)).toBeUndefined()
    expect(await world.grids.forJob(grid.id)?.planRows(undefined, 10, [])).toHaveLength(1)
    world.grids.release(grid.id, 'job', 'planned')
    await expect.poll(() => world.grids.forJob(grid.id)).toBeUndefined()
  })

  it('is for this user only, and set aside where it is damaged', async () => {
    const grid = await listed(world.open([prefix('odd/')]))
    const file = gridPath(world.dir, grid.id)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await world.grids.close()
    writeFileSync(file, 'no database at all, of some length')
    await world.reopen()
    expect(world.grids.notices).toEqual([expect.stringContaining(`set aside as ${file}.broken`)])
    expect(() => world.grids.find(grid.id)).toThrow('there is no grid')
  })
})
