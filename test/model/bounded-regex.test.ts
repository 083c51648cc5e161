import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundedRegex, regexProblem } from '../../main/model/bounded-regex.ts'
import { compileNames } from '../../main/model/apply-names.ts'
import { compilePattern } from '../../main/model/match-filter.ts'
import { filter } from '../../main/model/filter.ts'
import { parseRegex } from '../../main/model/regex-parse.ts'
import { linearRegex } from '../../main/model/regex-run.ts'

/** What V8 needs longer than anybody lives for; each is answered before a test's time is up. */
const LONG = `${'a'.repeat(1000)}!`
test.each([
  ['(a+)+$', false],
  ['(a|a)+$', false],
  ['(a|aa)+!', true],
  ['(?:a?){30}a{30}$', false],
  ['(.*)(.*)(.*)(.*)(.*)x$', false],
  ['^(?:[a-z]+)*$', false],
  ['^(\\w+\\s?)*!$', true],
  [`${'a?'.repeat(30)}x`, false],
])('%s is answered', (regex, found) => {
  expect(regexProblem(regex)).toBeUndefined()
  expect(compilePattern({ kind: 'regex', regex })(LONG)).toBe(found)
})

test('globs with many stars, and rules for names, are answered as well', () => {
  expect(compilePattern({ kind: 'glob', glob: '**a**a**a**a**a**a**b/' })(LONG)).toBe(false)
  expect(compilePattern({ kind: 'glob', glob: '*a*a*a*a*a*a*a*a*b' })(LONG)).toBe(false)
  const rename = compileNames([{ rule: 'replace', find: '((a+)+)!', with: '<$2>', every: true }])
  expect(rename?.({ rest: LONG, lastModified: 0 })).toBe(`<${'a'.repeat(1000)}>`)
})

test.each([
  ['(a+)\\1+(b|c)*(d|e)*\\2$', 'could take for ever'],
  ['(?:a*)*$', 'could take for ever'],
  ['((?<=a)b|a)+((?<=a)b|a)+$', 'could take for ever'],
  ['(', 'Unterminated group'],
])('%s is refused where it is given', (regex, why) => {
  expect(regexProblem(regex)).toContain(why)
  expect(filter.safeParse({ include: [{ kind: 'regex', regex }] }).success).toBe(false)
})

test.each([
  '^\\d{4}/(.*)\\.csv$',
  '(\\w+) \\1',
  '(?<!a)b+',
  '\\.(jpe?g|png)$',
  '^logs/.*-(\\d+)-.*\\.gz$',
  '(?=.*a)b',
])('%s is taken', (regex) => expect(regexProblem(regex)).toBeUndefined())

describe('linear is what V8 finds', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '[ab]',
    '[^a]',
    '.',
    '\\w',
    '\\u{61}',
    '(?:ab)',
    '(a)',
    '(b|a)',
    '(?=b)',
    '\\b',
    '😀',
  )
  const quantified = fc.tuple(
    atom,
    fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{0,2}', '*?', '+?', '??', '{1,2}?'),
  )
  const sequence = fc
    .array(quantified, { minLength: 1, maxLength: 4 })
    .map((all) => all.map(([one, how]) => (/^(\(\?=|\\b)/.test(one) ? one : one + how)).join(''))
  const nested = fc
    .tuple(sequence, sequence, sequence, fc.constantFrom('', '*', '+', '?', '{1,2}', '*?'))
    .map(([one, two, three, how]) => `${three}(?:(${one})|${two})${how}${three}`)
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c', ' ', '😀'), { maxLength: 8 })
    .map((all) => all.join(''))

  test.each([[sequence], [nested]])('in generated expressions and texts', (expression) => {
    let compared = 0
    fc.assert(
      fc.property(expression, text, (source, input) => {
        const linear = linearRegex(parseRegex(source), false)
        if (linear === undefined) return
        compared += 1
        const match = new RegExp(source, 'du').exec(input)
        const expected = match?.indices?.flatMap((pair: [number, number] | undefined) => pair ?? [-1, -1])
        expect(linear.find(input, 0)).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  test.each(['gu', 'u'] as const)('and replaces the same, with flags %s', (flags) => {
    fc.assert(
      fc.property(nested, text, (source, input) => {
        const bounded = boundedRegex(source, flags)
        if (bounded.constructor === RegExp) return
        expect(input.replace(bounded, '<$1$&>')).toBe(input.replace(new RegExp(source, flags), '<$1$&>'))
        expect(bounded.test(input)).toBe(new RegExp(source, 'u').test(input))
      }),
      { numRuns: 300 },
    )
  })

  test('named groups go into what is put in their place', () => {
    const long = `${'x'.repeat(2500)}/2026-11`
    const find = boundedRegex('(?<y>\\d+)-(?<m>(?:\\d|\\d)+)$', 'u')
    expect(find.constructor).not.toBe(RegExp)
    expect(long.replace(find, '$<m>.$<y>')).toBe(`${'x'.repeat(2500)}/11.2026`)
  })
})
