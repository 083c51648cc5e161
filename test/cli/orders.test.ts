import { expect, test } from 'vitest'
import { readOrders, startMoment } from '../../main/cli/orders.ts'

const now = new Date(2026, 10, 22, 9, 5).getTime()
const at = (day: number, hours: number, minutes = 0): number =>
  new Date(2026, 10, day, hours, minutes).getTime()

test.each([
  ['22:30', at(22, 22, 30)],
  ['9:05', at(23, 9, 5)],
  ['08:00', at(23, 8)],
  ['2026-11-24T06:30', at(24, 6, 30)],
  ['2027-01-01T00:00:00Z', Date.UTC(2027, 0, 1)],
])('%s is a moment to come', (given, expected) => expect(startMoment('at', given, now)).toBe(expected))

test.each(['24:00', '9', 'tomorrow', '2026-11-24', '2026-13-01T00:00', ''])('%j is none', (given) =>
  expect(() => startMoment('at', given, now)).toThrow(/^--at: must be a time such as 22:30 or /),
)

test('a moment that is over is refused', () =>
  expect(() => startMoment('start-at', '2026-11-22T09:00', now)).toThrow(/^--start-at: .* is over/))

test('priority and time are what is said of a job', () => {
  expect(readOrders({}, now)).toEqual({})
  expect(readOrders({ priority: '75', 'start-at': '22:30' }, now)).toEqual({
    priority: 75,
    startAt: at(22, 22, 30),
  })
  expect(() => readOrders({ priority: '101' }, now)).toThrow(
    /^--priority: must be a whole number from 0 to 100/,
  )
})
