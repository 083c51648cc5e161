import { binarySize } from '#model/binary-size.ts'
import { describe, expect, it } from 'vitest'
import type { FailureGroup, JobSnapshot, JobStatus, Tally } from '#model/job.ts'
import {
  duration,
  exitCode,
  failureLines,
  jsonTally,
  manyHint,
  outcomeOf,
  progressLine,
  summary,
} from '../../main/cli/words.ts'
import { jobSpec, type JobFile } from '#model/spec.ts'
import { emptyTally } from '../../main/jobs/tally.ts'

const none = { items: 0, bytes: 0 }
const TALLY: Tally = {
  listed: { items: 10, bytes: 10_240 },
  planned: emptyTally().planned,
  skipped: emptyTally().skipped,
  conflicts: 0,
  copied: { items: 4, bytes: 4096 },
  moved: none,
  deleted: none,
  edited: none,
  filtered: none,
  restoring: none,
  failed: none,
}

function job(status: JobStatus, tally: Partial<Tally> = {}): JobSnapshot {
  return {
    id: '7',
    revision: 1,
    title: 'Copy a to b',
    kind: 'copy',
    sources: [{ connection: '', connectionId: '', bucket: 'a', prefix: '' }],
    destinations: [],
    status,
    draft: false,
    priority: 50,
    listing: false,
    tally: { ...TALLY, ...tally },
    createdAt: 0,
    ranFor: 1500,
  }
}
const failure = { code: 'no-such-bucket', reach: 'job', message: 'There is no bucket "a".' } as const
const paused = (reason: Extract<JobStatus, { is: 'paused' }>['reason']): JobStatus => ({
  is: 'paused',
  reason,
  since: 0,
})
const one = { items: 1, bytes: 1 }
const two = { items: 2, bytes: 0 }

describe('the words of the command line', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [4096, '4.00 KiB'],
    [6_000_000_000, '5.59 GiB'],
    [123_456_789, '118 MiB'],
  ])('%i bytes are %s', (size, text) => expect(binarySize(size)).toBe(text))

  it.each([
    [0.2, '1 s'],
    [59.4, '60 s'],
    [61, '1 min 1 s'],
    [3_700, '1 h 1 min'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

  it.each([
    [job({ is: 'completed' }), 0, 'done', 'Done: 4 objects copied (4.00 KiB) in 2 s.'],
    [job({ is: 'completed' }, { copied: none }), 0, 'done', 'Done: nothing to do in 2 s.'],
    [job({ is: 'completed' }, { failed: one }), 1, 'completed-with-failures', ', 1 failed in'],
    [job({ is: 'failed', failure }), 3, 'failed', 'Failed: There is no bucket "a". 4 objects copied'],
    [job({ is: 'failed', failure }, { copied: none }), 3, 'failed', '"a". Nothing was done. Job 7.'],
    [
      job(paused('budget'), { copied: none }),
      3,
      'interrupted',
      'Its budget is used up. Nothing was done so far. It goes on with: decant resume 7 --max-requests N',
    ],
    [job({ is: 'cancelled' }), 3, 'cancelled', 'Cancelled: 4 objects'],
    [job(paused('user')), 130, 'interrupted', 'It goes on with: decant resume 7'],
    [job(paused('credentials')), 3, 'interrupted', 'the keys are missing or have run out'],
    [job(paused('folder')), 3, 'interrupted', 'a folder of this computer is not there'],
    [job(paused('storage')), 3, 'interrupted', 'the data directory cannot be written'],
  ])('%# has its exit code, outcome and sentence', (given, code, outcome, sentence) => {
    expect([exitCode(given), outcomeOf(given)]).toEqual([code, outcome])
    expect(summary(given)).toContain(sentence)
  })

  it('says for which job one that is queued waits', () => {
    const waiting = { ...job({ is: 'queued' }), queuePlace: 1, waitsFor: { id: '3', title: 'Move b to a' } }
    expect(summary(waiting)).toContain('(place 1, priority 50; it waits for job 3, as one takes away')
  })

  it.each([
    [{}, { listed: none, copied: none }, 'Done: nothing was found in'],
    [{}, { skipped: { exists: one, left: one } }, '2 skipped (the key exists, left aside)'],
    [{}, { filtered: one }, '1 filtered out'],
    [{ kind: 'parity' }, { skipped: { same: one } }, '1 alike'],
    [{ kind: 'rewind' }, { deleted: one, planned: { 'delete-version': one } }, '1 delete marker removed'],
    [{ kind: 'rewind' }, { deleted: one, planned: { delete: one } }, '1 object deleted in'],
    [
      { kind: 'rewind' },
      { deleted: two, planned: { delete: one, 'delete-version': one } },
      '2 objects deleted or uncovered',
    ],
    [{ kind: 'delete' }, { deleted: two, planned: { 'delete-version': two } }, '2 versions deleted'],
    [
      { kind: 'undo' },
      { deleted: two, planned: { 'delete-version': two } },
      '2 versions or delete markers removed',
    ],
    [{ kind: 'undo' }, { deleted: one, planned: { delete: one } }, '1 object deleted'],
    [{}, { deleted: one }, '1 object deleted'],
  ] as const)('%j with %j came to: %s', (more, tally, sentence) => {
    const { skipped, planned, ...rest } = { skipped: {}, planned: {}, ...tally }
    const given = job(
      { is: 'completed' },
      { ...rest, skipped: { ...TALLY.skipped, ...skipped }, planned: { ...TALLY.planned, ...planned } },
    )
    expect(summary({ ...given, ...more })).toContain(sentence)
  })

  it.each([
    ['img', 'img', 'If that is a prefix: write s3://a/img/, or add --recursive.'],
    ['img/*.png', 'img/*.png', "If that is a glob: write s3://a/img/ --include 'img/*.png'."],
    ['*', '*', "If that is a glob: write s3://a/ --include '*'."],
    // A key that a listing or a manifest named was not typed.
    ['img', 'other', undefined],
  ])('where %s was asked for and %s is not there', (key, missing, hint) => {
    const config = { region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } } as const
    const connection = { id: 'c', name: 'c', config }
    const select = [{ kind: 'object', key }]
    const source = { connection, bucket: 'a', select, base: '' }
    const spec = jobSpec.parse({ v: 1, kind: 'delete', sources: [source] } as unknown as JobFile)
    const group = { code: 'source-missing', items: 1, exampleKey: missing } as FailureGroup
    expect(manyHint(spec, [group])).toBe(hint)
    expect(manyHint(spec, [{ ...group, code: 'access-denied' }])).toBeUndefined()
    expect(manyHint(spec, [])).toBeUndefined()
  })

  it('tells of each cause how many and the first of them, and where the others are told', () => {
    const cause = (items: number, message: string): FailureGroup => {
      const example = { code: 'no-such-key', reach: 'item', message } as const
      return { code: 'no-such-key', items, example, exampleKey: 'k', retry: 'retry', fix: 'none' } as never
    }
    const causes = [cause(1, 'One.'), cause(2000, 'Two.'), ...Array.from({ length: 5 }, () => cause(1, 'M.'))]
    const lines = failureLines(job({ is: 'completed' }), causes)
    expect(lines.slice(0, 2)).toEqual([
      '1 failed (no-such-key): One.',
      '2,000 failed (no-such-key), such as this: Two.',
    ])
    expect(lines).toHaveLength(6)
    expect(lines.at(-1)).toBe('2 more causes: see decant report.')
    expect(failureLines({ ...job({ is: 'completed' }), kind: 'parity' }, causes)).toEqual([])
  })

  it('counts a moved object as copied and as deleted', () => {
    const moved = { items: 2, bytes: 5 }
    expect(jsonTally({ ...TALLY, copied: one, moved })).toEqual({
      items: 10,
      bytes: 10_240,
      copied: 3,
      skipped: 0,
      edited: 0,
      filtered: 0,
      restoring: 0,
      failed: 0,
      deleted: 2,
      bytesCopied: 6,
    })
  })

  it.each([80, 60, 30, 10])('a progress line fits %i columns', (width) => {
    const live = {
      objectsPerSecond: 1234.5,
      bytesPerSecond: 1e9,
      inFlight: 1,
      concurrency: 1,
      throttled: 0,
      secondsLeft: 75,
    }
    const line = progressLine({ ...job({ is: 'running' }), live }, width)
    expect(line.length).toBeLessThanOrEqual(width)
    expect(line).toContain('4 of 10')
    if (width === 80) expect(line).toContain('1,235/s, 954 MiB/s · 1 min 15 s left')
  })
})
