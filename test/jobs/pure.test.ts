import { describe, expect, test } from 'vitest'
import { FAILURE_CODES } from '#model/failure.ts'
import type { FailureCode } from '#model/failure.ts'
import type { JobStatus, PauseReason } from '#model/job.ts'
import { retryOf } from '../../main/jobs/causes/failure-groups.ts'
import { addSample, MOST_SAMPLES, nextRate, NO_SAMPLES, secondsLeft } from '../../main/jobs/run/rates.ts'
import { encodeKey } from '../../main/manifest/write.ts'
import { canFollow, reactTo, recoveryOf } from '../../main/jobs/state.ts'
import type { Recovery } from '../../main/jobs/state.ts'

describe('what may follow what', () => {
  test.each<[JobStatus['is'], JobStatus['is'], boolean]>([
    ['planning', 'ready', true],
    ['planning', 'running', false],
    ['ready', 'queued', true],
    ['ready', 'running', false],
    ['queued', 'running', true],
    ['queued', 'completed', false],
    ['running', 'completed', true],
    ['running', 'ready', false],
    ['paused', 'queued', true],
    ['paused', 'completed', false],
    ['cancelled', 'queued', false],
    ['completed', 'queued', true],
    ['completed', 'paused', false],
    ['failed', 'queued', true],
  ])('%s → %s: %s', (from, to, allowed) => {
    expect(canFollow(from, to)).toBe(allowed)
  })
})

describe('what a job does when a failure reaches it as a whole', () => {
  test.each<[FailureCode, string]>([
    ['connection', 'offline'],
    ['timeout', 'offline'],
    ['credentials-missing', 'credentials'],
    ['credentials-expired', 'credentials'],
    ['signature', 'credentials'],
    ['clock-skew', 'credentials'],
    ['connection-changed', 'credentials'],
    ['storage-full', 'storage'],
    ['database', 'storage'],
    ['folder-missing', 'folder'],
    ['disk-full', 'folder'],
    ['no-such-bucket', 'fail'],
    ['access-denied', 'fail'],
    ['read-only', 'fail'],
    ['internal', 'fail'],
  ])('%s: %s', (code, expected) => {
    const reaction = reactTo({ code, reach: 'job', message: '' })
    expect(reaction.is === 'pause' ? reaction.reason : reaction.is).toBe(expected)
  })
})

describe('a job that is found at the start', () => {
  const paused = (reason: PauseReason): JobStatus => ({ is: 'paused', reason, since: 1 })
  const failure = { code: 'internal', reach: 'job', message: '' } as const

  test.each<[JobStatus, 'started' | 'draft' | 'kept', Recovery]>([
    [{ is: 'cancelled' }, 'started', 'look'],
    [{ is: 'cancelled' }, 'draft', 'rest'],
    [{ is: 'completed' }, 'started', 'rest'],
    [{ is: 'failed', failure }, 'started', 'rest'],
    [paused('user'), 'started', 'rest'],
    [paused('budget'), 'started', 'rest'],
    [paused('user'), 'kept', 'rest'],
    [paused('restore'), 'started', 'wait'],
    [paused('schedule'), 'started', 'wait'],
    [paused('schedule'), 'kept', 'wait'],
    [paused('offline'), 'started', 'interrupted'],
    [paused('interrupted'), 'started', 'interrupted'],
    [paused('storage'), 'kept', 'plan'],
    [{ is: 'ready' }, 'kept', 'rest'],
    [{ is: 'ready' }, 'draft', 'rest'],
    [{ is: 'planning' }, 'kept', 'plan'],
    [{ is: 'queued' }, 'started', 'queue'],
    [{ is: 'running' }, 'started', 'interrupted'],
  ])('%j, %s: %s', (status, how, expected) => {
    const more = how === 'kept' ? { kept: true as const } : {}
    expect(recoveryOf({ status, endedAt: undefined, draft: how === 'draft', more })).toBe(expected)
  })

  test('a cancel that was through, or that came with a job from elsewhere, is over', () => {
    const job = { status: { is: 'cancelled' as const }, draft: false }
    expect(recoveryOf({ ...job, endedAt: 5, more: {} })).toBe('rest')
    expect(recoveryOf({ ...job, endedAt: undefined, more: { importedAt: 5 } })).toBe('rest')
  })
})

test('every failure has its kind of retry', () => {
  const kinds = FAILURE_CODES.map(retryOf)
  expect(kinds).not.toContain(undefined)
  expect(retryOf('key-too-long')).toBe('none')
  expect(retryOf('source-changed')).toBe('plan-again')
  expect(retryOf('slow-down')).toBe('retry')
})

describe('rates', () => {
  test('the first span is taken as it is, later ones move it a quarter of the way', () => {
    const first = nextRate(undefined, 100, 1000, 1000)
    expect(first).toEqual({ objectsPerSecond: 100, bytesPerSecond: 1000 })
    expect(nextRate(first, 200, 0, 1000)).toEqual({ objectsPerSecond: 125, bytesPerSecond: 750 })
  })

  test.each([
    [{ objects: 100, bytes: 0 }, 10],
    [{ objects: 100, bytes: 2000 }, 20],
    [{ objects: 0, bytes: 0 }, 0],
  ])('the slower of objects and bytes counts: %o', (left, seconds) => {
    expect(secondsLeft({ objectsPerSecond: 10, bytesPerSecond: 100 }, left)).toBe(seconds)
  })

  test('without a rate nothing is promised', () => {
    expect(secondsLeft(undefined, { objects: 1, bytes: 1 })).toBeUndefined()
    expect(secondsLeft({ objectsPerSecond: 0, bytesPerSecond: 0 }, { objects: 1, bytes: 1 })).toBeUndefined()
  })

  test('a chart of a long job keeps at most 600 points, over its whole length', () => {
    let samples = NO_SAMPLES
    const seconds = 5000
    for (let second = 1; second <= seconds; second++) {
      samples = addSample(samples, {
        at: second * 1000,
        objectsPerSecond: 10,
        bytesPerSecond: 100,
        concurrency: 5,
        throttled: 1,
      })
    }
    expect(samples.points.length).toBeLessThanOrEqual(MOST_SAMPLES)
    expect(samples.points.length).toBeGreaterThan(MOST_SAMPLES / 3)
    expect(samples.points.at(-1)?.at).toBe(seconds * 1000)
    expect(samples.points[0]?.at).toBeLessThan(20_000)
    expect(samples.points.every(({ objectsPerSecond }) => objectsPerSecond === 10)).toBe(true)
    expect(samples.points.reduce((sum, { throttled }) => sum + throttled, 0)).toBe(seconds)
  })
})

test.each([
  ['plain/key.txt', 'plain/key.txt'],
  ['a b/ü+%2F', 'a%20b/%C3%BC%2B%252F'],
  ['comma,"quote"\nline', 'comma%2C%22quote%22%0Aline'],
])('a key in a report: %s', (key, encoded) => {
  expect(encodeKey(key)).toBe(encoded)
})
