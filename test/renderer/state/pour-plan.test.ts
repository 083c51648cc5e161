import { expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import type { JobSnapshot, Tally } from '#model/job.ts'
import { estimateRequests, roundEstimate, startBlocked } from '../../../renderer/state/pour-plan.ts'
import { job, tally } from './build.ts'

const refused: Failure = { code: 'read-only', reach: 'job', message: 'archive is read-only.' }
const offline = { is: 'paused', reason: 'offline', since: 0 } as const
const GIB = 1024 ** 3

function planned(more: Partial<Record<keyof Tally['planned'], number>>, bytes = 0): Tally {
  const counts = Object.entries(more).map(([action, items]) => [action, { items, bytes }])
  const items = Object.values(more).reduce((sum, count) => sum + count, 0)
  return tally({
    listed: { items, bytes },
    planned: { ...tally().planned, ...Object.fromEntries(counts) },
  })
}

const READY = { status: { is: 'ready' } } as const
const LISTING = { status: { is: 'planning' }, listing: true } as const

test.each<
  [string, Partial<JobSnapshot> | undefined, Partial<Parameters<typeof startBlocked>[0]>, string | undefined]
>([
  ['no answer yet', undefined, {}, 'The plan is being made.'],
  ['it was refused', undefined, { failure: refused }, 'archive is read-only.'],
  ['it failed', { status: { is: 'failed', failure: refused } }, {}, 'archive is read-only.'],
  ['another choice is being planned', undefined, { replanning: true }, undefined],
  [
    'the same, and one waits for the whole plan',
    undefined,
    { replanning: true, whileListing: false },
    'The plan is being made anew.',
  ],
  ['it still lists', { ...LISTING, tally: planned({ copy: 1 }) }, {}, undefined],
  ['it still lists, and one waits', LISTING, { whileListing: false }, 'The listing still goes on.'],
  ['it is offline', { status: offline }, {}, undefined],
  ['something is to be done', { ...READY, tally: planned({ copy: 1, skip: 3, refuse: 2 }) }, {}, undefined],
  ['nothing was found', { ...READY, tally: tally() }, {}, 'There is nothing there.'],
  [
    'everything is skipped',
    { ...READY, tally: planned({ skip: 3 }) },
    {},
    'There is nothing to do: everything is skipped.',
  ],
  ['everything is refused', { ...READY, tally: planned({ refuse: 3 }) }, {}, 'Every object would fail.'],
])('whether a plan can be started: %s', (_case, snapshot, more, reason) => {
  const question = { failure: undefined, replanning: false, whileListing: true, ...more }
  expect(startBlocked({ snapshot: snapshot && job('1', snapshot), ...question })).toBe(reason)
})

test.each([
  ['2,500 copies', 'copy', 'auto', planned({ copy: 2500 }), 6 + 2500],
  ['verified by HEAD', 'copy', 'head', planned({ copy: 1000 }), 2 + 2000],
  ['in full', 'copy', 'full', planned({ copy: 1000 }), 2 + 3000],
  ['a move: HEAD twice and DELETE', 'move', 'auto', planned({ copy: 1000 }), 2 + 4000],
  ['6 GiB in parts', 'copy', 'auto', planned({ 'copy-parts': 1 }, 6 * GIB), 2 + 3 + 32],
  ['1 TiB in parts', 'copy', 'auto', planned({ 'copy-parts': 1 }, 1024 * GIB), 2 + 3 + 4096],
  ['through this machine', 'copy', 'auto', planned({ relay: 10 }), 2 + 20],
  ['skips cost nothing more', 'copy', 'head', planned({ skip: 1000 }), 2],
] as const)('requests: %s', (_case, kind, verify, counts, requests) => {
  expect(estimateRequests({ kind, verify }, counts)).toBe(requests)
})

test.each([
  [7, 7],
  [99, 99],
  [123, 130],
  [2506, 2510],
  [121_877, 122_000],
])('an estimate of %i is said as %i', (count, said) => expect(roundEstimate(count)).toBe(said))
