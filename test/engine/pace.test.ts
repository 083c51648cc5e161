import { describe, expect, test } from 'vitest'
import { createPace } from '../../main/engine/pace/pace.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'
import { pourInto, tokenBucket } from './pace-servers.ts'

const never = new AbortController().signal

describe('pace', () => {
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

  test('half as many more a round, up to the ceiling, while somebody waits', async () => {
    const pace = createPace({ seams: virtualSeams(1), ceiling: 100, start: 32 })
    const entered = Array.from({ length: 400 }, () => Promise.resolve(pace.enter(never)))
    expect(pace.inFlight).toBe(32)
    for (let answer = 0; answer < 32; answer++) pace.leave('fine')
    expect(pace.limit).toBe(48)
    for (let answer = 0; answer < 48 + 72 + 100; answer++) pace.leave('fine')
    expect(pace.limit).toBe(100)
    expect(pace.inFlight).toBe(100)
    await Promise.all(entered.slice(0, 300))
  })

  test('slots that only the rate holds back are let go of, and refusals are counted', async () => {
    const seams = virtualSeams(1)
    const pace = createPace({ seams, ceiling: 256 })
    const server = tokenBucket(() => 200)
    const { refused } = await pourInto({ seams, pace, server, latency: 20, seconds: 20 })
    expect(pace.limit).toBeLessThanOrEqual(32)
    expect(pace.throttled).toBe(refused)
    expect(pace.inFlight).toBe(0)
    expect(pace.resting).toBe(0)
  })

  test('reads go on where only writes are asked to slow down', async () => {
    const seams = virtualSeams(1)
    const pace = createPace({ seams, ceiling: 64 })
    for (let n = 0; n < 64; n++) void pace.enter(never, 'write')
    for (let n = 0; n < 64; n++) pace.leave('slow', 'write')
    expect(pace.enter(never, 'write')).toBeInstanceOf(Promise)
    expect(pace.enter(never, 'read')).toBeUndefined()
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
