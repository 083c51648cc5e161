import { expect, test } from 'vitest'
import { jump, NOT_TYPED, typed, TYPING_PAUSE } from '../../../renderer/state/type-ahead.ts'
import { rows } from './build.ts'

const all = rows('alpha', 'Beta', 'bravo', 'charlie', 'bb')

test.each([
  [-1, 'b', 1],
  [1, 'b', 2],
  [2, 'b', 4],
  [4, 'b', 1],
  [1, 'br', 2],
  [2, 'br', 2],
  [0, 'bb', 1],
  [0, 'x', -1],
  [4, 'ch', 3],
])('from %i, %j jumps to %i', (cursor, text, expected) => {
  expect(jump(all, cursor, text)).toBe(expected)
})

test('letters are one word while they come quickly', () => {
  const b = typed(NOT_TYPED, 'b', 1000)
  expect(typed(b, 'r', 1000 + TYPING_PAUSE - 1).text).toBe('br')
  expect(typed(b, 'r', 1000 + TYPING_PAUSE).text).toBe('r')
})
