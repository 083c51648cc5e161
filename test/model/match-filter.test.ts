import { describe, expect, test } from 'vitest'
import { filter } from '#model/filter.ts'
import type { Filter } from '#model/filter.ts'
import { compileFilter } from '#model/match-filter.ts'
import type { Details, Listed } from '#model/match-filter.ts'
import type { z } from 'zod'

const make = (given: z.input<typeof filter>): Filter => filter.parse(given)
const object = (more: Partial<Listed> = {}): Listed => ({
  key: 'logs/2026/app.log',
  size: 100,
  lastModified: 1000,
  storageClass: 'STANDARD',
  ...more,
})

test.each<[string, string, boolean]>([
  // A pattern without a slash is over the name.
  ['*.log', 'a.log', true],
  ['*.log', 'x/y/a.log', true],
  ['*.log', 'a.log.gz', false],
  ['*', 'any/thing', true],
  ['*', 'folder/', true],
  ['app?', 'x/app1', true],
  ['app?', 'x/app', false],
  // With one, over the whole key.
  ['logs/*.log', 'logs/a.log', true],
  ['logs/*.log', 'logs/x/a.log', false],
  ['logs/*.log', 'old/logs/a.log', false],
  ['logs/**', 'logs/x/y', true],
  ['logs/**/a', 'logs/a', true],
  ['logs/**/a', 'logs/x/y/a', true],
  ['logs/**/a', 'logs/xa', false],
  ['**/tmp/*', 'tmp/1', true],
  ['**/tmp/*', 'a/b/tmp/1', true],
  ['**/tmp/*', 'a/xtmp/1', false],
  ['a**z/', 'a/b/z/', true],
  ['/x', '/x', true],
  ['?/x', '//x', false],
  // Classes, braces, escapes.
  ['[abc]1', 'b1', true],
  ['[abc]1', 'd1', false],
  ['[a-c]1', 'b1', true],
  ['[!a-c]1', 'b1', false],
  ['[!a-c]1', 'z1', true],
  ['[]x]', ']', true],
  ['[z-a]', 'z', false],
  ['[ab', '[ab', true],
  ['*.{jpg,png}', 'p/a.png', true],
  ['*.{jpg,png}', 'p/a.gif', false],
  ['{a,b{1,2}}', 'b2', true],
  ['{a,b{1,2}}', 'b', false],
  ['{a,}x', 'x', true],
  ['{a', '{a', true],
  ['a,b', 'a,b', true],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a.c', 'abc', false],
  ['a-b|c^$()', 'a-b|c^$()', true],
  // One character is one code point; a key may hold a line break.
  ['?', '\u{1F600}', true],
  ['[\u{1F600}]', '\u{1F600}', true],
  ['a**b', 'a\nb', true],
  ['a*b', 'a\nb', true],
])('the glob %j and the key %j: %s', (glob, key, matches) => {
  const { byListing } = compileFilter(make({ include: [{ kind: 'glob', glob }] }))
  expect(byListing(object({ key }))).toBe(matches ? 'yes' : 'no')
})

describe('what a listing tells', () => {
  test.each<[string, z.input<typeof filter>, Partial<Listed>, 'yes' | 'no' | 'ask']>([
    ['nothing given', {}, {}, 'yes'],
    ['a regex anywhere in the key', { include: [{ kind: 'regex', regex: '\\d{4}' }] }, {}, 'yes'],
    ['a regex with an anchor', { include: [{ kind: 'regex', regex: '^2026' }] }, {}, 'no'],
    [
      'exclude outdoes include',
      { include: [{ kind: 'glob', glob: '*' }], exclude: [{ kind: 'glob', glob: '*.log' }] },
      {},
      'no',
    ],
    ['the smallest size is in', { minSize: 100 }, {}, 'yes'],
    ['below the smallest', { minSize: 101 }, {}, 'no'],
    ['the largest size is in', { maxSize: 100 }, {}, 'yes'],
    ['above the largest', { maxSize: 99 }, {}, 'no'],
    ['from is in', { modifiedFrom: 1000 }, {}, 'yes'],
    ['before is out', { modifiedBefore: 1000 }, {}, 'no'],
    ['its class', { storageClasses: ['STANDARD', 'GLACIER'] }, {}, 'yes'],
    ['another class', { storageClasses: ['GLACIER'] }, {}, 'no'],
    ['a plain listing shows current ones', { versions: ['current'] }, {}, 'yes'],
    ['and no others', { versions: ['noncurrent'] }, {}, 'no'],
    ['an older version', { versions: ['noncurrent'] }, { state: 'noncurrent' }, 'yes'],
    ['a marker lies in no class', { storageClasses: ['GLACIER'] }, { state: 'delete-marker' }, 'yes'],
    ['tags have to be read', { tags: [{ name: 'a' }] }, {}, 'ask'],
    ['but not where the key decides', { tags: [{ name: 'a' }], minSize: 101 }, {}, 'no'],
    ['a marker has none', { tags: [{ name: 'a' }] }, { state: 'delete-marker' }, 'yes'],
  ])('%s', (_name, given, more, expected) => {
    expect(compileFilter(make(given)).byListing(object(more))).toBe(expected)
  })
})

describe('what has to be read', () => {
  test.each<[string, z.input<typeof filter>, Details, boolean]>([
    ['a tag', { tags: [{ name: 'team' }] }, { tags: { team: 'x' } }, true],
    ['no such tag', { tags: [{ name: 'team' }] }, { tags: { Team: 'x' } }, false],
    ['a tag of that value', { tags: [{ name: 'team', value: 'x' }] }, { tags: { team: 'x' } }, true],
    ['a tag of another value', { tags: [{ name: 'team', value: 'y' }] }, { tags: { team: 'x' } }, false],
    ['one of two tags', { tags: [{ name: 'a' }, { name: 'b' }] }, { tags: { a: '1' } }, false],
    ['tags that could not be read', { tags: [{ name: 'a' }] }, {}, false],
    ['a name that every object has', { tags: [{ name: 'toString' }] }, { tags: {} }, false],
    ['metadata', { metadata: [{ name: 'by', value: 'me' }] }, { metadata: { by: 'me' } }, true],
    ['its encryption', { encryption: ['none', 'SSE-S3'] }, { encryption: 'none' }, true],
    ['another encryption', { encryption: ['SSE-KMS'] }, { encryption: 'SSE-S3' }, false],
    [
      'all of it',
      { tags: [{ name: 'a' }], encryption: ['none'] },
      { tags: { a: '' }, encryption: 'SSE-S3' },
      false,
    ],
  ])('%s', (_name, given, details, expected) => {
    expect(compileFilter(make(given)).passes(details)).toBe(expected)
  })
  test.each<[z.input<typeof filter>, { head: boolean; tags: boolean }]>([
    [{ minSize: 1 }, { head: false, tags: false }],
    [{ tags: [{ name: 'a' }] }, { head: false, tags: true }],
    [{ metadata: [{ name: 'a' }] }, { head: true, tags: false }],
    [
      { encryption: ['none'], tags: [{ name: 'a' }] },
      { head: true, tags: true },
    ],
  ])('%j needs %j', (given, needs) => {
    expect(compileFilter(make(given)).needs).toEqual(needs)
  })
})
