import { leadsElsewhere, type JobSnapshot } from '#model/job.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatClock, formatSpokenDate } from '../format/date.ts'
import { STATE_LOOKS } from '../ui/state-look.ts'
import { jobState } from './job-look.ts'
import { formatMoment, zoneName } from '../format/moment.ts'
import { formatNumberOf } from '../format/count.ts'

/** What a paused job waits for. */
export interface PauseWords {
  /** A sentence: what ended it for now, and what lets it go on. */
  readonly text: string
  /** What a person can do about it, beside resuming. */
  readonly way?: 'connection' | 'look' | 'budget' | undefined
}

/**
 * A paused job in a word, for a narrow place: since when, where that tells how long somebody has waited.
 *
 * | paused by           | said                              |
 * |---------------------|-----------------------------------|
 * | hand, its budget    | `Paused`, `Budget reached`        |
 * | another store       | `Leads elsewhere`                 |
 * | its time            | `Starts tomorrow at 06:30`        |
 * | anything else       | `Offline since 14:32`             |
 */
export function standingWords(job: JobSnapshot, now: number): string | undefined {
  if (job.status.is !== 'paused') return undefined
  const { word } = STATE_LOOKS[jobState(job)]
  const { reason, since } = job.status
  if (reason === 'schedule')
    return job.startAt === undefined ? word : `Starts ${formatMoment(job.startAt, now)}`
  return reason === 'user' || reason === 'budget' || leadsElsewhere(job.status)
    ? word
    : `${word} since ${formatClock(since)}`
}

/** The same where there is room for a day: `Offline since yesterday 14:32`, `Budget reached today 09:10`. */
export function standingSince(job: JobSnapshot, now: number): string | undefined {
  if (job.status.is !== 'paused') return undefined
  const { word } = STATE_LOOKS[jobState(job)]
  const { reason, since } = job.status
  if (reason === 'schedule') return word
  return `${word}${reason === 'budget' ? '' : ' since'} ${formatSpokenDate(since, now)}`
}

/** `places`: the hosts or connections that do not answer, for the sentence. */
export function pauseWords(job: JobSnapshot, places: readonly string[]): PauseWords | undefined {
  if (job.status.is !== 'paused') return undefined
  const { reason, failure } = job.status
  const place = places.join(' and ') || 'the connection'
  switch (reason) {
    case 'user':
      return { text: 'Paused by you. It goes on when you resume it.' }
    case 'offline':
      return { text: `Goes on by itself when ${place} ${places.length > 1 ? 'answer' : 'answers'}.` }
    case 'refused':
      return {
        text: `${failure?.message ?? `${place} takes nothing at present.`} It is tried every few minutes, and the job goes on by itself.`,
      }
    case 'credentials':
      if (failure && leadsElsewhere(job.status)) return { text: failure.message, way: 'connection' }
      return {
        text: `${failure?.message ?? `${place} needs a sign-in.`} It goes on by itself with keys that work.`,
        way: 'connection',
      }
    case 'interrupted':
      return { text: 'Decant stopped while it ran. It goes on by itself.' }
    case 'storage':
      return {
        text: `${failure?.message ?? 'The disk of this machine is full.'} It goes on by itself when there is room; nothing is sent meanwhile.`,
      }
    case 'folder':
      return {
        text: `${failure?.message ?? 'A folder of this computer is not there.'} It goes on by itself when the folder can be used again.`,
      }
    case 'restore':
      return {
        text: `${restoringWords(job)} It goes on by itself with each as it becomes readable, also after a restart.`,
        way: 'look',
      }
    case 'schedule':
      return {
        text:
          job.startAt === undefined
            ? 'Waits for its time. It starts by itself.'
            : `Starts by itself ${formatMoment(job.startAt, Date.now())}, ${zoneName(job.startAt)}.`,
      }
    case 'budget':
      return {
        text: `${failure?.message ?? 'Its budget is used up.'} It goes on when that is raised; nothing is sent meanwhile.`,
        way: 'budget',
      }
  }
}

function restoringWords({ tally }: JobSnapshot): string {
  const { items, bytes } = tally.restoring
  return items === 0
    ? 'Waits for S3 to restore archived objects.'
    : `S3 restores ${formatNumberOf(items, 'object')} (${formatBytes(bytes)}) from the archive.`
}
