import { describe, expect, it, test } from 'vitest'
import { CopyPatience, patienceFor, TIMEOUTS } from '../../../main/engine/wire/patience.ts'
import { Watch } from '../../../main/engine/wire/watch.ts'
import type { UnderWay } from '../../../main/engine/wire/watch.ts'
import { virtualSeams } from '../../helpers/virtual-seams.ts'

const SECOND = 1000
const MIB = 1024 ** 2

it.each<[what: string, moves: number | undefined, least: number, most: number]>([
  ['a HEAD', undefined, 30, 30],
  ['a copy of nothing', 0, 30, 30],
  ['a copy of a small object', 1024, 30, 31],
  ['a copy of 28 MiB: a hang ends within a minute', 28 * MIB, 50, 60],
  ['the largest part that is chosen, one of 64 on a slow disk', 256 * MIB, 240, 300],
  ['the largest CopyObject', 5 * 1024 * MIB, 900, 900],
  ['a completion of terabytes', 5e12, 900, 900],
  ['nobody knows', Infinity, 900, 900],
])('%s is waited for', (_, moves, least, most) => {
  const patience = patienceFor(moves, TIMEOUTS) / SECOND
  expect(patience).toBeGreaterThanOrEqual(least)
  expect(patience).toBeLessThanOrEqual(most)
})

describe('how long a large copy may be silent follows from what the server does meanwhile', () => {
  const part = 256 * MIB
  const byBytes = patienceFor(part, TIMEOUTS) / SECOND
  /** Parts done: each with its seconds, and when; the request was sent at 100. */
  const patience = (
    done: readonly [seconds: number, at: number][],
    times = 1,
    longest = 0,
    moves = part,
  ): number => {
    const copies = new CopyPatience(TIMEOUTS)
    for (const [seconds, at] of done) copies.finished(part, (at - seconds) * SECOND, at * SECOND)
    const watcher = copies.watcher(moves)
    return (watcher?.({ began: 100 * SECOND, times, longest: longest * SECOND }) ?? NaN) / SECOND
  }
  const four = (seconds: number, at = 110): [number, number][] =>
    Array.from({ length: 4 }, () => [seconds, at])

  test.each<[what: string, is: number, then: number]>([
    ['nothing is known', patience([]), byBytes],
    ['three others were done: chance', patience(four(3).slice(1)), byBytes],
    ['four others, in three seconds each', patience(four(3)), 30],
    ['four others, in ten seconds each', patience(four(10)), 80],
    ['one of them was slower', patience([...four(3), [20, 115]]), 160],
    ['all are slow: never more than by its bytes', patience(four(200)), byBytes],
    ['they were done before it was sent', patience(four(3, 99)), byBytes],
    ['a small copy did as little in the time', patience(four(10), 1, 0, 64 * MIB), 30],
    ['the server kept the line alive every 5 seconds', patience([], 6, 5), 30],
    ['… every 20 seconds', patience([], 6, 20), 60],
    ['a header and a byte are no habit', patience([], 3, 1), byBytes],
    ['nobody knows how much is copied', patience(four(3), 1, 0, Infinity), 900],
  ])('%s', (_, is, then) => {
    expect(is).toBeCloseTo(then, 1)
  })

  test('what is small is not watched for that', () => {
    const copies = new CopyPatience(TIMEOUTS)
    expect(copies.watcher(undefined)).toBeUndefined()
    expect(copies.watcher(1 * MIB)).toBeUndefined()
  })
})

describe('16 parts of 256 MiB in flight', () => {
  const MOVES = 256 * MIB

  /** Each part is answered after so many seconds, or never. @returns when the first part was given up, in seconds */
  async function givenUp(took: (part: number) => number): Promise<number | undefined> {
    const seams = virtualSeams(1)
    const began = seams.now()
    const copies = new CopyPatience(TIMEOUTS)
    const watch = new Watch(seams)
    let first: number | undefined
    const send = (part: number): void => {
      let bytes = 0
      const one: UnderWay = {
        limit: patienceFor(MOVES, TIMEOUTS),
        patience: copies.watcher(MOVES),
        signal: undefined,
        bytes: () => bytes,
        waitsForUs: () => false,
        stop: () => {
          first ??= (seams.now() - began) / SECOND
          watch.end()
          watch.remove(one)
        },
      }
      watch.add(one)
      watch.begin(one)
      bytes = 400
      const sent = seams.now()
      if (took(part) === Infinity) return
      seams.after(took(part) * SECOND, () => {
        if (first !== undefined) return
        copies.finished(MOVES, sent, seams.now())
        watch.end()
        watch.remove(one)
        if (part + 16 < 400) send(part + 16)
      })
    }
    for (let part = 0; part < 16; part++) send(part)
    await seams.run(() => first !== undefined)
    return first
  }

  test('one that hangs is given up within 35 seconds', async () => {
    expect(await givenUp((part) => (part === 3 ? Infinity : 4))).toBeLessThanOrEqual(35)
  })

  test('slow ones are not, as far as four minutes go', async () => {
    expect(await givenUp(() => 240)).toBeUndefined()
  })

  test('nor is one that takes six times as long as the others', async () => {
    expect(await givenUp((part) => (part % 7 === 3 ? 90 : 15))).toBeUndefined()
  })

  test('a server that stalls for two minutes loses nothing', async () => {
    expect(await givenUp((part) => (part >= 32 && part < 48 ? 120 : 4))).toBeUndefined()
  })
})
