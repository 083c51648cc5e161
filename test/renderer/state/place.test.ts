import { describe, expect, test } from 'vitest'
import { crumbsOf, formatPlace, lastPart, parentOf, parsePlace } from '../../../renderer/state/place.ts'

const at = (bucket: string, prefix = '') => ({ connection: 'c', bucket, prefix })

describe('a typed place', () => {
  test.each([
    ['s3://logs', at('logs')],
    ['s3://logs/', at('logs')],
    ['s3://logs/2026/11', at('logs', '2026/11/')],
    ['s3://logs/2026/11/', at('logs', '2026/11/')],
    ['  s3://logs/a b/', at('logs', 'a b/')],
    ['S3://logs/', at('logs')],
    ['logs/2026/', at('logs', '2026/')],
    ['s3://', at('')],
    ['s3://logs//x/', at('logs', '/x/')],
  ])('%j is a place', (text, place) => {
    expect(parsePlace(text, 'c')).toEqual({ ok: true, place })
  })

  test.each([
    ['https://logs.s3.amazonaws.com/a', '“https://” is not a place in S3'],
    ['s3:///a/', 'names no bucket'],
    ['s3://my logs/a', '“my logs” is not a bucket name'],
    [`s3://${'b'.repeat(256)}/`, 'at most 255 characters, not 256'],
    [`s3://logs/${'é'.repeat(512)}/`, 'at most 1,024 bytes of UTF-8, not 1025'],
  ])('%j is refused in words', (text, words) => {
    const parsed = parsePlace(text, 'c')
    expect(parsed.ok ? 'taken' : parsed.reason).toContain(words)
  })
})

test.each([
  [at('b', 'a/c/'), at('b', 'a/')],
  [at('b', 'a/'), at('b')],
  [at('b', '/'), at('b')],
  [at('b'), at('')],
  [at(''), null],
  [null, null],
])('one step up from %j is %j', (place, up) => {
  expect(parentOf(place)).toEqual(up)
})

test('crumbs name every prefix, also an empty one', () => {
  expect(crumbsOf(at('b', 'x//y/')).map(({ label, place }) => [label, place.prefix])).toEqual([
    ['b', ''],
    ['x', 'x/'],
    ['', 'x//'],
    ['y', 'x//y/'],
  ])
})

test('a place reads as it is typed', () => {
  expect(formatPlace(at('b', 'x/'))).toBe('s3://b/x/')
  expect(formatPlace(at(''))).toBe('s3://')
  expect([lastPart('a/b/'), lastPart('a/b'), lastPart('b'), lastPart('/')]).toEqual(['b/', 'b', 'b', '/'])
})
