import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyShapes, middleOf } from '../../main/engine/listing/middle-key.ts'
import { compareKeys } from '../../main/engine/names.ts'

function shapes(prefix: string, keys: readonly string[]): KeyShapes {
  const made = new KeyShapes(prefix)
  for (const key of keys) made.see(key)
  return made
}

/** After these two, to the end of the prefix or to `to`. */
function guess(prefix: string, page: readonly [string, string], to?: string): string | undefined {
  const seen = shapes(prefix, to === undefined ? page : [...page, to])
  return middleOf(seen, { after: page[1], to, page, end: to === undefined ? 'open' : 'full' })?.key
}

test.each<[string, string, readonly [string, string], string | undefined, string | undefined]>([
  ['half of the way between two numbers', 'k/', ['k/0000', 'k/0009'], 'k/9000', 'k/45'],
  ['half of the digits of a counter whose end nobody knows', '', ['00000000', '00000999'], undefined, '003'],
  ['hexadecimal digits once there was a letter', '', ['0a', '0b'], 'ff', '7'],
  ['letters once there were two', '', ['aa', 'ac'], 'zz', 'n'],
  ['nothing where a page holds a third of the rest', 'k/', ['k/0000', 'k/2999'], 'k/9999', undefined],
  ['nothing behind one letter', '', ['a', 'aa'], undefined, undefined],
  ['a whole character', '', ['😀', '😀0'], '😃9', '😃'],
])('a guess is %s', (_, prefix, page, to, key) => {
  expect(guess(prefix, page, to)).toBe(key)
})

const KEY = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.nat({ max: 1e9 }).map((n) => String(n).padStart(10, '0')),
  fc.stringMatching(/^[a-f0-9]{1,12}$/),
  fc.tuple(fc.constantFrom('logs', 'data', 'é', '😀'), fc.nat(999)).map(([dir, n]) => `${dir}/${n}.gz`),
)

test('a guess lies between, begins with the prefix and cuts no character in two', () => {
  let guesses = 0
  fc.assert(
    fc.property(
      fc.constantFrom('', 'k/', 'ö/', '😀'),
      fc.array(KEY, { minLength: 4, maxLength: 30 }),
      fc.constantFrom('full', 'open'),
      fc.boolean(),
      (prefix, some, end, toTheEnd) => {
        const keys = [...new Set(some.map((key) => prefix + key.toWellFormed()))].sort(compareKeys)
        const [first, after] = keys
        const to = toTheEnd ? undefined : keys.at(-1)
        if (first === undefined || after === undefined || to === after) return
        const middle = middleOf(shapes(prefix, keys), { after, to, page: [first, after], end })
        if (middle === undefined) return
        guesses += 1
        expect(compareKeys(middle.key, after)).toBeGreaterThan(0)
        if (to !== undefined) expect(compareKeys(middle.key, to)).toBeLessThan(0)
        expect(middle.key.startsWith(prefix)).toBe(true)
        expect(middle.key.isWellFormed()).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
  expect(guesses).toBeGreaterThan(200)
})

test('keys in order are numbers in order', () => {
  fc.assert(
    fc.property(fc.array(KEY, { minLength: 2, maxLength: 20 }), (some) => {
      const keys = some.map((key) => key.toWellFormed()).sort(compareKeys)
      const seen = shapes('', keys)
      const values = keys.map((key) => seen.valueOf(key))
      for (const [at, value] of values.entries()) if (at > 0) expect(value >= values[at - 1]!).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
