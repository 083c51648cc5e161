import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parsePrices } from '#model/price-file.ts'
import { builtInPrices, openPriceBook } from '../../main/services/prices.ts'

const FILE = builtInPrices().file
const changed = (change: (file: Record<string, unknown>) => void): string => {
  const copy = structuredClone(FILE) as unknown as Record<string, unknown>
  change(copy)
  return JSON.stringify(copy)
}

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /^prices\.json is no JSON/],
  ['a date that is none', changed((file) => (file['date'] = 'yesterday')), /date.*"yesterday"/],
  ['a newer version', changed((file) => (file['v'] = 2)), /v.*2/],
  [
    'a word where a price belongs',
    changed((file) => (file['stores'] = [{ ...FILE.stores[0], kms: 'cheap' }])),
    /stores\.0\.kms.*"cheap"/,
  ],
  [
    'a negative price',
    changed((file) => (file['stores'] = [{ ...FILE.stores[0], kms: -1 }])),
    /stores\.0\.kms.*-1/,
  ],
  [
    'a fallback that is no Region of it',
    changed((file) => (file['stores'] = [{ ...FILE.stores[0], fallback: 'mars' }])),
    /stores\.0\.fallback/,
  ],
  ['a field that nobody knows', changed((file) => (file['surprise'] = 1)), /surprise/],
])('%s is a sentence that names it', (_, text, why) => {
  expect(parsePrices(text)).toEqual({ is: 'bad', why: expect.stringMatching(why) as string })
})

let dir: string
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'decant-prices-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('an own file counts whole, nonsense in it does not, and the next look sees a change', () => {
  const book = openPriceBook(dir)
  const own = path.join(dir, 'prices.json')
  expect(book.view()).toEqual({ date: FILE.date, source: 'built-in', path: own, problem: undefined })
  book.makeOwn()
  expect(book.view()).toMatchObject({ source: 'own', date: FILE.date })
  writeFileSync(
    own,
    changed((file) => (file['date'] = '2031-02-03')),
  )
  expect(book.view()).toMatchObject({ source: 'own', date: '2031-02-03' })
  writeFileSync(
    own,
    changed((file) => (file['date'] = 'never')),
  )
  expect(book.view()).toMatchObject({
    source: 'built-in',
    date: FILE.date,
    problem: expect.stringContaining('"never"') as string,
  })
  expect(book.current()).toBe(builtInPrices())
  // A file that is there is a person's: it is not written over.
  book.makeOwn()
  expect(book.view().problem).toContain('"never"')
  rmSync(own)
  expect(book.view()).toMatchObject({ source: 'built-in', problem: undefined })
})
