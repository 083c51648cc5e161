import { expect, test } from 'vitest'
import type { FieldValues } from '#model/field.ts'
import { propertiesWithFields } from '#model/field-properties.ts'
import type { Properties, SomeProperties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'

test.each<[string, SomeProperties, FieldValues, SomeProperties]>([
  ['nothing', {}, {}, {}],
  [
    'headers',
    {},
    { 'cache-control': 'a', expires: null },
    { headers: { policy: 'change', set: { cacheControl: 'a' }, remove: ['expires'] } },
  ],
  ['metadata', {}, { 'x-amz-meta-a': '' }, { metadata: { policy: 'change', set: { a: '' }, remove: [] } }],
  ['tags', {}, { 'tag:A': null }, { tags: { policy: 'change', set: {}, remove: ['A'] } }],
  ['class', {}, { 'storage-class': 'GLACIER' }, { storageClass: { policy: 'set', value: 'GLACIER' } }],
  ['class taken away', {}, { 'storage-class': null }, {}],
  ['redirect', {}, { 'website-redirect': '/a' }, { redirect: { policy: 'set', value: '/a' } }],
  ['redirect taken away', {}, { 'website-redirect': null }, { redirect: { policy: 'drop' } }],
  [
    'over a change',
    { tags: { policy: 'change', set: { a: '1', b: '2' }, remove: ['c', 'd'] } },
    { 'tag:a': '9', 'tag:b': null, 'tag:c': '3' },
    { tags: { policy: 'change', set: { a: '9', c: '3' }, remove: ['d', 'b'] } },
  ],
  [
    'over a set',
    { tags: { policy: 'set', value: { a: '1', b: '2' } } },
    { 'tag:a': '9', 'tag:b': null },
    { tags: { policy: 'set', value: { a: '9' } } },
  ],
  [
    'over a drop',
    { metadata: { policy: 'drop' } },
    { 'x-amz-meta-a': '1', 'x-amz-meta-b': null },
    { metadata: { policy: 'set', value: { a: '1' } } },
  ],
])('%s', (_name, own, cells, over) => {
  const properties = { ...EDIT_DEFAULTS, ...own } as Properties
  const list = Object.entries(cells).map(([field, value]) => ({ field, value }))
  expect(propertiesWithFields(properties, list)).toEqual({ ...properties, ...over })
})
