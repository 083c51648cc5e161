import { expect, test, vi } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import { ItemWindow } from '../../../renderer/state/item-window.svelte.ts'
import { fakeClient } from './fake-client.ts'

const MILLION = 1_000_000

function item(seq: number): ItemView {
  return {
    seq,
    key: `k${seq}`,
    size: 1,
    source: 0,
    destination: 0,
    action: 'copy',
    conflict: false,
    state: 'planned',
  }
}

function open() {
  const fake = fakeClient({
    'jobs.items': ({ offset, limit }) => ({
      items: Array.from({ length: Math.min(limit, MILLION - offset) }, (_, at) => item(offset + at + 1)),
      total: MILLION,
    }),
  })
  const offsets = () => fake.asked.map(({ input }) => (input as { offset: number }).offset)
  const asked = () =>
    fake.asked.map(({ input }) => {
      const { offset, limit } = input as { offset: number; limit: number }
      return [offset, limit]
    })
  return { items: new ItemWindow(fake.client, 'j', { filter: 'all' }), offsets, asked }
}

test('only the pages in sight are asked for, each once', async () => {
  const { items, offsets } = open()
  await vi.waitFor(() => expect(items.total).toBe(MILLION))
  items.look(0, 40)
  items.look(999_970, MILLION)
  await vi.waitFor(() => expect(items.item(999_999)?.key).toBe('k1000000'))
  items.look(999_960, MILLION)
  expect(offsets()).toEqual([0, 999_970, 999_900])
  expect(items.item(500_000)).toBeUndefined()
})

test('the page that comes next is asked for before it is in sight, and only that one', async () => {
  const { items, offsets } = open()
  await vi.waitFor(() => expect(items.total).toBe(MILLION))
  for (const from of [2, 10, 15, 20]) items.look(from, from + 36)
  await vi.waitFor(() => expect(items.item(199)).toBeDefined())
  expect(offsets()).toEqual([0, 100])
  items.look(5000, 5036)
  for (const from of [4998, 4990]) items.look(from, from + 36)
  await vi.waitFor(() => expect(items.item(4999)).toBeDefined())
  // The rows that were jumped to came by themselves, and their page when it was needed.
  expect(offsets()).toEqual([0, 100, 5000, 4900, 5000])
})

test('whoever jumps gets the rows in sight alone, and their pages after staying there', async () => {
  vi.useFakeTimers()
  try {
    const { items, asked } = open()
    await vi.advanceTimersByTimeAsync(0)
    for (const from of [70_080, 300_011, 500_090]) {
      items.look(from, from + 37)
      await vi.advanceTimersByTimeAsync(120)
      expect(items.item(from + 36)?.seq).toBe(from + 37)
      expect(items.item(from + 37)).toBeUndefined()
    }
    expect(asked()).toEqual([
      [0, 100],
      [70_080, 37],
      [300_011, 37],
      [500_090, 37],
    ])
    await vi.advanceTimersByTimeAsync(100)
    expect(asked().slice(4)).toEqual([
      [500_000, 100],
      [500_100, 100],
    ])
    expect(items.item(500_199)?.seq).toBe(500_200)
    expect(items.item(500_090)?.seq).toBe(500_091)
  } finally {
    vi.useRealTimers()
  }
})

test('what the scroll bar went past before it came is not waited for', async () => {
  const { items, offsets } = open()
  await vi.waitFor(() => expect(items.total).toBe(MILLION))
  for (const from of [100_000, 300_000, 700_000]) items.look(from, from + 40)
  await vi.waitFor(() => expect(items.item(700_000)?.key).toBe('k700001'))
  expect(items.item(100_000)).toBeUndefined()
  items.look(100_000, 100_040)
  await vi.waitFor(() => expect(items.item(100_000)?.key).toBe('k100001'))
  expect(offsets()).toEqual([0, 100_000, 300_000, 700_000, 100_000])
})

test('pages of long ago are let go', async () => {
  const { items } = open()
  for (let from = 0; from < 20 * 100; from += 100) {
    items.look(from, from + 40)
    await vi.waitFor(() => expect(items.item(from)).toBeDefined())
  }
  expect(items.item(0)).toBeUndefined()
  expect(items.item(19 * 100)?.seq).toBe(1901)
})

test('when the job has moved on, what is in sight is read again', async () => {
  const { items, offsets } = open()
  items.look(200, 240)
  await vi.waitFor(() => expect(items.item(200)).toBeDefined())
  await items.refresh()
  expect(offsets()).toEqual([0, 200, 200])
  expect(items.item(0)).toBeUndefined()
})
