import { beforeEach, describe, expect, test } from 'vitest'
import { Listings } from '../../../renderer/state/listings.ts'
import { Pane } from '../../../renderer/state/pane.svelte.ts'
import { connectionRow } from '../../../renderer/state/rows.ts'
import { object } from './build.ts'
import { fakeClient } from './fake-client.ts'

const place = { connection: 'c', bucket: 'b', prefix: '' }
const keys = ['a', 'b', 'c', 'd', 'e']
let pane: Pane

const chosen = () => pane.chosen.map((row) => row.name).join('')
const cursor = () => pane.rows[pane.cursor]?.name

beforeEach(async () => {
  const { client } = fakeClient({
    'buckets.list': () => [{ name: 'b' }],
    'objects.list': ({ prefix }) =>
      prefix === ''
        ? { prefixes: ['z/'], objects: keys.map((key) => object(key)) }
        : { prefixes: [], objects: [] },
  })
  pane = new Pane('left', new Listings(client), () => [connectionRow({ id: 'c', name: 'C' })])
  pane.go(place)
  await expect.poll(() => pane.listing?.status.is).toBe('complete')
})

describe('by keyboard', () => {
  test('arrows choose the row they reach', () => {
    pane.step(1, 'move')
    expect([cursor(), chosen()]).toEqual(['z/', 'z/'])
    pane.step(1, 'move')
    expect([cursor(), chosen()]).toEqual(['a', 'a'])
    pane.step(100, 'move')
    expect([cursor(), chosen()]).toEqual(['e', 'e'])
  })

  test('Space gathers: from then on arrows leave the selection alone', () => {
    pane.step(1, 'move')
    pane.toggleCursor()
    pane.step(2, 'move')
    expect(chosen()).toBe('z/')
    pane.toggleCursor()
    expect(chosen()).toBe('z/b')
    pane.toggleCursor()
    expect(chosen()).toBe('z/')
  })

  test('Shift with arrows takes everything from where it began', () => {
    pane.moveTo(2, 'only')
    pane.step(2, 'extend')
    expect(chosen()).toBe('bcd')
    pane.step(-3, 'extend')
    expect(chosen()).toBe('ab')
  })

  test('Mod with arrows only looks', () => {
    pane.moveTo(1, 'only')
    pane.step(1, 'peek')
    expect([cursor(), chosen()]).toEqual(['b', 'a'])
  })

  test('a letter jumps, and filters nothing', () => {
    pane.typeLetter('d', 0)
    expect([cursor(), chosen(), pane.rows.length]).toEqual(['d', 'd', 6])
  })
})

describe('all', () => {
  test('is everything here, and takes back single rows', () => {
    pane.selectAll()
    expect([pane.choseEverything, pane.chosen.length]).toEqual([true, 6])
    pane.moveTo(1, 'toggle')
    expect([pane.choseEverything, chosen()]).toEqual([false, 'z/bcde'])
  })

  test('under a filter is what the filter shows', () => {
    pane.openFilter()
    pane.filter = 'B'
    pane.selectAll()
    expect([pane.choseEverything, chosen()]).toEqual([false, 'b'])
    pane.closeFilter()
    expect(chosen()).toBe('b')
  })
})

test('a command acts on what is chosen, else on the row the cursor was moved to, never on a row nobody chose', () => {
  expect(pane.subject).toEqual([])
  pane.moveTo(2, 'none')
  expect(pane.subject.map((row) => row.name)).toEqual(['b'])
  pane.moveTo(3, 'only')
  expect(pane.subject.map((row) => row.name)).toEqual(['c'])
})

test('the cursor keeps its row when the order changes', () => {
  pane.moveTo(1, 'only')
  pane.sortBy('name')
  expect([cursor(), pane.rows.at(-1)?.name]).toEqual(['a', 'a'])
})

test('going up lands on the place one came from; back and forward go the same way', async () => {
  pane.go({ ...place, prefix: 'z/' })
  pane.goUp()
  await expect.poll(() => pane.listing?.status.is).toBe('complete')
  expect(cursor()).toBe('z/')
  pane.goBack()
  expect(pane.place).toEqual({ ...place, prefix: 'z/' })
  pane.goBack()
  expect(pane.place).toEqual(place)
  pane.goForward()
  expect(pane.place).toEqual({ ...place, prefix: 'z/' })
  expect(pane.canGoForward).toBe(true)
})

test('the top is the connections', () => {
  pane.goUp()
  pane.goUp()
  expect(pane.place).toBeNull()
  expect(pane.rows.map((row) => row.name)).toEqual(['C'])
  expect(cursor()).toBe('C')
})
