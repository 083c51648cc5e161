import { describe, expect, it } from 'vitest'
import { compileFieldRules } from '#model/apply-field-rules.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { readCell, writeCell } from '#model/cell-text.ts'
import { inColumns } from '../../main/grid/columns.ts'
import { TableReader } from '../../main/grid/csv-in.ts'
import { countOf, evaluate, isToRead } from '../../main/grid/evaluate.ts'
import { readHeading } from '../../main/grid/heading.ts'
import { NO_COUNT } from '../../main/grid/row.ts'
import type { Row, Stands } from '../../main/grid/row.ts'

describe('a cell of a table', () => {
  it.each([
    ['nothing: leave it', '', undefined],
    ['taken away', '(none)', null],
    ['empty', '(empty)', ''],
    ['one of the words', '\\(none)', '(none)'],
    ['one of the words, escaped', '\\\\(empty)', '\\(empty)'],
    ['a formula', '\\=1+1', '=1+1'],
    ['a word among others', 'a (none)', 'a (none)'],
  ])('%s', (_name, text, value) => {
    expect(readCell(text)).toBe(value)
    expect(writeCell(value)).toBe(text)
  })
})

describe('a heading', () => {
  const refusal = (cells: string[]): string => {
    try {
      readHeading(cells)
      return 'taken'
    } catch (error) {
      return (error as Error).message
    }
  }
  it.each([
    [['key', 'etag', 'size', 'last-modified', 'content-type', 'tag:A b', 'x-amz-meta-a.b'], 'taken'],
    [['Key'], '"Key" (key is meant?) is no field.'],
    [['key', 'Tag:Owner'], '"Tag:Owner" (tag:Owner is meant?) is no field.'],
    [['key', 'x-amz-meta-A'], 'S3 keeps the names of metadata in lower case.'],
    [['key', 'tag:aws:x'], '"tag:aws:x" is no field.'],
    [['key', ''], '"" is no field.'],
    [['content-type'], 'There is no column key.'],
    [['key', 'expires', 'expires'], 'The column "expires" is there twice.'],
  ])('%j', (cells, message) => {
    expect(refusal(cells)).toContain(message)
  })
})

describe('a table in pieces', () => {
  const text = '\ufeffkey;tag:a\r\n"ä😀;\r\n""x""";1\r\nb;\r\n\r\nc;😀'
  const whole = [['key', 'tag:a'], ['ä😀;\r\n"x"', '1'], ['b', ''], [''], ['c', '😀']]
  it.each([1, 2, 3, 7, 100])('of %i characters is the same', async (size) => {
    const reader = new TableReader()
    const lines: (readonly string[])[] = []
    for (let at = 0; at < text.length; at += size) {
      for (const some of reader.write(text.slice(at, at + size)))
        lines.push(...some.map(({ cells }) => cells))
    }
    lines.push(...(await reader.end()).map(({ cells }) => cells))
    expect(lines).toEqual(whole)
  })

  it.each([
    ['comma', 'key,a', ['key', 'a']],
    ['semicolon', 'key;a', ['key', 'a']],
    ['tab', 'key\ta\tb,c', ['key', 'a', 'b,c']],
    ['none', 'key', ['key']],
  ])('tells its separator: %s', async (_name, first, cells) => {
    const reader = new TableReader()
    const lines = [...reader.write(`${first}\n`)].flat()
    expect([...lines, ...(await reader.end())].map((line) => line.cells)).toEqual([cells])
  })
})

describe('a row', () => {
  const RULES: FieldRule[] = [
    { field: 'cache-control', where: {}, action: { do: 'set', value: 'a' } },
    {
      field: 'content-type',
      where: { key: { kind: 'glob', glob: 'k*' } },
      action: { do: 'type-from-content' },
    },
  ]
  const rules = compileFieldRules(RULES)
  const stands: Stands = { headers: { cacheControl: 'a' }, metadata: { m: '' }, tags: {} }
  const row = (more: Partial<Row>): Row => ({
    ...{ n: 1, key: 'key', size: 1, etag: 'e', lastModified: 0, storageClass: 'STANDARD' },
    ...{ state: 'unknown', hand: {}, count: NO_COUNT, epoch: 1 },
    ...more,
  })
  it.each([
    [
      'not read: no rule, no problem, and hands as they are',
      row({ hand: { 'tag:x': null } }),
      {},
      ['tag:x=null'],
      [],
    ],
    [
      'unreadable: likewise, whatever was known of it',
      row({ state: 'unreadable', stands, hand: { expires: 'never' } }),
      {},
      ['expires=never!'],
      ['expires'],
    ],
    [
      'read: what differs',
      row({
        state: 'known',
        stands,
        hand: { 'x-amz-meta-m': null, 'tag:x': '', 'storage-class': 'STANDARD' },
      }),
      { 'cache-control': 'a', 'x-amz-meta-m': '', 'storage-class': 'STANDARD' },
      ['x-amz-meta-m=null', 'tag:x='],
      ['tag:x'],
    ],
    [
      'read, with its first bytes',
      row({ state: 'known', stands: { ...stands, headers: {}, sniffed: 'image/png' } }),
      { 'x-amz-meta-m': '', 'storage-class': 'STANDARD' },
      ['cache-control=a', 'content-type=image/png'],
      ['cache-control', 'content-type'],
    ],
  ])('%s', (_name, of, before, cells, gets) => {
    const shown = evaluate(rules, of)
    expect(shown.before).toEqual(before)
    expect(shown.cells.map(({ field, value, problem }) => `${field}=${value}${problem ? '!' : ''}`)).toEqual(
      cells,
    )
    expect(countOf(shown)).toMatchObject({ cells: cells.length, gets })
  })

  it.each([
    ['never seen', row({}), true],
    ['read, and its first bytes were not', row({ state: 'known', stands }), true],
    ['read, and the rule is not for its key', row({ state: 'known', stands, key: 'other' }), false],
    [
      'read, and its first bytes tell nothing',
      row({ state: 'known', stands: { ...stands, sniffed: null } }),
      false,
    ],
    ['unreadable', row({ state: 'unreadable' }), false],
  ])('is to be read: %s', (_name, of, is) => {
    expect(isToRead(rules, of)).toBe(is)
  })
})

it('columns stand as people look for them', () => {
  const fields = ['tag:a', 'x-amz-meta-b', 'website-redirect', 'x-amz-meta-a', 'expires', 'content-type']
  expect(inColumns(fields)).toEqual([
    ...['content-type', 'expires', 'website-redirect', 'x-amz-meta-a', 'x-amz-meta-b', 'tag:a'],
  ])
})
