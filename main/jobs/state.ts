import type { JobRecord } from './record.ts'
import type { Failure } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'
import type { JobStatus, PauseReason } from '#model/job.ts'

/**
 * What may follow what. A job begins as `planning` (a draft) or `queued` (any other).
 *
 * | from      | to                                                                              |
 * |-----------|---------------------------------------------------------------------------------|
 * | planning  | ready, paused, failed, queued (started while the plan is still being made), cancelled |
 * | ready     | queued, planning (answers, a second look), paused (until its time comes), cancelled |
 * | queued    | running, planning (a draft goes on listing), paused, cancelled, failed          |
 * | running   | completed, paused, cancelled, failed                                            |
 * | paused    | queued, planning (a draft, or one that is kept), paused (another reason), cancelled, failed          |
 * | cancelled | -                                                                               |
 * | completed | queued (its failed items once more)                                             |
 * | failed    | queued (the same)                                                               |
 */
const NEXT: Readonly<Record<JobStatus['is'], readonly JobStatus['is'][]>> = {
  planning: ['ready', 'paused', 'failed', 'queued', 'cancelled'],
  ready: ['queued', 'planning', 'paused', 'cancelled'],
  queued: ['running', 'planning', 'paused', 'cancelled', 'failed'],
  running: ['completed', 'paused', 'cancelled', 'failed'],
  paused: ['queued', 'planning', 'paused', 'cancelled', 'failed'],
  cancelled: [],
  completed: ['queued'],
  failed: ['queued'],
}

export function canFollow(from: JobStatus['is'], to: JobStatus['is']): boolean {
  return NEXT[from].includes(to)
}

/** Nobody has started it: its plan is made, and that is all. */
export function isHeld({ draft, more }: Pick<JobRecord, 'draft' | 'more'>): boolean {
  return draft || more.kept === true
}

/** What a job does when a failure reaches it as a whole. */
export type Reaction =
  | { readonly is: 'pause'; readonly reason: PauseReason; readonly failure?: Failure | undefined }
  | { readonly is: 'fail'; readonly failure: Failure }

/**
 * Where the cause can go away without a change to the job, the job waits for that; else it has failed.
 *
 * | failure                                          | the job            |
 * |--------------------------------------------------|--------------------|
 * | connection, timeout                              | paused offline     |
 * | credentials-missing, credentials-expired, signature, clock-skew | paused credentials |
 * | connection-changed                               | paused credentials |
 * | storage-full, database                           | paused storage     |
 * | folder-missing, disk-full                        | paused folder      |
 * | budget                                           | paused budget      |
 * | anything else of reach `job`                     | failed             |
 */
export function reactTo(failure: Failure): Reaction {
  switch (failure.code) {
    case 'connection':
    case 'timeout':
      return { is: 'pause', reason: 'offline', failure }
    case 'credentials-missing':
    case 'credentials-expired':
    case 'signature':
    case 'clock-skew':
    case 'connection-changed':
      return { is: 'pause', reason: 'credentials', failure }
    case 'storage-full':
    case 'database':
      return { is: 'pause', reason: 'storage', failure }
    case 'folder-missing':
    case 'disk-full':
      return { is: 'pause', reason: 'folder', failure }
    case 'budget':
      return { is: 'pause', reason: 'budget', failure }
    default:
      return { is: 'fail', failure }
  }
}

/** Whether it goes on by itself, once the cause is gone or at the next start. A person's pause stays, and a budget's. */
export function goesOnByItself(reason: PauseReason): boolean {
  return reason !== 'user' && reason !== 'budget'
}

/** What is done about a job that is found at the start. */
export type Recovery = 'look' | 'rest' | 'wait' | 'plan' | 'queue' | 'interrupted'

/**
 * What ran goes on; only a pause that somebody has to end stays one.
 *
 * | status                                | nobody started it | then                                             |
 * |---------------------------------------|-------------------|--------------------------------------------------|
 * | cancelled, and not through with that  | no                | `look`: what it cut off is looked at             |
 * | over                                  | any               | `rest`                                           |
 * | paused by a person or a budget        | any               | `rest`                                           |
 * | paused for the archive, or its time   | any               | `wait`: takes no turn of others until that comes |
 * | ready                                 | yes               | `rest`                                           |
 * | anything else                         | yes               | `plan`: its plan is made, or made on             |
 * | queued                                | no                | `queue`                                          |
 * | anything else                         | no                | `interrupted`: noted as a pause, and queued      |
 */
export function recoveryOf(record: Pick<JobRecord, 'status' | 'endedAt' | 'draft' | 'more'>): Recovery {
  const { status } = record
  if (isCancelling(record)) return 'look'
  if (isFinished(status)) return 'rest'
  if (status.is === 'paused') {
    if (!goesOnByItself(status.reason)) return 'rest'
    if (status.reason === 'restore' || status.reason === 'schedule') return 'wait'
  }
  if (isHeld(record)) return status.is === 'ready' ? 'rest' : 'plan'
  return status.is === 'queued' ? 'queue' : 'interrupted'
}

/** A cancel whose process ended before it was through. What was brought here from elsewhere has no such end. */
function isCancelling({ status, endedAt, draft, more }: Parameters<typeof recoveryOf>[0]): boolean {
  return status.is === 'cancelled' && endedAt === undefined && !draft && more.importedAt === undefined
}
