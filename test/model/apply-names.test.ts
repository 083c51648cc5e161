import { expect, test } from 'vitest'
import { compileNames } from '#model/apply-names.ts'
import { nameRule } from '#model/names.ts'
import type { NameRule } from '#model/names.ts'
import { ODD_KEYS } from '../suites/storage/object-cases.ts'

const AT = Date.UTC(2026, 2, 4, 5, 6, 7)
const rename = (rules: NameRule[], rest: string): string | undefined =>
  compileNames(rules)?.({ rest, lastModified: AT })

test.each<[string, NameRule[], string, string]>([
  ['a prefix', [{ rule: 'prefix', from: 'a/', to: 'b/c/' }], 'a/x', 'b/c/x'],
  ['another prefix', [{ rule: 'prefix', from: 'a/', to: 'b/' }], 'ab/x', 'ab/x'],
  ['an empty prefix is put before', [{ rule: 'prefix', from: '', to: 'b/' }], 'x', 'b/x'],
  ['every match', [{ rule: 'replace', find: 'a', with: 'o', every: true }], 'banana', 'bonono'],
  ['the first match', [{ rule: 'replace', find: 'a', with: 'o', every: false }], 'banana', 'bonana'],
  [
    'groups by number',
    [{ rule: 'replace', find: '(\\d+)-(\\d+)', with: '$2/$1', every: true }],
    'x1-2',
    'x2/1',
  ],
  [
    'groups by name',
    [{ rule: 'replace', find: '(?<y>\\d{4})', with: 'year=$<y>', every: true }],
    '2026/a',
    'year=2026/a',
  ],
  [
    'the whole match',
    [{ rule: 'replace', find: '^.', with: '[$&]', every: true }],
    '\u{1F600}a',
    '[\u{1F600}]a',
  ],
  ['lower case', [{ rule: 'case', to: 'lower' }], 'A/ÄI.TXT', 'a/äi.txt'],
  ['upper case', [{ rule: 'case', to: 'upper' }], 'a/äi', 'A/ÄI'],
  ['flat', [{ rule: 'flatten', separator: '-' }], 'a/b/c', 'a-b-c'],
  ['the name alone', [{ rule: 'flatten', separator: '' }], 'a/b/c', 'c'],
  ["a folder's marker stays one", [{ rule: 'flatten', separator: '_' }], 'a/b/', 'a_b/'],
  ['parts of the name', [{ rule: 'template', text: '{dir}{stem}-v2{ext}' }], 'a/b/c.d.e', 'a/b/c.d-v2.e'],
  ['no extension', [{ rule: 'template', text: '{stem}|{ext}|{name}|{dir}' }], 'c', 'c||c|'],
  ['a hidden name', [{ rule: 'template', text: '{stem}|{ext}' }], 'a/.hidden', '.hidden|'],
  ['a marker', [{ rule: 'template', text: '{dir}|{name}' }], 'a/b.c/', 'a/|b.c/'],
  [
    'a date in UTC',
    [{ rule: 'template', text: '{yyyy}/{mm}/{dd}/{hh}{min}{ss}-{key}' }],
    'x',
    '2026/03/04/050607-x',
  ],
  ['braces', [{ rule: 'template', text: '{{key}{key}}' }], 'x', '{key}x}'],
  [
    'one after the other',
    [
      { rule: 'flatten', separator: '-' },
      { rule: 'case', to: 'upper' },
      { rule: 'template', text: '{name}!' },
    ],
    'a/b',
    'A-B!',
  ],
])('%s', (_name, rules, rest, expected) => {
  expect(rename(rules, rest)).toBe(expected)
})

test('no rules, no names', () => {
  expect(compileNames([])).toBeUndefined()
})

test('a token that there is none of is refused by name', () => {
  const parsed = nameRule.safeParse({ rule: 'template', text: '{name}-{year}' })
  expect(parsed.error?.issues[0]?.message).toContain('must hold no other tokens than {key} {dir}')
  expect(nameRule.safeParse({ rule: 'template', text: '{{year}{name}' }).success).toBe(true)
})

test.each(ODD_KEYS.map((key) => [key]))('the odd key %j comes through rules that leave it', (key) => {
  expect(rename([{ rule: 'template', text: '{key}' }], key)).toBe(key)
  expect(rename([{ rule: 'template', text: '{dir}{stem}{ext}' }], key)).toBe(key)
  expect(rename([{ rule: 'prefix', from: 'none/', to: 'x/' }], key)).toBe(key)
  expect(rename([{ rule: 'replace', find: '$', with: '', every: true }], key)).toBe(key)
})
