/** What is typed into the sheet: pairs, sizes, patterns, times; S3's limits are told while one types. */
import { expect, test } from 'vitest'
import { TAKE_ALL } from '#model/filter.ts'
import { parsePairs } from '../../../renderer/state/context-pairs.ts'
import {
  namedOf,
  namedText,
  parseSize,
  patternOf,
  patternTrouble,
  readsEach,
  settle,
  sizeText,
} from '../../../renderer/state/filter-form.ts'
import { fromLocalField, toLocalField } from '../../../renderer/state/local-time.ts'
import { freshRule, nameRuleTrouble } from '../../../renderer/state/name-rules.ts'
import { pairTrouble, pairUse, policyOf, rowsOf, type PairRow } from '../../../renderer/state/pairs.ts'
import { changesNothing, specTrouble } from '../../../renderer/state/sheet-spec.ts'
import { refuseKey } from '../../../renderer/state/key-ring.svelte.ts'
import { spec } from './build.ts'

const row = (name: string, text = '', removes = false): PairRow => ({ name, text, removes })

test.each<['headers' | 'metadata' | 'tags', PairRow, string | undefined]>([
  ['metadata', row('origin'), undefined],
  ['metadata', row('Origin'), 'S3 keeps names in small letters.'],
  ['metadata', row('a b'), 'No spaces or signs like : / ( ).'],
  ['metadata', row('', 'x'), 'It needs a name.'],
  ['tags', row('Team Press:1'), undefined],
  ['tags', row('aws:owner'), 'aws: belongs to AWS itself.'],
  ['tags', row('AWS:owner'), 'aws: belongs to AWS itself.'],
  ['tags', row('x'.repeat(129)), 'At most 128 characters.'],
  ['headers', row('contentType', 'text/css'), undefined],
])('the name of %s: %o', (kind, typed, trouble) => {
  expect(pairTrouble(kind, [typed], 0).name).toBe(trouble)
})

test('values have limits, and a name is there once', () => {
  expect(pairTrouble('tags', [row('a', 'x'.repeat(257))], 0).text).toBe('At most 256 characters.')
  expect(pairTrouble('metadata', [row('a', 'x\ny')], 0).text).toBe('One line only.')
  expect(pairTrouble('tags', [row('a'), row('a')], 1).name).toBe('It is there already.')
  expect(pairTrouble('tags', [row('a'), row('a')], 0).name).toBeUndefined()
})

test('how much of S3’s limit is used', () => {
  const eleven = Array.from({ length: 11 }, (_, n) => row(`t${n}`))
  expect(pairUse('tags', eleven)).toEqual({ text: '11 of 10 tags', full: true, over: true })
  expect(pairUse('metadata', [row('ab', 'cde')])).toMatchObject({ text: '5 of 2,048 bytes', over: false })
  expect(pairUse('metadata', [row('a', 'ü'.repeat(1024))])).toMatchObject({ over: true })
  expect(pairUse('headers', [row('expires')])).toBeUndefined()
})

test('lines and policy are the same thing', () => {
  const change = { policy: 'change', set: { a: '1' }, remove: ['b'] } as const
  expect(policyOf('change', rowsOf(change))).toEqual(change)
  expect(policyOf('set', [row('a', '1'), row('', 'no name yet')])).toEqual({
    policy: 'set',
    value: { a: '1' },
  })
  expect(rowsOf({ policy: 'drop' })).toEqual([])
})

test.each([
  ['', undefined],
  ['10', 10],
  ['1,024', 1024],
  ['1.5 KiB', 1536],
  ['2m', 2 * 1024 ** 2],
  ['3 TB', 3 * 1024 ** 4],
])('a size: %s', (text, bytes) => expect(parseSize(text)).toEqual({ ok: true, bytes }))
test.each(['ten', '1 XB', '-1', '1.', '1..2'])('no size: %s', (text) =>
  expect(parseSize(text)).toEqual({ ok: false }),
)
test.each([
  [undefined, ''],
  [1536, '1536'],
  [10 * 1024 ** 2, '10 MiB'],
  [0, '0'],
])('%s bytes are typed as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
  expect(parseSize(text)).toEqual({ ok: true, bytes })
})

test('a pattern is a glob, or a regular expression between slashes', () => {
  expect(patternOf('*.csv')).toEqual({ kind: 'glob', glob: '*.csv' })
  expect(patternOf('/\\.csv$/')).toEqual({ kind: 'regex', regex: '\\.csv$' })
  expect(patternTrouble(patternOf('/(/'))).toMatch(/group/i)
  expect(patternTrouble(patternOf('('))).toBeUndefined()
})

test('a tag is a name, or a name and its value', () => {
  for (const text of ['team', 'team=', 'team=a=b']) expect(namedText(namedOf(text))).toBe(text)
})

test('a filter that asks for nothing is none; what no listing tells costs requests', () => {
  expect(settle(TAKE_ALL)).toBeUndefined()
  expect(settle({ ...TAKE_ALL, minSize: 1 })).toBeDefined()
  expect(readsEach(TAKE_ALL)).toBeUndefined()
  expect(readsEach({ ...TAKE_ALL, tags: [{ name: 'a' }] })).toMatch(/tags of each/)
  expect(readsEach({ ...TAKE_ALL, tags: [{ name: 'a' }], encryption: ['none'] })).toMatch(/two requests/)
})

test('times are those of this machine', () => {
  const at = new Date(2026, 10, 20, 9, 14).getTime()
  expect(toLocalField(at)).toBe('2026-11-20T09:14')
  expect(fromLocalField(toLocalField(at))).toBe(at)
  expect(fromLocalField('')).toBeUndefined()
})

test.each([
  ['a=1, b = 2', { ok: true, pairs: { a: '1', b: '2' } }],
  ['', { ok: true, pairs: {} }],
  ['a', { ok: false, reason: '“a” is no pair: type name=value.' }],
  ['a=1, a=2', { ok: false, reason: '“a” is there twice.' }],
])('an encryption context: %s', (text, parsed) => expect(parsePairs(text)).toEqual(parsed))

test('rules for names begin so that they can be planned, and say what is wrong', () => {
  for (const kind of ['prefix', 'replace', 'case', 'flatten', 'template'] as const)
    expect(nameRuleTrouble(freshRule(kind))).toBeUndefined()
  expect(nameRuleTrouble({ rule: 'replace', find: '(', with: '', every: true })).toBe(
    'Not a regular expression.',
  )
  expect(nameRuleTrouble({ rule: 'template', text: '{nam}' })).toBe('There is no {nam}.')
  expect(nameRuleTrouble({ rule: 'flatten', separator: '/' })).toBe('It holds no slash.')
})

test('what is half chosen is said in the words of the sheet', () => {
  const { properties } = spec('copy')
  const trouble = (more: object): string | undefined =>
    specTrouble({ ...spec('copy'), properties: { ...properties, ...more } })
  expect(specTrouble(spec('copy'))).toBeUndefined()
  for (const concurrency of [0, 1025, NaN]) {
    expect(specTrouble({ ...spec('copy'), concurrency })).toBe('Requests: from 1 to 1024 can be in flight.')
  }
  expect(trouble({ encryption: { policy: 'set', value: { kind: 'SSE-C', key: '' } } })).toBe(
    'Encryption: choose a key of the key ring.',
  )
  expect(trouble({ metadata: { policy: 'set', value: { Origin: 'x' } } })).toBe(
    'Metadata: “Origin” is not as S3 wants it.',
  )
  expect(trouble({ metadata: { policy: 'set', value: { a: 'x'.repeat(2048) } } })).toBe(
    'Metadata: it is more than 2 KB.',
  )
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, '']))
  expect(trouble({ tags: { policy: 'set', value: eleven } })).toBe('Tags: they are more than ten.')
})

test('an edit says first what it is to change', () => {
  expect(changesNothing(spec('edit'))).toBe(true)
  expect(changesNothing(spec('edit', { properties: { tags: { policy: 'drop' } } }))).toBe(false)
  expect(changesNothing(spec('copy'))).toBe(false)
})

test.each([
  ['', /Type the key/],
  ['short', /32 bytes/],
  ['A'.repeat(43), /32 bytes/],
  [`${'A'.repeat(43)}=`, undefined],
  ['0f'.repeat(32), undefined],
])('a customer key: %s', (text, reason) => {
  if (reason === undefined) expect(refuseKey(text)).toBeUndefined()
  else expect(refuseKey(text)).toMatch(reason)
})
