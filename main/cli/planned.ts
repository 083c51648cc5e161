import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Screen } from './screen.ts'
import { progressLine } from './words.ts'

/** The draft once its plan is made, or cannot be made. */
export async function untilPlanned(client: Client, id: string, screen: Screen): Promise<JobSnapshot> {
  let settle: (job: JobSnapshot) => void = () => {}
  const planned = new Promise<JobSnapshot>((resolve) => (settle = resolve))
  const look = (job: JobSnapshot): void => {
    screen.progress((width) => progressLine(job, width))
    if (job.status.is !== 'planning' && job.status.is !== 'queued') settle(job)
  }
  const unsubscribe = client.on('jobs.changed', ({ jobs }) => {
    const job = jobs.find((changed) => changed.id === id)
    if (job) look(job)
  })
  look((await client.call('jobs.get', { id })).snapshot)
  return planned.finally(unsubscribe)
}
