import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ItemView } from '#model/plan.ts'
import type { JobFile } from '#model/spec.ts'
import { compareKeys } from '../../main/engine/names.ts'
import { planOf } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

/** Far away: a page of a hundred keys takes as long as one of a thousand would. */
const FAR = { latency: 100, pageSize: 100 }
const KEYS = 5000
const PAGES = KEYS / FAR.pageSize
/** So many looks may meet nothing, and pages be cut. */
const MORE = 1.25

let world: World
beforeEach(() => {
  world = makeWorld(1, FAR)
  world.s3.giveMany('from', 'a/', KEYS)
})
afterEach(() => world.end())

const ALL = Array.from({ length: KEYS }, (_, n) => `a/${String(n).padStart(5, '0')}`)
const keysOf = (items: readonly ItemView[]): string[] => items.map(({ key }) => key).sort(compareKeys)
const lists = (requests: Readonly<Record<string, number>>): number => requests['ListObjectsV2'] ?? 0

describe('a listing from far away', () => {
  test('goes in several ranges at once, each object once, an empty destination asked once', async () => {
    const began = world.seams.now()
    const { items, requests } = await planOf(world, pour('copy', { conflict: 'skip' }))
    expect(keysOf(items)).toEqual(ALL)
    expect(world.s3.mostLists).toBe(8)
    expect(lists(requests)).toBeLessThanOrEqual(PAGES * MORE)
    expect(world.seams.now() - began).toBeLessThan((PAGES * FAR.latency) / 3)
  })

  test('looks at a filled destination along with each range', async () => {
    world.s3.giveMany('to', 'z/', KEYS)
    const { snapshot, requests } = await planOf(world, pour('copy', { conflict: 'skip' }))
    expect(snapshot.tally.skipped.exists.items).toBe(KEYS)
    expect(requests['HeadObject'] ?? 0).toBe(0)
    expect(lists(requests)).toBeLessThanOrEqual(2 * PAGES * MORE)
  })

  test('waits for no range that is sifted by a filter, nor loses any of it', async () => {
    const filter = { include: [{ kind: 'glob', glob: '*7' }], exclude: [] } as unknown as JobFile['filter']
    const { items, snapshot } = await planOf(world, pour('copy', { filter }))
    expect(keysOf(items)).toEqual(ALL.filter((key) => key.endsWith('7')))
    expect(snapshot.tally.filtered.items).toBe(KEYS - KEYS / 10)
  })

  test.each([1, 3, 8, 20, 40])(
    'interrupted at page %i goes on in what is left of its ranges',
    async (page) => {
      const jobs = await world.open()
      const { id } = jobs.create(pour('copy'), { draft: false })
      await world.seams.run(() => jobs.get(id).snapshot.tally.listed.items >= page * FAR.pageSize)
      await world.seams.finish(jobs.close())
      const again = await world.open()
      const { tally } = await world.settle(again, id, 'finished')
      expect(tally.listed.items).toBe(KEYS)
      const items = Array.from(
        { length: KEYS / 500 },
        (_, n) => again.items(id, 'all', n * 500, 500).items,
      ).flat()
      expect(keysOf(items)).toEqual(ALL)
      // What was under way is asked for again, and the destination once more for each range.
      expect(lists(again.get(id).requests)).toBeLessThanOrEqual(PAGES * MORE + 8 + 8)
      await world.seams.finish(again.close())
    },
  )

  test('is listed page after page where copies beside it have enough before them', async () => {
    world.end()
    world = makeWorld(1, { latency: FAR.latency })
    const pages = 20
    world.s3.giveMany('from', 'a/', pages * 1000)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy'), { draft: false })
    const { tally } = await world.settle(jobs, id, 'finished')
    expect(tally.copied.items).toBe(pages * 1000)
    // And once the destination.
    expect(lists(jobs.get(id).requests)).toBe(pages + 1)
    await world.seams.finish(jobs.close())

    // Where nothing is sent before all is planned, the plan is what is waited for.
    await planOf(world, pour('copy'))
    expect(world.s3.mostLists).toBeGreaterThan(4)
  })

  test('whose order says which of two names is kept is one range', async () => {
    const spec = pour('copy')
    const more = { ...spec.destinations[0], prefix: 'y/' }
    const two = { ...spec, destinations: [...spec.destinations, more] } as typeof spec
    const { items } = await planOf(world, two)
    expect(items.map(({ key }) => key)).toEqual(ALL.flatMap((key) => [key, key]).slice(0, items.length))
  })
})

describe('a server of another order', () => {
  /** Changes the source's pages on their way. */
  function bend(change: (keys: { key: string }[], startAfter: string | undefined) => void): void {
    const list = world.storage.listObjects.bind(world.storage)
    world.storage.listObjects = async (request, signal) => {
      const page = await list(request, signal)
      if (request.bucket === 'from') change(page.objects, request.startAfter)
      return page
    }
  }

  test('that nobody has seen list in order is listed page after page', async () => {
    world.end()
    world = makeWorld(1, { ...FAR, habits: { listsInOrder: false } })
    world.s3.giveMany('from', 'a/', KEYS)
    const { items, requests } = await planOf(world, pour('copy'))
    expect(keysOf(items)).toEqual(ALL)
    expect(lists(requests)).toBe(PAGES + 1)
  })

  test('that says who it is with its first answer only is known by it', async () => {
    const list = world.storage.listObjects.bind(world.storage)
    const known = world.storage.habits
    let answered = false
    world.storage.listObjects = async (request, signal) => {
      const page = await list(request, signal)
      answered = true
      return page
    }
    Object.defineProperty(world.storage, 'habits', {
      get: () => ({ ...known, listsInOrder: answered }),
      enumerable: true,
    })
    const { items } = await planOf(world, pour('copy'))
    expect(keysOf(items)).toEqual(ALL)
    expect(world.s3.mostLists).toBeGreaterThan(4)
  })

  test('that begins where it likes is listed page after page', async () => {
    const list = world.storage.listObjects.bind(world.storage)
    world.storage.listObjects = ({ startAfter: _ignored, ...request }, signal) => list(request, signal)
    const { items, requests } = await planOf(world, pour('copy'))
    expect(keysOf(items)).toEqual(ALL)
    // One look shows it; one asks for the destination.
    expect(lists(requests)).toBe(PAGES + 2)
  })

  test('that lists in none from the beginning is listed page after page', async () => {
    bend((objects) => objects.reverse())
    const { items } = await planOf(world, pour('copy'))
    expect(keysOf(items)).toEqual(ALL)
    expect(world.s3.mostLists).toBeLessThanOrEqual(2)
  })

  test('that shows it only when there are ranges is refused: keys could be missing', async () => {
    let pages = 0
    bend((objects) => void (++pages > 20 && objects.reverse()))
    const { snapshot } = await planOf(world, pour('copy'))
    expect(snapshot.status).toMatchObject({ is: 'failed', failure: { code: 'bad-answer' } })
    expect(snapshot.status).toHaveProperty(
      'failure.message',
      expect.stringMatching(/^The listing of "a\/" is not in the order of its keys any more at "a\/\d+"/),
    )
  })
})
