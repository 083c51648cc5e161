import { describe, expect, test } from 'vitest'
import {
  filterRows,
  indexOfRow,
  objectRow,
  sortRows,
  totalOf,
  type Sort,
} from '../../../renderer/state/rows.ts'
import { object, rows } from './build.ts'

const objects = [
  objectRow(object('B', { size: 2, lastModified: 30, storageClass: 'GLACIER' })),
  objectRow(object('a', { size: 3, lastModified: 10 })),
  objectRow(object('ä', { size: 2, lastModified: 20 })),
]
const containers = rows('x/', 'y/')

describe('order', () => {
  test.each<[Sort['by'], boolean, string]>([
    // S3's order is that of UTF-8 bytes: it is kept, not made.
    ['name', false, 'x/ y/ B a ä'],
    ['name', true, 'y/ x/ ä a B'],
    ['size', false, 'x/ y/ B ä a'],
    ['size', true, 'x/ y/ a B ä'],
    ['modified', false, 'x/ y/ a ä B'],
    ['modified', true, 'x/ y/ B ä a'],
    ['class', false, 'x/ y/ B a ä'],
    ['class', true, 'x/ y/ a ä B'],
  ])('by %s, descending %s', (by, descending, expected) => {
    const sorted = sortRows(containers, objects, { by, descending })
    expect(sorted.map((row) => row.name).join(' ')).toBe(expected)
  })
})

test('a filter finds a part of the name, whatever the case, and not the prefix above', () => {
  const all = rows('logs/Part-1', 'logs/part-2', 'logs/other')
  expect(filterRows(all, 'PART').map((row) => row.name)).toEqual(['Part-1', 'part-2'])
  expect(filterRows(all, 'logs')).toEqual([])
  expect(filterRows(all, '')).toBe(all)
})

test('a row is found where it was, or elsewhere, or not at all', () => {
  const all = rows('a', 'b', 'c')
  expect([
    indexOfRow(all, 'b', 1),
    indexOfRow(all, 'b', 2),
    indexOfRow(all, 'z', 0),
    indexOfRow(all, undefined, 0),
  ]).toEqual([1, 1, -1, -1])
})

test('totals count prefixes apart', () => {
  expect(totalOf([...containers, ...objects])).toEqual({ prefixes: 2, objects: 3, versions: 0, bytes: 7 })
})
