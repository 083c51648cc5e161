/** More sources and destinations, and names as they become. */
import { expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import type { DestinationPlace, SourcePlace } from '#model/spec.ts'
import { cargoPlace, judgeDestination, judgeSource } from '../../../renderer/state/more-places.ts'
import { namesPreview } from '../../../renderer/state/names-preview.ts'
import {
  addDestination,
  addSource,
  mapPlaces,
  removeDestination,
  removeSource,
} from '../../../renderer/state/spec-places.ts'
import { bucketRow } from '../../../renderer/state/rows.ts'
import { connection, rows, spec } from './build.ts'

const item = (seq: number, more: Partial<ItemView> = {}): ItemView => ({
  seq,
  key: `x/${seq}.txt`,
  source: 0,
  destination: 0,
  size: 1,
  action: 'copy',
  conflict: false,
  state: 'planned',
  ...more,
})
const copy = spec('copy')
const [source] = copy.sources
const [destination] = copy.destinations
const elsewhere: SourcePlace = { ...source, bucket: 'other' }
const beside: DestinationPlace = { ...destination, prefix: 'beside/' }

test('a source that lies beside one that is there joins it', () => {
  const more = { ...source, select: [...source.select, { kind: 'object', key: 'x/b' } as const] }
  const joined = addSource(copy, more)
  expect(joined.sources).toHaveLength(1)
  expect(joined.sources[0].select).toEqual(more.select)
  const two = addSource(copy, elsewhere)
  expect(two.sources.map(({ bucket }) => bucket)).toEqual(['from', 'other'])
  expect(removeSource(two, 0).sources.map(({ bucket }) => bucket)).toEqual(['other'])
  expect(removeSource(copy, 0)).toBe(copy)
})

test('a destination is there once', () => {
  const two = addDestination(copy, beside)
  expect(two).toMatchObject({ destinations: [{ prefix: '' }, { prefix: 'beside/' }] })
  expect(addDestination(copy, destination)).toBeUndefined()
  expect(addDestination(spec('edit'), beside)).toBeUndefined()
  expect(two && removeDestination(two, 0)).toMatchObject({ destinations: [{ prefix: 'beside/' }] })
  expect(removeDestination(copy, 0)).toBe(copy)
})

test('every place of a job is asked alike', () => {
  const paid = mapPlaces(copy, (place) => ({ ...place, requesterPays: true }))
  expect(paid).toMatchObject({ sources: [{ requesterPays: true }], destinations: [{ requesterPays: true }] })
})

const here = { connection: 'a', bucket: 'b', prefix: 'p/' }
test('what is chosen may be a place to pour into', () => {
  expect(cargoPlace({ place: here, rows: rows('p/x/'), whole: false })).toEqual({ ...here, prefix: 'p/x/' })
  expect(cargoPlace({ place: here, rows: rows('p/x'), whole: false })).toBeUndefined()
  expect(cargoPlace({ place: here, rows: rows('p/x/', 'p/y/'), whole: false })).toBeUndefined()
  expect(cargoPlace({ place: here, rows: [], whole: true })).toEqual(here)
  const top = { connection: 'a', bucket: '', prefix: '' }
  const bucket = bucketRow({ name: 'kunst' })
  expect(cargoPlace({ place: top, rows: [bucket], whole: false })).toEqual({ ...top, bucket: 'kunst' })
})

test('may it be one more?', () => {
  const a = connection('a')
  expect(judgeDestination(copy, here, a)).toBe(true)
  expect(judgeDestination(copy, { ...here, bucket: '' }, a)).toMatch(/a prefix or a bucket/)
  expect(judgeDestination(copy, here, undefined)).toMatch(/gone/)
  expect(judgeDestination(copy, here, connection('a', { readOnly: true }))).toMatch(/read-only/)
  expect(judgeDestination(spec('parity'), here, connection('a', { readOnly: true }))).toBe(true)
  expect(judgeDestination(copy, { connection: 'a', bucket: 'to', prefix: '' }, a)).toMatch(/already/)
  expect(judgeDestination(spec('edit'), here, a)).toMatch(/no destination/)
  expect(judgeSource(copy, undefined)).toMatch(/Choose/)
  expect(judgeSource(copy, { place: here, rows: rows('p/x'), whole: false })).toBe(true)
})

test('names are shown by the rules at once, and by the plan when it is theirs', () => {
  const named = spec('copy', {
    names: [
      { rule: 'case', to: 'upper' },
      { rule: 'template', text: '{yyyy}/{name}' },
    ],
  })
  const items = [item(1, { destinationKey: '2026/1.TXT' }), item(1, { destination: 0 }), item(2)]
  expect(namesPreview(named, items, 'earlier')).toEqual([
    { from: '1.txt', to: '{yyyy}/1.TXT', wrong: undefined },
    { from: '2.txt', to: '{yyyy}/2.TXT', wrong: undefined },
  ])
  expect(namesPreview(named, items, 'current')[0]).toEqual({
    from: '1.txt',
    to: '2026/1.TXT',
    wrong: undefined,
  })
  const failure = { code: 'name-taken', reach: 'item', message: 'Two objects would be a.txt.' } as const
  expect(namesPreview(named, [item(1, { failure })], 'current')[0]?.wrong).toBe(failure.message)
  expect(namesPreview(copy, items, 'current')).toEqual([])
  expect(namesPreview(spec('edit'), items, 'current')).toEqual([])
})
