import type { JobRecord } from '../record.ts'
import { wallClock } from '#model/dates.ts'
import { fail } from '#model/failure.ts'

/** Milliseconds after its moment up to which a start is in time. */
const IN_TIME = 60_000

/** A moment is kept for a job that is held until then, and for a draft that is going to be. */
export function waitsForItsTime({ status, draft }: Pick<JobRecord, 'status' | 'draft'>): boolean {
  return draft || (status.is === 'paused' && status.reason === 'schedule')
}

/** What the log says of a job that starts now, and should have before: the machine slept, or nothing ran. */
export function lateWords(
  { status, more }: Pick<JobRecord, 'status' | 'more'>,
  now: number,
): string | undefined {
  if (status.is !== 'paused' || status.reason !== 'schedule' || more.startAt === undefined) return undefined
  if (now - more.startAt <= IN_TIME) return undefined
  return `It was to start at ${wallClock(more.startAt)}, when Decant did not run or this computer slept. It starts now.`
}

export function checkMoment(at: number, now: number, property: string): void {
  if (at > now) return
  const message = `${property}: ${wallClock(at)} is over; a job starts at a moment to come.`
  fail('bad-input', 'item', message, { property })
}
