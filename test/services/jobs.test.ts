import { describe, expect, it } from 'vitest'
import type { JobSnapshot, JobStatus, Tally } from '#model/job.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { fractionOf, jobsUsing, noticeOf, reportToDesktop } from '../../main/services/jobs.ts'
import { emptyTally } from '../../main/jobs/tally.ts'
import type { SettingsStore } from '../../main/services/settings.ts'
import { hostDouble } from '../helpers/host-double.ts'

const items = (count: number): { items: number; bytes: number } => ({ items: count, bytes: 0 })

function job(
  id: string,
  is: JobStatus['is'],
  more: Partial<Tally> = {},
  changes: Partial<JobSnapshot> = {},
): JobSnapshot {
  return {
    id,
    title: `Job ${id}`,
    status: { is } as JobStatus,
    draft: false,
    listing: false,
    sources: [{ connectionId: 'a' }],
    destinations: [{ connectionId: 'b' }],
    tally: { ...emptyTally(), ...more },
    ...changes,
  } as unknown as JobSnapshot
}

describe('what the desktop hears of the jobs', () => {
  it.each([
    ['none', [], undefined],
    ['half', [job('1', 'running', { listed: items(10), copied: items(5) })], 0.5],
    [
      'two together',
      [
        job('1', 'running', { listed: items(10), copied: items(10) }),
        job('2', 'running', { listed: items(10), failed: items(1) }),
      ],
      0.55,
    ],
    ['still listing', [job('1', 'running', { listed: items(10) }, { listing: true })], undefined],
    ['nothing listed', [job('1', 'running')], undefined],
  ])('how far: %s', (_what, running, fraction) => expect(fractionOf(running)).toBe(fraction))

  it.each([
    [job('1', 'completed', { copied: items(1200) }), 'Job completed', 'Job 1: 1,200 done'],
    [
      job('1', 'completed', { copied: items(1), failed: items(2) }),
      'Job completed with failures',
      'Job 1: 1 done, 2 failed',
    ],
    [
      job(
        '1',
        'failed',
        {},
        { status: { is: 'failed', failure: { code: 'internal', reach: 'job', message: 'Oh.' } } },
      ),
      'Job failed',
      'Job 1: Oh.',
    ],
  ])('how it ended: %#', (ended, title, body) => {
    expect(noticeOf(ended)).toEqual({ title, body, jobId: '1' })
  })

  it('comes as it changes, and only then', async () => {
    const host = hostDouble()
    let change = (_change: { jobs: JobSnapshot[]; removed: string[] }): void => {}
    let finish = (_job: JobSnapshot): void => {}
    const jobs = {
      list: () => [job('1', 'running', { listed: items(4) })],
      onChange: (listener: typeof change) => ((change = listener), () => {}),
      onFinished: (listener: typeof finish) => ((finish = listener), () => {}),
    } as unknown as Jobs
    let notifications = true
    const settings = { current: () => ({ ...DEFAULT_SETTINGS, notifications }) } as SettingsStore
    reportToDesktop({ jobs, host: host.port, settings })
    const half = job('1', 'running', { listed: items(4), copied: items(2) })
    change({ jobs: [half], removed: [] })
    change({ jobs: [half], removed: [] })
    change({ jobs: [job('2', 'running', {}, { draft: true })], removed: [] })
    change({ jobs: [], removed: ['1'] })
    expect(host.progress).toEqual([
      { running: 1, fraction: 0 },
      { running: 1, fraction: 0.5 },
      { running: 0, fraction: undefined },
    ])
    finish(half)
    notifications = false
    finish(half)
    expect(host.notices).toHaveLength(1)
  })
})

describe('the jobs that need a connection', () => {
  it('are those that are not finished', () => {
    const all = [
      job('1', 'running'),
      job('2', 'completed'),
      job('3', 'paused'),
      job('4', 'ready', {}, { draft: true }),
    ]
    const jobs = { list: () => all } as unknown as Jobs
    expect(jobsUsing(jobs, 'b')).toEqual(['Job 1', 'Job 3'])
    expect(jobsUsing(jobs, 'c')).toEqual([])
  })
})
