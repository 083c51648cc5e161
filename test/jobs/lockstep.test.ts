import { expect, test } from 'vitest'
import type { ObjectPage } from '../../main/engine/storage.ts'
import { DestinationWalk } from '../../main/jobs/plan/lockstep.ts'
import type { ObjectSummary } from '#model/object.ts'

const object = (key: string): ObjectSummary => ({
  key,
  size: 1,
  etag: '"e"',
  lastModified: 0,
  storageClass: 'STANDARD',
})

/** A destination with these keys, three to a page, and the places from which it was listed. */
function destination(...keys: string[]): {
  asked: (string | undefined)[]
  list: (from: string | undefined) => Promise<ObjectPage>
} {
  const asked: (string | undefined)[] = []
  const list = (from: string | undefined): Promise<ObjectPage> => {
    asked.push(from)
    const rest = keys.filter((key) => from === undefined || key > from)
    const page = { objects: rest.slice(0, 3).map(object), prefixes: [] }
    return Promise.resolve(rest.length > 3 ? { ...page, token: 'more' } : page)
  }
  return { asked, list }
}

const found = (all: readonly (ObjectSummary | undefined)[] | 'unordered'): unknown =>
  all === 'unordered' ? all : all.map((one) => one?.key)

test.each([
  ['nothing', [], ['b', 'c'], [undefined], [undefined, undefined]],
  ['all of a page', ['a', 'b', 'c'], ['a', 'b', 'c'], [undefined], ['a', 'b', 'c']],
  ['a page and more', ['a', 'b', 'c', 'd'], ['b', 'd'], [undefined, 'c'], ['b', 'd']],
  ['keys far before the first', ['a', 'b', 'c', 'd', 'mm'], ['mm'], [undefined, 'm'], ['mm']],
])(
  'the first page is asked for before its keys are known: there is %s',
  async (_, keys, asks, from, finds) => {
    const { asked, list } = destination(...keys)
    const walk = new DestinationWalk(list)
    walk.begin()
    expect(asked).toEqual([undefined])
    expect(found(await walk.find(asks))).toEqual(finds)
    expect(asked).toEqual(from)
  },
)

test('that the first page failed is told to who needs it, and to nobody else', async () => {
  const refused = new Error('refused')
  const walk = new DestinationWalk(() => Promise.reject(refused))
  walk.begin()
  // Left alone for a turn it would end the process.
  await new Promise((resolve) => setImmediate(resolve))
  await expect(walk.find(['a'])).rejects.toBe(refused)
})

test('it counts as one of the pages that may be listed', async () => {
  const { asked, list } = destination('a', 'b', 'c', 'd')
  const walk = new DestinationWalk(list, 1)
  walk.begin()
  expect(await walk.find(['d'])).toBe('unordered')
  expect(asked).toEqual([undefined])
})
