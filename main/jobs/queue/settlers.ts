import { isFinished } from '#model/job.ts'
import type { JobSnapshot, JobStatus } from '#model/job.ts'

export type Until = 'idle' | 'finished'

interface Settler {
  readonly id: string
  readonly until: Until
  readonly resolve: (job: JobSnapshot) => void
}

/** Those who wait for a job to come to rest. */
export class Settlers {
  #waiting: readonly Settler[] = []

  wait(job: JobSnapshot, until: Until, signal?: AbortSignal): Promise<JobSnapshot> {
    signal?.throwIfAborted()
    if (isSettled(job.status, until)) return Promise.resolve(job)
    return new Promise((resolve, reject) => {
      const settler = { id: job.id, until, resolve }
      this.#waiting = [...this.#waiting, settler]
      signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== settler)
        reject(signal.reason as Error)
      })
    })
  }

  /** The job's status is another now. */
  tell(id: string, status: JobStatus, snapshot: () => JobSnapshot): void {
    const settled = this.#waiting.filter((one) => one.id === id && isSettled(status, one.until))
    if (settled.length === 0) return
    this.#waiting = this.#waiting.filter((one) => !settled.includes(one))
    const job = snapshot()
    for (const { resolve } of settled) resolve(job)
  }
}

function isSettled(status: JobStatus, until: Until): boolean {
  if (isFinished(status)) return true
  return (
    until === 'idle' && (status.is === 'ready' || (status.is === 'paused' && status.reason !== 'interrupted'))
  )
}
