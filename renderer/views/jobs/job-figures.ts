import { isFinished, leadsElsewhere, settledItems, skipped, type JobSnapshot } from '#model/job.ts'
import { PRIORITIES } from '#model/orders.ts'
import { doneBytes, doneItems, jobTotal } from '../../components/job-look.ts'
import { placeWords, priorityWords } from '../../components/priority.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount, formatNumberOf } from '../../format/count.ts'
import { formatClock, formatSpokenDate } from '../../format/date.ts'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatMoment } from '../../format/moment.ts'
import { formatByteRate, formatObjectRate } from '../../format/rate.ts'

/** A figure and the line below it. */
export interface Figures {
  /** Set in bold before `main`. */
  readonly strong?: string | undefined
  readonly main: string
  readonly below: string
}

/** What is done of a job, never rounded into a lie: a total that still grows is "so far". */
export function doneFigures(job: JobSnapshot): Figures {
  const { status, tally } = job
  const total = jobTotal(job)
  const settled = settledItems(tally)
  const failed = tally.failed.items
  const failures = failed === 0 ? 'no failures' : `${formatCount(failed)} failed`
  if (isFinished(status)) {
    if (job.kind === 'parity') return comparedFigures(job)
    const done = doneItems(tally)
    const bytes = doneBytes(tally)
    if (done === total) {
      return { strong: formatCount(done), main: done === 1 ? 'object' : 'objects', below: formatBytes(bytes) }
    }
    const left = skipped(tally).items
    const below = [
      done === 0 ? 'nothing written' : formatBytes(bytes),
      left > 0 ? `${formatCount(left)} skipped` : '',
    ]
    return {
      strong: formatCount(done),
      main: `of ${formatCount(total)}`,
      below: below.filter(Boolean).join(', '),
    }
  }
  if (status.is === 'ready') {
    const left = skipped(tally).items
    return {
      strong: formatCount(total - settled),
      main: `of ${formatCount(total)} to do`,
      below: [
        left > 0 ? `${formatCount(left)} skipped` : '',
        failed > 0 ? `${formatCount(failed)} would fail` : '',
      ]
        .filter(Boolean)
        .join(', '),
    }
  }
  if (settled === 0 && status.is !== 'running') {
    const main = total === 0 ? 'not listed yet' : formatNumberOf(total, 'object')
    return {
      main,
      below: total === 0 ? '' : job.listing ? 'so far (still listing)' : formatBytes(tally.listed.bytes),
    }
  }
  return {
    strong: formatCount(settled),
    main: `of ${formatCount(total)}${job.listing ? ' so far' : ''}`,
    below: job.listing
      ? 'still listing'
      : status.is === 'paused'
        ? `paused at ${formatClock(status.since)}`
        : failures,
  }
}

/** What came of a comparison: how many are alike, how many are not. */
function comparedFigures({ tally }: JobSnapshot): Figures {
  const alike = skipped(tally).items
  const differ = tally.failed.items
  return {
    strong: formatCount(alike),
    main: 'alike',
    below:
      differ === 0 ? 'no difference' : `${formatNumberOf(differ, 'object')} differ${differ === 1 ? 's' : ''}`,
  }
}

/** How fast it goes and how long it takes, or when it was and how long it took. */
export function timeFigures(job: JobSnapshot, now: number): Figures {
  const { status, live } = job
  if (isFinished(status)) {
    return {
      main: formatSpokenDate(job.endedAt ?? job.createdAt, now),
      below: job.ranFor > 0 ? `in ${formatDuration(job.ranFor)}` : '',
    }
  }
  if (status.is === 'running' && live !== undefined) {
    const rates = [formatObjectRate(live.objectsPerSecond)]
    if (live.bytesPerSecond > 0) rates.push(formatByteRate(live.bytesPerSecond))
    return { main: rates.join(', '), below: timeLeft(job) }
  }
  if (status.is === 'paused') {
    if (status.reason === 'restore')
      return {
        main: `${formatCount(job.tally.restoring.items)} from the archive`,
        below: 'goes on as they become readable',
      }
    if (status.reason === 'schedule' && job.startAt !== undefined)
      return { main: formatMoment(job.startAt, now), below: 'starts by itself' }
    const waits = status.reason === 'user' || status.reason === 'budget' || leadsElsewhere(status)
    return { main: 'not running', below: waits ? 'waits for you' : 'goes on by itself' }
  }
  if (status.is === 'queued') {
    const { queuePlace: place, priority, waitsFor } = job
    if (place === undefined) return { main: 'waiting', below: 'for its turn' }
    if (waitsFor !== undefined) return { main: placeWords(place), below: 'waits for another job' }
    return {
      main: placeWords(place),
      below: priority === PRIORITIES.normal ? '' : priorityWords(priority).toLowerCase(),
    }
  }
  if (status.is === 'ready')
    return { main: 'waits for you', below: `made ${formatSpokenDate(job.createdAt, now)}` }
  return { main: 'listing', below: '' }
}

/** Empty while there is no rate to base it on. */
export function timeLeft({ live, listing }: JobSnapshot): string {
  const seconds = live?.secondsLeft
  return seconds === undefined ? '' : formatTimeLeft(seconds, listing ? 'at-least' : 'estimate')
}
