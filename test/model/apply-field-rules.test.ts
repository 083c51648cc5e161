import { expect, test } from 'vitest'
import type { FieldCell, FieldSubject } from '#model/apply-field-rules.ts'
import {
  applyFieldRules,
  compileFieldRules,
  fieldNeeds,
  fieldsOf,
  writtenFields,
} from '#model/apply-field-rules.ts'
import { fieldRules } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'

const SUBJECT: FieldSubject = {
  key: 'static/app.4f1c09ab.js',
  lastModified: Date.parse('2026-11-21T01:22:00.500Z'),
  storageClass: 'STANDARD',
  headers: { contentType: 'binary/octet-stream', cacheControl: 'no-cache' },
  metadata: { build: '2026.11.3', note: '' },
  tags: { team: 'web' },
}

const given = (...rules: readonly unknown[]) => compileFieldRules(fieldRules.parse(rules))
const set = (field: string, value: string, where = {}): unknown => ({
  field,
  where,
  action: { do: 'set', value },
})
const rule = (field: string, action: unknown, where = {}): unknown => ({ field, where, action })
const onKey = (regex: string) => ({ key: { kind: 'regex', regex } })

function cellsOf(
  rules: readonly unknown[],
  hand: FieldValues = {},
  over: Partial<FieldSubject> = {},
): FieldCell[] {
  return [...applyFieldRules(given(...rules), { ...SUBJECT, ...over }, hand)]
}

test('fields are what is set, by the names that people know', () => {
  expect(
    fieldsOf({ ...SUBJECT, headers: { ...SUBJECT.headers, expires: '', websiteRedirect: '/x' } }),
  ).toEqual({
    'content-type': 'binary/octet-stream',
    'cache-control': 'no-cache',
    'website-redirect': '/x',
    'storage-class': 'STANDARD',
    'x-amz-meta-build': '2026.11.3',
    'x-amz-meta-note': '',
    'tag:team': 'web',
  })
})

const cell = (field: string, value: string | null, by: number | 'hand' = 0): FieldCell => ({
  field,
  value,
  by,
})
const CC = 'cache-control'

test.each<[string, readonly unknown[], FieldValues, readonly FieldCell[]]>([
  ['no rule', [], {}, []],
  ['a rule', [set(CC, 'a')], {}, [cell(CC, 'a')]],
  ['the later of two', [set(CC, 'a'), set(CC, 'b')], {}, [cell(CC, 'b', 1)]],
  ['the first of two that agree', [set(CC, 'a'), set(CC, 'a')], {}, [cell(CC, 'a')]],
  ['there and back is nothing', [set(CC, 'a'), set(CC, 'no-cache')], {}, []],
  ['what stands is nothing', [set(CC, 'no-cache')], {}, []],
  ['by hand over rules', [set(CC, 'a')], { [CC]: 'c' }, [cell(CC, 'c', 'hand')]],
  ['by hand as it stands', [set(CC, 'a')], { [CC]: 'no-cache' }, []],
  ['taken away by hand', [set(CC, 'a')], { [CC]: null }, [cell(CC, null, 'hand')]],
  ['taken away where there is none', [], { expires: null, 'tag:x': null }, []],
  ['an empty header is none', [set(CC, '')], {}, [cell(CC, null)]],
  ['empty metadata is some', [set('x-amz-meta-new', '')], {}, [cell('x-amz-meta-new', '')]],
  ['nobody can take away what S3 gives', [rule('content-type', { do: 'remove' })], {}, []],
  ['remove', [rule('tag:team', { do: 'remove' })], {}, [cell('tag:team', null)]],
  ['remove what is not there', [rule('tag:x', { do: 'remove' })], {}, []],
  [
    'rename',
    [rule('tag:team', { do: 'rename', to: 'tag:owner' })],
    {},
    [cell('tag:team', null), cell('tag:owner', 'web')],
  ],
  [
    'rename over one that stands',
    [rule('x-amz-meta-build', { do: 'rename', to: 'x-amz-meta-note' })],
    {},
    [cell('x-amz-meta-build', null), cell('x-amz-meta-note', '2026.11.3')],
  ],
  ['rename to itself', [rule('tag:team', { do: 'rename', to: 'tag:team' })], {}, []],
  ['rename what is not there', [rule('tag:x', { do: 'rename', to: 'tag:y' })], {}, []],
  [
    'replace all',
    [rule('x-amz-meta-build', { do: 'replace', find: '\\.', with: '-' })],
    {},
    [cell('x-amz-meta-build', '2026-11-3')],
  ],
  [
    'replace by groups',
    [rule('x-amz-meta-build', { do: 'replace', find: '^(\\d+)\\.(?<month>\\d+)', with: '$<month>/$1' })],
    {},
    [cell('x-amz-meta-build', '11/2026.3')],
  ],
  ['replace nothing there', [rule('expires', { do: 'replace', find: 'a', with: 'b' })], {}, []],
  [
    'from a field, as the rule before left it',
    [set('x-amz-meta-build', '4'), rule('tag:build', { do: 'from-field', field: 'x-amz-meta-build' })],
    {},
    [cell('x-amz-meta-build', '4'), cell('tag:build', '4', 1)],
  ],
  ['from a field that is missing', [rule('tag:a', { do: 'from-field', field: 'tag:b' })], {}, []],
  [
    'from the key',
    [rule('x-amz-meta-hash', { do: 'from-key', find: '\\.([0-9a-f]{8})\\.', with: 'sha:$1' })],
    {},
    [cell('x-amz-meta-hash', 'sha:4f1c09ab')],
  ],
  ['from a key that does not match', [rule('tag:a', { do: 'from-key', find: 'zip$', with: 'x' })], {}, []],
  [
    'type by extension',
    [rule('content-type', { do: 'type-from-extension' })],
    {},
    [cell('content-type', 'text/javascript')],
  ],
  ['type by content, unread', [rule('content-type', { do: 'type-from-content' })], {}, []],
  [
    'dates',
    [
      rule('expires', { do: 'from-modified', format: 'http', addDays: 30 }),
      rule('x-amz-meta-at', { do: 'from-modified', format: 'iso' }),
    ],
    {},
    [cell('expires', 'Mon, 21 Dec 2026 01:22:00 GMT'), cell('x-amz-meta-at', '2026-11-21T01:22:00Z', 1)],
  ],
  ['where the key matches', [set(CC, 'a', onKey('\\.js$'))], {}, [cell(CC, 'a')]],
  ['where the key does not', [set(CC, 'a', onKey('\\.css$'))], {}, []],
  ['where by glob', [set(CC, 'a', { key: { kind: 'glob', glob: '*.js' } })], {}, [cell(CC, 'a')]],
  ['where missing', [set('expires', 'a', { value: { is: 'missing' } })], {}, [cell('expires', 'a')]],
  ['where missing, and it stands', [set(CC, 'a', { value: { is: 'missing' } })], {}, []],
  ['where present', [set(CC, 'a', { value: { is: 'present' } })], {}, [cell(CC, 'a')]],
  [
    'where present, also empty',
    [set('x-amz-meta-note', 'a', { value: { is: 'present' } })],
    {},
    [cell('x-amz-meta-note', 'a')],
  ],
  ['where equal', [set(CC, 'a', { value: { is: 'equal', to: 'no-cache' } })], {}, [cell(CC, 'a')]],
  ['where equal, and it is not', [set(CC, 'a', { value: { is: 'equal', to: 'no' } })], {}, []],
  ['where matching', [set(CC, 'a', { value: { is: 'matching', regex: '^no' } })], {}, [cell(CC, 'a')]],
  [
    'where the value is as a rule left it',
    [set(CC, 'a'), set(CC, 'b', { value: { is: 'equal', to: 'no-cache' } })],
    {},
    [cell(CC, 'a')],
  ],
])('%s', (_name, rules, hand, cells) => {
  expect(cellsOf(rules, hand)).toEqual(cells)
})

test('what was written is told, also where it stands so already', () => {
  const rules = given(set(CC, 'no-cache'), rule('tag:team', { do: 'replace', find: 'x', with: 'y' }))
  expect(writtenFields(rules, SUBJECT, { expires: null })).toEqual([
    cell(CC, 'no-cache'),
    cell('expires', null, 'hand'),
  ])
})

test.each<[string, string | undefined, string | null]>([
  ['a.avif', undefined, 'image/avif'],
  ['a.webmanifest', 'binary/octet-stream', 'application/manifest+json'],
  ['a/b.WOFF2', undefined, 'font/woff2'],
  ['a.html', 'text/html; charset=utf-8', null],
  ['a.html', 'TEXT/HTML', null],
  ['a.html', 'text/plain; charset=utf-8', 'text/html'],
  ['a.unheard-of', undefined, null],
  ['js', undefined, null],
  ['.js', undefined, null],
  ['v1.js/readme', undefined, null],
])('the type of %s that is %s becomes %s', (key, contentType, value) => {
  const cells = cellsOf(
    [rule('content-type', { do: 'type-from-extension' })],
    {},
    { key, headers: { contentType } },
  )
  expect(cells).toEqual(value === null ? [] : [cell('content-type', value)])
})

test('a type by content is what was read', () => {
  const cells = cellsOf([rule('content-type', { do: 'type-from-content' })], {}, { sniffedType: 'image/png' })
  expect(cells).toEqual([cell('content-type', 'image/png')])
})

test.each<[string, readonly unknown[], FieldValues, { tags: boolean; content: boolean }]>([
  ['nothing', [], {}, { tags: false, content: false }],
  ['headers', [set(CC, 'a')], { expires: null }, { tags: false, content: false }],
  ['a tag by hand', [], { 'tag:a': null }, { tags: true, content: false }],
  ['a tag written', [set('tag:a', 'b')], {}, { tags: true, content: false }],
  ['a tag read', [rule(CC, { do: 'from-field', field: 'tag:a' })], {}, { tags: true, content: false }],
  ['not for this key', [set('tag:a', 'b', onKey('zip$'))], {}, { tags: false, content: false }],
  ['content', [rule('content-type', { do: 'type-from-content' })], {}, { tags: false, content: true }],
])('needs of %s', (_name, rules, hand, needs) => {
  expect(fieldNeeds(given(...rules), hand, SUBJECT.key)).toEqual(needs)
})

test('without a key, a rule for some reads as if it were for all', () => {
  expect(fieldNeeds(given(set('tag:a', 'b', onKey('zip$'))))).toEqual({ tags: true, content: false })
})
