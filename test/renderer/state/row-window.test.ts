import { SvelteSet } from 'svelte/reactivity'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RowWindow } from '../../../renderer/state/row-window.svelte.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ROW = 28
const HEIGHT = 20 * ROW
/** As the window waits for rows that were asked for, in milliseconds. */
const AWAITED = 30

function open(rows: number, isKnown?: (index: number) => boolean) {
  const sight = new RowWindow(() => ({ rows, height: HEIGHT, tallRow: ROW }), isKnown)
  const scroller = { scrollTop: 0 }
  return {
    sight,
    scroller,
    scrollTo(top: number) {
      scroller.scrollTop = top
      sight.scrolled(scroller)
    },
    /** The rows that can be seen. */
    seen: () =>
      indicesOf(sight)
        .filter((index) => sight.seenAt(index) > -ROW && sight.seenAt(index) < HEIGHT)
        .sort(upwards),
    indices: () => indicesOf(sight),
    slotOf: (index: number) => sight.places.findIndex((place) => place.index === index),
    /** Of the rows in sight or next to it, those of which all is drawn, first and last. */
    whole: () => {
      const rows = sight.places
        .filter(({ index, shows }) => shows === 'whole' && index >= sight.first && index < sight.last)
        .map(({ index }) => index)
      return rows.length === 0 ? undefined : [Math.min(...rows), Math.max(...rows)]
    },
  }
}

/** In the order of their elements. */
function indicesOf(sight: RowWindow): number[] {
  return sight.slots.map((slot) => sight.places[slot]?.index ?? -1)
}

const upwards = (one: number, other: number): number => one - other

function from(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => first + at)
}

test('while a list is scrolled its elements stay as they are, and other rows take them over', () => {
  const { sight, scrollTo, indices, seen } = open(1_000_000)
  const before = sight.slots
  for (const row of [1, 2, 3, 9, 200, 90_000, 90_001.5, 89_000, 3]) {
    scrollTo(row * ROW)
    expect(sight.slots).toEqual(before)
    expect(new Set(indices()).size).toBe(before.length)
    expect(seen().length).toBeGreaterThanOrEqual(20)
  }
  sight.close()
})

test('a row that stays in sight keeps its place, and only rows that come are written', () => {
  const { sight, scrollTo, indices, slotOf } = open(1_000_000)
  scrollTo(100 * ROW)
  vi.runAllTimers()
  const before = new Map(indices().map((index) => [index, slotOf(index)]))
  const places = new Set(sight.places)
  scrollTo(103 * ROW)
  expect(indices().filter((index) => !before.has(index))).toHaveLength(3)
  expect(sight.places.filter((place) => !places.has(place))).toHaveLength(3)
  expect(sight.places.every(({ shows }) => shows === 'whole')).toBe(true)
  for (const index of indices()) expect(before.get(index) ?? slotOf(index)).toBe(slotOf(index))
  sight.close()
})

test('after a jump names come first, then the rest of what is in sight, then the rows below it, then those above', () => {
  const { sight, scrollTo, seen, indices, whole } = open(100_000)
  scrollTo(50_000 * ROW)
  expect(seen()).toEqual(from(50_000, 20))
  expect(whole()).toBeUndefined()
  vi.advanceTimersToNextFrame()
  expect(whole()).toBeUndefined()
  vi.advanceTimersToNextFrame()
  expect(whole()).toEqual([50_000, 50_019])
  expect(indices().some((index) => index < 40)).toBe(true)
  vi.advanceTimersByTime(50)
  // What is drawn next is drawn with a frame, each step with its own.
  expect(whole()).toEqual([50_000, 50_019])
  vi.advanceTimersToNextFrame()
  expect(whole()).toEqual([50_000, sight.last - 1])
  expect(indices().some((index) => index < 40)).toBe(true)
  vi.advanceTimersToNextFrame()
  expect(whole()).toEqual([sight.first, sight.last - 1])
  sight.close()
})

test('while each frame brings another jump only names are drawn, and a wheel does not hold up the rest', () => {
  const { sight, scrollTo, whole } = open(1_000_000)
  for (let jump = 1; jump < 20; jump++) {
    scrollTo(jump * 500_000)
    expect(whole()).toBeUndefined()
    vi.advanceTimersToNextFrame()
  }
  for (let wheel = 1; wheel < 3; wheel++) {
    scrollTo(9_500_000 + wheel * 10)
    vi.advanceTimersToNextFrame()
  }
  expect(whole()).toBeDefined()
  sight.close()
})

test('once it stands still its elements are in the order of the rows, and all of each is drawn', () => {
  const { sight, scrollTo, indices, whole } = open(100_000)
  scrollTo(777 * ROW)
  expect(whole()).toBeUndefined()
  scrollTo(780 * ROW)
  vi.advanceTimersByTime(100)
  expect(indices()).not.toEqual([...indices()].sort(upwards))
  vi.runAllTimers()
  expect(indices()).toEqual(from(sight.first, indices().length))
  expect(whole()).toEqual([sight.first, sight.last - 1])
})

test('rows of which nothing is known yet have no elements taken for them, and come in the same steps', () => {
  const known = new Set(from(0, 200))
  const answers = new SvelteSet<number>()
  const { sight, scrollTo, indices, whole } = open(100_000, (index) => answers.size >= 0 && known.has(index))
  const before = indices()
  scrollTo(50_000 * ROW)
  expect(indices()).toEqual(before)
  expect(sight.seenAt(before[0] ?? 0)).toBeLessThan(-HEIGHT)
  expect([sight.first, sight.last]).toEqual([49_992, 50_029])
  vi.advanceTimersByTime(100)
  for (const index of from(49_992, 37)) known.add(index)
  answers.add(1)
  expect(indices()).toContain(50_000)
  expect(whole()).toBeUndefined()
  vi.advanceTimersByTime(AWAITED + 16)
  expect(whole()).toEqual([50_000, 50_019])
  sight.close()
})

test('the row at the top of what is seen is the one that the scroll bar says, anywhere', () => {
  const { sight, scrollTo, seen } = open(1_000_000)
  for (const share of [0, 0.1, 0.37, 0.5, 0.999, 1]) {
    scrollTo((sight.tall - HEIGHT) * share)
    const wanted = Math.floor(((1_000_000 * ROW - HEIGHT) * share) / ROW)
    // The bar goes to a place in a thousand: near the ends it goes pixel by pixel.
    expect(Math.abs((seen()[0] ?? 0) - wanted)).toBeLessThan(5000)
    expect(seen().length).toBeGreaterThanOrEqual(20)
    // Where elements are placed stays small, so that a browser places them exactly.
    vi.advanceTimersByTime(60)
    vi.advanceTimersByTime(60)
    expect(Math.max(...sight.places.map(({ at }) => Math.abs(at * ROW)))).toBeLessThan(2 ** 24)
  }
  expect(seen().at(-1)).toBe(999_999)
  sight.close()
})

test('a wheel moves the rows of a list that is too tall as many pixels as the list, and none of them at rest', () => {
  const { sight, scroller, scrollTo } = open(1_000_000)
  scrollTo(7_000_000)
  vi.advanceTimersByTime(60)
  const row = sight.first + 10
  const [before, offset] = [sight.seenAt(row), sight.offset]
  for (let by = 1; by <= 20; by++) {
    scrollTo(7_000_000 + by * 10)
    expect(sight.seenAt(row)).toBeCloseTo(before - by * 10, 0)
    expect(sight.offset).toBe(offset)
  }
  vi.runAllTimers()
  expect(sight.seenAt(row)).toBeCloseTo(before - 200, 0)
  // The scroll bar has come to where it belongs, so that whoever goes on comes to the very end.
  expect(scroller.scrollTop).toBeLessThan(7_000_200)
  scrollTo(sight.tall - HEIGHT)
  expect(sight.last).toBe(1_000_000)
  sight.close()
})

test('a row is brought into sight by as little as it takes, however far it is', () => {
  const { sight, scroller, seen } = open(1_000_000)
  for (const row of [30, 999_999, 640_000, 640_019, 0]) {
    sight.reveal(scroller, row)
    expect(seen(), String(row)).toContain(row)
    const top = sight.seenAt(row)
    expect(top).toBeGreaterThanOrEqual(-0.5)
    expect(top + ROW).toBeLessThanOrEqual(HEIGHT + 0.5)
  }
  sight.close()
})

test('it stands still once nobody has scrolled for a moment: then what only tooltips say is written', () => {
  const { sight, scrollTo } = open(1_000_000)
  expect(sight.still).toBe(true)
  scrollTo(500 * ROW)
  expect(sight.still).toBe(false)
  vi.advanceTimersByTime(200)
  scrollTo(900 * ROW)
  vi.advanceTimersByTime(200)
  expect(sight.still).toBe(false)
  vi.advanceTimersByTime(200)
  expect(sight.still).toBe(true)
})
