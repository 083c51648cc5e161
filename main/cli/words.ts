import { binarySize } from '#model/binary-size.ts'
import { wallClock } from '#model/dates.ts'
import { SKIPPED } from '#model/job-words.ts'
import { settledItems, skipped, type FailureGroup, type JobSnapshot, type Tally } from '#model/job.ts'
import type { PauseReason } from '#model/job.ts'
import { isLocal } from '#model/local.ts'
import { SKIP_REASONS } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'

/** Pure: what the command line says of a job. */

export function count(items: number): string {
  return items.toLocaleString('en')
}

export function objects(items: number): string {
  return `${count(items)} ${items === 1 ? 'object' : 'objects'}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** One line on how it went, or where it stands. */
export function summary(job: JobSnapshot): string {
  const { status, tally, id, ranFor } = job
  const facts = [
    tally.copied.items > 0 && `${objects(tally.copied.items)} copied (${binarySize(tally.copied.bytes)})`,
    tally.moved.items > 0 && `${objects(tally.moved.items)} moved (${binarySize(tally.moved.bytes)})`,
    tally.edited.items > 0 && `${objects(tally.edited.items)} edited`,
    tally.deleted.items > 0 && deletedWords(job),
    tally.restoring.items > 0 && `${count(tally.restoring.items)} being restored`,
    skipped(tally).items > 0 && skippedWords(job),
    tally.filtered.items > 0 && `${count(tally.filtered.items)} filtered out`,
    tally.failed.items > 0 && `${count(tally.failed.items)} ${job.kind === 'parity' ? 'differ' : 'failed'}`,
  ].filter((fact) => fact !== false)
  const none =
    status.is !== 'completed'
      ? 'nothing was done'
      : tally.listed.items === 0
        ? 'nothing was found'
        : 'nothing to do'
  const done = facts.length > 0 ? facts.join(', ') : none
  switch (status.is) {
    case 'completed':
      return `Done: ${done} in ${duration(ranFor / 1000)}.`
    case 'failed':
      return `Failed: ${status.failure.message} ${sentence(done)} Job ${id}.`
    case 'cancelled':
      return `Cancelled: ${done}. Job ${id}.`
    case 'paused':
      if (status.reason === 'schedule') return `Job ${id}: ${pauseSentence(status, job.startAt)}`
      return `${pauseSentence(status)} ${sentence(`${done} so far`)} It goes on with: decant resume ${id}${MORE[status.reason] ?? ''}`
    case 'ready':
      return `A plan of ${objects(tally.listed.items)}. It is carried out by: decant start ${id}`
    case 'queued':
    case 'planning':
    case 'running':
      return `Job ${id}: ${status.is}${inQueue(job)}, ${done} so far.`
  }
}

/**
 * What is gone, by the job's kind and what its plan did:
 *
 * | kind   | by delete | by delete-version | what is gone                                       |
 * |--------|-----------|-------------------|----------------------------------------------------|
 * | any    | any       | none              | objects                                            |
 * | rewind | none      | some              | delete markers: nothing that held anything         |
 * | rewind | some      | some              | both, and the tally counts them together           |
 * | undo   | any       | some              | what the job had made: its versions and its markers|
 * | other  | any       | some              | versions, as of a purge                            |
 */
function deletedWords({ kind, tally }: JobSnapshot): string {
  const { items } = tally.deleted
  const many = items === 1 ? '' : 's'
  if (tally.planned['delete-version'].items === 0) return `${objects(items)} deleted`
  if (kind === 'undo') return `${count(items)} version${many} or delete marker${many} removed`
  if (kind !== 'rewind') return `${count(items)} version${many} deleted`
  if (tally.planned.delete.items === 0) return `${count(items)} delete marker${many} removed`
  return `${count(items)} object${many} deleted or uncovered`
}

/** To find things alike is what a comparison is for. */
function skippedWords({ kind, tally }: JobSnapshot): string {
  const items = count(skipped(tally).items)
  if (kind === 'parity') return `${items} alike`
  const why = SKIP_REASONS.filter((reason) => tally.skipped[reason].items > 0).map(
    (reason) => SKIPPED[reason],
  )
  return `${items} skipped (${why.join(', ')})`
}

/** What a job that stopped so needs besides. */
const MORE: Partial<Record<PauseReason, string>> = { budget: ' --max-requests N (or --budget-usd X)' }

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

/** Causes that are told; the report has all. */
const TOLD_CAUSES = 5

/** Why items failed: how many of each cause, which --code of retry and leave takes, by the first of them. Differences are what the report is for. */
export function failureLines({ kind }: JobSnapshot, failures: readonly FailureGroup[]): string[] {
  if (kind === 'parity') return []
  const told = failures.slice(0, TOLD_CAUSES).map(({ code, items, example }) => {
    const such = items === 1 ? '' : ', such as this'
    return `${count(items)} failed (${code})${such}: ${example.message}`
  })
  const more = failures.length - told.length
  return more > 0
    ? [...told, `${count(more)} more ${more === 1 ? 'cause' : 'causes'}: see decant report.`]
    : told
}

/** Where a key that was named is not there, and may have been meant for all below it. */
export function manyHint(spec: JobSpec, failures: readonly FailureGroup[]): string | undefined {
  const key = failures.find(({ code }) => code === 'source-missing')?.exampleKey
  if (key === undefined || spec.manifest !== undefined) return undefined
  const place = spec.sources.find(
    (source) => !isLocal(source) && source.select.some((one) => one.kind === 'object' && one.key === key),
  )
  if (place === undefined) return undefined
  const glob = key.search(/[*?[{]/)
  if (glob === -1) return `If that is a prefix: write s3://${place.bucket}/${key}/, or add --recursive.`
  const prefix = key.slice(0, key.lastIndexOf('/', glob) + 1)
  return `If that is a glob: write s3://${place.bucket}/${prefix} --include '${key}'.`
}

function inQueue({ queuePlace, priority, waitsFor }: JobSnapshot): string {
  if (queuePlace === undefined) return ''
  const after = waitsFor && `; it waits for job ${waitsFor.id}, as one takes away what the other relies on`
  return ` (place ${queuePlace}, priority ${priority}${after ?? ''})`
}

export function pauseSentence(
  { reason, failure }: Pick<Extract<JobSnapshot['status'], { is: 'paused' }>, 'reason' | 'failure'>,
  startAt?: number,
): string {
  const why = {
    user: 'Paused.',
    offline: 'Offline: it goes on by itself when the server can be reached again.',
    refused: 'Paused, as the bucket takes nothing at present.',
    credentials: 'Paused, as the keys are missing or have run out (decant login signs in by the browser).',
    interrupted: 'Interrupted.',
    storage: 'Paused, as the data directory cannot be written.',
    folder: 'Paused, as a folder of this computer is not there, or its disk is full.',
    restore: 'Waiting for objects to be restored from the archive.',
    schedule: `Waits until ${startAt === undefined ? 'its time comes' : wallClock(startAt)}, and starts by itself.`,
    budget: 'Its budget is used up.',
  }[reason]
  if (failure === undefined) return why
  // The failure says which budget it is, and which connection.
  const saysAll = reason === 'budget' || failure.code === 'connection-changed'
  return saysAll ? failure.message : `${why} ${failure.message}`
}

/** The last line of `--json`. Field names are what scripts rely on (ARCHITECTURE.md, the command line). */
export function jsonResult(job: JobSnapshot, requests: Readonly<Record<string, number>>): string {
  return JSON.stringify({
    jobId: job.id,
    status: job.status.is,
    ...(job.status.is === 'paused' && { reason: job.status.reason }),
    outcome: outcomeOf(job),
    tally: jsonTally(job.tally),
    requests,
    seconds: Math.round(job.ranFor) / 1000,
  })
}

/** How well it went, which the status does not tell: it is counted. */
export function outcomeOf({ status, tally }: JobSnapshot): string {
  switch (status.is) {
    case 'completed':
      return tally.failed.items > 0 ? 'completed-with-failures' : 'done'
    case 'paused':
      return 'interrupted'
    case 'failed':
    case 'cancelled':
      return status.is
    case 'queued':
    case 'planning':
    case 'ready':
    case 'running':
      return 'unfinished'
  }
}

export function jsonTally(tally: Tally): Record<string, number> {
  const { listed, copied, moved, deleted, edited, failed, filtered, restoring } = tally
  return {
    items: listed.items,
    bytes: listed.bytes,
    copied: copied.items + moved.items,
    skipped: skipped(tally).items,
    failed: failed.items,
    // A moved object was copied, and deleted at its source.
    deleted: deleted.items + moved.items,
    edited: edited.items,
    filtered: filtered.items,
    restoring: restoring.items,
    bytesCopied: copied.bytes + moved.bytes,
  }
}

/** Exit codes of DESIGN's command line; 2 is bad usage, which never gets as far as a job. */
export function exitCode(job: JobSnapshot): number {
  switch (job.status.is) {
    case 'completed':
      return job.tally.failed.items > 0 ? 1 : 0
    case 'paused':
      return job.status.reason === 'user' || job.status.reason === 'interrupted' ? 130 : 3
    case 'failed':
    case 'cancelled':
    case 'queued':
    case 'planning':
    case 'ready':
    case 'running':
      return 3
  }
}

/** Characters. Short enough to keep its length beside all the words on a terminal of 80. */
const BAR = 16

/** One line for a terminal of this width: bar, counts, rate, time left. */
export function progressLine(job: JobSnapshot, width: number): string {
  const { tally, listing, live, status } = job
  const done = settledItems(tally)
  const total = tally.listed.items
  const parts = [
    `${count(done)} of ${count(total)}${listing ? ' so far' : ''}`,
    binarySize(tally.copied.bytes + tally.moved.bytes),
    status.is === 'running' && live && live.objectsPerSecond + live.bytesPerSecond > 0
      ? `${count(Math.round(live.objectsPerSecond))}/s, ${binarySize(Math.round(live.bytesPerSecond))}/s`
      : status.is === 'paused'
        ? `paused (${status.reason})`
        : status.is,
    live?.secondsLeft !== undefined && !listing && `${duration(live.secondsLeft)} left`,
    tally.failed.items > 0 && `${count(tally.failed.items)} failed`,
  ].filter((part) => part !== false)
  const words = parts.join(' · ')
  const room = Math.min(BAR, width - words.length - 2)
  return room < BAR / 2 ? words.slice(0, width) : `${bar(total > 0 ? done / total : 0, room)}  ${words}`
}

function bar(fraction: number, width: number): string {
  const full = Math.round(Math.min(1, fraction) * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`
}
