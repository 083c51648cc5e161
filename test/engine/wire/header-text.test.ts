import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeaderTexts } from '../../../main/engine/wire/header-text.ts'
import type { HeaderStyle } from '../../../main/engine/wire/header-text.ts'

const STYLE: HeaderStyle = {
  between: ':',
  end: '\n',
  order: (names) => [...names.keys()].filter((n) => names[n] !== 'unsigned').reverse(),
  value: (_, value) => {
    if (value === 'bad') throw new Error('bad')
    return value.toUpperCase()
  },
}

/** The same, made anew each time. */
function plainly(headers: readonly string[]): string {
  const lines: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] !== 'unsigned') lines.unshift(`${headers[at]}:${headers[at + 1]?.toUpperCase()}\n`)
  }
  return lines.join('')
}

const textOf = (texts: HeaderTexts, headers: string[]): string => texts.of(headers).text(headers)

describe('headers as one text', () => {
  it('says what they say, whatever was asked for before', () => {
    const header = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'unsigned'),
      fc.constantFrom('', '1', 'two', 'x y'),
    )
    const list = fc.array(header, { maxLength: 4 }).map((all) => all.flat())
    fc.assert(
      fc.property(fc.array(list, { maxLength: 40 }), (lists) => {
        const texts = new HeaderTexts(STYLE)
        for (const headers of lists) expect(textOf(texts, headers)).toBe(plainly(headers))
      }),
    )
  })

  it('names those that stand in it', () => {
    const headers = ['b', '1', 'unsigned', '2', 'a', '3']
    expect(new HeaderTexts(STYLE).of(headers).names).toBe('a;b')
  })

  it('refuses a value each time that it comes, and goes on afterwards', () => {
    const texts = new HeaderTexts(STYLE)
    expect(textOf(texts, ['a', 'x', 'b', 'y'])).toBe('b:Y\na:X\n')
    for (let n = 0; n < 3; n++) expect(() => textOf(texts, ['a', 'bad', 'b', 'z'])).toThrow('bad')
    expect(textOf(texts, ['a', 'w', 'b', 'y'])).toBe('b:Y\na:W\n')
    expect(() => textOf(texts, ['c', 'bad'])).toThrow('bad')
    expect(() => textOf(texts, ['c', 'bad'])).toThrow('bad')
    expect(textOf(texts, ['c', 'good'])).toBe('c:GOOD\n')
  })
})
