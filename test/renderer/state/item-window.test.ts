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
  return { items: new ItemWindow(fake.client, 'j', { filter: 'all' }), offsets }
}

test('only the pages in sight are asked for, each once', async () => {
  const { items, offsets } = open()
  await vi.waitFor(() => expect(items.total).toBe(MILLION))
  items.look(0, 40)
  items.look(999_950, MILLION)
  await vi.waitFor(() => expect(items.item(999_999)?.key).toBe('k1000000'))
  items.look(999_940, MILLION)
  expect(offsets()).toEqual([0, 999_800])
  expect(items.item(500_000)).toBeUndefined()
})

test('pages of long ago are let go', async () => {
  const { items } = open()
  for (let from = 0; from < 20 * 200; from += 200) {
    items.look(from, from + 40)
    await vi.waitFor(() => expect(items.item(from)).toBeDefined())
  }
  expect(items.item(0)).toBeUndefined()
  expect(items.item(19 * 200)?.seq).toBe(3801)
})

test('when the job has moved on, what is in sight is read again', async () => {
  const { items, offsets } = open()
  items.look(200, 240)
  await vi.waitFor(() => expect(items.item(200)).toBeDefined())
  await items.refresh()
  expect(offsets()).toEqual([0, 200, 200])
  expect(items.item(0)).toBeUndefined()
})
