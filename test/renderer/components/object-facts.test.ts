import { expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import { mixedFacts } from '../../../renderer/components/mixed-facts.ts'
import {
  checksumFacts,
  encryptionFacts,
  headerFacts,
  manyFacts,
  metadataFacts,
  objectFacts,
  tagFacts,
  withMissingHeaders,
} from '../../../renderer/components/object-facts.ts'
import { rowShape } from '../../../renderer/components/row-icon.ts'
import { objectRow } from '../../../renderer/state/rows.ts'
import { object, rows } from '../state/build.ts'

const head: ObjectHead = {
  ...object('k', { size: 2048 }),
  headers: { contentType: 'text/css', expires: 'never' },
  metadata: {},
  encryption: { kind: 'none' },
  checksums: { crc32: 'AAAA' },
}
const names = (facts: readonly { readonly name: string }[]) => facts.map(({ name }) => name)

test('what an object does not have is not listed, but that it lies unencrypted is said', () => {
  const facts = objectFacts(head)
  expect(names(facts)).toEqual(['Size', 'Modified', 'Class', 'ETag'])
  expect(facts.find(({ name }) => name === 'Size')).toMatchObject({ value: '2.0 KiB', exact: '2,048 bytes' })
  expect(encryptionFacts(head)).toEqual([{ name: 'Kind', value: 'none', quiet: true }])
  expect(names(checksumFacts(head))).toEqual(['CRC32'])
  expect(names(headerFacts(head.headers))).toEqual(['Content-Type', 'Expires'])
})

test('headers that are missing can be set, each under the name of its field', () => {
  const lines = withMissingHeaders(headerFacts(head.headers))
  expect(lines).toHaveLength(7)
  expect(lines[1]).toMatchObject({ name: 'Cache-Control', quiet: true, field: 'cache-control', raw: '' })
  expect(lines[0]).toEqual({ name: 'Content-Type', value: 'text/css', field: 'content-type' })
})

test('metadata reads as it was meant, and is edited as it is kept', () => {
  expect(metadataFacts({ who: '=?UTF-8?B?SsO8cmdlbg==?=' })).toEqual([
    {
      name: 'who',
      value: 'Jürgen',
      raw: '=?UTF-8?B?SsO8cmdlbg==?=',
      exact: 'Jürgen\nKept as =?UTF-8?B?SsO8cmdlbg==?=',
      field: 'x-amz-meta-who',
    },
  ])
})

test('what several objects carry says where they differ, and on how many', () => {
  const facts = mixedFacts([{ team: 'a', cost: '1' }, { team: 'b' }, { team: 'a', cost: '1' }].map(tagFacts))
  expect(facts).toMatchObject([
    { name: 'team', value: undefined, values: 2, on: undefined, field: 'tag:team' },
    { name: 'cost', value: '1', on: '2 of 3', field: 'tag:cost' },
  ])
})

test('many objects show ranges, and where they differ', () => {
  const facts = manyFacts([
    objectRow(object('a', { size: 1024, storageClass: 'STANDARD' })),
    objectRow(object('b', { size: 4096, storageClass: 'GLACIER' })),
    objectRow(object('c', { size: 4096, storageClass: 'GLACIER' })),
  ])
  expect(facts.find(({ name }) => name === 'Size')?.value).toBe('1.0 KiB to 4.0 KiB')
  expect(facts.find(({ name }) => name === 'Class')).toEqual({ name: 'Class', value: undefined, values: 2 })
  expect(manyFacts([])).toEqual([])
})

test.each([
  ['a/', 'folder'],
  ['a', 'file'],
  ['a.md', 'text'],
  ['a.TIFF', 'image'],
  ['md', 'file'],
])('%s has the shape of a %s', (key, shape) => {
  expect(rowShape(rows(key)[0]!)).toBe(shape)
})

test('an archived object wears the snowflake whatever its name says', () => {
  expect(rowShape(objectRow(object('a.png', { storageClass: 'DEEP_ARCHIVE' })))).toBe('archived')
})
