import { expect, test, vi } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import { ItemList } from '../../../renderer/state/item-list.svelte.ts'
import { fakeClient } from './fake-client.ts'

/** Every third position of the plan is found. */
function item(index: number): ItemView {
  return {
    seq: index * 3 + 1,
    key: `k${index}`,
    size: 1,
    source: 0,
    destination: 0,
    action: 'copy',
    conflict: true,
    state: 'planned',
  }
}

async function open(total: number) {
  const fake = fakeClient({
    'jobs.items': ({ offset, limit }) => ({
      items: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) =>
        item(offset + at),
      ),
      total,
    }),
  })
  const list = new ItemList(fake.client, 'j', { taken: true })
  await vi.waitFor(() => expect(list.rows.total).toBe(total))
  return { list, asked: fake.asked }
}

test('with nothing chosen an answer is about all that is found, with rows chosen about these', async () => {
  const { list } = await open(5)
  expect(list.which).toEqual({ query: { filter: 'all', taken: true } })
  await list.choose(2, 'only')
  await list.choose(0, 'toggle')
  expect(list.which).toEqual({ seqs: [1, 7] })
  await list.choose(0, 'toggle')
  expect(list.which).toEqual({ seqs: [7] })
  list.chooseAll()
  expect([list.chosen, list.which]).toEqual([5, { query: { filter: 'all', taken: true } }])
  await list.choose(4, 'toggle')
  expect(list.which).toEqual({ seqs: [1, 4, 7, 10] })
  list.chooseNothing()
  expect(list.chosen).toBe(0)
})

test('a range goes from where the cursor began, also over rows that were never in sight', async () => {
  const { list, asked } = await open(900)
  list.step(1)
  await list.extend(2)
  expect(list.which).toEqual({ seqs: [1, 4, 7] })
  await list.choose(850, 'range')
  expect(list.chosen).toBe(851)
  await list.extend(-849)
  expect(list.which).toEqual({ seqs: [1, 4] })
  // In the steps of one call, and only what was not known.
  expect(asked.map(({ input }) => input)).toEqual([
    { id: 'j', taken: true, offset: 0, limit: 100 },
    { id: 'j', taken: true, offset: 100, limit: 500 },
    { id: 'j', taken: true, offset: 600, limit: 251 },
  ])
})

test('more than can be named one by one is chosen as a whole or not at all', async () => {
  const { list } = await open(20_000)
  expect(await list.choose(15_000, 'range')).toBe(false)
  list.chooseAll()
  expect(await list.choose(3, 'toggle')).toBe(false)
  expect(list.chosen).toBe(20_000)
})

test('what is still being looked for is asked for again, and its total grows', async () => {
  let found = 2
  const { client } = fakeClient({
    'jobs.items': () => ({
      items: Array.from({ length: found }, (_, at) => item(at)),
      total: found,
      ...(found < 3 ? { looking: true as const } : {}),
    }),
  })
  const list = new ItemList(client, 'j', { text: 'k' })
  await vi.waitFor(() => expect([list.total, list.rows.looking]).toEqual([2, true]))
  found = 3
  await vi.waitFor(() => expect([list.total, list.rows.looking]).toEqual([3, false]))
  list.close()
})
