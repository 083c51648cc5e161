import { expect, test } from 'vitest'
import type { ItemQueryInput } from '#model/plan.ts'
import {
  canAnswer,
  EVERY_ITEM,
  fateChoices,
  itemLenses,
  rowsSaid,
  takenNames,
  toQuery,
  type ItemChoice,
} from '../../../renderer/state/item-filters.ts'
import { foundAnew } from '../../../renderer/state/freshness-words.ts'
import { SKIP_WORDS } from '../../../renderer/state/pour-plan.ts'
import { job, tally } from './build.ts'

const some = (items: number) => ({ items, bytes: items })
const plan = tally({
  planned: { ...tally().planned, copy: some(200), skip: some(20), refuse: some(3) },
  skipped: { ...tally().skipped, exists: some(10), same: some(4), 'nothing-to-do': some(6) },
  conflicts: 200,
})

test('names that are taken are those written over and those left for it', () => {
  expect(takenNames({ kind: 'copy', tally: plan })).toEqual({ all: 214, over: 200, left: 14 })
  expect(takenNames({ kind: 'edit', tally: plan })).toEqual({ all: 0, over: 0, left: 0 })
})

test('what there is to look at is what occurs, and what is looked at now', () => {
  const warnings = { overwrites: some(200), refused: some(3) }
  const names = (chosen: Parameters<typeof itemLenses>[3]) =>
    itemLenses({ kind: 'copy', tally: plan }, warnings, undefined, chosen).map(
      ({ value, count }) => `${value} ${count}`,
    )
  expect(names('all')).toEqual(['all 223', 'taken 214', 'overwrites 200', 'refused 3'])
  expect(names('large')).toContain('large 0')
  const fresh = { lookedAt: 0, changed: 12, added: 0, gone: 1 }
  expect(itemLenses({ kind: 'move', tally: plan }, {}, fresh, 'all').slice(-2)).toMatchObject([
    { value: 'changed', count: 12 },
    { value: 'gone', count: 1 },
  ])
})

test('what becomes of items is told with its counts', () => {
  const words = { action: (action: string) => action, skip: SKIP_WORDS }
  const told = fateChoices(plan, words, 'any').map(({ value, hint }) => [value, hint])
  expect(told).toEqual([
    ['any', undefined],
    ['action:copy', '200'],
    ['action:refuse', '3'],
    ['skip:exists', '10'],
    ['skip:same', '4'],
    ['skip:nothing-to-do', '6'],
  ])
})

test.each<[Partial<ItemChoice>, ItemQueryInput]>([
  [{}, { filter: 'all' }],
  [{ text: ' ', filter: 'failed' }, { filter: 'failed' }],
  [{ text: 'a b' }, { filter: 'all', text: 'a b' }],
  [{ lens: 'taken' }, { filter: 'all', taken: true }],
  [
    { lens: 'for-good', fate: 'action:delete' },
    { filter: 'all', warning: 'for-good', action: 'delete' },
  ],
  [
    { lens: 'gone', fate: 'skip:same' },
    { filter: 'all', anew: 'gone', skipReason: 'same' },
  ],
  [
    { cause: { code: 'access-denied', s3Code: 'AccessDenied' } },
    { filter: 'all', code: 'access-denied', s3Code: 'AccessDenied' },
  ],
])('%j is asked as %j', (choice, query) => {
  expect(toQuery({ ...EVERY_ITEM, ...choice })).toEqual(query)
})

test('a count is never said before it is whole', () => {
  expect([rowsSaid(undefined, true), rowsSaid(120, true), rowsSaid(1, false), rowsSaid(1204, false)]).toEqual(
    ['looking', '120 so far, still looking', '1 item', '1,204 items'],
  )
})

test('a plan is answered until something of it is carried out', () => {
  const ready = { is: 'ready' } as const
  expect(canAnswer(job('1', { status: ready }))).toBe(true)
  expect(canAnswer(job('1', { draft: true, status: { is: 'planning' } }))).toBe(true)
  expect(canAnswer(job('1', { status: { is: 'planning' } }))).toBe(false)
  expect(canAnswer(job('1', { status: { is: 'running' } }))).toBe(false)
  expect(canAnswer(job('1', { kind: 'edit', status: ready }))).toBe(false)
})

test('what the last look found is told without what it did not', () => {
  const texts = foundAnew({ lookedAt: 0, changed: 12, added: 0, gone: 1 }).map(({ text }) => text)
  expect(texts).toEqual(['12 changed', '1 gone'])
})
