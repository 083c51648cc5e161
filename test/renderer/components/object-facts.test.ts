import { expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import { headerFacts, manyFacts, objectFacts } from '../../../renderer/components/object-facts.ts'
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
  expect(names(facts)).toEqual(['Size', 'Modified', 'Class', 'Encryption', 'ETag', 'CRC32'])
  expect(facts.find(({ name }) => name === 'Size')).toMatchObject({ value: '2.0 KiB', exact: '2,048 bytes' })
  expect(facts.find(({ name }) => name === 'Encryption')).toMatchObject({ value: 'none', quiet: true })
  expect(names(headerFacts(head.headers))).toEqual(['Content-Type', 'Expires'])
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
