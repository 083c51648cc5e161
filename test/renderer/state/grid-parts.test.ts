import { describe, expect, test } from 'vitest'
import type { FieldRule } from '#model/field-rules.ts'
import { cellOf, cellText, markOf, sayCell, tagsOf } from '../../../renderer/state/grid-cell.ts'
import { chooseColumns, columnOffsets, columnsInSight } from '../../../renderer/state/grid-columns.ts'
import { moveBy, rangeOf } from '../../../renderer/state/grid-cursor.ts'
import { reachedAt, reachFor, tallOf, topAt } from '../../../renderer/state/rows-in-sight.ts'
import { planBlocked, whoChanged } from '../../../renderer/state/grid-plan.ts'
import { isWhole, moveRule, ruleTrouble, sayRule, startRule } from '../../../renderer/state/grid-rules.ts'
import { beside } from '../../../renderer/views/metadata/beside.ts'
import { gridRow, gridSnapshot } from './fake-grid.ts'

describe('a cell', () => {
  const row = gridRow(1, {
    before: { 'cache-control': 'no-cache', 'x-amz-meta-build': '1', 'tag:team': 'web', 'tag:tier': 'cold' },
    cells: [
      { field: 'cache-control', value: 'public', by: 1 },
      { field: 'content-type', value: 'text/css', by: 'hand' },
      { field: 'x-amz-meta-build', value: null, by: 0 },
      { field: 'tag:tier', value: 'hot', by: 2 },
      { field: 'tag:cost', value: 'R&D', by: 'hand', problem: 'No “&”.', fix: 'R-D' },
      { field: 'expires', value: null, by: 0 },
    ],
  })

  test.each([
    ['cache-control', 'changed', 'no-cache', 'public'],
    ['content-type', 'added', undefined, 'text/css'],
    ['x-amz-meta-build', 'removed', '1', undefined],
    ['tag:team', 'same', 'web', 'web'],
    ['expires', 'unset', undefined, undefined],
    ['content-language', 'unset', undefined, undefined],
  ])('%s is %s', (field, is, before, after) => {
    expect(cellOf(row, field)).toMatchObject({ is, before, after })
  })

  test.each([
    ['cache-control', 'Cache-Control: was no-cache, now public, by rule 2'],
    ['content-type', 'Content-Type: was not set, now text/css, by hand'],
    ['x-amz-meta-build', 'x-amz-meta-build: was 1, now removed, by rule 1'],
    ['content-language', 'Content-Language: not set'],
  ])('%s is said', (field, words) => {
    expect(sayCell(row, field)).toBe(words)
  })

  test('tags stand together, and the first that is refused marks them all', () => {
    expect(tagsOf(row).map(({ key, is }) => `${key} ${is}`)).toEqual([
      'cost added',
      'team same',
      'tier changed',
    ])
    expect(markOf(row, 'tags')).toEqual({
      changed: true,
      byHand: true,
      problem: { field: 'tag:cost', message: 'No “&”.', fix: 'R-D' },
    })
    expect(cellText(row, 'tags')).toBe('cost=R&D; team=web; tier=hot')
  })

  test('a row that is not read yet says so', () => {
    expect(sayCell(gridRow(1, { state: 'unknown', before: {} }), 'expires')).toBe('Expires: not read yet')
  })
})

describe('columns', () => {
  const fields = [
    { field: 'x-amz-meta-b', rows: 5 },
    { field: 'x-amz-meta-a', rows: 2 },
    { field: 'storage-class', rows: 9 },
    { field: 'tag:team', rows: 9 },
  ]
  const rule = (field: string): FieldRule => ({ field, where: {}, action: { do: 'set', value: 'x' } })
  const ids = (...[f, r, c]: Parameters<typeof chooseColumns>) => chooseColumns(f, r, c).map(({ id }) => id)

  test.each([
    ['what was seen', [], [], ['content-type', 'cache-control', 'x-amz-meta-a', 'x-amz-meta-b', 'tags']],
    [
      'what a rule writes',
      [rule('expires'), rule('tag:x')],
      [],
      ['content-type', 'cache-control', 'expires', 'x-amz-meta-a', 'x-amz-meta-b', 'tags'],
    ],
    [
      'what was chosen',
      [],
      [
        ['storage-class', true],
        ['content-type', false],
        ['tags', false],
      ],
      ['cache-control', 'storage-class', 'x-amz-meta-a', 'x-amz-meta-b'],
    ],
  ] as const)('show %s', (_, rules, chosen, shown) => {
    expect(ids(fields, rules, Object.fromEntries(chosen))).toEqual(shown)
  })

  test('only those in sight are drawn', () => {
    const offsets = columnOffsets(chooseColumns(fields, [], {}))
    expect(columnsInSight(offsets, 0, 300)).toEqual([0, 2])
    expect(columnsInSight(offsets, 200, 100)).toEqual([1, 2])
    expect(columnsInSight(offsets, 0, 10_000)).toEqual([0, 5])
  })
})

describe('the cursor', () => {
  const ground = { rows: 100, columns: ['key', 'content-type', 'tags'], page: 10 }
  test.each([
    ['ArrowDown', false, 5, 'content-type', 6, 'content-type'],
    ['ArrowDown', true, 5, 'content-type', 99, 'content-type'],
    ['ArrowLeft', false, 5, 'content-type', 5, 'key'],
    ['ArrowRight', true, 5, 'key', 5, 'tags'],
    ['PageDown', false, 95, 'key', 99, 'key'],
    ['PageUp', false, 95, 'key', 85, 'key'],
    ['Home', false, 5, 'tags', 5, 'key'],
    ['Home', true, 5, 'tags', 0, 'key'],
    ['End', true, 5, 'key', 99, 'tags'],
  ])('%s (with Ctrl: %s) from row %i, %s', (key, mod, row, column, toRow, toColumn) => {
    expect(moveBy(key, mod, { row, column }, ground)).toEqual({ row: toRow, column: toColumn })
  })

  test('a range is from where it began, in any direction', () => {
    const cells = [
      { row: 9, column: 'tags' },
      { row: 2, column: 'content-type' },
    ] as const
    const range = { from: 2, to: 9, columns: ['content-type', 'tags'] }
    expect(rangeOf(cells[0], cells[1], ground.columns)).toEqual(range)
    expect(rangeOf(cells[1], cells[0], ground.columns)).toEqual(range)
    expect(rangeOf(cells[1], undefined, ground.columns)).toMatchObject({ from: 2, to: 2 })
  })
})

test('what is scrolled and what is seen of the rows lead to each other, pixel by pixel near the ends', () => {
  const ground = { rows: 1_000_000, height: 528, tallRow: 44 }
  const most = tallOf(ground) - 528
  for (const [top, reached] of [
    [0, 0],
    [90_000, 90_000],
    [most / 2, (44_000_000 - 528) / 2],
    [most - 5, 44_000_000 - 528 - 5],
    [most, 44_000_000 - 528],
  ] as const) {
    expect(reachedAt(top, ground)).toBeCloseTo(reached, 3)
    expect(topAt(reached, ground)).toBeCloseTo(top, 3)
  }
  expect(reachedAt(1234, { ...ground, rows: 1000 })).toBe(1234)
  expect(reachFor(3, 0, ground)).toBeUndefined()
  expect(reachFor(12, 0, ground)).toBe(44)
  expect(reachFor(1, 100, ground)).toBe(44)
})

describe('a rule as it is typed', () => {
  const base = { field: 'cache-control', where: {}, action: { do: 'set', value: 'x' } } as const
  test.each<[string, FieldRule, object]>([
    ['is whole', base, {}],
    ['has no value yet', { ...base, action: { do: 'set', value: '' } }, { missing: 'Type a value.' }],
    ['has no name yet', startRule('metadata'), { missing: 'Type a name.' }],
    ['has a name of AWS', { ...base, field: 'tag:aws:x' }, { field: 'aws: belongs to AWS itself.' }],
    [
      'has a space in its name',
      { ...base, field: 'x-amz-meta-a b' },
      { field: 'No spaces or signs like : / ( ).' },
    ],
    [
      'has a broken pattern for the key',
      { ...base, where: { key: { kind: 'regex', regex: '(' } } },
      { key: 'Not a regular expression.' },
    ],
    [
      'has a broken pattern to find',
      { ...base, action: { do: 'replace', find: '[', with: '' } },
      { action: 'Not a regular expression.' },
    ],
    ['renames to no name yet', startRule('rename', 'tag:a'), { missing: 'Type a name.' }],
    [
      'counts half a day',
      { ...base, action: { do: 'from-modified', format: 'iso', addDays: 0.5 } },
      { action: 'A whole number of days, at most 36,500.' },
    ],
  ])('%s', (_, rule, trouble) => {
    expect(ruleTrouble(rule)).toEqual(trouble)
    expect(isWhole(rule)).toBe(Object.keys(trouble).length === 0)
  })

  test('is said in words', () => {
    expect(sayRule(startRule('extension'))).toBe(
      'Set Content-Type from the key’s extension, where it is binary/octet-stream',
    )
    expect(
      sayRule({
        field: 'tag:tier',
        where: { key: { kind: 'regex', regex: 'x' } },
        action: { do: 'set', value: 'hot' },
      }),
    ).toBe('Set the tag tier to hot, where the key matches x')
  })

  test('is moved', () => {
    expect(moveRule(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
  })
})

describe('what stands in the way of a plan', () => {
  const half = [{ id: 1, rule: startRule('set') }]
  const changed = { changedCells: 5, changedRows: 2 }
  test.each([
    ['nothing changed', gridSnapshot(), [], 'Nothing is changed yet.'],
    ['still listing', gridSnapshot({ ...changed, listing: true }), [], 'The objects are still being listed.'],
    ['a rule that is not whole', gridSnapshot(changed), half, 'Rule 1: Type a value.'],
    [
      'invalid cells',
      gridSnapshot({ ...changed, invalidCells: 1 }),
      [],
      '1 cell is not as S3 takes them. Mend or undo them first.',
    ],
    ['nothing', gridSnapshot(changed), [], undefined],
  ])('%s', (_, snapshot, rules, reason) => {
    expect(planBlocked(snapshot, rules)).toBe(reason)
  })

  test('who changed what is counted', () => {
    const rules = [startRule('extension'), startRule('extension')]
    expect(whoChanged(gridSnapshot({ rules, cellsByRule: [500, 19], cellsByHand: 6 }))).toBe(
      '519 by 2 rules, 6 by hand',
    )
  })
})

test('a panel stands below its cell, and above it where there is no room', () => {
  const panel = { width: 300, height: 90 }
  const room = { width: 800, height: 400 }
  expect(beside({ x: 100, y: 100, width: 100, height: 44 }, room, panel)).toMatchObject({
    side: 'below',
    y: 154,
  })
  expect(beside({ x: 700, y: 340, width: 100, height: 44 }, room, panel)).toEqual({
    side: 'above',
    x: 484,
    y: 70,
    tip: 261,
  })
})
