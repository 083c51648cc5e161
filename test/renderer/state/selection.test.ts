import { expect, test } from 'vitest'
import {
  EVERYTHING,
  isSelected,
  NOTHING,
  only,
  selectedRows,
  toggled,
  withRange,
  type Selected,
} from '../../../renderer/state/selection.ts'
import { rows } from './build.ts'

const all = rows('a', 'b', 'c', 'd')
const names = (selected: Selected) =>
  selectedRows(all, selected)
    .map((row) => row.name)
    .join('')

test.each<[string, Selected, string]>([
  ['nothing', NOTHING, ''],
  ['one', only('b'), 'b'],
  ['one more', toggled(only('b'), 'd'), 'bd'],
  ['one less', toggled(only('b'), 'b'), ''],
  ['all', EVERYTHING, 'abcd'],
  ['all but one', toggled(EVERYTHING, 'c'), 'abd'],
  ['all again', toggled(toggled(EVERYTHING, 'c'), 'c'), 'abcd'],
  ['a range', withRange(all, 1, 2), 'bc'],
  ['a range backwards', withRange(all, 3, 1), 'bcd'],
  ['a range added', withRange(all, 2, 3, only('a')), 'acd'],
  [
    'a range added to all but some',
    withRange(all, 1, 2, { mode: 'all-but', ids: new Set(['b', 'd']) }),
    'abc',
  ],
])('%s', (_what, selected, expected) => {
  expect(names(selected)).toBe(expected)
})

test('all includes rows that are still to come', () => {
  expect(isSelected(EVERYTHING, 'not listed yet')).toBe(true)
})
