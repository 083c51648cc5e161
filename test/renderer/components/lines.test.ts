import { expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import { lineOf, type LineOf } from '../../../renderer/components/object-line.ts'
import type { Place } from '../../../renderer/state/rows-in-sight.ts'
import { objectRow, prefixRow, type Row } from '../../../renderer/state/rows.ts'
import { itemLineOf, type ItemLineOf } from '../../../renderer/views/items/item-line.ts'

const NOW = Date.UTC(2026, 5, 1)
const FIT = { room: 500, font: '13px sans-serif' }
const place = (index: number, shows: Place['shows'] = 'whole'): Place => ({ index, at: index, shows })

function object(n: number, size: number): Row {
  return objectRow({ key: `o${n}.txt`, size, lastModified: NOW, storageClass: 'GLACIER', etag: `"${n}"` })
}

function given(row: Row, at: Place, more: Partial<LineOf> = {}): LineOf {
  return {
    ...{ row, place: at, still: true, wide: false, fit: FIT, found: '' },
    ...{ grouped: true, selected: false, cursor: false, colour: undefined, drop: undefined, ...more },
  }
}

test('a line is the same as long as nothing of it changes', () => {
  const [row, at] = [object(1, 10), place(1)]
  const line = lineOf(undefined, NOW, given(row, at))
  expect(lineOf(line, NOW, given(row, at))).toBe(line)
  expect(lineOf(line, NOW, given(row, at, { selected: true }))).not.toBe(line)
})

test('the name is written at once, the rest when the row shows whole, what tooltips say when it stands still', () => {
  const first = lineOf(undefined, NOW, given(object(1, 10), place(1)))
  expect(first).toMatchObject({ name: 'o1.txt', rest: { size: '10 B' }, titles: { name: 'o1.txt' } })
  const moving = { still: false }
  // The element is new: what nobody can point at yet is not written for it either.
  expect(lineOf(undefined, NOW, given(object(1, 10), place(1), moving)).titles).toEqual({ name: '' })
  const partly = lineOf(first, NOW, given(object(2, 20), place(2, 'partly'), moving))
  expect(partly).toMatchObject({
    name: 'o2.txt',
    rest: { size: '', date: '', class: '' },
    titles: { name: 'o1.txt' },
  })
  const whole = lineOf(partly, NOW, given(object(2, 20), place(2), moving))
  expect(whole).toMatchObject({ name: 'o2.txt', rest: { size: '20 B' }, titles: { name: 'o1.txt' } })
  expect(lineOf(whole, NOW, given(object(2, 20), place(2))).titles.name).toBe('o2.txt')
})

test('only a name with nothing beside it is a plain one', () => {
  const [row, at] = [object(1, 10), place(1)]
  expect(lineOf(undefined, NOW, given(row, at, { found: 'o1' })).name).toBeUndefined()
  expect(lineOf(undefined, NOW, given(row, at, { fit: undefined })).name).toBeUndefined()
  expect(lineOf(undefined, NOW, given({ ...row, since: 'changed' }, at)).name).toBeUndefined()
  expect(lineOf(undefined, NOW, given(prefixRow('a/b/'), at))).toMatchObject({
    name: 'b/',
    rest: { size: '–', date: '', class: '' },
    look: { shape: 'folder' },
  })
})

function item(seq: number): ItemView {
  return {
    ...{ seq, key: `k${seq}`, size: seq, source: 0, destination: 0, action: 'copy', conflict: false },
    state: 'planned',
  }
}

function itemGiven(one: ItemView | undefined, at: Place, still = false): ItemLineOf {
  return {
    ...{ item: one, place: at, still, kind: 'copy', spec: undefined, found: undefined },
    ...{ fit: FIT, chosen: false, cursor: false },
  }
}

test('an item is written in the same steps, and nothing of it before it is there', () => {
  const first = itemLineOf(undefined, itemGiven(item(1), place(0), true))
  expect(first).toMatchObject({ name: { fitted: 'k1' }, rest: { size: '1 B' }, titles: { size: '1 byte' } })
  const pending = itemLineOf(first, itemGiven(undefined, place(6)))
  expect(pending).toMatchObject({ item: undefined, name: first.name, rest: first.rest })
  const partly = itemLineOf(pending, itemGiven(item(7), place(6, 'partly')))
  expect(partly).toMatchObject({ name: { fitted: 'k7' }, rest: { size: '', word: '', image: undefined } })
  const whole = itemLineOf(partly, itemGiven(item(7), place(6)))
  expect(whole).toMatchObject({ name: { fitted: 'k7' }, rest: { size: '7 B' }, titles: first.titles })
  expect(itemLineOf(whole, itemGiven(item(7), place(6), true)).titles.size).toBe('7 bytes')
  expect(itemLineOf(undefined, itemGiven(undefined, place(6)))).toMatchObject({
    name: { text: '' },
    rest: { size: '' },
  })
})
