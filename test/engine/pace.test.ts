import { describe, expect, test } from 'vitest'
import { sleep } from '#model/seams.ts'
import type { AdaptivePace } from '../../main/engine/pace.ts'
import { createPace } from '../../main/engine/pace.ts'
import type { VirtualSeams } from '../helpers/virtual-seams.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

const never = new AbortController().signal

const WORKERS = 200

/** A server that lets `limit` requests a second through, each taking 10 to 40 ms. */
async function pour(
  seams: VirtualSeams,
  pace: AdaptivePace,
  limit: (second: number) => number,
  seconds = 60,
) {
  const begin = seams.now()
  const end = begin + seconds * 1000
  let second = -1
  let spent = 0
  let done = 0
  let refused = 0
  let most = 0
  const worker = async (): Promise<void> => {
    while (seams.now() < end) {
      await pace.enter(never)
      most = Math.max(most, pace.inFlight)
      await sleep(seams, 5 + seams.random() * 15)
      const now = Math.floor((seams.now() - begin) / 1000)
      if (now !== second) spent = 0
      second = now
      const fits = spent < limit(now)
      if (fits) spent++
      await sleep(seams, 5 + seams.random() * 15)
      pace.leave(fits ? 'fine' : 'slow')
      if (fits) done++
      else {
        refused++
        await sleep(seams, seams.random() * 100)
      }
    }
  }
  await seams.finish(Promise.all(Array.from({ length: WORKERS }, worker)))
  const offered = Array.from({ length: seconds }, (_, at) => limit(at)).reduce((sum, one) => sum + one, 0)
  return { used: done / offered, refused: refused / (done + refused), most }
}

describe('pace', () => {
  test.each([
    { name: '3,500 writes a second', limit: () => 3500 },
    { name: '500 writes a second', limit: () => 500 },
    { name: '100 writes a second', limit: () => 100, seconds: 180 },
  ])('uses a limit of $name to 95 %, and is refused 5 % at most', async ({ limit, seconds }) => {
    const seams = virtualSeams(7)
    const pace = createPace({ seams, ceiling: 256 })
    const { used, refused } = await pour(seams, pace, limit, seconds)
    expect(used).toBeGreaterThanOrEqual(0.95)
    expect(refused).toBeLessThanOrEqual(0.05)
  })

  test('finds a limit again that was lowered and raised', async () => {
    const seams = virtualSeams(8)
    const pace = createPace({ seams, ceiling: 256 })
    const { used, refused } = await pour(seams, pace, (second) => (second >= 20 && second < 40 ? 400 : 2000))
    expect(used).toBeGreaterThanOrEqual(0.8)
    expect(refused).toBeLessThanOrEqual(0.05)
  })

  test('never has more in flight than the ceiling, and grows up to it while somebody waits', async () => {
    const seams = virtualSeams(1)
    const pace = createPace({ seams, ceiling: 100 })
    const { most } = await pour(seams, pace, () => Infinity)
    expect(most).toBe(100)
    expect(pace.inFlight).toBe(0)
  })

  test('gives a free slot at once, without a promise', () => {
    const pace = createPace({ seams: virtualSeams(1), ceiling: 2, start: 2 })
    expect(pace.enter(never)).toBeUndefined()
    expect(pace.enter(never)).toBeUndefined()
    expect(pace.enter(never)).toBeInstanceOf(Promise)
    expect(pace.inFlight).toBe(2)
  })

  test('a slot that is given back goes to who waited longest', async () => {
    const pace = createPace({ seams: virtualSeams(1), ceiling: 1 })
    const order: number[] = []
    void pace.enter(never)
    const first = Promise.resolve(pace.enter(never)).then(() => order.push(1))
    const second = Promise.resolve(pace.enter(never)).then(() => order.push(2))
    pace.leave('fine')
    await first
    pace.leave('fine')
    await second
    expect(order).toEqual([1, 2])
  })

  test('slowing down cuts what is in flight, never below one, and is counted', async () => {
    const seams = virtualSeams(1)
    const pace = createPace({ seams, ceiling: 64, start: 8 })
    for (let n = 0; n < 40; n++) {
      await seams.finish(Promise.resolve(pace.enter(never)))
      pace.leave('slow')
    }
    expect(pace.limit).toBe(1)
    expect(pace.throttled).toBe(40)
  })

  test('an aborted signal dismisses its own waiters only', async () => {
    const pace = createPace({ seams: virtualSeams(1), ceiling: 1 })
    const mine = new AbortController()
    void pace.enter(never)
    const aborted = Promise.resolve(pace.enter(mine.signal))
    const other = Promise.resolve(pace.enter(never))
    mine.abort(new Error('paused'))
    await expect(aborted).rejects.toThrow('paused')
    pace.leave('fine')
    await other
    expect(() => pace.enter(mine.signal)).toThrow('paused')
    expect(pace.inFlight).toBe(1)
  })
})
