import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCell, shielded, unshielded, writeCell } from '#model/cell-text.ts'
import { couldBeFormula, defused, exact } from '#model/formula.ts'

test.each([
  ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`],
  ['+1|cmd', `'+1|cmd`],
  ['-2+3', `'-2+3`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['＝1+1', `'＝1+1`],
  ['\t=1', `'\t'=1`],
  ['\r=1', `'\r'=1`],
  ['a;=1', `a;'=1`],
  ['a\n=1', `a\n'=1`],
  [`'=1`, `''=1`],
  ['-12.5', '-12.5'],
  ['a=b', 'a=b'],
  ['text/html; charset=utf-8', 'text/html; charset=utf-8'],
  ['', ''],
])('for people %j is %j', (cell, shown) => {
  expect(defused(cell)).toBe(shown)
  expect(exact(shown)).toBe(cell)
})

test.each([
  ['=1+1', '\\=1+1'],
  ['+1', '\\+1'],
  ['@a', '\\@a'],
  ['-a', '\\-a'],
  ['\\=1', '\\\\=1'],
  ['-12.5', '-12.5'],
  ['a=1', 'a=1'],
])('in a table that is read again %j is %j', (cell, shown) => {
  expect(shielded(cell)).toBe(shown)
  expect(unshielded(shown)).toBe(cell)
})

/** What a spreadsheet takes for a formula, said once more: the product's own word for it proves nothing. */
const FORMULA = /^(?:[=+@\t\r\n＝＋－＠]|-(?!\d+(?:\.\d+)?$))/

/** Of what could begin a formula, part a cell, or be taken for one of our own marks. */
const hostile = fc.string({
  unit: fc.constantFrom(...`=+-@＝\t\r\n;,"'\\a1()`, '(none)', '(empty)'),
  maxLength: 8,
})

test('whatever is defused or shielded comes back exactly, and is no formula', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(exact(defused(text))).toBe(text)
      expect(unshielded(shielded(text))).toBe(text)
      if (text !== '') expect(readCell(writeCell(text))).toBe(text)
      for (const cell of [defused(text), shielded(text), writeCell(text)]) expect(cell).not.toMatch(FORMULA)
      expect(couldBeFormula(text)).toBe(FORMULA.test(text))
    }),
    { numRuns: 2000 },
  )
})
