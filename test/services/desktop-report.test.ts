import { describe, expect, it } from 'vitest'
import type { JobSnapshot, JobStatus, Tally } from '#model/job.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { emptyTally } from '../../main/jobs/tally.ts'
import {
  atWork,
  endNotice,
  fractionOf,
  reportToDesktop,
  turnNotice,
} from '../../main/services/desktop-report.ts'
import type { SettingsStore } from '../../main/services/settings.ts'
import { hostDouble } from '../helpers/host-double.ts'

const items = (count: number): { items: number; bytes: number } => ({ items: count, bytes: 0 })
const failure = { code: 'internal', reach: 'job', message: 'Oh.' } as const

function job(
  id: string,
  is: JobStatus['is'],
  more: Partial<Tally> = {},
  changes: Partial<JobSnapshot> = {},
): JobSnapshot {
  return {
    id,
    title: `Job ${id}`,
    kind: 'copy',
    status: { is } as JobStatus,
    draft: false,
    listing: false,
    tally: { ...emptyTally(), ...more },
    ...changes,
  } as unknown as JobSnapshot
}
const paused = (reason: string): JobStatus => ({ is: 'paused', reason, since: 0 }) as JobStatus

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

  it('counts what runs and what is paused, names the first few, and keeps awake for what runs', () => {
    const held = job('9', 'running', {}, { status: paused('offline') })
    const many = Array.from({ length: 9 }, (_, at) => job(`${at}`, 'running', { listed: items(1) }))
    expect(atWork([held], true)).toEqual({
      running: 0,
      paused: 1,
      fraction: undefined,
      awake: false,
      jobs: [{ id: '9', title: 'Job 9', state: 'paused', fraction: undefined }],
    })
    const work = atWork([held, ...many], true)
    expect([work.running, work.awake, work.jobs.length, work.jobs[0]?.state]).toEqual([9, true, 8, 'running'])
    expect(atWork(many, false).awake).toBe(false)
  })

  it.each([
    [
      'one that is done',
      job('1', 'completed', { copied: items(1200) }),
      'no',
      'Job completed',
      'Job 1: 1,200 done',
      ['show'],
    ],
    [
      'one that can be undone',
      job('1', 'completed', { edited: items(2) }),
      'partly',
      'Job completed',
      'Job 1: 2 done',
      ['show', 'undo'],
    ],
    [
      'failures',
      job('1', 'completed', { copied: items(1), failed: items(2) }),
      'yes',
      'Job completed with failures',
      'Job 1: 1 done, 2 failed',
      ['show', 'retry'],
    ],
    [
      'one that failed',
      job('1', 'failed', {}, { status: { is: 'failed', failure } }),
      'no',
      'Job failed',
      'Job 1: Oh.',
      ['show'],
    ],
  ] as const)('how it ended: %s', (_what, ended, undo, title, body, actions) => {
    expect(endNotice(ended, undo)).toEqual({ title, body, jobId: '1', actions })
  })

  it('says nothing of one that was cancelled', () => {
    expect(endNotice(job('1', 'cancelled'), 'yes')).toBeUndefined()
  })

  it.each([
    [{ is: 'running' }, paused('credentials'), 'A job waits for a sign-in', ['sign-in', 'show']],
    [paused('user'), paused('credentials'), 'A job waits for a sign-in', ['sign-in', 'show']],
    [paused('credentials'), paused('credentials'), undefined, undefined],
    [undefined, paused('credentials'), undefined, undefined],
    [paused('restore'), { is: 'running' }, 'Restored from the archive', ['show']],
    [paused('user'), { is: 'running' }, undefined, undefined],
  ] as const)('on its way from %j to %j', (before, status, title, actions) => {
    const told = turnNotice(job('1', 'running', {}, { status: status as JobStatus }), before as JobStatus)
    expect([told?.title, told?.actions]).toEqual([title, actions])
  })

  it('comes as it changes, and only then', () => {
    const host = hostDouble()
    let change = (_change: { jobs: JobSnapshot[]; removed: string[] }): void => {}
    let finish = (_job: JobSnapshot): void => {}
    let set = (): void => {}
    const jobs = {
      list: () => [job('1', 'running', { listed: items(4) })],
      get: () => ({ undo: { is: 'no', why: '' } }),
      onChange: (listener: typeof change) => ((change = listener), () => {}),
      onFinished: (listener: typeof finish) => ((finish = listener), () => {}),
    } as unknown as Jobs
    let changed = {}
    const settings = {
      current: () => ({ ...DEFAULT_SETTINGS, ...changed }),
      onChange: (listener: typeof set) => ((set = listener), () => {}),
    } as unknown as SettingsStore
    reportToDesktop({ jobs, host: host.port, settings })
    const half = job('1', 'running', { listed: items(4), copied: items(2) })
    change({ jobs: [half], removed: [] })
    change({ jobs: [half], removed: [] })
    change({ jobs: [job('2', 'running', {}, { draft: true })], removed: [] })
    changed = { keepAwake: false }
    set()
    change({ jobs: [], removed: ['1'] })
    expect(host.progress.map(({ running, fraction, awake }) => [running, fraction, awake])).toEqual([
      [1, 0, true],
      [1, 0.5, true],
      [1, 0.5, false],
      [0, undefined, false],
    ])
    finish(job('1', 'completed'))
    changed = { notifications: false }
    finish(job('1', 'completed'))
    expect(host.notices).toHaveLength(1)
  })
})
