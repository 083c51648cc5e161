import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDate } from '#model/dates.ts'

/** What Date.parse says, as a date that is none is told by `parseDate`. */
function byTheBook(text: string): number | undefined {
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

const MOMENTS = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })

test('a date of a listing is read as Date.parse reads it', () => {
  fc.assert(
    fc.property(MOMENTS, (date) => {
      expect(parseDate(date.toISOString())).toBe(date.getTime())
    }),
    { numRuns: 2000 },
  )
})

test.each([
  '2026-02-31T00:00:00.000Z',
  '2024-02-29T23:59:59.999Z',
  '2026-13-01T00:00:00.000Z',
  '2026-00-01T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T23:60:00.000Z',
  '2026-01-01T23:00:60.000Z',
  '2026-01-01T23:00:00.0x0Z',
  '2026-1-01T23:00:00.0000Z',
  '2026-01-01T23:00:00.000z',
  '2026-01-01T23:00:00Z',
  'Sat, 21 Nov 2026 01:22:00',
  'Sat, 21 Nov 2026 01:22:00 GMT',
  'nonsense',
  '',
])('%j is what Date.parse says', (text) => {
  expect(parseDate(text)).toBe(byTheBook(text))
})
