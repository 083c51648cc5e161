import { expect, test } from 'vitest'
import { rowsToDraw, stepAfter, type DrawnRows, type Step } from '../../../renderer/state/rows-in-sight.ts'

const ROW = 28
const GROUND = { rows: 1_000_000, height: 20 * ROW, tallRow: ROW }

test.each<readonly [rows: number, was: Step, is: Step]>([
  [0.5, 'all', 'all'],
  [3, 'all', 'all'],
  [3, 'sight', 'sight'],
  [3, 'names', 'names'],
  [10, 'all', 'all'],
  [11, 'all', 'sight'],
  [19, 'sight', 'sight'],
  [19, 'names', 'names'],
  [20, 'all', 'names'],
  [20, 'sight', 'names'],
  [90_000, 'names', 'names'],
])('scrolled by %s rows of a screen of 20, drawn was %s: drawn is %s', (rows, was, is) => {
  expect(stepAfter(rows * ROW, GROUND, was)).toBe(is)
})

function drawn(before: DrawnRows | undefined, row: number, step: Step): DrawnRows {
  return rowsToDraw(before, row * ROW, GROUND, step)
}

/** For each element that was written anew: which row it shows now, and how much of it. */
function written(before: DrawnRows, after: DrawnRows): readonly (readonly [number, string])[] {
  return after.places
    .filter((place, slot) => place !== before.places[slot])
    .map(({ index, shows }) => [index, shows] as const)
    .toSorted(([one], [other]) => one - other)
}

const rowsOf = (all: readonly (readonly [number, string])[]): readonly (number | undefined)[] => [
  all.length,
  all[0]?.[0],
  all.at(-1)?.[0],
]

test('each step writes only what it adds', () => {
  const rest = drawn(undefined, 1000, 'all')
  const names = drawn(rest, 70_000, 'names')
  const partly = names.places.filter(({ shows }) => shows === 'partly').map(({ index }) => index)
  expect([partly.length, Math.min(...partly), Math.max(...partly)]).toEqual([20, 70_000, 70_019])
  // The rest of the places keep their rows, as far away as these are now.
  for (const { index, at } of names.places.filter(({ shows }) => shows === 'whole')) {
    expect(at).toBe(index - names.from)
    expect(index).toBeLessThan(1040)
  }
  const sight = drawn(names, 70_000, 'sight')
  expect(rowsOf(written(names, sight))).toEqual([20, 70_000, 70_019])
  const below = drawn(sight, 70_000, 'below')
  expect(rowsOf(written(sight, below))).toEqual([9, 70_020, 70_028])
  const all = drawn(below, 70_000, 'all')
  expect(rowsOf(written(below, all))).toEqual([8, 69_992, 69_999])
  expect(all.places.every(({ shows }) => shows === 'whole')).toBe(true)
  expect(drawn(all, 70_000, 'all')).toBe(all)
})

test('after a jump rows in sight stand where others stood', () => {
  const rest = drawn(undefined, 1000, 'all')
  const names = drawn(rest, 70_000, 'names')
  const moved = names.places.filter(({ at }, slot) => at !== rest.places[slot]?.at)
  expect(moved).toHaveLength(17)
  expect(moved.every(({ index }) => index < 1040)).toBe(true)
  const all = drawn(drawn(names, 70_000, 'sight'), 70_000, 'all')
  expect(all.places.map(({ at }) => at)).toEqual(rest.places.map(({ at }) => at))
})

test('a row that was whole stays so, whatever the step: what is in it is its own', () => {
  const rest = drawn(undefined, 1000, 'all')
  const moved = drawn(rest, 1001, 'names')
  expect(written(rest, moved)).toEqual([])
  expect(written(moved, drawn(moved, 1001, 'all'))).toEqual([[1029, 'whole']])
})

test('each row has one element, and each element one row, wherever one goes', () => {
  let rows = drawn(undefined, 0, 'all')
  const ways: readonly (readonly [row: number, steps: readonly Step[]])[] = [
    [5, ['all']],
    [40, ['names']],
    [60, ['names', 'sight', 'below', 'all']],
    [999_980, ['names']],
    // Back to where rows are left from before.
    [58, ['names', 'sight']],
    [500_000, ['names', 'sight', 'below', 'all']],
    [500_007, ['all']],
    [700_000, ['names']],
    [699_990.5, ['names', 'sight']],
    [3, ['names', 'all']],
  ]
  for (const [row, steps] of ways) {
    for (const step of steps) {
      rows = drawn(rows, row, step)
      const indices = new Set(rows.places.map(({ index }) => index))
      expect(indices.size).toBe(37)
      for (let index = rows.sight.first; index < rows.sight.last; index++) expect(indices).toContain(index)
      for (const { index, at } of rows.places) expect(at).toBe(index - rows.from)
    }
  }
})

test('whoever turns the wheel through a list that is too tall keeps near what places are counted from', () => {
  let rows = drawn(undefined, 0, 'all')
  for (let row = 0; row < 220_000; row += 36) {
    const next = drawn(rows, row, 'all')
    if (next.from === rows.from) expect(written(rows, next).length).toBeLessThan(37)
    rows = next
    expect(Math.abs(row - rows.from)).toBeLessThan(100_100)
  }
  expect(rows.from).toBeGreaterThan(0)
})
