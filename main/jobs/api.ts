import type { FindCustomerKey, OpenStorage } from '../engine/storage.ts'
import type { CallWebhook } from './report/aftermath.ts'
import type { RetryWith, WhichCause } from './causes/which-cause.ts'
import type { GridRows } from './plan/grid-rows.ts'
import type { Templates } from './queue/templates.ts'
import type { FoundItems } from './run/item-looks.ts'
import type { PendingAnswer } from './record.ts'
import type { JobUpload } from './run/uploads-in-use.ts'
import type { FailureGroup, JobDetail, JobSnapshot, RightsReport } from '#model/job.ts'
import type { Orders } from '#model/orders.ts'
import type { Budget } from '#model/orders.ts'
import type { ConflictAnswer, ItemFilter, ItemQuery } from '#model/plan.ts'
import type { Prices } from '#model/price-file.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec, ReportFormat } from '#model/spec.ts'

/**
 * The jobs of one data directory. Unknown ids and calls that do not fit the job's state throw a `DecantError`
 * (`bad-input`) with a sentence. What is returned is read from the journal, never from a promise.
 */
export interface Jobs {
  readonly templates: Templates
  list(): JobSnapshot[]
  get(id: string): JobDetail
  /** A draft is planned and waits for `start`; any other job is queued and starts by itself, at its time if it has one. */
  create(spec: JobSpec, options: { draft: boolean; orders?: Orders | undefined }): JobSnapshot
  /** Right before another that waits, null: after all; with that one's priority where its own does not fit there. */
  move(id: string, before: string | null): JobSnapshot
  /** Of a job that runs, it counts when that waits again. */
  setPriority(id: string, priority: number): JobSnapshot
  /** Planned so far or not, it starts by itself at that moment; null: as soon as its turn comes. */
  schedule(id: string, at: number | null): JobSnapshot
  /** A plan made a while ago is looked at anew first; `stale`: what becomes of it where something changed. */
  start(id: string, when: 'now' | 'queue', stale?: 'ask' | 'go-on'): JobSnapshot
  /** A draft stays, with its plan, until it is started or removed. */
  keep(id: string): JobSnapshot
  /** Looks at both sides of a finished plan anew, and plans what changed. */
  refresh(id: string): JobSnapshot
  /** What becomes of those whose name is taken, of a plan that is not carried out yet. */
  answer(id: string, which: PendingAnswer['which'], answer: ConflictAnswer): JobSnapshot
  pause(id: string): JobSnapshot
  /** `budget` where its budget is used up. */
  resume(id: string): JobSnapshot
  /** Null: without one. `bad-input` for a limit of money where nobody knows the prices. */
  setBudget(id: string, budget: Budget | null): JobSnapshot
  cancel(id: string): JobSnapshot
  /** Plans a job that takes back what this one did. `not-possible` where that cannot be, with the reason. */
  undo(id: string, options: { draft: boolean }): JobSnapshot
  /** A draft or a finished job, with everything that is known of it. */
  remove(id: string): void
  /** The failed items once more: all that may be different now, or those of one cause. */
  retry(id: string, cause?: WhichCause, more?: RetryWith): JobSnapshot
  /** The failed items of one cause are skipped (`left`) from now on. */
  leave(id: string, cause: WhichCause): JobSnapshot
  /** What the job needs, and what of it is missing. A plan that waits for its start is looked at: a handful of reads. */
  rights(id: string, signal: AbortSignal): Promise<RightsReport>
  /** A filter alone is a query. `looking`: more is being found, or what changed is looked for once more. */
  items(id: string, query: ItemFilter | ItemQuery, offset: number, limit: number): FoundItems
  failures(id: string): FailureGroup[]
  /** Multipart uploads that jobs which are not finished go on with, also those that are paused. */
  uploadsInUse(): (JobUpload & { readonly job: string })[]
  /** Items as a manifest of S3 Batch Operations, complete or not at all; whether they name versions. */
  writeManifest(
    id: string,
    query: ItemQuery,
    path: string,
  ): Promise<{ readonly versions: 'all' | 'some' | 'none' }>
  /** Files of this machine that jobs and templates take their keys from. */
  manifestsInUse(): ReadonlySet<string>
  /** Writes the completion report, streamed, complete or not at all (temporary name, then renamed). */
  /** Writes what of the plan a query is about as CSV, in the same way. */
  writePlan(id: string, query: ItemQuery, path: string): Promise<void>
  writeReport(id: string, format: ReportFormat, path: string): Promise<void>
  /** Everything that is known of a job that is over, in one file; whole or not at all. */
  writeRecord(id: string, path: string): Promise<void>
  /** Such a file from elsewhere, without its gzip, piece by piece; the job, with the last. */
  importRecord(name: string, text: string, last: boolean): Promise<JobSnapshot | undefined>
  /** Resolves when the job is finished, ready (a draft) or paused; with `finished` only when finished. */
  settled(id: string, until: 'idle' | 'finished', signal?: AbortSignal): Promise<JobSnapshot>
  /** Something changed that jobs wait for: keys were given, a connection was saved, the machine woke up. */
  wake(connectionId?: string): void
  setJobsAtOnce(count: number): void
  setJobsPerEndpoint(count: number): void
  /** At most five times a second, with whole snapshots; drafts included. */
  onChange(listener: (change: { jobs: JobSnapshot[]; removed: string[] }) => void): () => void
  /** Once a job, when it finishes (also with failures). */
  onFinished(listener: (job: JobSnapshot) => void): () => void
  /** Stops sending, waits for what is in flight (bounded), commits, closes. Running jobs go on at the next open. */
  close(): Promise<void>
}

export interface OpenJobs {
  /** The data directory, already owned by this process (`owner.ts`). */
  readonly dir: string
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly findKey: FindCustomerKey
  readonly jobsAtOnce: number
  /** Of those that go through one endpoint; without, as many as there are. */
  readonly jobsPerEndpoint?: number | undefined
  /**
   * Bytes above which an object is copied in parts; S3's own limit where it is left out. Lower for endpoints whose
   * CopyObject takes less, and to test that path with small objects (DECANT_COPY_LIMIT, read by the entries).
   */
  readonly copyLimit?: number | undefined
  /** Whoever holds metadata grids; without, no edit can be planned from one. */
  readonly gridRows?: GridRows | undefined
  /** The price file that counts just now; without, no job tells what it costs. */
  readonly prices?: (() => Prices) | undefined
  /** Whoever holds the webhooks; without, none is told. */
  readonly callWebhook?: CallWebhook | undefined
}
