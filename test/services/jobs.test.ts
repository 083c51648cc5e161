import { describe, expect, it } from 'vitest'
import type { JobSnapshot, JobStatus, Tally } from '#model/job.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { jobsUsing } from '../../main/services/jobs.ts'
import { emptyTally } from '../../main/jobs/tally.ts'

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
