import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ItemFilter } from '#model/plan.ts'
import { itemId } from '../../main/jobs/item.ts'
import type { Item, JournalState, PlannedItem } from '../../main/jobs/item.ts'
import { viewItems } from '../../main/jobs/items-view.ts'
import type { JobRecord } from '../../main/jobs/record.ts'
import type { ItemsTable } from '../../main/jobs/store/items.ts'
import { openStore } from '../../main/jobs/store/store.ts'
import type { Store } from '../../main/jobs/store/store.ts'
import { countItem } from '../../main/jobs/tally.ts'
import { pour } from './world.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'decant-items-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const DENIED = { code: 'access-denied', reach: 'item', message: 'Denied.' } as const

function itemOf(seq: number, state: JournalState): PlannedItem {
  return {
    ...{ leg: 0, key: `a/${seq}`, rules: 0, size: 1, etag: '"e"', lastModified: 0, storageClass: 'STANDARD' },
    ...{ action: 'copy', expect: { is: 'absent' }, conflict: false, state },
    ...(state === 'skipped' && { action: 'skip', skipReason: 'same' }),
    ...(state === 'failed' && { failure: DENIED }),
  } as PlannedItem
}

test.each([
  ['a few aside', (seq: number) => (seq % 97 === 5 ? 'failed' : seq % 31 === 2 ? 'skipped' : 'copied')],
  ['long runs aside', (seq: number) => (seq % 200 > 120 ? 'skipped' : seq % 7 === 0 ? 'failed' : 'copied')],
  ['all aside at first', (seq: number) => (seq < 300 ? 'failed' : 'copied')],
  ['some left to do', (seq: number) => (seq > 500 ? 'planned' : seq % 3 === 0 ? 'skipped' : 'copied')],
] as const)('a page of what is done is what a look at every item finds: %s', (_name, stateOf) => {
  const store = openStore(dir, 'write')
  const record = store.jobs.insert('j', pour('copy'), false, { is: 'completed' }, 0)
  const done: number[] = []
  store.transaction(() => {
    for (let seq = 1; seq <= 600; seq++) {
      const item = itemOf(seq, stateOf(seq))
      store.items.insert(itemId(record.n, seq), item, null)
      countItem(record.tally, item, 1)
      if (item.state === 'copied') done.push(seq)
    }
  })
  record.nextSeq = 601
  const seqs = (filter: ItemFilter, offset: number): number[] =>
    viewItems(store.items, record, filter, offset, 5).items.map(({ seq }) => seq)
  for (let offset = 0; offset <= done.length; offset += 13)
    expect(seqs('done', offset), `from ${offset}`).toEqual(done.slice(offset, offset + 5))
  expect(seqs('done', done.length - 1)).toEqual(done.slice(-1))
  expect(seqs('done', done.length + 50)).toEqual([])
  store.close()
})

const COUNT = 6000

/** A job of which everything below `mark` may have been sent. */
function jobOf(store: Store, mark: number, stateOf: (seq: number) => JournalState): JobRecord {
  const record = store.jobs.insert('j', pour('copy'), false, { is: 'running' }, 0)
  store.transaction(() => {
    for (let seq = 1; seq <= COUNT; seq++) {
      const item = itemOf(seq, stateOf(seq))
      store.items.insert(itemId(record.n, seq), item, null)
      countItem(record.tally, item, 1)
    }
  })
  return Object.assign(record, { nextSeq: COUNT + 1, sentBelow: mark })
}

/** Refuses to pass over rows one by one, and to go through all of them. */
function withoutScans(items: ItemsTable): ItemsTable {
  return {
    ...items,
    page: (states, from, below, offset, limit) => {
      expect(offset, 'rows passed over').toBe(0)
      return items.page(states, from, below, 0, limit)
    },
    ids: (states, from, below, limit) => {
      expect(below - from, 'rows gone through').toBeLessThan(4097)
      return items.ids(states, from, below, limit)
    },
  }
}

const underWayOf = (
  n: number,
  seqs: readonly number[],
): { items: Map<number, Item>; detail: () => undefined } => ({
  items: new Map(seqs.map((seq) => [itemId(n, seq), {} as Item])),
  detail: () => undefined,
})

describe('a page of a job that goes on', () => {
  test.each([
    ['nothing was sent yet', 1, () => 'planned', []],
    ['all in order', 5001, (seq) => (seq > 5000 ? 'planned' : 'copied'), []],
    [
      'some set aside on both sides of the mark',
      5001,
      (seq) => (seq % 9 === 0 ? 'skipped' : seq > 5000 ? 'planned' : seq % 7 === 0 ? 'failed' : 'copied'),
      [],
    ],
    [
      'holes in what was sent last',
      5001,
      (seq) => (seq > 5000 || (seq > 4500 && seq % 3 === 0) ? 'planned' : 'copied'),
      [4503, 4506, 4998],
    ],
    [
      'a large one far behind is under way',
      5901,
      (seq) => (seq > 5900 || seq === 3 || seq === 1700 ? 'planned' : 'copied'),
      [3, 1700],
    ],
    [
      'what is to be sent once more',
      5901,
      (seq) => (seq > 5900 ? 'planned' : seq > 5600 && seq % 10 === 0 ? 'again' : 'copied'),
      [],
    ],
    ['everything that was sent failed', 5001, (seq) => (seq > 5000 ? 'planned' : 'failed'), []],
  ] as const satisfies readonly (readonly [
    string,
    number,
    (seq: number) => JournalState,
    readonly number[],
  ])[])('is what a look at every item finds, without one: %s', (_name, mark, stateOf, flying) => {
    const store = openStore(dir, 'write')
    const record = jobOf(store, mark, stateOf)
    expectPages(withoutScans(store.items), record, stateOf, flying)
    store.close()
  })

  test.each([
    ['one far behind that nobody works on', 5901, (seq) => (seq > 5900 || seq === 3 ? 'planned' : 'copied')],
    ['done beyond the mark', 10, (seq) => (seq > 5000 ? 'planned' : 'copied')],
  ] as const satisfies readonly (readonly [string, number, (seq: number) => JournalState])[])(
    'is what a look at every item finds: %s',
    (_name, mark, stateOf) => {
      const store = openStore(dir, 'write')
      expectPages(store.items, jobOf(store, mark, stateOf), stateOf, [])
      store.close()
    },
  )
})

function expectPages(
  items: ItemsTable,
  record: JobRecord,
  stateOf: (seq: number) => JournalState,
  flying: readonly number[],
): void {
  const all = Array.from({ length: COUNT }, (_, at) => at + 1)
  const wanted = {
    done: all.filter((seq) => stateOf(seq) === 'copied'),
    'to-do': all.filter((seq) => ['planned', 'again'].includes(stateOf(seq)) && !flying.includes(seq)),
  }
  for (const filter of ['done', 'to-do'] as const) {
    const rows = wanted[filter]
    for (const offset of [
      0,
      1,
      2,
      97,
      Math.floor(rows.length / 2),
      Math.floor(rows.length * 0.9),
      rows.length - 3,
      rows.length,
      rows.length + 50,
    ]) {
      if (offset < 0) continue
      const page = viewItems(items, record, filter, offset, 5, underWayOf(record.n, flying))
      expect(
        page.items.map(({ seq }) => seq),
        `${filter} from ${offset}`,
      ).toEqual(rows.slice(offset, offset + 5))
      expect(page.total).toBe(rows.length)
    }
  }
}
