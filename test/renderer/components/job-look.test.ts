import { expect, test } from 'vitest'
import { PAUSE_REASONS, type JobStatus } from '#model/job.ts'
import { jobPhase, jobSegments, jobState, jobTotal } from '../../../renderer/components/job-look.ts'
import { pauseWords, standingSince, standingWords } from '../../../renderer/components/pause-words.ts'
import { STATE_LOOKS } from '../../../renderer/ui/state-look.ts'
import { job, tally } from '../state/build.ts'

const CHANGED = { code: 'connection-changed', reach: 'job', message: 'It leads elsewhere.' } as const
const failed = { items: 2, bytes: 0 }

test.each<[JobStatus, string]>([
  [{ is: 'queued' }, 'queued'],
  [{ is: 'planning' }, 'planning'],
  [{ is: 'running' }, 'running'],
  [{ is: 'cancelled' }, 'cancelled'],
  [{ is: 'completed' }, 'done'],
  [{ is: 'paused', reason: 'user', since: 0 }, 'paused'],
  [{ is: 'paused', reason: 'credentials', since: 0 }, 'sign-in'],
  [{ is: 'paused', reason: 'credentials', since: 0, failure: CHANGED }, 'elsewhere'],
  [{ is: 'paused', reason: 'restore', since: 0 }, 'restoring'],
  [{ is: 'paused', reason: 'offline', since: 0 }, 'offline'],
])('%j is shown as %s', (status, state) => {
  expect(jobState(job('1', { status }))).toBe(state)
})

test('every reason for a pause has a look', () => {
  for (const reason of PAUSE_REASONS) {
    expect(STATE_LOOKS[jobState(job('1', { status: { is: 'paused', reason, since: 0 } }))]).toBeDefined()
  }
})

const NOON = new Date('2026-11-22T12:00').getTime()
const NINE = new Date('2026-11-22T09:10').getTime()

test.each([
  ['user', 'Paused', 'Paused since today 09:10'],
  ['offline', 'Offline since 09:10', 'Offline since today 09:10'],
  ['refused', 'Refused since 09:10', 'Refused since today 09:10'],
  ['budget', 'Budget reached', 'Budget reached today 09:10'],
  ['schedule', 'Starts today at 22:00', 'Scheduled'],
] as const)('paused by %s it stands as: %s', (reason, short, long) => {
  const startAt = new Date('2026-11-22T22:00').getTime()
  const paused = job('1', { status: { is: 'paused', reason, since: NINE }, startAt })
  expect(standingWords(paused, NOON)).toBe(short)
  expect(standingSince(paused, NOON)).toBe(long)
})

test('paused as its connection leads to another store it stands as that, in the strip without a time', () => {
  const paused = job('1', { status: { is: 'paused', reason: 'credentials', since: NINE, failure: CHANGED } })
  expect(standingWords(paused, NOON)).toBe('Leads elsewhere')
  expect(standingSince(paused, NOON)).toBe('Leads elsewhere since today 09:10')
  expect(pauseWords(paused, ['a.test'])).toEqual({ text: CHANGED.message, way: 'connection' })
})

test('what runs stands nowhere', () => {
  expect(standingWords(job('1'), NOON)).toBeUndefined()
})

test('done with failures is counted', () => {
  expect(jobState(job('1', { status: { is: 'completed' }, tally: tally({ failed }) }))).toBe(
    'done-with-failures',
  )
})

test('the bar stands for the plan so far, or what was listed where that is more', () => {
  const { planned, skipped } = tally()
  const some = tally({
    listed: { items: 10, bytes: 0 },
    planned: { ...planned, copy: { items: 6, bytes: 0 }, skip: { items: 1, bytes: 0 } },
    skipped: { ...skipped, exists: { items: 1, bytes: 0 } },
    restoring: { items: 1, bytes: 0 },
    copied: { items: 3, bytes: 0 },
    failed,
  })
  expect(jobTotal(job('1', { tally: some }))).toBe(10)
  expect(jobSegments(job('1', { tally: some }))).toEqual([
    { kind: 'done', count: 3 },
    { kind: 'skipped', count: 1 },
    { kind: 'failed', count: 2 },
    { kind: 'restoring', count: 1 },
  ])
})

test.each<[JobStatus, string]>([
  [{ is: 'running' }, 'running'],
  [{ is: 'queued' }, 'paused'],
  [{ is: 'paused', reason: 'user', since: 0 }, 'paused'],
  [{ is: 'paused', reason: 'restore', since: 0 }, 'waiting'],
  [{ is: 'completed' }, 'ended'],
])('a bar of %j is %s', (status, phase) => {
  expect(jobPhase(job('1', { status }))).toBe(phase)
})
