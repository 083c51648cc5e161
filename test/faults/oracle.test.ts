import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../main/playground/mutation.ts'
import { judge } from './oracle.ts'
import type { Evidence, ObjectFacts, Rule } from './oracle.ts'
import type { Seen } from './tap.ts'

const FROM = { bucket: 'source', prefix: 'in/' }
const TO = { bucket: 'destination', prefix: 'out/' }

const request = (sentAt: number, op: Seen['op'], place: string, more: Partial<Seen> = {}): Seen => {
  const [bucket = '', ...key] = place.split('/')
  const times = { sentAt, landedAt: sentAt + 1, toldAt: sentAt + 2 }
  return {
    life: 1,
    op,
    bucket,
    key: key.join('/'),
    ...times,
    told: 'answered',
    status: 200,
    isErrorBody: false,
    ...more,
  }
}
const entry = (seq: number, op: LogEntry['op'], place: string, more: Partial<LogEntry> = {}): LogEntry => {
  const [bucket = '', ...key] = place.split('/')
  return { seq, time: 0, op, bucket, key: key.join('/'), ...more }
}

/** A move of two objects in which nothing is wrong. */
const HONEST: Evidence = {
  task: 'move',
  from: FROM,
  to: TO,
  objects: ['a', 'b'].map((key): ObjectFacts => ({ key, source: 'gone', made: 'same' })),
  extras: [],
  log: [
    entry(1, 'CopyObject', 'destination/out/a'),
    entry(2, 'CopyObject', 'destination/out/b'),
    entry(3, 'DeleteObject', 'source/in/a'),
    entry(4, 'DeleteObject', 'source/in/b'),
  ],
  seen: [
    ...['a', 'b'].flatMap((key, n) => [
      request(100 * n + 10, 'CopyObject', `destination/out/${key}`),
      request(100 * n + 20, 'HeadObject', `destination/out/${key}`),
      request(100 * n + 30, 'HeadObject', `source/in/${key}`),
      request(100 * n + 40, 'DeleteObject', `source/in/${key}`),
    ]),
  ],
  rows: ['in/a', 'in/b'].map((key) => ({ key, status: 'succeeded', code: '', message: 'Successful' })),
  lives: [{ seconds: 3, exit: 0 }],
  result: { status: 'completed', outcome: 'done', tally: { items: 2, failed: 0, skipped: 0 } },
  listed: { status: 'completed', outcome: 'done', tally: { items: 2, failed: 0, skipped: 0 } },
  early: [],
  uploads: [],
}

const rulesOf = (evidence: Evidence): readonly Rule[] => [...new Set(judge(evidence).map(({ rule }) => rule))]
const withObject = (facts: Partial<ObjectFacts>): Partial<Evidence> => ({
  objects: HONEST.objects.map((each) => (each.key === 'a' ? { ...each, ...facts } : each)),
})
const withRow = (status: string, code = '', message = ''): Partial<Evidence> => ({
  rows: HONEST.rows.map((row) => (row.key === 'in/a' ? { ...row, status, code, message } : row)),
})
/** The same as a copy. */
const COPY: Partial<Evidence> = {
  task: 'copy',
  log: HONEST.log.slice(0, 2),
  objects: HONEST.objects.map((each) => ({ ...each, source: 'same' })),
}
const copyWithObject = (facts: Partial<ObjectFacts>): Partial<Evidence> => ({
  ...COPY,
  objects: (COPY.objects ?? []).map((each) => (each.key === 'a' ? { ...each, ...facts } : each)),
})
/** One is told to have failed, and nobody contradicts. */
const ONE_FAILED: Partial<Evidence> = {
  listed: { ...HONEST.listed, tally: { items: 2, failed: 1, skipped: 0 } },
  result: undefined,
}

/** The copy of `a`, sent twice: `first` is what became of the first request, and then come the others. */
const twice = (first: Partial<Seen>, ...then: Seen[]): readonly Seen[] => [
  request(10, 'CopyObject', 'destination/out/a', first),
  ...then,
  request(60, 'CopyObject', 'destination/out/a', { life: 2 }),
  request(70, 'HeadObject', 'destination/out/a'),
  request(80, 'CopyObject', 'destination/out/b'),
]
const TWICE_IN_THE_LOG = [entry(0, 'CopyObject', 'destination/out/a'), ...HONEST.log.slice(0, 2)]
const UNHEARD = { told: 'unheard', toldAt: undefined } as const
const LOOK = request(40, 'HeadObject', 'destination/out/a', { life: 2, status: 404 })

describe('the oracle of the faults', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(judge(HONEST)).toEqual([])
    expect(judge({ ...HONEST, ...COPY })).toEqual([])
  })

  it.each<[string, Partial<Evidence>, readonly Rule[]]>([
    ['a lost object', withObject({ made: 'none' }), ['nothing-lost']],
    ['a copy with other attributes', withObject({ made: 'other' }), ['nothing-lost']],
    ['a copy that took its source away', copyWithObject({ source: 'gone' }), ['nothing-lost']],
    ['an object that the plan forgot', { rows: HONEST.rows.slice(1) }, ['nothing-lost', 'exit-state']],
    ['an object that nobody finished', { ...COPY, ...withRow('not-done') }, ['nothing-lost']],
    [
      'a failure that says nothing',
      { ...withRow('failed'), ...withObject({ source: 'same' }) },
      ['failed-with-cause', 'exit-state'],
    ],
    ['a double write', { ...COPY, log: TWICE_IN_THE_LOG }, ['written-once']],
    [
      'a double write that a look had told of',
      { ...COPY, log: TWICE_IN_THE_LOG, seen: twice(UNHEARD, LOOK) },
      ['written-once'],
    ],
    [
      'a request in doubt that nobody looked after',
      { ...COPY, seen: twice({ ...UNHEARD, landedAt: undefined }) },
      ['settled-first'],
    ],
    ['a 500 that nobody looked after', { ...COPY, seen: twice({ status: 500 }) }, ['settled-first']],
    [
      'a 200 with an error in it that nobody looked after',
      { ...COPY, seen: twice({ isErrorBody: true }) },
      ['settled-first'],
    ],
    [
      'a part that was sent twice',
      {
        log: [1, 2].map((seq) =>
          entry(seq, 'UploadPartCopy', 'destination/out/a', { partNumber: 7, uploadId: 'u' }),
        ),
        task: 'copy',
        objects: COPY.objects ?? [],
      },
      ['written-once'],
    ],
    [
      'a premature delete, by the log',
      { log: [...HONEST.log.slice(1, 3), { ...HONEST.log[0]!, seq: 9 }, HONEST.log[3]!] },
      ['verified-before-delete'],
    ],
    [
      'a premature delete: nobody looked at the copy',
      { seen: HONEST.seen.filter(({ op, key }) => op !== 'HeadObject' || key !== 'out/a') },
      ['verified-before-delete'],
    ],
    [
      'a premature delete: the look was not answered yet',
      {
        seen: HONEST.seen.map((each) =>
          each.op === 'HeadObject' && each.key === 'out/a' ? { ...each, toldAt: 45 } : each,
        ),
      },
      ['verified-before-delete'],
    ],
    [
      'a premature delete: the copy was not there when it was looked for',
      {
        seen: HONEST.seen.map((each) =>
          each.op === 'HeadObject' && each.key === 'out/a' ? { ...each, status: 404 } : each,
        ),
      },
      ['verified-before-delete'],
    ],
    [
      'a rewritten source that is gone',
      copyWithObject({ source: 'gone', touched: 'source-written', kept: false }),
      ['rewrite-kept'],
    ],
    ['a delete that the journal knew nothing of', { early: ['in/a'] }, ['journaled-before-delete']],
    ['a left upload', { uploads: ['destination/out/a'] }, ['no-upload-left']],
    ['an exit code that lies', { lives: [{ seconds: 1, exit: 1 }] }, ['exit-state']],
    [
      'two lists that say different things',
      { listed: { ...HONEST.listed, outcome: 'failed' } },
      ['exit-state'],
    ],
    [
      'tallies that say different things',
      { result: { ...HONEST.listed, tally: { items: 3 } } },
      ['exit-state'],
    ],
    ['an object from nowhere', { extras: ['c'] }, ['exit-state']],
    [
      'a failure that was none',
      {
        ...COPY,
        ...withRow('failed', 'X', 'y'),
        ...ONE_FAILED,
      },
      ['exit-state'],
    ],
    ['a life that would not end', { lives: [{ seconds: 61, exit: 0 }] }, ['within-bound']],
    [
      'an endless retry',
      {
        seen: [
          ...HONEST.seen,
          ...Array.from({ length: 41 }, (_, n) => request(900 + 10 * n, 'HeadObject', 'source/in/b')),
        ],
      },
      ['no-endless-retry'],
    ],
  ])('%s: %#', (_, doctored, rules) => {
    expect(rulesOf({ ...HONEST, ...doctored })).toEqual(rules)
  })

  it('lets pass what came only after it was looked for', () => {
    const seen = twice({ ...UNHEARD, landedAt: 50 }, LOOK)
    expect(judge({ ...HONEST, ...COPY, log: TWICE_IN_THE_LOG, seen })).toEqual([])
  })
})
