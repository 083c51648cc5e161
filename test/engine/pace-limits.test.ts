import { describe, expect, test } from 'vitest'
import { createPace, createRates } from '../../main/engine/pace/pace.ts'
import { mulberry32, virtualSeams } from '../helpers/virtual-seams.ts'
import { both, crowded, fixedWindow, pourInto, randomly, tokenBucket } from './pace-servers.ts'
import type { ModelServer, PourFigures } from './pace-servers.ts'

type Extent = Pick<Parameters<typeof pourInto>[0], 'seconds' | 'objects' | 'turns'>

async function pour(server: ModelServer, latency: number, extent: Extent, seed = 7) {
  const seams = virtualSeams(seed)
  return pourInto({ seams, pace: createPace({ seams, ceiling: 256 }), server, latency, ...extent })
}

/** The share of what the server would have let through. */
function used(figures: PourFigures, server: ModelServer): number {
  return figures.done / (server.offered(figures.seconds) ?? NaN)
}

function refusedOf({ refused, writes }: PourFigures): number {
  return refused / writes
}

const dropped = (second: number): number => (second >= 10 && second < 30 ? 400 : 2000)

describe('a limit of writes a second is used to 95 %, and 5 % are refused at most', () => {
  test.each([
    ...[2, 20].flatMap((latency) => [
      { name: '200, with a second in hand', latency, server: tokenBucket(() => 200), seconds: 60 },
      { name: '1,000, with a second in hand', latency, server: tokenBucket(() => 1000), seconds: 30 },
      { name: '3,500, with a second in hand', latency, server: tokenBucket(() => 3500), seconds: 12 },
      { name: '200, with a tenth of one', latency, server: tokenBucket(() => 200, 0.1), seconds: 60 },
      { name: '1,000, with a tenth of one', latency, server: tokenBucket(() => 1000, 0.1), seconds: 30 },
      { name: '200 in each second', latency, server: fixedWindow(() => 200), seconds: 60 },
      { name: '1,000 in each second', latency, server: fixedWindow(() => 1000), seconds: 30 },
    ]),
    // A second in hand hides a limit from whoever looks for it by doubling.
    { name: '100, with a second in hand', latency: 2, server: tokenBucket(() => 100), seconds: 60 },
    { name: '100, with a second in hand', latency: 20, server: tokenBucket(() => 100), seconds: 60 },
    // More is in flight than the server lets through in a second.
    { name: '200, with a second in hand', latency: 200, server: tokenBucket(() => 200), seconds: 60 },
    { name: '200 in each second', latency: 200, server: fixedWindow(() => 200), seconds: 60 },
    { name: '100 in each second', latency: 20, server: fixedWindow(() => 100), seconds: 180 },
    { name: '3,500 in each second', latency: 20, server: fixedWindow(() => 3500), seconds: 12 },
    { name: '1,000, with a second in hand', latency: 200, server: tokenBucket(() => 1000), seconds: 60 },
  ])('$name, at $latency ms', async ({ latency, server, seconds }) => {
    const figures = await pour(server, latency, { seconds })
    expect(used(figures, server)).toBeGreaterThanOrEqual(0.95)
    expect(refusedOf(figures)).toBeLessThanOrEqual(0.05)
    expect(figures.lost).toBe(0)
  })

  // A loop that is busy hears answers many at a time, and what a few milliseconds tell of a rate is far off.
  test.each([
    {
      name: '3,500, with a second in hand',
      latency: 2,
      turns: 20,
      server: () => tokenBucket(() => 3500),
      seconds: 20,
    },
    {
      name: '3,500, with a second in hand',
      latency: 2,
      turns: 30,
      server: () => tokenBucket(() => 3500),
      seconds: 20,
    },
    {
      name: '3,500, with a second in hand',
      latency: 20,
      turns: 10,
      server: () => tokenBucket(() => 3500),
      seconds: 20,
    },
    {
      name: '3,500, with a second in hand',
      latency: 20,
      turns: 40,
      server: () => tokenBucket(() => 3500),
      seconds: 20,
    },
    {
      name: '3,500, with a tenth of one',
      latency: 20,
      turns: 10,
      server: () => tokenBucket(() => 3500, 0.1),
      seconds: 20,
    },
    {
      name: '1,000 in each second',
      latency: 20,
      turns: 20,
      server: () => fixedWindow(() => 1000),
      seconds: 30,
    },
  ])('$name, at $latency ms, heard each $turns ms', async ({ latency, turns, server, seconds }) => {
    for (const seed of [2, 4, 8, 10]) {
      const figures = await pour(server(), latency, { seconds, turns }, seed)
      expect(used(figures, server())).toBeGreaterThanOrEqual(0.95)
      expect(refusedOf(figures)).toBeLessThanOrEqual(0.05)
    }
  })

  test('one that is lowered and raised is followed', async () => {
    const server = tokenBucket(dropped)
    const figures = await pour(server, 20, { seconds: 60 })
    expect(used(figures, server)).toBeGreaterThanOrEqual(0.85)
    expect(refusedOf(figures)).toBeLessThanOrEqual(0.08)
    // Lowered, at once; raised, within eight seconds.
    expect(figures.bySecond[14]).toBeGreaterThanOrEqual(380)
    const raised = figures.bySecond.slice(38, 42)
    expect(raised.reduce((sum, done) => sum + done, 0)).toBeGreaterThanOrEqual(0.95 * 4 * 2000)
  })

  test('two paces to one bucket share it, whatever their ceilings', async () => {
    const seams = virtualSeams(7)
    const rates = createRates(seams)
    const server = tokenBucket(() => 1000)
    const paces = [256, 32].map((ceiling) => createPace({ seams, ceiling, rates }))
    const [wide, narrow] = await seams.finish(
      Promise.all(paces.map((pace) => pourInto({ seams, pace, server, latency: 20, seconds: 30 }))),
    )
    if (!wide || !narrow) throw new Error('two were asked for')
    expect((wide.done + narrow.done) / (server.offered(30) ?? NaN)).toBeGreaterThanOrEqual(0.95)
    expect((wide.refused + narrow.refused) / (wide.writes + narrow.writes)).toBeLessThanOrEqual(0.05)
    expect(narrow.done / wide.done).toBeGreaterThanOrEqual(0.8)
  })
})

describe('refusals that have nothing to do with the rate do not slow it down', () => {
  /** With a HEAD after each refusal; objects a second that 256 in flight come to. */
  const possible = (share: number, latency: number): number => {
    const tries = 1 / (1 - share)
    return (256 / latency / (tries + (tries - 1))) * 1000
  }

  test.each([
    { share: 0.05, latency: 20, seconds: 3 },
    { share: 0.2, latency: 20, seconds: 3 },
    { share: 0.5, latency: 20, seconds: 3 },
    { share: 0.05, latency: 200, seconds: 15 },
    { share: 0.2, latency: 200, seconds: 15 },
    { share: 0.5, latency: 200, seconds: 15 },
  ])('$share of all, at $latency ms', async ({ share, latency, seconds }) => {
    const { bySecond, lost } = await pour(randomly(share, mulberry32(3)), latency, { seconds })
    const rates = bySecond.slice(1, seconds)
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
    // It is tried whether less helps: twice to find out, and every ten seconds again.
    expect(mean / possible(share, latency)).toBeGreaterThanOrEqual(0.7)
    expect(lost).toBe(0)
  })

  test('20,000 objects, a fifth refused: none is lost, and none takes more than ten tries', async () => {
    const { done, lost, mostTries, refused, writes } = await pour(randomly(0.2, mulberry32(3)), 20, {
      objects: 20_000,
    })
    expect({ done, lost }).toEqual({ done: 20_000, lost: 0 })
    expect(mostTries).toBeLessThanOrEqual(10)
    expect(refused / writes).toBeCloseTo(0.2, 1)
  })

  test('a fifth refused by chance, and a limit besides: both are found', async () => {
    const server = both(
      randomly(0.2, mulberry32(3)),
      tokenBucket(() => 1000),
    )
    const figures = await pour(server, 20, { seconds: 30 })
    expect(used(figures, server)).toBeGreaterThanOrEqual(0.9)
    // A fifth, and some for the limit.
    expect(refusedOf(figures)).toBeLessThanOrEqual(0.3)
  })
})

describe('a server that', () => {
  test('refuses what it has no room for gets about as much as it has room for', async () => {
    const { bySecond, ...figures } = await pour(crowded(64), 20, { seconds: 10 })
    expect(refusedOf({ ...figures, bySecond })).toBeLessThanOrEqual(0.05)
    expect(bySecond[8] ?? 0).toBeGreaterThanOrEqual(1000)
  })

  test('refuses everything is asked 20 times a second, and every object given up in bounded time', async () => {
    const { lost, done, writes, seconds, mostInFlight } = await pour(
      randomly(1, () => 0),
      20,
      { objects: 20 },
    )
    expect({ lost, done }).toEqual({ lost: 20, done: 0 })
    expect(writes).toBe(20 * 30)
    expect(mostInFlight).toBeLessThanOrEqual(64)
    expect(seconds).toBeLessThanOrEqual(60)
  })
})

describe('in flight', () => {
  test.each([
    { ceiling: 64, floor: 1 },
    { ceiling: 256, floor: 1.06 },
  ])(
    '$ceiling stay so from the third round on: 20,000 objects at 20 ms take $floor times the floor',
    async ({ ceiling, floor }) => {
      const seams = virtualSeams(1)
      const pace = createPace({ seams, ceiling })
      const figures = await pourInto({
        seams,
        pace,
        server: randomly(0, () => 1),
        latency: 20,
        objects: 20_000,
      })
      expect(figures.mostInFlight).toBe(ceiling)
      expect(figures.seconds / ((20_000 * 0.02) / ceiling)).toBeLessThanOrEqual(floor + 0.02)
    },
  )
})
