import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyRanges, latencyRules } from '../../main/engine/listing/key-ranges.ts'
import type { KeyRange, OpenRange, Probe } from '../../main/engine/listing/key-ranges.ts'
import { compareKeys } from '../../main/engine/names.ts'

interface Asked {
  readonly range?: OpenRange
  readonly probe?: Probe
  readonly after: string | undefined
}

interface Walked {
  readonly keys: string[]
  readonly requests: number
  readonly rounds: number
  readonly mostAtOnce: number
  /** What was left when it was stopped. */
  readonly left: readonly KeyRange[]
}

/** Lists `all` as a server in order would, all that is asked at once answered in an order that `chance` gives. */
function walk(
  all: readonly string[],
  pageSize: number,
  chance: () => number = () => 0,
  { from = [{}] as readonly KeyRange[], rounds: most = Infinity, prefix = '' } = {},
): Walked {
  const ranges = new KeyRanges(prefix, from)
  const asked: Asked[] = ranges.open.map((range) => ({ range, after: range.after }))
  const walked = { keys: [] as string[], requests: 0, rounds: 0, mostAtOnce: 0 }
  while (asked.length > 0 && walked.rounds < most) {
    walked.rounds += 1
    walked.mostAtOnce = Math.max(walked.mostAtOnce, asked.length)
    walked.requests += asked.length
    const answered = asked.splice(0).sort(() => chance() - 0.5)
    for (const { range: known, probe, after } of answered) {
      const begin = after === undefined ? 0 : all.findIndex((key) => compareKeys(key, after) > 0)
      const page = begin < 0 ? [] : all.slice(begin, begin + pageSize).map((key) => ({ key }))
      const goesOn = begin >= 0 && begin + pageSize < all.length
      const range = probe ? ranges.found(probe, page, { goesOn }) : known
      if (range === undefined) continue
      const { items, ended } = ranges.take(range, behind(page, range.seen), { goesOn })
      ranges.settle(range)
      walked.keys.push(...items.map(({ key }) => key))
      if (!ended) asked.push({ range, after: page.at(-1)?.key })
    }
    for (let probe = ranges.probe(); probe; probe = ranges.probe()) asked.push({ probe, after: probe.after })
  }
  return { ...walked, left: ranges.open.map(({ after, to }) => ({ after, to })) }
}

function behind(page: readonly { key: string }[], seen: string | undefined): readonly { key: string }[] {
  return seen === undefined ? page : page.filter(({ key }) => compareKeys(key, seen) > 0)
}

const KEY = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((key) => key.toWellFormed()),
  fc.nat({ max: 99_999 }).map((n) => String(n).padStart(8, '0')),
  fc.stringMatching(/^[a-f0-9]{4,8}$/),
  fc.tuple(fc.constantFrom('logs', 'zeta', 'é', '😀'), fc.nat(999)).map(([dir, n]) => `${dir}/${n}.gz`),
)
const SOME = fc.array(KEY, { minLength: 1, maxLength: 60 })
/** Many, as lie in a bucket: counted on from some of them. */
const MANY = fc
  .tuple(fc.array(KEY, { minLength: 1, maxLength: 4 }), fc.integer({ min: 20, max: 120 }))
  .map(([roots, count]) => roots.flatMap((root) => Array.from({ length: count }, (_, n) => `${root}${n}`)))
const BUCKET = fc.oneof(SOME, MANY).map((keys) => [...new Set(keys)].sort(compareKeys))

describe('one listing in several ranges', () => {
  test('ranges are disjoint and whole, in whatever order answers come', () => {
    let several = 0
    fc.assert(
      fc.property(
        BUCKET,
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (all, size, chances) => {
          const { keys, mostAtOnce } = walk(all, size, () => chances.next().value ?? 0)
          several += Number(mostAtOnce > 2)
          expect(keys.sort(compareKeys)).toEqual(all)
        },
      ),
      { numRuns: 500 },
    )
    expect(several).toBeGreaterThan(50)
  })

  test('stopped anywhere, what is left is what was not listed', () => {
    fc.assert(
      fc.property(BUCKET, fc.integer({ min: 1, max: 9 }), fc.nat(40), (all, size, rounds) => {
        const first = walk(all, size, () => 0, { rounds })
        const rest = first.left.length === 0 ? [] : walk(all, size, () => 0, { from: first.left }).keys
        expect([...first.keys, ...rest].sort(compareKeys)).toEqual(all)
      }),
      { numRuns: 500 },
    )
  })

  const numbered = (count: number, digits = 8): string[] =>
    Array.from({ length: count }, (_, n) => `k/${String(n).padStart(digits, '0')}`)
  const scattered = (count: number): string[] =>
    Array.from(
      { length: count },
      (_, n) => `k/${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`,
    ).sort()
  const dated = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => {
      const day = new Date(Date.UTC(2023, 0, 1) + n * 7_000_000).toISOString()
      return `k/${day.slice(0, 10).replaceAll('-', '/')}/app-${day}.gz`
    })

  test.each([
    ['a counter', numbered(20_000)],
    ['numbers of any length', numbered(20_000, 1).sort()],
    ['hashes', scattered(20_000)],
    ['dates', dated(20_000)],
  ])('%s: in a third of the time, for a fourth more requests at most', (_, all) => {
    const { keys, requests, rounds, mostAtOnce } = walk(all, 100, () => 0, { prefix: 'k/' })
    expect(keys.length).toBe(20_000)
    expect(mostAtOnce).toBe(8)
    expect(rounds).toBeLessThan(200 / 3)
    expect(requests).toBeLessThan(200 * 1.25)
  })

  test.each([1, 99, 100, 101, 199, 200])(
    '%i keys, of which a page holds a hundred: no request more',
    (count) => {
      expect(walk(numbered(count), 100, () => 0, { prefix: 'k/' }).requests).toBe(Math.ceil(count / 100))
    },
  )
})

describe('a look in the middle of a range', () => {
  /** Two pages of a long list are listed, and a look is under way. */
  function looking(): { ranges: KeyRanges; range: OpenRange; probe: Probe } {
    const ranges = new KeyRanges('', [{}])
    const range = ranges.open[0]!
    for (const from of [0, 10]) {
      ranges.take(range, page(from), { goesOn: true })
      ranges.settle(range)
    }
    return { ranges, range, probe: ranges.probe()! }
  }
  const name = (n: number): string => String(n).padStart(6, '0')
  const page = (from: number, count = 10): { key: string }[] =>
    Array.from({ length: count }, (_, n) => ({ key: name(from + n) }))
  const left = ({ open }: KeyRanges): unknown[] => open.map(({ after, to }) => [after, to])

  test('that shows keys makes two ranges of one', () => {
    const { ranges, probe } = looking()
    const made = ranges.found(probe, page(50_000), { goesOn: true })
    expect(made).toMatchObject({ after: probe.after })
    expect(left(ranges)).toEqual([
      [name(19), probe.after],
      [probe.after, undefined],
    ])
  })

  test('that meets nothing changes nothing', () => {
    const { ranges, probe } = looking()
    expect(ranges.found(probe, [], { goesOn: false })).toBeUndefined()
    expect(left(ranges)).toEqual([[name(19), undefined]])
  })

  test('that comes when its range is further begins there', () => {
    const { ranges, range, probe } = looking()
    const further = Number(probe.after.padEnd(6, '0')) + 5
    ranges.take(range, page(further, 1), { goesOn: true })
    const made = ranges.found(probe, page(further - 3), { goesOn: true })
    expect(made).toMatchObject({ after: name(further), seen: name(further) })
    ranges.settle(range)
    expect(left(ranges)).toEqual([
      [name(further), name(further)],
      [name(further), undefined],
    ])
  })

  test('that comes when its range is at its last page is left', () => {
    const { ranges, range, probe } = looking()
    ranges.take(range, page(90_000), { goesOn: false })
    expect(ranges.found(probe, page(50_000), { goesOn: true })).toBeUndefined()
    ranges.settle(range)
    expect(left(ranges)).toEqual([])
  })

  test('is not made where the order is another', () => {
    const { ranges, probe } = looking()
    ranges.failed(probe)
    ranges.stayWhole()
    expect(ranges.probe()).toBeUndefined()
    expect(ranges.isSplit).toBe(false)
  })
})

test.each([
  [0, 0, 0, false],
  [2, 79, 0, false],
  [2, 80, 0, true],
  [2, 80, 20, true],
  [2, 80, 21, false],
])('%i pages, %i ms waited for and %i ms of work: latency rules is %s', (pages, waited, worked, rules) => {
  expect(latencyRules({ pages, waited, worked })).toBe(rules)
})
