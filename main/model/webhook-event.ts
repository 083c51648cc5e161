import { isoDate } from './dates.ts'
import { skipped, type FailureGroup, type JobDetail, type JobStatus, type PauseReason } from './job.ts'
import { reportKey } from './report.ts'
import { isLocal, pathBelow } from './local.ts'

/** Causes of failures that are told; most items first. */
const CAUSES = 10

/**
 * What a webhook hears, as JSON. No key of an object and no word of S3's is in it, for it leaves the machine; what
 * failed is told by its code and its count. A new field may come at any time; what a field means changes with `v` only.
 */
export interface WebhookEvent {
  readonly v: 1
  /** The same for each try to tell of the same thing, also after a kill: who has heard it once has heard it. */
  readonly id: string
  readonly event: 'job.ended' | 'job.paused' | 'test'
  /** When it happened. ISO 8601, UTC, as all times here. */
  readonly at: string
  /** Absent in a test. */
  readonly job?: {
    readonly id: string
    readonly title: string
    readonly kind: string
    readonly status: JobStatus['is']
    /** Of `paused`: why. */
    readonly reason?: PauseReason | undefined
    /** What stopped it as a whole: a code and a sentence. */
    readonly failure?: { readonly code: string; readonly message: string } | undefined
    readonly outcome: 'done' | 'completed-with-failures' | 'failed' | 'cancelled' | 'unfinished'
    readonly items: {
      readonly listed: number
      readonly done: number
      readonly skipped: number
      readonly failed: number
    }
    readonly bytes: { readonly listed: number; readonly done: number }
    readonly causes: readonly Pick<FailureGroup, 'code' | 's3Code' | 'items'>[]
    readonly createdAt: string
    readonly startedAt?: string | undefined
    readonly endedAt?: string | undefined
    /** Without its pauses. */
    readonly seconds: number
    /** Where its report goes by itself: `s3://bucket/key`. */
    readonly reports: readonly string[]
  }
}

/** Pauses that end by what a person does: these are told. */
export function needsPerson(reason: PauseReason): boolean {
  return reason === 'credentials' || reason === 'budget' || reason === 'storage' || reason === 'folder'
}

/** What is told of a job as it stands; `now` where the journal does not say when that began. */
export function jobEvent(detail: JobDetail, event: 'job.ended' | 'job.paused', now: number): WebhookEvent {
  const { snapshot, spec, failures } = detail
  const { id, title, kind, status, tally, createdAt, startedAt, endedAt, ranFor } = snapshot
  const failure = 'failure' in status ? status.failure : undefined
  const done = [tally.copied, tally.moved, tally.deleted, tally.edited]
  const at = (status.is === 'paused' ? status.since : endedAt) ?? now
  return {
    v: 1,
    id: `${id}/${event}/${at}`,
    event,
    at: isoDate(at),
    job: {
      ...{ id, title, kind, status: status.is, outcome: outcomeOf(status, tally.failed.items) },
      ...(status.is === 'paused' && { reason: status.reason }),
      ...(failure && { failure: { code: failure.code, message: failure.message } }),
      items: {
        listed: tally.listed.items,
        done: done.reduce((sum, { items }) => sum + items, 0),
        skipped: skipped(tally).items,
        failed: tally.failed.items,
      },
      bytes: { listed: tally.listed.bytes, done: done.reduce((sum, { bytes }) => sum + bytes, 0) },
      causes: failures.slice(0, CAUSES).map(({ code, s3Code, items }) => ({ code, s3Code, items })),
      createdAt: isoDate(createdAt),
      ...(startedAt !== undefined && { startedAt: isoDate(startedAt) }),
      ...(endedAt !== undefined && { endedAt: isoDate(endedAt) }),
      seconds: Math.round(ranFor) / 1000,
      reports: spec.report === undefined ? [] : reportsOf(spec.report, id),
    },
  }
}

function reportsOf(order: NonNullable<JobDetail['spec']['report']>, id: string): string[] {
  return order.formats.map((format) => {
    const key = reportKey(order, id, format)
    return isLocal(order.to) ? pathBelow(order.to.bucket, key) : `s3://${order.to.bucket}/${key}`
  })
}

function outcomeOf(status: JobStatus, failed: number): NonNullable<WebhookEvent['job']>['outcome'] {
  switch (status.is) {
    case 'completed':
      return failed > 0 ? 'completed-with-failures' : 'done'
    case 'failed':
    case 'cancelled':
      return status.is
    default:
      return 'unfinished'
  }
}
