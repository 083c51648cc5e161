import type { Failure } from '#model/failure.ts'
import type { JobStatus, PauseReason } from '#model/job.ts'

/** What of a change of status is worth a line in the job's log. */
export function logEntry(status: JobStatus): { text: string; failure?: Failure | undefined } | undefined {
  switch (status.is) {
    case 'running':
      return { text: 'Running.' }
    case 'completed':
      return { text: 'Completed.' }
    case 'cancelled':
      return { text: 'Cancelled.' }
    case 'failed':
      return { text: 'Failed.', failure: status.failure }
    case 'paused':
      return { text: PAUSES[status.reason], failure: status.failure }
    case 'queued':
    case 'planning':
    case 'ready':
      return undefined
  }
}

const PAUSES: Readonly<Record<PauseReason, string>> = {
  user: 'Paused.',
  offline: 'Paused: the endpoint cannot be reached.',
  refused: 'Paused: the bucket takes nothing at present.',
  credentials: 'Paused: the keys are missing, or are not accepted.',
  interrupted: 'It was interrupted, and goes on.',
  storage: 'Paused: the journal cannot be written.',
  folder: 'Paused: a folder of this computer is not there, or its disk is full.',
  restore: 'Paused until archived objects are restored.',
  schedule: 'Paused until its time comes.',
  budget: 'Paused: the budget is used up.',
}
