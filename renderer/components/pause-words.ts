import type { JobSnapshot } from '#model/job.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatMoment, zoneName } from '../format/moment.ts'
import { formatNumberOf } from '../format/count.ts'

/** What a paused job waits for. */
export interface PauseWords {
  /** A sentence: what ended it for now, and what lets it go on. */
  readonly text: string
  /** What a person can do about it, beside resuming. */
  readonly way?: 'connection' | 'look' | 'budget' | undefined
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
    case 'credentials':
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
