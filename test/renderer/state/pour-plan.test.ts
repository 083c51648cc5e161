import { expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import type { JobSnapshot, Tally } from '#model/job.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import {
  estimateRequests,
  filterResult,
  roundEstimate,
  startBlocked,
} from '../../../renderer/state/pour-plan.ts'
import type { SheetSpec } from '../../../renderer/state/sheet-spec.ts'
import { job, spec, tally } from './build.ts'

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
  [
    'nothing passes the filter',
    { ...READY, tally: tally({ filtered: { items: 3, bytes: 0 } }) },
    {},
    'No object passes the filter.',
  ],
  ['everything is refused', { ...READY, tally: planned({ refuse: 3 }) }, {}, 'Every object would fail.'],
])('whether a plan can be started: %s', (_case, snapshot, more, reason) => {
  const question = { failure: undefined, replanning: false, whileListing: true, ...more }
  expect(startBlocked({ snapshot: snapshot && job('1', snapshot), ...question })).toBe(reason)
})

const changed = { ...COPY_DEFAULTS, headers: { policy: 'change', set: { expires: '0' }, remove: [] } }
const acl = { ...COPY_DEFAULTS, acl: { policy: 'copy' } }
const tagged = { tags: [{ name: 'stage' }] }
const two = [1, 2].map((n) => ({ ...spec('copy').destinations[0], bucket: `to-${n}` }))
const headed = { verify: 'head' }

test.each<[string, SheetSpec, Tally, number]>([
  ['2,500 copies', spec('copy'), planned({ copy: 2500 }), 6 + 2500],
  ['verified by HEAD', spec('copy', headed), planned({ copy: 1000 }), 2 + 2000],
  ['in full: HEAD, tags and ACL', spec('copy', { verify: 'full' }), planned({ copy: 1000 }), 2 + 4000],
  ['a move: HEAD for the redirect, twice more, and DELETE', spec('move'), planned({ copy: 1000 }), 2 + 5000],
  ['6 GiB in parts', spec('copy'), planned({ 'copy-parts': 1 }, 6 * GIB), 2 + 3 + 32],
  ['1 TiB in parts', spec('copy'), planned({ 'copy-parts': 1 }, 1024 * GIB), 2 + 3 + 4096],
  ['through this machine', spec('copy'), planned({ relay: 10 }), 2 + 20],
  ['skips cost nothing more', spec('copy', headed), planned({ skip: 1000 }), 2],
  [
    'two destinations: one listing more',
    spec('copy', { destinations: two }),
    planned({ copy: 1000 }),
    3 + 1000,
  ],
  [
    'a header is changed: a HEAD each',
    spec('copy', { properties: changed }),
    planned({ copy: 1000 }),
    2 + 2000,
  ],
  ['grants are carried along', spec('copy', { properties: acl }), planned({ copy: 1000 }), 2 + 3000],
  ['a filter by tag reads each', spec('copy', { filter: tagged }), planned({ copy: 10 }), 2 + 20],
  ['restored first', spec('copy'), planned({ 'restore-then-copy': 10 }), 2 + 20],
  ['a mirror deletes one by one', spec('copy', { deleteExtra: true }), planned({ 'delete-extra': 7 }), 2 + 7],
  ['markers of a history', spec('copy'), planned({ copy: 3, mark: 2 }), 2 + 5],
  ['an edit without a copy', spec('edit'), planned({ 're-encrypt': 10 }), 1 + 30],
  ['an edit by a copy', spec('edit'), planned({ rewrite: 10 }), 1 + 40],
  ['a comparison', spec('parity'), planned({ compare: 1000 }), 2 + 2000],
  ['a comparison in full', spec('parity', { compare: 'full' }), planned({ compare: 1000 }), 2 + 6000],
])('requests: %s', (_case, chosen, counts, requests) => {
  expect(estimateRequests(chosen, counts)).toBe(requests)
})

test('a filter says how many pass', () => {
  const counts = tally({ listed: { items: 12, bytes: 0 }, filtered: { items: 1353, bytes: 0 } })
  expect(filterResult(counts, false)).toBe('12 of 1,365 listed objects pass.')
  expect(filterResult(counts, true)).toBe('12 of 1,365 listed objects pass so far.')
})

test.each([
  [7, 7],
  [99, 99],
  [123, 130],
  [2506, 2510],
  [121_877, 122_000],
])('an estimate of %i is said as %i', (count, said) => expect(roundEstimate(count)).toBe(said))
